"""RTP and RTCP as simulated cameras send them: H.264 (RFC 6184) and H.265 (RFC 7798) cut into packets."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from probe.sim.encode import Picture
from probe.sim.model import Codec

_MOST_PAYLOAD_BYTES = 1400
_NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PacedPicture:
    """One picture as RTP payloads; `ticks` counts 90 kHz from the start of its GOP."""

    payloads: tuple[bytes, ...]
    ticks: int


def packetize(pictures: Sequence[Picture], codec: Codec) -> tuple[PacedPicture, ...]:
    return tuple(
        PacedPicture(tuple(part for nal in picture.nals for part in _parts(nal, codec)), picture.ticks)
        for picture in pictures
    )


def rtp_header(payload_type: int, sequence: int, timestamp: int, ssrc: int, *, marker: bool) -> bytes:
    return struct.pack(
        "!BBHII",
        0x80,
        payload_type | (0x80 if marker else 0),
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )


def extended(header: bytes, words: bytes, profile: int = 0xABAC) -> bytes:
    """Return the header with an extension of whole words; 0xABAC is that of ONVIF's replay."""
    return bytes([header[0] | 0x10]) + header[1:] + struct.pack("!HH", profile, len(words) // 4) + words


def replay_words(stamped: datetime, flags: tuple[bool, bool, bool, bool], sequence: int) -> bytes:
    """Return the extension of ONVIF Streaming §6.3. `stamped` are the digits of UTC, without a zone.

    `flags` are C, E, D and T: a key picture, the end of a stretch, after a gap, the end of all.
    """
    elapsed = stamped.replace(tzinfo=UTC) - _NTP_EPOCH
    seconds = elapsed.days * 86400 + elapsed.seconds
    fraction = (elapsed.microseconds << 32) // 1_000_000
    bits = sum(0x80 >> at for at, flag in enumerate(flags) if flag)
    return struct.pack("!IIBBH", seconds & 0xFFFFFFFF, fraction, bits, sequence & 0xFF, 0)


def goodbye(ssrc: int) -> bytes:
    """Return RTCP's BYE, with the empty report that every compound begins with."""
    return struct.pack("!BBHI", 0x80, 201, 1, ssrc) + struct.pack("!BBHI", 0x81, 203, 1, ssrc)


def sender_report(ssrc: int, at: datetime, timestamp: int, packets: int, octets: int) -> bytes:
    """Return a compound RTCP packet: sender report and a source description with a name."""
    elapsed = (at - _NTP_EPOCH).total_seconds()
    seconds = int(elapsed)
    report = struct.pack(
        "!BBHIIIIII",
        0x80,
        200,
        6,
        ssrc,
        seconds & 0xFFFFFFFF,
        int((elapsed - seconds) * (1 << 32)) & 0xFFFFFFFF,
        timestamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    return report + struct.pack("!BBHIBB", 0x81, 202, 3, ssrc, 1, 5) + b"(ipc)" + b"\x00"


def _parts(nal: bytes, codec: Codec) -> list[bytes]:
    if len(nal) <= _MOST_PAYLOAD_BYTES:
        return [nal]
    if codec == "H264":
        indicator, kind, body = bytes([nal[0] & 0xE0 | 28]), nal[0] & 0x1F, nal[1:]
    else:
        indicator, kind, body = bytes([nal[0] & 0x81 | 49 << 1, nal[1]]), nal[0] >> 1 & 0x3F, nal[2:]
    room = _MOST_PAYLOAD_BYTES - len(indicator) - 1
    starts = range(0, len(body), room)
    return [
        indicator
        + bytes([kind | (0x80 if start == 0 else 0) | (0x40 if start + room >= len(body) else 0)])
        + body[start : start + room]
        for start in starts
    ]
