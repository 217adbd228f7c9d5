"""Where a simulated recorder plays what it recorded, and what an address or a Range asks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from probe.sim.footage import Clip
from probe.sim.model import Device, Lens, Stream
from probe.sim.recorder import Archive, Channel

_TRACK = re.compile(r"/Streaming/tracks/(\d{1,4})01/?", re.IGNORECASE)
_REPLAYS = {"uniview": "/unicast/c{n}/s0/replay", "no-name": "/onvif/replay/{n}"}
_CLOCK = re.compile(r"clock=(\d{8}T\d{6})(?:\.(\d{1,6}))?Z?-(?:(\d{8}T\d{6})(?:\.\d{1,6})?Z?)?")


@dataclass(frozen=True, slots=True)
class Tape:
    """What is to be played of a channel, in true UTC. By Range: the address says no time, PLAY does.

    `if_empty` is how the maker says that there is nothing: to DESCRIBE, to PLAY, or by sending nothing.
    """

    channel: Channel
    lens: Lens
    stream: Stream
    start: datetime | None
    end: datetime | None
    by_range: bool
    if_empty: str  # not-found, bad-range, nothing


def replay_url(device: Device, channel: Channel) -> str:
    path = _REPLAYS.get(device.maker, _REPLAYS["no-name"]).format(n=channel.number)
    return f"rtsp://{device.address}:{device.rtsp_port}{path}"


def tape_at(archive: Archive, place: str) -> Tape | None:
    """Return what a path with its query asks for; None where it is no address of a recording."""
    parts = urlsplit(place)
    asked = {name.lower(): value for name, value in parse_qsl(parts.query)}
    maker = archive.device.maker
    if maker == "hikvision" and (found := _TRACK.fullmatch(parts.path)):
        times = [_stamp(asked.get(name, "")) for name in ("starttime", "endtime")]
        start, end = (archive.from_stamp(one) if one else None for one in times)
        return _tape(archive, int(found[1]), start, end, if_empty="not-found") if start else None
    if maker == "dahua" and parts.path == "/cam/playback":
        times = [_wall(asked.get(name, "")) for name in ("starttime", "endtime")]
        start, end = (archive.from_wall(one) if one else None for one in times)
        number = asked.get("channel", "")
        return (
            _tape(archive, int(number), start, end, if_empty="nothing")
            if start and number.isdigit()
            else None
        )
    if maker in _REPLAYS and archive.recorder.profile_g:
        for channel in archive.cameras():
            if parts.path.rstrip("/") == _REPLAYS[maker].format(n=channel.number):
                if_empty = "nothing" if maker == "uniview" else "bad-range"
                return _tape(archive, channel.number, None, None, if_empty=if_empty, by_range=True)
    return None


def window_of(archive: Archive, header: str) -> tuple[datetime, datetime | None] | None:
    """Return what a Range header asks for by the clock; None for one that says otherwise."""
    found = _CLOCK.match(header.replace(" ", ""))
    if found is None:
        return None
    start, end = (_stamp(one) if one else None for one in (found[1], found[3]))
    if start is None:
        return None
    start += timedelta(seconds=float(f"0.{found[2] or 0}"))
    return archive.from_stamp(start), archive.from_stamp(end) if end else None


def clips_of(archive: Archive, tape: Tape, start: datetime | None, end: datetime | None) -> list[Clip]:
    """Return what is on the disks of a window, cut to it; without a start, all from the oldest."""
    oldest = tape.channel.footage.clips(archive.now())
    if not oldest:
        return []
    start = start or oldest[0].start
    found = archive.played(tape.channel, start, end)
    return [
        Clip(max(one.start, start), min(one.end, end) if end else one.end, one.kind, one.locked)
        for one in found
    ]


def _tape(
    archive: Archive,
    number: int,
    start: datetime | None,
    end: datetime | None,
    *,
    if_empty: str,
    by_range: bool = False,
) -> Tape | None:
    channel = archive.recorder.channel(number)
    if channel is None or channel.is_slot:
        return None
    lens, stream = archive.recorded_stream(channel)
    return Tape(channel, lens, stream, start, end, by_range, if_empty)


def _stamp(text: str) -> datetime | None:
    """Return the digits of 20260914T080000Z."""
    found = re.match(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})", text)
    return _moment(found.groups()) if found else None


def _wall(text: str) -> datetime | None:
    """Return the digits of 2026_09_14_08_00_00."""
    found = re.fullmatch(r"(\d{4})_(\d{1,2})_(\d{1,2})_(\d{1,2})_(\d{1,2})_(\d{1,2})", text)
    return _moment(found.groups()) if found else None


def _moment(digits: tuple[str, ...]) -> datetime | None:
    try:
        return datetime(*map(int, digits))  # type: ignore[arg-type]  # noqa: DTZ001  the recorder's own clock
    except ValueError:
        return None
