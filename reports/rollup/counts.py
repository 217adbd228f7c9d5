"""Whole numbers as people type them: half or full width, as text or as a number; anything else is named."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

# A county has tens of thousands of cameras: what is larger is a phone number or a code in the wrong cell.
MOST = 1_000_000

Wrong = Literal["empty", "no_number", "negative", "broken", "huge"]


def whole(said: object) -> int | Wrong:
    """Return the number that a cell holds, or what is wrong with it."""
    if said is None or isinstance(said, bool):
        return "empty" if said is None else "no_number"
    text = unicodedata.normalize("NFKC", str(said)).strip()
    if not text:
        return "empty"
    found = re.fullmatch(
        r"([-+\u2212]?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?(?:[eE]\+?(\d{1,3}))?\s*[台个只路套]?", text, re.ASCII
    )
    if found is None:
        return "no_number"
    sign, digits, rest, power = found.groups()
    if sign in ("-", "\u2212") and (digits.strip("0,") or (rest or "").strip(".0")):
        return "negative"
    if power is not None or len(digits) > 9:
        return "huge"
    if (rest or "").strip(".0"):
        return "broken"
    number = int(digits.replace(",", ""))
    return number if number <= MOST else "huge"
