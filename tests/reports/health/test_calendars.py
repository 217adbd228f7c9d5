"""The calendar of a channel: a day is missing only where the recorder was asked and holds an older one."""

from __future__ import annotations

from datetime import date, timedelta

from reports import scan_json as out
from reports.health.calendars import WINDOW, months_of

ASKED = date(2026, 3, 10)


def recording(days: list[str] | None, **told: object) -> out.Recording:
    unknown = dict.fromkeys(
        ("source", "oldest", "newest", "continuous_days", "days_recorded", "window_days", "holes", "mode")
    )
    return out.Recording.model_validate({**unknown, "days": days, **told})


def day(recorded: out.Recording, when: date) -> str:
    months = {month.label: month.days for month in months_of(recorded, ASKED)}
    row = months.get(f"{when:%Y-%m}")
    return row[when.day - 1] if row else "outside"


def test_a_listed_day_is_whole_and_one_with_a_long_hole_is_marked() -> None:
    held = recording(["2026-03-08", "2026-03-09"], holed_days=["2026-03-09"])
    assert [day(held, date(2026, 3, number)) for number in (8, 9)] == ["whole", "holed"]


def test_a_day_between_listed_ones_is_missing() -> None:
    assert day(recording(["2026-03-05", "2026-03-09"]), date(2026, 3, 7)) == "missing"


def test_what_lies_before_the_oldest_day_was_overwritten_and_is_not_missing() -> None:
    assert day(recording(["2026-03-05", "2026-03-09"]), date(2026, 3, 4)) == "outside"


def test_the_day_of_asking_is_not_over_and_never_missing() -> None:
    assert day(recording(["2026-03-09"]), ASKED) == "outside"


def test_a_day_of_which_the_recorder_could_not_say_is_not_missing() -> None:
    held = recording(["2026-03-05", "2026-03-09"], unknown_days=["2026-03-07"])
    assert [day(held, date(2026, 3, number)) for number in (7, 8)] == ["unknown", "missing"]


def test_days_that_nobody_asked_for_are_unknown() -> None:
    held = recording(["2026-02-20"], window_days=30)
    assert day(held, date(2026, 1, 20)) == "unknown"


def test_a_recorder_that_tells_no_days_leaves_all_of_them_unknown() -> None:
    months = months_of(recording(None), ASKED)
    assert {one for month in months for one in month.days} == {"unknown", "outside"}


def test_the_calendar_reaches_back_ninety_days_and_no_farther() -> None:
    every = [(ASKED - timedelta(days=ago)).isoformat() for ago in range(200)]
    held = recording(every)
    assert day(held, ASKED - timedelta(days=WINDOW)) == "whole"
    assert day(held, ASKED - timedelta(days=WINDOW + 1)) == "outside"


def test_each_row_has_the_days_of_its_month() -> None:
    lengths = {month.label: len(month.days) for month in months_of(recording(None), ASKED)}
    assert lengths == {"2026-03": 31, "2026-02": 28, "2026-01": 31, "2025-12": 31}
