"""What is read off a page: the rows of its list, numbers beside labels, scores by item."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from config.blocks import ListBlock
from config.form import Form
from config.words import say
from inventory.sheets import Raw, SheetPage, address
from reports.rollup.counts import whole
from reports.rollup.submission import Trouble
from reports.rollup.table import Line, NotFound, Table, find_table, missing_labels, plain, text_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where troubles are met."""

    file: str
    sheet: str

    def trouble(self, level: Literal["error", "warn"], cell: str, what: str, mend: str) -> Trouble:
        return Trouble(level, self.file, self.sheet, cell, what, mend)


Reader = Callable[[SheetPage, Form, Place, list[Trouble]], pd.DataFrame]


def list_rows(page: SheetPage, form: Form, place: Place, troubles: list[Trouble]) -> pd.DataFrame:
    """Return the list's rows: whole numbers where a column holds such, else text; None for a blank."""
    block = form.listing
    if block is None:
        raise ValueError(f"{form.id} has no list")
    table = find_table(page.rows, block)
    if isinstance(table, NotFound):
        troubles.append(place.trouble("error", "", missing_labels(table), say("rollup.mend_columns")))
        return frame(block, ())
    integers = [one.id for one in block.columns if one.kind == "integer" and one.figures != ("number",)]
    rows = [dict(_values(line, block, integers, page, place, troubles)) for line in table.lines]
    found = frame(block, rows)
    _compare_sums(table, found, block, place, troubles)
    return found


def frame(block: ListBlock, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return the rows with the list's columns, whole numbers as Int64."""
    found = pd.DataFrame(list(rows), columns=[column.id for column in block.columns], dtype=object)
    for column in block.columns:
        if column.kind == "integer":
            found[column.id] = pd.array(found[column.id].tolist(), dtype="Int64")
    return found


def labelled_numbers(
    page: SheetPage, labels: Mapping[str, str], place: Place, troubles: list[Trouble]
) -> pd.DataFrame:
    """Return the whole numbers right of these labels: one row, a column for each; no row without a label."""
    names = {plain(label): name for name, label in labels.items()}
    at: dict[str, tuple[int, int]] = {}
    for line, row in enumerate(page.rows):
        for column, value in enumerate(row):
            if (name := names.get(plain(value))) is not None:
                at.setdefault(name, (line, column + 1))
    if not at:
        return pd.DataFrame(columns=list(labels))
    for name in labels.keys() - at.keys():
        what = say("rollup.no_label", label=labels[name])
        troubles.append(place.trouble("error", "", what, say("rollup.mend_columns")))
    found = {
        name: number_at(page, at[name], label, place, troubles) if name in at else None
        for name, label in labels.items()
    }
    return pd.DataFrame({name: pd.array([value], dtype="Int64") for name, value in found.items()})


def number_at(
    page: SheetPage,
    at: tuple[int, int],
    label: str,
    place: Place,
    troubles: list[Trouble],
    *,
    needed: bool = False,
) -> int | None:
    """Return the whole number of a cell, None for a blank; tell what is wrong with any other."""
    value: Raw = page.broken.get(at, "") or page.at(*at)
    number = whole(value)
    if isinstance(number, int):
        return number
    if number != "empty" or needed:
        what = say(f"rollup.{number}", label=label, value=short(value))
        troubles.append(place.trouble("error", address(at), what, say("rollup.mend_number")))
    return None


def items_by_number(page: SheetPage, number: str, value: str) -> Iterator[tuple[int, Raw, str]]:
    """Yield item, value and cell of a table whose columns are headed by these labels."""
    for line, row in enumerate(page.rows):
        heads = [plain(one) for one in row]
        if number in heads and value in heads:
            numbers, values = heads.index(number), heads.index(value)
            for below in range(line + 1, len(page.rows)):
                item = whole(page.at(below, numbers))
                if isinstance(item, int):
                    yield item, page.at(below, values), address((below, values))
            return


def short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _values(
    line: Line,
    block: ListBlock,
    integers: Collection[str],
    page: SheetPage,
    place: Place,
    troubles: list[Trouble],
) -> Iterator[tuple[str, object]]:
    for column in block.columns:
        if column.kind != "integer":
            yield column.id, text_of(line.cells[column.id])
        elif column.id in integers:
            label = "".join(column.label.split())
            needed = column.figures == ("count",)
            yield column.id, number_at(page, line.places[column.id], label, place, troubles, needed=needed)
        else:
            yield column.id, None  # the line's number: written anew


def _compare_sums(
    table: Table, found: pd.DataFrame, block: ListBlock, place: Place, troubles: list[Trouble]
) -> None:
    """Hold the sheet's own line of sums to its rows."""
    if table.totals is None:
        return
    for name in block.total_columns:
        said = whole(table.totals.cells[name])
        summed = int(found[name].sum())
        if said not in ("empty", summed):
            what = say("rollup.sum", said=short(table.totals.cells[name]), summed=summed)
            cell = address(table.totals.places[name])
            troubles.append(place.trouble("error", cell, what, say("rollup.mend_sum")))
