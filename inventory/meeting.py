"""The devices that a run met, and the tying of what they show to the cameras on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from config.schema import Brands
from inventory.behind import listed
from inventory.identity import face_of
from inventory.kind import shows_video
from inventory.known import OnRecord
from inventory.lists import load_rows
from inventory.presence import answered
from inventory.record import Kind
from inventory.sights import Role, Sights, load_sights, write_sights
from inventory.telling import without_shared
from inventory.tie import Thing, tie
from probe.model import ChannelReport, DeviceReport


@dataclass(frozen=True, slots=True)
class Slot:
    """A camera as a report shows it: a whole device, or one channel of a recorder.

    `is_listed`: what the recorder's list tells of the channel is of the camera, and not of a recorder behind.
    """

    channel: int
    role: Role
    shown: tuple[ChannelReport, ...]
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Meeting:
    """One device in one run. `report` is its fullest answer among those of its `answers`."""

    device_id: int
    report: DeviceReport
    kind: Kind
    answers: Sequence[DeviceReport]

    def slots(self, sights: Sights | None = None) -> Iterator[Slot]:
        """Yield the cameras it shows, those of another recorder marked where that is known."""
        for slot in slots(self.report, self.kind):
            place = (self.device_id, slot.channel)
            is_cascaded = sights is not None and sights.is_cascaded(place)
            yield Slot(slot.channel, slot.role, slot.shown, is_listed=not is_cascaded)


def slots(report: DeviceReport, kind: Kind) -> Iterator[Slot]:
    """Yield the cameras a report shows: no empty slot of a recorder, and no device without video."""
    if kind == "recorder":
        for channel in report.channels:
            if shows_a_camera(channel):
                yield Slot(channel.channel.number, "channel", (channel,))
    elif kind == "camera" or shows_video(report):
        yield Slot(1, "device", report.channels)


def shows_a_camera(channel: ChannelReport) -> bool:
    """Say whether there is a camera at a recorder's channel: its list says so, or it offers a stream."""
    one = channel.channel
    return bool(one.streams or one.kind or one.camera)


def tie_run(
    connection: Connection,
    brands: Brands,
    run_id: int,
    at: datetime,
    now: OnRecord,
    meetings: Sequence[Meeting],
) -> Sights:
    """Tie everything that a run met, write what is new, and return who shows what now."""
    before = load_sights(connection, now.same, now.kinds)
    met = {one.device_id: list(one.slots()) for one in meetings}
    roles: dict[tuple[int, int], Role] = {
        (device, slot.channel): slot.role for device, found in met.items() for slot in found
    }
    addresses = {
        one.device_id: frozenset(
            (answer.target.address, answer.target.pinned) for answer in one.answers if answered(answer)
        )
        for one in meetings
    }
    models = {one.device_id: face_of(one.report).model for one in meetings}
    things = [
        Thing(
            id=one.id,
            keys=one.keys - now.shared,
            is_recorder=now.kinds.get(one.id) == "recorder",
            is_camera=now.kinds.get(one.id) != "recorder"
            and ((one.id, 1) in before.shown or any(met.get(one.id, ()))),
            at=addresses.get(one.id, frozenset()),
            model=models.get(one.id) or one.face.model,
        )
        for one in now.devices
    ]
    stands_at = {one.id: one.face.address for one in now.devices}
    inputs = [
        listed(device, channel.channel, brands, stands_at.get(device, ""))
        for device, found in met.items()
        for slot in found
        if slot.role == "channel"
        for channel in slot.shown
    ]
    rows = load_rows(connection, brands, run_id, now)
    # A row without a key is no news of the camera: its list was cut off, or never had any.
    rows = {**rows, **{one.place: one for one in inputs if one.keys or one.address or one.place not in rows}}
    known = before.before({one.place: one.name for one in inputs})
    tied = tie(things, without_shared(inputs, things, now.shared, rows), replace(known, rows=rows))
    write_sights(connection, run_id, at, before, tied, roles)
    return load_sights(connection, now.same, now.kinds)
