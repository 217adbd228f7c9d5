"""每日安防监控工作记录: one page for a day, what was found by measuring, and room for what people write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from config.words import say
from inventory.watch import Case
from reports.health.album import Album
from reports.health.calendars import recorders
from reports.health.cameras import cards, kind_words
from reports.health.dossier import Dossier, Place
from reports.health.faults import case_place, unconfirmed
from reports.health.parts import Card
from reports.health.shown import Shown, shown_places
from reports.logbook.book import Book, Column, Leaf, Table

_WIDTHS = (6, 15, 11, 9, 9, 17, 14, 19)
_NAMED = 8
_BLANK = 4
_ONE_PAGE = 45  # lines that are still readable on one page of A4


def file_name(day: date) -> str:
    return say("logbook.daily_file", day=day)


def daily_sheet(dossier: Dossier) -> Book:
    """Return the log of the dossier's day."""
    places = shown_places(dossier.document, dossier.catalogue)
    every = cards(dossier, places, Album(lambda name: b""))
    shown = [card for card in every if card.standing != "none"]  # those that are out of use
    title = say("logbook.daily_title")
    day = dossier.day.isoformat()
    measured = dossier.measured.strftime("%Y-%m-%d %H:%M") if dossier.measured else say("health.never")
    tables = (_duty(), _groups(shown), _faults(dossier, places), *_recorders(dossier), _by_hand())
    leaf = Leaf(
        name=day,
        title=title,
        widths=_WIDTHS,
        above=(
            say("logbook.daily_head", school=dossier.school, day=day),
            say("logbook.daily_measured", at=measured),
        ),
        tables=tables,
        below=(say("logbook.daily_note"),),
        on_one_page=sum(len(table.rows) for table in tables) <= _ONE_PAGE,
    )
    return Book(title, dossier.now, (leaf,))


def cases_of_day(dossier: Dossier) -> list[Case]:
    """Return the cases that were open at some time of the day, the newest last."""
    chosen = [
        case for case in dossier.cases if case.closed is None or _day(case.closed, dossier) == dossier.day
    ]
    return sorted(chosen, key=lambda case: (case.since, case.id))


def _duty() -> Table:
    columns = (Column("", 2, "center"), Column("", 2), Column("", 2, "center"), Column("", 2))
    rows = (
        (say("logbook.on_duty"), "", say("logbook.duty_time"), ""),
        (say("logbook.weather"), "", say("logbook.handed_over"), ""),
    )
    return Table("", columns, rows, row_pt=26)


def _groups(shown: Sequence[Card]) -> Table:
    """Count the cameras of each position: good, faulty, unknown, and name those that are not good."""
    groups: dict[str, list[Card]] = defaultdict(list)
    for card in shown:
        groups[card.position or say("logbook.no_position")].append(card)
    rows = [_group(str(number), name, of) for number, (name, of) in enumerate(sorted(groups.items()), 1)]
    rows.append(_group("", say("logbook.total"), shown, named=False))
    columns = (
        Column(say("table.number"), 1, "center"),
        Column(say("logbook.position")),
        Column(say("logbook.cameras"), 1, "center"),
        Column(say("health.good"), 1, "center"),
        Column(say("logbook.wrong"), 1, "center"),
        Column(say("health.unknown"), 1, "center"),
        Column(say("logbook.which"), 2),
    )
    return Table(say("logbook.groups"), columns, rows)


def _group(number: str, name: str, of: Sequence[Card], *, named: bool = True) -> tuple[str, ...]:
    counts = [sum(card.standing == one for card in of) for one in ("ok", "fault")]
    faulty = [card for card in of if card.standing == "fault"]
    which = [say("logbook.one", name=card.name, words=card.words) for card in faulty[:_NAMED]]
    if len(faulty) > _NAMED:
        which.append(say("logbook.more", count=len(faulty) - _NAMED))
    words = say("reading.semicolon").join(which) if named else ""
    unknown = len(of) - sum(counts)
    return number, name, str(len(of)), str(counts[0]), str(counts[1]), str(unknown), words


def _faults(dossier: Dossier, places: Mapping[Place, Shown]) -> Table:
    columns = (
        Column(say("logbook.number"), 1, "center"),
        Column(say("logbook.place"), 2),
        Column(say("logbook.fault"), 2),
        Column(say("logbook.first_seen"), 1, "center"),
        Column(say("logbook.state")),
        Column(say("logbook.seen_to_by")),
    )
    rows = list(_fault_rows(dossier, places))
    return Table(say("logbook.faults"), columns, rows, blank=_BLANK if len(rows) < _BLANK else 1)


def _fault_rows(dossier: Dossier, places: Mapping[Place, Shown]) -> Iterable[tuple[str, ...]]:
    for case in cases_of_day(dossier):
        notes = "\n".join(note.text for note in case.notes)
        yield (
            str(case.id),
            case_place(case, dossier, places),
            kind_words(case.kind, dossier.catalogue),
            dossier.local(case.since),
            _state(case, dossier),
            "\n".join(part for part in (case.owner, notes) if part),
        )
    for fault in unconfirmed(dossier, places, Album(lambda name: b"")):
        yield "", fault.where, fault.name, fault.since, say("logbook.unconfirmed"), ""


def _state(case: Case, dossier: Dossier) -> str:
    if case.closed is not None:
        at = dossier.local(case.repaired or case.closed)
        return say("logbook.mended", at=at)
    if case.caused_by is not None:
        return say("logbook.caused_by", number=case.caused_by)
    return say("logbook.open")


def _recorders(dossier: Dossier) -> Iterable[Table]:
    made = recorders(dossier)
    if not made:
        return
    columns = (
        Column(say("recorder.title"), 2),
        Column(say("recorder.disks"), 2),
        Column(say("logbook.channels"), 1, "center"),
        Column(say("logbook.short"), 1, "center"),
        Column(say("logbook.worst"), 2),
    )
    rows = []
    for one in made:
        facts = "\n".join(f"{title}：{words}" for title, words in one.disks)
        short = [channel for channel in one.channels if channel.verdict == "not-met"]
        worst = one.channels[0] if one.channels else None
        words = (
            say("logbook.worst_one", number=worst.number, name=worst.name, days=worst.days) if worst else ""
        )
        rows.append(
            (f"{one.address} {one.model}".strip(), facts, str(len(one.channels)), str(len(short)), words)
        )
    yield Table(say("logbook.recordings"), columns, rows)


def _by_hand() -> Table:
    columns = (Column("", 2, "center"), Column("", 6))
    names = ("logbook.watching", "logbook.backup", "logbook.handling", "logbook.signed")
    return Table(say("logbook.hand"), columns, [(say(name), "") for name in names], row_pt=40)


def _day(at: datetime, dossier: Dossier) -> object:
    return at.astimezone(dossier.zone).date()
