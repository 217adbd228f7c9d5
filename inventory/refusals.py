"""Which login each device refused, and why. It is not tried there again until a person sets it anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from inventory.identity import STRENGTH, Face, Key, keys_of_target
from inventory.known import OnRecord
from inventory.match import Keys, Known, contradict, same_place
from inventory.rows import NewRow, write_rows
from inventory.tables import REFUSAL
from probe.model import DeviceReport, Gap, NotMeasured, Target
from probe.transport.login import Refusal


@dataclass(frozen=True, slots=True)
class _Note:
    """One refusal as it was written; `device` is None until the end of a run tells whose it was."""

    id: int
    device: int | None
    face: Face
    keys: Keys
    label: str
    said: Refusal


def refuse(connection: Connection, target: Target, refused: Mapping[str, Gap], at: datetime) -> None:
    """Write what a target refuses, at once. Which device it is may not be known yet."""
    write_rows(
        connection, REFUSAL, [_row(None, target, label, Refusal(gap, at)) for label, gap in refused.items()]
    )


def tie_refusals(
    connection: Connection, on_record: OnRecord, answers: Iterable[tuple[int, DeviceReport]], at: datetime
) -> None:
    """Write whose refusals they were, now that every answer of a run has its device."""
    newest: dict[tuple[int | str, str], _Note] = {}
    for note in _standing(connection, on_record):
        whose = place_of(note.face) if note.device is None else note.device
        newest[whose, note.label] = note
    rows: list[NewRow] = []
    for device, report in answers:
        for label in dict.fromkeys(report.refused):
            here, before = newest.get((report.target.name, label)), newest.get((device, label))
            if here is not None and not contradict(here.keys, keys_of_target(report.target)):
                rows.append(_row(device, report.target, label, here.said))
            elif before is None:
                rows.append(_row(device, report.target, label, Refusal(_reason(report), at)))
    write_rows(connection, REFUSAL, rows)


def by_target(
    connection: Connection, on_record: OnRecord, targets: Iterable[Target]
) -> dict[str, dict[str, Refusal]]:
    """Return what each target refused before, wherever it stood then: by its keys, else by its place."""
    tied: dict[int, list[_Note]] = defaultdict(list)
    loose: list[_Note] = []
    for note in _standing(connection, on_record):
        (loose if note.device is None else tied[note.device]).append(note)
    holders = {key: one for one in on_record.devices for key in one.keys - on_record.shared}
    at_address: dict[str, list[Known]] = defaultdict(list)
    for one in on_record.devices:
        at_address[one.face.address].append(one)

    answer: dict[str, dict[str, Refusal]] = {}
    for target in targets:
        face = _face(target)
        keys = keys_of_target(target) - on_record.shared
        device = _holder(keys, holders) or _at_its_place(keys, face, at_address[target.address])
        mine = list(tied[device.id]) if device else []
        known = keys | (device.keys - on_record.shared) if device else keys
        mine += [note for note in loose if _speaks_of(note, face, known, on_record.shared)]
        answer[target.name] = {note.label: note.said for note in sorted(mine, key=lambda note: note.id)}
    return answer


def place_of(face: Face) -> str:
    """Return the place as a target is written: address, or address:port where it was asked for by port."""
    return Target(face.address, pinned=face.pinned).name


def _holder(keys: Keys, holders: Mapping[Key, Known]) -> Known | None:
    for kind in STRENGTH:
        for key in sorted(key for key in keys if key.kind == kind):
            if key in holders:
                return holders[key]
    return None


def _at_its_place(keys: Keys, face: Face, there: Iterable[Known]) -> Known | None:
    """Return the device last seen at this place, the newest if there were several.

    A stranger at the place of a device that is known by other keys has refused nothing yet.
    """
    fits = [one for one in there if same_place(face, one.face) and not contradict(keys, one.keys)]
    return max(fits, key=lambda one: (one.face.pinned == face.pinned, one.id), default=None)


def _speaks_of(note: _Note, face: Face, keys: Keys, shared: Keys) -> bool:
    if (note.keys - shared) & keys:
        return True
    return same_place(note.face, face) and not contradict(note.keys - shared, keys)


def _reason(report: DeviceReport) -> Gap:
    gaps = {one.reading.gap for one in report.evidence if isinstance(one.reading, NotMeasured)}
    return Gap.LOCKED if Gap.LOCKED in gaps else Gap.AUTH_REFUSED


def _standing(connection: Connection, on_record: OnRecord) -> Iterable[_Note]:
    """Return the refusals in their order, without those that were written again with their device."""
    notes = [_note(row, on_record) for row in connection.execute(select(REFUSAL).order_by(REFUSAL.c.id))]
    tied = {(place_of(one.face), one.label): one.id for one in notes if one.device is not None}
    return [
        one
        for one in notes
        if one.device is not None or one.id > tied.get((place_of(one.face), one.label), 0)
    ]


def _note(row: Row[Any], on_record: OnRecord) -> _Note:
    return _Note(
        id=row.id,
        device=None if row.device_id is None else on_record.same[row.device_id],
        face=Face(row.address, row.pinned, frozenset(row.ports)),
        keys=frozenset(Key(kind, value) for kind, value in row.keys),
        label=row.credential,
        said=Refusal(Gap(row.gap), row.at),
    )


def _row(device: int | None, target: Target, label: str, said: Refusal) -> NewRow:
    return {
        "device_id": device,
        "at": said.at,
        "address": target.address,
        "pinned": target.pinned,
        "ports": list(target.ports),
        "keys": sorted(keys_of_target(target)),
        "credential": label,
        "gap": said.gap.value,
    }


def _face(target: Target) -> Face:
    return Face(target.address, target.pinned, frozenset(target.ports))
