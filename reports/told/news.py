"""What there is to tell, as plain values: whoever makes them decides, whoever tells them only words them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Urgency = Literal["urgent", "morning", "weekly"]
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
    """An appointed night on which the watch did not run. `why` is a sentence, or empty when nobody knows."""

    day: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """One night's check. good + faulty + unknown = channels; unknown never counts as good.

    `opened`, `closed` and `continuing` are the confirmed cases as against the digest before. `is_late`: it
    was made up for in the day because the computer was off at night. `changes` are whole sentences.
    """

    school: str
    day: date
    state: RunState
    due: datetime  # aware
    started: datetime | None
    channels: int
    good: int
    faulty: int
    unknown: int
    opened: tuple[CaseNews, ...] = ()
    closed: tuple[CaseNews, ...] = ()
    continuing: tuple[CaseNews, ...] = ()
    changes: tuple[str, ...] = ()
    rates: tuple[RateNews, ...] = ()
    is_late: bool = False
    why: str = ""  # why the run failed or was missed
    report: str = ""  # where the whole report is
    sheet: str = ""  # the log sheet that goes with a mail, as a path within the workspace

    def __post_init__(self) -> None:
        if self.good + self.faulty + self.unknown != self.channels:
            raise ValueError("every channel is good, faulty or unknown, and is counted once")


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at this moment: confirmed cases that are open, and those that closed of late."""

    school: str
    channels: int
    open: tuple[CaseNews, ...] = ()
    closed: tuple[CaseNews, ...] = ()
