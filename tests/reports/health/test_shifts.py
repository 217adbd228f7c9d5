"""A view that moved: before and after side by side, and how far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config.words import say
from reports.health.album import Album
from reports.health.dossier import Dossier
from reports.health.parts import Shift
from reports.health.shifts import shifts
from reports.health.shown import shown_places

MakeDossier = Callable[..., Dossier]


@pytest.fixture
def moved(dossier_of: MakeDossier) -> Dossier:
    """The school, with a first camera whose view lies elsewhere."""
    dossier = dossier_of()
    first, *others = dossier.document.devices
    (channel,) = first.channels
    update = {"faults": ["moved"], "picture": {"alive": True, "view_shift_pct": 12.34}}
    device = first.model_copy(update={"channels": [channel.model_copy(update=update)]})
    return replace(dossier, document=dossier.document.model_copy(update={"devices": [device, *others]}))


def shifts_of(dossier: Dossier, picture: bytes) -> list[Shift]:
    places = shown_places(dossier.document, dossier.catalogue)
    return list(shifts(dossier, places, Album(lambda name: picture)))


def test_a_moved_view_is_shown_before_and_after(moved: Dossier, jpeg_of: Callable[..., bytes]) -> None:
    known = replace(moved, baselines={("d11", 1): jpeg_of(64, 36)})
    (shift,) = shifts_of(known, jpeg_of(32, 18))
    assert shift.before.uri
    assert shift.after.uri not in ("", shift.before.uri)


def test_the_shift_is_told_in_percent(moved: Dossier) -> None:
    assert shifts_of(moved, b"")[0].percent == "12.3%"


def test_a_baseline_without_a_picture_is_said_to_be_missing(moved: Dossier) -> None:
    assert shifts_of(moved, b"")[0].before.why == say("health.no_before")


def test_a_school_where_nothing_moved_has_none(dossier_of: MakeDossier) -> None:
    assert shifts_of(dossier_of(), b"") == []
