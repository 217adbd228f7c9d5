"""From what the watch has kept to the news that is told: names for people, one cause for all it took down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from inventory import watch
from inventory.causes import OUT_OF_REACH
from inventory.in_use import is_out_of_use
from inventory.rates import rates
from inventory.record import View
from inventory.watch import Case, Rate, Result
from reports.health.album import Album
from reports.health.changes import changes
from reports.health.dossier import Dossier, Place
from reports.health.faults import case_place, explaining, took_down, unconfirmed
from reports.health.figures import rate_name
from reports.health.shown import Shown, camera_name, of_camera, shown_places
from reports.told.news import CaseNews, Night, RateNews, RunState, Standing
from reports.watching import is_belated

_RATES = ("online", "intact")
_NO_PICTURES = Album(lambda name: b"")
_LATELY = timedelta(days=30)


def standing(dossier: Dossier, view: View) -> Standing:
    """Return how things stand now: causes that are open, and what closed of late."""
    places = shown_places(dossier.document, dossier.catalogue)
    closed = [one for one in dossier.cases if one.closed is not None and one.closed > dossier.now - _LATELY]
    return Standing(
        school=dossier.school,
        cameras=sum(not is_out_of_use(camera) for camera in view.cameras),
        open=tuple(_case(one, dossier, places) for one in explaining(dossier)),
        closed=tuple(_case(one, dossier, places) for one in closed),
    )


def night(
    dossier: Dossier,
    view: View,
    tried: watch.Night,
    results: Sequence[Result],
    since: datetime,
    *,
    report: str = "",
    sheet: str = "",
) -> Night:
    """Return the news of a night. `results` are what looks found from its run on, `since` the digest before.

    A camera of which they say nothing is unknown, whatever nights before said; one that is out of use is not
    counted. Counts and rates are of one making.
    """
    places = shown_places(dossier.document, dossier.catalogue)
    counted = {one.name: one for one in rates(view, results, dossier.catalogue) if one.group == "school"}
    intact, stored = counted["intact"], counted["stored"]
    opened = [one for one in explaining(dossier) if one.confirmed > since]
    continuing = [one for one in explaining(dossier) if one.confirmed <= since]
    closed = [
        one for one in dossier.cases if one.closed is not None and one.closed > since and not one.caused_by
    ]
    return Night(
        school=dossier.school,
        day=tried.day,
        state=_state(tried),
        due=tried.due,
        started=tried.started,
        cameras=intact.denominator,
        good=intact.numerator,
        faulty=_failing(intact),
        unknown=intact.unknown,
        opened=tuple(_case(one, dossier, places) for one in opened),
        closed=tuple(_case(one, dossier, places) for one in closed),
        continuing=tuple(_case(one, dossier, places) for one in continuing),
        changes=tuple(changes(dossier, places)),
        rates=tuple(_rate(counted[name]) for name in _RATES),
        unsure=sum(1 for _ in unconfirmed(dossier, places, _NO_PICTURES)),
        short=_failing(stored),
        is_late=is_belated(tried.due, tried.started),
        why=tried.note,
        report=report,
        sheet=sheet,
    )


def _case(case: Case, dossier: Dossier, places: Mapping[Place, Shown]) -> CaseNews:
    kinds = dossier.catalogue.watch.kinds
    known = kinds.get(case.kind)
    note = case.notes[-1].text if case.notes else ""
    return CaseNews(
        id=str(case.id),
        kind=case.kind,
        name=known.name if known else case.kind,
        where="" if case.subject.is_shared else case_place(case, dossier, places),
        urgency=known.urgency if known else "morning",
        since=case.since,
        closed=case.repaired or case.closed,
        took_down=tuple(
            camera_name(camera, of_camera(camera, places)) for camera in took_down(case, dossier)
        ),
        times=case.reopened,
        rank=list(kinds).index(case.kind) if known else len(kinds),
        is_offline=case.kind in OUT_OF_REACH,
        note=note or case.owner,
    )


def _rate(rate: Rate) -> RateNews:
    return RateNews(rate_name(rate), rate.numerator, rate.denominator, rate.unknown)


def _failing(rate: Rate) -> int:
    """Return how many are known not to be what the rate counts."""
    return rate.denominator - rate.numerator - rate.unknown


def _state(tried: watch.Night) -> RunState:
    return "broken-off" if tried.state == "done" and tried.run_id is None else tried.state
