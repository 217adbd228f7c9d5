"""Text into cells: never a formula, never a broken file; and how tall a row must be to show it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_MOST_UNITS = 32_767  # UTF-16 units that a cell may hold
_TALLEST_PT = 409.0
# Control characters but line feed, lone surrogates, what XML cannot hold, marks that turn text around.
_UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def write_text(page: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    """Write a string as a string, whatever it looks like."""
    clean = clean_text(text)
    if clean:
        page.write_string(row, column, clean, form)
    else:
        page.write_blank(row, column, None, form)


def clean_text(text: str, most: int = _MOST_UNITS) -> str:
    """Return the text as a spreadsheet can hold it, of at most `most` UTF-16 units."""
    if text.isprintable() and len(text) * 2 <= most and not text.startswith("<r>"):
        return text  # nearly all of a county's list
    clean = _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    # XlsxWriter takes a string in these tags for ready XML; a blank behind it makes it text again.
    tail = " " if clean.startswith("<r>") and clean.endswith("</r>") else ""
    return _cut(clean, most - len(tail)) + tail


def row_height(cells: Iterable[tuple[str, float]], pt: float, least: float) -> float:
    """Return a height in points for texts in columns of the given widths (in characters)."""
    lines = max((lines_of(text, width, pt) for text, width in cells), default=1)
    return min(_TALLEST_PT, max(least, lines * pt * 1.4 + 4))


@lru_cache(maxsize=20_000)  # a county's list says the same things ten thousand times
def lines_of(text: str, width: float, pt: float) -> int:
    """Return how many lines the text takes. Wide characters are an em, others about half."""
    room = max(1.0, width * 7 - 6)  # a column of width 1 is 7 px, less what Excel keeps free
    em = pt * 96 / 72
    return sum(max(1, math.ceil(_ems(line) * em / room)) for line in text.split("\n"))


def _ems(line: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.52 for sign in line)


def _cut(text: str, units: int) -> str:
    if len(text) * 2 <= units or len(text.encode("utf-16-le")) <= units * 2:
        return text
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
