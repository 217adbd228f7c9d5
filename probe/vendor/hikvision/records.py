"""What a Hikvision recorder has recorded: days of a month in one question, files by a search. 海康威视"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.vendor.hikvision.device import fetch_clock
from probe.vendor.protocol import Take, Takes, takes_of
from probe.wire import isapi_records
from probe.wire.isapi_records import MOST_RESULTS
from probe.wire.recorder import Clips, Track, WallTime

_TIGHT = timedelta(minutes=3)
_SLACK = timedelta(minutes=10)
_PAGES_OF_RECENT = 4
_TRIES = 3
_YEARS = range(1900, 2200)
_LEAST_FREE = 0.05


async def fetch_tracks(io: Io) -> tuple[Track, ...]:
    """Return how each channel's main stream is set to be recorded."""
    tracks = isapi_records.parse_tracks(await io.get(isapi_records.TRACKS))
    return tuple(one for one in tracks if one.id == isapi_records.main_track(one.number))


async def fetch_full_shares(io: Io) -> frozenset[int]:
    try:
        quotas = isapi_records.parse_quotas(await io.get(isapi_records.QUOTAS))
    except Unsupported:
        return frozenset()
    limited = [one for one in quotas if one.ratio_pct is not None or one.video_mib is not None]
    return frozenset(
        one.number
        for one in limited
        if not one.video_mib or one.free_mib is None or one.free_mib < _LEAST_FREE * one.video_mib
    )


async def fetch_month(io: Io, number: int, year: int, month: int) -> Mapping[date, bool]:
    path, body = isapi_records.days_request(isapi_records.main_track(number), year, month)
    return isapi_records.parse_days(await io.post(path, body), year, month)


async def fetch_takes(io: Io, number: int, start: datetime, end: datetime, most: int) -> Takes:
    ahead = await _fetch_ahead(io)
    return _by(ahead, await _search(io, number, start - ahead, end - ahead, most, fresh=True))


async def fetch_recent(io: Io, number: int) -> Takes:
    # Asked in the digits that it writes, whatever they mean: the same question also settles what they mean.
    return _by(await _fetch_ahead(io), await _ask_recent(io, number))


async def fetch_playback(io: Io, number: int, start: datetime, end: datetime) -> str:
    ahead = await _fetch_ahead(io)
    first, last = (f"{one - ahead:%Y%m%dT%H%M%SZ}" for one in (start, end))
    return f"/Streaming/tracks/{isapi_records.main_track(number)}/?starttime={first}&endtime={last}"


async def _fetch_ahead(io: Io) -> timedelta:
    """Return how far its clock on the wall is ahead of the digits that it writes before a Z.

    On many firmwares Z is its own wall clock's, on others UTC's: what it records at this very minute tells.
    """
    return await io.once("isapi.ahead", lambda: _settle(io))


async def _fetch_wall(io: Io) -> WallTime:
    wall = await io.once("isapi.clock", lambda: fetch_clock(io))
    if wall.local.year not in _YEARS:
        raise Malformed(f"ISAPI System/time: nothing is recorded in the year {wall.local.year}")
    return wall


async def _settle(io: Io) -> timedelta:
    wall = await _fetch_wall(io)
    zone = timedelta(seconds=wall.offset_s or 0)
    if not zone:
        return timedelta()
    for number in await _likely_recording(io):
        try:
            ends = [one.end for one in (await _ask_recent(io, number)).takes]
        except (Unsupported, Malformed):
            continue
        local, utc = wall.local, wall.local - zone
        # Nothing is recorded after now: digits later than UTC's are its own. West of Greenwich the reverse.
        if any(end > max(local, utc) - abs(zone) + _SLACK for end in ends):
            return timedelta() if local > utc else zone
        if ends and abs(max(ends) - min(local, utc)) <= _TIGHT:
            return zone if local > utc else timedelta()
    return timedelta()


async def _likely_recording(io: Io) -> list[int]:
    """Return some channels that are set to record all day, then others."""
    try:
        tracks = [one for one in await fetch_tracks(io) if one.enabled is not False and one.mode != "off"]
    except (Unsupported, Malformed):
        return [1]
    tracks.sort(key=lambda one: one.mode != "continuous")
    return [one.number for one in tracks][:_TRIES]


async def _ask_recent(io: Io, number: int) -> Takes:
    """Return what was recorded since yesterday's noon, times as they are written."""
    wall = (await _fetch_wall(io)).local
    noon = datetime.combine(wall.date() - timedelta(days=1), datetime.min.time()) + timedelta(hours=12)
    return await _search(io, number, noon, wall + _SLACK, _PAGES_OF_RECENT, fresh=False)


async def _search(io: Io, number: int, start: datetime, end: datetime, most: int, *, fresh: bool) -> Takes:
    """Read a window's files page by page, at most so many; times in and out as the recorder writes them."""
    track = isapi_records.main_track(number)
    found: list[Take] = []
    position = requests = 0
    while requests < most:
        page = await _page(io, track, (start, end), position, fresh=fresh)
        requests += 1
        # A window may also give files of years in which nobody recorded: 1970, 2038.
        inside = [
            Take(one.start.local, one.end.local, one.locked, one.kind, one.source)
            for one in page.clips
            if one.start.local < end and one.end.local > start
        ]
        found += inside
        if not page.more:
            return takes_of(found, requests)
        if not page.clips:
            raise Malformed("ISAPI ContentMgmt/search: it says that there is more, and gives none")
        position += max(1, len(inside))
    return takes_of(found, requests, is_whole=False)


async def _page(
    io: Io, track: str, window: tuple[datetime, datetime], position: int, *, fresh: bool
) -> Clips:
    """Return one page; where the search is forgotten in the middle, that of a new one."""
    last: DeviceError = Unsupported("not asked")
    for attempt in range(2 if position else 1):
        name = "{" + str(uuid.uuid5(uuid.NAMESPACE_OID, f"{track} {window} {attempt}")).upper() + "}"
        body = isapi_records.search_request(
            track, *window, search_id=name, position=position, most=MOST_RESULTS
        )
        try:
            return isapi_records.parse_clips(await io.post(isapi_records.SEARCH, body, fresh=fresh), track)
        except (Unsupported, Malformed) as error:
            last = error
    raise last


def _by(ahead: timedelta, written: Takes) -> Takes:
    takes = tuple(replace(one, start=one.start + ahead, end=one.end + ahead) for one in written.takes)
    return replace(written, takes=takes)
