"""The hidden sheet by which a filled-in file is recognised: what it is, and what every cell meant."""

from __future__ import annotations

from collections.abc import Iterator

from xlsxwriter import Workbook

from reports.paper import Cell, Paper, cell_name
from reports.xlsx_cells import clean_text

META_TAB = "_meta"
META_SCHEMA = "camcensus/form/1"
_CELLS = ("sheet", "row_key", "cell", "label", "subject", "field", "written", "part", "pattern", "join")


def add_meta(book: Workbook, paper: Paper) -> None:
    """Add the sheet that says which cameras a row stands for and what was written into each cell."""
    page = book.add_worksheet(META_TAB)
    plain = book.add_format({"num_format": "@"})
    for number, line in enumerate(_lines(paper)):
        for place, text in enumerate(line):
            if clean := clean_text(text):
                page.write_string(number, place, clean, plain)
    page.hide()


def _lines(paper: Paper) -> Iterator[tuple[str, ...]]:
    yield ("key", "value")
    yield from _keys(paper)
    yield ()
    yield ("row", "key", "ids", "sheet")
    for page in paper.pages:
        for key, ids in page.keys.items():
            yield ("row", key, " ".join(ids), page.name)
    yield ()
    yield _CELLS
    for page in paper.pages:
        for cell in page.cells:
            yield from _cell(page.name, cell)


def _keys(paper: Paper) -> Iterator[tuple[str, str]]:
    form = paper.form
    yield ("schema", META_SCHEMA)
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
