"""A workbook of plain tables, and its file: texts as texts, borders, a page that prints on A4 or A3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from reports.whole_file import lock_beside, write_whole
from reports.xlsx_cells import clean_text, row_height, write_text

Align = Literal["left", "center"]
_PAPER = {"A4": 9, "A3": 8}
_INCH_MM = 25.4
_MARGIN_MM = 13.0
_FACE = "宋体"
_PT, _TITLE_PT = 10.5, 16.0
_LEAST_PT = 20.0
_PICTURE_PT = 54.0


@dataclass(frozen=True, slots=True)
class Column:
    """`span`: how many columns of the page it takes."""

    label: str
    span: int = 1
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a heading. `blank` rows stand at the end, to be written in by hand.

    `pictures` are JPEGs by the number of their row; they stand in its first cell.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    blank: int = 0
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    row_pt: float = _LEAST_PT


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet: a title, lines, tables, lines. `widths` are those of its columns, in characters."""

    name: str
    title: str
    widths: Sequence[float]
    above: Sequence[str]
    tables: Sequence[Table]
    below: Sequence[str] = ()
    paper: Literal["A4", "A3"] = "A4"
    is_wide: bool = False
    on_one_page: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    title: str
    made: datetime
    leaves: Sequence[Leaf]


def write_book(book: Book, path: Path) -> None:
    """Write the workbook, whole or not at all. Raise UsageError where it cannot be written or is open."""
    if (lock := lock_beside(path)) is not None:
        raise UsageError(say("logbook.is_open", path=path, lock=lock.name))
    content = book_bytes(book)
    try:
        write_whole(path, content)
    except OSError as error:
        raise UsageError(say("logbook.unwritable", path=path, why=system_words(error))) from error


def book_bytes(book: Book) -> bytes:
    """Return the xlsx file. The same book gives the same bytes."""
    memory = BytesIO()
    made = xlsxwriter.Workbook(memory, {"in_memory": True})
    made.set_properties({"title": book.title, "created": book.made.replace(tzinfo=None, microsecond=0)})
    looks = _Looks(made)
    for leaf in book.leaves:
        _add_leaf(made, leaf, looks)
    made.close()
    return memory.getvalue()


class _Looks:
    """The cell formats of one book."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        always = {"font_name": _FACE, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
        body = always | {"font_size": _PT, "border": 1}
        self.title = book.add_format(always | {"font_size": _TITLE_PT, "bold": True, "align": "center"})
        self.line = book.add_format(always | {"font_size": _PT})
        self.part = book.add_format(always | {"font_size": _PT + 1, "bold": True})
        self.label = book.add_format(body | {"bold": True, "align": "center", "bg_color": "#F2F2F2"})
        self.cells: Mapping[Align, Format] = {
            "left": book.add_format(body | {"align": "left", "indent": 1}),
            "center": book.add_format(body | {"align": "center"}),
        }


def _add_leaf(book: xlsxwriter.Workbook, leaf: Leaf, looks: _Looks) -> None:
    page = book.add_worksheet(leaf.name)
    for place, width in enumerate(leaf.widths):
        page.set_column(place, place, width)
    last = len(leaf.widths) - 1
    _across(page, 0, 0, last, leaf.title, looks.title)
    page.set_row(0, _TITLE_PT * 2.2)
    line = 1
    for text in leaf.above:
        line = _line(page, line, leaf, text, looks.line)
    for table in leaf.tables:
        line = _add_table(page, line, leaf, table, looks)
    for text in leaf.below:
        line = _line(page, line, leaf, text, looks.line)
    _set_page(page, leaf, line - 1, last)


def _add_table(page: Worksheet, line: int, leaf: Leaf, table: Table, looks: _Looks) -> int:
    """Write a table and return the next free line."""
    if table.title:
        line = _line(page, line, leaf, table.title, looks.part)
    if any(column.label for column in table.columns):
        line = _row(page, line, leaf, table, [column.label for column in table.columns], looks.label)
    if len(leaf.tables) == 1:
        page.repeat_rows(line - 1)
        page.freeze_panes(line, 0)
    blanks = [[""] * len(table.columns)] * table.blank
    for number, row in enumerate([*table.rows, *blanks]):
        if picture := table.pictures.get(number):
            _insert(page, line, picture)
        least = _PICTURE_PT if table.pictures else table.row_pt
        line = _row(page, line, leaf, table, row, None, looks=looks, least=least)
    return line


def _row(
    page: Worksheet,
    line: int,
    leaf: Leaf,
    table: Table,
    texts: Sequence[str],
    look: Format | None,
    *,
    looks: _Looks | None = None,
    least: float = _LEAST_PT,
) -> int:
    place, sizes = 0, []
    for column, text in zip(table.columns, texts, strict=True):
        chosen = look or (looks.cells[column.align] if looks else None)
        _across(page, line, place, place + column.span - 1, text, chosen)
        sizes.append((text, sum(leaf.widths[place : place + column.span])))
        place += column.span
    page.set_row(line, row_height(sizes, _PT, least))
    return line + 1


def _line(page: Worksheet, line: int, leaf: Leaf, text: str, look: Format) -> int:
    _across(page, line, 0, len(leaf.widths) - 1, text, look)
    page.set_row(line, row_height([(text, sum(leaf.widths))], _PT, _LEAST_PT))
    return line + 1


def _across(page: Worksheet, line: int, first: int, last: int, text: str, look: Format | None) -> None:
    if last > first:
        page.merge_range(line, first, line, last, "", look)
    if clean_text(text) or last == first:
        write_text(page, line, first, text, look)


def _insert(page: Worksheet, line: int, jpeg: bytes) -> None:
    """Put a picture of 16:9, at most 320 pixels wide, into the first cell of a line."""
    scale = 0.36
    how = {"image_data": BytesIO(jpeg), "x_scale": scale, "y_scale": scale, "x_offset": 2, "y_offset": 3}
    page.insert_image(line, 0, "picture.jpg", how | {"object_position": 1})


def _set_page(page: Worksheet, leaf: Leaf, last_line: int, last_column: int) -> None:
    page.set_paper(_PAPER[leaf.paper])
    if leaf.is_wide:
        page.set_landscape()
    inch = _MARGIN_MM / _INCH_MM
    page.set_margins(left=inch, right=inch, top=inch, bottom=inch + 0.2)
    page.set_footer("&C" + say("logbook.page", page="&P", pages="&N"), {"margin": 0.25})
    page.center_horizontally()
    page.print_area(0, 0, last_line, last_column)
    page.fit_to_pages(1, 1 if leaf.on_one_page else 0)
