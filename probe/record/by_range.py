"""The recordings of a channel by ONVIF Profile G: its oldest and newest minute, and some minutes between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from probe.errors import Malformed, Silent, Unsupported
from probe.joint.channels import fetch_channels
from probe.model import Channel, Io
from probe.onvif import profile_g
from probe.record.by_file import records_at
from probe.record.clock import local_day
from probe.record.days import Day, Span, continuous, dates
from probe.record.history import APART, History, leave_out_island
from probe.wire.onvif_device import parse_utc_time
from probe.wire.onvif_replay import as_utc
from probe.wire.onvif_search import Recording
from probe.wire.recorder import WallTime

SOURCE = "onvif-recordings"

_DAY = timedelta(days=1)
_HOURS = (12, 20, 8, 3)
_TIGHT = timedelta(minutes=15)
_SANE_YEARS = timedelta(days=20 * 365)
_SENSIBLE = timedelta(days=100 * 365)  # 1970 is what a clock without a battery shows
_PLAYABLE = timedelta(minutes=1)
_MOST_MISSES = 3
_MOST_IN_A_ROW = 10
_MOST_PEEKS = 60
_TELLING = 2
_SETTLED = Day(recorded=False)
_IDLE = ("initiated", "stopped", "removed")
# Nothing was recorded by a recorder then, whatever its clock shows: 2000 is that of an empty battery.
_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
# What a time that no calendar holds is taken for: as little worth as 1970.
_NO_TIME = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Range:
    """When a recording begins and ends, in true time as far as Z is.

    `is_empty`: it says that it does not run, and of no time. One that says 1970, or not how it is, may hold
    anything: its times are None.
    """

    token: str
    start: datetime | None
    end: datetime | None
    is_running: bool | None
    is_empty: bool


async def fetch_by_range(io: Io, channel: Channel) -> History:
    """Return what is known of the days of a channel: recorded, not recorded, or unknown between.

    Raise Unsupported or Malformed where there is no search, or none of its recordings is the channel's.
    """
    recordings = await profile_g.fetch_recordings(io)
    one = await fetch_range(io, channel)
    today = local_day(io.now(), io.zone)
    window = today - io.record.window_days * _DAY
    if one.is_empty:
        days = dict.fromkeys(dates(window, today), Day(recorded=False))
        return History(SOURCE, window, days, 1, locked=None, records_now=False)

    first = window
    if one.start is not None:
        first = max(
            min(window, local_day(one.start, io.zone) - _DAY), today - 2 * io.record.window_days * _DAY
        )
    sampler = _Sampler(io, one, [other.token for other in recordings])
    days = {day: _by_range(day, one, io.zone) for day in dates(first, today)}
    for day in reversed([day for day in days if days[day].recorded is None]):
        if await sampler.recorded_on(day):
            days[day] = Day(recorded=True)
    await _settle_run(io, one, days, today - _DAY, sampler)
    now = io.now()
    is_apart = leave_out_island(days)
    return History(
        source=SOURCE,
        first=first,
        days=days,
        requests=1 + sampler.asked,
        playable=(*_beginning(one), *reversed(sampler.playable)),
        oldest=None if is_apart else one.start,
        newest=min(one.end, now) if one.end else None,
        records_now=one.is_running if one.is_running is not None else records_at(one.end, now),
        notes=(f"{sampler.asked} minutes asked for", *([APART] if is_apart else [])),
    )


async def fetch_recording(io: Io, channel: Channel) -> Recording:
    """Return the channel's recording. Raise Unsupported where none is surely its: it may be another's."""
    recordings = await profile_g.fetch_recordings(io)
    return profile_g.recording_of(channel, recordings, await fetch_channels(io))


async def fetch_range(io: Io, channel: Channel) -> Range:
    """Return the range of the channel's recording. Raise as `fetch_recording`."""
    return range_of(await fetch_recording(io, channel), await fetch_ahead(io), io.now(), io.zone)


def range_of(recording: Recording, ahead: timedelta, now: datetime, zone: tzinfo) -> Range:
    """Return the range of the recording's video; years before the last twenty and the future are no times."""
    tracks = [track for track in recording.tracks if track.kind in ("video", "")]
    starts = [
        _moment(one, ahead, zone) for one in (recording.start, *(track.start for track in tracks)) if one
    ]
    ends = [_moment(one, ahead, zone) for one in (recording.end, *(track.end for track in tracks)) if one]
    sane_starts = [one for one in starts if now - _SANE_YEARS < one < now]
    sane_ends = [one for one in ends if now - _SANE_YEARS < one < now + _DAY]
    status = recording.status.lower()
    return Range(
        recording.token,
        min(sane_starts) if starts and len(sane_starts) == len(starts) else None,
        max(sane_ends) if ends and len(sane_ends) == len(ends) else None,
        {"recording": True, "stopped": False}.get(status),
        is_empty=status in _IDLE and not (starts or ends or recording.has_odd_times),
    )


def _by_range(day: date, one: Range, zone: tzinfo) -> Day:
    edges = {local_day(moment, zone) for moment in (one.start, one.end) if moment is not None}
    if day in edges:
        return Day(recorded=True)
    is_before = one.start is not None and day < local_day(one.start, zone)
    is_after = one.end is not None and day > local_day(one.end, zone)
    return Day(recorded=False) if is_before or is_after else Day(None)


def _beginning(one: Range) -> tuple[Span, ...]:
    return (Span(one.start, one.start + _PLAYABLE),) if one.start else ()


async def _settle_run(io: Io, one: Range, days: dict[date, Day], yesterday: date, sampler: _Sampler) -> None:
    """Settle the unknown days that end the run up to yesterday: replay begins at the next recorded minute."""
    try:
        peek = await _peek(io, one, sampler)
        played: set[datetime] = set()
        for _ in range(_MOST_PEEKS):
            run = continuous(days, yesterday)
            day = yesterday - run.at_least * _DAY
            if run.at_most == run.at_least or days.get(day, _SETTLED).recorded is not None:
                return
            first = await peek(_midnight(day, io.zone))
            if first is None or (reached := local_day(first, io.zone)) < day:
                return
            if reached == day:
                days[day] = Day(recorded=True)
                sampler.playable.append(Span(first, first + _PLAYABLE / 4))
                played.add(first)
                continue
            # One that plays the same whatever it is asked for shows no hole by it.
            if len(played) < _TELLING:
                earlier = await peek(one.start or _midnight(min(days), io.zone))
                if earlier is None or earlier >= first:
                    return
            # Between the time asked for and the next recording there is none.
            days.update(dict.fromkeys(dates(day, min(reached, yesterday + _DAY) - _DAY), Day(recorded=False)))
    except (Unsupported, Malformed, Silent):
        return  # the days stay unknown


async def _peek(io: Io, one: Range, sampler: _Sampler) -> Callable[[datetime], Awaitable[datetime | None]]:
    """Return what tells the first recorded moment that replay gives from a time on, or None; both true."""
    uri = await profile_g.fetch_replay_uri(io, one.token)
    ahead = await fetch_ahead(io)

    async def peek(at: datetime) -> datetime | None:
        sampler.asked += 1
        first = await io.first_recorded(uri, at + ahead)
        return None if first is None else first - ahead

    return peek


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


class _Sampler:
    """Asks whether minutes of a day were recorded; an answer is about all channels and is asked for once."""

    def __init__(self, io: Io, one: Range, tokens: Sequence[str]) -> None:
        self.asked = 0
        self.playable: list[Span] = []
        self._io = io
        self._range = one
        self._tokens = sorted(tokens)
        self._is_able = True
        self._has_been_told = False
        self._minds_the_time: bool | None = None
        self._misses = 0
        self._in_a_row = 0

    async def recorded_on(self, day: date) -> bool:
        if self._in_a_row > _MOST_IN_A_ROW:
            return False
        for hour in _HOURS[: 1 if self._misses > _MOST_MISSES else len(_HOURS)]:
            at = datetime.combine(day, time(hour), self._io.zone)
            if await self._holds(at) and await self._is_about_the_time():
                self.playable.append(Span(at, at + _PLAYABLE))
                self._in_a_row = 0
                return True
        self._misses += 1
        self._in_a_row += 1
        return False

    async def _is_about_the_time(self) -> bool:
        """Say whether its answers are about the minute asked for; the same answer to any proves none."""
        if self._minds_the_time is None:
            self.asked += 1
            tokens = self._tokens
            name = f"onvif.recorded long ago {tokens[0] if len(tokens) == 1 else ''}"
            try:
                held = await self._io.once(
                    name, lambda: profile_g.fetch_recorded_at(self._io, tokens, _LONG_AGO)
                )
            except (Unsupported, Malformed):
                held = frozenset()  # it has told of the minute asked for before: of this one it will not
            self._is_able = self._minds_the_time = self._range.token not in held
        return self._minds_the_time

    async def _holds(self, at: datetime) -> bool:
        if not self._is_able or self.asked >= self._io.record.search_requests:
            return False
        self.asked += 1
        written = at + await fetch_ahead(self._io)
        tokens = self._tokens
        name = f"onvif.recorded {at.isoformat()} {tokens[0] if len(tokens) == 1 else ''}"
        try:
            held = await self._io.once(name, lambda: profile_g.fetch_recorded_at(self._io, tokens, written))
        except (Unsupported, Malformed):
            if len(tokens) == 1:
                self._is_able = self._has_been_told
                return False
            # One recording that is not there is enough to refuse them all.
            self._tokens = [self._range.token]
            return await self._holds(at)
        self._has_been_told = True
        return self._range.token in held


async def fetch_ahead(io: Io) -> timedelta:
    """Return how far the times that it writes with a Z are ahead of the true ones."""
    return await io.once("onvif.ahead", lambda: _settle(io))


async def _settle(io: Io) -> timedelta:
    """Recordings that run at this minute tell whether Z is UTC's, or that of a clock on the wall."""
    now = io.now()
    ends = [
        end.local
        for one in await profile_g.fetch_recordings(io)
        for end in (one.end, *(track.end for track in one.tracks))
        if end is not None and end.zone == "z"
    ]
    utc = now.astimezone(UTC).replace(tzinfo=None)
    zone = now.astimezone(io.zone).utcoffset() or timedelta()
    off = await _clock_off(io)
    # Nothing is recorded in hours to come. One that seems to end now proves nothing: by the clock on the wall
    # it may have ended eight hours ago. Where its clock is wrong, what runs ends now by that clock.
    for ahead in (zone, off + zone, off) if abs(off) > _TIGHT else (zone,):
        if any(abs(end - utc - ahead) <= _TIGHT for end in ends):
            return ahead
    return timedelta()


async def _clock_off(io: Io) -> timedelta:
    """Return how far its clock is ahead, as ONVIF tells it; nothing where it does not."""
    try:
        off = parse_utc_time(await io.soap("device", "GetSystemDateAndTime")) - io.now()
    except (Unsupported, Malformed):
        return timedelta()
    return off if abs(off) < _SENSIBLE else timedelta()


def _moment(written: WallTime, ahead: timedelta, zone: tzinfo) -> datetime:
    """Return the true time; one without a zone is of the school. What no calendar holds is long ago."""
    if written.zone == "offset":
        return as_utc(written) or _NO_TIME
    try:
        if written.zone == "z":
            return (written.local - ahead).replace(tzinfo=UTC)
        return written.local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return _NO_TIME


async def fetch_minute(io: Io, recording: str, day: date) -> Span | None:
    """Return a minute of a day that is known to be recorded; None where none of those asked for is."""
    ahead = await fetch_ahead(io)
    for hour in _HOURS:
        at = datetime.combine(day, time(hour), io.zone)
        try:
            if recording in await profile_g.fetch_recorded_at(io, [recording], at + ahead):
                return Span(at, at + _PLAYABLE)
        except (Unsupported, Malformed):
            return None
    return None


async def fetch_device_range(io: Io) -> tuple[datetime, datetime]:
    """Return the oldest and newest minute of the device as a whole. Raise Unsupported where it tells none."""
    summary = await profile_g.fetch_summary(io)
    now = io.now()
    told = [_moment(one, timedelta(), io.zone) for one in (summary.start, summary.end) if one is not None]
    if len(told) < 2 or not now - _SANE_YEARS < told[0] <= told[1] < now + _DAY:
        raise Unsupported("GetRecordingSummary: no sane times")
    return told[0], told[1]
