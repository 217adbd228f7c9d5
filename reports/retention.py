"""How many days the school's recorders hold: the worst channel's, with the list that shows it. 录像天数"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from inventory.record import CameraRecord, DeviceRecord, Sight, View
from probe.model import value_of
from reports import scan_json as out
from reports.recorded import recording_of, recordings_asked_at
from reports.snapshots import snapshot_name

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """What one camera's best recorder channel holds. `at`: when its recorder was asked, aware."""

    camera: str
    place: str  # the recorder's address
    channel: int
    recording: out.Recording | None
    at: datetime | None
    picture: str = ""  # the file in snapshots/ that shows the playback; empty where it did not play

    @property
    def days(self) -> int | None:
        return self.recording.continuous_days if self.recording else None

    @property
    def most(self) -> int | None:
        return self.recording.continuous_days_at_most if self.recording else None


@dataclass(frozen=True, slots=True)
class Retention:
    """`held`: the recorded cameras, fewest days first, the unknown ones last.

    `unrecorded`: cameras that no recorder is known to record.
    """

    held: tuple[Held, ...] = ()
    unrecorded: tuple[str, ...] = ()

    @property
    def days(self) -> int | None:
        """The worst measured camera's days in a row; None where none is measured: never 0 for unknown."""
        return min((one.days for one in self.held if one.days is not None), default=None)

    @property
    def measured(self) -> int:
        return sum(one.days is not None for one in self.held)

    @property
    def unknown(self) -> int:
        return len(self.held) - self.measured


def retention_of(view: View, zone: tzinfo, cameras: Iterable[CameraRecord] | None = None) -> Retention:
    """Return what is held of these cameras, or of all that are known.

    A camera that several recorders record counts by the one that holds most of it.
    """
    devices = {device.id: device for device in view.devices}
    held: list[Held] = []
    unrecorded: list[str] = []
    for camera in view.cameras if cameras is None else cameras:
        places = [
            place for sight in _recorders(camera, devices) for place in _held(camera, sight, devices, zone)
        ]
        if places:
            held.append(max(places, key=_worth))
        else:
            unrecorded.append(camera.id)
    return Retention(tuple(sorted(held, key=_order)), tuple(unrecorded))


def missing_days(recording: out.Recording) -> list[date]:
    """Return the days without recordings, from the oldest recorded one to the day before it was asked."""
    unclear = {date.fromisoformat(day) for day in recording.unknown_days or ()}
    return [day for day in _unlisted(recording) if day not in unclear]


def unclear_days(recording: out.Recording) -> list[date]:
    """Return those days between of which nobody could say; where none is recorded for sure, all of them."""
    unclear = [date.fromisoformat(day) for day in recording.unknown_days or ()]
    if not recording.days:
        return unclear
    unlisted = set(_unlisted(recording))
    return [day for day in unclear if day in unlisted]


def _unlisted(recording: out.Recording) -> list[date]:
    if not recording.days or recording.read_at is None:
        return []
    listed = {date.fromisoformat(day) for day in recording.days}
    first, last = min(listed), datetime.fromisoformat(recording.read_at).date() - _DAY
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day not in listed]


def runs_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the stretches of days without a break, each by its first and its last day."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] + _DAY == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _recorders(camera: CameraRecord, devices: Mapping[str, DeviceRecord]) -> tuple[Sight, ...]:
    if camera.recorders:
        return camera.recorders
    device = devices.get(camera.device_id)
    is_there = device is not None and device.kind == "recorder"
    return (Sight(camera.device_id, camera.channel),) if is_there else ()


def _held(
    camera: CameraRecord, sight: Sight, devices: Mapping[str, DeviceRecord], zone: tzinfo
) -> list[Held]:
    device = devices.get(sight.device_id)
    shown = device.report.channels if device else ()
    evidence = next((one.evidence for one in shown if one.channel.number == sight.channel), None)
    if device is None or evidence is None:
        return []
    plays = value_of(evidence, "playback_alive") is True
    picture = snapshot_name(device.id, sight.channel, "playback_alive") if plays else ""
    recording, at = recording_of(evidence, zone), recordings_asked_at(evidence)
    return [Held(camera.id, device.address, sight.channel, recording, at, picture)]


def _worth(held: Held) -> tuple[bool, int]:
    return held.days is not None, held.days or 0


def _order(held: Held) -> tuple[bool, int, str, int]:
    return held.days is None, held.days or 0, held.place, held.channel
