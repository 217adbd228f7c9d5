"""The few figures that a page, a watcher and Prometheus are told: counts, never one line for each camera."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.words import say
from inventory.database import reading
from inventory.online import load_now
from inventory.schedule import WORKS
from inventory.watch import Night
from reports.document import scan_document
from reports.lines import lines
from reports.serve.current import Current
from reports.watching import watch_of
from reports.workspace import Workspace

_LOOK_BACK = timedelta(days=70)
_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Figures:
    """As the last run left them. `channels` and `faults` count channels, `answers` devices."""

    run_id: int = 0
    channels: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    brands: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the watch does what it is for. `why`: what is wrong, or when the last night was."""

    is_well: bool
    why: str
    last: datetime | None
    next: datetime | None


class Gauge:
    """Reads the figures; those that cost a whole inventory only when there is a new run."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._kept = Figures()

    @property
    def _place(self) -> Workspace:
        return self._current.place

    def figures(self) -> Figures:
        if not self._place.database.exists():
            return Figures()
        with self._place.store() as store:
            run = store.last_run()
            if run is None or run.id == self._kept.run_id:
                return self._kept
            document = scan_document(store.view(), self._place.catalogue, whole=True)
        known = {brand.name for brand in self._place.catalogue.brands.brands}
        states = Counter(line.state for line in lines(document, self._place.catalogue))
        faults: Counter[str] = Counter(dict.fromkeys(self._place.catalogue.faults, 0))
        brands: Counter[str] = Counter()
        for device in document.devices:
            brands[device.brand if device.brand in known else "other"] += 1
            for channel in device.channels:
                faults.update(fault for fault in channel.faults if fault in faults)
        channels = {state: states[state] for state in ("good", "faulty", "unknown")}
        self._kept = Figures(run.id, channels, dict(faults), dict(brands))
        return self._kept

    def answers(self) -> Mapping[str, int]:
        """Return how many devices answered the last light look, and how many did not."""
        if not self._place.database.exists():
            return {"answering": 0, "silent": 0}
        with self._place.store() as store, reading(store.engine) as connection:
            now = load_now(connection).values()
        return {"answering": sum(one.answers for one in now), "silent": sum(not one.answers for one in now)}

    def nights(self, now: datetime) -> list[Night]:
        if not self._place.database.exists():
            return []
        with self._place.store() as store:
            return list(store.nights(now - _LOOK_BACK))

    def health(self, now: datetime) -> Health:
        """Judge by the last night that was done: is it younger than watch.overdue_h?"""
        watch = watch_of(self._place)
        overdue_h = self._place.catalogue.settings.watch.overdue_h
        upcoming = watch.next(now)
        following = upcoming.due if upcoming else None
        nights = [one for one in self.nights(now) if one.work == "check"]
        ends = [one.finished for one in nights if one.state == "done" and one.finished]
        last = max((at for at in ends if at <= now + _AHEAD), default=None)
        if last is not None and now - last < timedelta(hours=overdue_h):
            return Health(True, say("serve.well", at=watch.local(last)), last, following)
        why = say("serve.never")
        if last is not None:
            why = say("serve.overdue", at=watch.local(last), hours=f"{overdue_h:g}")
        failed = next((one for one in reversed(nights) if one.state in ("failed", "broken-off")), None)
        if failed is not None and (last is None or failed.started > last):
            why += say("serve.because", why=failed.note or say("serve.broken_off"))
        return Health(False, why, last, following)


def last_of(nights: list[Night]) -> Mapping[str, Night]:
    """Return of each work the last turn that was done."""
    done = {one.work: one for one in nights if one.state == "done"}
    return {work: done[work] for work in WORKS if work in done}
