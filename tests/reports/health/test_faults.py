"""Open faults: a cause once, with what it took down; nothing that is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.load import load_catalogue
from config.words import say
from inventory.watch import Case, Spell, Subject
from reports.health.album import Album
from reports.health.dossier import Dossier
from reports.health.faults import lasting, open_faults
from reports.health.parts import Fault
from reports.health.reading import as_of
from reports.health.shown import shown_places

MakeDossier = Callable[..., Dossier]
KINDS = load_catalogue().watch.kinds
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def faults_of(dossier: Dossier) -> list[Fault]:
    places = shown_places(dossier.document, dossier.catalogue)
    return open_faults(dossier, places, Album(lambda name: b""))


def confirmed(dossier: Dossier) -> list[Fault]:
    return [fault for fault in faults_of(dossier) if fault.number is not None]


def test_what_one_look_found_is_told_as_not_confirmed(dossier_of: MakeDossier) -> None:
    (offline,) = [fault for fault in faults_of(dossier_of()) if fault.where == "操场北看台 10.20.1.21"]
    assert (offline.number, offline.name) == (None, KINDS["offline"].name)


def test_what_a_case_speaks_of_is_not_told_again_as_unconfirmed(dossier_of: MakeDossier) -> None:
    dossier = dossier_of()
    at = dossier.now
    case = Case(5, "offline", Subject("d21"), "c-d21-1", (Spell(at, at),))
    told = [fault for fault in faults_of(replace(dossier, cases=(case,))) if "10.20.1.21" in fault.where]
    assert [fault.number for fault in told] == [5]


def test_a_cause_is_told_once_with_what_it_took_down(
    dossier_of: MakeDossier, cases: tuple[Case, ...]
) -> None:
    (fault,) = confirmed(dossier_of(cases=cases))
    behind = [
        f"{name} 10.20.1.50 通道 {n}" for n, name in enumerate(("老校门", "老操场", "通道3", "车棚"), 1)
    ]
    assert (fault.number, fault.took_down) == (1, tuple(behind))


def test_a_fault_has_its_beginning_owner_and_notes(dossier_of: MakeDossier, cases: tuple[Case, ...]) -> None:
    (fault,) = confirmed(dossier_of(cases=cases))
    assert (fault.since, fault.lasting) == ("2026-03-01 02:24", say("health.days", count=1))
    assert (fault.owner, len(fault.notes)) == ("王师傅", 1)


def test_what_follows_from_a_cause_that_is_over_stands_by_itself(
    dossier_of: MakeDossier, cases: tuple[Case, ...]
) -> None:
    (spell,) = cases[0].spells
    over = replace(cases[0], spells=(replace(spell, repaired=spell.confirmed, closed=spell.confirmed),))
    assert [fault.number for fault in confirmed(dossier_of(cases=(over, *cases[1:])))] == [2]


def test_urgent_faults_come_first(dossier_of: MakeDossier, cases: tuple[Case, ...]) -> None:
    weekly = replace(cases[0], id=9, kind="clock", explains=())
    assert [fault.number for fault in confirmed(dossier_of(cases=(weekly, cases[0])))] == [1, 9]


def test_a_case_was_open_on_the_day_before_it_was_closed(cases: tuple[Case, ...]) -> None:
    closed = cases[2].spells[0].closed
    assert closed is not None
    then = as_of(cases[2], closed)
    assert then is not None
    assert then.is_open


def test_a_case_that_was_not_sure_by_then_is_not_told(cases: tuple[Case, ...]) -> None:
    assert as_of(cases[0], cases[0].confirmed) is None


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (timedelta(minutes=18), say("health.minutes", count=18)),
        (timedelta(minutes=119), say("health.hours", count=1)),
        (timedelta(hours=47), say("health.days", count=1)),
    ],
)
def test_how_long_a_fault_lasts_is_told_in_the_largest_unit_that_is_full(time: timedelta, told: str) -> None:
    assert lasting(NOON, NOON + time) == told
