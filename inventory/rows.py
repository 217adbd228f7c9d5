"""Device reports as rows, and back again: what is loaded equals what was recorded, the JPEGs left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, func, insert, select

from inventory.identity import face_of
from inventory.presence import answered
from inventory.record import Kind
from inventory.tables import CHANNEL, EVIDENCE, SIGHTING, VISIT
from probe.model import (
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    Sighting,
    Target,
    channel_from,
    channel_value,
)

NewRow = dict[str, Any]

_AT_ONCE = 5000  # ids in one question; SQLite allows 32,766 parameters


class Visits:
    """Gathers the rows of one run's device reports and writes them table by table."""

    def __init__(self, connection: Connection, run_id: int) -> None:
        self._connection = connection
        self._run_id = run_id
        self._visit_ids = count(next_id(connection, VISIT))
        self._channel_ids = count(next_id(connection, CHANNEL))
        self._rows: dict[Table, list[NewRow]] = {VISIT: [], SIGHTING: [], CHANNEL: [], EVIDENCE: []}

    def add(self, report: DeviceReport, device_id: int, kind: Kind) -> None:
        visit_id = next(self._visit_ids)
        target = report.target
        self._rows[VISIT].append(
            {
                "id": visit_id,
                "run_id": self._run_id,
                "device_id": device_id,
                "answered": answered(report),
                "kind": kind,
                "address": target.address,
                "pinned": target.pinned,
                "ports": list(target.ports),
                "mac": target.mac,
                "model": face_of(report).model,
                "channels": len(report.channels),
                "seconds": report.seconds,
                "refused": list(report.refused),
            }
        )
        self._rows[SIGHTING].extend(_sighting_row(visit_id, sighting) for sighting in target.sightings)
        self._rows[EVIDENCE].extend(_evidence_row(visit_id, None, one) for one in report.evidence)
        for channel in report.channels:
            channel_id = next(self._channel_ids)
            said = channel_value(channel.channel)
            row = {"id": channel_id, "visit_id": visit_id, "number": said.pop("number"), "said": said}
            self._rows[CHANNEL].append(row)
            self._rows[EVIDENCE].extend(_evidence_row(visit_id, channel_id, one) for one in channel.evidence)

    def write(self) -> None:
        for table, rows in self._rows.items():
            write_rows(self._connection, table, rows)


def load_reports(connection: Connection, visit_ids: Iterable[int]) -> dict[int, DeviceReport]:
    """Return the reports of these visits, by visit id."""
    wanted = sorted(set(visit_ids))
    visits = list(rows_among(connection, VISIT, VISIT.c.id, wanted))
    sightings: dict[int, list[Sighting]] = defaultdict(list)
    for row in rows_among(connection, SIGHTING, SIGHTING.c.visit_id, wanted):
        xaddrs, types, scopes = (tuple(row.said[name]) for name in ("xaddrs", "types", "scopes"))
        sighting = Sighting(row.address, row.seen_by, row.said["epr"], xaddrs, types, scopes)
        sightings[row.visit_id].append(sighting)
    of_device: dict[int, list[Evidence]] = defaultdict(list)
    of_channel: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows_among(connection, EVIDENCE, EVIDENCE.c.visit_id, wanted):
        evidence = Evidence(row.metric, _reading(row.gap, row.value, row.detail), row.probe, row.at)
        if row.channel_id is None:
            of_device[row.visit_id].append(evidence)
        else:
            of_channel[row.channel_id].append(evidence)
    channels: dict[int, list[ChannelReport]] = defaultdict(list)
    for row in rows_among(connection, CHANNEL, CHANNEL.c.visit_id, wanted):
        channel = channel_from({"number": row.number, **row.said})
        channels[row.visit_id].append(ChannelReport(channel, tuple(of_channel[row.id])))
    return {
        row.id: DeviceReport(
            Target(row.address, tuple(row.ports), tuple(sightings[row.id]), row.mac, row.pinned),
            tuple(of_device[row.id]),
            tuple(channels[row.id]),
            tuple(row.refused),
            row.seconds,
        )
        for row in visits
    }


def next_id(connection: Connection, table: Table) -> int:
    """Return the id the next row will have; nobody else writes while we hold the write lock."""
    return int(connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1


def write_rows(connection: Connection, table: Table, rows: Sequence[NewRow]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def rows_among(
    connection: Connection, table: Table, column: Column[Any], ids: Iterable[int]
) -> Iterator[Row[Any]]:
    """Yield the rows whose column is among these ids, in the order they were written."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        yield from connection.execute(select(table).where(column.in_(some)).order_by(table.c.id))


def _sighting_row(visit_id: int, sighting: Sighting) -> NewRow:
    said = asdict(sighting)
    return {
        "visit_id": visit_id,
        "address": said.pop("address"),
        "seen_by": said.pop("seen_by"),
        "said": said,
    }


def _evidence_row(visit_id: int, channel_id: int | None, evidence: Evidence) -> NewRow:
    reading = evidence.reading
    return {
        "visit_id": visit_id,
        "channel_id": channel_id,
        "metric": evidence.metric,
        "gap": reading.gap if isinstance(reading, NotMeasured) else None,
        "value": reading.value if isinstance(reading, Measured) else None,
        "detail": reading.detail,
        "probe": evidence.probe,
        "at": evidence.at,
    }


def _reading(gap: str | None, value: Any, detail: str) -> Reading:  # noqa: ANN401  JSON, as it was measured
    return Measured(value, detail) if gap is None else NotMeasured(Gap(gap), detail)
