"""What there is to tell, as plain values: whoever makes them decides, whoever tells them only words them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from inventory.watch import Urgency

RunState = Literal["done", "running", "failed", "broken-off", "missed"]


@dataclass(frozen=True, slots=True)
class CaseNews:
    """A confirmed fault. `took_down` names the cameras that cannot be seen because of it: one cause.

    `name` is the fault's Chinese name, `where` the spot or device, empty where several devices share it.
    `times` counts how often it came back.
    `rank` is the order of its kind, the worst first. `is_offline`: the subject itself cannot be reached.
    """

    id: str
    kind: str
    name: str
    where: str
    urgency: Urgency
    since: datetime  # aware
    closed: datetime | None = None
    took_down: tuple[str, ...] = ()
    times: int = 0
    rank: int = 0
    is_offline: bool = False
    note: str = ""  # what a person wrote: ordered, on holiday

    @property
    def cameras(self) -> int:
        """How many pictures are concerned: those it took down, or its own."""
        return len(self.took_down) or 1


@dataclass(frozen=True, slots=True)
class RateNews:
    """A rate with what it was counted from. `unknown` stands in the denominator and not in the numerator."""

    name: str
    numerator: int
    denominator: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class MissedNight:
    """An appointed night that was not checked. `why` is a sentence, or empty when nobody knows.

    `is_over`: a later night was checked.
    """

    day: date
    why: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Night:
    """One night's check. good + faulty + unknown = cameras; unknown never counts as good. Good is 完好.

    `opened`, `closed` and `continuing` are the confirmed cases as against the digest before. `is_late`: it
    was made up for in the day because the computer was off at night. `changes` are whole sentences. `unsure`
    counts faults that were seen and are not sure yet, `short` cameras that are not recorded for long enough.
    """

    school: str
    day: date
    state: RunState
    due: datetime  # aware
    started: datetime | None
    cameras: int
    good: int
    faulty: int
    unknown: int
    opened: tuple[CaseNews, ...] = ()
    closed: tuple[CaseNews, ...] = ()
    continuing: tuple[CaseNews, ...] = ()
    changes: tuple[str, ...] = ()
    rates: tuple[RateNews, ...] = ()
    unsure: int = 0
    short: int = 0
    is_late: bool = False
    why: str = ""  # why the run failed or was missed
    report: str = ""  # where the whole report is
    sheet: str = ""  # the log sheet that goes with a mail, as a path within the workspace

    def __post_init__(self) -> None:
        if self.good + self.faulty + self.unknown != self.cameras:
            raise ValueError("every camera is good, faulty or unknown, and is counted once")


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at this moment: confirmed cases that are open, and those that closed of late."""

    school: str
    cameras: int
    open: tuple[CaseNews, ...] = ()
    closed: tuple[CaseNews, ...] = ()
