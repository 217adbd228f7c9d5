"""What is read from decoded keyframes: size, levels, stillness, and the small picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from probe.memory import Job
from probe.model import Gap, Measured, NotMeasured, Picture, Reading
from probe.picture.check import Outfit
from probe.picture.checks import METRICS
from probe.picture.look import look_at
from probe.picture.probes import PROBES

Make = Callable[..., Any]
ALL_METRICS = set(METRICS)


def value(picture: Picture, metric: str) -> Any:  # noqa: ANN401  a number, or whatever came instead
    reading: Reading = picture.readings[metric]
    assert isinstance(reading, Measured), reading
    return reading.value


def share(job: Job, outfit: Outfit) -> float:
    return float(value(look_at(job, outfit), "identical_textured_share"))


@pytest.mark.parametrize(
    ("codec", "width", "height", "pix_fmt"),
    [
        ("H264", 640, 360, "yuv420p"),
        ("H264", 176, 144, "yuv420p"),
        ("H264", 16, 16, "yuv420p"),
        ("H264", 322, 242, "yuv420p"),
        ("H264", 321, 243, "yuv444p"),
        ("H264", 640, 360, "yuv422p"),
        ("H264", 640, 360, "yuv420p10le"),
        ("H264", 640, 360, "yuv422p10le"),
        ("H264", 640, 360, "gray"),
        ("H265", 640, 360, "yuv420p"),
        ("H265", 640, 360, "yuv420p10le"),
        ("H265", 640, 360, "gray"),
        ("H265", 66, 70, "yuv420p"),
        ("H265", 640, 360, "gbrp"),
        ("JPEG", 640, 360, "yuvj422p"),
        ("JPEG", 333, 251, "yuvj420p"),
        ("MPEG4", 352, 288, "yuv420p"),
    ],
)
def test_the_size_is_that_of_the_decoded_picture(
    make_scene: Make,
    grab_of: Make,
    outfit: Outfit,
    job: Make,
    codec: str,
    width: int,
    height: int,
    pix_fmt: str,
) -> None:
    grab = grab_of([make_scene(width, height)] * 2, codec=codec, pix_fmt=pix_fmt)
    picture = look_at(job(grab), outfit)
    assert (value(picture, "width"), value(picture, "height")) == (width, height)
    assert set(picture.readings) == ALL_METRICS


def test_the_levels_are_those_of_the_picture_whatever_its_range_and_depth(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    grey = np.full((144, 176, 3), 100, np.uint8)
    levels = [
        value(look_at(job(grab_of([grey], **form)), outfit), "luma_p97")
        for form in (
            {"full_range": False},
            {"full_range": True},
            {"pix_fmt": "yuv420p10le"},
            {"codec": "JPEG"},
            {"codec": "H265"},
            {"pix_fmt": "gray"},
        )
    ]
    assert levels == pytest.approx([100] * 6, abs=2.5)


def test_a_black_picture_with_a_caption_is_dark_even_and_grey(
    captioned: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    black = noisy(captioned(np.zeros((360, 640, 3), np.uint8), "2026-03-02 08:00", 0.6), 1)
    picture = look_at(job(grab_of([black])), outfit)
    assert value(picture, "luma_p97") < 30
    assert value(picture, "luma_spread") < 8
    assert value(picture, "chroma_mean") < 12


def test_a_blue_card_is_coloured(grab_of: Make, outfit: Outfit, job: Make) -> None:
    blue = np.zeros((144, 176, 3), np.uint8)
    blue[:] = (120, 0, 0)
    assert value(look_at(job(grab_of([blue])), outfit), "chroma_mean") > 25


def test_monochrome_has_no_colour(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    assert value(look_at(job(grab_of([make_scene()], pix_fmt="gray")), outfit), "chroma_mean") == 0


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG", "MPEG4"])
@pytest.mark.parametrize("size", [(352, 288), (640, 360), (1280, 720)])
def test_a_living_scene_is_not_still(
    make_scene: Make,
    noisy: Make,
    captioned: Make,
    grab_of: Make,
    outfit: Outfit,
    job: Make,
    codec: str,
    size: tuple[int, int],
) -> None:
    looks = [captioned(noisy(make_scene(*size), number), "GATE 1") for number in range(3)]
    assert share(job(grab_of(looks, codec=codec)), outfit) < 0.05


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG"])
def test_a_stuck_scene_is_still(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make, codec: str
) -> None:
    assert share(job(grab_of([make_scene()] * 3, codec=codec)), outfit) > 0.5


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG"])
@pytest.mark.parametrize("scale", [0.5, 0.9])
def test_a_running_clock_does_not_hide_a_stuck_scene(
    make_scene: Make, captioned: Make, grab_of: Make, outfit: Outfit, job: Make, codec: str, scale: float
) -> None:
    looks = [captioned(make_scene(), f"2026-03-02 08:00:{second:02}", scale) for second in (11, 13, 15)]
    assert share(job(grab_of(looks, codec=codec)), outfit) > 0.1


def test_a_caption_that_stands_still_does_not_make_a_living_scene_still(
    make_scene: Make, noisy: Make, captioned: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    flat = cv2.GaussianBlur(make_scene(), (0, 0), 3)
    looks = [captioned(noisy(flat, number), "SCHOOL GATE NORTH 01") for number in range(3)]
    assert share(job(grab_of(looks, options={"crf": "18"})), outfit) < 0.05


def test_the_time_between_the_keyframes_is_given(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    assert value(look_at(job(grab_of([make_scene()] * 3)), outfit), "still_s") == 4.0


@pytest.mark.parametrize(("count", "apart"), [(1, 2.0), (2, 1.0)])
def test_without_two_keyframes_far_apart_stillness_is_too_short(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make, count: int, apart: float
) -> None:
    picture = look_at(job(grab_of([make_scene()] * count, seconds_apart=apart)), outfit)
    reading = picture.readings["identical_textured_share"]
    assert isinstance(reading, NotMeasured)
    assert reading.gap is Gap.TOO_SHORT
    assert value(picture, "width") == 640


@pytest.mark.parametrize("level", [0, 90, 250])
def test_a_scene_without_texture_is_a_gap_and_no_share(
    grab_of: Make, outfit: Outfit, job: Make, level: int
) -> None:
    blank = np.full((360, 640, 3), level, np.uint8)
    reading = look_at(job(grab_of([blank] * 3)), outfit).readings["identical_textured_share"]
    assert isinstance(reading, NotMeasured)
    assert "texture" in reading.detail


def test_a_size_that_changes_between_keyframes_is_a_gap(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    large, small = grab_of([make_scene()]), grab_of([make_scene(320, 180)])
    keys = (large.keyframes[0], replace(small.keyframes[0], time_s=4.0))
    # Parameter sets go in front of each keyframe, so the SDP's must not shadow them.
    picture = look_at(job(replace(large, parameter_sets=b"", keyframes=keys)), outfit)
    assert isinstance(picture.readings["identical_textured_share"], NotMeasured)


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG"])
def test_a_picture_over_the_limit_is_refused_by_name(
    make_scene: Make, grab_of: Make, outfits: Make, job: Make, codec: str
) -> None:
    grab = grab_of([make_scene()], codec=codec)
    reading = look_at(job(grab), outfits(max_pixels=100_000)).readings["width"]
    assert reading == NotMeasured(Gap.UNSUPPORTED, "a picture of 640x360 is over the limit of 100000 pixels")


def test_no_keyframe_is_too_short(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    picture = look_at(job(replace(grab_of([make_scene()]), keyframes=())), outfit)
    assert {reading.gap for reading in picture.readings.values() if isinstance(reading, NotMeasured)} == {
        Gap.TOO_SHORT
    }


def test_garbage_is_no_picture(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    grab = grab_of([make_scene()])
    key = replace(grab.keyframes[0], payload=b"\0\0\0\1\x65" + bytes(range(256)) * 4)
    picture = look_at(job(replace(grab, keyframes=(key,))), outfit)
    gap = NotMeasured(Gap.NO_PICTURE, "none of 1 keyframes could be decoded whole")
    assert set(picture.readings.values()) == {gap}


def test_a_damaged_keyframe_is_passed_over_for_a_whole_one(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    grab = grab_of([make_scene(seed=1), make_scene(seed=2), make_scene(seed=3)])
    keys = (*grab.keyframes[:2], replace(grab.keyframes[2], payload=b"?", damaged=True))
    assert value(look_at(job(replace(grab, keyframes=keys)), outfit), "keyframes") == 2


def test_every_metric_is_promised_by_one_probe() -> None:
    promised = [metric for probe in PROBES for metric in probe.metrics]
    assert sorted(promised) == sorted(ALL_METRICS)
