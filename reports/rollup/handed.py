"""One page of a file that was handed in: what stands on it, what was doubtful, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from config.form import Form
from config.schema import Catalogue
from inventory.sheet_meta import Doubt
from inventory.sheets import Raw, SheetPage
from reports.importing.values import same, shown
from reports.rollup.submission import Trouble

Doubts = Mapping[tuple[str, str], Doubt]  # by row key and label


@dataclass(frozen=True, slots=True)
class Handed:
    """`doubts` are of the cells as they were written; `troubles` is what readers add to."""

    page: SheetPage
    form: Form
    catalogue: Catalogue
    file: str
    doubts: Doubts
    troubles: list[Trouble]

    def tell(self, level: Literal["error", "warn"], cell: str, what: str, mend: str) -> None:
        self.troubles.append(Trouble(level, self.file, self.page.name, cell, what, mend))

    def doubt(self, row: str, label: str, raw: Raw) -> Doubt | None:
        """Return what was doubtful of a cell that still holds it; a change is a person's word."""
        found = self.doubts.get((row, label))
        return found if found is not None and same(raw, found.shown) else None


Reader = Callable[[Handed], pd.DataFrame]


def doubts_on(page: str, pages: Iterable[str], doubts: Iterable[Doubt]) -> Doubts:
    """Return the doubts of a page; those of a page that is gone may be of one with another name now."""
    there = set(pages)
    return {(one.row, one.label): one for one in doubts if one.page == page or one.page not in there}


def short(value: Raw) -> str:
    """Return a cell as the person sees it, cut where it is long."""
    text = shown(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
