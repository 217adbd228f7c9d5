"""Decodes keyframes, one at a time and in one thread, into planes of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import av
import cv2
import numpy as np
from av.codec.context import Flags
from numpy.typing import NDArray

from probe.errors import Unsupported
from probe.model import AccessUnit, Grab
from probe.wire.h26x import split_annex_b
from probe.wire.jpeg import frame_size
from probe.wire.sps import declared_size

Plane = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture as the encoder stored it. `chroma` is None where there is no colour at all."""

    time_s: float
    luma: Plane  # height x width
    chroma: tuple[Plane, Plane] | None
    bits: int
    full_range: bool

    @property
    def width(self) -> int:
        return int(self.luma.shape[1])

    @property
    def height(self) -> int:
        return int(self.luma.shape[0])


class Decoded(NamedTuple):
    time_s: float
    picture: av.VideoFrame


def decode(grab: Grab, max_pixels: int) -> list[Decoded]:
    """Return the first and the last keyframe that decode without error: two, one or none.

    Raise Unsupported, before anything is decoded, for pictures of more than `max_pixels`.
    """
    _refuse_too_large(grab, max_pixels)
    # A keyframe with a lost packet is taken only where there is no whole one.
    whole = [key for key in grab.keyframes if not key.damaged] or list(grab.keyframes)
    first = _first_good(grab, whole, max_pixels)
    if first is None:
        return []
    later = [key for key in whole if key.time_s > first.time_s]
    last = _first_good(grab, reversed(later), max_pixels)
    return [first] if last is None else [first, last]


def frame_of(decoded: Decoded) -> Frame:
    """Return the planes of a decoded picture, copied; what is not YUV or grey is converted first."""
    picture = decoded.picture
    if picture.format.is_rgb or not _is_plain(picture):
        picture = picture.reformat(format="yuv444p")
    bits = picture.format.components[0].bits
    planes = [_plane(plane, bits) for plane in picture.planes]
    full_range = picture.color_range == _FULL_RANGE or picture.format.name.startswith("yuvj")
    chroma = (planes[1], planes[2]) if len(planes) >= 3 else None
    return Frame(decoded.time_s, planes[0], chroma, bits, full_range)


def luma_percentiles(frame: Frame, width: int, shares: Sequence[float]) -> tuple[float, ...]:
    """Return the luma levels, full range 0..255, under which these shares (0..1) of the points lie.

    The picture is looked at no wider than `width`.
    """
    depth = 1 << frame.bits
    counts = cv2.calcHist([_to_width(frame.luma, width)], [0], None, [depth], [0, depth]).ravel()
    reached = np.cumsum(counts)
    found = np.searchsorted(reached, np.asarray(shares) * reached[-1]) / (1 << (frame.bits - 8))
    low, span = (0.0, 255.0) if frame.full_range else (16.0, 219.0)
    return tuple(float(level) for level in np.clip((found - low) * (255.0 / span), 0.0, 255.0))


def chroma_levels(frame: Frame, width: int) -> NDArray[np.float32]:
    """Return how far each point is from grey, in full range; one 0 where there is no colour plane."""
    if frame.chroma is None:
        return np.zeros((1, 1), np.float32)
    gain = 1.0 if frame.full_range else 255.0 / 224.0
    u, v = (
        _to_width(plane, max(1, width // 2)).astype(np.float32) / (1 << (frame.bits - 8)) - 128.0
        for plane in frame.chroma
    )
    return np.asarray(np.hypot(u, v) * gain, np.float32)


def luma_8bit(frame: Frame) -> NDArray[np.uint8]:
    if frame.luma.dtype == np.uint8:
        return frame.luma.view(np.uint8)
    return (frame.luma >> (frame.bits - 8)).astype(np.uint8)


_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_DECODERS = {"H264": "h264", "H265": "hevc", "JPEG": "mjpeg", "MPEG4": "mpeg4"}


def _refuse_too_large(grab: Grab, max_pixels: int) -> None:
    payload = grab.keyframes[0].payload if grab.keyframes else b""
    if grab.codec == "JPEG":
        size = frame_size(payload[:4096])
    else:
        size = declared_size(grab.codec, split_annex_b(grab.parameter_sets + payload[:4096]))
    if size and size[0] * size[1] > max_pixels:
        raise Unsupported(f"a picture of {size[0]}x{size[1]} is over the limit of {max_pixels} pixels")


def _first_good(grab: Grab, keyframes: Iterable[AccessUnit], max_pixels: int) -> Decoded | None:
    return next((good for key in keyframes if (good := _decode_one(grab, key, max_pixels))), None)


def _decode_one(grab: Grab, key: AccessUnit, max_pixels: int) -> Decoded | None:
    # A decoder of its own for every picture: what one leaves behind cannot spoil the next.
    decoder = av.CodecContext.create(_DECODERS[grab.codec], "r")
    assert isinstance(decoder, av.VideoCodecContext)  # noqa: S101  the four names above are video
    decoder.thread_type = "NONE"
    decoder.thread_count = 1
    decoder.flags |= Flags.low_delay | Flags.output_corrupt
    decoder.options = {"max_pixels": str(max_pixels)}
    try:
        packet = av.Packet(grab.parameter_sets + key.payload)
        pictures = [*decoder.decode(packet), *decoder.decode(None)]
    except av.error.FFmpegError:
        return None
    good = [picture for picture in pictures if not picture.is_corrupt]
    return Decoded(key.time_s, good[-1]) if good else None


def _is_plain(picture: av.VideoFrame) -> bool:
    """Tell whether plane 0 is the luma and the colour lies in planes of its own."""
    form = picture.format
    return (form.is_planar or len(form.components) == 1) and len(picture.planes) in (1, 3)


def _plane(plane: av.video.plane.VideoPlane, bits: int) -> Plane:
    kind: type[np.uint8] | type[np.uint16] = np.uint16 if bits > 8 else np.uint8
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    used = np.ascontiguousarray(rows[:, : plane.width * np.dtype(kind).itemsize])
    return used.view(kind)


def _to_width(plane: Plane, width: int) -> Plane:
    height, native = plane.shape
    if native <= width:
        return plane
    size = (width, max(1, round(height * width / native)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), plane.dtype)
