"""Two seconds of a view as H.264 or H.265: one closed GOP, cut into NAL units."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from probe.sim.model import Codec, Stream
from probe.sim.people import Planes
from probe.sim.view import View

CLOCK_HZ = 90_000
_START_CODE = re.compile(rb"\x00\x00\x00?\x01")

# Small CPU first: 24 cameras must play on two cores. A constant quantiser keeps a frozen picture the same.
_X264 = "qp=27:ipratio=1.6:scenecut=0:threads=1:sliced-threads=0:bframes=0:keyint=infinite"
_X265 = (
    "qp=31:ipratio=1.6:pools=none:frame-threads=1:wpp=0:scenecut=0:bframes=0:keyint=-1:rc-lookahead=0:log-level=0:"
    "ctu=32:min-cu-size=32:rd=1:deblock=0:no-deblock=1:aq-mode=0:max-merge=1:no-temporal-mvp=1"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture: its NAL units without start codes, and its place in the GOP in 90 kHz ticks."""

    nals: tuple[bytes, ...]
    ticks: int
    keyframe: bool


def render(
    view: View, stream: Stream, start: datetime, since_s: float = math.inf
) -> Generator[tuple[Picture, ...], None, None]:
    """Yield the GOP that begins at this time of the device's clock: its key picture, then the rest in parts.

    `since_s` is how long the campus has been answering then. Nobody else may use the view meanwhile.
    """
    count = pictures_in(stream)
    encoder = _encoder(stream)
    frame = av.VideoFrame(stream.width, stream.height, "yuv420p")
    planes = _planes_of(frame)
    view.begin(planes, since_s)
    done = 0
    for part in _parts(count):
        coded: list[bytes] = []
        for i in part:
            view.show(planes, start + timedelta(seconds=i / stream.fps))
            frame.pts = i
            coded += [bytes(packet) for packet in encoder.encode(frame)]
        if part.stop == count:
            coded += [bytes(packet) for packet in encoder.encode(None)]
        yield tuple(
            Picture(_wanted(split(one), stream.codec), i * CLOCK_HZ // stream.fps, keyframe=i == 0)
            for i, one in enumerate(coded, done)
        )
        done += len(coded)


def pictures_in(stream: Stream) -> int:
    """Return how many pictures one GOP of the stream has."""
    return round(stream.fps * stream.gop_s)


def parameter_sets(stream: Stream) -> tuple[bytes, ...]:
    """Return VPS, SPS and PPS of a stream that nobody has rendered yet: they do not depend on the picture."""
    encoder = _encoder(stream)
    frame = av.VideoFrame(stream.width, stream.height, "yuv420p")
    for plane in _planes_of(frame):
        plane[:] = 128
    frame.pts = 0
    coded = [bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None))]
    return tuple(one for one in split(b"".join(coded)) if is_parameter_set(one, stream.codec))


def jpeg(view: View, stream: Stream, at: datetime, since_s: float = math.inf) -> bytes:
    """Return what the lens sees at this time as one JPEG file."""
    frame = av.VideoFrame(stream.width, stream.height, "yuv420p")
    planes = _planes_of(frame)
    view.begin(planes, since_s)
    view.show(planes, at)
    flat = np.concatenate([plane.reshape(-1) for plane in planes]).reshape(
        stream.height * 3 // 2, stream.width
    )
    _, file = cv2.imencode(".jpg", cv2.cvtColor(flat, cv2.COLOR_YUV2BGR_I420), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return file.tobytes()


def split(annex_b: bytes) -> list[bytes]:
    """Return the NAL units between start codes."""
    return [one.rstrip(b"\x00") for one in _START_CODE.split(annex_b) if one]


def nal_type(nal: bytes, codec: Codec) -> int:
    return nal[0] & 0x1F if codec == "H264" else nal[0] >> 1 & 0x3F


def _parts(count: int) -> list[range]:
    """The key picture alone, because somebody waits for it; then quarters, so that streams take turns."""
    edges = [0, *sorted({1, count // 4, count // 2, count * 3 // 4, count})]
    return [range(*pair) for pair in pairwise(edges) if pair[0] < pair[1]]


def _encoder(stream: Stream) -> VideoCodecContext:
    name, parameters = ("libx264", _X264) if stream.codec == "H264" else ("libx265", _X265)
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, VideoCodecContext)  # noqa: S101  a video codec by name; tells mypy
    encoder.width, encoder.height, encoder.pix_fmt = stream.width, stream.height, "yuv420p"
    encoder.framerate = Fraction(stream.fps)
    encoder.time_base = Fraction(1, stream.fps)
    encoder.max_b_frames = 0
    encoder.thread_count = 1
    encoder.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        f"{name.removeprefix('lib')}-params": parameters,
    }
    return encoder


def _planes_of(frame: av.VideoFrame) -> Planes:
    """Return the frame's own memory as arrays, so that nothing is copied between drawing and coding."""
    luma, blue, red = (_array_of(plane) for plane in frame.planes)
    return luma, blue, red


def _array_of(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    memory: Any = plane  # it has the buffer protocol; the annotations of PyAV do not say so
    rows: NDArray[np.uint8] = np.frombuffer(memory, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _wanted(nals: Sequence[bytes], codec: Codec) -> tuple[bytes, ...]:
    """Leave out what cameras do not send: delimiters and the encoder's own advertisement (SEI)."""
    unwanted = {6, 9} if codec == "H264" else {35, 39, 40}
    return tuple(one for one in nals if nal_type(one, codec) not in unwanted)


def is_parameter_set(nal: bytes, codec: Codec) -> bool:
    return nal_type(nal, codec) in ({7, 8} if codec == "H264" else {32, 33, 34})
