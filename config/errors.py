"""What a person did wrong, in a sentence that says what, where and how to mend it. Exit code 2.

UsageError
└── ConfigError    a file is wrong; every mistake in it is listed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in one file. `key` is the dotted path in it, or empty when the file itself is at fault."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.message) if part)


class UsageError(Exception):
    """One sentence: what is wrong, where, and how to mend it. Nothing was done."""


class ConfigError(UsageError):
    """Every mistake that was found, a line each."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
