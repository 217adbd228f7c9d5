"""The recordings of a channel where a recorder lists its files: windows of days, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.record.clock import SCHOOL, Clock, local_day
from probe.record.days import Day, Span, continuous, dates, days_of, merged, span
from probe.record.history import History
from probe.vendor.protocol import Take, Vendor

_DAY = timedelta(days=1)
_WINDOW_DAYS = 31
_LIKELY_NOW = timedelta(minutes=10)
# Some list a file only when it is full.
_FILE = timedelta(minutes=75)
_GIVES_UP_AFTER = 2
_LEAST_REQUESTS = 5  # of one search by CGI


def spans_of(takes: Iterable[Take], clock: Clock) -> tuple[Span, ...]:
    """Return when anything was recorded, in true time; locked clips are left out."""
    return merged(
        span(clock.moment(one.start), clock.moment(one.end)) for one in takes if one.locked is not True
    )


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
    today = local_day(io.now())
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
        start, end = (self._clock.digits(_midnight(day)) for day in (first, until))
        try:
            read = await self._fetch(self._io, self._number, start, end, min(most, self.left))
        except DeviceError:
            self.left -= 1
            raise
        self.left -= read.requests
        self._takes.update(read.takes)
        # Pages come from the oldest file on: what is after the last one that was read is not known.
        reached = until - _DAY
        if not read.is_whole:
            reached = local_day(self._clock.moment(read.takes[-1].end)) - _DAY if read.takes else first - _DAY
        self._unknown -= set(dates(first, reached))

    def days(self, first: date, last: date) -> dict[date, Day]:
        told = days_of(spans_of(self._takes, self._clock), first, last, SCHOOL)
        return {day: Day(None) if day in self._unknown else known for day, known in told.items()}

    def history(self, first: date, today: date) -> History:
        spans = spans_of(self._takes, self._clock)
        now = self._io.now()
        newest = min(spans[-1].end, now) if spans else None
        return History(
            source=self._source,
            first=first,
            days=self.days(first, today),
            requests=self._io.record.search_requests - self.left,
            spans=spans,
            playable=spans,
            oldest=spans[0].start if spans else None,
            newest=newest,
            records_now=records_at(newest, now) if today not in self._unknown else None,
            locked=locked_of(self._takes),
            notes=tuple(self._notes[:1]),
        )


def _utc(digits: datetime) -> datetime:
    return digits.replace(tzinfo=UTC)  # only to be compared with one another


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SCHOOL)
