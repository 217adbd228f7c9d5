"""The hidden sheet by which a filled-in file is recognised: what it is, and what every cell meant."""

from __future__ import annotations

from collections.abc import Iterator

from xlsxwriter import Workbook

from inventory.sheet_meta import (
    CELL_COLUMNS,
    DOUBT_COLUMNS,
    KEY_COLUMNS,
    META_PAGE,
    PARTIAL,
    ROW_COLUMNS,
    SCHEMA,
    SUGGESTED,
)
from reports.paper import Cell, Paper, cell_name
from reports.xlsx_cells import clean_text


def add_meta(book: Workbook, paper: Paper) -> None:
    """Add the sheet that says which cameras a row stands for and what was written into each cell."""
    page = book.add_worksheet(META_PAGE)
    plain = book.add_format({"num_format": "@"})
    for number, line in enumerate(_lines(paper)):
        for place, text in enumerate(line):
            if clean := clean_text(text):
                page.write_string(number, place, clean, plain)
    page.hide()


def _lines(paper: Paper) -> Iterator[tuple[str, ...]]:
    yield KEY_COLUMNS
    yield from _keys(paper)
    yield ()
    yield ROW_COLUMNS
    for page in paper.pages:
        for key, ids in page.keys.items():
            yield ("row", key, " ".join(ids), page.name)
    yield ()
    yield CELL_COLUMNS
    for page in paper.pages:
        for cell in page.cells:
            yield from _cell(page.name, cell)
    yield ()
    yield DOUBT_COLUMNS
    for page in paper.pages:
        for cell in page.cells:
            if doubt := _doubt(cell):
                yield (page.name, cell.key, doubt, cell.label, str(cell.filled.value))


def _keys(paper: Paper) -> Iterator[tuple[str, str]]:
    form = paper.form
    yield ("schema", SCHEMA)
    yield ("form", form.id)
    yield ("campaign", form.campaign)
    yield ("document", form.document)
    yield from paper.meta.items()
    yield ("school", paper.school)
    yield ("made", paper.made.isoformat())
    yield ("measured", paper.measured.isoformat() if paper.measured else "")
    yield ("grouped", "yes" if paper.grouped else "no")
    yield ("scope", paper.scope)
    yield ("sheet", paper.pages[0].name if paper.pages else "")


def _doubt(cell: Cell) -> str:
    """Return what may be wrong with what stands there; empty where it is vouched for, or is blank."""
    if cell.filled.value in (None, ""):
        return ""
    if cell.filled.origins and any(one.needed for one in cell.filled.missing):
        return PARTIAL
    return "" if cell.filled.confirmed else SUGGESTED


def _cell(page: str, cell: Cell) -> Iterator[tuple[str, ...]]:
    place = cell_name(cell.line, cell.column)
    for one in cell.about:
        pattern = cell.pattern if one.part else ""
        join = cell.join if not one.part and len(cell.about) > 1 else ""
        yield (
            page,
            cell.key,
            place,
            cell.anchor or cell.label,
            one.subject,
            one.field,
            one.written,
            one.part,
            pattern,
            join,
        )
