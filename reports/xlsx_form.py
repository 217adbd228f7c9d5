"""The printed page: title, table with drop-down lists and tints, sign-off and notes outside the border."""

from __future__ import annotations

import re

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.form import Column, Typeface
from reports.sheet import Cell, Row, Sheet
from reports.xlsx_cells import clean_text, row_height, write_text

SUGGESTED_TINT = "#FFF2CC"
WANTED_TINT = "#FCE4EC"
_PAPER = {"A4": 9, "A3": 8}
_LEAST_PT = 30.0  # a line one can still write on by hand
_FOOTER_MM = 5.0


def add_form(book: Workbook, sheet: Sheet) -> None:
    """Add the form as the book's next sheet."""
    form = sheet.form
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", form.name)[:31].strip())
    looks = _Looks(book, form.typeface)
    last = len(form.columns) - 1
    for place, column in enumerate(form.columns):
        page.set_column(place, place, column.width)
    line = _head(page, sheet, looks, last)
    first_body = line
    for row in sheet.rows:
        _body_row(page, sheet, looks, line, row)
        line += 1
    for _ in range(sheet.blank_rows):
        page.set_row(line, _LEAST_PT)
        for place, column in enumerate(form.columns):
            page.write_blank(line, place, None, looks.body(column, ""))
        line += 1
    _lists(page, sheet, first_body, line - 1)
    end = _foot(page, sheet, looks, line, last)
    _legend(page, sheet, looks, last + 2)
    page.freeze_panes(first_body, 0)
    set_page(page, sheet, last_line=end, last_column=last)
    if form.page.repeat_header:
        page.repeat_rows(sheet.header_line)


def set_page(page: Worksheet, sheet: Sheet, *, last_line: int, last_column: int) -> None:
    """Set paper, margins, fit, page numbers and the area that is printed."""
    wish = sheet.form.page
    page.set_paper(_PAPER[wish.paper])
    if wish.orientation == "landscape":
        page.set_landscape()
    inch = wish.margin_mm / 25.4
    page.set_margins(left=inch, right=inch, top=inch, bottom=inch + _FOOTER_MM / 25.4)
    numbers = sheet.words.page.format(page="&P", pages="&N")
    page.set_footer(f"&C{numbers}", {"margin": _FOOTER_MM / 25.4})
    page.center_horizontally()
    page.print_area(0, 0, last_line, last_column)
    if wish.fit_to_width:
        page.fit_to_pages(1, 0)


class _Looks:
    """The cell formats of one book, each made once."""

    def __init__(self, book: Workbook, typeface: Typeface) -> None:
        self._book = book
        self._typeface = typeface
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self.filled_in = book.add_format({"bg_color": "#FFFFFF"})

    def plain(self, *, pt: float, bold: bool = False, align: str = "left", tint: str = "") -> Format:
        return self._format(font_size=pt, bold=bold, align=align, bg_color=tint)

    def header(self) -> Format:
        return self._format(font_size=self._typeface.body_pt, bold=True, align="center", border=1)

    def body(self, column: Column, tint: str) -> Format:
        return self._format(
            font_size=self._typeface.body_pt,
            align=column.align,
            indent=1 if column.align == "left" else "",
            border=1,
            num_format="0" if column.kind == "integer" else "@",
            bg_color=tint,
        )

    def _format(self, **look: object) -> Format:
        key = tuple(sorted((name, value) for name, value in look.items() if value != ""))
        if key not in self._made:
            always = {"font_name": self._typeface.family, "valign": "vcenter", "text_wrap": True}
            self._made[key] = self._book.add_format(always | dict(key))
        return self._made[key]


def _head(page: Worksheet, sheet: Sheet, looks: _Looks, last: int) -> int:
    form = sheet.form
    line = 0
    if form.above_title:
        _across(page, line, last, form.above_title, looks.plain(pt=form.typeface.body_pt + 1.5))
        page.set_row(line, 20)
        line += 1
    _across(page, line, last, form.title, looks.plain(pt=form.typeface.title_pt, bold=True, align="center"))
    page.set_row(line, form.typeface.title_pt * 2.2)
    line += 1
    for place, column in enumerate(form.columns):
        write_text(page, line, place, column.label, looks.header())
    texts = [(column.label, column.width) for column in form.columns]
    page.set_row(line, row_height(texts, form.typeface.body_pt, _LEAST_PT))
    return line + 1


def _body_row(page: Worksheet, sheet: Sheet, looks: _Looks, line: int, row: Row) -> None:
    columns = sheet.form.columns
    texts: list[tuple[str, float]] = []
    for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        look = looks.body(column, _tint(cell))
        if isinstance(cell.value, int):
            page.write_number(line, place, cell.value, look)
        else:
            write_text(page, line, place, cell.value or "", look)
            texts.append((cell.value or "", column.width - (column.align == "left")))
        if cell.wanted:
            # Once a person has written something, the cell looks like any other.
            rule = {"type": "no_blanks", "format": looks.filled_in}
            page.conditional_format(line, place, line, place, rule)
    page.set_row(line, row_height(texts, sheet.form.typeface.body_pt, _LEAST_PT))


def _tint(cell: Cell) -> str:
    if cell.wanted:
        return WANTED_TINT
    return "" if cell.confirmed else SUGGESTED_TINT


def _lists(page: Worksheet, sheet: Sheet, first: int, last: int) -> None:
    """Give every enumerated column its drop-down list; where a place is asked for, say which camera it is."""
    scope = sheet.form.scope
    for place, column in enumerate(sheet.form.columns):
        if not column.allowed:
            continue
        asked = {}
        if scope is not None and scope.field in column.fields:
            asked = {first + number: row for number, row in enumerate(sheet.rows) if not row.placed}
        start = first
        for line in sorted(asked):
            _list(page, start, line - 1, place, column)
            _list(page, line, line, place, column, _prompt(sheet, asked[line]))
            start = line + 1
        _list(page, start, last, place, column)


def _list(
    page: Worksheet, first: int, last: int, place: int, column: Column, prompt: dict[str, str] | None = None
) -> None:
    if first > last:
        return
    rule: dict[str, object] = {
        "validate": "list",
        "source": list(column.allowed),
        # An open list is only offered: Excel asks whether the other word is meant.
        "error_type": "warning" if column.open else "stop",
    }
    page.data_validation(first, place, last, place, rule | (prompt or {}))


def _prompt(sheet: Sheet, row: Row) -> dict[str, str]:
    said = "\n".join(sheet.cameras[camera].full for camera in row.cameras)
    return {
        "input_title": clean_text(sheet.words.prompt_title, 32),
        "input_message": clean_text(said, 250),  # Excel holds 255
    }


def _foot(page: Worksheet, sheet: Sheet, looks: _Looks, line: int, last: int) -> int:
    """Write the sign-off line and the notes; return the last line of the page."""
    form = sheet.form
    pt = form.typeface.body_pt
    width = sum(column.width for column in form.columns)
    if form.sign_off:
        _across(page, line, last, form.sign_off, looks.plain(pt=pt + 1.5))
        page.set_row(line, 36)
        line += 1
    for note in form.notes:
        _across(page, line, last, note, looks.plain(pt=pt))
        page.set_row(line, row_height([(note, width)], pt, 18))
        line += 1
    return line - 1


def _legend(page: Worksheet, sheet: Sheet, looks: _Looks, place: int) -> None:
    """Say what the tints mean, beside the table and outside what is printed."""
    pt = sheet.form.typeface.body_pt
    page.set_column(place, place, 46)
    write_text(page, 0, place, sheet.words.suggested, looks.plain(pt=pt, tint=SUGGESTED_TINT))
    write_text(page, 1, place, sheet.words.wanted, looks.plain(pt=pt, tint=WANTED_TINT))


def _across(page: Worksheet, line: int, last: int, text: str, look: Format) -> None:
    page.merge_range(line, 0, line, last, "", look)
    write_text(page, line, 0, text, look)
