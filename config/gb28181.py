"""The shape of gb28181.toml: the tables by which a 20-digit code is read, for each edition. 国标编码"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from config.settings import Section

Words = Annotated[str, Field(pattern=r"\S")]
Two = Annotated[str, Field(pattern=r"^\d{2}\Z")]
Three = Annotated[str, Field(pattern=r"^\d{3}\Z")]
# A single value, or the first and the last of a row of them.
TwoOrRange = Annotated[str, Field(pattern=r"^\d{2}(-\d{2})?\Z")]
ThreeOrRange = Annotated[str, Field(pattern=r"^\d{3}(-\d{3})?\Z")]
OneOrRange = Annotated[str, Field(pattern=r"^\d(-\d)?\Z")]
CodedKind = Literal["camera", "recorder", "platform"]


class Edition(Section):
    name: Words
    industries: Annotated[Mapping[TwoOrRange, Words], Field(min_length=1)]
    types: Annotated[Mapping[ThreeOrRange, Words], Field(min_length=1)]
    networks: Annotated[Mapping[OneOrRange, Words], Field(min_length=1)]


class Gb28181(Section):
    provinces: Annotated[Mapping[Two, Words], Field(min_length=1)]
    unassigned: tuple[Annotated[str, Field(pattern=r"^\d{1,8}\Z")], ...]  # how codes from the factory begin
    education: Annotated[tuple[Two, ...], Field(min_length=1)]  # industries that a school may have
    kinds: Mapping[CodedKind, tuple[Three, ...]]  # which types a column may hold
    doubtful: Mapping[CodedKind, tuple[Three, ...]]  # which it may hold, to be looked at by a person
    editions: Mapping[Literal["2016", "2022"], Edition]


def named(table: Mapping[str, str], code: str) -> str | None:
    """Return the name of a code in a table whose keys are codes, or rows of them such as 80-89."""
    for key, name in table.items():
        first, _, last = key.partition("-")
        if first <= code <= (last or first):
            return name
    return None
