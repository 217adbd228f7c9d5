"""What a Hikvision recorder has recorded: days of a month in one question, files by a search. 海康威视"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.vendor.hikvision.device import fetch_clock
from probe.vendor.protocol import Month, Take, Takes, takes_of
from probe.wire import isapi_records
from probe.wire.isapi_records import MOST_RESULTS
from probe.wire.recorder import Clips, Track, WallTime

_TIGHT = timedelta(minutes=3)
_SLACK = timedelta(minutes=10)
_AN_HOUR_OR_SO = timedelta(minutes=75)  # some list a file only when it is full
_AHEAD = "isapi.ahead"
_PAGES_OF_RECENT = 4
_TRIES = 3
_YEARS = range(1900, 2200)
_LEAST_FREE = 0.05


async def fetch_tracks(io: Io) -> tuple[Track, ...]:
    """Return how each channel's main stream is set to be recorded, or its sub-stream where that alone is."""
    tracks = isapi_records.parse_tracks(await io.get(isapi_records.TRACKS))
    subs = {
        one.number: one
        for one in tracks
        if one.id == isapi_records.sub_track(one.number) and one.enabled and one.mode != "off"
    }
    mains = (one for one in tracks if one.id == isapi_records.main_track(one.number))
    return tuple(subs.get(one.number, one) if one.mode == "off" else one for one in mains)


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


async def fetch_month(io: Io, number: int, year: int, month: int) -> Month:
    tracks = await _fetch_filled(io)
    days = await _fetch_days(io, _track_of(number, tracks), year, month)
    if number in tracks or any(days.values()):
        tracks.setdefault(number, "")
        return Month(days)
    sub = isapi_records.sub_track(number)
    tracks[number] = ""
    with suppress(Unsupported, Malformed):
        of_sub = await _fetch_days(io, sub, year, month)
        if any(of_sub.values()):
            tracks[number], days = sub, of_sub
    return Month(days, requests=2)


async def fetch_takes(io: Io, number: int, start: datetime, end: datetime, most: int) -> Takes:
    ahead = await _fetch_ahead(io, number)
    tracks = await _fetch_filled(io)
    window = start - ahead, end - ahead
    found = await _search(io, _track_of(number, tracks), *window, most, fresh=True)
    if number in tracks or found.takes or not found.is_whole or most <= found.requests:
        tracks.setdefault(number, "")
        return _by(ahead, found)
    sub, spent = isapi_records.sub_track(number), found.requests + 1
    tracks[number] = ""
    with suppress(Unsupported, Malformed):
        of_sub = await _search(io, sub, *window, most - found.requests, fresh=True)
        spent = found.requests + of_sub.requests
        if of_sub.takes:
            tracks[number], found = sub, of_sub
    return _by(ahead, replace(found, requests=spent))


async def _fetch_filled(io: Io) -> dict[int, str]:
    """Return, for all to add to, the tracks that channels are recorded on; empty: the main stream's.

    A channel that has nothing there may be set to record its sub-stream alone, to save room: once asked.
    """

    async def none() -> dict[int, str]:
        return {}

    return await io.once("isapi.filled", none)


def _track_of(number: int, filled: Mapping[int, str]) -> str:
    return filled.get(number) or isapi_records.main_track(number)


async def _fetch_days(io: Io, track: str, year: int, month: int) -> Mapping[date, bool]:
    path, body = isapi_records.days_request(track, year, month)
    return isapi_records.parse_days(await io.post(path, body), year, month)


async def fetch_recent(io: Io, number: int) -> Takes:
    # Asked in the digits that it writes, whatever they mean: the same question also settles what they mean.
    ahead = await _fetch_ahead(io, number)
    recent = _by(ahead, await _ask_recent(io, number))
    if await _is_settled(io) or not recent.takes:
        return recent
    wall = await _fetch_wall(io)
    newest = max(one.end for one in recent.takes) + timedelta(seconds=wall.offset_s or 0)
    # Written in UTC it would be of this hour: whether it is the newest of all is then not known.
    return replace(recent, is_whole=False) if abs(newest - wall.local) <= _AN_HOUR_OR_SO else recent


async def fetch_playback(io: Io, number: int, start: datetime, end: datetime) -> str:
    ahead = await _fetch_ahead(io, number)
    track = _track_of(number, await _fetch_filled(io))
    first, last = (f"{one - ahead:%Y%m%dT%H%M%SZ}" for one in (start, end))
    return f"/Streaming/tracks/{track}/?starttime={first}&endtime={last}"


async def _fetch_ahead(io: Io, number: int) -> timedelta:
    """Return how far its clock on the wall is ahead of the digits that it writes before a Z.

    On many firmwares Z is its own wall clock's, on others UTC's: what it records at this very minute tells.
    Where nothing told so far, channel `number` itself may; until one does, Z is taken for the wall clock's.
    """
    settled = await io.once(_AHEAD, lambda: _settle(io))
    if not settled:
        settled += await _told_by(io, number)
    return settled[0] if settled else timedelta()


async def _is_settled(io: Io) -> bool:
    return bool(await io.once(_AHEAD, lambda: _settle(io)))


async def _fetch_wall(io: Io) -> WallTime:
    wall = await io.once("isapi.clock", lambda: fetch_clock(io))
    if wall.local.year not in _YEARS:
        raise Malformed(f"ISAPI System/time: nothing is recorded in the year {wall.local.year}")
    return wall


async def _settle(io: Io) -> list[timedelta]:
    """Return how far, in a list that is empty until a channel tells."""
    if not (await _fetch_wall(io)).offset_s:
        return [timedelta()]
    for number in await _likely_recording(io):
        if told := await _told_by(io, number):
            return told
    return []


async def _told_by(io: Io, number: int) -> list[timedelta]:
    """Return what the newest files of a channel tell of it: one value, or none."""
    wall = await _fetch_wall(io)
    zone = timedelta(seconds=wall.offset_s or 0)
    try:
        recent = await _ask_recent(io, number)
    except (Unsupported, Malformed):
        return []
    ends = [one.end for one in recent.takes]
    local, utc = wall.local, wall.local - zone
    # Nothing is recorded after now: digits later than UTC's are its own. West of Greenwich the reverse.
    if any(end > max(local, utc) - abs(zone) + _SLACK for end in ends):
        return [timedelta() if local > utc else zone]
    if ends and recent.is_whole and abs(max(ends) - min(local, utc)) <= _TIGHT:
        return [zone if local > utc else timedelta()]
    return []


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
    track = _track_of(number, await _fetch_filled(io))
    return await _search(io, track, noon, wall + _SLACK, _PAGES_OF_RECENT, fresh=False)


async def _search(io: Io, track: str, start: datetime, end: datetime, most: int, *, fresh: bool) -> Takes:
    """Read a window's files page by page, at most so many; times in and out as the recorder writes them."""
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
