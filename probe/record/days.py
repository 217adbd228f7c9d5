"""Which days a channel has recordings of, and how far back they go without a break. 录像天数"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of time in UTC, its end not in it."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def span(start: datetime, end: datetime) -> Span:
    """Return the span between two aware times of any zone: within one zone Python forgets the lost hour."""
    return Span(start.astimezone(UTC), end.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of one local calendar day. None: nobody could say, or the protocol shows no holes."""

    recorded: bool | None
    longest_hole_s: float | None = None


class Bounds(NamedTuple):
    """Days that are proved, and days that are not disproved; None: as many as you like, no day ended them."""

    at_least: int
    at_most: int | None


Days = Mapping[date, Day]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, joined where they touch or overlap; those that end before they start are no
    spans (met with clocks that were set back).
    """
    joined: list[Span] = []
    for one in sorted(one for one in spans if one.end > one.start):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)


def days_of(spans: Iterable[Span], first: date, last: date, zone: tzinfo) -> dict[date, Day]:
    """Return the days from `first` to `last`, both in it, with what the spans show of each."""
    joined, days = merged(spans), {}
    for day in dates(first, last):
        whole = day_span(day, zone)
        inside = _within(joined, whole)
        holes = holes_between(inside, whole)
        longest = max((hole.seconds for hole in holes), default=0.0)
        days[day] = Day(bool(inside), longest)
    return days


def holes_between(spans: Iterable[Span], whole: Span, least_s: float = 0.0) -> tuple[Span, ...]:
    """Return the stretches of `whole` that no span covers and that are longer than `least_s`."""
    holes, reached = [], whole.start
    for one in _within(merged(spans), whole):
        holes.append(Span(reached, one.start))
        reached = one.end
    holes.append(Span(reached, whole.end))
    return tuple(hole for hole in holes if hole.seconds > least_s)


def continuous(days: Days, yesterday: date, most_hole_s: float | None = None) -> Bounds:
    """Return how many days in a row have recordings, the last of them `yesterday`.

    Days that are not among `days` are unknown. `most_hole_s`: a day with a longer hole does not count; None:
    it does.
    """
    proved = _run(days, yesterday, most_hole_s, if_unknown=False)
    open_ = _run(days, yesterday, most_hole_s, if_unknown=True)
    return Bounds(proved, open_ if yesterday - timedelta(days=open_) in days else None)


def dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def day_span(day: date, zone: tzinfo) -> Span:
    """Return a local calendar day; where clocks are changed it may be of 23 or 25 hours."""
    return span(*(datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1))))


def _run(days: Days, yesterday: date, most_hole_s: float | None, *, if_unknown: bool) -> int:
    count, day = 0, yesterday
    while day in days and _counts(days[day], most_hole_s, if_unknown=if_unknown):
        count, day = count + 1, day - timedelta(days=1)
    return count


def _counts(day: Day, most_hole_s: float | None, *, if_unknown: bool) -> bool:
    if day.recorded is None:
        return if_unknown
    if not day.recorded or most_hole_s is None:
        return day.recorded
    return if_unknown if day.longest_hole_s is None else day.longest_hole_s <= most_hole_s


def _within(spans: Sequence[Span], whole: Span) -> tuple[Span, ...]:
    cut = (Span(max(one.start, whole.start), min(one.end, whole.end)) for one in spans)
    return tuple(one for one in cut if one.end > one.start)
