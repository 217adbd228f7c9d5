"""The lines of sums that people type among the rows of a list: such a line is no row. 合计、小计"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_WHOLE = re.compile(r"(本[页表校])?(合计数?|总计|共计|总数):?")
_PART = re.compile(r"(本[页表校])?小计:?")


def sum_word(value: object) -> Literal["whole", "part"] | None:
    """Say whether a cell heads a line of sums: of all rows, or of those since the sum before (小计)."""
    word = plain(value)
    if _PART.fullmatch(word):
        return "part"
    return "whole" if _WHOLE.fullmatch(word) else None


def plain(value: object) -> str:
    """Return a cell's text without blanks and full-width forms, as labels are compared."""
    return "" if value is None else re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))
