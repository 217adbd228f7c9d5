"""What the watch has to do, done in turn: each due slot once, in words, and when the next one is. 巡检"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.errors import UsageError
from config.words import say
from inventory.schedule import WORKS, Plan, Slot, Turn, due_now, missed_slots, newest_slot, next_slot, plan_of
from inventory.store import Store
from reports.local_time import to_the_minute
from reports.workspace import Workspace

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Tell = Callable[[str], None]
# Begins the work of a slot as that turn, over a time of so many seconds.
Do = Callable[[Slot, int, float], None]

_PUNCTUAL = timedelta(hours=1)
_LOOK_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Missed:
    """A night that is past and not done. `why`: what its last try said. `is_over`: a later one was done."""

    slot: Slot
    why: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """The plan of one workspace, and the school's own delay in it."""

    plan: Plan
    school: str

    def due(self, turns: Sequence[Turn], now: datetime) -> list[Slot]:
        """Return what is due but for the light look, which leaves no turns."""
        return [slot for slot in due_now(self.plan, turns, now, self.school) if slot.work != "online"]

    def next(self, now: datetime) -> Slot | None:
        """Return the next slot of any work but the light look."""
        works = [work for work in WORKS if work != "online"]
        slots = [slot for work in works if (slot := next_slot(self.plan, work, now, self.school))]
        return min(slots, key=lambda slot: (slot.due, WORKS.index(slot.work)), default=None)

    def local(self, at: datetime) -> str:
        return to_the_minute(at, self.plan.zone)


def watch_of(place: Workspace) -> Watch:
    # The folder tells schools apart whose name was not typed.
    name = place.site.school or str(place.folder.resolve())
    return Watch(plan_of(place.catalogue.settings), name)


def do_what_is_due(place: Workspace, store: Store, do: Do, clock: Clock, tell: Tell) -> int:
    """Do every due slot and return how many there were. Only for who holds the workspace's work.

    What fails is noted, and raised after the rest was done.
    """
    watch = watch_of(place)
    if broken_off := store.end_broken_off(clock()):
        tell(say("watch.broken_off", count=broken_off))
    slots = watch.due(store.turns(clock()), clock())
    failures: list[UsageError] = []
    for slot in slots:
        try:
            do_turn(place, store, slot, do, clock, tell)
        except UsageError as error:
            failures.append(error)
            tell(say("watch.failed", work=_name(slot), due=watch.local(slot.due), why=error))
    if not slots:
        tell(_nothing(store, watch, clock()))
    tell(_next(watch, clock()))
    if failures:
        raise failures[0]
    return len(slots)


def do_turn(place: Workspace, store: Store, slot: Slot, do: Do, clock: Clock, tell: Tell) -> None:
    """Do the work of one slot between its two rows; what ends it otherwise is noted and raised again.

    Only for who holds the workspace's work, on the main thread.
    """
    watch = watch_of(place)
    is_late = is_belated(slot.due, clock())
    tell(say("watch.late" if is_late else "watch.begins", work=_name(slot), due=watch.local(slot.due)))
    try:
        _between_rows(store, slot, clock, lambda turn: do(slot, turn, _spread_s(place, is_late)))
    except KeyboardInterrupt:
        with _deaf_to_interrupts(), _unless_it_cannot_be_noted():
            store.end_broken_off(clock())
        raise
    tell(say("watch.finished", work=_name(slot), due=watch.local(slot.due)))


def _spread_s(place: Workspace, is_late: bool) -> float:
    return 0.0 if is_late else place.catalogue.settings.watch.spread_h * 3600


def _between_rows(store: Store, slot: Slot, clock: Clock, do: Callable[[int], None]) -> None:
    turn = store.begin_turn(slot, clock())
    try:
        do(turn)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        why = str(error) if isinstance(error, UsageError) else type(error).__name__
        with _unless_it_cannot_be_noted():
            store.end_turn(turn, clock(), "failed", why)
        raise


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Keep a second Ctrl+C, from somebody impatient, from cutting off what the first one has us note."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _unless_it_cannot_be_noted() -> Iterator[None]:
    """Let a locked database or a full disk not take the place of what ended the work.

    A turn without an end is noted as broken off by whoever holds the workspace next.
    """
    try:
        yield
    except UsageError as error:
        log.warning("how the turn ended could not be noted: %s", error)


def is_belated(due: datetime, started: datetime) -> bool:
    return started > due + _PUNCTUAL


def slot_by_hand(place: Workspace, turns: Sequence[Turn], now: datetime) -> Slot | None:
    """Return the night that a check by hand stands for: the newest one, however old, if it is not done."""
    watch = watch_of(place)
    slot = newest_slot(watch.plan, "check", now, watch.school)
    done = {turn.key for turn in turns if turn.work == "check" and turn.state == "done"}
    return None if slot is None or slot.key in done else slot


def missed(store: Store, watch: Watch, now: datetime) -> list[Missed]:
    """Return the nights that were not done: of the last month, and before it since the last that was done."""
    nights = [night for night in store.nights() if night.work == "check"]
    if not nights:
        return []
    done = [night for night in nights if night.state == "done"]
    long_ago = [night.due for night in done if night.due <= now - _LOOK_BACK]
    since = max(long_ago, default=nights[0].due)
    slots = missed_slots(watch.plan, "check", store.turns(now), since, now, watch.school)
    whys = {night.slot: night.note for night in nights if night.note}
    last = max((night.due for night in done), default=since)
    return [Missed(slot, whys.get(slot.key, ""), last > slot.due) for slot in slots]


def _nothing(store: Store, watch: Watch, now: datetime) -> str:
    done = [night for night in store.nights(now - _LOOK_BACK) if night.work == "check" and night.finished]
    newest = newest_slot(watch.plan, "check", now, watch.school)
    for night in reversed(done):
        if night.state == "done" and newest is not None and night.slot == newest.key and night.finished:
            return say("result.not_due", at=watch.local(night.finished))
    return say("watch.waiting")


def _next(watch: Watch, now: datetime) -> str:
    slot = watch.next(now)
    if slot is None:
        return say("watch.never")
    return say("watch.next", work=_name(slot), at=watch.local(slot.due))


def _name(slot: Slot) -> str:
    return work_name(slot.work)


def work_name(work: str) -> str:
    """Return how a kind of work is called."""
    names = {"check": "watch.check", "scan": "watch.scan", "playback": "watch.playback"}
    return say(names.get(work, "watch.online"))
