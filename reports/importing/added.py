"""Lines that people added, set against the cameras that the same sheet brought before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inventory.record import Scalar
from inventory.taking import HandCamera
from reports.importing.edits import Added, Edit, Unclear
from reports.importing.record_now import RecordNow, alike, last_of, says

_ALIKE = 0.5  # of two lines' fields: as many equal ones make a later version of the same line


@dataclass(frozen=True, slots=True)
class Match:
    """A line, how many of its cameras are on record already, and how many are new."""

    line: Added
    known: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Matched:
    """`edits` are changes of lines that were brought before, `lost` the cameras whose lines are gone."""

    matches: tuple[Match, ...]
    edits: tuple[Edit, ...]
    lost: tuple[str, ...]
    unclear: tuple[Unclear, ...]


def match_added(lines: Sequence[Added], record: RecordNow) -> Matched:
    """Find the cameras of lines that were brought before: the same line never adds them twice."""
    of_sheet = {one.id: one.file for one in record.ground.imports if one.export == record.export}
    pool = [one for one in record.ground.added if one.import_id in of_sheet]
    now = {one.id: _row_now(one, record) for one in pool}
    matches: list[Match] = []
    strange: list[Added] = []
    for line in lines:
        found = [one for one in pool if _equal(one.row, line.row) or _equal(now[one.id], line.row)][
            : line.count
        ]
        pool = [one for one in pool if one not in found]
        if found:
            matches.append(Match(line, len(found), line.count - len(found)))
        else:
            strange.append(line)
    edits: list[Edit] = []
    for line in strange:
        # Another person's copy of the sheet has another name: its lines are never taken for changed ones.
        own = [one for one in pool if of_sheet[one.import_id] == record.file]
        kin = _nearest(line, own, now)[: line.count]
        pool = [one for one in pool if one not in kin]
        edits.extend(edit for one in kin for edit in _changes(line, one, now[one.id]))
        matches.append(Match(line, len(kin), line.count - len(kin)))
    left = [one for one in pool if of_sheet[one.import_id] == record.file]
    return Matched(tuple(matches), tuple(edits), tuple(one.id for one in left), ())


def _row_now(camera: HandCamera, record: RecordNow) -> dict[str, Scalar]:
    said = record.ground.said.get(f"camera:{camera.id}", {})
    last = ((field, last_of(record.typed(f"camera:{camera.id}", field))) for field in said)
    return {field: one.value for field, one in last if one is not None and says(one)}


def _equal(one: Mapping[str, Scalar], other: Mapping[str, Scalar]) -> bool:
    return one.keys() == other.keys() and all(alike(one[field], other[field]) for field in one)


def _nearest(
    line: Added, pool: Sequence[HandCamera], now: Mapping[str, Mapping[str, Scalar]]
) -> list[HandCamera]:
    """Return the cameras of one earlier line that has most in common with this one, if it is enough."""
    groups: dict[tuple[int, str], list[HandCamera]] = defaultdict(list)
    for one in pool:
        groups[one.import_id, repr(sorted(now[one.id].items()))].append(one)
    likeness = {key: _likeness(line.row, now[many[0].id]) for key, many in groups.items()}
    best = max(likeness, key=lambda key: likeness[key], default=None)
    return groups[best] if best is not None and likeness[best] >= _ALIKE else []


def _likeness(one: Mapping[str, Scalar], other: Mapping[str, Scalar]) -> float:
    fields = {*one, *other}
    equal = sum(field in one and field in other and alike(one[field], other[field]) for field in fields)
    return equal / len(fields) if fields else 0.0


def _changes(line: Added, camera: HandCamera, now: Mapping[str, Scalar]) -> list[Edit]:
    subjects = (f"camera:{camera.id}",)
    typed = [replace(one, subjects=subjects) for one in line.fields]
    first = line.fields[0]
    gone = [
        replace(
            first, subjects=subjects, field=field, deed="cleared", value=None, text="", written="", label=""
        )
        for field in now
        if field not in line.row
    ]
    return [*typed, *gone]
