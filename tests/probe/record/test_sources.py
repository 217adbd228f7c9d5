"""What the days of a recorder whose clock is hours off tell of the school's days."""

from __future__ import annotations

from datetime import date, timedelta

from probe.record.clock import Clock
from probe.record.days import Day, dates
from probe.record.sources import school_days
from tests.probe.record.fakes import ZONE

FIRST = date(2026, 9, 1)
BEHIND = Clock(timedelta(hours=-8), ZONE)


def test_a_school_day_is_empty_where_both_of_the_clocks_days_are() -> None:
    recorded = (False, False, True, True)
    own = dict(zip(dates(FIRST, date(2026, 9, 4)), map(Day, recorded), strict=True))
    told = school_days(own, BEHIND)
    assert [one.recorded for one in told.values()] == [None, False, None, None]
