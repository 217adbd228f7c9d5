"""What a recorder is asked in its maker's own protocol, times by the recorder's own clock. 厂商协议"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from probe.errors import Unsupported
from probe.model import Channel, Io, StreamOffer
from probe.vendor.writing import Writing
from probe.wire.recorder import Disk, Input, Track, WallTime
from probe.wire.uri import Uri, parse_uri


@dataclass(frozen=True, slots=True)
class Who:
    """What the device calls itself, in its own words."""

    is_recorder: bool
    said: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who made it and which one it is; empty is what it does not say. `mac` is aa:bb:cc:dd:ee:ff."""

    manufacturer: str
    model: str
    firmware: str
    serial: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A network card. `mac` is empty where it is not told, `has_dhcp` None."""

    address: str
    mac: str
    has_dhcp: bool | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """How it is set to register with a GB28181 platform. Codes are 20 digits or empty.

    `channel_codes` by channel number.
    """

    platform: str
    code: str
    registered: bool | None
    channel_codes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Take:
    """One recorded stretch, naive times of the recorder's own clock. `locked` is None where not said.

    `marked`: it may be locked for that.
    """

    start: datetime
    end: datetime
    locked: bool | None = None
    kind: str = ""
    source: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Takes:
    """What a window holds, in order of time, for so many requests. `is_whole`: it was read to its end.

    `is_ascending`: it was told in that order too, so that what is not read begins no earlier than the last.
    """

    takes: tuple[Take, ...]
    requests: int
    is_whole: bool = True
    is_ascending: bool = True


@dataclass(frozen=True, slots=True)
class Month:
    """Day → whether it has recordings, for the days of a month that were told, for so many requests."""

    days: Mapping[date, bool]
    requests: int = 1


@dataclass(frozen=True, slots=True)
class StreamPlace:
    """The channel and the stream that an address names."""

    number: int
    role: Literal["main", "sub"]


Streams = Mapping[int, tuple[StreamOffer, ...]]


@dataclass(frozen=True, slots=True)
class Vendor:
    """A maker's protocol. Every function reads only, and raises a DeviceError for what it is not told.

    `fetch_who` is the cheap question that shows whether a device speaks it. Streams are by channel, their
    addresses paths alone. `fetch_month` tells the recorded days of channel, year, month; `fetch_takes` the
    files of a channel between two times for at most so many requests; `fetch_recent` those since yesterday's
    noon or so, at the least cost. None: the protocol has no such question. `fetch_playback` gives the path
    where RTSP plays a channel between two times; None: ONVIF alone plays. `fetch_full_shares` names the
    channels that have a share of the disks for themselves which is, or may be, full. `fetch_writing` tells
    the texts on a channel's picture, a camera's too.
    """

    id: str
    fetch_who: Callable[[Io], Awaitable[Who]]
    fetch_identity: Callable[[Io], Awaitable[Identity]]
    fetch_inputs: Callable[[Io], Awaitable[tuple[Input, ...]]]
    fetch_streams: Callable[[Io], Awaitable[Streams]]
    fetch_disks: Callable[[Io], Awaitable[tuple[Disk, ...]]]
    fetch_tracks: Callable[[Io], Awaitable[tuple[Track, ...]]]
    fetch_clock: Callable[[Io], Awaitable[WallTime]] | None
    place_of: Callable[[str], StreamPlace | None]
    by_month: str = ""  # what recording_source says of it
    by_file: str = ""
    fetch_month: Callable[[Io, int, int, int], Awaitable[Month]] | None = None
    fetch_takes: Callable[[Io, int, datetime, datetime, int], Awaitable[Takes]] | None = None
    fetch_recent: Callable[[Io, int], Awaitable[Takes]] | None = None
    fetch_playback: Callable[[Io, int, datetime, datetime], Awaitable[str]] | None = None
    fetch_full_shares: Callable[[Io], Awaitable[frozenset[int]]] | None = None
    fetch_registration: Callable[[Io], Awaitable[Registration]] | None = None
    fetch_cards: Callable[[Io], Awaitable[tuple[Card, ...]]] | None = None
    fetch_writing: Callable[[Io, int], Awaitable[Writing]] | None = None


def beside(channel: Channel, path: str) -> str:
    """Return the address of a path on the RTSP server that the channel's live stream is on."""
    uri = next((one.uri for one in channel.streams if one.uri), "")
    if not uri:
        raise Unsupported("it names no RTSP address for the channel")
    live = parse_uri(uri)
    return str(Uri(live.scheme, live.host, live.port, path))


def takes_of(told: Sequence[Take], requests: int, *, is_whole: bool = True) -> Takes:
    """Return what was told, in whichever order it came."""
    is_ascending = all(one.start <= other.start for one, other in pairwise(told))
    return Takes(tuple(sorted(told, key=lambda one: (one.start, one.end))), requests, is_whole, is_ascending)
