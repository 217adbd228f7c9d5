"""How a page lies on paper: the height of its lines, where it is broken, how far it is shrunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xlsxwriter.worksheet import Worksheet

from config.form import Form
from config.sheet_words import SheetWords
from reports.paper import Cell, Page
from reports.xlsx_cells import row_height
from reports.xlsx_looks import size_of

FOOTER_MM = 5.0
_PAPER = {"A4": 9, "A3": 8}
_SIDES_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}  # short, long
_PT_PER_MM = 72 / 25.4
_LEAST_PT = 30.0  # a line of a list one can still write on by hand
_LEAST_CELL_PT = 27.0
_LEAST_NOTE_PT = 18.0
_DEFAULT_PT = 15.0  # a line nobody set
TALLEST_PT = 409.0
_FULL = 0.98
_LEAST_SCALE = 0.55  # smaller print, below 5.5 pt, is not read


@dataclass(frozen=True, slots=True)
class Fit:
    """How a sheet is laid on paper: turned or not, and whether all of it goes on one page."""

    landscape: bool
    one_page: bool = False


def fit_of(page: Page, form: Form, heights: Mapping[int, float]) -> Fit:
    """Return the form's own print set-up, or the turn of the paper that shows a one-page sheet largest.

    A sheet that would be too small to read on one page takes more of them.
    """
    as_wished = Fit(form.page.orientation == "landscape")
    if not form.page.one_page:
        return as_wished
    height = sum(heights.get(line, _DEFAULT_PT) for line in range(page.last_line + 1))
    scales = {}
    for fit in (as_wished, Fit(not as_wished.landscape)):
        across, down = _room_on_paper(form, landscape=fit.landscape)
        scales[fit] = min(1.0, across / _width_pt(page.widths), _FULL * down / height)
    best = max(scales, key=lambda fit: scales[fit])
    return Fit(best.landscape, one_page=scales[best] >= _LEAST_SCALE)


def set_page(
    sheet: Worksheet, form: Form, words: SheetWords, *, last_line: int, last_column: int, fit: Fit
) -> None:
    """Set paper, margins, fit, page numbers and the area that is printed."""
    wish = form.page
    sheet.set_paper(_PAPER[wish.paper])
    if fit.landscape:
        sheet.set_landscape()
    inch = wish.margin_mm / 25.4
    sheet.set_margins(left=inch, right=inch, top=inch, bottom=inch + FOOTER_MM / 25.4)
    numbers = words.page.format(page="&P", pages="&N")
    sheet.set_footer(f"&C{numbers}", {"margin": FOOTER_MM / 25.4})
    sheet.center_horizontally()
    sheet.print_area(0, 0, last_line, last_column)
    if wish.fit_to_width or fit.one_page:
        sheet.fit_to_pages(1, 1 if fit.one_page else 0)


def stretched(page: Page, form: Form, heights: Mapping[int, float]) -> Mapping[int, float]:
    """Return the heights with each part between two breaks grown to a full page.

    Excel may ignore breaks on a page that is fitted to the paper's width; a part that fills its page ends
    where the page does, whether they are heeded or not.
    """
    if not page.breaks:
        return heights
    room = room_of(page.widths, form, landscape=form.page.orientation == "landscape")
    table = {cell.line for cell in page.cells if cell.border}
    grown = dict(heights)
    for start, end in pairwise((0, *page.breaks, page.last_line + 1)):
        lines = [line for line in range(start, end) if line not in page.hidden_lines]
        spare = room - sum(heights.get(line, _DEFAULT_PT) for line in lines)
        own = [line for line in lines if line in table]
        for line in own:
            grown[line] = min(TALLEST_PT, heights[line] + max(0.0, spare) / len(own))
    return grown


def room_of(widths: Sequence[float], form: Form, *, landscape: bool) -> float:
    """Return the height in points of the lines that go on one page of a sheet fitted to the paper's width."""
    across, down = _room_on_paper(form, landscape=landscape)
    scale = min(100, int(100 * across / _width_pt(widths))) / 100
    return _FULL * down / scale


def _room_on_paper(form: Form, *, landscape: bool) -> tuple[float, float]:
    """Return the width and height in points that the margins leave."""
    short, long = _SIDES_MM[form.page.paper]
    across, down = (long, short) if landscape else (short, long)
    margins = 2 * form.page.margin_mm
    return (across - margins) * _PT_PER_MM, (down - margins - FOOTER_MM) * _PT_PER_MM


def _width_pt(widths: Sequence[float]) -> float:
    return sum(7 * one + 5 for one in widths) * 72 / 96  # 7 px a character and 5 px of edge


def heights_of(page: Page, form: Form) -> Mapping[int, float]:
    """Return the height of every line: what its texts need, and no less than is asked for."""
    texts: dict[int, list[tuple[str, float]]] = defaultdict(list)
    sizes: dict[int, float] = {}
    least: dict[int, float] = {}
    tall: list[Cell] = []
    for cell in page.cells:
        pt = size_of(cell, form.typeface)
        sizes[cell.line] = max(pt, sizes.get(cell.line, 0.0))
        least[cell.line] = max(_least(cell, page), least.get(cell.line, 0.0))
        if cell.rows > 1:
            tall.append(cell)
        elif isinstance(cell.filled.value, str):
            texts[cell.line].append((cell.filled.value, _room(cell, page)))
    heights = {
        line: max(page.heights.get(line, 0.0), row_height(texts[line], sizes[line], least[line]))
        for line in sizes
    }
    for line in page.hidden_lines:
        heights.setdefault(line, _LEAST_NOTE_PT)
    for cell in tall:
        pt = size_of(cell, form.typeface)
        span = range(cell.line, cell.line + cell.rows)
        wanted = row_height([(str(cell.filled.value or ""), _room(cell, page))], pt, 0.0)
        short = wanted - sum(heights.get(line, _LEAST_CELL_PT) for line in span)
        if short > 0:
            for line in span:
                heights[line] = heights.get(line, _LEAST_CELL_PT) + short / cell.rows
    return heights


def _least(cell: Cell, page: Page) -> float:
    match cell.look:
        case "note" | "sign" | "above" | "title" | "subtitle":
            return _LEAST_NOTE_PT
        case _:
            return _LEAST_CELL_PT if page.header is None else _LEAST_PT


def _room(cell: Cell, page: Page) -> float:
    return sum(page.widths[cell.column : cell.column + cell.columns]) - (cell.align == "left")
