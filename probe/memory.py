"""What is remembered of a channel from earlier visits, and what a look hands over to be remembered.

The inventory keeps all of it and gives it back; only probe/picture knows what the byte strings mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from probe.model import Grab, Value

Mode = Literal["day", "night"]  # in colour, or grey under infrared light

# The metrics whose newest measured value later looks are given, as Memory.last.
REMEMBERED = (
    "sharpness",
    "tvl_format",
    "tvl_live_at_least",
    "tvl_live_at_most",
    "tvl_live_by",
    "tvl_live_on",
    "tvl_structure_at_most",
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a channel looks when all is well. `by`: set by a person, found by agreeing nights, or not yet."""

    id: int
    mode: Mode
    by: Literal["person", "nights", "candidate"]
    made: datetime
    record: bytes = field(repr=False)
    preset: str = ""  # of a PTZ camera


@dataclass(frozen=True, slots=True)
class ChartCard:
    """Where a chart card hangs: the corners of its marker in pixels of a picture of this size."""

    marker: int
    corners: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Past:
    """The newest measured value of a metric, and when it was read (aware UTC)."""

    value: Value
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """One channel's past. `sample` is that of the last visit, taken at `sampled`."""

    baselines: tuple[Baseline, ...] = ()
    last: Mapping[str, Past] = field(default_factory=dict)
    sample: bytes = field(default=b"", repr=False)
    sampled: datetime | None = None
    card: ChartCard | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a camera looks: fixed, at a preset of its PTZ head, or somewhere in between."""

    moves: bool = False
    preset: str | None = ""  # None: away from every preset, or not known

    @property
    def is_comparable(self) -> bool:
        return self.preset is not None


@dataclass(frozen=True, slots=True)
class Job:
    """One grab to be looked at, and all that the look may know. `at` is aware UTC.

    `find_card` searches the whole picture for a chart card, which costs as much as all the rest.
    """

    grab: Grab
    at: datetime
    memory: Memory = field(default_factory=Memory)
    place: Place = field(default_factory=Place)
    find_card: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What a look leaves for later ones.

    `record` could become a baseline; it is empty where the picture is not fit to be one. `agrees_with` is the
    baseline, candidate or not, that shows the same view. `sample` tells a stuck picture from visit to visit.
    """

    mode: Mode
    preset: str = ""
    record: bytes = field(default=b"", repr=False)
    sample: bytes = field(default=b"", repr=False)
    agrees_with: int | None = None
    card: ChartCard | None = None
