"""What the alarm clock rings for, each minute: it asks what is due and has a child do it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from config.errors import UsageError
from inventory.lock import is_held
from inventory.schedule import Slot, newest_slot
from reports.commands.scanning import EXIT_OUR_FAULT
from reports.serve.child import Children
from reports.told.tell import tell_what_is_due
from reports.watching import watch_of
from reports.workspace import Workspace

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_EVERY_S = 60
_TELL_S = 300
_REPORT_S = 900.0
_ONLINE_S = 900.0  # 1,000 silent devices take a light look four minutes; second looks come after it


@dataclass(slots=True)
class Chores:
    """The service's own work. Each is asked by one thread at a time; what it may do is decided anew."""

    place: Workspace
    clock: Clock
    children: Children
    said: str = ""  # why the last one was not done, for people
    _looked: Slot | None = field(default=None)

    def check(self) -> None:
        """Have what is due done by `check --if-due`: it asks again and keeps the truth."""
        try:
            if not self._is_due() or is_held(self.place.folder, "work"):
                return
        except UsageError as error:  # a locked database: the next minute asks again
            self.said = str(error)
            log.warning("what is due could not be read: %s", error)
            return
        seconds = self.place.catalogue.settings.watch.most_h * 3600
        code = self.children.run(("check", "--if-due"), seconds)
        self.said = "" if code == 0 else f"check --if-due: {code}"
        if code in (0, EXIT_OUR_FAULT):
            self.children.run(("report",), _REPORT_S)  # what the front page shows
        if code:
            log.warning("check --if-due ended with %s; see watch.log", code)

    def look(self) -> None:
        """Have the light look done, once in its interval; a missed one is missed."""
        watch = watch_of(self.place)
        slot = newest_slot(watch.plan, "online", self.clock(), watch.school)
        if slot is None or slot == self._looked or not self._knows_devices():
            return
        self._looked = slot
        self.children.run(("check", "--online"), _ONLINE_S)

    def tell(self) -> None:
        """Write and send what is to be told: reading and mail, done here and not in a child."""
        if not (self.place.site.notices and self.place.database.exists()):
            return
        try:
            with self.place.store() as store:
                tell_what_is_due(self.place, store, self.clock)
        except UsageError as error:
            log.warning("nothing could be told now: %s", error)

    def _is_due(self) -> bool:
        now = self.clock()
        if not self.place.database.exists():
            return bool(watch_of(self.place).due((), now))
        with self.place.store() as store:
            return bool(watch_of(self.place).due(store.turns(now), now))

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
