"""Everything that is to be told, written and sent: for the service now and then, for `check` at its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from inventory import watch
from inventory.store import Store
from reports.health.reading import read_dossier
from reports.told import gather, outbox
from reports.told.due import due_now
from reports.told.keys import Keys
from reports.told.news import MissedNight, Night, Standing
from reports.told.outbox import Delivery
from reports.watching import missed, watch_of
from reports.workspace import Workspace

_LOOK_BACK = timedelta(days=2)
_DAY = timedelta(days=1)


def tell_what_is_due(
    place: Workspace, store: Store, clock: Callable[[], datetime], *, report: str = "", sheet: str = ""
) -> list[Delivery]:
    """Write what each channel is to be told now, then send what is due. Blocks; harmless to repeat.

    `report` is where people find the report, `sheet` the log sheet in the workspace that goes with a mail.
    """
    if not place.site.notices:
        return []
    put_news(place, store, clock(), report=report, sheet=sheet)
    return outbox.flush(store.engine, place.site.notices, Keys.open(place.folder), place.folder, clock)


def put_news(place: Workspace, store: Store, now: datetime, *, report: str = "", sheet: str = "") -> int:
    """Write what each channel is to be told now, and return how many messages that is. Nothing is sent."""
    plan = watch_of(place)
    away = [MissedNight(date.fromisoformat(slot.key)) for slot in missed(store, plan, now)]
    night, standing = _news(place, store, now, report, sheet)
    written = 0
    for channel in place.site.notices:
        told = outbox.told(store.engine, channel)
        messages = due_now(
            channel,
            told,
            now,
            plan.plan.zone,
            school=place.site.school,
            night=night,
            standing=standing,
            missed=away,
        )
        written += outbox.put(store.engine, channel, messages, now)
    return written


def _news(
    place: Workspace, store: Store, now: datetime, report: str, sheet: str
) -> tuple[Night | None, Standing | None]:
    if store.last_run() is None:
        return None, None
    dossier = read_dossier(place, store, now)
    tried, view = _newest(store, now), store.view()
    if tried is None:
        return None, gather.standing(dossier, view)
    results = store.results(run_ids=[tried.run_id]) if tried.run_id is not None else ()
    told = gather.night(dossier, view, tried, results, tried.due - _DAY, report=report, sheet=sheet)
    return told, gather.standing(dossier, view)


def _newest(store: Store, now: datetime) -> watch.Night | None:
    """Return the last try at the newest night."""
    nights = [one for one in store.nights(now - _LOOK_BACK) if one.work == "check"]
    return max(nights, key=lambda one: (one.due, one.started), default=None)
