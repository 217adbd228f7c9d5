"""Collects the packets of one stream until there is enough of it to judge."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from probe.errors import Malformed
from probe.model import AccessUnit, Grab
from probe.wire.coded import Assembler, Coded
from probe.wire.h26x import H26xAssembler, annex_b
from probe.wire.jpeg import JpegAssembler
from probe.wire.mpeg4 import Mpeg4Assembler
from probe.wire.onvif_replay import parse_stamp
from probe.wire.rtp import Clock, Order, parse_packet
from probe.wire.sdp import VideoTrack


class Collector:
    """Keeps keyframes and counts everything else."""

    def __init__(self, track: VideoTrack, *, span_s: float, transport: Literal["tcp", "udp"]) -> None:
        self.pictures = 0
        self.enough = False
        self.bytes_received = 0
        self._track = track
        self._span_s = span_s
        self.transport: Literal["tcp", "udp"] = transport
        self._assembler = assembler_for(track)
        self._order = Order(depth=_UDP_DEPTH if transport == "udp" else 0)
        self._clock = Clock(track.clock_hz)
        self._kept: list[AccessUnit] = []
        self._key_times: list[float] = []
        self._first_good_s: float | None = None
        self._newest_s = 0.0
        self._oldest_s = 0.0
        self._coded_bytes = 0
        self._last_bytes = 0
        self._recorded_at: datetime | None = None

    @property
    def span_s(self) -> float:
        return self._newest_s - self._oldest_s

    def feed(self, received: bytes) -> None:
        """Take one packet as it came; what is no RTP packet is left out."""
        self.bytes_received += len(received)
        try:
            packet = parse_packet(received)
        except Malformed:
            return
        if self._recorded_at is None and packet.profile and (stamp := parse_stamp(packet)) is not None:
            self._recorded_at = stamp.at
        for ordered, broken in self._order.feed(packet):
            self._add(self._assembler.feed(ordered, broken=broken))

    def finish(self, uri: str, note: str = "") -> Grab:
        """Return what was collected. Fields that need more than one picture are None with one."""
        if not self.enough:
            for ordered, broken in self._order.flush():
                self._add(self._assembler.feed(ordered, broken=broken))
            self._add(self._assembler.close())
        span_s, keys = self.span_s, self._key_times
        timed = self.pictures > 1 and span_s > 0
        return Grab(
            codec=self._track.codec,
            parameter_sets=self._parameter_sets(),
            keyframes=tuple(self._kept),
            pictures=self.pictures,
            span_s=round(span_s, 3),
            bytes_received=self.bytes_received,
            packets_lost=self._order.lost,
            fps=round((self.pictures - 1) / span_s, 2) if timed else None,
            # The last picture's time is not over yet, so its bytes are not counted.
            kbps=round((self._coded_bytes - self._last_bytes) * 8 / span_s / 1000, 1) if timed else None,
            keyframe_interval_s=round((keys[-1] - keys[0]) / (len(keys) - 1), 3) if len(keys) > 1 else None,
            transport=self.transport,
            uri=uri,
            note=note,
            recorded_at=self._recorded_at,
        )

    def _parameter_sets(self) -> bytes:
        if self._track.codec in ("H264", "H265"):
            return annex_b(self._track.parameter_sets)
        return b"".join(self._track.parameter_sets)

    def _add(self, picture: Coded | None) -> None:
        if picture is None:
            return
        time_s = self._clock.seconds(picture.timestamp)
        if self.pictures == 0:
            self._newest_s = self._oldest_s = time_s
        self.pictures += 1
        self._newest_s, self._oldest_s = max(self._newest_s, time_s), min(self._oldest_s, time_s)
        self._coded_bytes += picture.size
        self._last_bytes = picture.size
        if picture.keyframe:
            self._add_keyframe(picture, time_s)

    def _add_keyframe(self, picture: Coded, time_s: float) -> None:
        self._key_times.append(time_s)
        far = self._first_good_s is not None and time_s - self._first_good_s >= self._span_s - _JITTER_S
        is_first_good = self._first_good_s is None and not picture.damaged
        if far or is_first_good or not self._kept or time_s - self._kept[-1].time_s >= _KEEP_EVERY_S:
            self._kept.append(AccessUnit(picture.payload, round(time_s, 4), True, picture.damaged))
        if not picture.damaged:
            self._enough_or_first(time_s, far=far)

    def _enough_or_first(self, time_s: float, *, far: bool) -> None:
        if self._first_good_s is None:
            self._first_good_s = time_s
        elif far:
            self.enough = True


def assembler_for(track: VideoTrack) -> Assembler:
    """Return what puts this track's pictures together."""
    match track.codec:
        case "H264":
            return H26xAssembler("H264")
        case "H265":
            return H26xAssembler("H265")
        case "MPEG4":
            return Mpeg4Assembler()
        case _:
            return JpegAssembler(track.declared_width, track.declared_height)


_UDP_DEPTH = 32
_JITTER_S = 0.05  # encoders count 90 kHz in whole milliseconds
_KEEP_EVERY_S = 1.0  # between two keyframes that are kept: MJPEG has nothing else
