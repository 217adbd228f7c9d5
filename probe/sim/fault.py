"""What a row of the fault tables is made of: who saw it in the field, and what it changes on a device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from probe.sim.model import Device

Change = Callable[[Device], Device]


@dataclass(frozen=True, slots=True)
class Fault:
    """`source` is an observation or a clause. `spoils` is False where a careful client still reads all."""

    id: str
    title: str
    source: str
    effect: Change
    spoils: bool = True
    maker: str = ""  # where the default school puts it; empty: on any maker
    codec: str = ""  # the stream it needs
    is_picture: bool = False  # a row of effects.py: it may begin later
    of_recorders: bool = False  # it changes nothing on a camera


def quirk(**changed: Any) -> Change:  # noqa: ANN401  whatever fields Quirks has; mypy cannot follow replace()
    return lambda device: replace(device, quirks=replace(device.quirks, **changed))


def fact(**changed: Any) -> Change:  # noqa: ANN401
    return lambda device: replace(device, **changed)
