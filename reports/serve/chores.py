"""What the alarm clock rings for, each minute: it asks what is due and has a child do it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from config.errors import UsageError
from config.words import say
from inventory.lock import is_held
from inventory.record import RunInfo
from inventory.schedule import Slot, newest_slot
from reports.commands.scanning import EXIT_OUR_FAULT
from reports.health.writing import is_behind
from reports.serve.current import Current
from reports.serve.troubles import Troubles
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
            if self._is_due() and not is_held(self.place.folder, "work"):
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
                tell_what_is_due(self.place, store, self.clock, page=self.page)
        except (UsageError, OSError) as error:
            self.troubles.note("tell", str(error))
            log.warning("nothing could be told now: %s", error)
        else:
            self.troubles.note("tell", "")

    def _check(self) -> None:
        seconds, before = self.place.catalogue.settings.watch.most_h * 3600, self._turns()
        code = self._run("check", ("check", "--if-due"), seconds)
        if code == EXIT_OUR_FAULT and self._turns() > before:
            self.troubles.note("check", "")  # the night is kept; the fault of ours stands in it

    def _report_if_behind(self) -> None:
        """Have the report written that the front page shows, where a run was kept since; not each minute."""
        with self._reporting:  # two chores may ask at once
            run = self._last_run()
            if self.current.wrong or run is None or not is_behind(self.place, run.finished):
                return
            now = self.clock()
            if self._reported and self._reported[0] == run.id and now - self._reported[1] < _REPORT_AGAIN:
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
        now = self.clock()
        if not self.place.database.exists():
            return bool(watch_of(self.place).due((), now))
        with self.place.store() as store:
            return bool(watch_of(self.place).due(store.turns(now), now))

    def _turns(self) -> int:
        if not self.place.database.exists():
            return 0
        with self.place.store() as store:
            return len(store.nights(self.clock() - _LATELY))

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
        scheduler.add_job(chore, "interval", seconds=seconds, next_run_time=soon)
    return scheduler
