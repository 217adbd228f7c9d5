"""Codes frames as a camera does, and takes from them what our RTSP client would: keyframes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from probe.model import AccessUnit, Grab
from tests.bench.accuracy.scenes import FPS, GOP, Pixels
from tests.bench.accuracy.variants import Codec

SPAN_S = 4.0
ENCODERS = {"H264": "libx264", "H265": "libx265", "JPEG": "mjpeg"}
USUAL_BITS_PER_PIXEL = 0.09


def coded(
    frames: Iterable[Pixels],
    codec: Codec,
    *,
    fps: float = FPS,
    gop: int = GOP,
    rate: float = 1.0,
    bits_per_s: float | None = None,
    qp: int | None = None,
) -> tuple[bytes, list[av.Packet[Any]]]:
    """Return parameter sets and packets: at `rate` times the usual bits, at a bit rate, or a constant QP."""
    encoder: Any = None
    packets: list[av.Packet[Any]] = []
    for number, pixels in enumerate(frames):
        if encoder is None:
            high, wide = pixels.shape[:2]
            usual = wide * high * fps * USUAL_BITS_PER_PIXEL * (0.6 if codec == "H265" else 1.0)
            encoder = _encoder(codec, (wide, high), fps, gop, bits_per_s or usual * rate, qp)
        if pixels.ndim == 2:
            picture = av.VideoFrame.from_ndarray(pixels, format="gray").reformat(format=encoder.pix_fmt)
        else:
            picture = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(
                format=encoder.pix_fmt, dst_color_range=encoder.color_range
            )
        picture.pts = number
        packets += encoder.encode(picture)
    packets += encoder.encode(None)
    return bytes(encoder.extradata or b""), packets


def grab_of(
    codec: Codec, parameter_sets: bytes, packets: Sequence[av.Packet[Any]], *, fps: float = FPS
) -> Grab:
    """Return what our client hands over of this stream: it stops at the first keyframe after SPAN_S."""
    kept: list[AccessUnit] = []
    times: list[float] = []
    taken = size = 0
    for number, packet in enumerate(packets):
        taken, size = number + 1, size + packet.size
        if not packet.is_keyframe:
            continue
        time_s = round(number / fps, 4)
        times.append(time_s)
        far = time_s - times[0] >= SPAN_S - 0.05
        if far or not kept or time_s - kept[-1].time_s >= 1.0:
            kept.append(AccessUnit(bytes(packet), time_s, keyframe=True))
        if far:
            break
    span_s = (taken - 1) / fps
    last = packets[taken - 1].size
    return Grab(
        codec=codec,
        parameter_sets=parameter_sets,
        keyframes=tuple(kept),
        pictures=taken,
        span_s=round(span_s, 3),
        bytes_received=size,
        packets_lost=0,
        fps=round(fps, 2),
        kbps=round((size - last) * 8 / span_s / 1000, 1) if span_s else None,
        keyframe_interval_s=round((times[-1] - times[0]) / (len(times) - 1), 3) if len(times) > 1 else None,
        transport="tcp",
        uri="rtsp://camera/",
    )


def write_grab(grab: Grab, path: Path) -> None:
    """Keep a grab in a file; it appears whole or not at all."""
    fields = asdict(grab)
    units = fields.pop("keyframes")
    sets = fields.pop("parameter_sets")
    partial = path.with_suffix(".part")
    with zipfile.ZipFile(partial, "w") as packed:
        packed.writestr("sets", sets)
        for number, unit in enumerate(units):
            packed.writestr(f"key{number}", unit.pop("payload"))
        packed.writestr("grab.json", json.dumps({**fields, "keyframes": units}))
    partial.replace(path)


def read_grab(path: Path) -> Grab:
    with zipfile.ZipFile(path) as packed:
        fields = json.loads(packed.read("grab.json"))
        units = tuple(
            AccessUnit(payload=packed.read(f"key{number}"), **unit)
            for number, unit in enumerate(fields.pop("keyframes"))
        )
        return Grab(parameter_sets=packed.read("sets"), keyframes=units, **fields)


def _encoder(
    codec: Codec, size: tuple[int, int], fps: float, gop: int, bits_per_s: float, qp: int | None
) -> Any:  # noqa: ANN401  av.VideoCodecContext
    encoder: Any = av.CodecContext.create(ENCODERS[codec], "w")
    encoder.width, encoder.height = size
    encoder.framerate = Fraction(fps).limit_denominator(100)
    encoder.time_base = 1 / encoder.framerate
    encoder.gop_size = gop
    encoder.thread_count = 1
    encoder.pix_fmt = "yuvj420p" if codec == "JPEG" else "yuv420p"
    encoder.color_range = 2 if codec == "JPEG" else 1
    if codec == "JPEG":
        quality = str(max(2, (qp or 4)))
        encoder.options = {"qmin": quality, "qmax": quality}
        return encoder
    rate, burst = int(bits_per_s), int(bits_per_s * 1.2)
    if codec == "H264":
        options = {"preset": "veryfast", "bf": "0", "g": str(gop), "keyint_min": str(gop)}
        options |= {"sc_threshold": "0", "rc-lookahead": "0", "threads": "1"}
        options |= {"maxrate": str(burst), "bufsize": str(rate)} if qp is None else {"qp": str(qp)}
        encoder.options = options
    else:
        rates = f"vbv-maxrate={burst // 1000}:vbv-bufsize={rate // 1000}" if qp is None else f"qp={qp}"
        encoder.options = {
            "preset": "ultrafast",
            "x265-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:rc-lookahead=5:"
            f"repeat-headers=1:pools=1:frame-threads=1:log-level=error:{rates}",
        }
    if qp is None:
        encoder.bit_rate = rate
    return encoder
