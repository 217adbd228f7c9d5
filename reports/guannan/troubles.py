"""What was wrong, from which check to which: faults as they came and went over the runs. 故障起止"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from config.schema import Catalogue
from inventory.course import ChannelThen, Course, Visit
from inventory.record import RunInfo
from probe.model import Gap, Measured, NotMeasured
from probe.picture.faults import picture_faults

# What is no fault of a picture: the device or channel is gone, it does not record, a disk is bad.
OFFLINE, VIDEO_LOST, NOT_RECORDING, STORAGE = "offline", "video_lost", "not_recording", "storage"
METRICS = frozenset({"alive", "recording_now", "storage_state"})

Subject = tuple[str, int]  # device and channel; channel 0 is the device itself


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault of one subject. `over` is None while it lasts.

    `from_the_start`: it was there in the first run.
    What no run could judge neither begins nor ends it.
    """

    subject: Subject
    fault: str
    first: datetime
    last: datetime
    over: datetime | None
    from_the_start: bool

    @property
    def hours(self) -> float:
        return ((self.over or self.last) - self.first).total_seconds() / 3600


def fault_metrics(catalogue: Catalogue) -> frozenset[str]:
    """Return every metric that the faults are judged by."""
    ways = (way for rule in catalogue.faults.values() for way in (rule.needs, *rule.ways))
    return METRICS | {condition.metric for way in ways for condition in way}


@dataclass(frozen=True, slots=True)
class Lookback:
    """Every fault that the runs saw, in the order in which they began; how many each run saw, by its id."""

    troubles: tuple[Trouble, ...]
    wrong_in: Mapping[int, int]


def look_back(course: Course, catalogue: Catalogue) -> Lookback:
    open_now: dict[tuple[Subject, str], Trouble] = {}
    done: list[Trouble] = []
    wrong_in: Counter[int] = Counter()
    for number, run in enumerate(course.runs):
        for subject, states in _states(course, run, catalogue):
            for fault, is_wrong in states.items():
                key = (subject, fault)
                known = open_now.get(key)
                if is_wrong is True:
                    wrong_in[run.id] += 1
                    began = Trouble(subject, fault, run.finished, run.finished, None, number == 0)
                    open_now[key] = replace(known or began, last=run.finished)
                elif is_wrong is False and known is not None:
                    done.append(replace(open_now.pop(key), over=run.finished))
    found = sorted((*done, *open_now.values()), key=lambda one: (one.first, one.subject, one.fault))
    return Lookback(tuple(found), wrong_in)


def _states(
    course: Course, run: RunInfo, catalogue: Catalogue
) -> Iterator[tuple[Subject, Mapping[str, bool | None]]]:
    """Yield what was wrong (True), right (False) or not known (None) in one run."""
    visits = {visit.device: visit for visit in course.visits if visit.run == run.id}
    for device in sorted(course.asked.get(run.id, ())):
        visit = visits.get(device)
        if visit is None or not visit.answered:
            yield (device, 0), {OFFLINE: True}
            continue
        yield (device, 0), {OFFLINE: False, STORAGE: _storage(visit)}
        for channel in visit.channels:
            yield (device, channel.number), _channel(channel, catalogue)


def _storage(visit: Visit) -> bool | None:
    match visit.read("storage_state"):
        case Measured(value="bad"):
            return True
        case Measured(value="good" | "none"):
            return False
        case _:
            return None


def _channel(channel: ChannelThen, catalogue: Catalogue) -> Mapping[str, bool | None]:
    def read(metric: str) -> Measured | NotMeasured:
        return channel.readings.get(metric, NotMeasured(Gap.NOT_ASKED))

    found = picture_faults(catalogue.faults.values(), read)
    states: dict[str, bool | None] = dict.fromkeys(catalogue.faults, False)
    states |= dict.fromkeys(found.gaps)
    states |= dict.fromkeys(found.found, True)
    records = read("recording_now")
    states[NOT_RECORDING] = not records.value if isinstance(records, Measured) else None
    states[VIDEO_LOST] = None if channel.online is None else not channel.online
    return states
