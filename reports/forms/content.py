"""From a cell's declaration to what it says: verbatim text filled in, boxes ticked, figures joined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from config.blocks import BOX, OTHERS, PLACEHOLDER, Content
from inventory.record import Scalar
from reports.forms.desk import Desk, joined_missing, joined_origins
from reports.forms.figures import find
from reports.forms.found import Found
from reports.forms.rules import RULES
from reports.forms.subject import Subject
from reports.paper import About
from reports.sheet import Filled, Missing

_OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Told:
    """A cell's value, and what a person's change of each part of it would mean."""

    filled: Filled
    about: tuple[About, ...] = ()


def tell(desk: Desk, content: Content, subject: Subject, label: str) -> Told:
    """Return what stands in the cell for this subject."""
    if not content.figures:
        if content.text:
            return Told(Filled(content.text))
        return Told(Filled(None, missing=(_for_a_hand(desk, label),)))
    found = {
        name: find(
            desk,
            name,
            subject,
            RULES,
            listed=bool(content.allowed) and not content.optional,
            note=content.note,
        )
        for name in content.figures
    }
    value = _composed(desk, content, found) if content.text else _joined(content, found)
    origins = joined_origins(origin for one in found.values() for origin in one.origins)
    filled = Filled(
        value=value,
        origins=origins,
        missing=joined_missing(
            replace(
                gap,
                needed=gap.needed and not content.optional,
                importable=bool(one.field and one.subject),
            )
            for one in found.values()
            for gap in one.missing
        ),
        odd=_is_odd(desk, content, value, found),
    )
    return Told(filled, tuple(_about(content, found)))


def typed(desk: Desk, content: Content) -> list[str]:
    """Return the fields that a person fills by writing into such a cell; the form's own begin with #."""
    fields = []
    for name in content.figures:
        figure = desk.form.figures.get(name)
        if name in ("number", "count"):
            fields.append(f"#{name}")
        elif figure is None:
            fields.append(name)
        elif (field := figure.field or figure.edits) is not None:
            fields.append(field)
    return fields


def _for_a_hand(desk: Desk, label: str) -> Missing:
    hand = desk.catalogue.sheet_words.blank["hand"]
    return Missing(label, hand.why, hand.mend, needed=False)


def _joined(content: Content, found: Mapping[str, Found]) -> Scalar:
    values = [one.value for one in found.values() if one.value is not None]
    if len(values) == 1 and content.kind != "text" and isinstance(values[0], int | float):
        return values[0]
    text = content.join.join(str(value) for value in values)
    if content.kind == "integer" and text.isdecimal():
        return int(text)
    return text or None


def _composed(desk: Desk, content: Content, found: Mapping[str, Found]) -> str:
    ticked = _ticked(desk, content, found)
    boxes = content.boxes
    others = [word for word in ticked if word not in boxes]

    def tick(match: re.Match[str]) -> str:
        on = match[1] in ticked or (match[1] == _OTHER and others)
        return match[0].replace("□", desk.choices.ticked, 1) if on else match[0]

    def put(match: re.Match[str]) -> str:
        said = "、".join(others) if match[1] == OTHERS else found[match[1]].text
        return said or match[2] or ""

    # Boxes first: what is filled in comes from people and devices and may hold a box itself.
    return PLACEHOLDER.sub(put, BOX.sub(tick, content.text))


def _is_odd(desk: Desk, content: Content, value: Scalar, found: Mapping[str, Found]) -> bool:
    """Say whether there is a word that the cell has no room for: not on its list, or without a box."""
    if content.ticks and f"{{{OTHERS}" not in content.text:
        return not set(_ticked(desk, content, found)) <= set(content.boxes)
    if not content.allowed:
        return False
    said = [value] if len(found) < 2 else [one.value for one in found.values() if _is_listed(desk, one)]
    return any(word is not None and str(word) not in content.allowed for word in said)


def _is_listed(desk: Desk, one: Found) -> bool:
    """Say whether the words of this part of a cell are those of its list."""
    field = desk.catalogue.fields.get(one.field)
    return field is not None and bool(field.allowed)


def _ticked(desk: Desk, content: Content, found: Mapping[str, Found]) -> list[str]:
    words: dict[str, None] = {}
    for name in content.ticks:
        field = desk.catalogue.fields.get(found[name].field)
        for word in found[name].words:
            whole = str(word)
            several = field is not None and field.several and whole not in content.boxes
            parts = whole.split("/") if several else [whole]
            words.update(dict.fromkeys(parts))
    return list(words)


def _about(content: Content, found: Mapping[str, Found]) -> list[About]:
    said = []
    for name, one in found.items():
        if name in ("number", "count"):
            said.append(About("", f"#{name}", "", one.text))
        elif one.field and one.subject:
            part = "ticks" if name in content.ticks else f"text:{name}" if content.text else ""
            said.append(About(one.subject, one.field, part, one.text))
    return said
