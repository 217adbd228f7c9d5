"""The inventory as it stood after a run: every device and camera ever met, the silent ones as unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory import known
from inventory.derive import resource_class
from inventory.history import Past, load_pasts, load_run
from inventory.merge import merge
from inventory.record import (
    CameraRecord,
    Conflict,
    DeviceRecord,
    FieldValue,
    IdentityConflict,
    View,
)
from inventory.recording import Slot, claims_of
from inventory.tables import CAMERA, IDENTITY_CONFLICT, SILENT
from probe.model import SilentTarget

Said = Mapping[known.CameraKey, Mapping[str, Sequence[FieldValue]]]


def view(connection: Connection, catalogue: Catalogue, run_id: int | None) -> View:
    """Return everything known after this run. Raise UsageError if there is no such run."""
    run = load_run(connection, run_id)
    if run is None:
        return View(None)
    on_record = known.load(connection, run.id)
    said = known.load_claims(connection, on_record.same, run.id)
    devices: list[DeviceRecord] = []
    cameras: list[CameraRecord] = []
    conflicts: list[Conflict] = []
    for past in load_pasts(connection, on_record, run):
        devices.append(past.device)
        for slot in _slots(past, on_record.cameras.get(past.id, frozenset()), said):
            camera, differing = _camera(past, slot, said.get((past.id, slot.channel), {}), catalogue)
            cameras.append(camera)
            conflicts.extend(differing)
    silent = connection.execute(select(SILENT).where(SILENT.c.run_id == run.id).order_by(SILENT.c.id))
    return View(
        run,
        tuple(devices),
        tuple(cameras),
        tuple(conflicts),
        tuple(SilentTarget(row.address, row.why) for row in silent),
        tuple(_identity_conflicts(connection, on_record, run.id)),
    )


def camera_key(connection: Connection, camera_id: str) -> known.CameraKey:
    """Return device and channel of a camera id. Raise UsageError if there is no such camera."""
    match = re.fullmatch(r"d([0-9]{1,15})\.([0-9]{1,9})", camera_id, re.ASCII)
    if match is not None:
        device_id, channel = int(match[1]), int(match[2])
        found = select(CAMERA.c.id).where(CAMERA.c.device_id == device_id, CAMERA.c.channel == channel)
        if connection.scalar(found.limit(1)) is not None:
            return device_id, channel
    raise UsageError(say("inventory.camera", camera=camera_id))


def _slots(past: Past, slots: frozenset[tuple[int, str]], said: Said) -> Iterator[Slot]:
    """Yield the cameras of a device: all of it, or a recorder's channels; and any a person spoke about."""
    role = "channel" if past.device.kind == "recorder" else "device"
    reports = {one.channel.number: one for one in past.device.report.channels}
    shown: set[int] = set()
    for channel, of_role in sorted(slots, key=lambda slot: (slot[0], slot[1] != role)):
        typed = any(
            one.source == "person" for many in said.get((past.id, channel), {}).values() for one in many
        )
        if channel in shown or not (of_role == role or typed):
            continue
        shown.add(channel)
        if of_role == "device":
            yield Slot(channel, of_role, tuple(reports.values()))
        else:
            yield Slot(channel, of_role, tuple(reports[n] for n in [channel] if n in reports))


def _camera(
    past: Past, slot: Slot, said: Mapping[str, Sequence[FieldValue]], catalogue: Catalogue
) -> tuple[CameraRecord, list[Conflict]]:
    camera_id = f"d{past.id}.{slot.channel}"
    # What the last answer says is claimed anew at its own time: the rows hold only what was news.
    fresh: Mapping[str, FieldValue] = {}
    if past.last is not None:
        numbers = {one.channel.number for one in slot.shown}
        shown = tuple(one for one in past.last.channels if one.channel.number in numbers)
        fresh = claims_of(past.last, Slot(slot.channel, slot.role, shown), catalogue, past.last_seen)
    fields: dict[str, FieldValue] = {}
    conflicts: list[Conflict] = []
    guesses: Mapping[str, FieldValue] = {}
    for rule in sorted(catalogue.fields.values(), key=lambda rule: rule.derived == "resource-class"):
        claims = [*said.get(rule.id, ()), *(one[rule.id] for one in (fresh, guesses) if rule.id in one)]
        merged = merge(claims, rule.wins)
        if merged.value is not None:
            fields[rule.id] = merged.value
            if rule.derived == "position":
                guesses = resource_class(merged.value, catalogue)
        if merged.conflict is not None:
            conflicts.append(Conflict(camera_id, rule.id, *merged.conflict))
    channels = tuple(one.channel.number for one in slot.shown) or (slot.channel,)
    heard = slot.role == "device" or any(number in past.listed_now for number in channels)
    camera = CameraRecord(
        id=camera_id,
        device_id=past.device.id,
        channel=channels[0],
        also_seen_as=tuple(f"{place}#{channels[0]}" for place in past.also_at),
        fields=fields,
        answered=past.device.answered and heard,
        channels=channels,
    )
    return camera, conflicts


def _identity_conflicts(
    connection: Connection, on_record: known.OnRecord, up_to: int
) -> Iterator[IdentityConflict]:
    rows = (
        select(IDENTITY_CONFLICT).where(IDENTITY_CONFLICT.c.run_id <= up_to).order_by(IDENTITY_CONFLICT.c.id)
    )
    for row in connection.execute(rows):
        device = on_record.same[row.device_id]
        yield IdentityConflict(f"d{device}", row.key, row.seen, row.known, row.at)
