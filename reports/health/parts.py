"""What a health report says, as plain values in the reader's language, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Standing = Literal["ok", "fault", "unknown", "none"]  # none: nobody looked that night
Day = Literal["whole", "holed", "missing", "unknown", "outside"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A data URI, or in words why there is none."""

    uri: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    conclusion: str
    cameras: int
    online: int
    good: int
    faulty: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate. `figure` is cut, never rounded up; empty where there is nothing to count."""

    name: str
    figure: str
    numerator: int
    denominator: int
    unknown: int
    formula: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The rates of the cameras of one class, brand or recorder, in the order of Health.group_rates."""

    name: str
    member: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """How often a clause is met, of the subjects that it judges."""

    document: str
    clause: str
    name: str
    met: int
    not_met: int
    unknown: int
    not_due: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """One night of one camera."""

    day: date
    standing: Standing
    words: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One camera."""

    camera: str
    name: str
    position: str
    address: str
    make: str
    size: str
    standing: Standing
    words: str
    remark: str
    picture: Picture
    not_met: tuple[str, ...] = ()
    strip: tuple[Square, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """An open fault: a case with its number, or, before there are cases, what the last run found."""

    number: int | None
    name: str
    urgency: str
    where: str
    since: str
    lasting: str
    times: str
    picture: Picture
    took_down: tuple[str, ...] = ()
    owner: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A view that moved: how it was, and how it is."""

    where: str
    percent: str
    before: Picture
    after: Picture


@dataclass(frozen=True, slots=True)
class Month:
    """A row of a calendar. `days` has one entry for each day of the month."""

    label: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a recorder holds of one channel."""

    number: int
    name: str
    camera: str
    days: str
    verdict: str  # the id; `verdict_words` is for people
    verdict_words: str
    plays: str
    missing: str
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorder:
    address: str
    model: str
    disks: tuple[tuple[str, str], ...]
    platform: str
    channels: tuple[Calendar, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot: SVG path text, and the name and the last value beside it."""

    name: str
    last: str
    path: str
    dots: tuple[tuple[float, float], ...]
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A trend over nights, in a box of fixed size. `levels` and `days` are (position, label)."""

    title: str
    note: str
    levels: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class Untested:
    """One reason why something was not measured, how to mend it, and what it leaves open where."""

    why: str
    mend: str
    rows: tuple[tuple[str, str], ...]  # the item, the cameras


@dataclass(frozen=True, slots=True)
class Health:
    """Everything the page says."""

    school: str
    night: str
    measured: str
    made: str
    headline: Headline
    notice: str = ""  # that it is not of last night
    figures: tuple[Figure, ...] = ()
    group_rates: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    clauses: tuple[Clause, ...] = ()
    faults: tuple[Fault, ...] = ()
    explained: int = 0  # open cases that a cause above explains
    points: str = ""  # the faults in a sentence for a form
    changes: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    shifts: tuple[Shift, ...] = ()
    recorders: tuple[Recorder, ...] = ()
    plots: tuple[Plot, ...] = ()
    untested: tuple[Untested, ...] = ()
