"""Days with recordings, against a plain count of minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.record.days import (
    Bounds,
    Day,
    Span,
    continuous,
    dates,
    day_span,
    days_of,
    holes_between,
    merged,
    span,
)

CHINA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 16)
START = datetime(2026, 11, 16, tzinfo=CHINA).astimezone(UTC)
YES, NO, UNKNOWN = Day(recorded=True), Day(recorded=False), Day(recorded=None)


def from_monday(first_min: float, last_min: float) -> Span:
    return Span(START + timedelta(minutes=first_min), START + timedelta(minutes=last_min))


minutes = st.integers(0, 4 * 1440)
some_spans = st.lists(st.tuples(minutes, minutes), max_size=8).map(
    lambda all_: [from_monday(*one) for one in all_]
)


@given(some_spans)
def test_a_day_is_recorded_when_one_of_its_minutes_is(spans: list[Span]) -> None:
    covered = {minute for one in spans for minute in range(*(minute_of(end) for end in one))}
    days = days_of(spans, MONDAY, MONDAY + timedelta(days=3), CHINA)
    plain = [any(minute // 1440 == number for minute in covered) for number in range(4)]
    assert [day.recorded for day in days.values()] == plain


@given(some_spans)
def test_the_longest_hole_of_a_day_is_the_longest_run_of_minutes_without(spans: list[Span]) -> None:
    covered = {minute for one in spans for minute in range(*(minute_of(end) for end in one))}
    (day,) = days_of(spans, MONDAY, MONDAY, CHINA).values()
    marks = "".join("#" if minute in covered else "." for minute in range(1440))
    assert day.longest_hole_s == 60 * max(len(run) for run in marks.split("#"))


@given(some_spans)
def test_spans_and_holes_together_are_the_whole(spans: list[Span]) -> None:
    whole = from_monday(0, 4 * 1440)
    holes = holes_between(spans, whole)
    assert sum(one.seconds for one in (*merged(spans), *holes)) == whole.seconds


def minute_of(at: datetime) -> int:
    return round((at - START).total_seconds() / 60)


def test_a_recording_over_midnight_counts_for_both_days() -> None:
    days = days_of([from_monday(1439, 1441)], MONDAY, MONDAY + timedelta(days=2), CHINA)
    assert [day.recorded for day in days.values()] == [True, True, False]


def test_a_recording_that_ends_at_midnight_is_none_of_the_next_day() -> None:
    days = days_of([from_monday(0, 1440)], MONDAY, MONDAY + timedelta(days=1), CHINA)
    assert [(day.recorded, day.longest_hole_s) for day in days.values()] == [(True, 0.0), (False, 86400.0)]


def test_a_span_that_ends_before_it_begins_is_none() -> None:
    assert merged([from_monday(20, 10)]) == ()


def test_short_holes_are_left_out() -> None:
    recorded = [from_monday(0, 100), from_monday(110, 200), from_monday(211, 1440)]
    assert holes_between(recorded, from_monday(0, 1440), least_s=600) == (from_monday(200, 211),)


def test_a_day_on_which_clocks_go_back_has_25_hours() -> None:
    assert day_span(date(2026, 10, 25), BERLIN).seconds == 25 * 3600


def test_a_span_within_a_zone_knows_of_the_hour_that_is_lost() -> None:
    lost = span(datetime(2026, 3, 29, 1, tzinfo=BERLIN), datetime(2026, 3, 29, 4, tzinfo=BERLIN))
    assert lost.seconds == 2 * 3600


@pytest.mark.parametrize(
    ("known", "days"),
    [
        ([YES, YES, YES], Bounds(3, None)),
        ([NO, YES, YES], Bounds(2, 2)),
        ([YES, NO, YES], Bounds(1, 1)),
        ([YES, YES, NO], Bounds(0, 0)),
        ([YES, UNKNOWN, YES], Bounds(1, None)),
        ([NO, UNKNOWN, YES], Bounds(1, 2)),
        ([UNKNOWN, NO, UNKNOWN], Bounds(0, 1)),
        ([], Bounds(0, None)),
    ],
)
def test_days_are_counted_back_from_yesterday(known: list[Day], days: Bounds) -> None:
    asked = dict(zip(dates(MONDAY, MONDAY + timedelta(days=len(known) - 1)), known, strict=True))
    assert continuous(asked, MONDAY + timedelta(days=max(0, len(known) - 1))) == days


@pytest.mark.parametrize(
    ("hole_s", "days"),
    [(4 * 3600.0, Bounds(2, None)), (4 * 3600.0 + 60, Bounds(1, 1)), (None, Bounds(1, None))],
)
def test_a_day_with_too_long_a_hole_does_not_count_where_the_standard_says_so(
    hole_s: float | None, days: Bounds
) -> None:
    asked = {MONDAY: Day(True, hole_s), MONDAY + timedelta(days=1): Day(True, 0.0)}
    assert continuous(asked, MONDAY + timedelta(days=1), most_hole_s=4 * 3600) == days


def test_a_hole_of_any_length_leaves_the_day_where_the_standard_says_nothing() -> None:
    assert continuous({MONDAY: Day(True, 80000.0)}, MONDAY) == Bounds(1, None)
