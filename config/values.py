"""Whether a value may stand in a field."""

from __future__ import annotations

import re
from datetime import date

from config.schema import Field

LONGEST = 200  # characters of a line
LONGEST_TEXT = 2000  # of a field of several lines
_LARGEST = 1e12

_DATE = re.compile(r"(\d{4})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def mistake_in(field: Field, value: object) -> str:
    """Return what is wrong with a value of a field and how to mend it, or an empty string."""
    match field.type:
        case "boolean":
            return "" if isinstance(value, bool) else "应为 true 或 false，不加引号"
        case "integer":
            whole = isinstance(value, int) and not isinstance(value, bool)
            return _out_of_range(value) if whole else "应为整数，不加引号，也不带小数点"
        case "number":
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return _out_of_range(value) if is_number else "应为数字，不加引号"
        case "text" | "date":
            if not isinstance(value, str):
                return "应为文字，用英文双引号括起来"
            return _mistake_in_text(field, value)


def words_of(field: Field, value: str) -> tuple[str, ...]:
    """Return the words that a value is made of: one, unless the field holds several."""
    return tuple(part.strip() for part in value.split("/")) if field.several else (value,)


def plain_date(said: str) -> str:
    """Return a date with two digits for month and day, as the forms' samples have it: 2024.9 is 2024.09."""
    is_date = _DATE.fullmatch(said) is not None
    return re.sub(r"\.(\d)(?!\d)", r".0\1", said) if is_date else said


def _mistake_in_text(field: Field, value: str) -> str:
    said = value.strip()
    longest = LONGEST_TEXT if field.long else LONGEST
    if len(said) > longest:
        return f"太长，最多 {longest} 个字"
    if _CONTROL.search(said.replace("\n", "") if field.long else said):
        return "有不能出现的字符（换行、控制字符等），请删去"
    if field.type == "date" and said and not _is_date(said):
        return "日期应写成 2020.03 或 2020-03-15"
    if said and field.allowed and not field.open:
        wrong = [word for word in words_of(field, said) if word not in field.allowed]
        if wrong:
            several = "（可填多个，用 / 隔开）" if field.several else ""
            return f"只能填 {'、'.join(field.allowed)} 之一{several}，不能填 {wrong[0]}"
    return ""


def _is_date(said: str) -> bool:
    if (match := _DATE.fullmatch(said)) is None:
        return False
    year, month, day = (
        int(part or 1) for part in (match[1] or match[4], match[2] or match[5], match[3] or match[6])
    )
    try:
        return 1949 <= date(year, month, day).year <= 2100
    except ValueError:
        return False


def _out_of_range(value: object) -> str:
    is_sane = isinstance(value, int | float) and 0 <= value < _LARGEST  # nan is in no range
    return "" if is_sane else "数字不能小于 0，也不能太大"
