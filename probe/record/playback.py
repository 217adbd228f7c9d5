"""A recorded minute of yesterday and one of the oldest day, fetched and decoded: a calendar can lie. 回放"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from probe.errors import DeviceError, Malformed, NoPicture, NotThere, Silent, Unsupported
from probe.model import Channel, Gap, Grab, Io, Measured, NotMeasured, Probe, Reading, Readings
from probe.onvif import profile_g
from probe.record.by_file import spans_of
from probe.record.by_range import fetch_ahead, fetch_minute, fetch_recording
from probe.record.clock import fetch_clock, local_day, local_text
from probe.record.days import Span, day_span, merged
from probe.record.history import History
from probe.record.plays import Plays, fetch_plays, run_of
from probe.record.sources import fetch_history
from probe.vendor.find import Recorder, fetch_recorder
from probe.vendor.protocol import beside

_OF_PICTURE: Mapping[str, str] = {
    "playback_width": "width",
    "playback_height": "height",
    "tvl_playback_at_least": "tvl_live_at_least",
    "tvl_playback_at_most": "tvl_live_at_most",
    "tvl_playback_by": "tvl_live_by",
}
_OF_NEWEST = ("playback_at", "playback_off_s", "playback_alive", "playback_codec", *_OF_PICTURE)
_OF_OLDEST = ("playback_oldest_at", "playback_oldest_off_s", "playback_oldest_alive")
METRICS = (*_OF_NEWEST, *_OF_OLDEST)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MOST_REQUESTS = 10  # to find a minute of a day whose files were not listed yet
_HISTORY_S = 60.0  # retention, which comes next, has time of its own to ask again
_SEARCH_S = 30.0
_MOST_TRIES = 4  # to find the oldest day that plays
# It was asked to play, and answered. No login, another way of asking or our own limit are none of it.
_ANSWERED_WITHOUT = (NotThere, NoPicture)


@dataclass(frozen=True, slots=True)
class Played:
    """A minute that was asked for, and what came of it. `refused` is why nothing was played.

    A `minute` as long as its day: the hour was not known, and whatever comes first will do.
    """

    minute: Span
    grab: Grab | None = None
    refused: DeviceError | None = None


async def measure(channel: Channel, io: Io) -> Readings:
    recorder = await fetch_recorder(io)
    if not recorder.is_recorder:
        return dict.fromkeys(METRICS, NotMeasured(Gap.NOT_ASKED, f"no recorder: {recorder.by}"))
    async with asyncio.timeout(_HISTORY_S):
        history = await fetch_history(channel, io)
    yesterday = local_day(io.now(), io.zone) - _DAY
    days = days_to_play(history, yesterday)
    if not days:
        return dict.fromkeys(METRICS, NotMeasured(Gap.UNSUPPORTED, "no recorded day is known"))
    newest = await _play(channel, io, recorder, history, days[-1])
    if len(days) == 1:
        oldest: Played | None = None
    else:
        oldest = await _play(channel, io, recorder, history, days[0])
    ahead = await _written_ahead(io, recorder)
    # What it plays says more than what it lists: retention counts no day that this contradicts.
    plays = await fetch_plays(channel, io)
    plays |= outcome(days[-1], newest, oldest, ahead, io.zone)
    if oldest is not None:
        plays |= outcome(days[0], oldest, newest, ahead, io.zone)
        if plays.get(days[0]) is False and plays.get(days[-1]) is True:
            play = partial(_play, channel, io, recorder, history)
            await search_oldest(run_of(history.days, yesterday), plays, play, newest, ahead, io.zone)
    told = await _of_newest(channel, io, newest, oldest, ahead)
    return {**told, **_of_oldest(newest, oldest, ahead, io.zone)}


def days_to_play(history: History, yesterday: date) -> list[date]:
    """Return the oldest day that is claimed and yesterday, or else the newest day before it."""
    recorded = [day for day, told in sorted(history.days.items()) if told.recorded and day <= yesterday]
    return sorted({recorded[0], recorded[-1]}) if recorded else []


def minute_of(spans: tuple[Span, ...], day: date, zone: tzinfo) -> Span | None:
    """Return a minute in the middle of the longest stretch of a day; a shorter stretch is taken whole."""
    whole = day_span(day, zone)
    inside = [Span(max(one.start, whole.start), min(one.end, whole.end)) for one in merged(spans)]
    longest = max(inside, key=lambda one: one.seconds, default=None)
    if longest is None or longest.seconds <= 0:
        return None
    start = longest.start + max(timedelta(), (longest.end - longest.start - _MINUTE) / 2)
    start = start.replace(microsecond=0)
    return Span(start, min(start + _MINUTE, longest.end))


def outcome(day: date, played: Played, other: Played | None, ahead: timedelta, zone: tzinfo) -> Plays:
    """Return whether a listed day plays; nothing where it could not be tried."""
    if isinstance(played.refused, _ANSWERED_WITHOUT):
        return {day: False}
    alive = _alive(played, other, ahead, zone)
    return {day: alive.value is True} if isinstance(alive, Measured) else {}


async def search_oldest(
    run: Sequence[date],
    plays: Plays,
    play: Callable[[date], Awaitable[Played]],
    newest: Played,
    ahead: timedelta,
    zone: tzinfo,
) -> None:
    """Note of some days of the unbroken run, whose last day plays, whether they do: from which day on?

    First of its oldest; where that does not play, each next one halves what is left, while there is time.
    """
    low, high, middle = 0, len(run) - 1, 0
    try:
        async with asyncio.timeout(_SEARCH_S):
            for _ in range(_MOST_TRIES):
                while low < high and run[middle] in plays:
                    low, high = (low, middle) if plays[run[middle]] else (middle + 1, high)
                    middle = (low + high) // 2
                if low >= high:
                    return
                plays |= outcome(run[middle], await play(run[middle]), newest, ahead, zone)
                if run[middle] not in plays:
                    return
    except (TimeoutError, DeviceError):
        return  # what was played by now stands


async def _play(channel: Channel, io: Io, recorder: Recorder, history: History, day: date) -> Played:
    minute = minute_of(history.playable, day, io.zone)
    try:
        if minute is None:
            minute = await _find_minute(channel, io, recorder, day)
        return Played(minute, grab=await _fetch(channel, io, recorder, minute))
    except (Unsupported, Malformed, Silent) as error:
        return Played(minute or day_span(day, io.zone), refused=error)


async def _find_minute(channel: Channel, io: Io, recorder: Recorder, day: date) -> Span:
    """Return a minute of a recorded day whose hours are not known yet. Raise Unsupported for none told."""
    vendor = recorder.vendor
    if vendor is None or vendor.fetch_takes is None:
        recording = await fetch_recording(io, channel)
        return await fetch_minute(io, recording.token, day) or day_span(day, io.zone)
    clock = await fetch_clock(io, vendor)
    start, end = (clock.digits(one) for one in day_span(day, io.zone))
    takes = await vendor.fetch_takes(io, channel.number, start, end, _MOST_REQUESTS)
    minute = minute_of(spans_of(takes.takes, clock), day, io.zone)
    if minute is None:
        raise Unsupported(f"of {day.isoformat()} it lists no file")
    return minute


async def _fetch(channel: Channel, io: Io, recorder: Recorder, minute: Span) -> Grab:
    vendor = recorder.vendor
    if vendor is not None and vendor.fetch_playback is not None:
        clock = await fetch_clock(io, vendor)
        start, end = (clock.digits(one) for one in minute)
        return await io.play(beside(channel, await vendor.fetch_playback(io, channel.number, start, end)))
    recording = await fetch_recording(io, channel)
    uri = await profile_g.fetch_replay_uri(io, recording.token)
    return await io.play(uri, minute.start + await fetch_ahead(io))


async def _written_ahead(io: Io, recorder: Recorder) -> timedelta:
    """Return how far the times that a stream carries are ahead of true ones."""
    try:
        return await fetch_ahead(io) if recorder.has_search else timedelta()
    except DeviceError:
        return timedelta()


async def _of_newest(
    channel: Channel, io: Io, played: Played, other: Played | None, ahead: timedelta
) -> dict[str, Reading]:
    at: dict[str, Reading] = {"playback_at": _at(played, ahead, io.zone)}
    alive = _alive(played, other, ahead, io.zone)
    if played.grab is None:
        return {**dict.fromkeys(_OF_NEWEST, _refusal(played)), **at, "playback_alive": alive}
    readings = (await io.played(channel, played.grab)).readings
    silent = NotMeasured(Gap.UNCLEAR, "the picture does not tell")
    is_shown = isinstance(alive, Measured) and alive.value is True
    return {
        **at,
        "playback_off_s": _off(played, ahead),
        "playback_alive": _shown(played.grab, readings) if is_shown else alive,
        "playback_codec": Measured(played.grab.codec),
        **{metric: readings.get(name, silent) for metric, name in _OF_PICTURE.items()},
    }


def _of_oldest(newest: Played, oldest: Played | None, ahead: timedelta, zone: tzinfo) -> dict[str, Reading]:
    if oldest is None:
        return dict.fromkeys(_OF_OLDEST, NotMeasured(Gap.NOT_ASKED, "one day is recorded in all"))
    return {
        "playback_oldest_at": _at(oldest, ahead, zone),
        "playback_oldest_off_s": _refusal(oldest) if oldest.grab is None else _off(oldest, ahead),
        "playback_oldest_alive": _alive(oldest, newest, ahead, zone),
    }


def _at(played: Played, ahead: timedelta, zone: tzinfo) -> Reading:
    """Return the time asked for; where any of the day would do, the time that the stream says."""
    if _is_day(played) and played.grab is not None and played.grab.recorded_at is not None:
        first = local_text(played.grab.recorded_at - ahead, zone)
        return Measured(first, "the first that it plays of the day")
    return Measured(local_text(played.minute.start, zone))


def _alive(played: Played, other: Played | None, ahead: timedelta, zone: tzinfo) -> Reading:
    """Say whether a listed minute could be played. What plays none at all may only play another way."""
    if played.grab is not None:
        keys, recorded_at = len(played.grab.keyframes), played.grab.recorded_at
        if not keys:
            return NotMeasured(Gap.TOO_SHORT, f"no keyframe in {played.grab.span_s:.1f} s")
        if recorded_at is not None and not _is_within(recorded_at - ahead, played.minute):
            shown = local_text(recorded_at - ahead, zone)
            return Measured(value=False, detail=f"it plays {shown} instead")
        return Measured(value=True, detail=f"{keys} keyframes in {played.grab.span_s:.1f} s")
    if other is not None and other.grab is not None:
        return Measured(value=False, detail=f"listed, but not played: {played.refused}")
    return _refusal(played)


def _is_within(moment: datetime, minute: Span) -> bool:
    return minute.start - _MINUTE <= moment <= minute.end + _MINUTE


def _is_day(played: Played) -> bool:
    return played.minute.end - played.minute.start > _DAY / 2


def _shown(grab: Grab, readings: Readings) -> Reading:
    decoded = readings.get("keyframes")
    if isinstance(decoded, Measured):
        return Measured(value=True, detail=f"{decoded.value} decoded in {grab.span_s:.1f} s")
    return decoded or NotMeasured(Gap.NO_PICTURE)


def _off(played: Played, ahead: timedelta) -> Reading:
    """Return how much later than the minute asked for the first picture was recorded, in seconds."""
    recorded_at = played.grab.recorded_at if played.grab else None
    if recorded_at is None:
        return NotMeasured(Gap.UNSUPPORTED, "the stream carries no time; that minute alone was asked for")
    if _is_day(played):
        return NotMeasured(Gap.NOT_ASKED, "the first of that day was asked for")
    return Measured(round((recorded_at - ahead - played.minute.start).total_seconds(), 1))


def _refusal(played: Played) -> NotMeasured:
    error = played.refused
    return NotMeasured(error.gap, str(error)) if error else NotMeasured(Gap.NO_PICTURE)


PROBE: Probe[Channel] = Probe(
    id="record.playback", metrics=METRICS, seconds=120.0, measure=measure, of_recordings=True
)
