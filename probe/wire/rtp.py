"""RTP packets, bytes ⇄ values, their order and their time. RFC 3550."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from probe.errors import Malformed


class Packet(NamedTuple):
    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    extension: bytes = b""  # what follows the extension's own profile and length
    profile: int = 0


def parse_packet(received: bytes) -> Packet:
    """Return the RTP packet. Raise Malformed when it is none, or an RTCP report on the same channel."""
    if len(received) < 12:
        raise Malformed(f"RTP: {len(received)} bytes are no packet")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(received)
    if first >> 6 != 2:
        raise Malformed(f"RTP: version {first >> 6}")
    if 192 <= second <= 223:
        raise Malformed("RTP: this is RTCP")

    start = 12 + 4 * (first & 0x0F)
    extension, profile = b"", 0
    if first & 0x10:
        if len(received) < start + 4:
            raise Malformed("RTP: cut off in its header")
        profile, words = _EXTENSION.unpack_from(received, start)
        extension = received[start + 4 : start + 4 + 4 * words]
        start += 4 + 4 * words
    end = len(received)
    if first & 0x20:
        end -= received[-1]
    if start > end:
        raise Malformed("RTP: header and padding are longer than the packet")
    return Packet(
        second & 0x7F, second >= 0x80, sequence, timestamp, ssrc, received[start:end], extension, profile
    )


def format_packet(packet: Packet) -> bytes:
    """Return the bytes of a packet; an extension is written when its profile is not 0."""
    extended = packet.profile != 0
    head = _HEADER.pack(
        0x90 if extended else 0x80,
        packet.payload_type | (0x80 if packet.marker else 0),
        packet.sequence,
        packet.timestamp,
        packet.ssrc,
    )
    if extended:
        head += _EXTENSION.pack(packet.profile, len(packet.extension) // 4) + packet.extension
    return head + packet.payload


@dataclass(slots=True)
class Order:
    """Puts datagrams back into order. `depth` packets may overtake one before it counts as lost."""

    depth: int = 0
    lost: int = 0
    _next: int | None = None
    _ssrc: int | None = None
    _early: dict[int, Packet] = field(default_factory=dict)

    def feed(self, packet: Packet) -> list[tuple[Packet, bool]]:
        """Return packets in order, each with: were some lost just before it?"""
        if packet.ssrc != self._ssrc:  # TP-Link Tapo C320WS changes SSRC and sequence in mid-stream (retina)
            out = self.flush()
            self._ssrc, self._next = packet.ssrc, packet.sequence
            return [*out, *self._run(packet, broken=False)]

        ahead = (packet.sequence - (self._next or 0)) & 0xFFFF
        if ahead == 0:
            return self._run(packet, broken=False)
        if ahead >= 0x8000:
            if ahead < 0x10000 - _RESTART:  # far behind: the camera started counting anew
                out = self.flush()
                return [*out, *self._run(packet, broken=True)]
            return []  # a late one or a double
        self._early[packet.sequence] = packet
        return self.flush() if len(self._early) > self.depth else []

    def flush(self) -> list[tuple[Packet, bool]]:
        """Give up waiting for what is missing."""
        out: list[tuple[Packet, bool]] = []
        while self._early:
            base = self._next or 0
            first = min(self._early, key=lambda sequence: (sequence - base) & 0xFFFF)
            self.lost += (first - base) & 0xFFFF
            out += self._run(self._early.pop(first), broken=True)
        return out

    def _run(self, packet: Packet, *, broken: bool) -> list[tuple[Packet, bool]]:
        out = [(packet, broken)]
        self._next = (packet.sequence + 1) & 0xFFFF
        while self._early and (following := self._early.pop(self._next, None)) is not None:
            out.append((following, False))
            self._next = (self._next + 1) & 0xFFFF
        return out


@dataclass(slots=True)
class Clock:
    """Turns 32-bit timestamps into seconds from the first one; a jump of more than `_LEAP_S` is no time."""

    hz: int
    jumps: int = 0
    _last: int | None = None
    _ticks: int = 0

    def seconds(self, timestamp: int) -> float:
        if self._last is not None:
            step = (timestamp - self._last + 0x80000000) % 0x100000000 - 0x80000000
            if abs(step) > _LEAP_S * self.hz:
                self.jumps += 1  # a new time base after an SSRC change or a reboot of the encoder
                step = 0
            self._ticks += step
        self._last = timestamp
        return self._ticks / self.hz


_HEADER = struct.Struct(">BBHII")
_EXTENSION = struct.Struct(">HH")
_RESTART = 1024
_LEAP_S = 20.0
