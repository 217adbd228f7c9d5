"""Whether the oldest days of a calendar are the recorder's own, or clips that somebody locked. 锁定录像

Locked clips outlive the overwriting. What is younger than a file that is not locked is there by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from probe.errors import Malformed, Unsupported
from probe.record.by_file import locked_of, own_of, spans_of
from probe.record.clock import Clock, local_day
from probe.record.days import Day, dates
from probe.record.history import APART, History
from probe.vendor.protocol import Takes

Ask = Callable[[datetime, datetime, int], Awaitable[Takes]]

_DAY = timedelta(days=1)
_MIDNIGHT = datetime.min.time()
_WIDE_DAYS = 7
_ISLAND_DAYS = 2
_LOCKED = "locked clips alone"
_UNPROVED = "whether the days after it are more than that was not looked"


async def with_oldest(history: History, ask: Ask, clock: Clock, most: int, proved: date) -> History:
    """Return the history with what the files of its oldest days tell, at most `most` requests in all.

    From the day `proved` on it is known to record by itself. `ask` gives the files between two times of the
    recorder's clock, for so many requests.
    """
    recorded = [day for day, told in sorted(history.days.items()) if told.recorded]
    island = _island(recorded)
    look = _Look(history, ask, clock, most)
    # Days apart end no run: those that may end one come first.
    await look.settle(recorded[len(island) :], proved)
    if island and look.left > 0:
        await look.settle(island, date.max)
    elif island:
        look.leave_out(island, APART)
    return look.history


def _island(recorded: list[date]) -> list[date]:
    """Return the oldest day or two, if no other is beside them: as short as a clip that somebody locked."""
    for count in range(1, min(_ISLAND_DAYS + 1, len(recorded))):
        if recorded[count] - recorded[count - 1] > _DAY:
            return recorded[:count]
    return []


@dataclass(slots=True)
class _Look:
    """What was found so far."""

    history: History
    ask: Ask
    clock: Clock
    most: int

    @property
    def left(self) -> int:
        return self.most - self.history.requests

    async def settle(self, days: list[date], proved: date) -> None:
        """Find which of these days, oldest first, the recorder keeps by itself; what is open is unknown."""
        width, locked_alone = _DAY, ""
        while days and self.left > 0:
            first, until = days[0], min(days[0] + width, days[-1] + _DAY)
            takes = await self._read(first, until)
            if takes is None or not takes.takes:
                break
            if own := own_of(takes.takes):
                self._settle_before(first, own[0].start, takes)
                return
            locked_alone, width = f"{first.isoformat()}: {_LOCKED}", _WIDE_DAYS * _DAY
            if not takes.is_whole:
                break
            self._add_locked(dates(first, until - _DAY), takes, locked_alone)
            days = [day for day in days if day >= until]
        if locked_alone and (open_ := [day for day in days if day < proved]):
            self.leave_out(open_, f"{locked_alone}; {_UNPROVED}")

    def leave_out(self, days: list[date], why: str) -> None:
        """Take days for unknown that are listed, but may be no more than locked clips."""
        self._set(dict.fromkeys(days, Day(None)), why)

    async def _read(self, first: date, until: date) -> Takes | None:
        start, end = (datetime.combine(day, _MIDNIGHT) for day in (first, until))
        try:
            takes = await self.ask(start, end, self.left)
        except (Unsupported, Malformed) as error:
            # The day is known all the same; its hour is not.
            notes = (*self.history.notes, str(error))
            self.history = replace(self.history, requests=self.history.requests + 1, notes=notes)
            return None
        self.history = replace(
            self.history,
            requests=self.history.requests + takes.requests,
            playable=tuple(sorted({*self.history.playable, *spans_of(takes.takes, self.clock)})),
        )
        return takes

    def _settle_before(self, first: date, own: datetime, takes: Takes) -> None:
        since = self.clock.moment(own)
        before = [one for one in takes.takes if one.start < own]
        is_read = takes.is_whole or takes.is_ascending
        if is_read:
            self.history = replace(self.history, oldest=since)
        if (begun := local_day(since, self.clock.zone)) > first:
            days = dates(first, begun - _DAY)
            if is_read:
                self._add_locked(days, replace(takes, takes=tuple(before)), f"{first.isoformat()}: {_LOCKED}")
            else:
                self.leave_out(days, _UNPROVED)

    def _add_locked(self, days: list[date], takes: Takes, note: str) -> None:
        """Take days for empty that hold locked clips alone; where the lock is not sure, for unknown."""
        is_sure = all(one.locked for one in takes.takes)
        self._set(dict.fromkeys(days, Day(recorded=False) if is_sure else Day(None)), note)
        self.history = replace(self.history, locked=(self.history.locked or 0) + locked_of(takes.takes))

    def _set(self, told: dict[date, Day], note: str) -> None:
        days = {day: told.get(day, known) for day, known in self.history.days.items()}
        self.history = replace(self.history, days=days, notes=(*self.history.notes, note))
