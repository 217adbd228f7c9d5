"""The items of the rubric as its form prints them: number, points, sentence. 考评项目"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.blocks import GridBlock
from config.form import Form
from inventory.record import FieldValue

_SCORE = re.compile(r"(?:county_)?score_(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class RubricItem:
    number: int
    points: int
    text: str
    field: str  # the score that people type


def items_of(form: Form) -> tuple[RubricItem, ...]:
    """Return the items of a form whose lines end in sentence, points, score."""
    return tuple(_items(form))


def scores_of(items: tuple[RubricItem, ...], unit: Mapping[str, FieldValue]) -> Mapping[int, object]:
    """Return what was typed as the scores of one copy, by item."""
    return {item.number: said.value for item in items if (said := unit.get(item.field)) is not None}


def _items(form: Form) -> Iterator[RubricItem]:
    for block in form.blocks:
        if not isinstance(block, GridBlock):
            continue
        for row in block.rows:
            match = _SCORE.fullmatch("".join(row.cells[-1].of)) if row.cells else None
            if match is not None:
                text, points = row.cells[-3:-1]
                yield RubricItem(int(match[1]), int(points.text), text.text, match[0])
