"""A filled form before it becomes a file: pages of cells, and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal

from config.blocks import Align
from config.form import Form
from config.sheet_words import SheetWords
from reports.retention import Retention
from reports.sheet import CameraName, Disagreement, Filled, LeftOut, ScopeChoice

Look = Literal["above", "title", "subtitle", "head", "label", "sample", "value", "sum", "note", "sign"]
Part = str  # "": the whole cell; "text:<name>": what stands in place of {name}; "ticks": the ticked boxes


@dataclass(frozen=True, slots=True)
class About:
    """What a person's change of a cell speaks of. `subject` is unit, system:, camera:, group: or new:."""

    subject: str
    field: str
    part: Part
    written: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a page; `line` and `column` count from 0. With a formula, its value is what it comes to."""

    line: int
    column: int
    filled: Filled
    look: Look
    align: Align = "center"
    columns: int = 1
    rows: int = 1
    kind: Literal["text", "integer", "number"] = "text"
    border: bool = True
    label: str = ""  # what the 依据 sheet calls it
    anchor: str = ""  # where the label is not printed: a text of its line that the page has once
    allowed: tuple[str, ...] = ()
    open: bool = False
    prompt: str = ""  # shown beside the drop-down list
    formula: str = ""
    about: tuple[About, ...] = ()
    key: str = ""  # of the line or column of a table that it stands in
    pattern: str = ""  # of a composed text: {name} where a value stands
    join: str = ""  # between the values of a cell that has several


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of the workbook. `keys` lead from a line's or column's key to the cameras it stands for."""

    name: str
    widths: tuple[float, ...]  # in characters
    cells: tuple[Cell, ...]
    heights: Mapping[int, float] = field(default_factory=dict)  # in points, at least
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    key_cells: tuple[tuple[int, int, str], ...] = ()  # line, column, key; their column or line is hidden
    hidden_lines: tuple[int, ...] = ()
    header: int | None = None  # the line that every printed page repeats
    frozen: int = 0  # how many lines stay in sight
    breaks: tuple[int, ...] = ()  # a new printed page begins at these lines
    last_line: int = 0

    @property
    def last_column(self) -> int:
        return len(self.widths) - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: its cells in the order of the columns."""

    cells: tuple[Filled, ...]
    cameras: tuple[str, ...]
    placed: bool  # the field that decides the scope is known
    key: str
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that a form's file is made of."""

    form: Form
    words: SheetWords
    school: str
    pages: tuple[Page, ...]
    made: datetime
    zone: tzinfo  # the school's
    rows: tuple[Row, ...] = ()  # of its list, where it has one
    blank_rows: int = 0
    grouped: bool = True
    scope: ScopeChoice = "in-scope"
    measured: datetime | None = None  # when the last run ended; None before the first
    cameras: Mapping[str, CameraName] = field(default_factory=dict)  # by id, those that were left out too
    counted: int = 0  # cameras on the form
    channels: int = 0  # their channels: a second number where some have several
    left_out: tuple[LeftOut, ...] = ()
    undecided: tuple[str, ...] = ()  # cameras on the form of which it is not known whether they belong on it
    unanswered: tuple[str, ...] = ()  # cameras on the form that gave no answer in the last run
    unidentified: tuple[str, ...] = ()  # addresses that are no camera on any sheet
    disagreements: tuple[Disagreement, ...] = ()
    remarks: tuple[str, ...] = ()
    retention: Retention = field(default_factory=Retention)
    joined: bool = False  # of many units' papers: nothing on it was measured here
    mark: str = ""  # printed at the top of every page: what the paper is not
    warnings: tuple[str, ...] = ()  # what the checks found and a person let pass
    meta: Mapping[str, str] = field(default_factory=dict)  # who and what it is for: unit, network, workspace


def cell_name(line: int, column: int) -> str:
    """Return the address of a cell; both count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line + 1}"


def address(paper: Paper, page: int, line: int, column: int) -> str:
    """Return the address of a cell, with its sheet's name where the form has several."""
    name = cell_name(line, column)
    return f"{paper.pages[page].name}!{name}" if len(paper.pages) > 1 else name
