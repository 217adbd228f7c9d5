"""ONVIF Replay: asking for a recording's address, playing from a moment, and the moment each frame is of.

ONVIF Replay Control Service and Streaming Specification §6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from probe.errors import Malformed
from probe.wire.onvif_media import parse_uri_answer
from probe.wire.recorder import WallTime, parse_wall_time
from probe.wire.rtp import Packet
from probe.wire.rtsp import Headers
from probe.wire.soap import Reply, escaped

REPLAY = "http://www.onvif.org/ver10/replay/wsdl"
STAMP_PROFILE = 0xABAC

GET_CAPABILITIES = f'<trp:GetServiceCapabilities xmlns:trp="{REPLAY}"/>'


@dataclass(frozen=True, slots=True)
class ReplayCapabilities:
    """None is what was not said. `longest_session_s` is the greatest time a session may be kept open."""

    over_tcp: bool | None
    backwards: bool | None
    longest_session_s: float | None


@dataclass(frozen=True, slots=True)
class ReplayStamp:
    """What a replayed packet says of its frame: when it was recorded, in UTC, and where it stands."""

    at: datetime
    is_clean_point: bool
    ends_stretch: bool
    follows_gap: bool
    ends_all: bool


def get_replay_uri(recording: str) -> str:
    """Return the operation that asks for the address of a recording, to be played over RTSP."""
    return (
        f'<trp:GetReplayUri xmlns:trp="{REPLAY}"><trp:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>'
        "<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></trp:StreamSetup>"
        f"<trp:RecordingToken>{escaped(recording)}</trp:RecordingToken></trp:GetReplayUri>"
    )


def parse_replay_uri(reply: Reply) -> str:
    """Return the address as it was said. Raise Malformed when there is none, or it is of something else."""
    if reply.operation.lower() != "getreplayuriresponse":
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of GetReplayUriResponse")
    return parse_uri_answer(reply)


def parse_replay_capabilities(reply: Reply) -> ReplayCapabilities:
    """Return what the replay service says that it can. Raise Malformed when it says nothing of it."""
    said = reply.find("GetServiceCapabilitiesResponse", "Capabilities")
    if said is None:
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of the Capabilities of replay")
    span = re.fullmatch(r"[\d.]{1,20}\s+(\d{1,12}(?:\.\d{1,9})?)", said.get("SessionTimeoutRange"))
    return ReplayCapabilities(
        over_tcp=_flag(said.get("RTP_RTSP_TCP")),
        backwards=_flag(said.get("ReversePlayback")),
        longest_session_s=float(span[1]) if span else None,
    )


def play_headers(
    start: datetime, end: datetime | None = None, *, at_own_speed: bool = True, only_keyframes: bool = False
) -> Headers:
    """Return the headers of PLAY for aware times; without `at_own_speed` it sends as fast as it is read."""
    headers = [
        ("Require", "onvif-replay"),
        ("Range", f"clock={format_clock(start)}-{format_clock(end) if end else ''}"),
        ("Rate-Control", "yes" if at_own_speed else "no"),
    ]
    if only_keyframes:
        headers.append(("Frames", "intra"))
    return tuple(headers)


def format_clock(moment: datetime) -> str:
    """Return an aware time as RTSP's clock, `20090615T114900.440Z`. RFC 2326 §3.7"""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y%m%dT%H%M%S}.{utc.microsecond // 1000:03}Z"


def parse_moment(text: str) -> WallTime | None:
    """Return a time as XML or RTSP write it, in any of their forms; None when it can be none."""
    try:
        return parse_wall_time(text)
    except Malformed:
        return None


def parse_stamp(packet: Packet) -> ReplayStamp | None:
    """Return what the extension of a replayed packet says; None when the packet has no such extension."""
    if packet.profile != STAMP_PROFILE or len(packet.extension) < _STAMP_BYTES:
        return None
    seconds = int.from_bytes(packet.extension[:4])
    fraction = int.from_bytes(packet.extension[4:8])
    # NTP counts from 1900 and begins anew in 2036. RFC 4330 §3
    since = _NTP_EPOCH if seconds & 0x80000000 else _NEXT_NTP_EPOCH
    flags = packet.extension[8]
    return ReplayStamp(
        at=since + timedelta(seconds=seconds, microseconds=fraction * 1_000_000 >> 32),
        is_clean_point=bool(flags & 0x80),
        ends_stretch=bool(flags & 0x40),
        follows_gap=bool(flags & 0x20),
        ends_all=bool(flags & 0x10),
    )


def format_stamp(stamp: ReplayStamp, sequence: int = 0) -> bytes:
    """Return the extension that carries a stamp; `sequence` is the CSeq of the PLAY that it answers."""
    after_wrap = stamp.at >= _NEXT_NTP_EPOCH
    since = stamp.at - (_NEXT_NTP_EPOCH if after_wrap else _NTP_EPOCH)
    fraction = -(-(since.microseconds << 32) // 1_000_000)
    flags = stamp.is_clean_point << 7 | stamp.ends_stretch << 6 | stamp.follows_gap << 5 | stamp.ends_all << 4
    seconds = since.days * 86400 + since.seconds
    return seconds.to_bytes(4) + fraction.to_bytes(4) + bytes([flags, sequence & 0xFF, 0, 0])


def as_utc(written: WallTime) -> datetime | None:
    """Return the moment that a time with a zone names; None for one without, or that no calendar holds."""
    try:
        match written.zone:
            case "z":
                return written.local.replace(tzinfo=UTC)
            case "offset":
                offset = timezone(timedelta(seconds=written.offset_s or 0))
                return written.local.replace(tzinfo=offset).astimezone(UTC)
            case "none":
                return None
    except (OverflowError, ValueError):  # +99:00 is no zone
        return None


_STAMP_BYTES = 12
_NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
_NEXT_NTP_EPOCH = _NTP_EPOCH + timedelta(seconds=1 << 32)


def _flag(said: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(said.lower())
