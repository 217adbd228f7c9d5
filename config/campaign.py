"""The shape of a campaign: one round of paperwork, with its documents, its dates and its words for places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from config.settings import Section

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")]
Words = Annotated[str, Field(pattern=r"\S")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}\Z")]
Edition = Literal["2016", "2022"]
OWN = "free"  # the forms that no document asks for


class Document(Section):
    title: Words
    number: Words
    issuer: Words
    issued: Day | None = None


class DueDate(Section):
    """A date as the document prints it. `last_day` is the end of the day before, to be on the safe side."""

    what: Words
    printed: Words
    last_day: Day | None = None
    note: str = ""


class Area(Section):
    """One of the campaign's words for places, and which of our positions it takes in."""

    id: Id
    name: Words
    positions: tuple[Words, ...] = ()


class Thresholds(Section):
    """Limits that the campaign's documents give. None: they give none."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    retention_days_key: Annotated[int, Field(ge=1, le=3650)] | None = None  # 反恐重点部位
    passing_points: Annotated[int, Field(ge=0, le=100)] | None = None
    new_since: Day | None = None  # 新建、改建 from this day on


class Campaign(Section):
    """A form names its campaign; the areas stand in the order of the document."""

    id: Id
    name: Words
    documents: Annotated[tuple[Document, ...], Field(min_length=1)]
    region: Annotated[str, Field(pattern=r"^(\d{2}|\d{4}|\d{6})?\Z")] = ""  # 行政区划代码, or how it begins
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None  # where the form prints it
    gb28181: Edition = "2016"  # by which edition its codes are read
    dates: tuple[DueDate, ...] = ()
    thresholds: Thresholds = Thresholds()
    areas_are: str = ""  # what the campaign calls its list of places
    areas: tuple[Area, ...] = ()
    unlisted: Mapping[Words, Words] = {}  # our positions without a word there, and why

    def areas_of(self, position: str) -> tuple[Area, ...]:
        """Return the areas that a position of ours belongs to, by name."""
        return tuple(area for area in self.areas if position in area.positions)

    def word_for(self, position: str) -> str | None:
        """Return the campaign's word for a position of ours, or None where it has none."""
        return next((area.name for area in self.areas_of(position)), None)
