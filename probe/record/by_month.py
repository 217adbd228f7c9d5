"""The recordings of a channel where a recorder tells the recorded days of a month in one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from probe.errors import Malformed, Unsupported
from probe.model import Io, NotMeasured, Reading
from probe.record.by_file import locked_of, records_at, spans_of
from probe.record.clock import Clock, local_day
from probe.record.days import Day, continuous
from probe.record.history import APART, History, leave_out_island
from probe.vendor.protocol import Takes, Vendor

_DAY = timedelta(days=1)
_MIDNIGHT = datetime.min.time()
# As short as a clip that somebody locked, and alone: its files are looked at before it counts.
_ISLAND_DAYS = 2
_LOCKED = "locked clips alone"


async def fetch_by_month(io: Io, vendor: Vendor, number: int, clock: Clock) -> History:
    """Return the days of `window_days`, and further back while they are unbroken and requests are left.

    Raise what the first month raised; a later one that fails leaves its days unknown.
    """
    assert vendor.fetch_month is not None  # noqa: S101  the caller chose it for that
    today = local_day(io.now())
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
    requests: int = 0
    notes: tuple[str, ...] = ()


async def _fetch_calendar(io: Io, vendor: Vendor, number: int, today: date) -> _Calendar:
    limits = io.record
    asks_files = vendor.fetch_takes is not None
    most = limits.month_requests - (2 if asks_files else 0)
    window = today - limits.window_days * _DAY
    calendar = _Calendar()
    month = today.replace(day=1)
    while calendar.requests < most and (window < calendar.first or _is_unbroken(calendar, today)):
        calendar.requests += 1
        try:
            told = await vendor.fetch_month(io, number, month.year, month.month)  # type: ignore[misc]
        except (Unsupported, Malformed) as error:
            if calendar.requests == 1:
                raise
            calendar.notes = (f"{month:%Y-%m}: {error}",)
            break
        calendar.days |= {day: Day(is_recorded) for day, is_recorded in told.items() if day <= today}
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
    """Add what the newest files and those of the oldest day tell, as far as requests are left."""
    history = await _with_recent(io, vendor, number, clock, history)
    left = io.record.month_requests - history.requests
    recorded = [day for day, told in sorted(history.days.items()) if told.recorded]
    while recorded and left > 0:
        day, is_island = recorded[0], _is_island(recorded)
        history, takes = await _with_day(io, vendor, number, clock, history, day, left)
        left = io.record.month_requests - history.requests
        if takes is None:
            break
        own = spans_of(takes.takes, clock)
        if own or not takes.takes:
            oldest = own[0].start if own else None
            return replace(history, oldest=oldest)
        # Nothing but locked clips: they don't count, and the day was not kept by the recorder itself.
        history = replace(
            history,
            days={**history.days, day: Day(recorded=False)},
            locked=(history.locked or 0) + locked_of(takes.takes),
            notes=(*history.notes, f"{day.isoformat()}: {_LOCKED}"),
        )
        recorded = recorded[1:]
        if not is_island:
            break
    return history


def _is_island(recorded: list[date]) -> bool:
    after = next(
        (place for place, day in enumerate(recorded) if day != recorded[0] + place * _DAY), len(recorded)
    )
    return after <= _ISLAND_DAYS


async def _with_recent(io: Io, vendor: Vendor, number: int, clock: Clock, history: History) -> History:
    if vendor.fetch_recent is None:
        return history
    try:
        recent = await vendor.fetch_recent(io, number)
    except (Unsupported, Malformed) as error:
        failed: Mapping[str, Reading] = {"recording_now": NotMeasured(error.gap, str(error))}
        return replace(history, requests=history.requests + 1, gaps={**history.gaps, **failed})
    spans = spans_of(recent.takes, clock)
    now = io.now()
    newest = min(spans[-1].end, now) if spans else None
    return replace(
        history,
        requests=history.requests + recent.requests,
        newest=newest,
        records_now=records_at(newest, now) if recent.is_whole else None,
        playable=(*history.playable, *spans),
    )


async def _with_day(
    io: Io, vendor: Vendor, number: int, clock: Clock, history: History, day: date, left: int
) -> tuple[History, Takes | None]:
    """Add the files of a day of the recorder's own calendar."""
    assert vendor.fetch_takes is not None  # noqa: S101  as above
    start = datetime.combine(day, _MIDNIGHT)
    try:
        takes = await vendor.fetch_takes(io, number, start, start + _DAY, left)
    except (Unsupported, Malformed) as error:
        # The day is known all the same; its hour is not.
        spent = replace(history, requests=history.requests + 1, notes=(*history.notes, str(error)))
        return spent, None
    spans = spans_of(takes.takes, clock)
    return (
        replace(
            history,
            requests=history.requests + takes.requests,
            playable=tuple(sorted({*history.playable, *spans})),
        ),
        takes,
    )
