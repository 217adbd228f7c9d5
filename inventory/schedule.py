"""What is due now, decided from the plan, the clock and what ran before; nothing else is kept. 巡检计划

A slot is one appointed time of one kind of work; its key names it for good ("2026-11-21"). Whoever asks, and
however often, gets the same answer, so that a service and a timer of the system may both ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from config.settings import Settings

Work = Literal["check", "playback", "scan", "online"]
State = Literal["done", "failed", "broken-off"]
WORKS: tuple[Work, ...] = get_args(Work)  # in the order of their turn when several are due

_DAY = timedelta(days=1)
# A clock that was wrong by more than this was wrong by days, and what it named was no such night.
_CLOCK_STEP = timedelta(hours=6)
_MOST_DOUBLINGS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """When what is done, in local time of `zone`. `online_min`, `scan_weekday` or `playback_day` 0: never.

    Weekdays count from 1, Monday. `jitter_min` spreads schools: each has its own delay, always the same.
    """

    zone: ZoneInfo
    check_at: time
    jitter_min: int
    online_min: int
    scan_weekday: int
    playback_day: int
    grace_h: float  # how late a slot may still be made up for
    tries: int  # that may fail
    retry_min: float


@dataclass(frozen=True, slots=True)
class Slot:
    work: Work
    key: str
    due: datetime  # aware


@dataclass(frozen=True, slots=True)
class Turn:
    """A try at a slot. `state` is None while it runs, or after it was killed and nobody has noticed yet."""

    work: Work
    key: str
    started: datetime  # aware
    finished: datetime | None
    state: State | None


def plan_of(settings: Settings) -> Plan:
    watch = settings.watch
    return Plan(
        zone=settings.zone,
        check_at=time.fromisoformat(watch.check_at),
        jitter_min=watch.jitter_min,
        online_min=watch.online_min,
        scan_weekday=watch.scan_weekday,
        playback_day=watch.playback_day,
        grace_h=watch.grace_h,
        tries=watch.tries,
        retry_min=watch.retry_min,
    )


def due_now(plan: Plan, turns: Sequence[Turn], now: datetime, school: str) -> list[Slot]:
    """Return the slots to be done now, in the order of their turn. `school` is what its delay is drawn from.

    `turns` stand in the order in which they were begun, whatever the clock said then.
    Of each work only the newest slot is due: what was missed before is not made up for one by one.
    """
    newest = (newest_slot(plan, work, now, school) for work in WORKS)
    believed = _believed(turns, now)
    return [slot for slot in newest if slot is not None and _is_due(plan, slot, believed, now)]


def newest_slot(plan: Plan, work: Work, now: datetime, school: str) -> Slot | None:
    """Return the last slot that is not in the future, or None where the work is never done."""
    if work == "online":
        return _online_slot(plan, now)
    local = now.astimezone(plan.zone).date()
    return next((slot for slot in _slots_back(plan, work, local, school) if slot.due <= now), None)


def next_slot(plan: Plan, work: Work, now: datetime, school: str) -> Slot | None:
    """Return the first slot in the future, or None where the work is never done."""
    if work == "online":
        newest = _online_slot(plan, now)
        step = timedelta(minutes=plan.online_min)
        return None if newest is None else _online_slot(plan, newest.due + step)
    first = now.astimezone(plan.zone).date()
    days = (first + n * _DAY for n in range(-1, 63))
    return next(
        (slot for day in days if (slot := _slot_of(plan, work, day, school)) and slot.due > now), None
    )


def missed_slots(
    plan: Plan, work: Work, turns: Sequence[Turn], since: datetime, now: datetime, school: str
) -> list[Slot]:
    """Return the daily, weekly or monthly slots after `since` that nothing was done for and that are past.

    The newest one counts only when its time of grace is over.
    """
    done = {turn.key for turn in turns if turn.work == work and turn.state == "done"}
    missed: list[Slot] = []
    for slot in _slots_back(plan, work, now.astimezone(plan.zone).date(), school):
        if slot.due <= since:
            break
        over = slot.due + timedelta(hours=plan.grace_h) < now
        if over and slot.key not in done:
            missed.append(slot)
    return missed[::-1]


def _is_due(plan: Plan, slot: Slot, turns: Sequence[Turn], now: datetime) -> bool:
    if slot.due + timedelta(hours=plan.grace_h) < now:
        return False
    tried = [turn for turn in turns if (turn.work, turn.key) == (slot.work, slot.key)]
    if any(turn.state == "done" for turn in tried):
        return False
    if not tried:
        return True
    if slot.work == "online" or sum(turn.state == "failed" for turn in tried) >= plan.tries:
        return False
    last = max(turn.finished or turn.started for turn in tried)
    return now >= last + _wait(plan, tried) or last > now


def _believed(turns: Sequence[Turn], now: datetime) -> list[Turn]:
    """Return the turns that were not begun by a clock which was set back by days afterwards."""
    believed: list[Turn] = []
    earliest = now
    for turn in reversed(turns):
        earliest = min(earliest, turn.started)
        if turn.started <= earliest + _CLOCK_STEP:
            believed.append(turn)
    return believed[::-1]


def _wait(plan: Plan, tried: Sequence[Turn]) -> timedelta:
    """Return how long to wait after these tries.

    Whoever switches the PC off costs no night, however often; work that kills the PC does not do so all day.
    """
    broken_off = sum(turn.state != "failed" for turn in tried)
    return timedelta(minutes=plan.retry_min * 2 ** min(max(broken_off - 1, 0), _MOST_DOUBLINGS))


def _online_slot(plan: Plan, now: datetime) -> Slot | None:
    if not plan.online_min:
        return None
    step_s = plan.online_min * 60
    due = datetime.fromtimestamp(now.timestamp() // step_s * step_s, plan.zone)
    return Slot("online", due.isoformat(timespec="minutes"), due)


def _slots_back(plan: Plan, work: Work, last: date, school: str) -> Iterator[Slot]:
    """Yield the slots of a work from the day after `last` backwards, for a year."""
    for n in range(367):
        if (slot := _slot_of(plan, work, last + _DAY - n * _DAY, school)) is not None:
            yield slot


def _slot_of(plan: Plan, work: Work, day: date, school: str) -> Slot | None:
    match work:
        case "scan" if day.isoweekday() != plan.scan_weekday:
            return None
        case "playback" if day.day != plan.playback_day:
            return None
        case _:
            due = datetime.combine(day, plan.check_at, plan.zone) + _delay(plan, school)
            return Slot(work, day.isoformat(), due)


def _delay(plan: Plan, school: str) -> timedelta:
    drawn = int.from_bytes(sha256(school.encode()).digest()[:4], "big")
    return timedelta(seconds=drawn % (plan.jitter_min * 60 + 1))
