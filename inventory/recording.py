"""One run into the inventory: who answered, what was read, what that lets us claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, insert, select

from config.schema import Catalogue
from inventory import known
from inventory.derive import Scene, derive
from inventory.identity import Key, face_of, keys_of
from inventory.kind import decide
from inventory.match import Matched, Seen, match
from inventory.meeting import Meeting, Slot, tie_run
from inventory.presence import answered, measured_count
from inventory.record import FieldValue, Sight
from inventory.refusals import tie_refusals
from inventory.remembering import remember
from inventory.rows import NewRow, Visits, next_id, write_rows
from inventory.sights import Sights
from inventory.suggesting import write_suggestions
from inventory.tables import (
    CLAIM,
    DEVICE,
    DEVICE_JOIN,
    DEVICE_KEY,
    IDENTITY_CONFLICT,
    RUN,
    SHARED_KEY,
    SILENT,
)
from probe.model import DeviceReport, ScanReport


def record(connection: Connection, catalogue: Catalogue, report: ScanReport) -> int:
    """Write one run on this connection's transaction and return its id."""
    run_id = _write_run(connection, report)
    on_record = known.load(connection)
    keys = [keys_of(device, catalogue.brands) for device in report.devices]
    seen = [Seen(one, face_of(device)) for one, device in zip(keys, report.devices, strict=True)]
    matched = match(seen, on_record.devices, on_record.shared)
    device_of = _write_identity(connection, run_id, report.finished, keys, matched, on_record)

    visits = Visits(connection, run_id)
    looks: list[tuple[int, DeviceReport]] = []
    answers: dict[int, list[DeviceReport]] = defaultdict(list)
    for (group, _), device_id in zip(matched.groups, device_of, strict=True):
        # The fullest answer comes last: it is the one that is shown.
        reports = sorted((report.devices[index] for index in group), key=measured_count)
        for one in reports:
            visits.add(one, device_id, decide(one))
            answers[device_id].append(one)
        looks.append((device_id, reports[-1]))
    visits.write()
    now = known.load(connection)
    meetings = [
        Meeting(device_id, fullest, now.kinds.get(device_id, "unknown"), answers[device_id])
        for device_id, fullest in looks
    ]
    sights = tie_run(connection, catalogue.brands, run_id, report.finished, now, meetings)
    write_rows(connection, CLAIM, _new_claims(connection, catalogue, run_id, report, now, sights, meetings))
    write_suggestions(connection, run_id, report.finished, now, sights, meetings)
    refused = [
        (device_id, report.devices[index])
        for (group, _), device_id in zip(matched.groups, device_of, strict=True)
        for index in group
    ]
    tie_refusals(connection, on_record, refused, report.finished)
    remember(connection, catalogue.settings.baseline, run_id, looks, report.finished)
    return run_id


def claims_of(
    report: DeviceReport, slot: Slot, catalogue: Catalogue, at: datetime, via: Sight | None = None
) -> Mapping[str, FieldValue]:
    """Return what an answer lets us claim about one camera; silence claims nothing.

    `via`: the recorder's channel that shows it.
    """
    if not answered(report):
        return {}
    scene = Scene(report, slot.shown, catalogue, at, str(via or ""), is_listed=slot.is_listed)
    return derive(scene, behind_recorder=slot.role == "channel")


def claim_row(name: str, said: FieldValue) -> NewRow:
    return {
        "field": name,
        "value": said.value,
        "source": said.source,
        "by": [said.by, said.via, said.doubt] if said.via or said.doubt else said.by,
        "at": said.at,
        "confirmed": said.confirmed,
        "note": said.note,
    }


def _new_claims(
    connection: Connection,
    catalogue: Catalogue,
    run_id: int,
    report: ScanReport,
    now: known.OnRecord,
    sights: Sights,
    meetings: Sequence[Meeting],
) -> list[NewRow]:
    """Return what this run lets us claim about each camera, and was not claimed before."""
    said_before = known.load_claims(connection, now.same)
    rows: list[NewRow] = []
    for met in meetings:
        for slot in met.slots(sights):
            camera = sights.shown.get((met.device_id, slot.channel))
            if camera is None:
                continue
            before = [said_before[name] for name in sights.parts(camera) if name in said_before]
            via = Sight(f"d{met.device_id}", slot.channel) if slot.role == "channel" else None
            for name, said in claims_of(met.report, slot, catalogue, report.finished, via).items():
                if _is_news(said, [one for fields in before for one in fields.get(name, ())]):
                    place = {"run_id": run_id, "device_id": camera[0], "channel": camera[1]}
                    rows.append({**place, **claim_row(name, said)})
    return rows


def _is_news(said: FieldValue, before: Sequence[FieldValue]) -> bool:
    """Say whether this differs from the last word of its kind: the same is not written every night."""
    last = next((one for one in reversed(before) if _kind(one) == _kind(said)), None)
    return last is None or (repr(last.value), last.doubt) != (repr(said.value), said.doubt)


def _kind(said: FieldValue) -> tuple[str, str]:
    # What settles a doubt is of one kind with what raised it: the later of the two stands.
    return "doubt" if said.doubt else said.source, said.via


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
