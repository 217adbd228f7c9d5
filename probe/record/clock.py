"""What a recorder's own clock shows beside the school's, so that days and times mean the same. 录像机时钟"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from probe.errors import Malformed, Unsupported
from probe.model import Io
from probe.vendor.protocol import Vendor
from probe.wire.onvif_device import parse_utc_time

# A day that is cut a few minutes off is the same day; more, and its recordings are another day's.
_SAME_DAY = timedelta(minutes=5)
_DOUBT = timedelta(seconds=2)
# 1970 and 2000 are what a clock without a battery shows.
_SANE = timedelta(days=100 * 365)
# So far from the ends of the calendar that no zone carries a time beyond them.
_FIRST, _LAST = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001  digits


@dataclass(frozen=True, slots=True)
class Clock:
    """`ahead`: how far the digits on the recorder's clock are ahead of the school's, whose `zone` it is."""

    ahead: timedelta
    zone: tzinfo
    is_known: bool = True

    @property
    def shares_days(self) -> bool:
        return abs(self.ahead) <= _SAME_DAY

    def moment(self, digits: datetime) -> datetime:
        """Return when the recorder's clock showed these digits, as aware school time."""
        return _shifted(digits, -self.ahead).replace(tzinfo=self.zone)

    def digits(self, moment: datetime) -> datetime:
        """Return what the recorder's clock showed at an aware time."""
        return _shifted(_digits_in(self.zone, moment), self.ahead)


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def local_text(moment: datetime, zone: tzinfo) -> str:
    """Return an aware time as ISO 8601, by the clock and with the offset of the zone."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


async def fetch_clock(io: Io, vendor: Vendor | None) -> Clock:
    """Return the recorder's clock; one that nothing tells of is taken to be right.

    Raise Malformed for one that shows another century: what it records is of no day that can be asked for.
    """
    return await io.once("record.clock", lambda: _fetch(io, vendor))


async def _fetch(io: Io, vendor: Vendor | None) -> Clock:
    ahead = await _ahead_of(io, lambda: _shown_by_vendor(io, vendor))
    if ahead is None:
        ahead = await _ahead_of(io, lambda: _shown_by_onvif(io))
    if ahead is None:
        return Clock(timedelta(), io.zone, is_known=False)
    if abs(ahead) > _SANE:
        raise Malformed(f"its clock shows a time {abs(ahead).days // 365} years off")
    # It shows whole seconds; a second's doubt must not carry a file over midnight.
    ahead = timedelta(seconds=round(ahead.total_seconds())) if abs(ahead) > _DOUBT else timedelta()
    return Clock(ahead, io.zone)


async def _ahead_of(io: Io, fetch: Callable[[], Awaitable[datetime]]) -> timedelta | None:
    """Return how far the digits are ahead that are fetched; None where they are not told."""
    asked = io.now()
    try:
        shown = await fetch()
    except (Unsupported, Malformed):
        return None
    answered = io.now()
    return shown - _digits_in(io.zone, asked + (answered - asked) / 2)


async def _shown_by_vendor(io: Io, vendor: Vendor | None) -> datetime:
    if vendor is None or vendor.fetch_clock is None:
        raise Unsupported("no protocol that is known here tells the clock on its wall")
    return (await vendor.fetch_clock(io)).local


async def _shown_by_onvif(io: Io) -> datetime:
    """Return the digits as if its zone were the school's: what it shows on its wall is not told."""
    return _digits_in(io.zone, parse_utc_time(await io.soap("device", "GetSystemDateAndTime")))


def _digits_in(zone: tzinfo, moment: datetime) -> datetime:
    """Return what a clock in the zone shows, within the calendar."""
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return _FIRST if moment.year < _LAST.year else _LAST


def _shifted(digits: datetime, by: timedelta) -> datetime:
    """Return the digits so much later, within the calendar: what stands at its ends is no recording's."""
    try:
        return min(max(digits + by, _FIRST), _LAST)
    except OverflowError:
        return _FIRST if by < timedelta() else _LAST
