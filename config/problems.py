"""The shapes of what may be wrong with a form: the words for each problem, and figures that have to agree."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Section

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")]
Words = Annotated[str, Field(pattern=r"\S")]
Severity = Literal["error", "warn"]


class ProblemWords(Section):
    """`what` is filled in; `mend` is the same for all of a kind, so that the list can be ordered by it."""

    id: Id
    level: Severity
    what: Words
    mend: Words


class Sum(Section):
    """Figures of a form that have to agree: the parts make up the whole, or are at most as many."""

    whole: Id
    parts: Annotated[tuple[Id, ...], Field(min_length=1)]
    rule: Literal["equal", "at-most"] = "equal"
