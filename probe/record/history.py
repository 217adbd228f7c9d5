"""What a recorder tells of a channel's recordings, whichever way it tells it. 录像历史"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from probe.model import Reading
from probe.record.days import Day, Span


@dataclass(frozen=True, slots=True)
class History:
    """All times aware, all days the school's. `first` to yesterday are the days that were looked at.

    `spans` is None where the protocol tells days, not hours; they leave locked clips out. `playable` are
    stretches that were listed and can be asked to be played. `oldest` may be None beside recorded days:
    the hour was not told. `cut`: why nothing before `first` is known; empty when the recorder has no more.
    """

    source: str
    first: date
    days: Mapping[date, Day]
    requests: int
    spans: tuple[Span, ...] | None = None
    playable: tuple[Span, ...] = ()
    oldest: datetime | None = None
    newest: datetime | None = None
    records_now: bool | None = None
    locked: int | None = None
    notes: tuple[str, ...] = ()
    gaps: Mapping[str, Reading] = field(default_factory=dict)  # of single metrics, where something failed


APART = "its oldest day stands apart and may be a locked clip"
_LEAST_APART = timedelta(days=8)
_MOST_DAYS = 2


def leave_out_island(days: dict[date, Day]) -> bool:
    """Make an oldest day or two that stand far apart unknown, and say so.

    They may be a clip that somebody locked, where the protocol tells no locks.
    """
    recorded = [day for day, told in sorted(days.items()) if told.recorded]
    for count in range(1, _MOST_DAYS + 1):
        if len(recorded) > count and recorded[count] - recorded[count - 1] >= _LEAST_APART:
            days.update(dict.fromkeys(recorded[:count], Day(None)))
            return True
    return False
