"""Pictures for these tests, coded for real: scenes with texture, sensor noise, captions, a clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from config.load import load_catalogue
from probe.memory import Baseline, Job
from probe.model import AccessUnit, Grab
from probe.picture.check import Outfit, outfit_of
from probe.picture.look import look_at

Pixels = NDArray[np.uint8]
ENCODERS = {"H264": "libx264", "H265": "libx265", "JPEG": "mjpeg", "MPEG4": "mpeg4"}


CATALOGUE = load_catalogue()


def outfit_with(**changed: Any) -> Outfit:  # noqa: ANN401  any setting of the section
    """Return the shipped outfit with one worker and these picture settings."""
    picture = CATALOGUE.settings.picture.model_copy(update={"workers": 1, "snapshot_width": 320, **changed})
    return replace(outfit_of(CATALOGUE.settings, CATALOGUE.faults.values()), picture=picture)


def job_of(grab: Grab, **known: Any) -> Job:  # noqa: ANN401  any field of a job
    """Return a job at a fixed moment."""
    return Job(grab, **{"at": datetime(2026, 11, 20, 22, 0, tzinfo=UTC), **known})


@pytest.fixture
def outfit() -> Outfit:
    return outfit_with()


@pytest.fixture
def outfits() -> Callable[..., Outfit]:
    return outfit_with


@pytest.fixture
def job() -> Callable[..., Job]:
    return job_of


def scene(width: int = 640, height: int = 360, seed: int = 1) -> Pixels:
    """Return a picture with edges and texture of several sizes."""
    chance = np.random.default_rng(seed)
    layers = [
        cv2.resize(chance.normal(0, 1, (height // size + 1, width // size + 1, 3)), (width, height))
        for size in (64, 16, 5)
    ]
    mixed: Any = 110 + 35 * layers[0] + 25 * layers[1] + 12 * layers[2]
    for _ in range(12):
        left, top = chance.integers(0, width), chance.integers(0, height)
        mixed[top : top + height // 6, left : left + width // 10] += chance.normal(0, 40, 3)
    return np.asarray(np.clip(mixed, 20, 235), np.uint8)


def with_noise(pixels: Pixels, seed: int, sigma: float = 1.0) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, sigma, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def with_text(pixels: Pixels, text: str, scale: float = 0.9) -> Pixels:
    out = pixels.copy()
    place = (12, int(32 * scale) + 4)
    cv2.putText(out, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 4, cv2.LINE_AA)
    cv2.putText(out, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 2, cv2.LINE_AA)
    return out


def grabbed(
    pictures: Sequence[Pixels],
    *,
    codec: str = "H264",
    seconds_apart: float = 2.0,
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    full_range: bool = False,
    flagged_full: bool | None = None,
    each: int = 4,
) -> Grab:
    """Return these pictures as the keyframes of a grab, each coded `each` times: the others are P pictures.

    `flagged_full`: what the stream says of its range, where that is a lie.
    """
    encoder: Any = av.CodecContext.create(ENCODERS[codec], "w")
    encoder.height, encoder.width = pictures[0].shape[:2]
    encoder.pix_fmt = "yuvj420p" if codec == "JPEG" and pix_fmt == "yuv420p" else pix_fmt
    encoder.framerate, encoder.time_base, encoder.gop_size = Fraction(2), Fraction(1, 2), each
    encoder.bit_rate = 2_000_000
    shown_range = 2 if full_range or codec == "JPEG" else 1
    encoder.color_range = shown_range if flagged_full is None else 1 + flagged_full
    # A constant quality, as cameras have it for JPEG: rate control alone would change every block.
    special = {"JPEG": {"qmin": "4", "qmax": "4"}}
    special["H264"] = {"preset": "ultrafast", "bf": "0", "sc_threshold": "0", "tune": "zerolatency"}
    special["H265"] = {
        "preset": "ultrafast",
        "x265-params": f"keyint={each}:min-keyint={each}:scenecut=0:bframes=0:log-level=none"
        ":repeat-headers=1",
    }
    encoder.options = {**special.get(codec, {}), **(options or {})}
    packets = []
    for number, pixels in enumerate(pixels for pixels in pictures for _ in range(each)):
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(
            format=encoder.pix_fmt, dst_color_range=shown_range
        )
        frame.color_range = encoder.color_range
        frame.pts = number
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    keys = [packet for packet in packets if packet.is_keyframe]
    if codec == "JPEG":
        keys = keys[::each]
    units = tuple(
        AccessUnit(bytes(packet), number * seconds_apart, keyframe=True) for number, packet in enumerate(keys)
    )
    return Grab(
        codec=codec,
        parameter_sets=bytes(encoder.extradata or b""),
        keyframes=units,
        pictures=len(packets),
        span_s=units[-1].time_s,
        bytes_received=sum(packet.size for packet in packets),
        packets_lost=0,
        fps=2.0,
        kbps=1000.0,
        keyframe_interval_s=seconds_apart,
        transport="tcp",
        uri="rtsp://h/",
    )


@pytest.fixture
def make_scene() -> Callable[..., Pixels]:
    return scene


@pytest.fixture
def noisy() -> Callable[..., Pixels]:
    return with_noise


@pytest.fixture
def captioned() -> Callable[..., Pixels]:
    return with_text


@pytest.fixture
def grab_of() -> Callable[..., Grab]:
    return grabbed


@pytest.fixture
def to_be_turned() -> Callable[[Grab, int], Grab]:
    """Return a maker of H.264 grabs that ask to be shown so many quarter turns anticlockwise."""

    def make(grab: Grab, quarters: int) -> Grab:
        return replace(grab, keyframes=tuple(_with_note(key, _turn(quarters)) for key in grab.keyframes))

    return make


def _turn(quarters: int) -> bytes:
    """Return an SEI. ITU-T H.264 D.1.27"""
    # Not cancelled, no flips, 65536ths of a turn, repetition 0, no extension, the stop bit.
    bits = "0" + "00" + f"{16384 * quarters:016b}" + "1" + "0" + "1"
    body = int(bits.ljust(24, "0"), 2).to_bytes(3)
    return b"\x00\x00\x00\x01\x06\x2f\x03" + body + b"\x80"


def _with_note(key: AccessUnit, note: bytes) -> AccessUnit:
    """Return the keyframe with an SEI before its first slice."""
    at = key.payload.index(b"\x00\x00\x01\x65")
    return replace(key, payload=key.payload[:at].rstrip(b"\x00") + note + b"\x00" + key.payload[at:])


@pytest.fixture
def baseline_of() -> Callable[..., Baseline]:
    """Return a maker of baselines: what a look at this grab leaves to be remembered."""

    def make(grab: Grab, number: int = 1, **changed: Any) -> Baseline:  # noqa: ANN401  any field of it
        kept = look_at(job_of(grab), outfit_with()).kept
        assert kept is not None
        made = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
        return replace(Baseline(number, kept.mode, "person", made, kept.record, kept.preset), **changed)

    return make


@pytest.fixture
def night_of() -> Callable[[Pixels], Pixels]:
    """Return a maker of infrared pictures: grey, bright in the middle and dark around it."""

    def make(pixels: Pixels) -> Pixels:
        high, wide = pixels.shape[:2]
        down, across = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
        lamp = 0.3 + 0.7 * np.exp(-(down**2 + across**2))
        grey = pixels.astype(np.float32) @ np.array([0.1, 0.3, 0.6], np.float32)
        return np.asarray(np.repeat((grey * lamp)[..., None], 3, axis=2), np.uint8)

    return make
