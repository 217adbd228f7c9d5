"""When the watch is due: once for every slot, whoever asks, whatever the clock and the machine do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.schedule import Plan, Slot, State, Turn, due_now, missed_slots, newest_slot, next_slot

CHINA = ZoneInfo("Asia/Shanghai")
PLAN = Plan(
    zone=CHINA,
    check_at=time(1, 30),
    jitter_min=0,
    online_min=0,
    scan_weekday=6,
    playback_day=0,
    grace_h=20,
    tries=3,
    retry_min=15,
)
NIGHTLY = replace(PLAN, scan_weekday=0)
SCHOOL = "某某小学"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def turn(slot: Slot, started: datetime, state: State | None = "done") -> Turn:
    return Turn(slot.work, slot.key, started, started + timedelta(minutes=9) if state else None, state)


def keys(plan: Plan, turns: list[Turn], now: datetime) -> list[str]:
    return [f"{slot.work} {slot.key}" for slot in due_now(plan, turns, now, SCHOOL)]


def slot_of(now: datetime) -> Slot:
    slot = newest_slot(NIGHTLY, "check", now, SCHOOL)
    assert slot is not None
    return slot


def test_the_check_is_due_from_its_minute_on() -> None:
    assert keys(NIGHTLY, [turn(slot_of(at(17, 2)), at(17, 2))], at(18, 1, 29)) == []
    assert keys(NIGHTLY, [], at(18, 1, 30)) == ["check 2026-11-18"]


def test_a_slot_that_was_done_is_not_due_again() -> None:
    assert keys(NIGHTLY, [turn(slot_of(at(18, 2)), at(18, 1, 30))], at(18, 9)) == []


def test_a_check_missed_while_the_machine_was_off_is_made_up_for_once() -> None:
    before = [turn(slot_of(at(14, 2)), at(14, 2))]
    assert keys(NIGHTLY, before, at(18, 7, 50)) == ["check 2026-11-18"]
    assert keys(NIGHTLY, [*before, turn(slot_of(at(18, 2)), at(18, 7, 50))], at(18, 8, 30)) == []


def test_after_its_time_of_grace_a_slot_is_left_to_the_next_night() -> None:
    assert keys(NIGHTLY, [], at(18, 21, 31)) == []


def test_nights_that_nobody_was_there_for_are_named() -> None:
    done = [turn(slot_of(at(14, 2)), at(14, 2))]
    missed = missed_slots(NIGHTLY, "check", done, at(14, 1), at(18, 7, 50), SCHOOL)
    assert [slot.key for slot in missed] == ["2026-11-15", "2026-11-16", "2026-11-17"]


def test_a_failed_try_is_repeated_after_a_while_and_not_for_ever() -> None:
    slot = slot_of(at(18, 2))
    once = [turn(slot, at(18, 1, 30), "failed")]
    assert keys(NIGHTLY, once, at(18, 1, 45)) == []
    assert keys(NIGHTLY, once, at(18, 1, 54)) == ["check 2026-11-18"]
    thrice = [turn(slot, at(18, hour), "failed") for hour in (2, 3, 4)]
    assert keys(NIGHTLY, thrice, at(18, 9)) == []


def test_tries_that_were_killed_cost_no_night_but_wait_longer_each_time() -> None:
    slot = slot_of(at(18, 2))
    killed = [turn(slot, at(18, hour), "broken-off") for hour in (2, 3, 4, 5)]
    assert keys(NIGHTLY, killed, at(18, 7, 8)) == []
    assert keys(NIGHTLY, killed, at(18, 7, 9)) == ["check 2026-11-18"]


def test_a_try_by_a_clock_that_ran_ahead_does_not_cost_the_night_it_named() -> None:
    ahead = turn(slot_of(at(20, 2)), at(20, 2))
    assert keys(NIGHTLY, [ahead], at(18, 2)) == ["check 2026-11-18"]


def test_a_clock_set_back_over_a_done_slot_does_not_repeat_it() -> None:
    done = [turn(slot_of(at(18, 2)), at(18, 1, 31))]
    assert keys(NIGHTLY, done, at(18, 1, 30)) == []


def test_a_clock_set_back_after_a_failed_try_does_not_make_it_wait_for_hours() -> None:
    failed = [turn(slot_of(at(18, 2)), at(18, 1, 31), "failed")]
    assert keys(NIGHTLY, failed, at(18, 1, 33)) == ["check 2026-11-18"]


def test_schools_are_spread_and_each_keeps_its_minute() -> None:
    spread = replace(NIGHTLY, jitter_min=90)
    slots = {newest_slot(spread, "check", at(18, 12), f"school {n}") for n in range(50)}
    dues = {slot.due for slot in slots if slot}
    assert len(dues) > 40
    assert all(at(18, 1, 30) <= due <= at(18, 3) for due in dues)
    assert {
        slot.due.time() for n in (17, 18) if (slot := newest_slot(spread, "check", at(n, 12), SCHOOL))
    } == {slot.due.time() for slot in [newest_slot(spread, "check", at(18, 12), SCHOOL)] if slot}


def test_the_weekly_scan_comes_after_the_check_of_its_day() -> None:
    assert keys(PLAN, [], at(21, 2)) == ["check 2026-11-21", "scan 2026-11-21"]
    assert keys(PLAN, [], at(20, 2)) == ["check 2026-11-20"]


def test_the_light_look_is_due_every_few_minutes_and_is_never_made_up_for() -> None:
    plan = replace(NIGHTLY, online_min=10)
    now = at(18, 10, 4)
    slot = newest_slot(plan, "online", now, SCHOOL)
    assert slot is not None
    assert slot.due == at(18, 10)
    assert "online" not in [
        one.work for one in due_now(plan, [turn(slot, now, "failed")], at(18, 10, 9), SCHOOL)
    ]


def test_the_next_slot_of_a_month_is_found() -> None:
    plan = replace(NIGHTLY, playback_day=31)
    found = next_slot(plan, "playback", at(18, 12), SCHOOL)
    assert found is not None
    assert found.key == "2026-12-31"


@given(st.lists(st.integers(-9, 600), min_size=1, max_size=60))
@settings(deadline=None)
def test_however_often_it_is_asked_every_slot_is_done_at_most_once(steps: list[int]) -> None:
    turns: list[Turn] = []
    now = at(1, 0)
    for step in steps:  # the clock is set back a little now and then
        now += timedelta(minutes=step)
        turns += [turn(slot, now) for slot in due_now(PLAN, turns, now, SCHOOL)]
    done = [(one.work, one.key) for one in turns]
    assert len(done) == len(set(done))


@given(st.lists(st.integers(1, 600), min_size=1, max_size=100))
@settings(deadline=None)
def test_a_machine_that_is_on_now_and_then_loses_no_night_it_was_on_for(steps: list[int]) -> None:
    turns: list[Turn] = []
    now, seen = at(1, 0), set()
    for step in steps:
        now += timedelta(minutes=step)
        slot = newest_slot(NIGHTLY, "check", now, SCHOOL)
        if slot is not None and now <= slot.due + timedelta(hours=20):
            seen.add(slot.key)
        turns += [turn(due, now) for due in due_now(NIGHTLY, turns, now, SCHOOL)]
    assert {one.key for one in turns} == seen
