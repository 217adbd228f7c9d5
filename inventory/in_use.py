"""Which cameras are there to work, by what is on record of their state. 在用

A planned one (拟新建) does not stand yet; one to be rebuilt (拟改建) stands and works until then; one that is
stopped or removed (停用、拆除) covers nothing and is in no denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from inventory.record import FieldValue

BUILT, PLANNED, REBUILT = "已建", "拟新建", "拟改建"
WhyNot = Literal["stopped", "removed", "planned"]

# By field the words that put a camera out of use, and why; every other word leaves it in use.
OUT_OF_USE: Mapping[str, Mapping[str, WhyNot]] = {
    "life_state": {"停用": "stopped", "拆除": "removed"},
    "build_state": {PLANNED: "planned"},
}


class OnRecord(Protocol):
    """A camera, or a line that stands for several: whatever has the fields of one."""

    @property
    def fields(self) -> Mapping[str, FieldValue]: ...


def why_out_of_use(camera: OnRecord) -> WhyNot | None:
    """Return why a camera is not there to work, or None for one that is."""
    found = (words.get(_word(camera, field)) for field, words in OUT_OF_USE.items())
    return next((why for why in found if why is not None), None)


def is_out_of_use(camera: OnRecord) -> bool:
    return why_out_of_use(camera) is not None


def is_planned(camera: OnRecord) -> bool:
    """Say whether it is not there yet."""
    return _word(camera, "build_state") == PLANNED


def word_out_of_use(camera: OnRecord) -> str:
    """Return the word that puts a camera out of use, as it stands on record; empty for one in use."""
    said = ((_word(camera, field), words) for field, words in OUT_OF_USE.items())
    return next((word for word, words in said if word in words), "")


def _word(camera: OnRecord, field: str) -> str:
    said = camera.fields.get(field)
    return "" if said is None or said.value is None else str(said.value).strip()
