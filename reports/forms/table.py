"""Tables that are no lists: a grid of labels and values, and records that stand side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from config.blocks import GridBlock, GridCell, GridRow, RecordLine, RecordsBlock
from config.grid import columns_of
from reports.forms.content import Told, tell, typed
from reports.forms.desk import Desk
from reports.forms.draft import Draft, Place, cell, flat
from reports.forms.rules import DRAFTS
from reports.forms.subject import Item, Subject
from reports.paper import About, Look
from reports.sheet import Filled

_KEY_HEADER = "_key"


def grid(draft: Draft, block: GridBlock, subject: Subject) -> None:
    """Set a grid; a row that is repeated stands once for each of its groups."""
    desk = draft.desk
    expanded = [line for row in block.rows for line in _repeats(desk, row, subject)]
    places = draft.places(block.widths)
    lefts = columns_of([[(one.columns, one.rows) for one in cells] for _, cells, _ in expanded], len(places))
    above: dict[int, str] = {}
    printed = Counter(flat(one.text) for _, cells, _ in expanded for one in cells)
    for (height, cells, group), columns in zip(expanded, lefts, strict=True):
        if height:
            draft.heights[draft.line] = height
        beside = anchor = ""
        for one, left in zip(cells, columns, strict=True):
            is_label = not one.figures and bool(one.text)
            look: Look = _look(one, is_label=is_label)
            label = one.name or beside or above.get(left, "")
            if is_label and look in ("label", "head"):
                beside = above[left] = flat(one.text)
                anchor = beside if printed[beside] == 1 else anchor
            place = (places[left][0], sum(places[left + right][1] for right in range(one.columns)))
            # What stands once beside several groups speaks for all of them.
            told = tell(desk, one, subject if one.once else group, label)
            made = cell(draft, place, one, told, look=look, label=label, rows=one.rows, border=block.border)
            unanchored = "" if one.text else "—"  # the name may be printed on another line
            draft.cells.append(replace(made, anchor=(anchor or unanchored) if one.name else ""))
        draft.line += 1
    draft.shown.update(dict.fromkeys(item.id for item in subject.items))


def _look(one: GridCell, *, is_label: bool) -> Look:
    if one.look is None:
        return "label" if is_label else "value"
    return one.look


def _repeats(
    desk: Desk, row: GridRow, subject: Subject
) -> Iterator[tuple[float, tuple[GridCell, ...], Subject]]:
    if row.each is None:
        yield row.height, row.cells, subject
        return
    items = subject.items if row.each.of == "cameras" else subject.recorders
    groups: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        values = [desk.of_item(name, item, subject) for name in row.each.by]
        words = [
            "" if value is None else desk.text(name, value)
            for name, value in zip(row.each.by, values, strict=True)
        ]
        groups.setdefault(tuple(words), []).append(item)
    largest = sorted(groups.values(), key=lambda group: -sum(item.number for item in group))
    repeats = max(len(largest), row.each.least)
    for number in range(repeats):
        members = tuple(largest[number]) if number < len(largest) else ()
        part = replace(subject, number=number + 1)
        part = replace(part, items=members) if row.each.of == "cameras" else replace(part, recorders=members)
        cells = tuple(
            one.model_copy(update={"rows": repeats}) if one.once else one
            for one in row.cells
            if number == 0 or not one.once
        )
        yield row.height, cells, part


def chunks(desk: Desk, block: RecordsBlock, subject: Subject) -> list[tuple[Subject | None, ...]]:
    """Return the records of each printed page; None where a column stays blank."""
    records: list[Subject | None]
    if block.record_for == "subject":
        records = [subject]
    else:
        items = sorted(
            (one for one in subject.items if desk.fits(block.where, one, subject)), key=lambda one: one.order
        )
        if block.drafts and desk.choices.drafts:
            items += DRAFTS[block.drafts](desk, subject)
        records = [subject.narrowed(one.about, (one,), number) for number, one in enumerate(items, start=1)]
    records += [None] * (-len(records) % block.columns or (0 if records else block.columns))
    return [tuple(records[start : start + block.columns]) for start in range(0, len(records), block.columns)]


def records(draft: Draft, block: RecordsBlock, page: Sequence[Subject | None]) -> None:
    """Set one printed page of records."""
    desk = draft.desk
    places = draft.places((*block.widths[:-1], *[block.widths[-1]] * block.columns))
    fixed = len(block.widths) - 1
    keys = [_key(one) for one in page]
    for lines in _runs(block.lines):
        for depth, one in enumerate(lines):
            label = flat(one.label)
            name = flat(f"{one.group} {one.label}".strip())
            if one.group and depth == 0:
                _label(draft, places[0], one.group, rows=len(lines))
            beside = places[1] if one.group else _both(places) if block.grouped else places[0]
            _label(draft, beside, one.label, about=_columns(desk, one))
            sample = GridCell(text=one.sample)
            draft.cells.append(
                cell(
                    draft,
                    places[fixed - 1],
                    sample,
                    Told(Filled(one.sample or None)),
                    look="sample",
                    label=label,
                )
            )
            for place, subject, key in zip(places[fixed:], page, keys, strict=True):
                told = Told(Filled(None)) if subject is None else tell(desk, one, subject, name)
                draft.cells.append(cell(draft, place, one, told, look="value", label=name, key=key))
            draft.line += 1
    _keys(draft, places[fixed:], page, keys)


def _runs(lines: Sequence[RecordLine]) -> Iterator[list[RecordLine]]:
    """Yield the lines of each group together; a line without a group stands alone."""
    run: list[RecordLine] = []
    for line in lines:
        if run and (line.group != run[0].group or not line.group):
            yield run
            run = []
        run.append(line)
    yield run


def _label(draft: Draft, place: Place, text: str, *, rows: int = 1, about: tuple[About, ...] = ()) -> None:
    plain = GridCell(text=text)
    told = Told(Filled(text), about)
    draft.cells.append(cell(draft, place, plain, told, look="label", label=flat(text), rows=rows))


def _columns(desk: Desk, one: RecordLine) -> tuple[About, ...]:
    return tuple(About("new", name, "", "") for name in typed(desk, one))


def _both(places: Sequence[Place]) -> Place:
    return (places[0][0], places[0][1] + places[1][1])


def _key(one: Subject | None) -> str:
    """Return the key of a record's column; empty for a blank one and a draft."""
    return "" if one is None or not one.about else f"k{one.number}"


def _keys(draft: Draft, places: Sequence[Place], page: Sequence[Subject | None], keys: Sequence[str]) -> None:
    """Set the hidden line below the table that says which column is which record, and which would be new."""
    draft.key_cells.append((draft.line, 0, _KEY_HEADER))
    for place, subject, key in zip(places, page, keys, strict=True):
        if subject is None or not key:
            draft.new += 1
            draft.key_cells.append((draft.line, place[0], f"new{draft.new}"))
            continue
        ids = tuple(item.id for item in subject.items)
        draft.keys[key] = ids
        draft.shown.update(dict.fromkeys(ids))
        draft.key_cells.append((draft.line, place[0], key))
    draft.hidden.append(draft.line)
    draft.line += 1
