"""Everything that is to be told, written and sent: for the service now and then, for `check` at its end."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from inventory import watch
from inventory.store import Store
from inventory.watch import Result
from reports.health.dossier import newest
from reports.health.reading import read_dossier
from reports.health.writing import PAGE
from reports.logbook.daily import file_name
from reports.told import gather, outbox
from reports.told.due import due_now
from reports.told.keys import Keys
from reports.told.news import MissedNight, Night, Standing
from reports.told.outbox import Delivery
from reports.told.wording import say
from reports.watching import missed, watch_of
from reports.workspace import Workspace

_LOOK_BACK = timedelta(days=2)
_DAY = timedelta(days=1)


def tell_what_is_due(
    place: Workspace,
    store: Store,
    clock: Callable[[], datetime],
    *,
    page: str = "",
    is_over: Callable[[], bool] = lambda: False,
) -> list[Delivery]:
    """Write what each channel is to be told now, then send what is due. Blocks; harmless to repeat.

    `page` is the address at which people open the report; without one its file is named. The log sheet of the
    night goes with a mail, where it was written. `is_over`: who asked has to end, after what is on its way.
    """
    if not place.site.notices:
        return []
    put_news(place, store, clock(), page=page)
    keys = Keys.open(place.folder)
    return outbox.flush(store.engine, place.site.notices, keys, place.folder, clock, is_over=is_over)


def put_news(place: Workspace, store: Store, now: datetime, *, page: str = "") -> int:
    """Write what each channel is to be told now, and return how many messages that is. Nothing is sent."""
    plan = watch_of(place)
    away = [
        MissedNight(date.fromisoformat(one.slot.key), one.why, one.is_over)
        for one in missed(store, plan, now)
    ]
    night, standing = _news(place, store, now, page)
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


def _news(place: Workspace, store: Store, now: datetime, page: str) -> tuple[Night | None, Standing | None]:
    if store.last_run() is None:
        return None, None
    dossier = read_dossier(place, store, now)
    tried, view = _newest(store, now), store.view()
    if tried is None:
        return None, gather.standing(dossier, view)
    results: Sequence[Result] = ()
    if tried.run_id is not None and view.run is not None:
        # With the second looks that came after it: they are what makes a fault sure, or a blip.
        results = list(newest(store.results(run_ids=range(tried.run_id, view.run.id + 1))).values())
    told = gather.night(
        dossier,
        view,
        tried,
        results,
        tried.due - _DAY,
        report=page or _page_file(place),
        sheet=_sheet(place, tried.day),
    )
    return told, gather.standing(dossier, view)


def _page_file(place: Workspace) -> str:
    """Name the report's file and the computer that has it: a message is read on another one."""
    path = place.out.resolve() / PAGE
    return say("told.on_computer", computer=platform.node(), path=path) if path.exists() else ""


def _sheet(place: Workspace, day: date) -> str:
    """Return the log sheet of a day as a path within the workspace, or nothing where there is none."""
    path = place.out / file_name(day)
    return path.relative_to(place.folder).as_posix() if path.exists() else ""


def _newest(store: Store, now: datetime) -> watch.Night | None:
    """Return the last try at the newest night."""
    nights = [one for one in store.nights(now - _LOOK_BACK) if one.work == "check"]
    return max(nights, key=lambda one: (one.due, one.started), default=None)
