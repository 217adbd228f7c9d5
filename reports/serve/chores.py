"""What the alarm clock rings for, each minute: it asks what is due and has a child do it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from config.errors import UsageError
from config.words import say
from inventory.lock import Held, holder, holding, is_held
from inventory.record import RunInfo
from inventory.schedule import Slot, Turn, newest_slot
from reports.commands.scanning import EXIT_OUR_FAULT
from reports.health.writing import is_behind
from reports.serve.current import Current
from reports.serve.troubles import Troubles
from reports.told import outbox
from reports.told.straight import Straight
from reports.told.tell import tell_what_is_due
from reports.watching import watch_of
from reports.workspace import Workspace

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_EVERY_S = 60
_TELL_S = 300
_REPORT_S = 900.0
_ONLINE_S = 900.0  # 1,000 silent devices take a light look four minutes; second looks come after it
_REPORT_AGAIN = timedelta(minutes=15)
_LATELY = timedelta(days=2)


class Hands(Protocol):
    """Who does the work: processes of their own, reports/serve/child.py."""

    @property
    def is_stopped(self) -> bool: ...

    def run(self, words: tuple[str, ...], seconds: float) -> int | None: ...


@dataclass(slots=True)
class Chores:
    """The service's own work. Each is asked by one thread at a time; what it may do is decided anew.

    `troubles` holds why something was not done. `page` is the address at which others open the report.
    """

    current: Current
    clock: Clock
    children: Hands
    troubles: Troubles = field(default_factory=Troubles)
    page: str = ""
    _looked: Slot | None = None
    _reported: tuple[int, datetime] | None = None
    _reporting: threading.Lock = field(default_factory=threading.Lock)
    _straight: Straight = field(default_factory=lambda: Straight(lives=True))

    @property
    def place(self) -> Workspace:
        return self.current.place

    def check(self) -> None:
        """Have what is due done by `check --if-due`: it asks again and keeps the truth."""
        self.current.renew()
        wrong = self.current.wrong
        self.troubles.note("settings", say("serve.paused", why=wrong) if wrong else "")
        if wrong:
            # A child would read the same. The plan stays as it was, and people are told of what is missed.
            log.warning("camcensus.toml cannot be read: %s", wrong)
            return
        try:
            self._note_what_was_killed()
            is_due = self._is_due()
            is_taken = is_due and is_held(self.place.folder, "work")
            self.troubles.note("held", self._held_up() if is_taken else "")
            if is_due and not is_taken:
                self._check()
            self._report_if_behind()
        except (UsageError, OSError) as error:  # a locked database, a full disk: the next minute asks again
            self.troubles.note("asking", str(error))
            log.warning("what is due could not be read or begun: %s", error)
        else:
            self.troubles.note("asking", "")

    def look(self) -> None:
        """Have the light look done, once in its interval; a missed one is missed."""
        self.current.renew()
        watch = watch_of(self.place)
        slot = newest_slot(watch.plan, "online", self.clock(), watch.school)
        if self.current.wrong or slot is None or slot == self._looked or not self._knows_devices():
            return
        self._looked = slot
        try:
            self._run("look", ("check", "--online"), _ONLINE_S)
        except OSError as error:
            self.troubles.note("look", str(error))

    def tell(self) -> None:
        """Write and send what is to be told: reading and mail, done here and not in a child."""
        self.current.renew()
        if not (self.place.site.notices and self.place.database.exists()):
            return
        try:
            self._report_if_behind()  # what a mail carries and a notice points to
            with self.place.store() as store:
                tell_what_is_due(
                    self.place, store, self.clock, page=self.page, is_over=lambda: self.children.is_stopped
                )
                refused = outbox.refused(store.engine, self.place.site.notices)
        except (UsageError, OSError) as error:
            self.troubles.note("tell", str(error))
            log.warning("nothing could be told now: %s", error)
            self._straight.tell(self.place, error, self.clock())
        else:
            self.troubles.note("tell", "")
            unsent = [say("notice.test_failed", name=name, why=why) for name, why in refused]
            self.troubles.note("notices", " ".join(unsent))

    def _check(self) -> None:
        seconds, before = self.place.catalogue.settings.watch.most_h * 3600, self._done()
        code = self._run("check", ("check", "--if-due"), seconds)
        if code == EXIT_OUR_FAULT and self._done() > before:
            self.troubles.note("check", "")  # the night is kept; the fault of ours stands in it

    def _note_what_was_killed(self) -> None:
        """Note a turn without an end as broken off where nobody is at work: nothing is running then."""
        if not any(turn.state is None for turn in self._turns()):
            return
        now = self.clock()
        try:
            with holding(self.place.folder, "work", now), self.place.store() as store:
                store.end_broken_off(now)
        except Held:
            return

    def _held_up(self) -> str:
        """Return who keeps the night from being done for longer than any work takes, or nothing.

        It may be the work of a service that was killed: nobody looks at the time of that any more.
        """
        who, hours = holder(self.place.folder, "work"), self.place.catalogue.settings.watch.most_h
        if who is None or self.clock() - who.began < timedelta(hours=hours):
            return ""
        return say("serve.held_up", pid=who.pid, computer=who.computer, since=who.since, hours=f"{hours:g}")

    def _report_if_behind(self) -> None:
        """Have the report written that the front page shows, where a run was kept since; not each minute."""
        with self._reporting:  # two chores may ask at once
            run = self._last_run()
            if self.current.wrong or run is None or not is_behind(self.place, run.finished, self.clock()):
                return
            now = self.clock()
            last_id, last = self._reported or (None, now)
            if last_id == run.id and abs(now - last) < _REPORT_AGAIN:
                return
            self._reported = (run.id, now)
            self._run("report", ("report",), _REPORT_S)

    def _run(self, chore: str, words: tuple[str, ...], seconds: float) -> int | None:
        """Have a child work to its end, and note how that was."""
        code, command = self.children.run(words, seconds), " ".join(words)
        if self.children.is_stopped:
            return code
        why = ""
        if code is None:
            why = say("serve.child_late", command=command, minutes=round(seconds / 60))
        elif code:
            why = say("serve.child_failed", command=command, code=code)
        if why:
            log.warning("%s ended with %s; see watch.log", command, code)
        self.troubles.note(chore, why)
        return code

    def _is_due(self) -> bool:
        return bool(watch_of(self.place).due(self._turns(), self.clock()))

    def _turns(self) -> Sequence[Turn]:
        if not self.place.database.exists():
            return ()
        with self.place.store() as store:
            return store.turns(self.clock())

    def _done(self) -> int:
        if not self.place.database.exists():
            return 0
        with self.place.store() as store:
            return sum(night.state == "done" for night in store.nights(self.clock() - _LATELY))

    def _last_run(self) -> RunInfo | None:
        if not self.place.database.exists():
            return None
        with self.place.store() as store:
            return store.last_run()

    def _knows_devices(self) -> bool:
        try:
            return self.place.has_runs()
        except UsageError:
            return False


def alarm(chores: Chores) -> BackgroundScheduler:
    """Return the clock that rings, not yet started. It keeps nothing: what ran is in our own tables."""
    scheduler = BackgroundScheduler(
        timezone=watch_of(chores.place).plan.zone,
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    soon = chores.clock() + timedelta(seconds=2)
    for chore, seconds in ((chores.check, _EVERY_S), (chores.look, _EVERY_S), (chores.tell, _TELL_S)):
        scheduler.add_job(chore, "interval", seconds=seconds, next_run_time=soon, id=chore.__name__)

    def note(event: JobExecutionEvent) -> None:
        fault = event.exception
        what = f"{type(fault).__name__}: {fault}" if fault else ""
        chores.troubles.note(f"fault in {event.job_id}", say("serve.fault", what=what) if what else "")

    scheduler.add_listener(note, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
    return scheduler


async def keep_ringing(scheduler: BackgroundScheduler, clock: Clock) -> None:
    """Look each minute whether the clock was set back: the alarm would be silent till it is as late again."""
    while True:
        await asyncio.sleep(_EVERY_S)
        ring_after_setback(scheduler, clock())


def ring_after_setback(scheduler: BackgroundScheduler, now: datetime) -> None:
    """Have what would ring later than in its interval ring now."""
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.interval:
            job.modify(next_run_time=now)
