"""How a calendar and lists of files are asked for: what is spent, and what stays unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from probe.errors import Malformed, Unsupported
from probe.record.by_file import fetch_by_file
from probe.record.by_month import fetch_by_month
from probe.record.clock import Clock
from probe.record.days import continuous
from probe.record.history import APART
from tests.probe.record.fakes import DAY, RECORD, RIGHT, TODAY, YESTERDAY, ZONE, FakeRecorder, io, run_of


async def test_ninety_days_of_a_calendar_are_four_questions_and_two_more() -> None:
    recorder = FakeRecorder(run_of(40))
    history = await fetch_by_month(io(), recorder.vendor(), 1, RIGHT)
    assert history.requests == len(recorder.asked) == 6
    assert continuous(history.days, YESTERDAY) == (40, 40)


async def test_a_calendar_is_not_asked_for_more_than_is_allowed() -> None:
    recorder = FakeRecorder(run_of(300))
    history = await fetch_by_month(io(), recorder.vendor(), 1, RIGHT)
    assert (history.requests, continuous(history.days, YESTERDAY).at_most) == (6, None)


async def test_a_calendar_alone_is_asked_on_while_it_is_unbroken() -> None:
    recorder = FakeRecorder(run_of(130))
    history = await fetch_by_month(io(), recorder.vendor(files=False), 1, RIGHT)
    assert continuous(history.days, YESTERDAY) == (130, 130)


async def test_a_month_that_fails_leaves_its_days_unknown() -> None:
    recorder = FakeRecorder(run_of(60), fails={8: Malformed("cut off")})
    history = await fetch_by_month(io(), recorder.vendor(files=False), 1, RIGHT)
    assert continuous(history.days, YESTERDAY) == (14, None)


async def test_a_calendar_whose_first_month_fails_is_no_calendar() -> None:
    recorder = FakeRecorder(run_of(60), fails={9: Unsupported("HTTP 404")})
    with pytest.raises(Unsupported):
        await fetch_by_month(io(), recorder.vendor(), 1, RIGHT)


async def test_a_day_of_nothing_but_a_locked_clip_does_not_count() -> None:
    long_ago = TODAY - 70 * DAY
    recorder = FakeRecorder(run_of(20, long_ago), locked={long_ago})
    history = await fetch_by_month(io(month_requests=7), recorder.vendor(), 1, RIGHT)
    assert history.days[long_ago].recorded is False
    assert (history.locked, history.oldest) == (1, datetime(2026, 8, 26, 4, tzinfo=UTC))


async def test_files_are_asked_for_in_wide_windows_the_newest_first() -> None:
    recorder = FakeRecorder(run_of(40))
    history = await fetch_by_file(io(), recorder.vendor(), 1, RIGHT)
    assert continuous(history.days, YESTERDAY) == (40, 40)
    assert [end.date() for _, end in recorder.asked] == [
        date(2026, 9, 16),
        date(2026, 8, 16),
        date(2026, 7, 16),
    ]


async def test_where_wide_windows_are_refused_the_days_are_asked_for_one_by_one() -> None:
    recorder = FakeRecorder(run_of(40), widest=DAY)
    history = await fetch_by_file(io(), recorder.vendor(), 1, RIGHT)
    assert continuous(history.days, YESTERDAY) == (40, 40)
    assert history.requests <= RECORD.search_requests


async def test_requests_that_run_out_leave_the_older_days_unknown() -> None:
    recorder = FakeRecorder(run_of(80), widest=DAY)
    history = await fetch_by_file(io(search_requests=20), recorder.vendor(), 1, RIGHT)
    bounds = continuous(history.days, YESTERDAY)
    assert 10 <= bounds.at_least < 20
    assert bounds.at_most is None


async def test_a_window_that_cannot_be_read_to_its_end_is_read_day_by_day_from_the_newest() -> None:
    recorder = FakeRecorder(run_of(80), per_page=1)
    history = await fetch_by_file(io(search_requests=31), recorder.vendor(), 1, RIGHT)
    assert continuous(history.days, YESTERDAY).at_least >= 10


async def test_a_recorder_that_refuses_the_days_too_is_given_up() -> None:
    recorder = FakeRecorder(run_of(80), widest=timedelta())
    with pytest.raises(Unsupported):
        await fetch_by_file(io(), recorder.vendor(), 1, RIGHT)
    assert len(recorder.asked) < 5


async def test_files_of_a_clock_that_is_hours_off_are_put_into_the_schools_days() -> None:
    # Noon on its clock is one in the morning of the next day at the school.
    recorder = FakeRecorder(run_of(5))
    history = await fetch_by_file(io(), recorder.vendor(), 1, Clock(timedelta(hours=-13), ZONE))
    assert continuous(history.days, YESTERDAY).at_least == 4


async def test_locked_files_are_counted_and_left_out() -> None:
    long_ago = TODAY - 70 * DAY
    recorder = FakeRecorder(run_of(20, long_ago), locked={long_ago})
    history = await fetch_by_file(io(), recorder.vendor(), 1, RIGHT)
    assert history.days[long_ago].recorded is False
    assert history.locked == 1


async def test_a_day_apart_counts_for_nothing_where_no_locks_are_told() -> None:
    long_ago = TODAY - 70 * DAY
    recorder = FakeRecorder(run_of(20, long_ago))
    history = await fetch_by_month(io(), recorder.vendor(files=False), 1, RIGHT)
    assert history.days[long_ago].recorded is None
    assert APART in history.notes
