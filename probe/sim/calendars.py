"""When a simulated recorder recorded: a calendar of every sort, from a die and the school's first day."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from probe.sim.footage import Footage, Stretch, midnight

Mode = Literal["continuous", "motion", "schedule", "off"]

YOUNG_DAYS = 12
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a channel was set to, and what came of it."""

    mode: Mode
    footage: Footage


def make_calendar(sort: str, chance: random.Random, today: date, days: int) -> Calendar:
    """Return a calendar whose oldest unlocked recording is of the day `days` before today."""
    return _SORTS[sort](chance, today, days)


def draw_sort(chance: random.Random) -> str:
    """Return a sort as often as schools have it."""
    return chance.choices(tuple(_WEIGHTS), weights=tuple(_WEIGHTS.values()))[0]


def _continuous(chance: random.Random, today: date, days: int) -> Calendar:
    return Calendar("continuous", Footage((Stretch(_oldest(chance, today, days), None),)))


def _holes(chance: random.Random, today: date, days: int) -> Calendar:
    """One to four holes, of a quarter of an hour to three days."""
    oldest = begins = _oldest(chance, today, days)
    stretches = []
    count = chance.randint(1, 4)
    room = timedelta(days=max(days - 1, 1)) / count
    for number in range(count):
        hole = timedelta(minutes=chance.choice((15, 40, 130, 300, 1000, 1500, 3000, 4320)))
        hole = min(hole, room / 2) // _MINUTE * _MINUTE
        at = oldest + number * room + (room - hole) * chance.uniform(0.1, 0.9)
        # Never at midnight, where a clock that is seconds off would tell another day.
        at = at.replace(second=30, microsecond=0)
        stretches.append(Stretch(begins, at))
        begins = at + hole
    return Calendar("continuous", Footage((*stretches, Stretch(begins, None))))


def _motion(chance: random.Random, today: date, days: int) -> Calendar:
    """Ten clips or so a day, none at night."""
    stretches = []
    for ago in range(days, -1, -1):
        day = midnight(today - timedelta(days=ago))
        at = day + timedelta(hours=6, minutes=chance.randint(0, 90))
        while at < day + timedelta(hours=21):
            end = at + timedelta(seconds=chance.randint(40, 600))
            stretches.append(Stretch(at, end, "motion"))
            at = end + timedelta(minutes=chance.randint(20, 150))
    return Calendar("motion", Footage(tuple(stretches)))


def _schedule(chance: random.Random, today: date, days: int) -> Calendar:
    """By a plan: from six in the morning to ten at night."""
    stretches = []
    for ago in range(days, -1, -1):
        day = midnight(today - timedelta(days=ago))
        stretches.append(Stretch(day + timedelta(hours=6), day + timedelta(hours=22)))
    return Calendar("schedule", Footage(tuple(stretches)))


def _locked(chance: random.Random, today: date, days: int) -> Calendar:
    """Continuous, and one clip that somebody locked months ago so that it is never overwritten."""
    at = midnight(today - timedelta(days=days + chance.randint(60, 150)))
    at += timedelta(hours=chance.randint(8, 17), minutes=chance.randint(0, 59))
    clip = Stretch(at, at + timedelta(minutes=chance.randint(5, 50)), locked=True)
    return Calendar("continuous", Footage((clip, Stretch(_oldest(chance, today, days), None))))


def _stopped(chance: random.Random, today: date, days: int) -> Calendar:
    """It recorded until some days ago; nobody noticed."""
    begins = _oldest(chance, today, days)
    ends = midnight(today - timedelta(days=chance.randint(2, max(2, min(9, days - 1)))))
    ends += timedelta(hours=chance.randint(1, 22), minutes=17)
    return Calendar("continuous", Footage((Stretch(begins, ends),) if begins < ends else ()))


def _off(chance: random.Random, today: date, days: int) -> Calendar:
    return Calendar("off", Footage())


_SORTS: Mapping[str, Callable[[random.Random, date, int], Calendar]] = {
    "continuous": _continuous,
    "holes": _holes,
    "motion": _motion,
    "schedule": _schedule,
    "locked": _locked,
    "stopped": _stopped,
    "off": _off,
}
_WEIGHTS = {
    "continuous": 46,
    "holes": 20,
    "motion": 10,
    "schedule": 6,
    "locked": 8,
    "stopped": 6,
    "off": 4,
}
SORTS = tuple(_SORTS)


def _oldest(chance: random.Random, today: date, days: int) -> datetime:
    """Return a minute of that day: a full disk gives up its oldest file at any hour."""
    return midnight(today - timedelta(days=days)) + timedelta(minutes=chance.randint(1, 23 * 60 + 30))
