"""Streams that no test card knows: every metric is a reading or a gap, and no fault is made up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from probe.model import AccessUnit, Gap, Grab, Measured, NotMeasured, Picture
from probe.picture.check import Outfit
from probe.picture.checks import METRICS
from probe.picture.faults import picture_faults
from probe.picture.frames import Frame, decode, frames_of
from probe.picture.look import look_at

Make = Callable[..., Any]
PIXELS = 1 << 25


@pytest.fixture
def living(make_scene: Make, noisy: Make, grab_of: Make) -> Make:
    """Return a maker of healthy grabs: one scene, the sensor's noise anew in each keyframe."""

    def make(width: int = 640, height: int = 360, **coded: Any) -> Grab:  # noqa: ANN401  as for grab_of
        scene = make_scene(width, height)
        grab = grab_of([noisy(scene, 1), noisy(scene, 2)], **{"seconds_apart": 4.0, **coded})
        assert isinstance(grab, Grab)
        return grab

    return make


@pytest.fixture
def look(job: Make, outfit: Outfit) -> Callable[[Grab], Picture]:
    return lambda grab: look_at(job(grab), outfit)


def faults_of(picture: Picture, outfit: Outfit) -> tuple[str, ...]:
    """Return the faults that are found, once every metric is seen to be there."""
    assert set(picture.readings) == set(METRICS)
    return picture_faults(outfit.faults, lambda metric: picture.readings[metric]).found


def frames(grab: Grab) -> tuple[Frame, ...]:
    return frames_of(decode(grab, PIXELS))


FORMATS: dict[str, dict[str, Any]] = {
    "h264": {},
    "h265": {"codec": "H265"},
    "mpeg4": {"codec": "MPEG4"},
    "mjpeg": {"codec": "JPEG"},
    "mjpeg-422": {"codec": "JPEG", "pix_fmt": "yuvj422p"},
    "10-bit": {"pix_fmt": "yuv420p10le"},
    "h265-10-bit": {"codec": "H265", "pix_fmt": "yuv420p10le"},
    "4:2:2": {"pix_fmt": "yuv422p"},
    "4:2:2-10-bit": {"pix_fmt": "yuv422p10le"},
    "4:4:4": {"pix_fmt": "yuv444p"},
    "monochrome": {"pix_fmt": "gray"},
    "full-range": {"full_range": True},
    "full-called-limited": {"full_range": True, "flagged_full": False},
    "limited-called-full": {"flagged_full": True},
    "interlaced": {"options": {"preset": "ultrafast", "bf": "0", "x264-params": "tff=1"}},
    "odd-size": {"codec": "JPEG", "width": 333, "height": 251},
    "upright": {"width": 360, "height": 640},
    "cif": {"width": 352, "height": 288},
}


@pytest.mark.parametrize("coded", FORMATS.values(), ids=FORMATS)
def test_a_healthy_picture_has_no_fault_in_any_format(
    coded: dict[str, Any], living: Make, look: Make, outfit: Outfit
) -> None:
    picture = look(living(**coded))
    assert faults_of(picture, outfit) == ()
    assert picture.readings["width"] == Measured(coded.get("width", 640))


@pytest.mark.parametrize(
    ("width", "height", "codec"), [(1, 1, "JPEG"), (2, 2, "H264"), (16, 16, "JPEG"), (4096, 16, "H264")]
)
def test_a_picture_too_small_to_judge_is_a_named_gap(
    width: int, height: int, codec: str, grab_of: Make, look: Make, outfit: Outfit
) -> None:
    pixels = np.full((height, width, 3), 90, np.uint8)
    picture = look(grab_of([pixels, pixels], codec=codec, seconds_apart=4.0))
    assert faults_of(picture, outfit) == ()
    assert picture.readings["height"] == Measured(height)
    assert isinstance(gap := picture.readings["luma_p97"], NotMeasured)
    assert gap.gap is Gap.UNCLEAR


def test_keyframes_of_two_sizes_are_judged_without_comparing_them(
    living: Make, look: Make, outfit: Outfit
) -> None:
    first, last = living(), living(352, 288)
    mixed = replace(first, parameter_sets=b"", keyframes=(first.keyframes[0], last.keyframes[1]))
    assert faults_of(look(mixed), outfit) == ()


def spanning(make_scene: Make, low: int, high: int) -> Any:  # noqa: ANN401  pixels
    """Return a grey scene with a good part of it at either end of these levels."""
    grey = cv2.cvtColor(make_scene(), cv2.COLOR_BGR2GRAY).astype(np.float32)
    stretched = np.clip((grey - 80) * (high - low) / 60 + low, low, high).astype(np.uint8)
    return cv2.merge([stretched] * 3)


@pytest.mark.parametrize("codec", ["H264", "H265"])
@pytest.mark.parametrize("flagged", [False, True])
@pytest.mark.parametrize("is_full", [False, True])
def test_the_levels_say_what_range_it_is_whatever_the_flag_says(
    is_full: bool, flagged: bool, codec: str, make_scene: Make, grab_of: Make
) -> None:
    pixels = spanning(make_scene, 0, 255)
    seen = frames(grab_of([pixels] * 2, codec=codec, full_range=is_full, flagged_full=flagged))
    assert [frame.full_range for frame in seen] == [is_full] * 2


@pytest.mark.parametrize("flagged", [False, True])
def test_levels_that_prove_nothing_leave_the_flag_in_force(
    flagged: bool, make_scene: Make, grab_of: Make
) -> None:
    pixels = spanning(make_scene, 60, 180)
    seen = frames(grab_of([pixels], full_range=flagged, flagged_full=flagged))
    assert seen[0].full_range is flagged


def test_captions_in_full_white_do_not_make_a_range(make_scene: Make, captioned: Make, grab_of: Make) -> None:
    pixels = cv2.convertScaleAbs(make_scene(), alpha=0.6, beta=40)
    grab = grab_of([captioned(pixels, "2026-11-20 22:00:01")], full_range=True, flagged_full=False)
    assert frames(grab)[0].full_range is False


def test_interlaced_pictures_are_known_as_such(living: Make) -> None:
    assert [frame.interlaced for frame in frames(living(**FORMATS["interlaced"]))] == [True, True]
    assert [frame.interlaced for frame in frames(living())] == [False, False]


def test_the_shape_of_a_pixel_is_what_the_stream_says(living: Make) -> None:
    said = living(704, 576, options={"preset": "ultrafast", "bf": "0", "x264-params": "sar=12/11"})
    assert frames(said)[0].sar == pytest.approx(12 / 11)
    assert frames(living())[0].sar is None


def test_a_picture_that_is_to_be_shown_turned_is_turned(living: Make, look: Make, to_be_turned: Make) -> None:
    turned = to_be_turned(living(640, 360), 1)
    assert frames(turned)[0].luma.shape == (640, 360)
    readings = look(turned).readings
    assert (readings["width"], readings["height"]) == (Measured(360), Measured(640))


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG", "MPEG4"])
def test_a_cut_keyframe_makes_up_no_fault(codec: str, living: Make, look: Make, outfit: Outfit) -> None:
    grab, chance = living(codec=codec), random.Random(codec)
    for _ in range(12):
        cut = tuple(
            replace(key, payload=key.payload[: chance.randrange(len(key.payload))]) for key in grab.keyframes
        )
        assert faults_of(look(replace(grab, keyframes=cut)), outfit) == ()


# H.265 is left out: its decoder goes on after a wrong bit without a word, to the picture's end. No such bit
# comes over a network: every packet has a checksum, and a lost one is known from its number.
@pytest.mark.parametrize("codec", ["H264", "JPEG", "MPEG4"])
def test_a_wrong_bit_makes_up_no_fault(codec: str, living: Make, look: Make, outfit: Outfit) -> None:
    grab, chance = living(codec=codec), random.Random(codec)
    for _ in range(12):
        assert faults_of(look(replace(grab, keyframes=bent(grab, chance, 1))), outfit) == ()


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG", "MPEG4"])
def test_whatever_is_bent_gives_readings_or_gaps(
    codec: str, living: Make, look: Make, outfit: Outfit
) -> None:
    grab, chance = living(codec=codec), random.Random(codec)
    for wrong in (1, 4, 16, 64):
        for _ in range(3):
            faults_of(look(replace(grab, keyframes=bent(grab, chance, wrong))), outfit)


def bent(grab: Grab, chance: random.Random, wrong: int) -> tuple[AccessUnit, ...]:
    """Return the keyframes, each with so many bits turned over."""
    keys = []
    for key in grab.keyframes:
        payload = bytearray(key.payload)
        for _ in range(wrong):
            payload[chance.randrange(len(payload))] ^= 1 << chance.randrange(8)
        keys.append(replace(key, payload=bytes(payload)))
    return tuple(keys)


@pytest.mark.parametrize("called", ["H264", "H265", "JPEG", "MPEG4"])
@pytest.mark.parametrize("payload", [b"", b"\x00", bytes(4096), b"\xff" * 4096, b"\x00\x00\x01\x65" * 64])
def test_what_is_no_picture_is_a_gap(
    payload: bytes, called: str, living: Make, look: Make, outfit: Outfit
) -> None:
    grab = living()
    keys = tuple(replace(key, payload=payload) for key in grab.keyframes)
    picture = look(replace(grab, codec=called, parameter_sets=b"", keyframes=keys))
    assert faults_of(picture, outfit) == ()
    assert isinstance(picture.readings["width"], NotMeasured)


CODECS = ["H264", "H265", "JPEG", "MPEG4"]


def lossy(grab: Grab) -> Grab:
    """Return the grab as when a packet in the middle of each keyframe was lost."""
    keys = tuple(
        replace(key, payload=key.payload[: len(key.payload) // 2], damaged=True) for key in grab.keyframes
    )
    return replace(grab, keyframes=keys)


@pytest.mark.parametrize("codec", CODECS)
def test_of_keyframes_that_lost_packets_only_the_size_is_read(codec: str, living: Make, look: Make) -> None:
    readings = look(lossy(living(codec=codec))).readings
    size = {name: reading.value for name, reading in readings.items() if isinstance(reading, Measured)}
    assert size == {"width": 640, "height": 360}
    assert {reading for name, reading in readings.items() if name not in size} == {
        NotMeasured(Gap.NO_PICTURE, "each of 2 keyframes lost packets on the way")
    }


def test_a_damaged_picture_leaves_nothing_to_look_at_or_to_remember(living: Make, look: Make) -> None:
    picture = look(lossy(living()))
    assert (picture.jpeg, picture.crops, picture.kept) == (b"", {}, None)


def test_a_damaged_sub_stream_tells_nothing_of_the_main_stream(living: Make, look: Make) -> None:
    why = NotMeasured(Gap.UNSUPPORTED, "main stream: it offers SVAC; only the sub-stream was seen")
    readings = look(replace(lossy(living()), role="sub", main_gap=why)).readings
    assert not any(isinstance(reading, Measured) for reading in readings.values())


def test_of_a_sub_stream_what_tells_of_the_main_one_is_a_gap(living: Make, look: Make) -> None:
    why = NotMeasured(Gap.UNSUPPORTED, "main stream: it offers SVAC; only the sub-stream was seen")
    readings = look(replace(living(352, 288), role="sub", main_gap=why)).readings
    assert {metric for metric, reading in readings.items() if reading == why} >= {"width", "height"}
    assert not any(metric.startswith("tvl_") and reading != why for metric, reading in readings.items())
    assert isinstance(readings["luma_p97"], Measured)
