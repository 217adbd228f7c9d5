"""Reads what reports are written from out of the workspace."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory.baselines import Entry
from inventory.ledger import absent_spots, unit_of
from inventory.rates import rates
from inventory.record import View
from inventory.store import Store
from inventory.watch import Case, Change, Rate, Result
from reports.document import scan_document
from reports.health.cameras import NIGHTS
from reports.health.dossier import Dossier, Place, newest
from reports.health.shifts import moved_places
from reports.health.shown import shown_places
from reports.workspace import Workspace

_TRENDS = ("online", "intact", "stored")
_RUNS = 3 * NIGHTS  # a night may have several
_MOST_FILE = 32 * 1024 * 1024  # bytes: no picture of a camera is larger


def read_dossier(place: Workspace, store: Store, now: datetime, day: date | None = None) -> Dossier:
    """Return everything that is known, or that was known at the end of this local day."""
    zone = place.catalogue.settings.zone
    view = store.view() if day is None else store.view(_last_run(store, day, zone))
    document = scan_document(view, place.catalogue, whole=True)
    run_id = view.run.id if view.run else None
    results, catalogue = _results(store, run_id), place.catalogue
    unit = unit_of(place.site, catalogue, store.peoples_words(), now)
    absent = absent_spots(unit)
    last = store.last_run()
    return Dossier(
        school=place.site.school,
        document=document,
        catalogue=place.catalogue,
        now=now if day is None else min(now, _end_of(day, zone)),
        zone=zone,
        is_past=view.run is not None and last is not None and view.run.id != last.id,
        records={camera.id: camera for camera in view.cameras},
        results=results,
        cases=tuple(_cases(store, None if day is None else _end_of(day, zone))),
        changes=_changes(store, view, zone),
        rates=tuple(rates(view, list(newest(results).values()), catalogue, absent)) if results else (),
        past_rates=dict(_past_rates(view, results, catalogue)),
        baselines=_baselines(store, moved_places(shown_places(document, place.catalogue))),
    )


def read_picture(folder: Path, name: str) -> bytes:
    """Return a file of the folder of pictures, or nothing. Nothing outside the folder is ever read."""
    path = folder / name
    if Path(name).name != name or path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_FILE:
        return b""
    return path.read_bytes()


def as_of(case: Case, at: datetime) -> Case | None:
    """Return a case as it was at a moment, or None where it was not sure by then."""
    spells = [one for one in case.spells if one.confirmed < at]
    if not spells:
        return None
    last = spells[-1]
    if last.closed is not None and last.closed >= at:
        spells[-1] = replace(last, closed=None, repaired=None)
    notes = tuple(note for note in case.notes if note.at < at)
    return replace(case, spells=tuple(spells), notes=notes)


def _cases(store: Store, at: datetime | None) -> Iterator[Case]:
    for case in store.book().cases.values():
        if (known := case if at is None else as_of(case, at)) is not None:
            yield known


def _changes(store: Store, view: View, zone: tzinfo) -> Sequence[Change]:
    """Return what changed on the day of the viewed run: a night may have a second run that asks again."""
    if view.run is None:
        return ()
    day = view.run.started.astimezone(zone).date()
    found = (one for one in store.changes(since=day) if one.day == day)
    return list(dict.fromkeys(found))


def _past_rates(
    view: View, results: Sequence[Result], catalogue: Catalogue
) -> Iterator[tuple[date, Sequence[Rate]]]:
    """Yield the rates of each night, of the cameras that are on record now."""
    for day in sorted({one.day for one in results}):
        of_night = newest(one for one in results if one.day == day)
        made = rates(view, list(of_night.values()), catalogue)
        yield day, [one for one in made if not one.member and one.name in _TRENDS]


def _last_run(store: Store, day: date, zone: tzinfo) -> int:
    """Return the last run of a local day, or of the last day before it that had one."""
    run = store.last_run_before(_end_of(day, zone))
    if run is None:
        raise UsageError(say("health.no_run_by", day=day))
    return run.id


def _results(store: Store, run_id: int | None) -> Sequence[Result]:
    """Return what the nights found that are shown, those of the viewed run last."""
    if run_id is None:
        return ()
    return store.results(run_ids=range(max(1, run_id - _RUNS), run_id + 1))


def _baselines(store: Store, places: Collection[Place]) -> Mapping[Place, bytes]:
    """Return for each place the picture of its newest baseline."""
    entries = store.baselines() if places else {}
    found: dict[Place, bytes] = {}
    for where in places:
        standing = [one for one in entries.get(where, ()) if one.by != "candidate"]
        if standing:
            found[where] = store.baseline_picture(max(standing, key=_since).id)
    return found


def _since(entry: Entry) -> datetime:
    return entry.since


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)
