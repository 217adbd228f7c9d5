"""What a maker's own protocol tells of the texts on a channel's picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Writing:
    """`shows_clock` is None where it does not say. `by` names the question that was answered."""

    texts: tuple[str, ...]
    shows_clock: bool | None
    by: str
