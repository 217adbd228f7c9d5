"""The cases as their events made them: suspicions, faults that were confirmed, looks that count. 故障档案

Events are only ever added. The book after an event depends on the events alone, so that it can be made anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self

from inventory.watch import Case, Evidence, FaultKind, Note, Spell, Subject

Deed = Literal[
    "suspected",  # a first bad look
    "seen",  # another one that counts
    "dropped",  # a good one: it was a blip
    "opened",
    "reopened",
    "relapsed",  # a bad look after a good one
    "mended",  # a first good look at an open case
    "fine",  # another one that counts
    "closed",
    "explained",  # by the case `other`
    "released",  # explained no longer
    "owned",
    "noted",
    "dismissed",  # closed by a person
]
Key = tuple[Subject, FaultKind]


@dataclass(frozen=True, slots=True)
class Event:
    """One step. `since` is the first of the looks that led here; `case_id` is None before there is a case."""

    deed: Deed
    at: datetime  # aware
    kind: FaultKind
    subject: Subject
    camera_id: str = ""
    case_id: int | None = None
    since: datetime | None = None
    run_id: int | None = None
    other: int | None = None
    who: str = ""
    text: str = ""


def word_on(deed: Deed, case: Case, at: datetime, who: str, text: str = "") -> Event:
    """Return what a person says or said on a case."""
    return Event(deed, at, case.kind, case.subject, case.camera_id, case.id, who=who, text=text)


@dataclass(frozen=True, slots=True)
class Count:
    """Looks in a row: the first, the last that counted, how many; and the run that came first."""

    since: datetime
    last: datetime
    looks: int
    run_id: int | None = None


class Book:
    """Every case by its number, and what is under suspicion or being mended. Only events change it."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.newest: dict[Key, int] = {}  # the last case of a subject and kind, open or not
        self.open: dict[int, None] = {}
        self.open_at: dict[Key, tuple[int, ...]] = {}
        self.suspicions: dict[Key, Count] = {}
        self.mending: dict[int, Count] = {}

    def copy(self) -> Self:
        made = type(self)()
        made.cases = dict(self.cases)
        made.newest = dict(self.newest)
        made.open = dict(self.open)
        made.open_at = dict(self.open_at)
        made.suspicions = dict(self.suspicions)
        made.mending = dict(self.mending)
        return made

    def case_of(self, key: Key) -> Case | None:
        """Return the last case of a subject and kind, open or not."""
        number = self.newest.get(key)
        return None if number is None else self.cases[number]

    def open_cases(self) -> list[Case]:
        return [self.cases[number] for number in self.open]

    def next_id(self) -> int:
        return max(self.cases, default=0) + 1

    def add(self, event: Event) -> None:
        key = (event.subject, event.kind)
        match event.deed:
            case "suspected":
                self.suspicions[key] = Count(event.at, event.at, 1, event.run_id)
            case "seen":
                # Of two records that turned out to be one device, the other one's case may have ended it.
                before = self.suspicions.get(key)
                after = _counted(before, event) if before else Count(event.at, event.at, 1, event.run_id)
                self.suspicions[key] = after
            case "dropped":
                self.suspicions.pop(key, None)
            case "opened" | "reopened":
                self._open(key, event)
            case _:
                self._step(_number(event), event)

    def _open(self, key: Key, event: Event) -> None:
        number = _number(event)
        suspicion = self.suspicions.pop(key, None)
        spell = Spell(event.since or event.at, event.at)
        first = suspicion.run_id if suspicion else None
        proof = tuple(
            Evidence(run, at, picture_name(event.subject, event.kind))
            for run, at in dict.fromkeys(((first, spell.began), (event.run_id, event.at)))
            if run is not None
        )
        before = self.cases.get(number)
        if before is None:
            self.cases[number] = Case(
                number, event.kind, event.subject, event.camera_id, (spell,), evidence=proof
            )
        else:
            spells, evidence = (*before.spells, spell), (*before.evidence, *proof)
            self.cases[number] = replace(before, spells=spells, evidence=evidence, closed_by="")
        self.newest[key] = number
        self.open[number] = None
        self.open_at[key] = (*self.open_at.get(key, ()), number)

    def _step(self, number: int, event: Event) -> None:
        case = self.cases[number]
        match event.deed:
            case "relapsed":
                self.mending.pop(number, None)
            case "mended":
                self.mending[number] = Count(event.at, event.at, 1)
            case "fine":
                self.mending[number] = _counted(self.mending[number], event)
            case "closed" | "dismissed":
                self._close(case, event)
            case "explained":
                self._explain(case, event.other)
            case "released":
                self._explain(case, None)
            case "owned":
                self.cases[number] = replace(case, owner=event.who)
            case "noted":
                note = Note(event.who, event.text, event.at)
                self.cases[number] = replace(case, notes=(*case.notes, note))
            case "suspected" | "seen" | "dropped" | "opened" | "reopened":
                raise ValueError(f"{event.deed} is no step of a case")

    def _close(self, case: Case, event: Event) -> None:
        repaired = event.since if event.deed == "closed" else None
        spell = replace(case.spells[-1], repaired=repaired, closed=event.at)
        notes = (*case.notes, Note(event.who, event.text, event.at)) if event.text else case.notes
        self.cases[case.id] = replace(
            case, spells=(*case.spells[:-1], spell), closed_by=event.who, notes=notes
        )
        self.open.pop(case.id, None)
        key = (event.subject, event.kind)
        self.open_at[key] = tuple(one for one in self.open_at.get(key, ()) if one != case.id)
        self.mending.pop(case.id, None)

    def _explain(self, case: Case, by: int | None) -> None:
        if case.caused_by is not None:
            cause = self.cases[case.caused_by]
            left = tuple(one for one in cause.explains if one != case.id)
            self.cases[cause.id] = replace(cause, explains=left)
        if by is not None:
            cause = self.cases[by]
            self.cases[by] = replace(cause, explains=(*cause.explains, case.id))
        self.cases[case.id] = replace(case, caused_by=by)


def book_of(events: Iterable[Event]) -> Book:
    book = Book()
    for event in events:
        book.add(event)
    return book


def picture_name(subject: Subject, kind: FaultKind) -> str:
    """Return the name of the picture that shows a fault while it lasts, among the snapshots."""
    return f"{subject.device_id}-{subject.channel}.{kind}.jpg" if subject.channel else ""


def _counted(before: Count, event: Event) -> Count:
    return replace(before, last=event.at, looks=before.looks + 1)


def _number(event: Event) -> int:
    if event.case_id is None:
        raise ValueError(f"{event.deed} without a case")
    return event.case_id
