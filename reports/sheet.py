"""What a cell of a form says: its value with where it comes from, or why it is blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inventory.record import Source

ScopeChoice = Literal["in-scope", "all"]


@dataclass(frozen=True, slots=True)
class Origin:
    """One part of a cell and its source. `cameras` are the ids it stands for; times are aware UTC."""

    name: str  # 中文 name of the field, or of the figure that the sheet itself worked out
    value: str
    source: Source
    by: str  # probe id, person, or file and key
    first: datetime
    last: datetime
    confirmed: bool
    note: str = ""
    cameras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """One part of a cell that stays blank. `needed` is false where nothing to write is an answer too.

    `importable`: what a person writes there is taken on record; else it is worked out anew from other fields.
    """

    name: str
    why: str
    mend: str
    needed: bool
    cameras: tuple[str, ...] = ()
    importable: bool = True


@dataclass(frozen=True, slots=True)
class Filled:
    """The value of a cell, a composed text whole. Without an origin nothing is known."""

    value: str | int | float | None
    origins: tuple[Origin, ...] = ()
    missing: tuple[Missing, ...] = ()
    odd: bool = False  # a word that is not on the cell's list

    @property
    def confirmed(self) -> bool:
        return all(origin.confirmed for origin in self.origins)

    @property
    def wanted(self) -> bool:
        """Say whether a person has to fill it in, or a part of it."""
        return any(missing.needed for missing in self.missing)


@dataclass(frozen=True, slots=True)
class CameraName:
    """What a person finds a camera by: address (and channel), and what the camera calls itself."""

    place: str
    name: str

    @property
    def full(self) -> str:
        return f"{self.place}「{self.name}」" if self.name else self.place


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A camera outside the form's scope, and what says so."""

    camera: str
    said: Origin


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A person wrote one thing and a measurement says another. The sheet shows `taken`."""

    camera: str
    name: str
    typed: str
    measured: str
    taken: str
