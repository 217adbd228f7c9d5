"""Pictures for these tests, coded for real: scenes with texture, sensor noise, captions, a clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from config.settings import Picture as PictureSettings
from probe.model import AccessUnit, Grab

Pixels = NDArray[np.uint8]
ENCODERS = {"H264": "libx264", "H265": "libx265", "JPEG": "mjpeg", "MPEG4": "mpeg4"}


@pytest.fixture
def settings() -> PictureSettings:
    return PictureSettings(
        analysis_width=960,
        snapshot_width=320,
        snapshot_quality=75,
        workers=1,
        max_pixels=33_000_000,
        decode_s=20.0,
        memory_mib=1024,
    )


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
) -> Grab:
    """Return these pictures as the keyframes of a grab, with a few P pictures between them in the encoder."""
    encoder: Any = av.CodecContext.create(ENCODERS[codec], "w")
    encoder.height, encoder.width = pictures[0].shape[:2]
    encoder.pix_fmt = "yuvj420p" if codec == "JPEG" and pix_fmt == "yuv420p" else pix_fmt
    encoder.framerate, encoder.time_base, encoder.gop_size = Fraction(2), Fraction(1, 2), 4
    encoder.bit_rate = 2_000_000
    encoder.color_range = 2 if full_range or codec == "JPEG" else 1
    # A constant quality, as cameras have it for JPEG: rate control alone would change every block.
    special = {"JPEG": {"qmin": "4", "qmax": "4"}}
    special["H264"] = {"preset": "ultrafast", "bf": "0", "sc_threshold": "0", "tune": "zerolatency"}
    special["H265"] = {
        "preset": "ultrafast",
        "x265-params": "keyint=4:min-keyint=4:scenecut=0:bframes=0:log-level=none:repeat-headers=1",
    }
    encoder.options = {**special.get(codec, {}), **(options or {})}
    packets = []
    for number, pixels in enumerate(pixels for pixels in pictures for _ in range(4)):
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(
            format=encoder.pix_fmt, dst_color_range=encoder.color_range
        )
        frame.pts = number
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    keys = [packet for packet in packets if packet.is_keyframe]
    if codec == "JPEG":
        keys = keys[::4]
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
