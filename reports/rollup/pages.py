"""What is read off a page: the rows of its list, numbers beside labels, scores by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from config.blocks import Column, ListBlock
from config.schema import Field
from config.words import say
from inventory.sheet_sums import plain
from inventory.sheet_survey import At
from inventory.sheets import Raw, address
from reports.importing.values import Refused, shown, understand, without_tick
from reports.rollup.counts import whole
from reports.rollup.handed import Handed, short
from reports.rollup.submission import OPEN
from reports.rollup.table import Line, NotFound, Table, find_table, missing_labels, text_of


def list_rows(handed: Handed) -> pd.DataFrame:
    """Return the list's rows: whole numbers where a column holds such, else text; None for a blank."""
    block = handed.form.listing
    if block is None:
        raise ValueError(f"{handed.form.id} has no list")
    table = find_table(handed.page.rows, block)
    if isinstance(table, NotFound):
        handed.tell("error", "", missing_labels(table), say("rollup.mend_columns"))
        return frame(block, ())
    rules = {column.id: rule_of(column, handed) for column in block.columns}
    found = frame(block, [_row(line, block, rules, handed) for line in table.lines])
    _compare_sums(table, found, block, handed)
    return found


def frame(block: ListBlock, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return the rows with the list's columns, whole numbers as Int64, and the columns nobody confirmed."""
    names = [*(column.id for column in block.columns), OPEN]
    found = pd.DataFrame(list(rows), columns=names, dtype=object)
    for column in block.columns:
        if column.kind == "integer":
            found[column.id] = pd.array(found[column.id].tolist(), dtype="Int64")
    return found


def labelled_numbers(handed: Handed, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return the whole numbers right of these labels: one row, a column for each; no row without a label.

    A number that was written of some only, the rest being unknown, is not known.
    """
    names = {plain(label): name for name, label in labels.items()}
    at: dict[str, At] = {}
    for line, row in enumerate(handed.page.rows):
        for column, value in enumerate(row):
            if (name := names.get(plain(value))) is not None:
                at.setdefault(name, (line, column + 1))
    if not at:
        return pd.DataFrame(columns=[*labels, OPEN])
    for name in labels.keys() - at.keys():
        handed.tell("error", "", say("rollup.no_label", label=labels[name]), say("rollup.mend_columns"))
    found: dict[str, int | None] = dict.fromkeys(labels)
    guessed: list[str] = []
    for name, where in at.items():
        doubt = handed.doubt("", labels[name], handed.page.at(*where))
        if doubt is None or not doubt.is_partial:
            found[name] = number_at(handed, where, labels[name])
            guessed += [name] if doubt else []
    numbers = pd.DataFrame({name: pd.array([value], dtype="Int64") for name, value in found.items()})
    return numbers.assign(**{OPEN: " ".join(guessed) or None})


def number_at(handed: Handed, at: At, label: str, *, needed: bool = False) -> int | None:
    """Return the whole number of a cell, None for a blank; tell what is wrong with any other."""
    if at in handed.page.broken:
        what = say("rollup.formula", label=label, value=short(handed.page.broken[at]))
        handed.tell("error", address(at), what, say("rollup.mend_formula"))
        return None
    value = handed.page.at(*at)
    number = whole(value)
    if isinstance(number, int):
        return number
    if number != "empty" or needed:
        what = say(f"rollup.{number}", label=label, value=short(value))
        handed.tell("error", address(at), what, say("rollup.mend_number"))
    return None


def items_by_number(handed: Handed, number: str, value: str) -> Iterator[tuple[int, Raw, At]]:
    """Yield item, value and cell of a table whose columns are headed by these labels."""
    page = handed.page
    for line, row in enumerate(page.rows):
        heads = [plain(one) for one in row]
        if number in heads and value in heads:
            numbers, values = heads.index(number), heads.index(value)
            for below in range(line + 1, len(page.rows)):
                item = whole(page.at(below, numbers))
                if isinstance(item, int):
                    yield item, page.at(below, values), (below, values)
            return


def rule_of(column: Column, handed: Handed) -> Field | None:
    """Return the field of a column, with the form's own words for it; None for one that has no words."""
    rule = handed.catalogue.fields.get(column.of[0]) if len(column.of) == 1 else None
    if rule is None or rule.type != "text" or not column.allowed:
        return None
    return rule.model_copy(update={"allowed": column.allowed, "open": column.open or rule.open})


def _row(
    line: Line, block: ListBlock, rules: Mapping[str, Field | None], handed: Handed
) -> Mapping[str, object]:
    values: dict[str, object] = {}
    guessed: list[str] = []
    for column in block.columns:
        label = "".join(column.label.split())
        if column.kind != "integer":
            values[column.id] = _text(line, column, label, rules[column.id], handed)
        elif column.figures != ("number",):  # that of the line is written anew
            needed = column.figures == ("count",)
            values[column.id] = number_at(handed, line.places[column.id], label, needed=needed)
        if values.get(column.id) is not None and handed.doubt(line.key, label, line.cells[column.id]):
            guessed.append(column.id)
    return {**values, OPEN: " ".join(guessed) or None}


def _text(line: Line, column: Column, label: str, rule: Field | None, handed: Handed) -> str | None:
    """Return what a cell means. What the form has no such word for stays as it is, and is told."""
    at, raw = line.places[column.id], line.cells[column.id]
    if at in handed.page.broken:
        what = say("rollup.formula", label=label, value=short(handed.page.broken[at]))
        handed.tell("warn", address(at), what, say("unclear.formula"))
        return None
    said = without_tick(shown(raw)) or raw
    if rule is None or not shown(raw).strip():
        return text_of(said)
    value = understand(rule, said)
    if isinstance(value, Refused):
        what = say("rollup.strange", label=label, value=short(raw))
        handed.tell("warn", address(at), what, say(f"unclear.{value.why}", words="、".join(value.words)))
        return text_of(raw)
    return str(value)


def _compare_sums(table: Table, found: pd.DataFrame, block: ListBlock, handed: Handed) -> None:
    """Hold the sheet's own line of sums, and those that people typed, to the rows."""
    if table.totals is not None:
        for name in block.total_columns:
            _compare_sum(handed, "error", table.totals, name, {int(found[name].sum())})
    named = [column.id for column in block.columns if column.kind == "integer"]
    counted = [name for name in named if found[name].notna().any()]
    begin = 0
    for one in table.typed_sums:
        above = found.iloc[: one.rows]
        for name in counted:
            sums = {int(found[name].sum())}
            if one.is_part:
                # Of the rows since the part before, or of all above: both are called so.
                sums = {int(above[name].sum()), int(found[name].iloc[begin : one.rows].sum())}
            _compare_sum(handed, "warn", one.line, name, sums)
        begin = one.rows if one.is_part else begin


def _compare_sum(handed: Handed, level: str, line: Line, name: str, sums: set[int]) -> None:
    said = whole(line.cells[name])
    if said == "empty" or said in sums:
        return
    what = say("rollup.sum", said=short(line.cells[name]), summed="/".join(map(str, sorted(sums))))
    if level == "error":
        handed.tell("error", address(line.places[name]), what, say("rollup.mend_sum"))
    else:
        handed.tell("warn", address(line.places[name]), what, say("rollup.mend_typed_sum"))
