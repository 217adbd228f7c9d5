"""A form's list found again on a sheet that people have worked on: by its labels, whatever was moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.blocks import Column, ListBlock
from config.words import say
from inventory.sheet_sums import plain, sum_word
from inventory.sheet_survey import At
from inventory.sheets import Raw

Grid = Sequence[Sequence[Raw]]

KEY_LABEL = "_key"  # heads the hidden column of row keys
NO_ROW = "#"  # the key of a line that is no row of the table


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list. `cells` are by column id: the text or number, and where it stands."""

    number: int  # as the spreadsheet counts
    key: str  # empty for a line that people inserted
    cells: Mapping[str, Raw]
    places: Mapping[str, At]


@dataclass(frozen=True, slots=True)
class TypedSum:
    """A line of sums that people added to a list. `rows`: how many rows stand above it."""

    line: Line
    rows: int
    is_part: bool  # 小计: of the rows since the one before


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, the form's own line of sums, and the sums that people typed among the rows."""

    lines: tuple[Line, ...]
    totals: Line | None
    typed_sums: tuple[TypedSum, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """Which labels are not there; all of them where no header was found."""

    missing: tuple[str, ...]


def find_table(grid: Grid, block: ListBlock) -> Table | NotFound:
    """Return the rows under the header that bears the block's labels, the line of sums apart."""
    labels = {column.id: plain(column.label) for column in block.columns}
    head, places = _header(grid, labels)
    if missing := tuple(_flat(column) for column in block.columns if column.id not in places):
        return NotFound(missing)
    key_column = _key_column(grid, head)
    lines: list[Line] = []
    typed: list[TypedSum] = []
    totals: Line | None = None
    for number in range(head + 1, len(grid)):
        row = grid[number]
        key = plain(_at(row, key_column)) if key_column is not None else ""
        line = Line(
            number + 1,
            key,
            {name: _at(row, place) for name, place in places.items()},
            {name: (number, place) for name, place in places.items()},
        )
        begins = list(line.cells.values())[:2]
        sums = {sum_word(value) for value in begins} - {None}
        if block.totals and plain(block.totals) in map(plain, begins):
            totals = line
        elif sums:
            typed.append(TypedSum(line, len(lines), is_part="part" in sums))
        elif totals is None and key != NO_ROW and _is_row(line, block.columns, key):
            lines.append(line)
    return Table(tuple(lines), totals, tuple(typed))


def text_of(value: object) -> str | None:
    """Return what a person wrote, blanks around it cut off; None for nothing. 3.0 is 3."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip() or None


def missing_labels(found: NotFound) -> str:
    return say("rollup.no_columns", columns="、".join(found.missing))


def _header(grid: Grid, labels: Mapping[str, str]) -> tuple[int, Mapping[str, int]]:
    best: tuple[int, Mapping[str, int]] = (0, {})
    for number, row in enumerate(grid[:60]):
        seen: dict[str, int] = {}
        for place, value in enumerate(row):
            seen.setdefault(plain(value), place)
        found = {name: seen[label] for name, label in labels.items() if label in seen}
        if len(found) > len(best[1]):
            best = (number, found)
    return best


def _key_column(grid: Grid, head: int) -> int | None:
    row = grid[head] if head < len(grid) else ()
    return next((place for place, value in enumerate(row) if value == KEY_LABEL), None)


def _is_row(line: Line, columns: Sequence[Column], key: str) -> bool:
    """A key says so; a line that people inserted has something beside its number."""
    said = {name for name, value in line.cells.items() if plain(value)}
    numbers = {column.id for column in columns if column.of == ("number",) or column.text == "{number}"}
    typed = said - numbers
    if key and typed:
        return True
    # Notes and the sign-off stand merged in the first column alone.
    return bool(typed) and not (len(said) == 1 and columns[0].id in said)


def _at(row: Sequence[Raw], place: int | None) -> Raw:
    return row[place] if place is not None and place < len(row) else ""


def _flat(column: Column) -> str:
    return "".join(column.label.split())
