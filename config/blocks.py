"""The shapes of what a form is printed of: lists, grids, transposed records, single lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from config.figure import Id, Words
from config.settings import Section

Align = Literal["left", "center", "right"]
Look = Literal["label", "value", "head", "sample", "note", "sign", "title", "subtitle"]
Width = Annotated[float, Field(gt=0, le=150)]  # in characters, as spreadsheets count
Count = Annotated[int, Field(ge=1, le=100)]

# {name} or {name:what the original prints there}
PLACEHOLDER = re.compile(r"\{([a-z0-9][a-z0-9_-]*)(?::([^{}]*))?\}")
# A box and the words it stands for.
BOX = re.compile(r"□[ \u3000]*([^\s□☑■（(：:{]+)")
OTHERS = "others"  # the words that have no box of their own


class Content(Section):
    """What stands in a cell: verbatim text with placeholders, or figures, or nothing: left for a hand."""

    text: str = ""
    of: tuple[Id, ...] = ()
    join: str = "\n"
    ticks: tuple[Id, ...] = ()  # figures whose words tick the boxes of `text`
    kind: Literal["text", "integer", "number"] = "text"
    align: Align | None = None
    allowed: tuple[Words, ...] = ()  # the drop-down list; empty: free text
    open: bool = False  # the list is only offered: another word is no mistake
    optional: bool = False  # nothing to write is an answer too: a blank is not tinted
    name: str = ""  # what the 依据 sheet calls the cell where its label does not do
    note: str = ""  # for the 依据 sheet: how the value is come by

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The names that the cell is filled from, in the order of writing."""
        named = (match[1] for match in PLACEHOLDER.finditer(self.text) if match[1] != OTHERS)
        return tuple(dict.fromkeys((*named, *self.of, *self.ticks)))

    @cached_property
    def verbatim(self) -> str:
        """The text as the original prints it, with nothing filled in."""
        return PLACEHOLDER.sub(lambda match: match[2] or "", self.text)

    @cached_property
    def boxes(self) -> tuple[str, ...]:
        return tuple(match[1] for match in BOX.finditer(self.verbatim))


class Column(Content):
    """One column of a list. The label is verbatim, line breaks included."""

    id: Id
    label: Words
    width: Width
    offline_words: str = ""  # written here where the site asks for it; {n} is how many of the row are offline


class ListBlock(Section):
    """One header line, a line for each group of like cameras or for each camera, a line of sums."""

    kind: Literal["list"]
    id: Id
    row_for: Literal["group", "camera", "record"]  # a site may ask for one row per camera
    group_by: tuple[Id, ...] = ()  # ids of columns
    where: Mapping[Id, tuple[Words, ...]] = {}
    minimum_rows: Annotated[int, Field(ge=0, le=500)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    totals: str = ""  # what the line of sums is called; empty: no such line
    total_columns: tuple[Id, ...] = ()

    @property
    def widths(self) -> tuple[float, ...]:
        return tuple(column.width for column in self.columns)

    @property
    def contents(self) -> Iterator[tuple[str, Content]]:
        for column in self.columns:
            yield f"columns[{column.id}]", column


class GridCell(Content):
    columns: Count = 1
    rows: Count = 1
    look: Look | None = None  # none: a label where nothing can be filled in, else a value
    once: bool = False  # in a repeated row: one cell over all repeats


class Each(Section):
    """A row that is repeated for each group of cameras or recorders that agree in `by`."""

    of: Literal["cameras", "recorders"]
    by: Annotated[tuple[Id, ...], Field(min_length=1)]
    least: Count = 1


class GridRow(Section):
    cells: tuple[GridCell, ...]
    height: Annotated[float, Field(ge=0, le=409)] = 0.0  # in points, at least; 0: as the text needs
    each: Each | None = None


class GridBlock(Section):
    """A table of cells with spans, filled row by row; a cell steps aside for one that hangs from above."""

    kind: Literal["grid"]
    id: Id
    widths: Annotated[tuple[Width, ...], Field(min_length=1)]
    border: bool = True
    rows: Annotated[tuple[GridRow, ...], Field(min_length=1)]

    @property
    def contents(self) -> Iterator[tuple[str, Content]]:
        for number, row in enumerate(self.rows, start=1):
            for place, cell in enumerate(row.cells, start=1):
                yield f"rows[{number}].cells[{place}]", cell


class RecordLine(Content):
    """One line of a transposed table: group, label, printed sample, then a cell for each record."""

    group: str = ""
    label: Words
    sample: str = ""


class RecordsBlock(Section):
    """A table that stands on its side: one column for each record, and more pages as more are needed."""

    kind: Literal["records"]
    id: Id
    widths: Annotated[tuple[Width, ...], Field(min_length=3, max_length=4)]
    columns: Count  # records on a page
    record_for: Literal["camera", "subject"]
    where: Mapping[Id, tuple[Words, ...]] = {}
    drafts: Id | None = None  # a rule that proposes further records
    lines: Annotated[tuple[RecordLine, ...], Field(min_length=1)]

    @property
    def grouped(self) -> bool:
        return any(line.group for line in self.lines)

    @property
    def contents(self) -> Iterator[tuple[str, Content]]:
        for line in self.lines:
            yield f"lines[{line.label}]", line


class Line(Content):
    height: Annotated[float, Field(ge=0, le=409)] = 0.0
    look: Look = "note"


class LinesBlock(Section):
    """Lines across the page, outside the border: notes, sign-off."""

    kind: Literal["lines"]
    id: Id
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]

    @property
    def contents(self) -> Iterator[tuple[str, Content]]:
        for number, line in enumerate(self.lines, start=1):
            yield f"lines[{number}]", line


Block = Annotated[ListBlock | GridBlock | RecordsBlock | LinesBlock, Field(discriminator="kind")]


def printed_widths(block: Block) -> tuple[float, ...]:
    """Return the widths of a block's columns as they are printed; lines go across whatever there is."""
    match block:
        case LinesBlock():
            return ()
        case RecordsBlock():
            return (*block.widths[:-1], *[block.widths[-1]] * block.columns)
        case _:
            return block.widths
