"""Lists of many units on the page: the form's own head, notes and labels around rows from a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from config.blocks import Column, ListBlock
from config.form import Form
from config.schema import Catalogue
from inventory.record import FieldValue
from reports.form import edition_of
from reports.forms.desk import Choices, Desk
from reports.forms.draft import OUTSIDE, Draft, Place, flat, head, lines, new_draft
from reports.forms.subject import Subject
from reports.forms.table import grid
from reports.paper import Cell, Paper, Row, cell_name
from reports.rollup.submission import OPEN, WORKSPACE, open_in
from reports.sheet import Filled, Missing, Origin


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around the rows, and what the 依据 sheet says of them."""

    unit: Mapping[str, FieldValue] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)  # texts on the line of sums, by column id


def list_paper(
    form: Form,
    catalogue: Catalogue,
    rows: pd.DataFrame,
    made: datetime,
    heading: Heading,
    missing: Mapping[int, Missing] | None = None,
) -> Paper:
    """Return the form with these rows, whose columns are the list's column ids.

    `missing` says, by the row's place from 0, why a row that stands for somebody has no numbers.
    """
    desk = Desk(form, catalogue, Choices(), made)
    draft = new_draft(desk, form.blocks, 0)
    subject = Subject("district", heading.unit)
    head(draft, form)
    for block in form.blocks:
        match block.kind:
            case "list":
                _list(draft, block, rows, heading, missing or {})
            case "grid":
                grid(draft, block, subject)
            case "lines":
                lines(draft, block, subject)
            case _:
                raise ValueError(f"{form.id}: a list of units has no {block.kind}")
    name = str(heading.unit["district"].value) if "district" in heading.unit else ""
    return Paper(
        form=form,
        words=catalogue.sheet_words,
        school=name,
        pages=(draft.page(form.name),),
        made=made,
        zone=desk.zone,
        rows=tuple(draft.rows),
        blank_rows=draft.blank_rows,
        remarks=remarks_of(form, catalogue, heading.remarks),
        joined=True,
        meta={"edition": edition_of(form), "unit": name, "network": "", "workspace": WORKSPACE},
    )


def remarks_of(form: Form, catalogue: Catalogue, more: Iterable[str]) -> tuple[str, ...]:
    """Return what the 依据 sheet of a joined form says."""
    hd = catalogue.settings.hd
    notes = (note.format(hd_width=hd.width, hd_height=hd.height) for note in form.evidence_notes)
    rule = (form.count_rule,) if form.count_rule else ()
    return (*rule, *notes, *more)


def _list(
    draft: Draft, block: ListBlock, rows: pd.DataFrame, heading: Heading, missing: Mapping[int, Missing]
) -> None:
    places = draft.places(block.widths)
    draft.header = draft.line
    for (first, spans), column in zip(places, block.columns, strict=True):
        label = Cell(draft.line, first, Filled(column.label), "head", columns=spans, label=flat(column.label))
        draft.cells.append(label)
    beside = len(draft.widths)
    draft.key_cells.append((draft.line, beside, "_key"))
    draft.line += 1
    start = draft.line
    values = [_values(column, rows) for column in block.columns]
    told = rows.to_dict("records") if OPEN in rows else [{}] * len(rows)
    draft.blank_rows = max(0, block.minimum_rows - len(rows))
    for number in range(len(rows) + draft.blank_rows):
        real = number < len(rows)
        gap = missing.get(number)
        row = told[number] if real else {}
        guessed = open_in(row)
        filled = tuple(
            _filled(
                said[number],
                gap if column.kind != "text" else None,
                _guess(column, said[number], row, draft.desk.made) if column.id in guessed else None,
            )
            if real
            else Filled(None)
            for column, said in zip(block.columns, values, strict=True)
        )
        for (first, spans), column, said in zip(places, block.columns, filled, strict=True):
            draft.cells.append(
                Cell(
                    draft.line,
                    first,
                    said,
                    "value",
                    column.align or "center",
                    columns=spans,
                    kind=column.kind,
                    label=flat(column.label),
                    allowed=column.allowed,
                    open=column.open,
                    key=f"r{number + 1}" if real else "",
                )
            )
        if real:
            draft.rows.append(Row(filled, (), True, f"r{number + 1}", draft.number, draft.line))
            draft.key_cells.append((draft.line, beside, f"r{number + 1}"))
        draft.line += 1
    if block.totals:
        _sums(draft, block, places, start, heading.totals)


def _values(column: Column, rows: pd.DataFrame) -> Sequence[object]:
    if column.figures == ("number",):
        return range(1, len(rows) + 1)
    if column.id not in rows:
        return [None] * len(rows)
    return [None if pd.isna(value) else value for value in rows[column.id].tolist()]


def _guess(column: Column, value: object, row: Mapping[Any, object], at: datetime) -> Origin:
    """Say of a unit's cell that nobody there has confirmed it."""
    by = Path(str(row["_source"])).name if "_source" in row else "sheet"
    return Origin(flat(column.label), str(value), "suggested", by, at, at, confirmed=False)


def _filled(value: object, gap: Missing | None, guess: Origin | None = None) -> Filled:
    if isinstance(value, str | int | float):
        return Filled(value, origins=() if guess is None else (guess,))
    return Filled(None, missing=() if gap is None else (gap,))


def _sums(
    draft: Draft, block: ListBlock, places: Sequence[Place], start: int, texts: Mapping[str, str]
) -> None:
    """Set the line of sums: formulas that go on counting while people type, with what they come to now."""
    for at, ((first, spans), column) in enumerate(zip(places, block.columns, strict=True)):
        if column.id not in block.total_columns:
            text = block.totals if at == 0 else texts.get(column.id)
            draft.cells.append(Cell(draft.line, first, Filled(text), "sum", columns=spans))
            continue
        values = [value for row in draft.rows if isinstance(value := row.cells[at].value, int)]
        cells = f"{cell_name(start, first)}:{cell_name(draft.line - 1, first)}"
        draft.cells.append(
            Cell(
                draft.line,
                first,
                Filled(sum(values) if values else ""),
                "sum",
                columns=spans,
                kind=column.kind,
                label=f"{block.totals} {flat(column.label)}",
                # Nothing known adds up to nothing, not to nought.
                formula=f"=SUM({cells})" if values else f'=IF(COUNT({cells}),SUM({cells}),"")',
            )
        )
    draft.key_cells.append((draft.line, len(draft.widths), OUTSIDE))
    draft.line += 1
