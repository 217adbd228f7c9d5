"""What may be forgotten: the evidence of nights long past, of good ones sooner. 历史数据的保存与清理

One short row for each place and night, the changes and the cases stay for good, and so does every visit: only
what was read on it goes. What a device shows now, and what a case points to, never goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from config.settings import History
from inventory.case_book import Book
from inventory.known import Same, load_same, newest_visits
from inventory.night_tables import FORGOTTEN, NIGHT_RESULT
from inventory.rows import rows_among
from inventory.tables import CHANNEL, EVIDENCE, RUN, SAMPLE, SIGHTING, VISIT
from inventory.watch import Case

# How many visits are forgotten at once: the rest has its turn the next night, and no write takes long.
MOST = 2000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit that may be old enough. `is_faulty`: something was found at its device in that run."""

    id: int
    run_id: int
    device_id: int
    finished: datetime
    is_faulty: bool


def may_go(
    visits: Iterable[Visited],
    kept: Collection[int],
    proof: Collection[tuple[int, int]],
    rules: History,
    now: datetime,
) -> list[Visited]:
    """Return the visits whose evidence may go.

    `kept` are the visits that show how a device is now; `proof` holds device and run of what cases point to.
    """
    full, faulty = (now - timedelta(days=days) for days in (rules.full_nights, rules.fault_nights))
    return [
        one
        for one in visits
        if one.id not in kept
        and (one.device_id, one.run_id) not in proof
        and one.finished < (min(full, faulty) if one.is_faulty else full)
    ]


def forget(connection: Connection, rules: History, book: Book, now: datetime, most: int = MOST) -> int:
    """Delete what may go, the oldest first and at most so many visits, and return how many."""
    same = load_same(connection)
    kept = _shown_now(connection, same)
    proof = set(_pointed_to(book.cases.values(), same))
    candidates = _old_visits(connection, rules, now, most + len(kept) + len(proof))
    going = may_go(candidates, kept, proof, rules, now)[:most]
    for start in range(0, len(going), _AT_ONCE):
        some = going[start : start + _AT_ONCE]
        ids = [one.id for one in some]
        rows = [
            {"visit_id": one.id, "at": now, "why": "fault-nights" if one.is_faulty else "full-nights"}
            for one in some
        ]
        connection.execute(insert(FORGOTTEN), rows)
        for table in (EVIDENCE, CHANNEL, SIGHTING):
            connection.execute(delete(table).where(table.c.visit_id.in_(ids)))
    _forget_samples(connection)
    return len(going)


def forgotten_visits(connection: Connection, visit_ids: Collection[int] | None = None) -> frozenset[int]:
    """Return the visits, of these or of all, whose evidence is gone."""
    asked = select(FORGOTTEN.c.visit_id)
    if visit_ids is None:
        return frozenset(connection.scalars(asked))
    wanted, found = sorted(visit_ids), set[int]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        found.update(connection.scalars(asked.where(FORGOTTEN.c.visit_id.in_(some))))
    return frozenset(found)


def _shown_now(connection: Connection, same: Same) -> set[int]:
    """Return the visits that the view of today is made of: the newest, the newest answered, with channels."""
    kept: set[int] = set()
    for conditions in ((), (VISIT.c.answered,), (VISIT.c.channels > 0,)):
        kept.update(newest_visits(connection, same, *conditions).values())
    # All visits of the last run that met a device count together.
    newest = newest_visits(connection, same)
    run_of = {row.id: row.run_id for row in rows_among(connection, VISIT, VISIT.c.id, newest.values())}
    last = {(device, run_of[visit]) for device, visit in newest.items()}
    for row in rows_among(connection, VISIT, VISIT.c.run_id, {run for _, run in last}):
        if (same[row.device_id], row.run_id) in last:
            kept.add(row.id)
    return kept


def _pointed_to(cases: Iterable[Case], same: Same) -> Iterator[tuple[int, int]]:
    """Yield device and run of every piece of evidence, under each number that the device ever had."""
    parts: dict[int, list[int]] = {}
    for part, whole in same.items():
        parts.setdefault(whole, []).append(part)
    for case in cases:
        if case.subject.is_shared:
            continue
        device = int(case.subject.device_id[1:])
        for proof in case.evidence:
            for part in parts.get(same.get(device, device), [device]):
                yield part, proof.run_id


def _old_visits(connection: Connection, rules: History, now: datetime, most: int) -> Sequence[Visited]:
    """Return the oldest visits that are not forgotten and past their nights, from the oldest on."""
    full, faulty = (now - timedelta(days=days) for days in (rules.full_nights, rules.fault_nights))
    is_faulty = (
        select(NIGHT_RESULT.c.run_id)
        .where(NIGHT_RESULT.c.run_id == VISIT.c.run_id, NIGHT_RESULT.c.device_id == VISIT.c.device_id)
        .where(NIGHT_RESULT.c.state == "fault")
        .exists()
    )
    asked = (
        select(VISIT.c.id, VISIT.c.run_id, VISIT.c.device_id, RUN.c.finished, is_faulty.label("is_faulty"))
        .join(RUN, RUN.c.id == VISIT.c.run_id)
        .outerjoin(FORGOTTEN, FORGOTTEN.c.visit_id == VISIT.c.id)
        .where(FORGOTTEN.c.visit_id.is_(None), RUN.c.finished < full)
        .where((RUN.c.finished < faulty) | ~is_faulty)
        .order_by(VISIT.c.id)
        .limit(most)
    )
    return [_visited(row) for row in connection.execute(asked)]


def _visited(row: Row[Any]) -> Visited:
    return Visited(row.id, row.run_id, row.device_id, row.finished, bool(row.is_faulty))


def _forget_samples(connection: Connection) -> None:
    """Delete every sample but the newest of its place: no look is ever set against an older one."""
    newest = select(func.max(SAMPLE.c.id)).group_by(SAMPLE.c.device_id, SAMPLE.c.channel)
    connection.execute(delete(SAMPLE).where(SAMPLE.c.id.not_in(newest)))
