"""Which line of a table is whose: by its hidden key, unless what stands in the lines says otherwise.

Whoever sorts only the columns that can be seen leaves the keys behind, and every word would go to another
camera. So the lines are held against what was written for each key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inventory.sheet_meta import Written
from inventory.sheet_sums import sum_word
from reports.importing.compared import Columns, Doubt, compare, likeness, serial_now, serial_of, told
from reports.importing.places import NEW, Table
from reports.importing.values import shown


@dataclass(frozen=True, slots=True)
class Lines:
    """What became of each line. Where the keys and the lines do not go together, `apart` names such lines."""

    own: Mapping[str, int] = field(default_factory=dict)  # by key
    copies: tuple[int, ...] = ()  # with the key of another line that is more like what was written
    added: tuple[int, ...] = ()
    gone: tuple[str, ...] = ()  # keys
    totals: tuple[int, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    apart: tuple[int, ...] = ()


def settle(table: Table) -> Lines:
    """Say of every line whose it is."""
    written = {key: by_column(table, many) for key, many in table.written.items() if not key.startswith(NEW)}
    totals = tuple(line for line in table.added if _is_total(table, line))
    keyless = [line for line in table.added if line not in totals]
    own: dict[str, int] = {}
    copies: list[int] = []
    for key, columns in written.items():
        lines = table.lines.get(key, ())
        if lines:
            own[key] = max(lines, key=lambda line: likeness(table, line, columns))
            copies.extend(line for line in lines if line != own[key])
    found, doubts, added = _found_again(
        table, keyless, {key: written[key] for key in written if key not in own}
    )
    compared = compare(table, own, written)
    apart = compared.apart()
    if apart and not compared.numbers_agree(apart):
        return Lines(totals=totals, apart=tuple(sorted(compared.lines[number] for number in apart)))
    pasted = () if apart else tuple(compared.pasted())
    if apart:
        own = {compared.keys[to]: compared.lines[number] for number, to in compared.numbered.items()}
    elsewhere = {one.line for one in pasted}
    taken = {key: line for key, line in own.items() if line not in elsewhere}
    gone = tuple(key for key in written if key not in own and key not in found)
    return Lines({**taken, **found}, tuple(copies), added, gone, totals, (*doubts, *pasted))


def by_column(table: Table, written: Sequence[Written]) -> dict[int, list[Written]]:
    """Return what was written in a line by the column where it was, for the columns that are still there."""
    columns: dict[int, list[Written]] = defaultdict(list)
    for one in written:
        if table.column_of(one) in table.columns:
            columns[table.column_of(one)].append(one)
    return columns


def _is_total(table: Table, line: int) -> bool:
    return any(sum_word(shown(table.value(line, column))) for column in table.columns)


def _found_again(
    table: Table, keyless: Sequence[int], missing: Mapping[str, Columns]
) -> tuple[dict[str, int], list[Doubt], tuple[int, ...]]:
    """Give lines that lost their key back to it: to the only one whose line was the very same."""
    claims: dict[str, list[int]] = defaultdict(list)
    doubts: list[Doubt] = []
    added: list[int] = []
    for line in keyless:
        like = [key for key, columns in missing.items() if _is_same(table, line, columns)]
        serial = serial_now(table, line)
        twins = [key for key in like if len(like) == 1 or serial_of(missing[key]) == serial]
        if len(twins) == 1:
            claims[twins[0]].append(line)
        elif like or any(_is_near(table, line, columns) for columns in missing.values()):
            doubts.append(Doubt(line, "several_lines" if like else "no_key"))
        else:
            added.append(line)
    for key in [key for key, lines in claims.items() if len(lines) > 1]:
        doubts.extend(Doubt(line, "several_lines") for line in claims.pop(key))
    return {key: lines[0] for key, lines in claims.items()}, doubts, tuple(added)


def _is_same(table: Table, line: int, columns: Columns) -> bool:
    own = told(columns)
    return bool(own) and likeness(table, line, own) == len(own)


def _is_near(table: Table, line: int, columns: Columns) -> bool:
    """Say whether half of what was written of the camera itself stands in the line."""
    own = {
        column: parts
        for column, parts in told(columns).items()
        if parts[0].subject.startswith(("camera:", "group:")) and any(one.written for one in parts)
    }
    return bool(own) and 2 * likeness(table, line, own) >= len(own)
