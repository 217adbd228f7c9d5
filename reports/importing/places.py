"""Where the cells of a sheet are now: people sort lines, move columns, insert some and take others out."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inventory.sheet_meta import SheetMeta, Written
from inventory.sheet_survey import At
from inventory.sheets import Raw, SheetPage, place_of
from reports.importing.parts import fits
from reports.importing.values import same, shown

KEYS = "_key"  # heads the hidden column, or line, of the rows' keys
OUTSIDE = "#"  # the key of a line that is no part of a table
NOWHERE = "—"  # the label of a cell that has no label of its own on its line
NEW = "new"  # the subject of what a column means in a line that is not there yet


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a page as it is now. A transposed one is read as if it lay on its side.

    `columns` leads from where a column was to where it is, `lines` from a row's key to every line with it.
    `added` are lines with something in them and no key. `means` says by old column what is written there.
    """

    page: SheetPage
    turned: bool
    written: Mapping[str, tuple[Written, ...]]  # by row key
    means: Mapping[int, tuple[Written, ...]]
    columns: Mapping[int, int] = field(default_factory=dict)
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    added: tuple[int, ...] = ()
    lost: tuple[str, ...] = ()  # labels of columns that are gone
    mark: At = (0, 0)  # where the keys are headed

    def column_of(self, one: Written) -> int:
        return column_of(one, turned=self.turned)

    def at(self, line: int, column: int) -> At:
        """Return where a cell stands on the page; `column` is where it was."""
        now = self.columns[column]
        return (now, line) if self.turned else (line, now)

    def corner(self, line: int) -> At:
        """Return where a line begins on the page."""
        first = min(self.columns.values(), default=0)
        return (first, line) if self.turned else (line, first)

    def value(self, line: int, column: int) -> Raw:
        """Return what stands there; people merge like cells of a column, and all of them mean the first."""
        at = self.at(line, column)
        if self.page.at(*at) != "":
            return self.page.at(*at)
        for (top, left), (bottom, right) in self.page.merged:
            alike = top == bottom if self.turned else left == right
            if alike and top <= at[0] <= bottom and left <= at[1] <= right:
                return self.page.at(top, left)
        return ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A table whose hidden keys are gone: nobody knows any more which line is which."""

    page: SheetPage


def fixed_cells(page: SheetPage, meta: SheetMeta) -> Iterator[tuple[Written, At | None]]:
    """Yield the cells that have a place of their own, with that place, or None where it is gone.

    A label that stands on the page once says how far its line was moved; cells below it, whose own label is
    shared or told in other words, were moved as far. Where the next label below was moved otherwise, what
    was written says which of the two it is.
    """
    own = [one for one in meta.written if one.page == page.name and not one.row and one.subject != NEW]
    spots = [(one, at) for one in own if (at := place_of(one.cell)) is not None]
    moves = dict(sorted(_moves(page, spots)))
    for one, (line, place) in spots:
        above = moves.get(max((known for known in moves if known <= line), default=min(moves, default=-1)), 0)
        below = moves.get(min((known for known in moves if known >= line), default=-1), above)
        moved = (line + above, place)
        if above != below:
            both = ((line + move, place) for move in (above, below))
            yield one, next((at for at in both if _is_left(page, at, one)), None)
        elif not one.pattern or _is_own(page, moved, one):
            yield one, moved
        else:
            yield one, (line, place) if _is_own(page, (line, place), one) else None


def tables(page: SheetPage, meta: SheetMeta) -> Iterator[Table | Lost]:
    """Yield the tables of a page: those whose columns say what a new line would mean."""
    heads = [one for one in meta.written if one.page == page.name and one.subject == NEW and not one.row]
    keyed = [one for one in meta.written if one.page == page.name and one.row]
    blocks = list(_blocks(heads))
    marks = [
        (line, place) for line, row in enumerate(page.rows) for place, text in enumerate(row) if text == KEYS
    ]
    if len(marks) != len(blocks):
        if blocks:
            yield Lost(page)
        return
    for number, (turned, block) in enumerate(blocks):
        begin = marks[number][0] + 1 if not turned else (marks[number - 1][0] + 1 if number else 0)
        end = (
            marks[number][0]
            if turned
            else (marks[number + 1][0] if number + 1 < len(marks) else len(page.rows))
        )
        own = _of_block(keyed, [one for _, one in blocks], number, turned=turned)
        cells = _Cells(page, turned, (begin, end))
        yield _table(cells, block, own, marks[number])


def column_of(one: Written, *, turned: bool) -> int:
    line, place = place_of(one.cell) or (0, 0)
    return line if turned else place


def flat(text: object) -> str:
    """Return a label as it is compared: no blanks, no line breaks, no difference of width."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split())


@dataclass(frozen=True, slots=True)
class _Cells:
    """The part of a page that a table lies in, turned so that its rows are lines."""

    page: SheetPage
    turned: bool
    part: tuple[int, int]  # first line of the page and the one behind the last

    @property
    def wide(self) -> int:
        return max((len(row) for row in self.page.rows), default=0)

    @property
    def lines(self) -> range:
        return range(self.wide) if self.turned else range(*self.part)

    @property
    def columns(self) -> range:
        return range(*self.part) if self.turned else range(self.wide)

    def get(self, line: int, column: int) -> Raw:
        return self.page.at(column, line) if self.turned else self.page.at(line, column)


def _blocks(heads: Sequence[Written]) -> Iterator[tuple[bool, list[Written]]]:
    """Yield the column heads of each table; a transposed one begins anew where its labels begin anew."""
    spots = [(one, place_of(one.cell) or (0, 0)) for one in heads]
    by_line: dict[int, list[Written]] = defaultdict(list)
    for one, (line, _) in spots:
        by_line[line].append(one)
    turned = len({place for _, (_, place) in spots}) < len(by_line) and len(by_line) > 1
    if not turned:
        for line in sorted(by_line):
            yield False, by_line[line]
        return
    block: list[Written] = []
    seen: set[str] = set()
    first = ""
    for line in sorted(by_line):
        labels = {one.label for one in by_line[line]}
        if block and labels == {first} and labels <= seen:
            yield True, block
            block, seen = [], set()
        if not block:
            first = by_line[line][0].label
        block.extend(by_line[line])
        seen |= labels
    if block:
        yield True, block


def _of_block(
    keyed: Sequence[Written], blocks: Sequence[Sequence[Written]], number: int, *, turned: bool
) -> dict[str, tuple[Written, ...]]:
    """Return by key the cells that lay in this table."""
    starts = [min((place_of(one.cell) or (0, 0))[0] for one in block) for block in blocks]
    low = starts[number]
    high = starts[number + 1] if number + 1 < len(starts) else 1 << 30
    own: dict[str, list[Written]] = defaultdict(list)
    for one in keyed:
        if low - (not turned) < (place_of(one.cell) or (-1, 0))[0] + turned <= high:
            own[one.row].append(one)
    return {key: tuple(many) for key, many in own.items()}


def _table(
    cells: _Cells, heads: Sequence[Written], written: dict[str, tuple[Written, ...]], mark: At
) -> Table:
    means: dict[int, list[Written]] = defaultdict(list)
    for one in heads:
        means[column_of(one, turned=cells.turned)].append(one)
    named = {column: many[0].label for column, many in means.items()}
    for one in (one for many in written.values() for one in many):
        # In a transposed table the label follows its group: 杆件 建设时间.
        label = one.label.partition(" ")[2] if cells.turned and " " in one.label else one.label
        named.setdefault(column_of(one, turned=cells.turned), label)
    labels = {column: flat(label) for column, label in named.items()}
    columns = _matched(_heads_now(cells, mark), labels)
    lost = tuple(named[column] for column in labels if column not in columns)
    lines: dict[str, list[int]] = defaultdict(list)
    added: list[int] = []
    for line in cells.lines:
        key = str(cells.page.at(mark[0], line) if cells.turned else cells.page.at(line, mark[1]))
        if key in written:
            lines[key].append(line)
        elif key.startswith(NEW) if cells.turned else not key.startswith((OUTSIDE, KEYS)):
            filled = any(str(cells.get(line, now)).strip() for now in columns.values())
            if filled and not _is_across(cells, line, columns):
                added.append(line)
    return Table(
        cells.page,
        cells.turned,
        written,
        {column: tuple(many) for column, many in means.items()},
        columns,
        {key: tuple(many) for key, many in lines.items()},
        tuple(added),
        lost,
        mark,
    )


def _heads_now(cells: _Cells, mark: At) -> list[frozenset[str]]:
    """Return what heads each column now; a transposed one may have its label in one of several places."""
    if not cells.turned:
        return [frozenset({flat(cells.get(mark[0], column))}) for column in range(cells.wide)]
    return [
        frozenset(flat(cells.get(line, column)) for line in cells.lines if column in cells.columns)
        for column in range(cells.part[1])
    ]


def _matched(heads: Sequence[frozenset[str]], labels: Mapping[int, str]) -> dict[int, int]:
    """Return by old column the new one with its label; of equal labels the first to the first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, texts in enumerate(heads):
        for text in texts:
            places[text].append(place)
    return {
        column: places[label].pop(0) for column, label in sorted(labels.items()) if label and places[label]
    }


def _is_across(cells: _Cells, line: int, columns: Mapping[int, int]) -> bool:
    """Say whether the line is one merged cell over several columns: a note, a line of signatures."""
    for (top, left), (bottom, right) in cells.page.merged:
        low, high, begin, end = (left, right, top, bottom) if cells.turned else (top, bottom, left, right)
        if low <= line <= high and sum(begin <= place <= end for place in columns.values()) > 1:
            return True
    return False


def _moves(page: SheetPage, spots: Sequence[tuple[Written, At]]) -> Iterator[tuple[int, int]]:
    """Yield by the line where it was how far a line was moved, for each label that tells."""
    first: dict[tuple[str, int], tuple[int, Written]] = {}
    for one, (line, place) in spots:
        key = (flat(one.label), place)
        if one.label != NOWHERE and (key not in first or line < first[key][0]):
            first[key] = (line, one)
    for (label, place), (line, one) in first.items():
        found = [
            now for now, row in enumerate(page.rows) for text in row[:place] if label and flat(text) == label
        ]
        if len(found) == 1 and not _has_stayed(page, (line, place), (found[0], place), one):
            yield line, found[0] - line


def _is_own(page: SheetPage, where: At, one: Written) -> bool:
    """Say whether the printed words of a cell stand there, or nothing at all."""
    text = shown(page.at(*where))
    return fits(text, one.pattern) or not text.strip()


def _is_left(page: SheetPage, where: At, one: Written) -> bool:
    """Say whether a cell still holds what was written there."""
    text = page.at(*where)
    return fits(shown(text), one.pattern) if one.pattern else same(text, one.written)


def _has_stayed(page: SheetPage, was: At, now: At, one: Written) -> bool:
    """Say whether a cell stands where it was, though its label seems to have been moved: it is another's."""
    return bool(one.written) and _is_left(page, was, one) and not _is_left(page, now, one)
