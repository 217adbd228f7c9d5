"""The recordings of a channel where a recorder lists its files: windows of days, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.record.clock import Clock, local_day
from probe.record.days import Day, Span, continuous, dates, days_of, merged, span
from probe.record.history import History
from probe.vendor.protocol import Take, Vendor

_DAY = timedelta(days=1)
_WINDOW_DAYS = 31
_LIKELY_NOW = timedelta(minutes=10)
# Some list a file only when it is full.
_FILE = timedelta(minutes=75)
_GIVES_UP_AFTER = 2
_LEAST_REQUESTS = 6  # of one search by CGI, whose last page is empty


def own_of(takes: Collection[Take]) -> list[Take]:
    """Return what the recorder keeps by itself: from the oldest file on that is surely not locked.

    It overwrites the oldest files first, so those after that one would be there without a lock.
    """
    oldest = min((one.start for one in takes if not (one.locked or one.marked)), default=None)
    return [one for one in takes if oldest is not None and one.start >= oldest]


def spans_of(takes: Iterable[Take], clock: Clock) -> tuple[Span, ...]:
    """Return when anything was recorded, in true time."""
    return merged(span(clock.moment(one.start), clock.moment(one.end)) for one in takes)


def locked_of(takes: Iterable[Take]) -> int:
    """Return how many locked clips there are: one may lie in several files."""
    return len(merged(span(_utc(one.start), _utc(one.end)) for one in takes if one.locked))


def records_at(newest: datetime | None, now: datetime) -> bool | None:
    """Return whether a channel is being recorded; None where its newest file may not be listed yet."""
    if newest is None:
        return False
    if now - newest <= _LIKELY_NOW:
        return True
    return None if now - newest <= _FILE else False


async def fetch_by_file(io: Io, vendor: Vendor, number: int, clock: Clock) -> History:
    """Return the days of `window_days`, and further back while they are unbroken and requests are left.

    Raise what the first window raised where its days one by one fail too.
    """
    reading = _Reading(io, vendor, number, clock)
    today = local_day(io.now(), io.zone)
    window = today - io.record.window_days * _DAY
    first = today + _DAY
    while reading.left > 0 and (first > window or _is_unbroken(reading, first, today)):
        until, first = first, first - _WINDOW_DAYS * _DAY
        await reading.read(first, until)
    return reading.history(first, today)


def _is_unbroken(reading: _Reading, first: date, today: date) -> bool:
    return continuous(reading.days(first, today), today - _DAY).at_most is None


class _Reading:
    """What was read so far, and what may still be asked."""

    def __init__(self, io: Io, vendor: Vendor, number: int, clock: Clock) -> None:
        assert vendor.fetch_takes is not None  # noqa: S101  the caller chose it for that
        self._fetch = vendor.fetch_takes
        self._source = vendor.by_file
        self._io = io
        self._number = number
        self._clock = clock
        self._takes: set[Take] = set()
        self._unknown: set[date] = set()
        self._notes: list[str] = []
        self._failed_days = 0
        self._one_by_one = False
        self.left = io.record.search_requests

    async def read(self, first: date, until: date) -> None:
        """Read the days from `first` to before `until`, at once or one by one."""
        self._unknown |= set(dates(first, until - _DAY))
        if not self._one_by_one:
            try:
                await self._read_window(first, until, max(_LEAST_REQUESTS, self.left // 2))
            except (Unsupported, Malformed) as error:
                # 500 on wide windows; or no window is answered at all, which the days will show.
                self._notes.append(str(error))
                self._one_by_one = True
        # The newest days count first; what is not read stays unknown.
        for day in sorted(self._unknown & set(dates(first, until - _DAY)), reverse=True):
            if self.left < _LEAST_REQUESTS:
                self.left = 0
                return
            await self._read_day(day)

    async def _read_day(self, day: date) -> None:
        try:
            await self._read_window(day, day + _DAY, self.left)
        except (Unsupported, Malformed):
            self._failed_days += 1
            if self._failed_days >= _GIVES_UP_AFTER and not self._takes:
                raise

    async def _read_window(self, first: date, until: date, most: int) -> None:
        start, end = (self._clock.digits(_midnight(day, self._clock.zone)) for day in (first, until))
        try:
            read = await self._fetch(self._io, self._number, start, end, min(most, self.left))
        except DeviceError:
            self.left -= 1
            raise
        self.left -= read.requests
        self._takes.update(read.takes)
        reached = until - _DAY
        if not read.is_whole:
            # What is not read begins no earlier than the last that was; in another order, it may be anywhere.
            knows = bool(read.takes) and read.is_ascending
            reached = self._day(read.takes[-1].start) - _DAY if knows else first - _DAY
        self._unknown -= set(dates(first, min(reached, until - _DAY)))

    def _day(self, digits: datetime) -> date:
        return local_day(self._clock.moment(digits), self._clock.zone)

    def days(self, first: date, last: date) -> dict[date, Day]:
        own, zone = own_of(self._takes), self._clock.zone
        told = days_of(spans_of(own, self._clock), first, last, zone)
        others = self._takes.difference(own)
        locked = days_of(spans_of(others, self._clock), first, last, zone)
        doubtful = days_of(
            spans_of((one for one in others if not one.locked), self._clock), first, last, zone
        )
        is_open = True  # what is before may be of the same stretch, and older files that are not locked too
        for day, known in told.items():
            if known.recorded:
                told[day] = Day(recorded=True) if day in self._unknown else known
                continue
            is_open = day in self._unknown or (is_open and locked[day].recorded is True)
            if is_open or doubtful[day].recorded:
                told[day] = Day(None)
        return told

    def history(self, first: date, today: date) -> History:
        spans = spans_of(own_of(self._takes), self._clock)
        every = spans_of(self._takes, self._clock)
        now = self._io.now()
        return History(
            source=self._source,
            first=first,
            days=self.days(first, today),
            requests=self._io.record.search_requests - self.left,
            spans=spans,
            playable=spans,
            oldest=spans[0].start if spans else None,
            newest=min(spans[-1].end, now) if spans else None,
            records_now=records_at(min(every[-1].end, now) if every else None, now)
            if today not in self._unknown
            else None,
            locked=locked_of(self._takes),
            notes=tuple(self._notes[:1]),
        )


def _utc(digits: datetime) -> datetime:
    return digits.replace(tzinfo=UTC)  # only to be compared with one another


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)
