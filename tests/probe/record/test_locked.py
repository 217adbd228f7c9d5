"""Locked clips outlive the overwriting: where they make a channel look older, where they are recordings."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import pytest

from probe.record.by_file import fetch_by_file
from probe.record.by_month import fetch_by_month
from probe.record.days import Bounds, continuous
from probe.record.history import History
from tests.probe.record.fakes import DAY, RECORD, RIGHT, TODAY, YESTERDAY, FakeRecorder, io, run_of

Way = Callable[..., Coroutine[Any, Any, History]]
WAYS = pytest.mark.parametrize("way", [fetch_by_month, fetch_by_file], ids=["calendar", "files"])


def ago(*days: int) -> set[date]:
    return {TODAY - count * DAY for count in days}


async def bounds(way: Way, recorder: FakeRecorder, **changed: int) -> Bounds:
    history = await way(io(**changed), recorder.vendor(), 1, RIGHT)
    return continuous(history.days, YESTERDAY)


@WAYS
@pytest.mark.parametrize("requests", [6, 7, 8])
async def test_locked_days_that_touch_the_run_prove_nothing(way: Way, requests: int) -> None:
    recorder = FakeRecorder(run_of(31), locked=ago(29, 30, 31))
    told = await bounds(way, recorder, month_requests=requests)
    assert told.at_most is not None
    assert told.at_least <= 28 <= told.at_most


async def test_days_after_a_locked_one_are_looked_at_in_one_window() -> None:
    recorder = FakeRecorder(run_of(31), locked=ago(29, 30, 31))
    assert await bounds(fetch_by_month, recorder, month_requests=7) == (28, 28)


async def test_a_locked_day_that_touches_the_run_costs_no_more_than_is_allowed() -> None:
    recorder = FakeRecorder(run_of(31), locked=ago(29, 30, 31))
    history = await fetch_by_month(io(), recorder.vendor(), 1, RIGHT)
    assert history.requests == len(recorder.asked) == RECORD.month_requests


async def test_where_nobody_looked_farther_the_days_are_open_and_not_lost() -> None:
    recorder = FakeRecorder(run_of(60), locked=ago(60))
    assert await bounds(fetch_by_month, recorder) == (1, 59)


@WAYS
async def test_a_locked_day_inside_the_run_is_a_recorded_day(way: Way) -> None:
    assert await bounds(way, FakeRecorder(run_of(40), locked=ago(5, 6, 7))) == (40, 40)


@pytest.mark.parametrize("apart", [33, 40, 70])
async def test_a_locked_clip_apart_leaves_the_one_look_to_the_day_that_may_end_the_run(apart: int) -> None:
    recorder = FakeRecorder(run_of(31) | ago(apart), locked=ago(31, apart))
    history = await fetch_by_month(io(), recorder.vendor(), 1, RIGHT)
    assert history.days[TODAY - 31 * DAY].recorded is False
    assert history.days[TODAY - apart * DAY].recorded is None


@pytest.mark.parametrize("apart", [43, 70])
async def test_a_locked_clip_apart_leaves_the_days_of_the_run_as_they_are(apart: int) -> None:
    recorder = FakeRecorder(run_of(40) | ago(apart), locked=ago(apart))
    assert await bounds(fetch_by_month, recorder) == (40, 40)


async def test_files_are_read_on_while_older_ones_may_prove_that_locked_days_count() -> None:
    assert await bounds(fetch_by_file, FakeRecorder(run_of(150), locked=ago(91, 92, 93))) == (150, 150)


async def test_locked_days_at_the_edge_of_what_was_read_are_open() -> None:
    recorder = FakeRecorder(run_of(400), locked=ago(*range(80, 401)))
    assert await bounds(fetch_by_file, recorder, search_requests=10) == (79, None)


async def test_a_marked_clip_that_may_be_locked_leaves_its_day_open() -> None:
    recorder = FakeRecorder(run_of(31), marked=ago(29, 30, 31))
    assert await bounds(fetch_by_file, recorder) == (28, 31)


async def test_a_marked_clip_inside_the_run_is_a_recorded_day() -> None:
    assert await bounds(fetch_by_file, FakeRecorder(run_of(40), marked=ago(9))) == (40, 40)


async def test_of_a_list_that_comes_newest_first_what_is_not_read_is_not_empty() -> None:
    recorder = FakeRecorder(run_of(80), per_page=1, newest_first=True)
    told = await bounds(fetch_by_file, recorder, search_requests=30)
    assert (told.at_least >= 10, told.at_most) == (True, None)


async def test_a_day_with_a_file_is_recorded_though_its_list_was_cut() -> None:
    recorder = FakeRecorder(run_of(80), per_page=1)
    history = await fetch_by_file(io(search_requests=10), recorder.vendor(), 1, RIGHT)
    oldest = min(day for day, told in history.days.items() if told.recorded)
    assert history.days[oldest].recorded is True
