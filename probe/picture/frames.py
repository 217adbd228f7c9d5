"""Decodes keyframes, one at a time and in one thread, into planes of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
    """One decoded picture as the encoder stored it, turned upright where the stream says how.

    `full_range` is what the picture shows, see frames_of. `sar` is a stored pixel's width over its height,
    None where the stream does not say. `interlaced`: every other row is half a frame older.
    """

    time_s: float
    luma: Plane  # height x width
    chroma: tuple[Plane, Plane] | None  # None where there is no colour at all
    bits: int
    full_range: bool
    sar: float | None = None
    interlaced: bool = False

    @property
    def width(self) -> int:
        return int(self.luma.shape[1])

    @property
    def height(self) -> int:
        return int(self.luma.shape[0])


class Decoded(NamedTuple):
    """One picture as the decoder gave it. `sar` as in Frame."""

    time_s: float
    picture: av.VideoFrame
    sar: float | None = None


def decode(grab: Grab, max_pixels: int) -> list[Decoded]:
    """Return the first and the last whole keyframe that decode without error: two, one or none.

    A keyframe that lost a packet is left out: of H.265 and JPEG the decoder shows what is missing as grey or
    smeared, without a word. Raise Unsupported, before anything is decoded, for more than `max_pixels`.
    """
    _refuse_too_large(grab, max_pixels)
    whole = [key for key in grab.keyframes if not key.damaged]
    first = _first_good(grab, whole, max_pixels)
    if first is None:
        return []
    later = [key for key in whole if key.time_s > first.time_s]
    last = _first_good(grab, reversed(later), max_pixels)
    return [first] if last is None else [first, last]


def decode_damaged(grab: Grab, max_pixels: int) -> Decoded | None:
    """Return what the decoder makes of a keyframe that is not whole; None where it shows nothing.

    It proves that there is a picture, and its size. What it shows is not to be judged.
    """
    shown = (_decode_one(grab, key, max_pixels, strictly=False) for key in grab.keyframes)
    return next((one for one in shown if one is not None), None)


def frames_of(decoded: Sequence[Decoded]) -> tuple[Frame, ...]:
    """Return the pictures' planes. All of one stream have one range, and the levels that they show decide it.

    Cameras are met that flag the wrong one: read as limited, a full range loses its darks and lights.
    """
    frames = tuple(frame_of(one) for one in decoded)
    shown = [shows_full_range(luma_8bit(frame), is_flagged=frame.full_range) for frame in frames]
    return tuple(replace(frame, full_range=any(shown)) for frame in frames)


def frame_of(decoded: Decoded) -> Frame:
    """Return the planes of a decoded picture, copied; what is not YUV or grey is converted first."""
    picture = decoded.picture
    interlaced, quarters = picture.interlaced_frame, quarter_turns(picture)
    if picture.format.is_rgb or not _is_plain(picture):
        picture = picture.reformat(format="yuv444p")
    bits = picture.format.components[0].bits
    planes = [_turned(_plane(plane, bits), quarters) for plane in picture.planes]
    is_full = picture.color_range == _FULL_RANGE or picture.format.name.startswith("yuvj")
    chroma = (planes[1], planes[2]) if len(planes) >= 3 else None
    sar = 1 / decoded.sar if decoded.sar and quarters % 2 else decoded.sar
    return Frame(decoded.time_s, planes[0], chroma, bits, is_full, sar, interlaced)


def quarter_turns(picture: av.VideoFrame) -> int:
    """Return how many quarters anticlockwise, 0..3, set the picture upright."""
    return round(picture.rotation / 90) % 4


def shows_full_range(luma: NDArray[np.uint8], *, is_flagged: bool) -> bool:
    """Say whether stored luma spans 0..255. The flag is believed until the levels prove it wrong.

    Limited luma does not lie outside 16..235 but for traces of coding; captions may, and are small. Full luma
    that stops dead at 16 or 235, with pixels piled up there, was clipped as limited.
    """
    counts = np.bincount(luma[:: max(1, luma.shape[0] // 270)].ravel(), minlength=256)
    share = counts / counts.sum()
    below, above = float(share[: _LOW - _CODING].sum()), float(share[_HIGH + _CODING + 1 :].sum())
    if not is_flagged:
        return max(below, above) > _MORE_THAN_CAPTIONS
    if max(below, above) > _TRACE:
        return True
    dark, light = share[_LOW - _CODING : 2 * _LOW], share[_HIGH - _LOW : _HIGH + _CODING + 1]
    clipped_dark = float(share[_LOW - 1 : _LOW + 2].sum()) > _PILE and abs(int(dark.argmax()) - _CODING) <= 1
    clipped_light = float(share[_HIGH - 1 : _HIGH + 2].sum()) > _PILE and abs(int(light.argmax()) - _LOW) <= 1
    return not (clipped_dark or clipped_light)


def full_range(levels: NDArray[np.uint8], *, is_full: bool) -> NDArray[np.float32]:
    """Return stored 8-bit luma as levels 0..255; a limited range is 16..235."""
    low, span = (0.0, 255.0) if is_full else (16.0, 219.0)
    return np.asarray(
        np.clip((levels.astype(np.float32) - low) * np.float32(255.0 / span), 0.0, 255.0), np.float32
    )


def to_width(plane: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """Return the plane at most `width` wide, averaged down."""
    height, native = plane.shape
    if native <= width:
        return plane
    size = (width, max(1, round(height * width / native)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def luma_8bit(frame: Frame) -> NDArray[np.uint8]:
    if frame.luma.dtype == np.uint8:
        return frame.luma.view(np.uint8)
    return (frame.luma >> (frame.bits - 8)).astype(np.uint8)


_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_LOW, _HIGH = 16, 235  # limited range, ITU-R BT.601
_CODING = 4  # levels that coding adds beyond either end
_MORE_THAN_CAPTIONS = 0.03
_TRACE = 0.0005
_PILE = 0.02
_ASPECTS = (0.2, 5.0)  # of a pixel: beyond, the header is wrong
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


def _decode_one(grab: Grab, key: AccessUnit, max_pixels: int, *, strictly: bool = True) -> Decoded | None:
    # A decoder of its own for every picture: what one leaves behind cannot spoil the next.
    decoder = av.CodecContext.create(_DECODERS[grab.codec], "r")
    assert isinstance(decoder, av.VideoCodecContext)  # noqa: S101  the four names above are video
    decoder.thread_type = "NONE"
    decoder.thread_count = 1
    decoder.flags |= Flags.low_delay | Flags.output_corrupt
    # Without "explode" a cut H.265 or JPEG picture comes as a good one, its rest grey.
    decoder.options = {"max_pixels": str(max_pixels), **({"err_detect": "explode"} if strictly else {})}
    try:
        packet = av.Packet(grab.parameter_sets + key.payload)
        pictures = [*decoder.decode(packet), *decoder.decode(None)]
    except av.error.FFmpegError:
        return None
    good = [picture for picture in pictures if not (strictly and picture.is_corrupt)]
    return Decoded(key.time_s, good[-1], _aspect(decoder)) if good else None


def _aspect(decoder: av.VideoCodecContext) -> float | None:
    said = decoder.sample_aspect_ratio
    return float(said) if said and _ASPECTS[0] <= said <= _ASPECTS[1] else None


def _is_plain(picture: av.VideoFrame) -> bool:
    """Tell whether plane 0 is the luma and the colour lies in planes of its own."""
    form = picture.format
    return (form.is_planar or len(form.components) == 1) and len(picture.planes) in (1, 3)


def _turned(plane: Plane, quarters: int) -> Plane:
    return np.ascontiguousarray(np.rot90(plane, quarters)) if quarters else plane


def _plane(plane: av.video.plane.VideoPlane, bits: int) -> Plane:
    kind: type[np.uint8] | type[np.uint16] = np.uint16 if bits > 8 else np.uint8
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    used = np.ascontiguousarray(rows[:, : plane.width * np.dtype(kind).itemsize])
    return used.view(kind)
