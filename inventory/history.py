"""What the runs so far say about each device: its last answer, and what the viewed run heard of it."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from config.errors import UsageError
from config.words import say
from inventory import known
from inventory.forget import forgotten_visits
from inventory.identity import Face
from inventory.known import first_visits, newest_visits
from inventory.match import Known
from inventory.presence import forgotten, silenced, with_absent_channels
from inventory.record import DeviceRecord, RunInfo
from inventory.refusals import place_of
from inventory.rows import load_reports, rows_among
from inventory.tables import RUN, VISIT
from probe.model import DeviceReport, Gap, NotMeasured

_PIN = re.compile(r"(?:\[([^\]]*)\]|([\d.]+)):(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Past:
    """One device after a run. `last` is its last answer, as given; what `device` shows may be gaps."""

    id: int
    device: DeviceRecord
    last: DeviceReport | None
    last_seen: datetime
    listed_now: frozenset[int] = frozenset()  # channels the viewed run heard of
    also_at: tuple[str, ...] = ()  # other places where it answered in the viewed run


@dataclass(frozen=True, slots=True)
class _Visits:
    """Visit ids by device; run ids where it was first met, last visited, and last heard."""

    met_in: dict[int, int]
    asked_in: dict[int, int]
    seen_in: dict[int, int]
    newest: dict[int, int]
    answered: dict[int, int]
    with_channels: dict[int, int]


def load_run(connection: Connection, run_id: int | None) -> RunInfo | None:
    """Return this run, or the last one; None before the first."""
    asked = select(RUN).order_by(RUN.c.id.desc()).limit(1)
    row = connection.execute(asked if run_id is None else asked.where(RUN.c.id == run_id)).first()
    if row is None and run_id is not None:
        raise UsageError(say("inventory.run", run=run_id))
    if row is None:
        return None
    return _run_info(row)


def load_pasts(connection: Connection, on_record: known.OnRecord, run: RunInfo) -> Iterator[Past]:
    """Yield every device known after the run, in the order they were first met.

    A device that the run did not ask is shown as the last run that did ask it left it: looking at one camera
    says nothing about the rest of the school.
    """
    visits = _load_visits(connection, on_record.same, run.id)
    runs = load_runs(connection, run)
    asked_in = {one.id: _asked_last(one, visits.asked_in[one.id], runs) for one in on_record.devices}
    in_run = _visits_in(connection, on_record.same, asked_in)
    wanted = {*visits.newest.values(), *visits.answered.values(), *visits.with_channels.values()}
    wanted.update(one for many in in_run.values() for one in many)
    reports = load_reports(connection, wanted)
    for gone in forgotten_visits(connection, wanted):
        reports[gone] = forgotten(reports[gone], run.finished)
    finished = {one.id: one.finished for one in runs}
    for one in on_record.devices:
        heard = visits.answered.get(one.id)
        yield _past(
            one,
            on_record,
            asked_in[one.id],
            asked=asked_in[one.id].id == run.id,
            now=[reports[visit] for visit in in_run.get(one.id, ())],
            answered=heard is not None and heard in in_run.get(one.id, ()),
            last=reports[heard] if heard is not None else None,
            listed=reports.get(visits.with_channels.get(one.id, 0)),
            newest=reports[visits.newest[one.id]],
            first_seen=finished[visits.met_in[one.id]],
            last_seen=finished[visits.seen_in[one.id]],
        )


def _run_info(row: Row[Any]) -> RunInfo:
    return RunInfo(row.id, row.kind, row.started, row.finished, tuple(row.targets), row.asked, row.answered)


def _past(
    one: Known,
    on_record: known.OnRecord,
    run: RunInfo,
    *,
    asked: bool,
    now: Sequence[DeviceReport],
    answered: bool,
    last: DeviceReport | None,
    listed: DeviceReport | None,
    newest: DeviceReport,
    first_seen: datetime,
    last_seen: datetime,
) -> Past:
    current = now[-1] if now else None
    detail = f"last seen {last_seen.isoformat(timespec='seconds')}"
    if current is not None and answered:
        report = with_absent_channels(current, listed, detail, run.finished) if listed else current
    else:
        before = last or newest
        if listed is not None:
            before = replace(before, channels=listed.channels)
        report = silenced(before, current, _silence(current), detail, run.finished)
    device = DeviceRecord(
        id=f"d{one.id}",
        kind=on_record.kinds.get(one.id, "unknown"),
        address=place_of(one.face),
        report=report,
        first_seen=first_seen,
        last_seen=last_seen,
        answered=answered,
        asked=asked,
        provisional=not one.keys - on_record.shared,
    )
    heard_of = (
        frozenset(channel.channel.number for channel in current.channels)
        if current and answered
        else frozenset()
    )
    also_at = dict.fromkeys(other.target.name for other in now if other.target.name != device.address)
    return Past(one.id, device, last, last_seen, heard_of, tuple(also_at))


def _silence(current: DeviceReport | None) -> Gap:
    """Return why nothing is known of a device that was asked and gave no answer."""
    if current is None:
        return Gap.UNREACHABLE
    gaps = {one.reading.gap for one in current.evidence if isinstance(one.reading, NotMeasured)}
    return Gap.TIMEOUT if Gap.TIMEOUT in gaps else Gap.UNREACHABLE


def _asked_last(one: Known, visited_in: int, runs: Sequence[RunInfo]) -> RunInfo:
    """Return the newest run that met the device or asked the place where it was."""
    return next(run for run in runs if run.id <= visited_in or was_asked(one.face, run.targets))


def was_asked(face: Face, targets: Sequence[str]) -> bool:
    """Say whether targets take in the place; what is no address (an interface name) may do so.

    A device that was asked by `address:port` is asked by that alone: a sweep need not come to its port.
    """
    if face.pinned is not None:
        return any(_names(target, face) for target in targets)
    try:
        asked = ipaddress.ip_address(face.address.split("%")[0])
    except ValueError:
        return True
    # `address:port` is not the whole address: another port may be another device.
    return not targets or any(_takes_in(target, asked) for target in targets if not _PIN.fullmatch(target))


def _names(target: str, face: Face) -> bool:
    """Say whether a target is `address:port` of this place."""
    pin = _PIN.fullmatch(unicodedata.normalize("NFKC", target).strip())
    if pin is None or int(pin[3]) != face.pinned:
        return False
    try:
        return ipaddress.ip_address(pin[1] or pin[2]) == ipaddress.ip_address(face.address)
    except ValueError:
        return False


def _takes_in(target: str, asked: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        first, dash, last = target.partition("-")
        if dash:
            low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
            return low.version == high.version == asked.version and int(low) <= int(asked) <= int(high)
        return asked in ipaddress.ip_network(target, strict=False)
    except ValueError:
        return True


def _load_visits(connection: Connection, same: known.Same, up_to: int) -> _Visits:
    before = VISIT.c.run_id <= up_to
    first = first_visits(connection, same)
    newest = newest_visits(connection, same, before)
    answered = newest_visits(connection, same, before, VISIT.c.answered)
    # Visits are numbered in the order of their runs.
    ids = {*newest.values(), *answered.values(), *(first[device] for device in newest)}
    run_of = {row.id: row.run_id for row in rows_among(connection, VISIT, VISIT.c.id, ids)}
    asked_in = {device: run_of[visit] for device, visit in newest.items()}
    return _Visits(
        met_in={device: run_of[first[device]] for device in newest},
        asked_in=asked_in,
        seen_in=asked_in | {device: run_of[visit] for device, visit in answered.items()},
        newest=newest,
        answered=answered,
        with_channels=newest_visits(connection, same, before, VISIT.c.channels > 0),
    )


def load_runs(connection: Connection, up_to: RunInfo) -> list[RunInfo]:
    """Return the runs up to this one, newest first."""
    rows = connection.execute(select(RUN).where(RUN.c.id <= up_to.id).order_by(RUN.c.id.desc()))
    return [_run_info(row) for row in rows]


def _visits_in(
    connection: Connection, same: known.Same, asked_in: Mapping[int, RunInfo]
) -> Mapping[int, list[int]]:
    """Return the visits of each device in the run that is shown of it, in their order."""
    found: dict[int, list[int]] = defaultdict(list)
    wanted = {run.id for run in asked_in.values()}
    rows = select(VISIT.c.id, VISIT.c.device_id, VISIT.c.run_id).where(VISIT.c.run_id.in_(wanted))
    for visit_id, device_id, run_id in connection.execute(rows.order_by(VISIT.c.id)):
        device = same[device_id]
        if device in asked_in and asked_in[device].id == run_id:
            found[device].append(visit_id)
    return found
