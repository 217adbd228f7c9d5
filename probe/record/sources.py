"""Which way a channel's recordings are asked for: the maker's calendar, its files, or ONVIF Profile G."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Channel, Io
from probe.record.by_file import fetch_by_file
from probe.record.by_month import fetch_by_month
from probe.record.by_range import fetch_by_range, fetch_device_range, fetch_range
from probe.record.clock import Clock, fetch_clock, local_day
from probe.record.days import Day, Days, dates, day_span
from probe.record.history import History
from probe.vendor.find import Recorder, fetch_recorder

DEVICE_SOURCE = "onvif-summary"
_DAY = timedelta(days=1)


async def fetch_history(channel: Channel, io: Io) -> History:
    """Return what the recorder tells of a channel, once. Raise what the first way raised where all fail."""
    return await io.once(f"record.history {channel.number}", lambda: _fetch(channel, io))


async def _fetch(channel: Channel, io: Io) -> History:
    recorder = await fetch_recorder(io)
    refused: list[DeviceError] = [recorder.why_not] if recorder.why_not else []
    try:
        clock: Clock | None = await fetch_clock(io, recorder.vendor)
    except Malformed as error:
        clock, refused = None, [*refused, error]
    for ask in _ways(channel, io, recorder, clock):
        try:
            history = await ask()
        except (Unsupported, Malformed) as error:
            refused.append(error)
        else:
            told = tuple(str(error) for error in refused)
            return replace(history, notes=(*told, *history.notes))
    raise refused[0] if refused else Unsupported("neither its maker's protocol nor ONVIF Profile G tells")


def _ways(
    channel: Channel, io: Io, recorder: Recorder, clock: Clock | None
) -> Iterator[Callable[[], Awaitable[History]]]:
    """Give the ways in their order. By a clock that tells nothing no day or file can be asked for: None."""
    vendor, number = recorder.vendor, channel.number
    # Days of a clock that is hours off are not the school's days; files can be put right.
    months_tell = vendor is not None and vendor.fetch_month is not None
    if clock is not None and months_tell and clock.shares_days:
        yield partial(_by_month, channel, io, recorder, clock)
    if clock is not None and vendor is not None and vendor.fetch_takes is not None:
        yield partial(fetch_by_file, io, vendor, number, clock)
    if recorder.has_search:
        yield partial(fetch_by_range, io, channel)
    if clock is not None and months_tell and not clock.shares_days:
        yield partial(_by_month, channel, io, recorder, clock)
    if recorder.has_search:
        yield partial(_of_device, io)


async def _by_month(channel: Channel, io: Io, recorder: Recorder, clock: Clock) -> History:
    vendor = recorder.vendor
    assert vendor is not None  # noqa: S101  _ways has looked
    history = await fetch_by_month(io, vendor, channel.number, clock)
    if not clock.shares_days:
        note = f"its clock is {clock.ahead} ahead: its days are not the school's"
        days = school_days(history.days, clock)
        return replace(history, days=days, playable=(), notes=(*history.notes, note))
    if vendor.fetch_takes is None and recorder.has_search:
        return await _with_range(channel, io, history)
    return history


def school_days(own: Days, clock: Clock) -> dict[date, Day]:
    """Return what the days of a clock that is hours off tell of the school's, which lie in two of them each.

    One is empty where both are; where one is recorded, it may be the hours that are another day's.
    """
    told: dict[date, Day] = {}
    for day in own:
        both = {clock.digits(moment).date() for moment in _ends(day, clock.zone)}
        is_empty = all((one := own.get(each)) is not None and one.recorded is False for each in both)
        told[day] = Day(recorded=False) if is_empty else Day(None)
    return told


def _ends(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    whole = day_span(day, zone)
    return whole.start, whole.end - timedelta(microseconds=1)


async def _with_range(channel: Channel, io: Io, history: History) -> History:
    """Add the hours of the oldest and the newest recording, which a calendar does not tell."""
    try:
        one = await fetch_range(io, channel)
    except (Unsupported, Malformed) as error:
        return replace(history, notes=(*history.notes, str(error)))
    recorded = [day for day, told in sorted(history.days.items()) if told.recorded]
    agrees = one.start is not None and bool(recorded) and local_day(one.start, io.zone) == recorded[0]
    return replace(
        history,
        oldest=one.start if agrees else None,
        newest=min(one.end, io.now()) if one.end else None,
        records_now=one.is_running,
    )


async def _of_device(io: Io) -> History:
    """Return the range of the device as a whole: what a single channel lacks is hidden, no day is proved."""
    start, end = await fetch_device_range(io)
    today = local_day(io.now(), io.zone)
    first = max(local_day(start, io.zone), today - io.record.window_days * _DAY)
    days = {day: Day(None) for day in dates(first, today)}
    return History(DEVICE_SOURCE, first, days, 1, oldest=start, newest=min(end, io.now()))
