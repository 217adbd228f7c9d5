"""What people did to a sheet, cell by cell: typed, cleared, ticked, left, added; and what is unclear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from config import values as checked
from config.form import Form
from config.schema import Catalogue
from inventory.record import Scalar
from inventory.sheet_meta import META_PAGE, SheetMeta, Written
from inventory.sheet_survey import At
from inventory.sheets import Opened, Raw, SheetPage, address
from reports.importing.compared import Doubt, likeness
from reports.importing.form_words import is_what_was_written, on_record
from reports.importing.lines import by_column, settle
from reports.importing.parts import TICKS, take_apart
from reports.importing.places import NEW, Lost, Table, fixed_cells, tables
from reports.importing.unread import columns_unread, counted, lines_unread
from reports.importing.values import Refused, same, shown, tidy, understand, whole_number, without_tick

MOST_ADDED = 500  # cameras that one line may stand for


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that a cell speaks of. `left`: as it was; `cleared`: emptied; `ticked`: a √ put behind it."""

    subjects: tuple[str, ...]  # unit, system:s1, camera:d3.1
    field: str
    deed: Literal["typed", "cleared", "ticked", "left"]
    value: Scalar
    text: str  # as it stands in the cell
    written: str
    where: str
    label: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was not taken, and why. `values` fill in the sentence `importing.why_<why>`."""

    where: str
    label: str
    text: str
    why: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Added:
    """A line that a person added: so many cameras that no scan can see."""

    where: str
    fields: tuple[Edit, ...]
    count: int

    @property
    def row(self) -> dict[str, Scalar]:
        return {one.field: one.value for one in self.fields}


@dataclass(frozen=True, slots=True)
class Gone:
    """A line that is no longer in the sheet: nothing is taken away because of it."""

    page: str
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """Everything that a sheet says, beside what stood in it when it was written."""

    fields: tuple[Edit, ...] = ()
    added: tuple[Added, ...] = ()
    gone: tuple[Gone, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    unread: tuple[str, ...] = ()  # what people put beside the form's own columns and lines


def read_edits(opened: Opened, meta: SheetMeta, form: Form, catalogue: Catalogue) -> Edits:
    """Compare every cell with what was written there."""
    reader = _Reader(opened, meta, form, catalogue)
    for name in dict.fromkeys(one.page for one in meta.written):
        page = opened.pages.get(name)
        if page is None:
            reader.unclear.append(Unclear(name, "", "", "no_page"))
        elif name != META_PAGE:
            reader.page(page)
    for where, label, text in counted(opened, meta, form, catalogue):
        reader.unclear.append(Unclear(where, label, text, "counted"))
    return Edits(
        tuple(reader.agreed()),
        tuple(reader.added),
        tuple(reader.gone),
        tuple(reader.unclear),
        tuple(reader.unread),
    )


class _Reader:
    """Gathers what a sheet says, page by page."""

    def __init__(self, opened: Opened, meta: SheetMeta, form: Form, catalogue: Catalogue) -> None:
        self._opened = opened
        self._meta = meta
        self._form = form
        self._catalogue = catalogue
        self._fields: list[Edit] = []
        self.added: list[Added] = []
        self.gone: list[Gone] = []
        self.unclear: list[Unclear] = []
        self.unread: list[str] = []

    def page(self, page: SheetPage) -> None:
        cells: dict[str, list[tuple[Written, At | None]]] = defaultdict(list)
        for one, at in fixed_cells(page, self._meta):
            cells[one.cell].append((one, at))
        for many in cells.values():
            parts = [one for one, _ in many]
            at = many[0][1]
            if at is None:
                self.unclear.append(Unclear(f"{page.name}!{parts[0].cell}", parts[0].label, "", "moved"))
            else:
                self._fields.extend(self._cell(page, parts, page.at(*at), at))
        for table in tables(page, self._meta):
            if isinstance(table, Lost):
                self.unclear.append(Unclear(page.name, "", "", "no_keys"))
            else:
                self._table(table)

    def agreed(self) -> Iterator[Edit]:
        """Yield each field once: a unit's field that every line repeats must read the same in all of them."""
        by_field: dict[tuple[tuple[str, ...], str], list[Edit]] = defaultdict(list)
        for one in self._fields:
            by_field[one.subjects, one.field].append(one)
        for many in by_field.values():
            said = {(one.deed, repr(one.value)): one for one in many}
            if len(said) == 1:
                yield many[0]
                continue
            changed = [one for one in many if one.deed != "left"]
            first = changed[0]
            cells = "、".join(dict.fromkeys(one.where.rpartition("!")[2] for one in changed[:9]))
            values = {"count": str(len(many)), "cells": cells}
            self.unclear.append(Unclear(first.where, first.label, first.text, "unlike", values))

    def _table(self, table: Table) -> None:
        page = table.page
        for label in table.lost:
            self.unclear.append(Unclear(page.name, label, "", "no_column"))
        lines = settle(table)
        self.unread.extend(lines_unread(table, lines.totals))
        if lines.apart:
            cells = "、".join(address(table.corner(line)) for line in lines.apart[:9])
            self.unclear.append(Unclear(page.name, "", "", "apart", {"cells": cells}))
            return
        self.unread.extend(columns_unread(table, self._form, self._catalogue))
        self.gone.extend(Gone(page.name, self._meta.rows.get((page.name, key), ())) for key in lines.gone)
        self.unclear.extend(self._doubted(table, one) for one in lines.doubts)
        for key, line in lines.own.items():
            self._row(table, line, table.written[key])
        # A line that we proposed ourselves is nobody's word until somebody changes it.
        drafts = [
            line
            for key, written in table.written.items()
            if key.startswith(NEW)
            for line in table.lines.get(key, ())
            if _is_changed(table, line, written)
        ]
        for line in sorted((*lines.added, *drafts, *lines.copies)):
            self._added(table, line, copied=line in lines.copies)

    def _doubted(self, table: Table, one: Doubt) -> Unclear:
        cells = "" if one.other is None else address(table.corner(one.other))
        return Unclear(
            f"{table.page.name}!{address(table.corner(one.line))}", "", "", one.why, {"cells": cells}
        )

    def _row(self, table: Table, line: int, written: Sequence[Written]) -> None:
        for column, parts in by_column(table, written).items():
            at = table.at(line, column)
            raw = table.value(line, column)
            own = parts[0].field.removeprefix("#")
            if not parts[0].field.startswith("#"):
                self._fields.extend(self._cell(table.page, parts, raw, at))
            elif own == "count" and not same(raw, parts[0].written):
                values = {"written": parts[0].written}
                self._not_taken(table.page, at, parts[0].label, raw, "count", values)

    def _added(self, table: Table, line: int, *, copied: bool) -> None:
        """Take a line without a key for new cameras, if all of it can be understood."""
        before = len(self.unclear)
        count = 1
        fields: list[Edit] = []
        first = table.page.name
        for column, parts in table.means.items():
            if column not in table.columns:
                continue
            raw, at = table.value(line, column), table.at(line, column)
            first = f"{table.page.name}!{address(at)}" if first == table.page.name else first
            if parts[0].field == "#count":
                found = whole_number(raw) if shown(raw).strip() else 1
                if isinstance(found, Refused) or not 1 <= found <= MOST_ADDED:
                    self._not_taken(
                        table.page, at, parts[0].label, raw, "quantity", {"most": str(MOST_ADDED)}
                    )
                else:
                    count = found
            elif not parts[0].field.startswith("#"):
                fields.extend(one for one in self._cell(table.page, parts, raw, at) if one.deed == "typed")
        of_cameras = [one for one in fields if self._catalogue.fields[one.field].level == "camera"]
        strange = [one for one in fields if one not in of_cameras and not self._is_known(one)]
        if not of_cameras and any(self._catalogue.fields[one.field].level == "system" for one in fields):
            self.unclear.append(Unclear(first, "", "", "new_system"))
            return
        for one in strange:
            self.unclear.append(Unclear(one.where, one.label, one.text, "other_unit"))
        if not of_cameras:
            if fields or len(self.unclear) > before:
                self.unclear.append(Unclear(first, "", "", "empty_line"))
        elif copied and self._is_copy(table, line, of_cameras):
            self.unclear.append(Unclear(first, "", "", "copy"))
        elif len(self.unclear) == before:
            self.added.append(Added(first, (*of_cameras, *self._implied(of_cameras)), count))
        else:
            self.unclear.append(Unclear(first, "", "", "line_waits"))

    def _implied(self, fields: Sequence[Edit]) -> Iterator[Edit]:
        """Yield what a form of wanted cameras alone says of a line by being that form: 拟新建."""
        said = {one.field for one in fields}
        for block in self._form.blocks:
            for name, words in getattr(block, "where", {}).items():
                if len(words) == 1 and name not in said:
                    yield replace(fields[0], field=name, value=words[0], text=words[0], written="", label="")

    def _is_known(self, one: Edit) -> bool:
        """Say whether a unit's or system's field in an added line repeats what the other lines say."""
        written = {each.written for each in self._meta.written if each.field == one.field and each.row}
        return not written or any(same(one.text, each) for each in written)

    def _is_copy(self, table: Table, line: int, fields: Sequence[Edit]) -> bool:
        """Say whether a copied line says what its original says, or splits it: the number was changed."""
        key = next(key for key, lines in table.lines.items() if line in lines)
        held = {one.field: one.written for one in table.written[key]}
        split = any(one.why == "count" for one in self.unclear)
        return split or all(same(one.text, held.get(one.field, "")) for one in fields)

    def _cell(self, page: SheetPage, parts: Sequence[Written], raw: Raw, at: At) -> Iterator[Edit]:
        if at in page.broken:
            self._not_taken(page, at, parts[0].label, page.broken[at], "formula")
            return
        bare = without_tick(shown(raw)) if len(parts) > 1 and not any(part.part for part in parts) else None
        apart = take_apart(raw if bare is None else bare, parts)
        if isinstance(apart, Refused):
            self._not_taken(page, at, parts[0].label, raw, apart.why)
            return
        several = sum(part.part == TICKS for part in parts) > 1
        for part, whole in zip(parts, apart, strict=True):
            if part.field not in self._catalogue.fields:
                continue
            piece = self._own_ticks(part, whole) if several and part.part == TICKS else whole
            if self._is_of_its_level(part):
                yield from self._part(page, part, piece, at, is_ticked=bare is not None)
            elif not same(piece, part.written):
                self._not_taken(page, at, part.label, raw, "not_here")

    def _own_ticks(self, part: Written, ticked: Raw) -> str:
        """Return those of a cell's ticked words that are this field's: two questions may share a cell."""
        allowed = self._catalogue.fields[part.field].allowed
        words = (word for word in shown(ticked).split("、") if word)
        return "、".join(
            word for word in words if on_record(word, part.field, self._form, self._catalogue) in allowed
        )

    def _is_of_its_level(self, part: Written) -> bool:
        kind = part.subject.partition(":")[0]
        level = self._catalogue.fields[part.field].level
        return kind == NEW or level == {"group": "camera"}.get(kind, kind)

    def _part(
        self, page: SheetPage, part: Written, raw: Raw, at: At, *, is_ticked: bool = False
    ) -> Iterator[Edit]:
        rule = self._catalogue.fields[part.field]
        bare = without_tick(shown(raw)) if part.part != TICKS else None
        if bare is not None:
            raw, is_ticked = bare, True
        text = shown(raw)

        def edit(deed: Literal["typed", "cleared", "ticked", "left"], value: Scalar) -> Edit:
            where = f"{page.name}!{address(at)}"
            return Edit(self._subjects(part), part.field, deed, value, text, part.written, where, part.label)

        if not tidy(text):  # an unseen sign is no word
            yield edit("cleared" if part.written.strip() else "left", None)
        elif same(raw, part.written) or (part.part == TICKS and _words(text) == _words(part.written)):
            yield edit("ticked" if is_ticked else "left", None)
        else:
            said = on_record(raw, part.field, self._form, self._catalogue)
            value = said if isinstance(said, Refused) else understand(rule, said)
            if isinstance(value, Refused):
                self._not_taken(page, at, part.label, raw, value.why, {"words": "、".join(value.words)})
            elif value is not None and (mistake := checked.mistake_in(rule, value)):
                self._not_taken(page, at, part.label, raw, "mistake", {"mistake": mistake})
            elif is_what_was_written(value, part.written, part.field, self._form, self._catalogue):
                yield edit("ticked" if is_ticked else "left", None)
            else:
                yield edit("typed", value)

    def _subjects(self, part: Written) -> tuple[str, ...]:
        kind, _, _ = part.subject.partition(":")
        if kind == "group":
            return tuple(f"camera:{one}" for one in self._meta.rows.get((part.page, part.row), ()))
        return (part.subject,)

    def _not_taken(
        self, page: SheetPage, at: At, label: str, raw: Raw, why: str, values: Mapping[str, str] | None = None
    ) -> None:
        where = f"{page.name}!{address(at)}"
        self.unclear.append(Unclear(where, label, shown(raw), why, values or {}))


def _is_changed(table: Table, line: int, written: Sequence[Written]) -> bool:
    columns = by_column(table, written)
    return likeness(table, line, columns) < len(columns)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in text.replace("/", "、").split("、") if word)
