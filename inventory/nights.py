"""What a run found at each place, in short: which faults, which were judged and are not there, a few values.

Taken from the view after the run alone. What was not measured is neither a fault nor fine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import partial

from config.schema import Catalogue
from config.watching import Limits, Watching
from inventory.in_use import is_out_of_use
from inventory.own_faults import channel_faults, device_faults, is_number
from inventory.record import CameraRecord, DeviceRecord, RunInfo, Scalar, View
from inventory.watch import FaultKind, Look, OwnKind, Result, Standing, Subject
from probe.model import ChannelReport, DeviceReport, Evidence, Gap, NotMeasured, reading_of, value_of
from probe.picture.faults import picture_faults

_OURS = frozenset({Gap.OUR_BUG, Gap.PRIVILEGE, Gap.NOT_ASKED})
# What is kept of each night: by its name the metric, and what its value has to be.
_VALUES: Mapping[str, tuple[str, type]] = {
    "width": ("width", int),
    "height": ("height", int),
    "sharpness_ratio": ("sharpness_ratio", float),
    "view_shift_pct": ("view_shift_pct", float),
    "days_at_least": ("continuous_days", int),
    "days_at_most": ("continuous_days_at_most", int),
    "recording_now": ("recording_now", bool),
    "oldest": ("recording_oldest", str),
}
_MOST = 1 << 53  # what a float, and SQLite, still holds exactly


@dataclass(slots=True)
class _Found:
    """Gathers what is judged of one subject; a kind that is judged twice is a fault if either says so."""

    faults: set[FaultKind] = field(default_factory=set)
    fine: set[FaultKind] = field(default_factory=set)

    def says(self, kind: OwnKind, is_bad: bool | None) -> None:
        self.shows(kind, is_bad)

    def shows(self, kind: FaultKind, is_bad: bool | None) -> None:
        """Take in a fault of the picture too, whose kinds are declared with its rules."""
        if is_bad is not None:
            (self.faults if is_bad else self.fine).add(kind)


def look_of(view: View, catalogue: Catalogue, zone: tzinfo) -> Look | None:
    """Return what the viewed run found at every device that it asked; None before the first run."""
    if view.run is None:
        return None
    day = view.run.started.astimezone(zone).date()
    cameras = cameras_by_place(view.cameras)
    results: list[Result] = []
    replaced = replaced_devices(view)
    for device in view.devices:
        if device.id in replaced:
            results += _of_replaced(device, cameras, catalogue.watch, view.run, day)
        elif device.asked:
            results += _of_device(view, device, cameras, catalogue, day)
    # A device may list a channel twice; the last word counts, as in the view.
    return Look(view.run.finished, view.run.id, tuple({one.subject: one for one in results}.values()))


def replaced_devices(view: View) -> frozenset[str]:
    """Return the devices that do not answer because another one stands in their place since."""
    holders = {device.address: device for device in view.devices if device.answered}
    return frozenset(
        one.id
        for one in view.devices
        if not one.answered
        and (now := holders.get(one.address)) is not None
        and now.first_seen > one.last_seen
    )


def is_replaced(camera: CameraRecord, gone: Collection[str]) -> bool:
    """Say whether every place that showed it has another device now: it is not there to be counted."""
    places = {camera.device_id, *(one.device_id for one in camera.sights)}
    return places <= set(gone)


def light_look(
    last: Sequence[Result], answers: Mapping[str, bool | None], at: datetime, zone: tzinfo
) -> Look:
    """Return a look that asked only who answers: by device id, None where nobody could ask.

    `last` is what the last run found at each device: one that was not asked then is not asked for here.
    """
    day = at.astimezone(zone).date()
    results = []
    for one in last:
        answered = answers.get(one.subject.device_id)
        said = {*one.faults, *one.fine}
        if one.subject.channel or answered is None or {"offline", "recorder-down"} <= said:
            continue  # the last: it was replaced, and is not asked for any more
        away: OwnKind = "recorder-down" if "recorder-down" in said else "offline"
        results.append(
            Result(
                one.subject,
                one.camera_id,
                day,
                at,
                "unknown" if answered else "fault",
                () if answered else (away,),
                (away,) if answered else (),
                address=one.address,
            )
        )
    return Look(at, None, tuple(results))


def state_of(
    faults: Collection[FaultKind], fine: Collection[FaultKind], due: Collection[FaultKind]
) -> Standing:
    """A fault is a fault; it is ok only where all that is due was judged."""
    if faults:
        return "fault"
    return "ok" if set(due) <= set(fine) else "unknown"


def _of_replaced(
    device: DeviceRecord,
    cameras: Mapping[tuple[str, int], CameraRecord],
    watching: Watching,
    run: RunInfo,
    day: date,
) -> Iterator[Result]:
    """A device that was taken away has no faults: what stands in its place has a record of its own."""
    every = tuple(sorted(kind.id for kind in watching.kinds.values() if kind.on != "shared"))
    for number in (0, *(one.channel.number for one in device.report.channels)):
        camera = cameras.get((device.id, number))
        yield Result(
            Subject(device.id, number),
            camera.id if camera else "",
            day,
            run.finished,
            "unknown",
            fine=every,
            run_id=run.id,
            address=device.address,
        )


def _of_device(
    view: View,
    device: DeviceRecord,
    cameras: Mapping[tuple[str, int], CameraRecord],
    catalogue: Catalogue,
    day: date,
) -> Iterator[Result]:
    if view.run is None or _is_out_of_use(device, cameras):
        return
    at, watching = view.run.finished, catalogue.watch
    own = _Found()
    _judge_device(own, device, watching)
    clock = _kept(value_of(device.report.evidence, "clock_offset_s"), float)
    values = {} if clock is None else {"clock_offset_s": clock}
    kinds: tuple[OwnKind, ...] = (_away(device), "clock", "disk")
    due = kinds if device.kind == "recorder" else kinds[:2]
    yield _result(
        device,
        0,
        _camera_of(device, cameras),
        day,
        at,
        view.run.id,
        own,
        due,
        values,
    )
    known_days = view.known_days(device)
    for shown in device.report.channels:
        number = shown.channel.number
        camera = cameras.get((device.id, number))
        if camera is not None and is_out_of_use(camera):
            continue
        found = _Found()
        _judge_channel(found, device, shown, catalogue, day)
        _judge_retention(found, shown.evidence, camera, watching.limits, known_days)
        yield _result(
            device,
            number,
            camera.id if camera else "",
            day,
            at,
            view.run.id,
            found,
            _due(device, watching),
            _values(shown.evidence),
        )


def _judge_device(found: _Found, device: DeviceRecord, watching: Watching) -> None:
    evidence = device.report.evidence
    found.says(_away(device), _is_away(device.report, answered=device.answered))
    for kind, is_bad in device_faults(partial(value_of, evidence), watching.limits).items():
        found.says(kind, is_bad)


def _judge_channel(
    found: _Found, device: DeviceRecord, shown: ChannelReport, catalogue: Catalogue, day: date
) -> None:
    evidence = shown.evidence
    alive = value_of(evidence, "alive")
    if device.kind == "recorder" and device.answered:
        online = shown.channel.online
        found.says("offline", (False if alive is True else None) if online is None else not online)
    if isinstance(alive, bool):
        rules = catalogue.faults.values()
        faults = picture_faults(rules, lambda metric: reading_of(evidence, metric))
        for rule in rules:
            found.shows(rule.id, None if rule.id in faults.gaps else rule.id in faults.found)
    for kind, is_bad in channel_faults(partial(value_of, evidence), day).items():
        found.says(kind, is_bad)


def _judge_retention(
    found: _Found,
    evidence: tuple[Evidence, ...],
    camera: CameraRecord | None,
    limits: Limits,
    known_days: int,
) -> None:
    said = camera.fields.get(limits.key_spot.field) if camera else None
    is_key = said is not None and said.value == limits.key_spot.value
    wanted = limits.retention_key_days if is_key else limits.retention_days
    at_least, at_most = (value_of(evidence, name) for name in ("continuous_days", "continuous_days_at_most"))
    age = value_of(evidence, "recording_age_days")
    if is_number(at_least) and at_least >= wanted:
        found.says("retention", value_of(evidence, "playback_oldest_alive") is False)
    elif is_number(at_most) and at_most < wanted:
        is_young = is_number(age) and age < wanted and known_days < wanted
        found.says("retention", None if is_young else True)


def _is_away(report: DeviceReport, *, answered: bool) -> bool | None:
    """Say whether a device that was asked is silent; None where the asking failed on our side."""
    if answered:
        return False
    gaps = {one.reading.gap for one in report.evidence if isinstance(one.reading, NotMeasured)}
    return None if Gap.OUR_BUG in gaps or (gaps and gaps <= _OURS) else True


def _due(device: DeviceRecord, watching: Watching) -> tuple[FaultKind, ...]:
    """Return what has to be judged of a channel before it is called ok."""
    elsewhere: set[OwnKind] = {"clock"}
    if device.kind != "recorder":
        elsewhere |= {"offline", "not-recording"}
    return tuple(kind.id for kind in watching.kinds.values() if kind.needed and kind.id not in elsewhere)


def _result(
    device: DeviceRecord,
    number: int,
    camera_id: str,
    day: date,
    at: datetime,
    run_id: int,
    found: _Found,
    due: Collection[FaultKind],
    values: Mapping[str, Scalar],
) -> Result:
    faults, fine = sorted(found.faults), sorted(found.fine - found.faults)
    state = state_of(faults, fine, due)
    return Result(
        Subject(device.id, number),
        camera_id,
        day,
        at,
        state,
        tuple(faults),
        tuple(fine),
        values,
        run_id,
        device.address,
    )


def _values(evidence: tuple[Evidence, ...]) -> Mapping[str, Scalar]:
    read = {name: _kept(value_of(evidence, metric), kind) for name, (metric, kind) in _VALUES.items()}
    return {name: value for name, value in read.items() if value is not None}


def _kept(value: object, kind: type) -> Scalar:
    """Return a value of the right type without digits that nobody measures, or None."""
    if kind is float and is_number(value) and abs(value) < _MOST:
        return round(float(value), 3)
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST:
        return value
    if kind is bool and isinstance(value, bool):
        return value
    if kind is str and isinstance(value, str) and len(value) <= 40 and value.isascii():
        return value
    return None


def cameras_by_place(cameras: Sequence[CameraRecord]) -> Mapping[tuple[str, int], CameraRecord]:
    """Return the camera of every device and channel that shows one."""
    by_place = {(camera.device_id, number): camera for camera in cameras for number in camera.numbers}
    by_sight = {(sight.device_id, sight.channel): one for one in cameras for sight in one.sights}
    return {**by_sight, **by_place}


def cameras_of(device_id: str, cameras: Mapping[tuple[str, int], CameraRecord]) -> list[CameraRecord]:
    """Return the cameras that a device shows, by its places."""
    return [camera for place, camera in cameras.items() if place[0] == device_id]


def _camera_of(device: DeviceRecord, cameras: Mapping[tuple[str, int], CameraRecord]) -> str:
    """Return the camera that a device is, where it is one."""
    if device.kind == "recorder":
        return ""
    shown = {cameras[place].id for place in cameras if place[0] == device.id}
    return shown.pop() if len(shown) == 1 else ""


def _is_out_of_use(device: DeviceRecord, cameras: Mapping[tuple[str, int], CameraRecord]) -> bool:
    """Say whether a device is a camera, or several, and every one of them is out of use."""
    held = cameras_of(device.id, cameras)
    return device.kind != "recorder" and bool(held) and all(is_out_of_use(one) for one in held)


def _away(device: DeviceRecord) -> OwnKind:
    return "recorder-down" if device.kind == "recorder" else "offline"
