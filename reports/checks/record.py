"""What people still have to look at: guesses, blanks, places without a word, two opinions on one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from inventory.ledger import outside
from reports.checks.places import Place, cells_in_words, listed
from reports.checks.problem import Case, Problem, text_of
from reports.paper import address
from reports.sheet import Filled


def confirmations(case: Case) -> Iterator[Problem]:
    """Guesses that stand on the form, each kind with its cells."""
    cells: dict[str, list[Place]] = defaultdict(list)
    for place, filled in _cells(case):
        for name in dict.fromkeys(one.name for one in filled.origins if not one.confirmed):
            cells[name].append(place)
    for name, places in cells.items():
        yield case.problem("unconfirmed", cells_in_words(case.paper, places), name=name)


def blanks(case: Case) -> Iterator[Problem]:
    """Cells that somebody has to fill in, and those that only other fields can fill."""
    cells: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place, filled in _cells(case):
        wanted = {(one.name, one.importable): None for one in filled.missing if one.needed}
        for name, importable in wanted:
            cells["wanted" if importable else "wanted-elsewhere", name].append(place)
    for (kind, name), places in cells.items():
        yield case.problem(kind, cells_in_words(case.paper, places), name=name)


def odd_words(case: Case) -> Iterator[Problem]:
    for number, page in enumerate(case.paper.pages):
        for cell in page.cells:
            if cell.filled.odd and not cell.open:
                where = address(case.paper, number, cell.line, cell.column)
                yield case.problem("odd-word", where, name=cell.label, said=cell.filled.value)


def positions(case: Case) -> Iterator[Problem]:
    """Places that the campaign has no word for."""
    if not case.campaign.areas:
        return
    found: dict[str, list[str]] = defaultdict(list)
    for camera in case.cameras:
        place = text_of(camera.fields, "position")
        if place and not case.campaign.areas_of(place):
            found[place].append(case.name(camera))
    for place, names in found.items():
        why = case.campaign.unlisted.get(place, case.campaign.areas_are)
        yield case.problem(
            "unmapped", listed(names), position=place, campaign=case.campaign.name, why=why, n=len(names)
        )


def disagreements(case: Case) -> Iterator[Problem]:
    for one in case.paper.disagreements:
        called = case.paper.cameras.get(one.camera)
        where = called.full if called else one.camera
        yield case.problem(
            "disagreement", where, name=one.name, typed=one.typed, measured=one.measured, taken=one.taken
        )


def systems(case: Case) -> Iterator[Problem]:
    """Cameras of no system, and of one that the profile does not name."""
    lost = set(outside(case.ledger))
    ids = [system.id for system in case.ledger.systems]
    for camera in case.cameras:
        said = text_of(camera.fields, "system")
        if said and said not in ids:
            yield case.problem("system-unknown", case.name(camera), said=said, known="、".join(ids))
        if camera.id in lost:
            yield case.problem("no-system", case.name(camera))


def some_camera(case: Case) -> Iterator[Problem]:
    if not case.cameras:
        yield case.problem("no-cameras", case.form.name)


def region(case: Case) -> Iterator[Problem]:
    """The unit's own codes: of the right length, and of the place where the campaign is held."""
    said = text_of(case.ledger.unit, "region_code")
    if said and not re.fullmatch(r"[0-9]{6}", said):
        yield case.problem("region-digits", case.profile("region_code"), region=said)
    elif said and not said.startswith(case.campaign.region):
        yield case.problem(
            "region-profile",
            case.profile("region_code"),
            region=said,
            campaign=case.campaign.name,
            wanted=case.campaign.region,
        )
    police = text_of(case.ledger.unit, "police_code")
    if police and not re.fullmatch(r"[0-9]{12}", police):
        yield case.problem("police-digits", case.profile("police_code"), code=police)


def nil_return(case: Case) -> Iterator[Problem]:
    """A nil return needs a person's word, and no camera that shows a public place."""
    stated = case.ledger.unit.get("no_public_project")
    if stated is None or stated.value is not True:
        yield case.problem("nil-not-stated", case.profile("no_public_project"))
    for camera in case.ledger.cameras:
        faces = camera.fields.get("faces_public")
        if faces is not None and faces.value == _YES:
            yield case.problem("nil-contradicted", case.name(camera), why=text_of(camera.fields, "position"))
        elif faces is None or not faces.confirmed:
            yield case.problem("nil-open", case.name(camera))


_YES = "是"


def _cells(case: Case) -> Iterator[tuple[Place, Filled]]:
    for number, page in enumerate(case.paper.pages):
        for cell in page.cells:
            yield (number, cell.column, cell.line), cell.filled
