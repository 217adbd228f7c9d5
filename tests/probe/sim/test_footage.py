"""What is on a recorder's disks: files of a window, days of a zone, holes, and calendars of every sort."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.sim.calendars import SORTS, make_calendar
from probe.sim.footage import BEIJING, Footage, Stretch, consecutive, midnight

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
TODAY = date(2026, 9, 15)
HOUR = timedelta(hours=1)


def test_a_stretch_without_end_is_recorded_up_to_now() -> None:
    (clip,) = Footage((Stretch(NOW - HOUR, None),)).clips(NOW)
    assert (clip.start, clip.end) == (NOW - HOUR, NOW)


def test_the_future_is_not_recorded() -> None:
    assert Footage((Stretch(NOW + HOUR, NOW + 2 * HOUR),)).clips(NOW) == []


def test_files_begin_at_full_hours_and_the_first_where_the_stretch_begins() -> None:
    start = datetime(2026, 9, 15, 1, 20, tzinfo=UTC)
    footage = Footage((Stretch(start, datetime(2026, 9, 15, 3, 10, tzinfo=UTC)),))
    files = footage.files(NOW, start - HOUR, NOW, 3600)
    assert [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in files] == [
        "01:20-02:00",
        "02:00-03:00",
        "03:00-03:10",
    ]


def test_files_of_a_window_in_the_middle_are_whole_files() -> None:
    footage = Footage((Stretch(NOW - 100 * HOUR, None),))
    at = datetime(2026, 9, 14, 12, 15, tzinfo=UTC)
    files = footage.files(NOW, at, at + HOUR, 3600)
    assert [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in files] == ["12:00-13:00", "13:00-14:00"]


@given(st.integers(1, 100_000), st.integers(1, 200_000), st.sampled_from([1800, 3600]))
def test_files_cover_a_stretch_without_a_seam(before: int, length: int, file_s: int) -> None:
    start = NOW - timedelta(seconds=before + length)
    footage = Footage((Stretch(start, start + timedelta(seconds=length)),))
    files = footage.files(NOW, start, NOW, file_s)
    assert (files[0].start, files[-1].end) == (start, start + timedelta(seconds=length))
    assert all(one.end == other.start for one, other in pairwise(files))


def test_a_clip_over_midnight_is_of_two_days() -> None:
    at = midnight(TODAY)
    days = Footage((Stretch(at - HOUR, at + HOUR),)).days(NOW, BEIJING)
    assert days == {date(2026, 9, 14), TODAY}


def test_a_clip_that_ends_at_midnight_is_of_one_day() -> None:
    at = midnight(TODAY)
    assert Footage((Stretch(at - HOUR, at),)).days(NOW, BEIJING) == {date(2026, 9, 14)}


def test_a_day_is_another_day_in_another_zone() -> None:
    at = midnight(TODAY) + HOUR
    assert Footage((Stretch(at, at + HOUR),)).days(NOW, UTC) == {date(2026, 9, 14)}


def test_holes_are_what_is_longer_than_asked() -> None:
    ends = NOW - 3 * HOUR
    footage = Footage((Stretch(NOW - 9 * HOUR, ends), Stretch(ends + timedelta(minutes=5), NOW - 2 * HOUR)))
    assert footage.holes(NOW, 600) == [(NOW - 2 * HOUR, NOW)]


def test_days_in_a_row_end_yesterday() -> None:
    days = {TODAY - timedelta(days=ago) for ago in (0, 1, 2, 4)}
    assert consecutive(days, TODAY - timedelta(days=1)) == 2


def test_without_yesterday_no_days_are_in_a_row() -> None:
    assert consecutive({TODAY}, TODAY - timedelta(days=1)) == 0


@pytest.mark.parametrize("sort", SORTS)
@given(seed=st.integers(0, 400), days=st.integers(2, 100))
def test_stretches_of_every_sort_stand_in_order_and_apart(sort: str, seed: int, days: int) -> None:
    stretches = make_calendar(sort, random.Random(seed), TODAY, days).footage.stretches
    assert all(one.end is not None and one.end < other.start for one, other in pairwise(stretches))
    assert all(one.end is None or one.start < one.end for one in stretches)


@pytest.mark.parametrize("sort", ["continuous", "motion", "schedule", "locked"])
@given(seed=st.integers(0, 200), days=st.integers(2, 100))
def test_a_calendar_without_holes_counts_its_days(sort: str, seed: int, days: int) -> None:
    footage = make_calendar(sort, random.Random(seed), TODAY, days).footage.unlocked()
    assert consecutive(footage.days(NOW, BEIJING), TODAY - timedelta(days=1)) == days


def test_the_same_die_gives_the_same_calendar() -> None:
    one, other = (make_calendar("holes", random.Random(7), TODAY, 40) for _ in range(2))
    assert one == other


def test_a_locked_clip_is_months_older_than_the_rest() -> None:
    footage = make_calendar("locked", random.Random(1), TODAY, 31).footage
    locked, rest = footage.stretches
    assert locked.locked
    assert rest.start - locked.start > timedelta(days=50)


def test_one_that_stopped_has_no_yesterday() -> None:
    footage = make_calendar("stopped", random.Random(1), TODAY, 31).footage
    assert TODAY - timedelta(days=1) not in footage.days(NOW, BEIJING)
