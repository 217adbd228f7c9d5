"""A cell that holds several values, taken apart again: lines, words between blanks, ticked boxes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from config.blocks import OTHERS, PLACEHOLDER, Content
from inventory.sheet_meta import Written
from inventory.sheets import Raw
from reports.importing.values import Refused, same, shown, tidy

TICKS = "ticks"
_TEXT = "text:"
_TICKED = "☑■√✓✔▣◼●"
_BOXES = f"□☐○{_TICKED}"


def take_apart(raw: Raw, parts: Sequence[Written]) -> list[Raw] | Refused:
    """Return what now stands for each part of one cell, "" for nothing, in the order of the parts."""
    if len(parts) == 1 and not parts[0].part:
        return [raw]
    if all(not part.part for part in parts):
        return _lines(raw, parts, parts[0].join)
    text = tidy(shown(raw))
    if not text:
        return ["" for _ in parts]
    content = Content(text=parts[0].pattern)
    found = _template(content).fullmatch(_squeezed(text))
    if found is None:
        return Refused("pattern")
    named = {name: value or "" for name, value in found.groupdict().items()}
    return [_of_part(part, content, named, text) for part in parts]


def fits(text: str, pattern: str) -> bool:
    """Say whether a cell still holds its printed words, whatever was filled in."""
    return _template(Content(text=pattern)).fullmatch(_squeezed(tidy(text))) is not None


def _lines(raw: Raw, parts: Sequence[Written], join: str) -> list[Raw] | Refused:
    own = [part.written for part in parts if not part.field and part.written]
    typed = [line for line in _split(tidy(shown(raw)), join) if not any(same(line, one) for one in own)]
    places = [number for number, part in enumerate(parts) if part.field]
    held = [number for number in places if parts[number].written]
    if len(typed) == 1 and len(places) > 1 and len(held) != 1:
        # One line in place of two: told apart by what stood there, or by the blank between them.
        known = [number for number in held if same(typed[0], parts[number].written)]
        words = typed[0].split(" ")
        if known:
            held = known[:1]
        elif len(places) == len(words) == 2:
            typed, held = words, places
    if len(typed) == len(places):
        typed, held = _in_order(typed, [parts[number] for number in places]), places
    elif len(typed) == 1 and len(places) == 2 and not join:
        typed, held = _halves(typed[0], [parts[number].written for number in places], places, held)
    if typed and len(typed) != len(held):
        return Refused("lines", tuple(part.label for part in parts[:1]))
    values: list[Raw] = ["" for _ in parts]
    for number, line in zip(held, typed, strict=False):
        values[number] = line
    for number, part in enumerate(parts):
        if not part.field:
            values[number] = part.written
    return values


def _in_order(typed: list[str], parts: Sequence[Written]) -> list[str]:
    """Return two values in the order of their parts: some write the model first, and only it has figures."""
    fields = [part.field for part in parts]
    if fields != ["brand", "model"]:
        return typed
    first, second = ([sign.isdigit() for sign in one] for one in typed)
    return typed[::-1] if any(first) and not any(second) else typed


def _halves(
    text: str, written: Sequence[str], places: list[int], held: list[int]
) -> tuple[list[str], list[int]]:
    """Part two values that stand side by side without a blank, by the one that is as it was: 某县某镇."""
    first, second = written
    if second and text.endswith(second) and text != second:
        return [text.removesuffix(second), second], places
    if first and text.startswith(first) and text != first:
        return [first, text.removeprefix(first)], places
    return [text], held


def _split(text: str, join: str) -> list[str]:
    mark = join.strip(" ") or "\n"
    lines = (
        text.split("\n") if mark == "\n" else [one for line in text.split("\n") for one in line.split(mark)]
    )
    return [line.strip() for line in lines if line.strip()]


def _template(content: Content) -> re.Pattern[str]:
    """Return what a squeezed cell looks like, whatever stands in its blanks and boxes."""
    pattern = ""
    last = 0
    for match in PLACEHOLDER.finditer(content.text):
        pattern += _literal(content.text[last : match.start()])
        name = match[1].replace("-", "_")
        pattern += f"(?:(?P={name}))" if f"(?P<{name}>" in pattern else f"(?P<{name}>.*?)"
        last = match.end()
    return re.compile(pattern + _literal(content.text[last:]))


def _literal(text: str) -> str:
    signs = (f"[{_BOXES}]{{0,2}}" if sign == "□" else re.escape(sign) for sign in _squeezed(text))
    return "".join(signs)


def _of_part(part: Written, content: Content, named: dict[str, str], text: str) -> str:
    if part.part == TICKS:
        ticked = [word for word in content.boxes if _is_ticked(word, text)]
        others = named.get(OTHERS, "")
        return "、".join(
            [*(word for word in ticked if not (others and word == "其他")), *filter(None, [others])]
        )
    name = part.part.removeprefix(_TEXT)
    typed = named.get(name.replace("-", "_"), "")
    printed = {match[1]: match[2] or "" for match in PLACEHOLDER.finditer(content.text)}[name]
    if typed == _squeezed(printed):
        return ""
    # The blanks within the words were taken out for the comparison alone.
    return part.written if typed == _squeezed(part.written) else typed


def _is_ticked(word: str, text: str) -> bool:
    return re.search(f"[{_TICKED}][□☐]?{re.escape(_squeezed(word))}", _squeezed(text)) is not None


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
