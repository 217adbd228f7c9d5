"""What a sheet is set against, and how its words go on record: all of them at once, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, func, insert, select

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory import known, viewing
from inventory.people import Claims, PeoplesWords, load_sayings, load_words, workspace_code
from inventory.record import FieldValue, Scalar, View
from inventory.recording import claim_row
from inventory.rows import NewRow, next_id, write_rows
from inventory.tables import CLAIM, HAND_CAMERA, RUN, SAYING, SHEET_IMPORT

Row = Mapping[str, Scalar]  # what a line said of its cameras, by field
Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """One file that was taken in. `export` names the sheet that it was when we wrote it."""

    id: int
    export: str
    file: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandCamera:
    """A camera that a line of an import added, as one of several where the line stands for several."""

    id: str
    import_id: int
    row: Row
    place: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything on record that a sheet is compared with. `stamp` changes with every word that is added."""

    workspace: str
    view: View
    words: PeoplesWords
    said: Mapping[str, Claims]  # by subject: unit, system:s1, camera:d3.1, camera:h1
    imports: tuple[Import, ...]
    added: tuple[HandCamera, ...]
    now: Mapping[str, str]  # from a camera's id to the id it has now: two records may have become one
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Word:
    """One claim to put on record."""

    subject: str
    field: str
    said: FieldValue


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A camera to add, with what its line says of it."""

    row: Row
    place: int
    words: tuple[tuple[str, FieldValue], ...]


@dataclass(frozen=True, slots=True)
class Taking:
    """What one import puts on record."""

    export: str
    file: str
    digest: str
    who: str
    at: datetime
    words: tuple[Word, ...] = ()
    newcomers: tuple[Newcomer, ...] = ()


def load_ground(connection: Connection, catalogue: Catalogue) -> Ground:
    """Return what a sheet is compared with."""
    same = known.load_same(connection)
    said: dict[str, Claims] = dict(load_sayings(connection))
    for (device, channel), claims in known.load_claims(connection, same).items():
        said[f"camera:d{device}.{channel}"] = claims
    imports = connection.execute(select(SHEET_IMPORT).order_by(SHEET_IMPORT.c.id))
    added = connection.execute(select(HAND_CAMERA).order_by(HAND_CAMERA.c.id))
    return Ground(
        workspace=workspace_code(connection),
        view=viewing.view(connection, catalogue, None),
        words=load_words(connection, catalogue),
        said=said,
        imports=tuple(Import(row.id, row.export, row.file, row.who, row.at) for row in imports),
        added=tuple(HandCamera(f"h{row.id}", row.import_id, row.row, row.place) for row in added),
        now={f"d{one}": f"d{record}" for one, record in same.items()},
        stamp=_stamp(connection),
    )


def take_in(connection: Connection, taking: Taking, stamp: Stamp) -> Sequence[str]:
    """Put an import on record and return the ids of the cameras it adds.

    Raise UsageError if anything was said or scanned since the ground was read.
    """
    if _stamp(connection) != stamp:
        raise UsageError(say("importing.moved_on"))
    run_id = stamp[0]
    import_id = next_id(connection, SHEET_IMPORT)
    row = {"export": taking.export, "file": taking.file, "digest": taking.digest, "who": taking.who}
    write_rows(connection, SHEET_IMPORT, [{"id": import_id, "run_id": run_id, "at": taking.at, **row}])
    first = next_id(connection, HAND_CAMERA)
    ids = [f"h{first + number}" for number in range(len(taking.newcomers))]
    cameras: list[NewRow] = [
        {"run_id": run_id, "import_id": import_id, "row": dict(one.row), "place": one.place}
        for one in taking.newcomers
    ]
    write_rows(connection, HAND_CAMERA, cameras)
    words = [*taking.words]
    for camera, one in zip(ids, taking.newcomers, strict=True):
        words.extend(Word(f"camera:{camera}", name, said) for name, said in one.words)
    for word in words:
        _write(connection, run_id, word)
    return ids


def _write(connection: Connection, run_id: int, word: Word) -> None:
    row = {"run_id": run_id, **claim_row(word.field, word.said)}
    camera = word.subject.removeprefix("camera:")
    if camera != word.subject and camera.startswith("d"):
        device_id, channel = viewing.camera_key(connection, camera)
        connection.execute(insert(CLAIM), {**row, "device_id": device_id, "channel": channel})
    else:
        connection.execute(insert(SAYING), {**row, "subject": word.subject})


def _stamp(connection: Connection) -> Stamp:
    return tuple(_last(connection, table) for table in (RUN, CLAIM, SAYING, SHEET_IMPORT))


def _last(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0)
