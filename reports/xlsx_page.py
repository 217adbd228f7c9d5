"""One page of a form as a sheet: its cells, the keys behind them, the legend beside."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.paper import Cell, Page, Paper
from reports.xlsx_cells import clean_text, write_text
from reports.xlsx_looks import SUGGESTED_TINT, WANTED_TINT, Looks
from reports.xlsx_offers import add_offers
from reports.xlsx_print import FOOTER_MM, fit_of, heights_of, set_page, stretched

_KEY_WIDTH = 2
_LEGEND_WIDTH = 46


def add_page(book: Workbook, paper: Paper, page: Page, looks: Looks) -> None:
    """Add one page as the book's next sheet."""
    sheet = book.add_worksheet(page.name)
    for column, width in enumerate(page.widths):
        sheet.set_column(column, column, width)
    heights = stretched(page, paper.form, heights_of(page, paper.form))
    for line, height in heights.items():
        sheet.set_row(line, height, None, {"hidden": line in page.hidden_lines})
    fit = fit_of(page, paper.form, heights)
    # A cell that a page's end may cut shows its words where it begins.
    may_be_cut = paper.form.page.one_page and not fit.one_page
    for cell in page.cells:
        _write(sheet, cell, looks.of(cell, at_top=may_be_cut and cell.rows > 1))
    add_offers(sheet, page, paper.words, looks)
    _keys(sheet, page)
    _legend(sheet, paper, page, looks)
    if page.frozen:
        sheet.freeze_panes(page.frozen, 0)
    set_page(sheet, paper.form, paper.words, last_line=page.last_line, last_column=page.last_column, fit=fit)
    above = (("&L", paper.school if paper.form.page.unit_in_header else ""), ("&R", paper.mark))
    if header := "".join(f"{side}{_in_header(text)}" for side, text in above if text):
        sheet.set_header(header, {"margin": FOOTER_MM / 25.4})
    if page.header is not None and paper.form.page.repeat_header:
        sheet.repeat_rows(page.header)
    if page.breaks:
        sheet.set_h_pagebreaks(list(page.breaks))


def _in_header(text: str) -> str:
    return clean_text(text.replace("&", "&&"), 100)


def _write(sheet: Worksheet, cell: Cell, look: Format) -> None:
    if cell.columns > 1 or cell.rows > 1:
        sheet.merge_range(
            cell.line, cell.column, cell.line + cell.rows - 1, cell.column + cell.columns - 1, "", look
        )
    value = cell.filled.value
    if cell.formula:
        sheet.write_formula(cell.line, cell.column, cell.formula, look, 0 if value is None else value)
    elif value is None:
        sheet.write_blank(cell.line, cell.column, None, look)
    elif isinstance(value, str):
        write_text(sheet, cell.line, cell.column, value, look)
    elif cell.kind == "text":
        write_text(sheet, cell.line, cell.column, str(value), look)
    else:
        sheet.write_number(cell.line, cell.column, value, look)


def _keys(sheet: Worksheet, page: Page) -> None:
    """Write the keys by which a filled-in file finds its cameras: beside the table or below it, hidden."""
    for line, column, key in page.key_cells:
        sheet.write_string(line, column, key)
    beside = len(page.widths)
    if any(column == beside for _, column, _ in page.key_cells):
        sheet.set_column(beside, beside, _KEY_WIDTH, None, {"hidden": True})


def _legend(sheet: Worksheet, paper: Paper, page: Page, looks: Looks) -> None:
    """Say what the tints mean and how many copies to print, beside the table and outside what is printed."""
    place = len(page.widths) + 1
    sheet.set_column(place, place, _LEGEND_WIDTH)
    write_text(sheet, 0, place, paper.words.suggested, looks.plain(tint=SUGGESTED_TINT))
    write_text(sheet, 1, place, paper.words.wanted, looks.plain(tint=WANTED_TINT))
    if paper.form.copies > 1:
        write_text(sheet, 2, place, paper.words.copies.format(n=paper.form.copies), looks.plain())
