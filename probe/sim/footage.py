"""What is on a simulated recorder's disks of one channel: stretches of time, asked by window and by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Literal

Kind = Literal["continuous", "motion"]

# Schools are in one zone, whatever their recorders believe.
BEIJING = timezone(timedelta(hours=8))
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Recorded without a break, in true UTC; `end` is not in it. None: it is still being recorded."""

    start: datetime
    end: datetime | None
    kind: Kind = "continuous"
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """One file, or what is played of it. True UTC."""

    start: datetime
    end: datetime
    kind: Kind = "continuous"
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Footage:
    """All stretches of a channel in order of time; none overlaps another."""

    stretches: tuple[Stretch, ...] = ()

    def clips(self, now: datetime, start: datetime | None = None, end: datetime | None = None) -> list[Clip]:
        """Return what is recorded up to `now` and touches the window; clips are not cut to the window."""
        found = []
        for one in self.stretches:
            until = now if one.end is None else min(one.end, now)
            if until <= one.start or (start and until <= start) or (end and one.start >= end):
                continue
            found.append(Clip(one.start, until, one.kind, one.locked))
        return found

    def files(
        self,
        now: datetime,
        start: datetime,
        end: datetime,
        file_s: int,
        ahead: timedelta = timedelta(),
    ) -> list[Clip]:
        """Return the files that touch the window: a recorder begins a new one at each full `file_s`.

        `ahead` is how far the clock that says so is ahead of true time.
        """
        step = timedelta(seconds=file_s)
        return [
            file
            for clip in self.clips(now, start, end)
            for file in _cut(clip, step, ahead, start, end)
            if file.end > start and file.start < end
        ]

    def holds(self, moment: datetime, now: datetime) -> bool:
        return bool(self.clips(now, moment, moment + timedelta(microseconds=1)))

    def unlocked(self) -> Footage:
        return replace(self, stretches=tuple(one for one in self.stretches if not one.locked))

    def days(self, now: datetime, zone: timezone) -> set[date]:
        """Return the calendar days of a zone on which anything was recorded."""
        found: set[date] = set()
        for clip in self.clips(now):
            day = clip.start.astimezone(zone).date()
            # A clip that ends at midnight is not of the next day.
            last = (clip.end - timedelta(microseconds=1)).astimezone(zone).date()
            while day <= last:
                found.add(day)
                day += _DAY
        return found

    def holes(self, now: datetime, least_s: float) -> list[tuple[datetime, datetime]]:
        """Return the stretches between the oldest recording and now that are longer than `least_s`."""
        clips = self.clips(now)
        between = [(one.end, other.start) for one, other in pairwise(clips)]
        if clips:
            between.append((clips[-1].end, now))
        return [(start, end) for start, end in between if (end - start).total_seconds() > least_s]


def consecutive(days: set[date], yesterday: date) -> int:
    """Return how many days in a row are in the set, the last of them `yesterday`."""
    count = 0
    while yesterday - count * _DAY in days:
        count += 1
    return count


def midnight(day: date) -> datetime:
    """Return the beginning of a school day, in UTC."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def _cut(clip: Clip, step: timedelta, ahead: timedelta, start: datetime, end: datetime) -> Iterator[Clip]:
    """Cut at full hours and the like; far before the window nothing needs to be cut."""
    begin = clip.start
    if begin < start - step:
        begin = start - (start + ahead - _EPOCH) % step
    while begin < min(clip.end, end):
        cut = min(clip.end, begin + step - (begin + ahead - _EPOCH) % step)
        yield replace(clip, start=begin, end=cut)
        begin = cut
