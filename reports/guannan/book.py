"""The pages of evidence as an xlsx file: A4 across, one sheet for each item, small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from pathlib import Path

import cv2
import numpy as np
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.evidence import Evidence
from reports.guannan.page import Box, EvidencePage, Line, Look, Table
from reports.guannan.rubric import RubricItem
from reports.xlsx_cells import lines_of, row_height, write_text

COLUMNS = 20
_WIDTH = 5.7  # of a column, in characters
_PT = 9.5
_LEAST_PT = 20.0
_PICTURE_PT = 58.0
_PICTURE_PX = 240  # across, as it is kept in the file
_TINTS: Mapping[Look, str] = {"": "", "good": "", "bad": "#FADBD8", "unknown": "#EDEDED"}
_FEWEST = 3  # of joined lines, so many at least stand on a page together
_FAMILY = "宋体"
_INCH = 25.4
_TITLE_PT = 26.0
_MARGIN_MM = 10.0
# A4 across, less the margins and what rounding may cost. Where fonts are wider the page is shrunk.
_PAGE_PT = (210 - 2 * _MARGIN_MM - 5) / _INCH * 72 - 16


def evidence_bytes(
    pages: Sequence[EvidencePage],
    items: Mapping[int, RubricItem],
    words: Evidence,
    heading: str,
    made: datetime,
) -> bytes:
    """Return the workbook. The same pages give the same bytes."""
    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties(
        {"title": words.said("book_title"), "created": made.replace(tzinfo=None, microsecond=0)}
    )
    looks = _Looks(book)
    for page in pages:
        sheet = book.add_worksheet(words.said("tab", item=page.item))
        _Writer(sheet, looks, words).page(page, items[page.item], heading)
    book.close()
    return memory.getvalue()


@dataclass(slots=True)
class _Looks:
    book: xlsxwriter.Workbook
    made: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)

    def of(self, **look: object) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self.made:
            always = {"font_name": _FAMILY, "font_size": _PT, "valign": "vcenter", "text_wrap": True}
            self.made[key] = self.book.add_format(always | look)
        return self.made[key]

    def cell(self, box: Box, align: str) -> Format:
        look: dict[str, object] = {"border": 1, "align": align}
        if tint := _TINTS[box.look]:
            look["bg_color"] = tint
        # A count is a number; what came from a device stays text.
        look["num_format"] = "@" if isinstance(box.text, str) else "0"
        return self.of(**look)


@dataclass(slots=True)
class _Writer:
    sheet: Worksheet
    looks: _Looks
    words: Evidence
    line: int = 0
    used: float = 0.0  # of the printed page, in points
    breaks: list[int] = field(default_factory=list)

    def page(self, page: EvidencePage, item: RubricItem, heading: str) -> None:
        self.sheet.set_column(0, COLUMNS - 1, _WIDTH)
        title = self.words.said("title", item=page.item, name=page.name)
        self._across(title, self.looks.of(bold=True, font_size=15, align="center"), 15, 30)
        self._across(heading, self.looks.of(align="center"), _PT)
        self._across(
            self.words.said("quote", points=item.points, text=item.text), self.looks.of(italic=True), _PT
        )
        for sentence in page.lead:
            self._across(sentence, self.looks.of(bold=True, font_size=10.5), 10.5)
        self._across(self.words.said("human"), self.looks.of(font_color="#606060"), _PT)
        for table in page.tables:
            self._table(table)
        for note in page.notes:
            self._across(note, self.looks.of(font_color="#606060"), _PT)
        self._set_up()

    def _table(self, table: Table) -> None:
        spans = [span for _, span in table.headings]
        heights = [_height(cells, spans) for cells in table.lines]
        self._break_before(_TITLE_PT + _LEAST_PT + sum(heights[:1]))
        if table.title:
            self._across(table.title, self.looks.of(bold=True, font_size=11), 11, _TITLE_PT)
        if not table.lines:
            self._across(table.instead, self.looks.of(border=1), _PT)
            return
        aligned = _alignments(table)
        self._headings(table)
        for together in _joined(table.lines):
            start = 0
            while start < len(together):
                tall = [_height(cells, spans) for cells in together[start:]]
                fitting = self._fitting(tall)
                if fitting < min(len(tall), _FEWEST):
                    self._break()
                    self._headings(table)
                    fitting = max(1, self._fitting(tall))
                for cells in _portion(together, start, fitting):
                    self._row(cells, spans, aligned)
                start += fitting
        if table.below:
            self._across(table.below, self.looks.of(), _PT)

    def _headings(self, table: Table) -> None:
        look = self.looks.of(bold=True, align="center", border=1, bg_color="#F2F2F2")
        spans = [span for _, span in table.headings]
        for (first, last), (text, _) in zip(_places(spans), table.headings, strict=True):
            self._put(first, last, 1, Box(text), look)
        self._next(row_height([(text, span * _WIDTH) for text, span in table.headings], _PT, _LEAST_PT))

    def _row(self, cells: Line, spans: Sequence[int], aligned: Sequence[str]) -> None:
        for box, span, (first, last), align in zip(cells, spans, _places(spans), aligned, strict=True):
            if box is None:
                continue
            self._put(first, last, box.rows, box, self.looks.cell(box, align))
            if box.picture is not None:
                self._picture(first, span, box.picture)
        self._next(_height(cells, spans))

    def _fitting(self, heights: Sequence[float]) -> int:
        """Return how many of the next lines still fit on this page."""
        ends = accumulate(heights, initial=self.used)
        return sum(end <= _PAGE_PT for end in ends) - 1

    def _break_before(self, height: float) -> None:
        if self.used and self.used + height > _PAGE_PT:
            self._break()

    def _break(self) -> None:
        self.breaks.append(self.line)
        self.used = 0.0

    def _next(self, height: float) -> None:
        self.sheet.set_row(self.line, height)
        self.used += height
        self.line += 1

    def _put(self, first: int, last: int, rows: int, box: Box, look: Format) -> None:
        if last > first or rows > 1:
            self.sheet.merge_range(self.line, first, self.line + rows - 1, last, "", look)
        if isinstance(box.text, str):
            write_text(self.sheet, self.line, first, box.text, look)
        else:
            self.sheet.write_number(self.line, first, box.text, look)

    def _picture(self, column: int, span: int, path: Path) -> None:
        """Set the picture, made small, into its cell; one that cannot be read is left out."""
        small = _thumbnail(path)
        if small is None:
            return
        jpeg, width, height = small
        room = span * (_WIDTH * 7 + 5) - 6, _PICTURE_PT * 96 / 72 - 6
        scale = min(room[0] / width, room[1] / height)
        options = {
            "image_data": BytesIO(jpeg),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 3,
            "y_offset": 3,
            "object_position": 1,
            "description": path.name,
        }
        self.sheet.insert_image(self.line, column, path.name, options)

    def _across(self, text: str, look: Format, pt: float, least: float = 17.0) -> None:
        self.sheet.merge_range(self.line, 0, self.line, COLUMNS - 1, "", look)
        write_text(self.sheet, self.line, 0, text, look)
        self._next(row_height([(text, COLUMNS * _WIDTH)], pt, least))

    def _set_up(self) -> None:
        sheet = self.sheet
        sheet.set_paper(9)
        sheet.set_landscape()
        inch = _MARGIN_MM / _INCH
        sheet.set_margins(left=inch, right=inch, top=inch, bottom=inch + 5 / _INCH)
        sheet.set_footer(f"&C{self.words.said('page', page='&P', pages='&N')}", {"margin": 5 / _INCH})
        sheet.center_horizontally()
        sheet.print_area(0, 0, self.line - 1, COLUMNS - 1)
        sheet.fit_to_pages(1, 0)
        # Breaks of our own: after each of them the headings are written again.
        sheet.set_h_pagebreaks(self.breaks)


def _joined(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield lines that a cell hangs over together."""
    together: list[Line] = []
    for cells in lines:
        if together and cells[0] is not None:
            yield together
            together = []
        together.append(cells)
    if together:
        yield together


def _portion(together: Sequence[Line], start: int, most: int) -> list[Line]:
    """Return some of the joined lines; a cell that hangs over all of them is begun anew in each portion."""
    portion = together[start : start + most]
    first = tuple(
        replace(head, rows=len(portion)) if head is not None and head.rows > 1 else own
        for head, own in zip(together[0], portion[0], strict=True)
    )
    return [first, *portion[1:]]


def _height(cells: Line, spans: Sequence[int]) -> float:
    texts = [
        (str(box.text), span * _WIDTH)
        for box, span in zip(cells, spans, strict=True)
        if box is not None and box.rows == 1
    ]
    shows = any(box is not None and box.picture is not None for box in cells)
    return row_height(texts, _PT, _PICTURE_PT if shows else _LEAST_PT)


def _alignments(table: Table) -> list[str]:
    """Names stand to the left; other columns in the middle while all of their texts are of one line."""
    found = ["left"]
    for place, (_, span) in enumerate(table.headings[1:], start=1):
        texts = [str(box.text) for cells in table.lines if (box := cells[place]) is not None]
        short = all(lines_of(text, span * _WIDTH, _PT) == 1 for text in texts)
        found.append("center" if short else "left")
    return found


def _places(spans: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last column of each cell."""
    places, first = [], 0
    for span in spans:
        places.append((first, first + span - 1))
        first += span
    return places


def _thumbnail(path: Path) -> tuple[bytes, int, int] | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if not content:
        return None
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return None
    height, width = picture.shape[:2]
    size = (_PICTURE_PX, max(1, round(height * _PICTURE_PX / width)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return jpeg.tobytes(), size[0], size[1]
