"""The recordings of a channel where a recorder tells the recorded days of a month in one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from probe.errors import Malformed, Unsupported
from probe.model import Io, NotMeasured, Reading
from probe.record.by_file import own_of, records_at, spans_of
from probe.record.clock import Clock, local_day
from probe.record.days import Day, continuous
from probe.record.history import APART, History, leave_out_island
from probe.record.oldest import with_oldest
from probe.vendor.protocol import Vendor

_DAY = timedelta(days=1)


async def fetch_by_month(io: Io, vendor: Vendor, number: int, clock: Clock) -> History:
    """Return the days of `window_days`, and further back while they are unbroken and requests are left.

    Raise what the first month raised; a later one that fails leaves its days unknown.
    """
    assert vendor.fetch_month is not None  # noqa: S101  the caller chose it for that
    today = local_day(io.now(), io.zone)
    calendar = await _fetch_calendar(io, vendor, number, today)
    if vendor.fetch_takes is None and leave_out_island(calendar.days):
        calendar.notes = (*calendar.notes, APART)
    history = History(vendor.by_month, calendar.first, calendar.days, calendar.requests, notes=calendar.notes)
    if vendor.fetch_takes is None:
        return history
    return await _with_files(io, vendor, number, clock, history)


@dataclass(slots=True)
class _Calendar:
    days: dict[date, Day] = field(default_factory=dict)
    first: date = date.max
    months: int = 0
    requests: int = 0
    notes: tuple[str, ...] = ()


async def _fetch_calendar(io: Io, vendor: Vendor, number: int, today: date) -> _Calendar:
    limits = io.record
    asks_files = vendor.fetch_takes is not None
    most = limits.month_requests - (2 if asks_files else 0)
    window = today - limits.window_days * _DAY
    calendar = _Calendar()
    month = today.replace(day=1)
    while calendar.months < most and (window < calendar.first or _is_unbroken(calendar, today)):
        calendar.months += 1
        try:
            told = await vendor.fetch_month(io, number, month.year, month.month)  # type: ignore[misc]
        except (Unsupported, Malformed) as error:
            if calendar.months == 1:
                raise
            calendar.requests += 1
            calendar.notes = (f"{month:%Y-%m}: {error}",)
            break
        calendar.requests += told.requests
        calendar.days |= {day: Day(is_recorded) for day, is_recorded in told.days.items() if day <= today}
        calendar.first = month
        month = (month - _DAY).replace(day=1)
    # What one month did not tell is not known.
    for day in _days(calendar.first, today):
        calendar.days.setdefault(day, Day(None))
    return calendar


def _is_unbroken(calendar: _Calendar, today: date) -> bool:
    return continuous(calendar.days, today - _DAY).at_most is None


def _days(first: date, last: date) -> list[date]:
    return [first + number * _DAY for number in range((last - first).days + 1)]


async def _with_files(io: Io, vendor: Vendor, number: int, clock: Clock, history: History) -> History:
    """Add what the newest files and those of the oldest days tell, as far as requests are left."""
    assert vendor.fetch_takes is not None  # noqa: S101  as above
    history, proved = await _with_recent(io, vendor, number, clock, history)
    if not any(told.recorded for told in history.days.values()):
        return history
    ask = partial(vendor.fetch_takes, io, number)
    return await with_oldest(history, ask, clock, io.record.month_requests, proved)


async def _with_recent(
    io: Io, vendor: Vendor, number: int, clock: Clock, history: History
) -> tuple[History, date]:
    """Add what the newest files tell; return also since which day they prove that it records by itself."""
    if vendor.fetch_recent is None:
        return history, date.max
    try:
        recent = await vendor.fetch_recent(io, number)
    except (Unsupported, Malformed) as error:
        failed: Mapping[str, Reading] = {"recording_now": NotMeasured(error.gap, str(error))}
        return replace(history, requests=history.requests + 1, gaps={**history.gaps, **failed}), date.max
    spans = spans_of(recent.takes, clock)
    now = io.now()
    newest = min(spans[-1].end, now) if spans else None
    own = own_of(recent.takes)
    return replace(
        history,
        requests=history.requests + recent.requests,
        newest=newest,
        records_now=records_at(newest, now) if recent.is_whole else None,
        playable=(*history.playable, *spans),
    ), local_day(clock.moment(own[0].start), clock.zone) if own else date.max
