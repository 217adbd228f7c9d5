"""What changed from run to run: devices, names, settings; clocks set back, recordings that are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from itertools import pairwise

from inventory.course import ChannelThen, Course, Visit
from inventory.record import RunInfo
from probe.model import Measured, Reading

FACE = ("model", "serial", "mac")
SETTINGS_OF_DEVICE = ("firmware",)
SETTINGS_OF_CHANNEL = ("codec", "width", "height", "recording_mode", "recording_expiry_days")
METRICS = frozenset(
    {*FACE, *SETTINGS_OF_DEVICE, *SETTINGS_OF_CHANNEL, "stream_role", "clock_offset_s", "recording_oldest"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """Something was `before` in one run and is `after` in a later one. Channel 0 is the device itself."""

    device: str
    channel: int
    what: str
    before: str
    after: str
    seen_before: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Swap:
    """Another device answers at a place: an address, or a recorder's channel."""

    place: str  # an address, or empty where it is a channel
    device: str  # the recorder, or the device that answers there now
    channel: int
    before: Mapping[str, str]
    after: Mapping[str, str]
    seen: datetime


@dataclass(frozen=True, slots=True)
class Jump:
    """The oldest recording moved on by more days than went by between two runs."""

    device: str
    channel: int
    before: datetime
    after: datetime
    seen_before: datetime
    seen: datetime

    @property
    def moved_days(self) -> float:
        return (self.after - self.before).total_seconds() / 86_400

    @property
    def elapsed_days(self) -> float:
        return (self.seen - self.seen_before).total_seconds() / 86_400


@dataclass(frozen=True, slots=True)
class ClockBack:
    """A clock was set back: it was `before` seconds ahead of ours, and then `after`."""

    device: str
    before: float
    after: float
    seen_before: datetime
    seen: datetime


def renamed(course: Course) -> list[Change]:
    """Return the channels that have another name; a name that was not said is no change."""
    return [
        change
        for device, visits in _by_device(course)
        for change in _changes(device, visits, "name", lambda channel: channel.name)
    ]


def set_anew(course: Course) -> list[Change]:
    """Return the settings that differ between two runs that both read them."""
    found = []
    for device, visits in _by_device(course):
        for metric in SETTINGS_OF_DEVICE:
            told = [(run, _text(visit.readings, metric)) for run, visit in visits]
            found += [Change(device, 0, metric, *pair) for pair in _differences(told)]
        for metric in SETTINGS_OF_CHANNEL:
            found += _changes(device, visits, metric, partial(_setting, metric))
    return sorted(found, key=lambda change: (change.seen, change.device, change.channel))


def swapped(course: Course) -> list[Swap]:
    """Return the places where another device stands than before."""
    return sorted((*_at_addresses(course), *_on_channels(course)), key=lambda swap: swap.seen)


def come_and_gone(course: Course) -> tuple[list[tuple[str, datetime]], list[tuple[str, datetime]]]:
    """Return the devices first met after the first run, and those that the last asking run did not meet,
    each with when; a device that moved to another's place is among them too.
    """
    first: dict[str, RunInfo] = {}
    last_heard: dict[str, RunInfo] = {}
    last_asked: dict[str, RunInfo] = {}
    answered = {(visit.run, visit.device) for visit in course.visits if visit.answered}
    for run in course.runs:
        for device in course.asked.get(run.id, ()):
            first.setdefault(device, run)
            last_asked[device] = run
            if (run.id, device) in answered:
                last_heard[device] = run
    begun = course.runs[0] if course.runs else None
    come = [(device, run.finished) for device, run in first.items() if run != begun]
    gone = [(device, run.finished) for device, run in last_heard.items() if last_asked[device] != run]
    return sorted(come, key=lambda one: one[1]), sorted(gone, key=lambda one: one[1])


def jumps(course: Course, most_days: float, zone: tzinfo) -> list[Jump]:
    """Return where the oldest recording moved on by more than `most_days` beyond the time that went by.

    `zone`: the school's, of a recording whose day alone is known.
    """
    found = []
    for device, visits in _by_device(course):
        for number in _numbers(visits):
            told = [
                (run, _moment(channel, zone))
                for run, visit in visits
                for channel in visit.channels
                if channel.number == number
            ]
            known = [(run, *moment) for run, moment in told if moment is not None]
            for (run, before, _), (later, after, is_edge) in pairwise(known):
                jump = Jump(device, number, before, after, run.finished, later.finished)
                if not is_edge and jump.moved_days - jump.elapsed_days > most_days:
                    found.append(jump)
    return sorted(found, key=lambda jump: jump.seen)


def clocks_back(course: Course, most_s: float) -> list[ClockBack]:
    """Return the clocks that lost more than `most_s` against ours between two runs."""
    found = []
    for device, visits in _by_device(course):
        told = [
            (run, offset.value)
            for run, visit in visits
            if isinstance(offset := visit.read("clock_offset_s"), Measured)
            and isinstance(offset.value, int | float)
        ]
        for (run, before), (later, after) in pairwise(told):
            if before - after > most_s:
                found.append(ClockBack(device, before, after, run.finished, later.finished))
    return sorted(found, key=lambda one: one.seen)


Visited = list[tuple[RunInfo, Visit]]
ChannelWord = Callable[[ChannelThen], str]


def _by_device(course: Course) -> Iterator[tuple[str, Visited]]:
    """Yield each device with the visits that it answered, oldest first."""
    for device in dict.fromkeys(visit.device for visit in course.visits):
        visits = course.of_device(device)
        heard = [(run, visits[run.id]) for run in course.runs if run.id in visits and visits[run.id].answered]
        yield device, heard


def _numbers(visits: Visited) -> list[int]:
    return sorted({channel.number for _, visit in visits for channel in visit.channels})


def _changes(device: str, visits: Visited, what: str, told_by: ChannelWord) -> Iterator[Change]:
    for number in _numbers(visits):
        told = [
            (run, told_by(channel))
            for run, visit in visits
            for channel in visit.channels
            if channel.number == number
        ]
        for pair in _differences(told):
            yield Change(device, number, what, *pair)


def _differences(told: list[tuple[RunInfo, str]]) -> Iterator[tuple[str, str, datetime, datetime]]:
    known = [(run, word) for run, word in told if word]
    for (run, before), (later, after) in pairwise(known):
        if before != after:
            yield before, after, run.finished, later.finished


def _setting(metric: str, channel: ChannelThen) -> str:
    # The sub-stream's size says nothing of the main stream's setting.
    role = channel.readings.get("stream_role")
    of_sub = isinstance(role, Measured) and role.value == "sub"
    return "" if of_sub and metric in ("codec", "width", "height") else _text(channel.readings, metric)


def _text(readings: Mapping[str, Reading], metric: str) -> str:
    match readings.get(metric):
        case Measured(value=value):
            return str(value)
        case _:
            return ""


def _at_addresses(course: Course) -> Iterator[Swap]:
    faces: dict[str, Mapping[str, str]] = {}
    at_place: dict[str, str] = {}
    for run in course.runs:
        for visit in course.visits:
            if visit.run != run.id or not visit.answered:
                continue
            face = {key: said for key in FACE if (said := _text(visit.readings, key))}
            before = at_place.get(visit.address)
            if before is not None and before != visit.device:
                yield Swap(visit.address, visit.device, 0, faces.get(before, {}), face, run.finished)
            at_place[visit.address] = visit.device
            faces[visit.device] = face or faces.get(visit.device, {})


def _on_channels(course: Course) -> Iterator[Swap]:
    for device, visits in _by_device(course):
        for number in _numbers(visits):
            told = [
                (run, channel.behind)
                for run, visit in visits
                for channel in visit.channels
                if channel.number == number and channel.behind
            ]
            for (_, before), (later, after) in pairwise(told):
                if _is_another(before, after):
                    yield Swap("", device, number, before, after, later.finished)


def _is_another(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """One name for good that both know decides; without one, two models cannot be one camera."""
    for key in ("mac", "serial", "model"):
        if before.get(key) and after.get(key):
            return before[key].casefold() != after[key].casefold()
    return False


def _moment(channel: ChannelThen, zone: tzinfo) -> tuple[datetime, bool] | None:
    """Return the oldest recording, and whether it is only where the search ended."""
    match channel.readings.get("recording_oldest"):
        case Measured(value=str(said), detail=detail):
            moment = _parsed(said, zone)
            return None if moment is None else (moment, detail.startswith("or older"))
        case _:
            return None


def _parsed(said: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
