"""What the database knows about who is who: devices with their keys, joins, faces and kinds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import ColumnElement, Connection, select

from inventory.identity import Face, Key
from inventory.match import Known
from inventory.record import FieldValue, Kind
from inventory.rows import rows_among
from inventory.tables import CLAIM, DEVICE, DEVICE_JOIN, DEVICE_KEY, SHARED_KEY, VISIT

NOW = 1 << 62  # later than any run

CameraKey = tuple[int, int]  # device, channel
Same = Mapping[int, int]  # from every device id to the record it is part of


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The devices as they stood after a run."""

    devices: tuple[Known, ...] = ()
    shared: frozenset[Key] = frozenset()
    same: Same = field(default_factory=dict)
    kinds: Mapping[int, Kind] = field(default_factory=dict)


def load(connection: Connection, up_to: int = NOW) -> OnRecord:
    same = load_same(connection, up_to)
    keys: dict[int, set[Key]] = defaultdict(set)
    for row in connection.execute(select(DEVICE_KEY).where(DEVICE_KEY.c.run_id <= up_to)):
        keys[same[row.device_id]].add(Key(row.key, row.value))
    shared = connection.execute(select(SHARED_KEY).where(SHARED_KEY.c.run_id <= up_to))
    return OnRecord(
        devices=tuple(
            Known(device, frozenset(keys[device]), face)
            for device, face in sorted(_load_faces(connection, same, up_to).items())
        ),
        shared=frozenset(Key(row.key, row.value) for row in shared),
        same=same,
        kinds=load_kinds(connection, same, up_to),
    )


def load_claims(
    connection: Connection, same: Same, up_to: int = NOW, fields: Sequence[str] | None = None
) -> dict[CameraKey, dict[str, list[FieldValue]]]:
    """Return all that was ever claimed, or that on these fields, by camera and field, as it was written."""
    claims: dict[CameraKey, dict[str, list[FieldValue]]] = defaultdict(lambda: defaultdict(list))
    asked = select(CLAIM).where(CLAIM.c.run_id <= up_to).order_by(CLAIM.c.id)
    for row in connection.execute(asked if fields is None else asked.where(CLAIM.c.field.in_(fields))):
        by, via, doubt = (*row.by, "")[:3] if isinstance(row.by, list) else (row.by, "", "")
        said = FieldValue(row.value, row.source, by, row.at, row.confirmed, row.note, via, doubt)
        claims[same[row.device_id], row.channel][row.field].append(said)
    return claims


def newest_visits(connection: Connection, same: Same, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Return by device the id of its newest visit that fulfils the conditions."""
    # From the newest one back, device by device: after ten years there are a third of a million visits.
    visit = select(VISIT.c.id).where(VISIT.c.device_id == DEVICE.c.id, *conditions)
    last = visit.order_by(VISIT.c.id.desc()).limit(1).correlate(DEVICE).scalar_subquery()
    newest: dict[int, int] = {}
    for device_id, visit_id in connection.execute(select(DEVICE.c.id, last)):
        if visit_id is not None:
            device = same[device_id]
            newest[device] = max(visit_id, newest.get(device, 0))
    return newest


def first_visits(connection: Connection, same: Same) -> dict[int, int]:
    """Return by device the id of its first visit."""
    visit = select(VISIT.c.id).where(VISIT.c.device_id == DEVICE.c.id).order_by(VISIT.c.id).limit(1)
    first: dict[int, int] = {}
    for device_id, visit_id in connection.execute(
        select(DEVICE.c.id, visit.correlate(DEVICE).scalar_subquery())
    ):
        if visit_id is not None and device_id in same:
            device = same[device_id]
            first[device] = min(visit_id, first.get(device, visit_id))
    return first


def load_same(connection: Connection, up_to: int = NOW) -> dict[int, int]:
    """Return from every device id the record that it is part of."""
    same = {one: one for one in connection.scalars(select(DEVICE.c.id).where(DEVICE.c.run_id <= up_to))}
    joins = select(DEVICE_JOIN).where(DEVICE_JOIN.c.run_id <= up_to).order_by(DEVICE_JOIN.c.id)
    for row in connection.execute(joins):
        into = same[row.into_id]
        same.update({one: into for one, now in same.items() if now == row.device_id})
    return same


def _load_faces(connection: Connection, same: Same, up_to: int) -> dict[int, Face]:
    newest = newest_visits(connection, same, VISIT.c.run_id <= up_to)
    named = newest_visits(connection, same, VISIT.c.run_id <= up_to, VISIT.c.model != "")
    wanted = {*newest.values(), *named.values()}
    rows = {row.id: row for row in rows_among(connection, VISIT, VISIT.c.id, wanted)}
    faces = {}
    for device, visit_id in newest.items():
        row = rows[visit_id]
        model = rows[named[device]].model if device in named else ""
        faces[device] = Face(row.address, row.pinned, frozenset(row.ports), model)
    return faces


def load_kinds(connection: Connection, same: Same, up_to: int = NOW) -> dict[int, Kind]:
    """Return what every device was when anybody could tell last."""
    newest = newest_visits(connection, same, VISIT.c.run_id <= up_to, VISIT.c.kind != "unknown")
    kinds = {row.id: row.kind for row in rows_among(connection, VISIT, VISIT.c.id, newest.values())}
    return {device: cast("Kind", kinds[visit_id]) for device, visit_id in newest.items()}
