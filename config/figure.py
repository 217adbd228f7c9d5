"""The shape of a figure: one value of a form, and how it is come by from what is on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from config.settings import Section

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")]
Words = Annotated[str, Field(pattern=r"\S")]
Where = Mapping[Id, tuple[Words, ...]]  # a field and the words that it may hold; all fields must fit

WAYS = ("field", "count", "least", "most", "union", "tally", "rule")
# What needs no figure of its own: the line's number, how many cameras it stands for, the day of making.
BUILT_IN = ("number", "count", "today")


class Figure(Section):
    """One of the ways, and what goes with it. An unknown value stays unknown: nothing is guessed."""

    name: str = ""  # what the 依据 sheet calls it; a `field` has its own name
    field: Id | None = None  # as it stands on record
    count: Literal["items", "channels"] | None = None  # how many fit `where`
    least: Id | None = None  # the smallest of a field
    most: Id | None = None  # the largest
    union: Id | None = None  # its different words
    tally: Words | None = None  # groups of like ones, largest first: "{brand} {model}({n}个)"
    rule: Id | None = None  # a function of reports/forms/rules.py
    edits: Id | None = None  # the field that a person means who writes over what a rule says
    of: Literal["cameras", "recorders"] = "cameras"
    where: Mapping[Id, tuple[Words, ...]] = {}
    words: Mapping[Words, Words] = {}  # from the record's word to this form's
    join: str = ""  # between several words; empty: 、, and / for a tally
    unknown: str = ""  # how a tally names those it knows nothing of: "未识别({n}个)"
    unit: str = ""  # written behind the value
    note: str = ""  # for the 依据 sheet: how the value is come by

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are named; a sound figure has one."""
        return tuple(way for way in WAYS if getattr(self, way) is not None)

    @property
    def between(self) -> str:
        return self.join or ("/" if self.tally else "、")
