"""报修记录: every confirmed fault with when it began, who saw to it, when it was measured mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.words import say
from inventory.watch import Case, Spell
from reports.health.cameras import kind_words
from reports.health.dossier import Dossier, Place
from reports.health.faults import case_place, lasting
from reports.health.shown import Shown, shown_places
from reports.logbook.book import Book, Column, Leaf, Table

_WIDTHS = (7, 24, 17, 16, 10, 10, 16, 10, 16, 22)
_BLANK = 6


def repairs_sheet(dossier: Dossier) -> Book:
    """Return the repairs of all time, the newest first. What people do has blank cells."""
    places = shown_places(dossier.document, dossier.catalogue)
    rows = [
        _row(case, spell, dossier, places)
        for case in sorted(dossier.cases, key=lambda case: (case.since, case.id), reverse=True)
        for spell in reversed(case.spells)
    ]
    keys = (
        "number",
        "place",
        "fault",
        "first_seen",
        "reported_by",
        "seen_to_by",
        "mended_at",
        "took",
        "checked",
        "notes",
    )
    centred = {"number", "first_seen", "mended_at", "took"}
    columns = [Column(say(f"logbook.{key}"), 1, "center" if key in centred else "left") for key in keys]
    title = say("logbook.repairs_title")
    leaf = Leaf(
        name=title,
        title=title,
        widths=_WIDTHS,
        above=(say("logbook.repairs_head", school=dossier.school, at=dossier.local(dossier.now)),),
        tables=(Table("", columns, rows, blank=_BLANK, row_pt=28),),
        below=(say("logbook.repairs_note"),),
        is_wide=True,
    )
    return Book(title, dossier.now, (leaf,))


def _row(case: Case, spell: Spell, dossier: Dossier, places: Mapping[Place, Shown]) -> tuple[str, ...]:
    over = spell.repaired or spell.closed
    return (
        str(case.id),
        case_place(case, dossier, places),
        kind_words(case.kind, dossier.catalogue),
        dossier.local(spell.began),
        "",
        case.owner,
        dossier.local(spell.repaired) if spell.repaired else "",
        lasting(spell.began, over) if over else "",
        _checked(case, spell, dossier),
        "\n".join(_notes(case, dossier)),
    )


def _checked(case: Case, spell: Spell, dossier: Dossier) -> str:
    """Say what showed that it is over: a measurement, or a person's word."""
    if spell.closed is None:
        return ""
    at = dossier.local(spell.closed)
    if spell.repaired is None:
        return say("logbook.closed_by", who=case.closed_by, at=at)
    return say("logbook.measured_good", at=at)


def _notes(case: Case, dossier: Dossier) -> Iterator[str]:
    if case.caused_by is not None:
        yield say("logbook.caused_by", number=case.caused_by)
    for note in case.notes:
        yield f"{dossier.local(note.at)} {note.who}：{note.text}"
