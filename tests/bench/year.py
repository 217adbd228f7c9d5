"""A simulated year of the night watch: faults found, falsely opened, opened late, closed late.

Run: poe year        (another seed as argument)
Writes its table into docs/benchmarks.md. No network: each look makes the view that a run would leave.
"""

from __future__ import annotations

import platform
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from config.load import load_catalogue
from config.schema import Catalogue
from config.watching import Pause
from inventory.after_run import load_book
from inventory.case_book import Book
from inventory.cases import fold, look_again
from inventory.changes import changes
from inventory.database import reading, writing
from inventory.night_rows import load_results, write_changes, write_events, write_look
from inventory.nights import light_look, look_of
from inventory.record import View
from inventory.store import Store, open_store
from inventory.tables import DEVICE, RUN
from inventory.watch import Case, Look, Result, Subject
from tests.bench.chapters import write_chapter
from tests.bench.school_year import (
    CAMERAS,
    DAYS,
    HOLIDAY,
    RECORDERS,
    SCHOOL,
    START,
    Fault,
    School,
    plan,
    recorder_of,
    silent,
    view_at,
)

HEADING = "\n## A year of nights\n"
_TEN = timedelta(minutes=10)
_AGAIN = timedelta(minutes=65)
# A fault that is sure later than this is called late, and one that is seen mended later than this.
AWAY = ("offline", "switch", "recorder-down")
LATE_AWAY, LATE_NIGHT = timedelta(minutes=45), timedelta(hours=50)


@dataclass
class Ran:
    book: Book
    looks: Counter[str] = field(default_factory=Counter)
    kib_by_month: list[int] = field(default_factory=list)
    mib_by_month: list[int] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    is_same_from_disk: bool = False


def run_year(school: School, seed: int, folder: Path, *, again: bool = True) -> Ran:
    """Fold a year of looks through the real functions and the real database."""
    pause = Pause(name="寒假", first=HOLIDAY[0], last=HOLIDAY[1])
    catalogue = load_catalogue()
    catalogue = catalogue.model_copy(
        update={"watch": catalogue.watch.model_copy(update={"pauses": (pause,)})}
    )
    path = folder / "camcensus.db"
    store = open_store(path, catalogue)
    ran, draw, began = Ran(Book()), random.Random(seed + 1), time.monotonic()
    with writing(store.engine) as connection:
        connection.execute(insert(RUN), _run_row(START - timedelta(days=1)))
        numbers = (*range(1, CAMERAS + RECORDERS + 1), *(n + RECORDERS + 200 for n in range(1, CAMERAS + 1)))
        connection.execute(insert(DEVICE), [{"id": one, "run_id": 1} for one in numbers])
    watch = _Watch(store, catalogue, school, ran, draw)
    for day in range(DAYS):
        night = START + timedelta(days=day)
        watch.night(night)
        for n in range(1, 24 * 6):
            at = night + n * _TEN
            if again and n * _TEN == timedelta(minutes=70):
                watch.again(at - timedelta(minutes=5))
            watch.light(at)
        if day % 30 == 29:
            ran.kib_by_month.append(sum(one.stat().st_size for one in folder.iterdir()) // 1024)
            ran.mib_by_month.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    with reading(store.engine) as connection:
        ran.is_same_from_disk = load_book(connection).cases == ran.book.cases
    ran.seconds = time.monotonic() - began
    store.close()
    return ran


@dataclass
class _Watch:
    store: Store
    catalogue: Catalogue
    school: School
    ran: Ran
    draw: random.Random
    last: Sequence[Result] = ()
    before: View = field(default_factory=lambda: View(None))

    def night(self, at: datetime) -> None:
        if not self.school.is_off(at):
            self._check(at, None, "night")

    def again(self, at: datetime) -> None:
        """Look again in the same night at what waits to be sure."""
        waiting = {device for device, since in look_again(self.ran.book, self.catalogue.watch) if since <= at}
        if waiting and not self.school.is_off(at):
            self._check(at, waiting, "again")

    def light(self, at: datetime) -> None:
        if self.school.is_off(at) or not self.last:
            return
        away, down = silent(self.school, at)
        gone = {f"d{self.school.device_of(one, at)}" for one in away} | {f"d{one}" for one in down}
        answers = {one.subject.device_id: one.subject.device_id not in gone for one in self.last}
        look = light_look(self.last, answers, at, SCHOOL)
        self._fold(look, "light")

    def _check(self, at: datetime, only: set[str] | None, name: str) -> None:
        with writing(self.store.engine) as connection:
            row = connection.execute(insert(RUN), _run_row(at)).inserted_primary_key
            run_id = int(row[0]) if row else 0
        view = view_at(self.school, at, run_id, only, self.draw)
        look = look_of(view, self.catalogue, SCHOOL)
        assert look is not None
        with writing(self.store.engine) as connection:
            if only is None:
                past = load_results(connection, SCHOOL, newest=14)
                found = changes(self.before, view, look, past, self.catalogue, at.astimezone(SCHOOL).date())
                write_changes(connection, run_id, found)
                self.ran.changes.update(one.kind for one in found)
                self.before, self.last = view, [one for one in look.results if not one.subject.channel]
            write_look(connection, look)
        self._fold(look, name)

    def _fold(self, look: Look, name: str) -> None:
        self.ran.looks[name] += 1
        events = fold(self.ran.book, look, self.catalogue.watch)
        for event in events:
            self.ran.book.add(event)
        if events:
            with writing(self.store.engine) as connection:
                write_events(connection, events)


def _run_row(at: datetime) -> dict[str, object]:
    return {
        "kind": "check", "started": at, "finished": at, "targets": [], "asked": 0, "answered": 0
    }  # fmt: skip


@dataclass
class Row:
    faults: int = 0
    found: int = 0
    false: int = 0
    late: int = 0
    closed_late: int = 0
    never_closed: int = 0
    broken_up: int = 0
    sure: list[timedelta] = field(default_factory=list)
    mended: list[timedelta] = field(default_factory=list)


def scored(school: School, book: Book) -> dict[str, Row]:
    """Set the cases against the truth, by kind."""
    rows: dict[str, Row] = defaultdict(Row)
    matched: set[int] = set()
    for fault in [one for one in school.faults if one.is_real]:
        row = rows[fault.kind]
        row.faults += 1
        cases = [case for case in _candidates(fault, school, book) if _overlaps(case, fault)]
        matched.update(case.id for case in cases)
        if not cases:
            continue
        row.found += 1
        spells = sorted(
            (spell for case in cases for spell in case.spells if spell.began < fault.end + timedelta(days=3)),
            key=lambda one: one.began,
        )
        spells = [one for one in spells if one.began >= fault.begin - _TEN]
        row.broken_up += len(spells) > 1
        limit = LATE_AWAY if fault.kind in AWAY else LATE_NIGHT
        row.sure.append(spells[0].confirmed - fault.begin)
        row.late += spells[0].confirmed - fault.begin > limit
        if spells[-1].repaired is None:
            row.never_closed += 1
            continue
        row.mended.append(spells[-1].repaired - fault.end)
        row.closed_late += spells[-1].repaired - fault.end > limit
    for case in book.cases.values():
        if case.caused_by is None and case.id not in matched:
            kind = "switch" if case.subject.is_shared else case.kind
            rows[kind].false += len(case.spells)
    return rows


def _candidates(fault: Fault, school: School, book: Book) -> Iterator[Case]:
    if fault.kind == "switch":
        hit = {f"d{school.device_of(one, fault.begin)}" for one in fault.hits}
        for case in book.cases.values():
            under = {book.cases[one].subject.device_id for one in case.explains}
            if case.subject.is_shared and len(under & hit) * 2 > len(hit):
                yield case
        return
    for case in book.cases.values():
        if case.kind == fault.kind and case.subject in _subjects(fault, school):
            yield case


def _subjects(fault: Fault, school: School) -> set[Subject]:
    if fault.recorder is not None:
        return {Subject(f"d{fault.recorder}")}
    found: set[Subject] = set()
    for camera in fault.hits:
        device = f"d{school.device_of(camera, fault.begin)}"
        recorder, channel = recorder_of(camera)
        match fault.kind:
            case "offline" | "clock":
                found.add(Subject(device))
            case "not-recording" | "retention":
                found.add(Subject(f"d{recorder}", channel))
            case _:
                found.add(Subject(device, 1))
    return found


def _overlaps(case: Case, fault: Fault) -> bool:
    return any(fault.begin <= spell.began <= fault.end for spell in case.spells)


def page(school: School, ran: Ran, once: Ran, seed: int) -> str:
    rows, without = scored(school, ran.book), scored(school, once.book)
    traps = Counter(fault.trap for fault in school.faults if fault.trap)
    lines = [
        HEADING.strip(),
        "",
        f"{CAMERAS} cameras, each on the network and on one of {RECORDERS} recorders, behind 6 switches,",
        "two to a subnet: 365 nights with an injected clock. Every night a check, 65 minutes later",
        "another look at what waits to be sure, every 10 minutes a light look at who answers. A look is made",
        "into the view that a run would leave; from there on all is the real code: the night in short, the",
        "changes, the cases, the database. 2 % of the pictures are not had, 1 % of the faulty ones pass for",
        "good, 0.05 % of the good ones for faulty, 1 % of the channels' recordings are not told.",
        "The last three columns leave the second look out, as a watch does that only checks once a night.",
        "**It does not test** that pictures, clocks or recordings are read rightly (see accuracy.md), nor a",
        "network: a fault here is a fault in the numbers.",
        "",
        f"Command: `poe year` (seed {seed})",
        "",
        f"{datetime.now(SCHOOL):%Y-%m-%d}, {platform.system()}, Python {platform.python_version()}.",
        "",
        "| fault | there were | found | falsely opened | sure after, median | longest | late | mended seen"
        " after, median | longest | late | still open | taken for several | without second looks: found"
        " | falsely opened | sure after, median |",
        "|---" * 15 + "|",
    ]
    total, total_once = Row(), Row()
    for row in without.values():
        total_once.found += row.found
        total_once.false += row.false
    for kind, row in rows.items():
        lines.append(_line(kind, row, without[kind]))
        for name in ("faults", "found", "false", "late", "closed_late", "never_closed", "broken_up"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    lines += [_line("**all**", total, total_once), ""]
    lines += [
        f"Late: sure, or seen mended, after more than {_span(LATE_AWAY)} where a light look can tell, else",
        f"{_span(LATE_NIGHT)}: two nights. The computer was off on {len(school.off)} nights or weekends,",
        "which is in the figures. A switch is one case with the cameras under it, found by their silence",
        "in one look. Still open: what was so when the year ended.",
        "",
        f"Nothing to be opened: {traps['blip']} blips of up to 9 minutes, {traps['restart']} restarts of",
        f"10 to 19 minutes, {traps['passing']} pictures that were bad for one look of a night,",
        f"{traps['parked']} lorries parked before a camera for 4 hours, {traps['fog']} nights of fog",
        f"before 25 cameras, and {CAMERAS // 2} cameras without power in the winter holiday, which the site",
        "profile names. What is called falsely opened under covered are the lorries: the lens was hidden in",
        "both looks of the night. Changes told: "
        + ", ".join(f"{kind} {count}" for kind, count in sorted(ran.changes.items()))
        + ".",
        "",
        f"Looks: {ran.looks['night']} nights, {ran.looks['again']} second looks, {ran.looks['light']} light"
        f" ones, in {ran.seconds:.0f} s. Cases: {len(ran.book.cases)}, read back from the database"
        f" {'equal' if ran.is_same_from_disk else 'NOT EQUAL'}. Peak memory by month, MiB:"
        f" {' '.join(map(str, ran.mib_by_month))}. Database by month, MiB:"
        f" {' '.join(str(kib // 1024) for kib in ran.kib_by_month)} (without the evidence, which comes and"
        " goes: see the next table).",
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, row: Row, once: Row) -> str:
    sure, mended = (
        [_middle(some), _span(max(some))] if some else ["", ""] for some in (row.sure, row.mended)
    )
    cells = [
        name, row.faults, row.found, row.false, *sure, row.late, *mended, row.closed_late, row.never_closed,
        row.broken_up, once.found, once.false, _middle(once.sure),
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _middle(some: Sequence[timedelta]) -> str:
    return _span(sorted(some)[len(some) // 2]) if some else ""


def _span(time: timedelta) -> str:
    minutes = int(time / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    school = plan(seed)
    with tempfile.TemporaryDirectory() as folder:
        ran = run_year(school, seed, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        once = run_year(school, seed, Path(folder), again=False)
    text = page(school, ran, once, seed)
    sys.stdout.write(text)
    if len(sys.argv) < 3:
        write_chapter(HEADING, text)


if __name__ == "__main__":
    main()
