"""What people said about the unit and its systems, and the cameras they added by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from config.schema import Catalogue
from inventory.derive import goes_with
from inventory.known import NOW
from inventory.merge import merge
from inventory.record import CameraRecord, FieldValue
from inventory.tables import HAND_CAMERA, SAYING, WORKSPACE

Claims = Mapping[str, Sequence[FieldValue]]  # by field id, oldest first


@dataclass(frozen=True, slots=True)
class PeoplesWords:
    """Every claim on the unit and on each system by its id, and the cameras that no scan can see.

    What camcensus.toml said when a sheet was imported stands here too, as a claim by
    `camcensus.toml: <field>`: so it is known whether the file or the sheet spoke last.
    """

    unit: Claims = field(default_factory=dict)
    systems: Mapping[str, Claims] = field(default_factory=dict)
    added: tuple[CameraRecord, ...] = ()


def load_words(connection: Connection, catalogue: Catalogue, up_to: int = NOW) -> PeoplesWords:
    """Return what people had said by the end of this run."""
    sayings = load_sayings(connection, up_to)
    systems = {
        subject.removeprefix("system:"): claims
        for subject, claims in sayings.items()
        if subject.startswith("system:")
    }
    made = connection.scalars(
        select(HAND_CAMERA.c.id).where(HAND_CAMERA.c.run_id <= up_to).order_by(HAND_CAMERA.c.id)
    )
    added = tuple(_camera(f"h{one}", sayings.get(f"camera:h{one}", {}), catalogue) for one in made)
    return PeoplesWords(sayings.get("unit", {}), systems, added)


def load_sayings(connection: Connection, up_to: int = NOW) -> Mapping[str, Claims]:
    """Return by subject (unit, system:s1, camera:h1) everything ever said of it."""
    sayings: dict[str, dict[str, list[FieldValue]]] = defaultdict(lambda: defaultdict(list))
    rows = connection.execute(select(SAYING).where(SAYING.c.run_id <= up_to).order_by(SAYING.c.id))
    for row in rows:
        sayings[row.subject][row.field].append(_said(row))
    return sayings


def workspace_code(connection: Connection) -> str:
    """Return the random id that tells this workspace's sheets from those of another."""
    return str(connection.scalar(select(WORKSPACE.c.code).order_by(WORKSPACE.c.id).limit(1)))


def _camera(camera_id: str, said: Claims, catalogue: Catalogue) -> CameraRecord:
    fields = dict(_merged(said, catalogue))
    for name, guess in goes_with(fields.get("position"), catalogue).items():
        claims = [*said.get(name, ()), guess]
        if (value := merge(claims, catalogue.fields[name].wins).value) is not None:
            fields[name] = value
    return CameraRecord(camera_id, "", 1, (), fields, answered=False)


def _merged(said: Claims, catalogue: Catalogue) -> Iterator[tuple[str, FieldValue]]:
    for name, claims in said.items():
        if name in catalogue.fields:
            value = merge(claims, catalogue.fields[name].wins).value
            if value is not None:
                yield name, value


def _said(row: Row[tuple[object, ...]]) -> FieldValue:
    return FieldValue(row.value, row.source, row.by, row.at, row.confirmed, row.note)
