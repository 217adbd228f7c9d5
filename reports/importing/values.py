"""What a person typed, as the field's type wants it: full-width digits, stray blanks, dates in five ways."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.schema import Field
from inventory.record import Scalar
from inventory.sheets import Raw

YES, NO = "是", "否"
SEVERAL = "/"

_YES_WORDS = frozenset({"是", "有", "√", "✓", "✔", "☑", "■", "对", "y", "yes", "true", "1", "真"})
_NO_WORDS = frozenset({"否", "无", "没有", "不是", "×", "✗", "✘", "x", "n", "no", "false", "0", "假", "错"})
_TICKS = "√✓✔☑"
_LONGEST = 2000
_EXACT = 10**15  # a spreadsheet's number holds 15 digits; the rest it makes zero
_YEARS = range(1980, 2101)
_DAY_ONE = date(1899, 12, 30)
_CODES = frozenset({"gb_code", "system_gb_code", "region_code", "police_code"})  # blanks are no part of them
_COUNTERS = "台个只路套人名天块间处条米元份年"

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()} | {
    0x3000: " "
}
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2})\s*[日号]?|\s*月?份?)")
_YEAR = re.compile(r"(\d{4})年?")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_SPLIT = re.compile(r"[/、，,；;\n]+")


@dataclass(frozen=True, slots=True)
class Refused:
    """A typed value that cannot be taken. `why` names the sentence; `words` are those it may be."""

    why: str
    words: tuple[str, ...] = ()


def shown(raw: Raw) -> str:
    """Return a cell as the person sees it."""
    match raw:
        case bool():
            return YES if raw else NO
        case int():
            return str(raw)
        case float():
            return str(int(raw)) if raw.is_integer() and abs(raw) < _EXACT else repr(raw)
        case datetime():
            return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ", "minutes")
        case date() | time():
            return raw.isoformat()
        case timedelta():
            return str(raw)
        case _:
            return str(raw)


def tidy(text: str) -> str:
    """Return text without stray blanks and unseen signs, its full-width letters and digits made plain."""
    plain = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_WIDE)
    plain = re.sub(r"(?<=\d)．(?=\d)", ".", plain)
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def same(raw: Raw, written: str) -> bool:
    """Say whether a cell still holds what was written: blanks and widths are no change."""
    return folded(shown(raw)) == folded(written)


def folded(text: str) -> str:
    """Return text as it is compared: blanks, widths and unseen signs make no difference."""
    lines = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).replace("\r", "\n").split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def without_tick(text: str) -> str | None:
    """Return the words beside which a tick was put (正门√), or None where there is none."""
    bare = text.strip(_TICKS + " \u3000")
    return bare if bare and any(sign in _TICKS for sign in text) and bare != text.strip() else None


def understand(field: Field, raw: Raw) -> Scalar | Refused:
    """Return the value that a filled cell means for a field, or why it cannot be taken."""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= _EXACT:
        return Refused("long_number")
    text = tidy(shown(raw))
    if len(text) > _LONGEST:
        return Refused("long_text")
    match field.type:
        case "boolean":
            return _boolean(text)
        case "integer" | "number":
            return _number(text, field)
        case "date":
            return _date(raw, text)
        case "text":
            return _words(text, field)


def whole_number(raw: Raw) -> int | Refused:
    """Return a quantity, such as 3 or ３台."""
    found = _figure(tidy(shown(raw)), _COUNTERS)
    return int(found) if found is not None and found.is_integer() and found >= 0 else Refused("integer")


def _boolean(text: str) -> bool | Refused:
    word = unicodedata.normalize("NFKC", text).lower()
    if word in _YES_WORDS or word in _NO_WORDS:
        return word in _YES_WORDS
    return Refused("boolean", (YES, NO))


def _number(text: str, field: Field) -> int | float | Refused:
    found = _figure(text, field.unit + _COUNTERS)
    if found is None:
        return Refused(field.type)
    if field.type == "number":
        return int(found) if found.is_integer() else found
    return int(found) if found.is_integer() and found >= 0 else Refused("integer")


def _figure(text: str, units: str) -> float | None:
    bare = unicodedata.normalize("NFKC", text).replace(" ", "")
    bare = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", bare)
    match = re.fullmatch(rf"([-+]?\d{{1,15}}(?:\.\d{{1,12}})?)[{re.escape(units)}]*", bare, re.ASCII)
    return float(match[1]) if match and math.isfinite(float(match[1])) else None


def _date(raw: Raw, text: str) -> str | Refused:
    if isinstance(raw, datetime | date):
        # A month alone becomes its first day in a spreadsheet: the day is only taken where it says more.
        return _dated(raw.year, raw.month, raw.day if raw.day > 1 else None)
    if isinstance(raw, float) and not raw.is_integer():
        # 2020.10 is the number 2020.1, as is 2020.1: January or October, nobody knows.
        text = text if re.fullmatch(r"\d{4}\.\d{2}", text) else ""
        return _dated(int(text[:4]), int(text[5:]), None) if text else Refused("month")
    if isinstance(raw, int | float) and 20_000 < raw < 80_000:
        day = _DAY_ONE + timedelta(days=int(raw))
        return _dated(day.year, day.month, day.day if day.day > 1 else None)
    bare = unicodedata.normalize("NFKC", text)
    if (year := _YEAR.fullmatch(bare)) is not None and int(year[1]) in _YEARS:
        return year[1]
    match = _DATE.fullmatch(bare) or _RUN.fullmatch(bare)
    if match is None:
        return Refused("date")
    return _dated(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)


def _dated(year: int, month: int, day: int | None) -> str | Refused:
    try:
        date(year, month, day or 1)
    except ValueError:
        return Refused("date")
    if year not in _YEARS:
        return Refused("date")
    return f"{year}.{month:02d}" if day is None else f"{year}-{month:02d}-{day:02d}"


def _words(text: str, field: Field) -> str | Refused:
    if not field.allowed:
        return "".join(text.split()) if field.id in _CODES else text
    parts = _SPLIT.split(text) if field.several else [text]
    found = [_allowed(part, field.allowed) for part in parts if part.strip()]
    if all(found):
        return SEVERAL.join(dict.fromkeys(word for word in found if word))
    return text if field.open else Refused("allowed", field.allowed)


def _allowed(text: str, words: Sequence[str]) -> str | None:
    typed = _squeezed(text)
    for word in words:
        if _squeezed(word) == typed:
            return word
    if YES in words and typed in _YES_WORDS:
        return YES
    return NO if NO in words and typed in _NO_WORDS else None


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
