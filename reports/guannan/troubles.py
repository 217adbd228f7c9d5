"""What was wrong, from which check to which: faults as they came and went over the runs. 故障起止"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from config.schema import Catalogue
from inventory.course import ChannelThen, Course, Visit
from inventory.own_faults import JUDGED_BY, Values, channel_faults, device_faults
from inventory.record import RunInfo
from inventory.watch import FaultKind
from probe.model import Measured, Reading
from probe.picture.faults import picture_faults

VIDEO_LOST = "video_lost"  # a recorder's own word of a channel; all other faults are kinds of the watch

Subject = tuple[str, int]  # device and channel; channel 0 is the device itself


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault of one subject. `over` is None while it lasts.

    `from_the_start`: it was there in the first run.
    What no run could judge neither begins nor ends it.
    """

    subject: Subject
    fault: FaultKind
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
    return JUDGED_BY | {condition.metric for way in ways for condition in way}


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
) -> Iterator[tuple[Subject, Mapping[FaultKind, bool | None]]]:
    """Yield what was wrong (True), right (False) or not known (None) in one run."""
    day = run.started.astimezone(catalogue.settings.zone).date()
    visits = {visit.device: visit for visit in course.visits if visit.run == run.id}
    for device in sorted(course.asked.get(run.id, ())):
        visit = visits.get(device)
        if visit is None or not visit.answered:
            yield (device, 0), {"offline": True}
            continue
        yield (device, 0), _device(visit, catalogue)
        for channel in visit.channels:
            yield (device, channel.number), _channel(channel, day, catalogue)


def _device(visit: Visit, catalogue: Catalogue) -> Mapping[FaultKind, bool | None]:
    judged = device_faults(_values(visit.readings), catalogue.watch.limits)
    return {"offline": False, **dict(judged.items())}


def _channel(channel: ChannelThen, day: date, catalogue: Catalogue) -> Mapping[FaultKind, bool | None]:
    value = _values(channel.readings)
    states: dict[FaultKind, bool | None] = dict.fromkeys(catalogue.faults)
    if isinstance(value("alive"), bool):
        found = picture_faults(catalogue.faults.values(), channel.read)
        states = dict.fromkeys(catalogue.faults, False)
        states |= dict.fromkeys(found.gaps)
        states |= dict.fromkeys(found.found, True)
    states |= dict(channel_faults(value, day).items())
    states[VIDEO_LOST] = None if channel.online is None else not channel.online
    return states


def _values(readings: Mapping[str, Reading]) -> Values:
    def value(metric: str) -> object:
        reading = readings.get(metric)
        return reading.value if isinstance(reading, Measured) else None

    return value
