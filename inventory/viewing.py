"""The inventory as it stood after a run: every device and camera ever met, the silent ones as unknown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory import known
from inventory.derive import AFTER_POSITION, goes_with
from inventory.history import Past, load_pasts, load_run
from inventory.listing import retention
from inventory.meeting import Slot
from inventory.merge import merge
from inventory.places import Places, places_of, unplaced, via
from inventory.record import CameraRecord, Conflict, FieldValue, IdentityConflict, View
from inventory.recording import claims_of
from inventory.saying import open_suggestions, ties_of
from inventory.sights import Sights, load_sights
from inventory.tables import CAMERA, IDENTITY_CONFLICT, SILENT
from probe.model import ChannelReport, SilentTarget

Said = Mapping[str, Sequence[FieldValue]]


def view(connection: Connection, catalogue: Catalogue, run_id: int | None) -> View:
    """Return everything known after this run. Raise UsageError if there is no such run."""
    run = load_run(connection, run_id)
    if run is None:
        return View(None)
    on_record = known.load(connection, run.id)
    sights = load_sights(connection, on_record.same, on_record.kinds, run.id)
    said = _said_of_cameras(known.load_claims(connection, on_record.same, run.id), sights)
    pasts = {past.id: past for past in load_pasts(connection, on_record, run)}
    typed = [camera for camera, fields in said.items() if _is_typed(fields)]
    cameras: list[CameraRecord] = []
    conflicts: list[Conflict] = []
    for places in places_of(sights, pasts, typed):
        camera, differing = _camera(places, said.get(places.camera, {}), pasts, catalogue)
        cameras.append(camera)
        conflicts.extend(differing)
    silent = connection.execute(select(SILENT).where(SILENT.c.run_id == run.id).order_by(SILENT.c.id))
    return View(
        run,
        tuple(past.device for past in pasts.values()),
        tuple(cameras),
        tuple(conflicts),
        tuple(SilentTarget(row.address, row.why) for row in silent),
        tuple(_identity_conflicts(connection, on_record, run.id)),
        ties=tuple(ties_of(sights, cameras)),
        suggestions=tuple(open_suggestions(connection, on_record.same, sights, cameras, run.id)),
        unplaced=tuple(unplaced(sights, pasts)),
    )


def view_of_devices(connection: Connection, run_id: int) -> View:
    """Return the devices alone as they stood after a run, for much less work: no camera is put together."""
    run = load_run(connection, run_id)
    if run is None:
        return View(None)
    on_record = known.load(connection, run.id)
    return View(run, tuple(past.device for past in load_pasts(connection, on_record, run)))


def camera_key(connection: Connection, camera_id: str) -> known.CameraKey:
    """Return device and channel of a camera id. Raise UsageError if there is no such camera."""
    match = re.fullmatch(r"d([0-9]{1,15})\.([0-9]{1,9})", camera_id, re.ASCII)
    if match is not None:
        device_id, channel = int(match[1]), int(match[2])
        found = select(CAMERA.c.id).where(CAMERA.c.device_id == device_id, CAMERA.c.channel == channel)
        if connection.scalar(found.limit(1)) is not None:
            return device_id, channel
    raise UsageError(say("inventory.camera", camera=camera_id))


def _said_of_cameras(
    claims: Mapping[known.CameraKey, Mapping[str, Sequence[FieldValue]]], sights: Sights
) -> Mapping[known.CameraKey, dict[str, list[FieldValue]]]:
    """Return what was said of each camera under every name that it ever had."""
    said: dict[known.CameraKey, dict[str, list[FieldValue]]] = defaultdict(lambda: defaultdict(list))
    for name, fields in claims.items():
        for field, many in fields.items():
            said[sights.camera(name)][field] += many
    return said


def _is_typed(said: Said) -> bool:
    return any(one.source == "person" for many in said.values() for one in many)


def _camera(
    places: Places, said: Said, pasts: Mapping[int, Past], catalogue: Catalogue
) -> tuple[CameraRecord, list[Conflict]]:
    camera_id = f"d{places.camera[0]}.{places.camera[1]}"
    fresh = [_fresh(places, slot, past, catalogue) for past, slot in places.shown]
    days = retention(_recorded(places))
    fields: dict[str, FieldValue] = {}
    conflicts: list[Conflict] = []
    guesses: Mapping[str, FieldValue] = {}
    for rule in sorted(catalogue.fields.values(), key=lambda rule: rule.derived in AFTER_POSITION):
        claims = [*said.get(rule.id, ()), *(one[rule.id] for one in (*fresh, guesses) if rule.id in one)]
        if rule.derived == "retention" and days is not None:
            claims.append(days)
        if not claims:
            continue
        merged = merge(claims, rule.wins)
        if merged.value is not None:
            fields[rule.id] = merged.value
            if rule.derived == "position":
                guesses = goes_with(merged.value, catalogue)
        if merged.conflict is not None:
            conflicts.append(Conflict(camera_id, rule.id, *merged.conflict))
    past, slot = places.shown[0]
    channels = tuple(one.channel.number for one in slot.shown) or (slot.channel,)
    others = [str(sight) for sight in places.sights if sight.device_id != past.device.id]
    camera = CameraRecord(
        id=camera_id,
        device_id=past.device.id,
        channel=channels[0],
        also_seen_as=(*(f"{at}#{channels[0]}" for at in past.also_at), *others),
        fields=fields,
        answered=any(_is_heard(one, of) for one, of in places.shown) and not places.is_gone,
        channels=channels,
        sights=places.sights,
        recorders=places.recorders,
    )
    return camera, conflicts


def _fresh(places: Places, slot: Slot, past: Past, catalogue: Catalogue) -> Mapping[str, FieldValue]:
    """Return what the last answer says, claimed anew at its own time: the rows hold only what was news."""
    if past.last is None or places.is_gone:
        return {}
    numbers = {one.channel.number for one in slot.shown}
    shown = tuple(one for one in past.last.channels if one.channel.number in numbers)
    there = Slot(slot.channel, slot.role, shown, slot.is_listed)
    return claims_of(past.last, there, catalogue, past.last_seen, via(past, slot))


def _recorded(places: Places) -> Mapping[str, ChannelReport]:
    """Return the recorders' channels that show a camera, as they are now: an old reading proves nothing."""
    return {
        str(sight): one
        for past, slot in places.shown
        if (sight := via(past, slot)) is not None and not places.is_gone
        for one in slot.shown
    }


def _is_heard(past: Past, slot: Slot) -> bool:
    """Say whether the run heard of the camera there; a recorder that calls it off line did not see it."""
    if slot.role == "device":
        return past.device.answered
    online = all(one.channel.online is not False for one in slot.shown)
    return past.device.answered and slot.channel in past.listed_now and online


def _identity_conflicts(
    connection: Connection, on_record: known.OnRecord, up_to: int
) -> Iterator[IdentityConflict]:
    rows = (
        select(IDENTITY_CONFLICT).where(IDENTITY_CONFLICT.c.run_id <= up_to).order_by(IDENTITY_CONFLICT.c.id)
    )
    for row in connection.execute(rows):
        device = on_record.same[row.device_id]
        yield IdentityConflict(f"d{device}", row.key, row.seen, row.known, row.at)
