"""What the readings of a recording history say, and what they leave open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from probe.model import Gap, Measured, NotMeasured, Reading
from probe.record.days import Day, Span, dates, days_of
from probe.record.history import History
from probe.record.retention import readings_of
from tests.probe.record.fakes import ZONE

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)  # half past two in the afternoon at the school
TODAY = date(2026, 9, 15)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def read(history: History) -> dict[str, Reading]:
    return readings_of(history, NOW, ZONE, hole_s=600.0, day_hole_s=4 * 3600.0)


def of_days(*recorded: bool | None) -> History:
    """Return a history of the days up to yesterday, and of today, which is recorded."""
    first = TODAY - len(recorded) * DAY
    days = {day: Day(one) for day, one in zip(dates(first, TODAY), (*recorded, True), strict=True)}
    return History("isapi-days", first, days, 6)


def of_spans(*spans: Span, records_now: bool | None = True) -> History:
    first = TODAY - 10 * DAY
    return History(
        "dahua-files",
        first,
        days_of(spans, first, TODAY, ZONE),
        20,
        spans=spans,
        oldest=spans[0].start,
        newest=spans[-1].end,
        records_now=records_now,
        locked=0,
    )


@pytest.mark.parametrize(
    ("recorded", "least", "most"),
    [
        ((False, True, True), 2, 2),
        ((True, True, False), 0, 0),
        ((False, None, True, True), 2, 3),
        ((None, None, True), 1, None),
        ((True, True), 2, None),
    ],
)
def test_continuous_days_are_bounds(recorded: tuple[bool | None, ...], least: int, most: int | None) -> None:
    told = read(of_days(*recorded))
    assert told["continuous_days"] == Measured(least, "by isapi-days")
    if most is None:
        assert told["continuous_days_at_most"].detail.endswith("was not looked")
    else:
        assert told["continuous_days_at_most"] == Measured(most)


def test_where_yesterday_is_not_known_no_number_is_told() -> None:
    reading = read(of_days(True, True, None))["continuous_days"]
    assert isinstance(reading, NotMeasured)
    assert reading.gap is Gap.UNCLEAR


def test_an_unknown_day_is_counted_as_unknown_and_not_as_recorded() -> None:
    told = read(of_days(True, None, True))
    assert told["days_recorded"] == Measured(3, "1 days unknown")
    assert told["recording_unknown_days"] == Measured(["2026-09-13"])


def test_a_window_that_is_recorded_to_its_end_says_that_there_may_be_more() -> None:
    oldest = read(of_days(True, True))["recording_oldest"]
    assert oldest == Measured("2026-09-13", "or older: farther back was not looked")


def test_where_files_are_listed_holes_are_told_to_the_minute() -> None:
    noon = datetime(2026, 9, 12, 4, tzinfo=UTC)
    told = read(of_spans(Span(noon - 2 * DAY, noon), Span(noon + 6 * HOUR, NOW)))
    assert told["recording_holes"] == Measured([["2026-09-12T12:00:00+08:00", "2026-09-12T18:00:00+08:00"]])
    assert told["longest_hole_h"] == Measured(6.0)


def test_a_day_with_a_long_hole_counts_and_is_named() -> None:
    noon = datetime(2026, 9, 12, 4, tzinfo=UTC)
    told = read(of_spans(Span(noon - 5 * DAY, noon), Span(noon + 6 * HOUR, NOW)))
    assert told["recording_holed_days"] == Measured(["2026-09-12"], "holes of more than 4 h")
    assert (told["continuous_days"], told["unbroken_days"]) == (Measured(8, "by dahua-files"), Measured(2))


def test_recording_that_has_stopped_is_a_hole_up_to_now() -> None:
    told = read(of_spans(Span(NOW - 5 * DAY, NOW - 2 * DAY), records_now=False))
    assert told["longest_hole_h"] == Measured(48.0)
    assert told["recording_now"] == Measured(value=False)


def test_a_newest_file_that_may_not_be_listed_yet_is_no_hole() -> None:
    told = read(of_spans(Span(NOW - 5 * DAY, NOW - HOUR), records_now=None))
    assert told["recording_holes"] == Measured([])
    assert told["recording_now"] == NotMeasured(Gap.UNCLEAR, "its newest file may not be listed yet")


def test_days_that_are_not_known_are_no_hole() -> None:
    noon = datetime(2026, 9, 12, 4, tzinfo=UTC)
    history = of_spans(Span(noon - 2 * DAY, noon), Span(noon + 30 * HOUR, NOW))
    days = {**history.days, date(2026, 9, 13): Day(None)}
    told = read(History("dahua-files", history.first, days, 20, spans=history.spans, records_now=True))
    assert told["recording_holes"] == Measured([])


def test_days_without_long_holes_are_bounds_too() -> None:
    noon = datetime(2026, 9, 12, 4, tzinfo=UTC)
    told = read(of_spans(Span(noon - 5 * DAY, noon), Span(noon + 6 * HOUR, NOW)))
    assert (told["unbroken_days"], told["unbroken_days_at_most"]) == (Measured(2), Measured(2))


def test_a_calendar_of_days_bounds_the_days_without_long_holes_from_above_alone() -> None:
    told = read(of_days(False, True, True))
    assert isinstance(told["unbroken_days"], NotMeasured)
    assert told["unbroken_days_at_most"] == Measured(2)
