"""The 依据 sheet as a page, and the hidden sheet by which a filled-in file finds its cameras again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.evidence_sheet import Part, evidence_parts
from reports.sheet import Sheet, cell_name
from reports.xlsx_cells import row_height, write_text
from reports.xlsx_form import set_page

META_TAB = "_meta"
META_SCHEMA = "camcensus/sheet/1"
_WIDTHS = (11, 20, 20, 14, 24, 30, 21, 40)
_PT = 9.5


def add_evidence(book: Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.words.evidence_tab)
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)
    looks = _looks(book, sheet)
    _line(page, 0, (sheet.words.title,), (len(_WIDTHS),), looks["title"], least=30)
    line = 1
    for part in evidence_parts(sheet):
        line = _part(page, part, line, looks)
    page.freeze_panes(1, 0)
    set_page(page, sheet, last_line=line - 1, last_column=len(_WIDTHS) - 1)
    page.repeat_rows(0)


def add_meta(book: Workbook, sheet: Sheet) -> None:
    """Add the sheet that says which cameras a row stands for and what was written into each cell."""
    page = book.add_worksheet(META_TAB)
    plain = book.add_format({"num_format": "@"})
    for number, line in enumerate(_meta(sheet)):
        for place, text in enumerate(line):
            write_text(page, number, place, text, plain)
    page.hide()


def _part(page: Worksheet, part: Part, line: int, looks: Mapping[str, Format]) -> int:
    """Write one part and return the next free line."""
    _line(page, line, (part.title,), (len(_WIDTHS),), looks["part"], least=24)
    line += 1
    if part.columns:
        _line(page, line, part.columns, part.spans, looks["heading"])
        line += 1
    for texts in part.lines:
        _line(page, line, texts, part.spans, looks["text"])
        line += 1
    return line


def _line(
    page: Worksheet, line: int, texts: Iterable[str], spans: Iterable[int], look: Format, least: float = 18
) -> None:
    place = 0
    sizes: list[tuple[str, float]] = []
    for text, span in zip(texts, spans, strict=True):
        end = place + span
        if span > 1:
            page.merge_range(line, place, line, end - 1, "", look)
        write_text(page, line, place, text, look)
        sizes.append((text, sum(_WIDTHS[place:end])))
        place = end
    page.set_row(line, row_height(sizes, _PT, least))


def _looks(book: Workbook, sheet: Sheet) -> dict[str, Format]:
    base = {"font_name": sheet.form.typeface.family, "text_wrap": True, "valign": "vcenter"}
    return {
        "title": book.add_format({**base, "font_size": 14, "bold": True, "align": "center"}),
        "part": book.add_format({**base, "font_size": 11, "bold": True, "align": "left"}),
        "heading": book.add_format(
            {**base, "font_size": _PT, "bold": True, "align": "center", "border": 1, "bg_color": "#F2F2F2"}
        ),
        "text": book.add_format({**base, "font_size": _PT, "align": "left", "border": 1, "num_format": "@"}),
    }


def _meta(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    form = sheet.form
    yield ("schema", META_SCHEMA)
    yield ("form", form.id)
    yield ("document", form.document)
    yield ("edition", form.issued or form.document)
    yield ("school", sheet.school)
    yield ("made", sheet.made.isoformat())
    yield ("measured", sheet.measured.isoformat() if sheet.measured else "")
    yield ("grouped", "yes" if sheet.grouped else "no")
    yield ("scope", sheet.scope)
    for number, row in enumerate(sheet.rows):
        for camera in row.cameras:
            yield ("row", str(sheet.header_line + number + 2), camera)
    for number, row in enumerate(sheet.rows):
        for place, (column, cell) in enumerate(zip(form.columns, row.cells, strict=True)):
            value = "" if cell.value is None else str(cell.value)
            yield ("wrote", cell_name(sheet, number, place), column.id, value)
