"""The 依据 sheet as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.evidence_sheet import Part, evidence_parts
from reports.paper import Paper
from reports.xlsx_cells import row_height, write_text
from reports.xlsx_print import set_page

_WIDTHS = (11, 20, 20, 14, 24, 30, 21, 40)
_PT = 9.5


def add_evidence(book: Workbook, paper: Paper) -> None:
    page = book.add_worksheet(paper.words.evidence_tab)
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)
    looks = _looks(book, paper)
    _line(page, 0, (paper.words.title,), (len(_WIDTHS),), looks["title"], least=30)
    line = 1
    for part in evidence_parts(paper):
        line = _part(page, part, line, looks)
    page.freeze_panes(1, 0)
    set_page(page, paper.form, paper.words, last_line=line - 1, last_column=len(_WIDTHS) - 1, landscape=True)
    page.repeat_rows(0)


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


def _looks(book: Workbook, paper: Paper) -> dict[str, Format]:
    base = {"font_name": paper.form.typeface.family, "text_wrap": True, "valign": "vcenter"}
    return {
        "title": book.add_format({**base, "font_size": 14, "bold": True, "align": "center"}),
        "part": book.add_format({**base, "font_size": 11, "bold": True, "align": "left"}),
        "heading": book.add_format(
            {**base, "font_size": _PT, "bold": True, "align": "center", "border": 1, "bg_color": "#F2F2F2"}
        ),
        "text": book.add_format({**base, "font_size": _PT, "align": "left", "border": 1, "num_format": "@"}),
    }
