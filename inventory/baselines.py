"""The normal picture of each channel: candidates, the nights that agree, a person's word. 基准画面"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, Table, select

from config.settings import Baseline as Rules
from inventory.known import CameraKey, Same
from inventory.rows import NewRow, rows_among, write_rows
from inventory.tables import AGREEMENT, BASELINE, CONFIRMATION, WITHDRAWAL
from probe.memory import Kept, Mode


@dataclass(frozen=True, slots=True)
class Entry:
    """A baseline or a candidate that nobody took back, without its record.

    `since` is when it came to be what it is. `nights` counts those that showed its view, its own with them;
    the last was at `last_night`. A candidate `is_spent` when a healthy picture no longer showed its view.
    """

    id: int
    mode: Mode
    preset: str
    by: Literal["person", "nights", "candidate"]
    who: str
    made: datetime
    since: datetime
    nights: int
    last_night: datetime
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a look changes: it speaks for or against a candidate, confirms it, or starts another."""

    candidate: int | None = None
    agrees: bool | None = None
    confirms: bool = False
    starts: bool = False


Entries = Mapping[CameraKey, Sequence[Entry]]


def load_entries(connection: Connection, same: Same, devices: Iterable[int] | None = None) -> Entries:
    """Return the entries of these device rows, or of all, by device record and channel, oldest first."""
    columns = [column for column in BASELINE.c if column.name not in ("record", "shown")]
    asked = select(*columns).order_by(BASELINE.c.id)
    if devices is not None:
        asked = asked.where(BASELINE.c.device_id.in_(sorted(devices)))
    rows = list(connection.execute(asked))
    ids = [row.id for row in rows]
    withdrawn = {row.baseline_id for row in rows_among(connection, WITHDRAWAL, WITHDRAWAL.c.baseline_id, ids)}
    agreements = _by_baseline(connection, AGREEMENT, ids)
    confirmations = _by_baseline(connection, CONFIRMATION, ids)
    entries: dict[CameraKey, list[Entry]] = defaultdict(list)
    for row in rows:
        if row.id not in withdrawn:
            entry = _entry(row, agreements.get(row.id, ()), confirmations.get(row.id, ()))
            entries[same[row.device_id], row.channel].append(entry)
    return entries


def shown_to_a_look(entries: Sequence[Entry]) -> list[Entry]:
    """Return what a look is given: what stands for each light and preset, or the candidate for it."""
    kinds = dict.fromkeys((entry.mode, entry.preset) for entry in entries)
    chosen = (standing(entries, *kind) or candidate(entries, *kind) for kind in kinds)
    return [entry for entry in chosen if entry is not None]


def standing(entries: Sequence[Entry], mode: Mode, preset: str) -> Entry | None:
    """Return the baseline for this light and preset: a person's last word, else the newest by nights."""
    there = [entry for entry in entries if (entry.mode, entry.preset) == (mode, preset)]
    for by in ("person", "nights"):
        if found := [entry for entry in there if entry.by == by]:
            return max(found, key=lambda entry: (entry.since, entry.id))
    return None


def candidate(entries: Sequence[Entry], mode: Mode, preset: str) -> Entry | None:
    """Return the candidate that later nights may still confirm."""
    tried = _candidates(entries, mode, preset)
    return tried[-1] if tried and not tried[-1].is_spent else None


def next_step(entries: Sequence[Entry], kept: Kept, at: datetime, rules: Rules) -> Step | None:
    """Return what this look changes for the baselines of its channel; nothing while one stands."""
    if not kept.record or standing(entries, kept.mode, kept.preset) is not None:
        return None
    tried = _candidates(entries, kept.mode, kept.preset)
    now = candidate(entries, kept.mode, kept.preset)
    if kept.agrees_with is not None and (now is None or kept.agrees_with != now.id):
        return None  # it was shown what is not, or no longer, this channel's candidate
    if now is not None and kept.agrees_with == now.id:
        if at - now.last_night < timedelta(hours=rules.apart_h):
            return None
        return Step(now.id, agrees=True, confirms=now.nights + 1 >= rules.nights)
    starts = not tried or at - tried[-1].made >= _pause(len(tried), rules)
    if now is None and not starts:
        return None
    return Step(
        now.id if now else None,
        agrees=False if now else None,
        confirms=starts and rules.nights == 1,
        starts=starts,
    )


def write_baseline(
    connection: Connection,
    run_id: int,
    place: CameraKey,
    kept: Kept,
    shown: bytes,
    made: datetime,
    *,
    person: str = "",
) -> int:
    """Write a record as a candidate, or as the word of a person, and return its id."""
    device_id, channel = place
    row = {
        "run_id": run_id,
        "device_id": device_id,
        "channel": channel,
        "mode": kept.mode,
        "preset": kept.preset,
        "by": "person" if person else "candidate",
        "who": person,
        "made": made,
        "record": kept.record,
        "shown": shown,
    }
    added = connection.execute(BASELINE.insert(), row).inserted_primary_key
    if added is None:
        raise AssertionError("an inserted row has a key")
    return int(added[0])


def write_step(
    connection: Connection, run_id: int, place: CameraKey, kept: Kept, shown: bytes, at: datetime, step: Step
) -> None:
    """Write what a look changed."""
    if step.candidate is not None:
        said = {"run_id": run_id, "baseline_id": step.candidate, "agrees": step.agrees, "at": at}
        write_rows(connection, AGREEMENT, [said])
    concerned = step.candidate
    if step.starts:
        concerned = write_baseline(connection, run_id, place, kept, shown, at)
    if step.confirms and concerned is not None:
        write_rows(connection, CONFIRMATION, [_word(run_id, concerned, "", at, by="nights")])


def confirm(connection: Connection, run_id: int, entries: Sequence[Entry], who: str, at: datetime) -> None:
    """Write that a person takes these for the normal picture."""
    rows = [_word(run_id, entry.id, who, at, by="person") for entry in entries]
    write_rows(connection, CONFIRMATION, rows)


def withdraw(connection: Connection, run_id: int, entries: Sequence[Entry], who: str, at: datetime) -> None:
    """Write that a person takes these back."""
    write_rows(connection, WITHDRAWAL, [_word(run_id, entry.id, who, at) for entry in entries])


def _candidates(entries: Sequence[Entry], mode: Mode, preset: str) -> list[Entry]:
    return [one for one in entries if one.by == "candidate" and (one.mode, one.preset) == (mode, preset)]


def _pause(tried: int, rules: Rules) -> timedelta:
    # A view that is another one every night (a wall, a crowd) would leave a record behind every night. The
    # first candidate that fails is followed at once, every further one after twice the pause.
    return timedelta(hours=rules.apart_h * (2 ** min(tried - 1, 10) - 1))


def _entry(row: Row[Any], agreements: Sequence[Row[Any]], confirmations: Sequence[Row[Any]]) -> Entry:
    nights = [row.made, *(one.at for one in agreements if one.agrees)]
    # What a person confirmed stays a person's; nights say nothing more of it.
    spoken = next((one for one in reversed(confirmations) if one.by == "person"), None)
    last = spoken or (confirmations[-1] if confirmations else None)
    return Entry(
        id=row.id,
        mode=row.mode,
        preset=row.preset,
        by=last.by if last else row.by,
        who=last.who if last else row.who,
        made=row.made,
        since=last.at if last else row.made,
        nights=len(nights),
        last_night=max(nights),
        is_spent=any(not one.agrees for one in agreements),
    )


def _by_baseline(connection: Connection, table: Table, ids: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows_among(connection, table, table.c.baseline_id, ids):
        found[row.baseline_id].append(row)
    return found


def _word(run_id: int, baseline: int, who: str, at: datetime, **more: str) -> NewRow:
    return {"run_id": run_id, "baseline_id": baseline, "who": who, "at": at, **more}
