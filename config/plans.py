"""What a district or county is held to: a campaign's rates with their limits, and quotas place by place."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from config.errors import ConfigError
from config.mistakes import mistakes_of
from config.settings import Section
from config.toml import read_toml

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")]
Words = Annotated[str, Field(pattern=r"\S")]
Shape = TypeVar("Shape", bound=Section)

Measure = Literal[
    "covered",  # a place has a camera that works
    "hd",
    "networked",  # the upper platform reaches it
    "intact",  # answers, its picture and its clock are in order
    "retained",  # its recordings reach back as far as its own limit
]
Among = Literal[
    "positions",  # the places that the campaign wants covered
    "new",  # cameras built or rebuilt since the campaign began
    "public",  # cameras that see public areas
    "all",  # every camera that stands
    "channels",
]


class Rate(Section):
    """One figure of a campaign. It is met when 100 × counted ≥ limit × all, in whole numbers."""

    id: Id
    name: Words
    measure: Measure
    among: Among
    limit_pct: Annotated[int, Field(ge=0, le=100)]
    quote: Words
    formula: Words
    note: str = ""


class Rates(Section):
    id: Id
    campaign: Id
    rates: Annotated[tuple[Rate, ...], Field(min_length=1)]


class Place(Section):
    """Who has a quota. A type of place stands for itself and is not ranked among the places."""

    name: Words
    quota: Annotated[int, Field(ge=0, le=1_000_000)]
    aliases: tuple[Words, ...] = ()
    kind: Literal["place", "type"] = "place"


class Quota(Section):
    """The quotas of a document, and the total that it prints itself."""

    id: Id
    campaign: Id
    total: Annotated[int, Field(ge=0)]
    places: Annotated[tuple[Place, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Quota:
        summed = sum(place.quota for place in self.places)
        if summed != self.total:
            raise ValueError(f"各单位任务数之和为 {summed}，与文件的合计 {self.total} 不符")
        names = [name for place in self.places for name in (place.name, *place.aliases)]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"名称重复：{'、'.join(repeated)}")
        return self


def load_rates(name: str, folder: Traversable | Path | None = None) -> Rates:
    """Return the rates of a campaign. Raise ConfigError with every mistake in the file."""
    return _load(Rates, f"rates/{name}.toml", folder)


def load_quota(name: str, folder: Traversable | Path | None = None) -> Quota:
    """Return the quotas of a campaign. Raise ConfigError with every mistake, a wrong sum among them."""
    return _load(Quota, f"quotas/{name}.toml", folder)


def _load(shape: type[Shape], file: str, folder: Traversable | Path | None) -> Shape:
    raw = read_toml((folder or files("config")).joinpath(file), file=file)
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(mistakes_of(error, file=file, under=(), raw=raw)) from error
