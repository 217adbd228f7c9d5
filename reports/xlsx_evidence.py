"""The 依据 sheet as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.evidence_sheet import Part, evidence_parts
from reports.paper import Paper
from reports.xlsx_cells import row_height, write_text
from reports.xlsx_print import TALLEST_PT, Fit, room_of, set_page

_WIDTHS = (11, 20, 20, 14, 24, 30, 21, 40)
_PT = 9.5


def add_evidence(book: Workbook, paper: Paper) -> None:
    page = book.add_worksheet(paper.words.evidence_tab)
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)
    looks = _looks(book, paper)
    title = _line((paper.words.title,), (len(_WIDTHS),), "title", least=30)
    room = room_of(_WIDTHS, paper.form, landscape=True) - title.height
    printed = list(_printed_pages(evidence_parts(paper), room))
    _write(page, 0, title, looks)
    line = 1
    breaks: list[int] = []
    for lines in printed:
        breaks.append(line)
        for one in lines:
            _write(page, line, one, looks)
            line += 1
    page.freeze_panes(1, 0)
    set_page(
        page,
        paper.form,
        paper.words,
        last_line=line - 1,
        last_column=len(_WIDTHS) - 1,
        fit=Fit(landscape=True),
    )
    page.repeat_rows(0)
    page.set_h_pagebreaks(breaks[1:])


@dataclass(frozen=True, slots=True)
class _Line:
    texts: tuple[str, ...]
    spans: tuple[int, ...]
    look: str
    height: float


def _printed_pages(parts: Iterable[Part], room: float) -> Iterator[list[_Line]]:
    """Yield the lines of each printed page: no page begins without column heads or ends with them.

    All but the last are grown to full pages, as Excel may ignore breaks on a sheet fitted to the paper's
    width.
    """
    lines: list[_Line] = []
    for part in parts:
        title = _line((part.title,), (len(_WIDTHS),), "part", least=24)
        heads = [_line(part.columns, part.spans, "heading")] if part.columns else []
        above = [title, *heads]
        for texts in part.lines:
            one = _line(texts, part.spans, "text")
            if lines and _height([*lines, *above, one]) > room:
                yield _grown(lines, room)
                lines = []
                above = above or heads
            lines += [*above, one]
            above = []
    if lines:
        yield lines


def _height(lines: Iterable[_Line]) -> float:
    return sum(one.height for one in lines)


def _grown(lines: list[_Line], room: float) -> list[_Line]:
    more = max(0.0, room - _height(lines)) / sum(one.look == "text" for one in lines)
    return [
        replace(one, height=min(TALLEST_PT, one.height + more)) if one.look == "text" else one
        for one in lines
    ]


def _line(texts: tuple[str, ...], spans: tuple[int, ...], look: str, least: float = 18) -> _Line:
    places = [sum(spans[:number]) for number in range(len(spans) + 1)]
    sizes = [
        (text, sum(_WIDTHS[start:end])) for text, (start, end) in zip(texts, pairwise(places), strict=True)
    ]
    return _Line(texts, spans, look, row_height(sizes, _PT, least))


def _write(page: Worksheet, line: int, one: _Line, looks: Mapping[str, Format]) -> None:
    place = 0
    for text, span in zip(one.texts, one.spans, strict=True):
        if span > 1:
            page.merge_range(line, place, line, place + span - 1, "", looks[one.look])
        write_text(page, line, place, text, looks[one.look])
        place += span
    page.set_row(line, one.height)


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
