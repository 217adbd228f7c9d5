"""A page of evidence before it is a file: sentences, tables of cells, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config.evidence import Heading

Look = Literal["", "good", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Box:
    """One cell. `rows` it takes downwards: the cells below it are None."""

    text: str | int | float
    look: Look = ""
    rows: int = 1
    picture: Path | None = None


Line = tuple[Box | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the sentence that stands in its place when there is nothing in it."""

    title: str
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    instead: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class EvidencePage:
    item: int
    name: str
    lead: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def line(*cells: Box | str | int | float | None) -> Line:
    """Return a line of cells; what is no box yet becomes a plain one."""
    return tuple(cell if cell is None or isinstance(cell, Box) else Box(cell) for cell in cells)
