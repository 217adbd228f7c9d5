"""The shape of evidence/*.toml: what goes with a rubric as evidence, and every word on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from config.errors import ConfigError
from config.mistakes import mistakes_of
from config.settings import Section
from config.toml import read_toml

Words = Annotated[str, Field(pattern=r"\S")]
Days = Annotated[int, Field(ge=1, le=3650)]
Shape = TypeVar("Shape", bound=Section)
Heading = tuple[Words, Annotated[int, Field(ge=1, le=20)]]


class Grade(Section):
    at_least: Annotated[int, Field(ge=0, le=1000)]
    name: Words


class Wordbook(Section):
    """Sentences by key, with blanks that are filled in."""

    id: Words
    words: Mapping[str, Words]

    def said(self, key: str, /, **values: object) -> str:
        """Return the sentence `key` with its blanks filled in."""
        return self.words[key].format(**values)


class Evidence(Wordbook):
    form: Words
    standard: Words
    history_days: Days
    daily_days: Days
    clock_back_s: Annotated[int, Field(ge=1, le=86_400)]
    oldest_jump_days: Days
    most_lines: Annotated[int, Field(ge=1, le=100_000)]
    most_pictures: Annotated[int, Field(ge=0, le=10_000)]
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]  # the best one first
    columns: Mapping[str, tuple[Heading, ...]]


@cache
def load_evidence(name: str) -> Evidence:
    """Return what is declared as evidence under this name. Raise ConfigError with every mistake in it."""
    return _load(Evidence, name)


@cache
def load_words(name: str) -> Wordbook:
    """Return the sentences of this name. Raise ConfigError with every mistake in them."""
    return _load(Wordbook, name)


def _load(shape: type[Shape], name: str) -> Shape:
    file = f"evidence/{name}.toml"
    raw = read_toml(files("config").joinpath("evidence", f"{name}.toml"), file=file)
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(mistakes_of(error, file=file, raw=raw)) from error
