"""How long repairs took, and what waits: counted from the first look that showed a fault. 报修用时"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from inventory.watch import Case


@dataclass(frozen=True, slots=True)
class Repairs:
    """What a person closed without a measurement has no time."""

    repaired: int
    median: timedelta | None
    longest: timedelta | None
    open: int
    oldest: timedelta | None  # how long the oldest open one has lasted
    dismissed: int


def repairs(cases: Iterable[Case], now: datetime) -> Repairs:
    """Count causes, not what they explain: a switch that took 16 cameras down was one repair."""
    counted = [case for case in cases if case.caused_by is None]
    spells = [spell for case in counted for spell in case.spells]
    took = [spell.repaired - spell.began for spell in spells if spell.repaired is not None]
    waiting = [now - case.since for case in counted if case.is_open]
    return Repairs(
        repaired=len(took),
        median=timedelta(seconds=median(one.total_seconds() for one in took)) if took else None,
        longest=max(took, default=None),
        open=len(waiting),
        oldest=max(waiting, default=None),
        dismissed=sum(1 for spell in spells if spell.closed is not None and spell.repaired is None),
    )
