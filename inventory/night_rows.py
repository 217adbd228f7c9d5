"""Results, changes and steps of cases as rows, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from inventory.case_book import Event
from inventory.known import Same, load_same
from inventory.night_tables import CASE_EVENT, CHANGE, KIND_SET, NIGHT_RESULT
from inventory.rows import next_id, write_rows
from inventory.tables import DEVICE, DEVICE_JOIN, RUN
from inventory.watch import Change, FaultKind, Look, Result, Subject

VALUES = (
    "width",
    "height",
    "sharpness_ratio",
    "view_shift_pct",
    "clock_offset_s",
    "days_at_least",
    "days_at_most",
    "recording_now",
    "oldest",
)


def write_look(connection: Connection, look: Look) -> None:
    """Write what a run found. A light look has no rows: it leaves only steps of cases."""
    if look.run_id is None:
        return
    numbers = _kind_sets(connection, look.results)
    rows = [
        {
            "device_id": int(one.subject.device_id[1:]),
            "channel": one.subject.channel,
            "run_id": look.run_id,
            "camera": one.camera_id,
            "address": one.address,
            "state": one.state,
            "faults": numbers[one.faults],
            "fine": numbers[one.fine],
            **{name: one.values.get(name) for name in VALUES},
        }
        for one in look.results
    ]
    write_rows(connection, NIGHT_RESULT, rows)


def load_results(
    connection: Connection,
    zone: tzinfo,
    *,
    run_ids: Sequence[int] | None = None,
    subject: Subject | None = None,
    newest: int | None = None,
) -> list[Result]:
    """Return results in the order of the runs: of these runs, of one subject, the `newest` so many runs."""
    same = load_same(connection)
    asked = select(NIGHT_RESULT, RUN.c.started, RUN.c.finished).join(RUN, RUN.c.id == NIGHT_RESULT.c.run_id)
    if run_ids is not None:
        asked = asked.where(NIGHT_RESULT.c.run_id.in_(run_ids))
    if newest is not None:
        last = select(RUN.c.id).order_by(RUN.c.id.desc()).limit(newest)
        asked = asked.where(NIGHT_RESULT.c.run_id.in_(last))
    if subject is not None:
        whole = int(subject.device_id[1:])
        parts = [part for part, into in same.items() if into == same.get(whole)]
        asked = asked.where(NIGHT_RESULT.c.device_id.in_(parts), NIGHT_RESULT.c.channel == subject.channel)
    order = (NIGHT_RESULT.c.run_id, NIGHT_RESULT.c.device_id, NIGHT_RESULT.c.channel)
    kinds = _load_kinds(connection)
    return [_result(row, kinds, same, zone) for row in connection.execute(asked.order_by(*order))]


def newest_per_device(connection: Connection, zone: tzinfo) -> list[Result]:
    """Return for each device what the last run that asked it found there."""
    newest = (
        select(func.max(NIGHT_RESULT.c.run_id))
        .where(NIGHT_RESULT.c.device_id == DEVICE.c.id, NIGHT_RESULT.c.channel == 0)
        .correlate(DEVICE)
        .scalar_subquery()
    )
    joined = set(connection.scalars(select(DEVICE_JOIN.c.device_id)))
    last = {
        f"d{device_id}": run_id
        for device_id, run_id in connection.execute(select(DEVICE.c.id, newest))
        if run_id is not None and device_id not in joined
    }
    found = load_results(connection, zone, run_ids=sorted(set(last.values())))
    return [one for one in found if last.get(one.subject.device_id) == one.run_id]


def write_changes(connection: Connection, run_id: int, changes: Iterable[Change]) -> None:
    rows = [
        {
            "run_id": run_id,
            "day": one.day.isoformat(),
            "kind": one.kind,
            "device_id": int(one.subject.device_id[1:]),
            "channel": one.subject.channel,
            "before": one.before,
            "after": one.after,
        }
        for one in changes
    ]
    write_rows(connection, CHANGE, rows)


def load_changes(
    connection: Connection, *, run_id: int | None = None, since: date | None = None
) -> list[Change]:
    """Return the changes of one run, or of the days from `since` on, or all of them; oldest first."""
    asked = select(CHANGE).order_by(CHANGE.c.id)
    if run_id is not None:
        asked = asked.where(CHANGE.c.run_id == run_id)
    if since is not None:
        asked = asked.where(CHANGE.c.day >= since.isoformat())
    return [
        Change(
            row.kind,
            Subject(f"d{row.device_id}", row.channel),
            row.before,
            row.after,
            date.fromisoformat(row.day),
        )
        for row in connection.execute(asked)
    ]


def write_events(connection: Connection, events: Sequence[Event]) -> None:
    rows = [
        {
            "deed": one.deed,
            "at": one.at,
            "kind": one.kind,
            "device_id": None if one.subject.is_shared else int(one.subject.device_id[1:]),
            "shared": one.subject.device_id if one.subject.is_shared else "",
            "channel": one.subject.channel,
            "camera": one.camera_id,
            "case_id": one.case_id,
            "since": one.since,
            "run_id": one.run_id,
            "other": one.other,
            "who": one.who,
            "text": one.text,
        }
        for one in events
    ]
    write_rows(connection, CASE_EVENT, rows)


def load_events(connection: Connection) -> Iterator[Event]:
    """Yield every step of every case in their order."""
    same = load_same(connection)
    for row in connection.execute(select(CASE_EVENT).order_by(CASE_EVENT.c.id)):
        device = row.shared or f"d{same[row.device_id]}"
        yield Event(
            row.deed,
            row.at,
            row.kind,
            Subject(device, row.channel),
            row.camera,
            row.case_id,
            row.since,
            row.run_id,
            row.other,
            row.who,
            row.text,
        )


def _kind_sets(connection: Connection, results: Iterable[Result]) -> Mapping[tuple[FaultKind, ...], int]:
    """Return the number of every set of kinds, and write those that were never met before."""
    known = {kinds: number for number, kinds in _load_kinds(connection).items()}
    wanted = {kinds for one in results for kinds in (one.faults, one.fine)} - known.keys()
    for number, kinds in enumerate(sorted(wanted), next_id(connection, KIND_SET)):
        connection.execute(insert(KIND_SET), {"id": number, "kinds": list(kinds)})
        known[kinds] = number
    return known


def _load_kinds(connection: Connection) -> dict[int, tuple[FaultKind, ...]]:
    return {row.id: tuple(row.kinds) for row in connection.execute(select(KIND_SET))}


def _result(row: Row[Any], kinds: Mapping[int, tuple[FaultKind, ...]], same: Same, zone: tzinfo) -> Result:
    values = {name: value for name in VALUES if (value := getattr(row, name)) is not None}
    return Result(
        Subject(f"d{same[row.device_id]}", row.channel),
        row.camera,
        row.started.astimezone(zone).date(),
        row.finished,
        row.state,
        kinds[row.faults],
        kinds[row.fine],
        values,
        row.run_id,
        row.address,
    )
