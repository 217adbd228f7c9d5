"""What stands on record beside a sheet: the value of a field now, and who said what of it before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.site import FILE
from inventory.ledger import Ledger
from inventory.merge import order
from inventory.record import FieldValue, Scalar
from inventory.sheet_meta import SheetMeta
from inventory.taking import Ground, Import
from reports.importing.values import same, shown

Fields = Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class RecordNow:
    """Reads the record for one sheet: `made` is when it was written, `export` what it is known by.

    `file` is the name under which it came back: two people may each have a copy.
    """

    ground: Ground
    ledger: Ledger
    export: str
    file: str
    made: datetime
    fields: Mapping[str, Fields]  # by subject
    conflicts: Mapping[tuple[str, str], FieldValue]  # what was measured, by subject and field
    is_saved: bool = True  # by a program of theirs: the file is no longer as we wrote it

    def subject(self, subject: str) -> str:
        """Return the subject under the id that it has now: two records may have become one camera's."""
        device, dot, channel = subject.removeprefix("camera:").partition(".")
        if subject.startswith("camera:d") and dot:
            return f"camera:{self.ground.now.get(device, device)}.{channel}"
        return subject

    def is_known(self, subject: str) -> bool:
        return subject in self.fields

    def value(self, subject: str, field: str) -> FieldValue | None:
        """Return what stands on record, or None for a blank."""
        found = self.fields.get(subject, {}).get(field)
        return found if found is not None and says(found) else None

    def typed(self, subject: str, field: str) -> list[FieldValue]:
        """Return what people said of it, the last word last."""
        said = self.ground.said.get(subject, {}).get(field, ())
        return sorted((one for one in said if one.source == "person"), key=order)

    def is_of_file(self, said: FieldValue) -> bool:
        """Say whether a word came from this file, as it was when it was brought before."""
        return any(one.at == said.at and one.file == self.file for one in self._imports())

    def is_of_sheet(self, said: FieldValue) -> bool:
        """Say whether a word came from this sheet, in whatever copy."""
        return any(one.at == said.at for one in self._imports())

    def is_undoing(self, said: FieldValue) -> bool:
        """Say whether a cell as it was written takes a word back: this file said it and was edited on."""
        return self.is_saved and self.is_of_file(said)

    def _imports(self) -> Iterator[Import]:
        return (one for one in self.ground.imports if one.export == self.export)

    def measured(self, subject: str, field: str) -> FieldValue | None:
        """Return what a measurement says of it, where a person's word stands or the other way round."""
        if (subject, field) in self.conflicts:
            return self.conflicts[subject, field]
        value = self.value(subject, field)
        return value if value is not None and value.source in ("measured", "derived") else None


def record_now(
    ground: Ground, ledger: Ledger, meta: SheetMeta, file: str, *, is_saved: bool = True
) -> RecordNow:
    """Return the record as it is read for a sheet that came back as `file`."""
    fields: dict[str, Fields] = {"unit": ledger.unit}
    fields |= {f"system:{one.id}": one.fields for one in ledger.systems}
    fields |= {f"camera:{one.id}": one.fields for one in ledger.cameras}
    conflicts = {(f"camera:{one.camera_id}", one.field): one.measured for one in ground.view.conflicts}
    return RecordNow(ground, ledger, meta.export, file, meta.made, fields, conflicts, is_saved)


def says(said: FieldValue) -> bool:
    return said.value is not None and str(said.value).strip() != ""


def alike(one: Scalar, other: Scalar) -> bool:
    """Say whether two values are the same word; 3 and 3.0 are, True and 1 are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if one is None or other is None:
        return (one or "") == (other or "")
    return same(shown(one), shown(other))


def is_of_profile(said: FieldValue) -> bool:
    """Say whether a word stands in camcensus.toml."""
    return said.source == "person" and said.by.startswith(FILE)


def last_of(said: Sequence[FieldValue]) -> FieldValue | None:
    return said[-1] if said else None
