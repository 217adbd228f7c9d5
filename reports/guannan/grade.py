"""Total and grade of the rubric from the scores that people typed: nothing is scored here. 得分与等级"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from config.evidence import Grade

_STEP = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Graded:
    """`total` and `grade` are None while an item is without a score, or has one that cannot stand."""

    total: Fraction | None
    grade: str | None
    unscored: tuple[int, ...]
    wrong: tuple[tuple[int, str], ...]  # item, and what was typed there

    @property
    def total_words(self) -> str:
        """The total as people write it: 92 or 92.5, or nothing."""
        return "" if self.total is None else f"{float(self.total):g}"


def graded(scores: Mapping[int, object], points_of: Mapping[int, int], grades: Sequence[Grade]) -> Graded:
    """Return the total of the scores and its grade. A score is 0 to the item's points; halves are fine."""
    found: dict[int, Fraction] = {}
    wrong: list[tuple[int, str]] = []
    for item, points in points_of.items():
        typed = _plain(scores.get(item))
        if not typed:
            continue
        score = _number(typed)
        if score is None or not 0 <= score <= points or score % _STEP:
            wrong.append((item, typed))
        else:
            found[item] = score
    settled = found.keys() | {item for item, _ in wrong}
    unscored = tuple(item for item in points_of if item not in settled)
    if unscored or wrong:
        return Graded(None, None, unscored, tuple(wrong))
    total = sum(found.values(), Fraction())
    return Graded(total, grade_of(total, grades), (), ())


def grade_of(total: Fraction | float, grades: Sequence[Grade]) -> str:
    """Return the grade whose half-open interval the total lies in."""
    return next(grade.name for grade in grades if total >= grade.at_least)


def _plain(typed: object) -> str:
    text = unicodedata.normalize("NFKC", "" if typed is None else str(typed)).strip()
    return text.removesuffix("分").strip()


def _number(text: str) -> Fraction | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() else None
