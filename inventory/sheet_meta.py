"""What a sheet of ours says of itself in its hidden page: which form, of whom, and what every cell meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.errors import UsageError
from config.words import say
from inventory.sheets import Opened, Raw

# The hidden page, as it is written and as it is read.
META_PAGE = "_meta"
SCHEMA = "camcensus/form/1"
KEY_COLUMNS = ("key", "value")
ROW_COLUMNS = ("row", "key", "ids", "sheet")
CELL_COLUMNS = (
    "sheet",
    "row_key",
    "cell",
    "label",
    "subject",
    "field",
    "written",
    "part",
    "pattern",
    "join",
)
DOUBT_COLUMNS = ("sheet", "row_key", "doubt", "label", "shown")
SUGGESTED, PARTIAL = "suggested", "partial"  # what a doubt may be
_NEEDED = ("form", "edition", "unit", "made", "workspace")


@dataclass(frozen=True, slots=True)
class Written:
    """One value that stood in a cell when the sheet was written, and what an edit of it means.

    `row` is the key of its line or, in a transposed table, of its column. It is empty for a cell that has a
    place of its own.
    """

    page: str
    row: str
    cell: str
    label: str
    subject: str  # unit, system:s1, camera:d3.1, group:<row>, new:<row>
    field: str
    written: str
    part: str = ""  # "": all of the cell, or a line of it; text:<placeholder>; ticks
    pattern: str = ""  # the cell as it is printed, with {name} where a value stands
    join: str = "\n"  # between the values of a cell that is all values


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that nobody had vouched for when the sheet was written, and what stood in it.

    `is_partial`: what it counts is not known of all; otherwise it is a suggestion.
    """

    page: str
    row: str  # as with Written
    label: str
    shown: str
    is_partial: bool


@dataclass(frozen=True, slots=True)
class SheetMeta:
    """The tables of the hidden page: what it is, which cameras a row stands for, every cell, every doubt."""

    keys: Mapping[str, str]
    rows: Mapping[tuple[str, str], tuple[str, ...]]  # by page and row key
    written: tuple[Written, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.keys["made"])

    @property
    def export(self) -> str:
        """What tells this writing of the sheet from every other, however often the file is copied."""
        return "|".join(self.keys.get(name, "") for name in ("workspace", "form", "network", "made"))


def read_meta(opened: Opened) -> SheetMeta:
    """Return what the sheet says of itself. Raise UsageError where it is none of ours or an older one."""
    page = opened.pages.get(META_PAGE)
    if page is None:
        raise UsageError(say("importing.no_meta", file=opened.name))
    tables = list(_tables(page.rows))
    keys = {line.get("key", ""): line.get("value", "") for line in _find(tables, KEY_COLUMNS)}
    if keys.get("schema") != SCHEMA:
        raise UsageError(say("importing.old_meta", file=opened.name, schema=keys.get("schema") or "-"))
    lost = [name for name in _NEEDED if not keys.get(name) and name != "unit"]
    if lost or not _is_moment(keys["made"]):
        raise UsageError(say("importing.torn_meta", file=opened.name, what="、".join(lost or ["made"])))
    rows = {
        (line.get("sheet", ""), line["key"]): tuple(line.get("ids", "").split())
        for line in _find(tables, ("key", "ids"))
    }
    doubts = tuple(
        Doubt(line.get("sheet", ""), line.get("row_key", ""), line["label"], line["shown"], _is_partial(line))
        for line in _find(tables, DOUBT_COLUMNS)
    )
    return SheetMeta(keys, rows, tuple(_written(_find(tables, ("cell", "field", "written")))), doubts)


def _tables(rows: Sequence[Sequence[Raw]]) -> Iterator[list[dict[str, str]]]:
    """Yield the tables as lines by header word. A blank line ends a table."""
    header: list[str] = []
    table: list[dict[str, str]] = []
    for row in rows:
        texts = [str(cell) for cell in row]
        if not any(texts):
            if header:
                yield table
            header, table = [], []
        elif not header:
            header = texts
        else:
            table.append({name: text for name, text in zip(header, texts, strict=False) if name})
    if header:
        yield table


def _find(tables: Sequence[list[dict[str, str]]], columns: Sequence[str]) -> list[dict[str, str]]:
    for table in tables:
        if table and all(name in table[0] for name in columns):
            return table
    return []


def _written(lines: Sequence[Mapping[str, str]]) -> Iterator[Written]:
    for line in lines:
        yield Written(
            page=line.get("sheet", ""),
            row=line.get("row_key", ""),
            cell=line["cell"],
            label=line.get("label", ""),
            subject=line.get("subject", ""),
            field=line["field"],
            written=line["written"],
            part=line.get("part", ""),
            pattern=line.get("pattern", ""),
            join=line.get("join", "\n"),
        )


def _is_partial(line: Mapping[str, str]) -> bool:
    return line["doubt"] == PARTIAL


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
