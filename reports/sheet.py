"""A filled form before it becomes a file: rows of cells, each with its origin or why it is blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from config.form import Form
from config.sheet_words import SheetWords
from inventory.record import Source
from reports.retention import Retention

ScopeChoice = Literal["in-scope", "all"]


@dataclass(frozen=True, slots=True)
class Origin:
    """One part of a cell and its source. `cameras` are the ids it stands for; times are aware UTC."""

    name: str  # 中文 name of the field, or of the column where the sheet itself counted
    value: str
    source: Source
    by: str  # probe id, person, or file and key
    first: datetime
    last: datetime
    confirmed: bool
    note: str = ""
    cameras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """One part of a cell that stays blank. `needed` is false where nothing to write is an answer too."""

    name: str
    why: str
    mend: str
    needed: bool
    cameras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    value: str | int | None
    origins: tuple[Origin, ...] = ()
    missing: tuple[Missing, ...] = ()
    odd: bool = False  # a word that is not on the column's list

    @property
    def confirmed(self) -> bool:
        return all(origin.confirmed for origin in self.origins)

    @property
    def wanted(self) -> bool:
        """Blank, and a person has to fill it in."""
        return self.value is None and any(missing.needed for missing in self.missing)


@dataclass(frozen=True, slots=True)
class CameraName:
    """What a person finds a camera by: address (and channel), and what the camera calls itself."""

    place: str
    name: str

    @property
    def full(self) -> str:
        return f"{self.place}「{self.name}」" if self.name else self.place


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form. `cells` stand in the order of the form's columns."""

    cells: tuple[Cell, ...]
    cameras: tuple[str, ...]
    placed: bool  # the field that decides the scope is known


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A camera outside the form's scope, and what says so."""

    camera: str
    said: Origin


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A person wrote one thing and a measurement says another. The sheet shows `taken`."""

    camera: str
    name: str
    typed: str
    measured: str
    taken: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a form's file is made of: a value has an origin or is None."""

    form: Form
    words: SheetWords
    school: str
    rows: tuple[Row, ...]
    grouped: bool
    scope: ScopeChoice
    made: datetime
    measured: datetime | None  # when the last run ended; None before the first
    cameras: Mapping[str, CameraName]  # by id, those that were left out too
    left_out: tuple[LeftOut, ...] = ()
    unanswered: tuple[str, ...] = ()  # cameras on the sheet that gave no answer in the last run
    unidentified: tuple[str, ...] = ()  # addresses that are no camera on any sheet
    disagreements: tuple[Disagreement, ...] = ()
    remarks: tuple[str, ...] = ()
    retention: Retention = field(default_factory=Retention)

    @property
    def blank_rows(self) -> int:
        return max(0, self.form.minimum_rows - len(self.rows))

    @property
    def header_line(self) -> int:
        """How many lines of the file stand above the header of the table."""
        return 2 if self.form.above_title else 1


def cell_name(sheet: Sheet, row: int, column: int) -> str:
    """Return the address in the file of a cell of the table; both count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{sheet.header_line + row + 2}"
