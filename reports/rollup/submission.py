"""What one unit hands in: whose it is, when it was made, its rows; and what is wrong with a file."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

import pandas as pd

WORKSPACE = "rollup"  # stands in a joined sheet where a school's sheet names its database
OPEN = "_open"  # the column that names, with blanks between, those of a row that nobody has confirmed

_TELLING = 4  # so many rows of cameras are not equal by chance

Fact = str | int | float | bool | None


class Key(NamedTuple):
    """Of two submissions with the same key the newer one replaces the older one."""

    campaign: str
    unit: str
    form: str
    network: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with what was handed in: where it stands, and how to mend it.

    error: the submission is left out. warn: it counts, and somebody should look.
    """

    level: Literal["error", "warn"]
    file: str
    sheet: str
    cell: str
    what: str
    mend: str

    @property
    def place(self) -> str:
        return " ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one network of a unit says on a form. `guessed`: the facts that nobody has confirmed.

    `scope` is as with a submission; `odd` are warnings, each with its mend.
    """

    rows: pd.DataFrame
    facts: Mapping[str, Fact] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    scope: str = ""
    odd: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """One unit's form. `rows` has the form's column ids as columns and a whole `count` in every row.

    `saved` is when a program last saved the file: people's edits leave `made` as it was.
    """

    key: Key
    name: str
    made: datetime
    saved: datetime
    source: str
    sha256: str
    rows: pd.DataFrame
    workspace: str = ""
    is_own: bool = True  # false: taken from a district's joined list, which the unit's own sheet outranks
    facts: Mapping[str, Fact] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()  # facts that nobody has confirmed
    scope: str = ""  # in-scope or all, where the form asks for some cameras only
    district: str = ""  # whose joined list it is taken from, where that names itself

    @property
    def content(self) -> str:
        """Return a digest of what is said, whoever sent it and when."""
        said: dict[str, Any] = {"name": self.name, "rows": records(self.rows)}
        said |= {"facts": dict(sorted(self.facts.items())), "guessed": sorted(self.guessed)}
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def substance(self) -> str:
        """Return a digest of the cameras' rows without whose they are; empty where there are too few."""
        rows = self.rows.drop(columns=["school", "unit", OPEN], errors="ignore")
        rows = rows.dropna(axis="columns", how="all")
        if len(rows) < _TELLING or "count" not in rows:
            return ""
        said = json.dumps(records(rows), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def open_in(row: Mapping[Any, object]) -> frozenset[str]:
    """Return the columns of a row that nobody has confirmed."""
    said = row.get(OPEN)
    return frozenset(said.split()) if isinstance(said, str) else frozenset()


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain values, None for a blank."""
    names = [str(name) for name in rows.columns]
    columns = [
        [None if value is pd.NA or value != value else value for value in rows[name].tolist()]
        for name in rows
    ]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def same_name(text: str) -> str:
    """Return a unit's name or code as it is compared: width, case and blanks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
