"""One run into the inventory: who answered, what was read, what that lets us claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, insert, select

from config.schema import Catalogue
from inventory import known
from inventory.derive import Scene, derive
from inventory.identity import Key, face_of, keys_of
from inventory.kind import decide, shows_video
from inventory.match import Matched, Seen, match
from inventory.presence import answered, measured_count
from inventory.record import FieldValue, Kind
from inventory.refusals import tie_refusals
from inventory.remembering import remember
from inventory.rows import NewRow, Visits, next_id, write_rows
from inventory.tables import (
    CAMERA,
    CLAIM,
    DEVICE,
    DEVICE_JOIN,
    DEVICE_KEY,
    IDENTITY_CONFLICT,
    RUN,
    SHARED_KEY,
    SILENT,
)
from probe.model import ChannelReport, DeviceReport, ScanReport


@dataclass(frozen=True, slots=True)
class Slot:
    """A camera as a report shows it: a whole device, or one channel of a recorder."""

    channel: int
    role: str  # "device" or "channel"
    shown: tuple[ChannelReport, ...]


def record(connection: Connection, catalogue: Catalogue, report: ScanReport) -> int:
    """Write one run on this connection's transaction and return its id."""
    run_id = _write_run(connection, report)
    on_record = known.load(connection)
    keys = [keys_of(device, catalogue.brands) for device in report.devices]
    seen = [Seen(one, face_of(device)) for one, device in zip(keys, report.devices, strict=True)]
    matched = match(seen, on_record.devices, on_record.shared)
    device_of = _write_identity(connection, run_id, report.finished, keys, matched, on_record)

    visits = Visits(connection, run_id)
    cameras: list[NewRow] = []
    claims: list[NewRow] = []
    looks: list[tuple[int, DeviceReport]] = []
    said_before = known.load_claims(connection, on_record.same)
    for (group, _), device_id in zip(matched.groups, device_of, strict=True):
        # The fullest answer comes last: it is the one that is shown.
        reports = sorted((report.devices[index] for index in group), key=measured_count)
        for one in reports:
            visits.add(one, device_id, decide(one))
        fullest = reports[-1]
        looks.append((device_id, fullest))
        kind = decide(fullest)
        if kind == "unknown":
            kind = on_record.kinds.get(device_id, kind)
        for slot in slots(fullest, kind):
            place = {"run_id": run_id, "device_id": device_id, "channel": slot.channel}
            if (slot.channel, slot.role) not in on_record.cameras.get(device_id, ()):
                cameras.append({**place, "role": slot.role})
            before = said_before.get((device_id, slot.channel), {})
            for name, said in claims_of(fullest, slot, catalogue, report.finished).items():
                if _is_news(said, before.get(name, ())):
                    claims.append({**place, **claim_row(name, said)})
    visits.write()
    write_rows(connection, CAMERA, cameras)
    write_rows(connection, CLAIM, claims)
    refused = [
        (device_id, report.devices[index])
        for (group, _), device_id in zip(matched.groups, device_of, strict=True)
        for index in group
    ]
    tie_refusals(connection, on_record, refused, report.finished)
    remember(connection, catalogue.settings.baseline, run_id, looks, report.finished)
    return run_id


def slots(report: DeviceReport, kind: Kind) -> Iterator[Slot]:
    """Yield the cameras a report shows: no empty slot of a recorder, and no device without video."""
    if kind == "recorder":
        for channel in report.channels:
            if channel.channel.streams:
                yield Slot(channel.channel.number, "channel", (channel,))
    elif kind == "camera" or shows_video(report):
        yield Slot(1, "device", report.channels)


def claims_of(
    report: DeviceReport, slot: Slot, catalogue: Catalogue, at: datetime
) -> Mapping[str, FieldValue]:
    """Return what an answer lets us claim about one camera; silence claims nothing."""
    if not answered(report):
        return {}
    return derive(Scene(report, slot.shown, catalogue, at), behind_recorder=slot.role == "channel")


def claim_row(name: str, said: FieldValue) -> NewRow:
    return {
        "field": name,
        "value": said.value,
        "source": said.source,
        "by": said.by,
        "at": said.at,
        "confirmed": said.confirmed,
        "note": said.note,
    }


def _is_news(said: FieldValue, before: Sequence[FieldValue]) -> bool:
    """Say whether this differs from the last word of its kind: the same is not written every night."""
    last = next((one for one in reversed(before) if one.source == said.source), None)
    return last is None or repr(last.value) != repr(said.value)


def _write_run(connection: Connection, report: ScanReport) -> int:
    row = {
        "kind": report.kind,
        "started": report.started,
        "finished": report.finished,
        "targets": list(report.targets),
        "asked": report.asked,
        "answered": report.answered,
    }
    run_id = next_id(connection, RUN)
    connection.execute(insert(RUN), {"id": run_id, **row})
    silent = [{"run_id": run_id, "address": one.address, "why": one.why} for one in report.silent]
    write_rows(connection, SILENT, silent)
    return run_id


def _write_identity(
    connection: Connection,
    run_id: int,
    at: datetime,
    keys: Sequence[frozenset[Key]],
    matched: Matched,
    on_record: known.OnRecord,
) -> list[int]:
    """Write new devices, keys, joins and conflicts; return the device of each group."""
    new_ids = count(next_id(connection, DEVICE))
    device_of = [device if device is not None else next(new_ids) for _, device in matched.groups]
    new = [one for one, (_, device) in zip(device_of, matched.groups, strict=True) if device is None]
    write_rows(connection, DEVICE, [{"id": one, "run_id": run_id} for one in new])
    joins = [{"run_id": run_id, "device_id": one, "into_id": into} for one, into in matched.joins]
    write_rows(connection, DEVICE_JOIN, joins)

    held = {device.id: device.keys for device in on_record.devices}
    gained = [
        {"run_id": run_id, "device_id": device_id, "key": key.kind, "value": key.value}
        for (group, _), device_id in zip(matched.groups, device_of, strict=True)
        for key in sorted(
            frozenset().union(*(keys[index] for index in group)) - held.get(device_id, frozenset())
        )
    ]
    write_rows(connection, DEVICE_KEY, gained)
    shared = [{"run_id": run_id, "key": key.kind, "value": key.value} for key in sorted(matched.shared)]
    write_rows(connection, SHARED_KEY, shared)

    owner = {index: one for (group, _), one in zip(matched.groups, device_of, strict=True) for index in group}
    told = {
        (row.device_id, row.key, row.seen, row.known) for row in connection.execute(select(IDENTITY_CONFLICT))
    }
    clashes = {(owner[clash.one], clash.key.kind, clash.key.value, clash.known) for clash in matched.clashes}
    conflicts = [
        {"run_id": run_id, "device_id": one, "key": kind, "seen": seen, "known": was, "at": at}
        for one, kind, seen, was in sorted(clashes - told)
    ]
    write_rows(connection, IDENTITY_CONFLICT, conflicts)
    return device_of
