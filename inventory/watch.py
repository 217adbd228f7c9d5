"""The words of the night watch: nights, what each look found, faults as cases, changes and rates. 巡检"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from inventory.record import Scalar
from inventory.schedule import Work as Work

State = Literal["running", "done", "failed", "broken-off", "missed"]
Urgency = Literal["urgent", "morning", "weekly"]
Standing = Literal["ok", "fault", "unknown"]
# The faults that the watch judges itself; what they are called stands in config/watch.toml.
OwnKind = Literal[
    "offline",
    "recorder-down",
    "disk",
    "not-recording",
    "no-picture",
    "playback",
    "retention",
    "clock",
    "together-down",
    "everything-down",
]
OWN_KINDS: frozenset[OwnKind] = frozenset(get_args(OwnKind))
FaultKind = str  # one of these, or a fault of the picture in config/faults.toml


@dataclass(frozen=True, slots=True)
class Night:
    """One try at an appointed piece of work. `slot` names the appointed time for good; `day` is local."""

    work: Work
    slot: str
    day: date
    due: datetime  # aware
    started: datetime
    finished: datetime | None
    state: State
    run_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a look is about: a channel of a device, or, with channel 0, the device itself. Written d3/5, d3.

    A cause that took several devices down has no device: it is written together, or everything.
    """

    device_id: str
    channel: int = 0

    def __str__(self) -> str:
        return f"{self.device_id}/{self.channel}" if self.channel else self.device_id

    @property
    def is_shared(self) -> bool:
        """Say whether it stands for several devices at once."""
        return self.device_id in (TOGETHER, EVERYTHING)


TOGETHER = "together"
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Result:
    """What one look says of one subject.

    `faults` are the kinds found, `fine` those that were judged and not found: of every other kind nothing is
    known. `state`: fault where something was found, ok where all that an intact camera needs was judged fine,
    else unknown. `camera_id` is the camera it shows, or empty.
    """

    subject: Subject
    camera_id: str
    day: date  # local
    at: datetime  # aware
    state: Standing
    faults: tuple[FaultKind, ...] = ()
    fine: tuple[FaultKind, ...] = ()
    values: Mapping[str, Scalar] = field(default_factory=dict)
    run_id: int | None = None  # None: a light look, which is no run
    address: str = ""  # of the device


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the proof of a fault is: the run, and the picture that was kept of it, if there is one."""

    run_id: int
    at: datetime
    file: str = ""  # within the workspace


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote on a case."""

    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """All that one look found: a run, or with run_id None a light look that asked only who is there."""

    at: datetime  # aware
    run_id: int | None
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """One time that a fault lasted. `began` is the first look that showed it, not the one that made it sure.

    `repaired` is the first of the good looks that closed it, and None where a person did.
    """

    began: datetime
    confirmed: datetime
    repaired: datetime | None = None
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A confirmed fault, with every time that it came back.

    `caused_by` is the case that explains this one, `explains` are those that it explains.
    """

    id: int
    kind: FaultKind
    subject: Subject
    camera_id: str
    spells: tuple[Spell, ...]
    closed_by: str = ""  # the person, where one did
    caused_by: int | None = None
    explains: tuple[int, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # the first look and the one that made it sure, of each spell
    owner: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def opened(self) -> datetime:
        return self.spells[0].began

    @property
    def since(self) -> datetime:
        """When the last spell began."""
        return self.spells[-1].began

    @property
    def confirmed(self) -> datetime:
        return self.spells[-1].confirmed

    @property
    def closed(self) -> datetime | None:
        return self.spells[-1].closed

    @property
    def repaired(self) -> datetime | None:
        return self.spells[-1].repaired

    @property
    def reopened(self) -> int:
        return len(self.spells) - 1

    @property
    def is_open(self) -> bool:
        return self.closed is None


@dataclass(frozen=True, slots=True)
class Watched:
    """What the last look at each device found there, and the open faults: see inventory/standing.py."""

    results: Mapping[Subject, Result] = field(default_factory=dict)
    cases: Mapping[int, Case] = field(default_factory=dict)


ChangeKind = Literal[
    "new",
    "gone",
    "back",
    "replaced",
    "moved-address",
    "firmware",
    "resolution",
    "codec",
    "record-mode",
    "expiry",
    "renamed",
    "view",
    "clock",
    "retention",
]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is otherwise than the night before. `before` and `after` are as they were read."""

    kind: ChangeKind
    subject: Subject
    before: Scalar
    after: Scalar
    day: date  # local


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator` of `denominator`. What is unknown stays in the denominator and is no part of the numerator.

    `formula` is the key of its words; `excluded` counts what is on record and rightly not counted, by why.
    """

    name: str
    group: str  # such as school, class, brand or recorder
    member: str  # which one of them; empty for the whole school
    numerator: int
    denominator: int
    unknown: int
    formula: str
    excluded: Mapping[str, int] = field(default_factory=dict)

    @property
    def tenths(self) -> int | None:
        """Tenths of a percent, cut and never rounded up; None where there is nothing to count."""
        return self.numerator * 1000 // self.denominator if self.denominator else None

    def reaches(self, percent: int) -> bool | None:
        """Compare as integers. None where there is nothing to count."""
        return 100 * self.numerator >= percent * self.denominator if self.denominator else None
