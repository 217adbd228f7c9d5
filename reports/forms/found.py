"""What a figure comes to."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.record import Scalar
from reports.sheet import Missing, Origin


@dataclass(frozen=True, slots=True)
class Found:
    """The words of a figure as they are printed, with their sources and what is missing.

    `subject` and `field` are what a person's change of it would speak of; empty: it is worked out anew.
    """

    words: tuple[Scalar, ...] = ()
    origins: tuple[Origin, ...] = ()
    missing: tuple[Missing, ...] = ()
    subject: str = ""
    field: str = ""
    join: str = "、"

    @property
    def value(self) -> Scalar:
        """The one word as it is, several joined, None where nothing is known."""
        if len(self.words) == 1:
            return self.words[0]
        return self.join.join(str(word) for word in self.words) or None

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value)
