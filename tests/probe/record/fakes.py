"""A recorder made of a few days, asked by the functions that a maker's protocol would give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, cast

from config.load import load_catalogue
from config.settings import Record
from probe.errors import DeviceError, Unsupported
from probe.model import Io
from probe.record.clock import Clock
from probe.vendor import hikvision
from probe.vendor.protocol import Month, Take, Takes, Vendor, takes_of

RECORD = load_catalogue().settings.record
ZONE = load_catalogue().settings.zone
NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 9, 15), date(2026, 9, 14)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RIGHT = Clock(timedelta(), ZONE)
NOON = datetime(2026, 9, 14, 12)  # noqa: DTZ001  by the recorder's own clock


@dataclass
class FakeIo:
    record: Record = RECORD
    zone: tzinfo = ZONE

    def now(self) -> datetime:
        return NOW


@dataclass
class FakeRecorder:
    """Has recorded an hour's file at noon of each day of `days`, of which some are locked or marked."""

    days: set[date]
    locked: set[date] = field(default_factory=set)
    marked: set[date] = field(default_factory=set)
    newest_first: bool = False
    widest: timedelta = timedelta(days=400)
    per_page: int = 100
    fails: Mapping[int, DeviceError] = field(default_factory=dict)  # by month
    asked: list[Any] = field(default_factory=list)

    def vendor(self, *, files: bool = True) -> Vendor:
        return replace(
            hikvision.VENDOR,
            fetch_month=self.month,
            fetch_takes=self.takes if files else None,
            fetch_recent=self.recent if files else None,
        )

    async def month(self, _: Io, number: int, year: int, month: int) -> Month:
        self.asked.append((year, month))
        if month in self.fails:
            raise self.fails[month]
        first = date(year, month, 1)
        days = [first + count * DAY for count in range(31) if (first + count * DAY).month == month]
        return Month({day: day in self.days for day in days})

    async def takes(self, _: Io, number: int, start: datetime, end: datetime, most: int) -> Takes:
        self.asked.append((start, end))
        if end - start > self.widest:
            raise Unsupported("HTTP 500")
        inside = [one for one in self.all() if one.start < end and one.end > start]
        pages = max(1, -(-len(inside) // self.per_page))
        told = (inside[::-1] if self.newest_first else inside)[: most * self.per_page]
        return takes_of(told, min(pages, most), is_whole=pages <= most)

    async def recent(self, io: Io, number: int) -> Takes:
        return await self.takes(io, number, NOON, NOON + 2 * DAY, 4)

    def all(self) -> list[Take]:
        noons = [datetime.combine(day, NOON.time()) for day in sorted(self.days)]
        return [
            Take(noon, noon + HOUR, noon.date() in self.locked, marked=noon.date() in self.marked)
            for noon in noons
        ]


def run_of(days: int, *more: date) -> set[date]:
    return {TODAY - count * DAY for count in range(days + 1)} | set(more)


def io(**changed: Any) -> Io:  # noqa: ANN401  a setting
    return cast("Io", FakeIo(RECORD.model_copy(update=changed)))
