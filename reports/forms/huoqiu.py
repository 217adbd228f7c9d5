"""What Huoqiu's forms ask and no single figure says. 霍政办秘〔2023〕5号"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from inventory.ledger import absent_spots
from inventory.record import FieldValue
from reports.forms.desk import Desk, words_of
from reports.forms.figures import Rule, recorded
from reports.forms.found import Found
from reports.forms.subject import Item, Subject
from reports.sheet import CameraName, Missing, Origin

# The seven kinds of a wanted point, in the order of the form.
_KINDS = (
    "wanted_bullets",
    "wanted_domes",
    "wanted_faces",
    "wanted_night_domes",
    "wanted_half_high",
    "wanted_high",
    "wanted_others",
)
_PLACES = 6  # digits behind the point that the form asks for


def _system_built(desk: Desk, subject: Subject) -> Found:
    return _month(recorded(desk, "system_built_on", subject))


def _camera_built(desk: Desk, subject: Subject) -> Found:
    """Return when the camera was built; where that is not typed, when its system was."""
    own = recorded(desk, "built_on", subject)
    if own.words:
        return _month(own)
    of_system = recorded(desk, "system_built_on", subject)
    # What a person types here is about the camera.
    return replace(_month(of_system), subject=own.subject, field=own.field) if of_system.words else own


def _pole_built(desk: Desk, subject: Subject) -> Found:
    return _month(recorded(desk, "pole_built_on", subject))


def _month(found: Found) -> Found:
    """Return a date as the samples write it: 2020.03."""
    return replace(
        found, words=tuple(re.sub(r"^(\d{4})[-./](\d{2})\b.*", r"\1.\2", str(word)) for word in found.words)
    )


def _longitude(desk: Desk, subject: Subject) -> Found:
    return _degrees(recorded(desk, "longitude", subject))


def _latitude(desk: Desk, subject: Subject) -> Found:
    return _degrees(recorded(desk, "latitude", subject))


def _degrees(found: Found) -> Found:
    """Return the digits as typed: six behind the point, seven where the sixth is 0. Nothing is rounded."""
    return replace(found, words=tuple(_cut(str(word)) for word in found.words))


def _cut(typed: str) -> str:
    whole, point, digits = typed.partition(".")
    if not point or len(digits) <= _PLACES:
        return typed
    places = _PLACES + 1 if digits[_PLACES - 1] == "0" else _PLACES
    return f"{whole}.{digits[:places]}"


def _wanted_amount(desk: Desk, subject: Subject) -> Found:
    """Return the seven counts in words: 普通枪机1个/普通球机1个. The form asks for them twice."""
    say = desk.catalogue.sheet_words.figures
    words: list[str] = []
    origins: list[Origin] = []
    for name in _KINDS:
        found = recorded(desk, name, subject)
        if isinstance(found.value, int) and found.value > 0:
            field = desk.catalogue.fields[name]
            words.append(say.amount.format(name=field.name, n=found.value))
            origins += found.origins
    if not words:
        return Found()
    sure = all(origin.confirmed for origin in origins)
    text = "/".join(words)
    return Found((text,), (desk.counted("", text, "", subject.items, sure=sure),))


def _nothing_built(desk: Desk, subject: Subject) -> Found:
    """Return 零报告 where the unit says so and no camera on record faces a public area."""
    say = desk.catalogue.sheet_words.figures
    name = desk.catalogue.fields["no_public_project"].name
    facing = tuple(item for item in subject.items if _faces_public(desk, item, subject) is not False)
    if facing:
        ids = tuple(item.id for item in facing)
        return Found(missing=(Missing(name, say.facing_why.format(n=len(ids)), say.facing_mend, True, ids),))
    declared = recorded(desk, "no_public_project", subject)
    if declared.value != "是":
        return Found(missing=(Missing(name, say.undeclared_why, say.undeclared_mend, needed=True),))
    return Found(("零报告",), declared.origins)


def _faces_public(desk: Desk, item: Item, subject: Subject) -> bool | None:
    return desk.fits({"faces_public": ("是",)}, item, subject)


def uncovered(desk: Desk, subject: Subject) -> tuple[Item, ...]:
    """Return a draft for each place of Guannan's list that the school has and no camera watches."""
    absent = absent_spots(subject.unit)
    seen = set()
    for item in subject.items:
        value = desk.of_item("position", item, subject)
        if value is not None:
            seen.add(words_of(value))
    say = desk.catalogue.sheet_words.figures
    drafts = []
    for area in desk.catalogue.must_cover:
        if area.name not in absent and not seen & set(area.positions):
            value = FieldValue(
                area.name, "suggested", "sheet", desk.made, confirmed=False, note=say.uncovered
            )
            fields = {"point_name": value}
            drafts.append(Item(f"draft:{area.id}", fields, CameraName(area.name, "")))
    return tuple(drafts)


RULES: Mapping[str, Rule] = {
    "huoqiu-system-built": _system_built,
    "huoqiu-camera-built": _camera_built,
    "huoqiu-pole-built": _pole_built,
    "huoqiu-longitude": _longitude,
    "huoqiu-latitude": _latitude,
    "huoqiu-wanted-amount": _wanted_amount,
    "huoqiu-nothing-built": _nothing_built,
}
