"""What each run saw of every device, run after run: the past that a view of one run does not show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from inventory import known
from inventory.history import load_run, load_runs, was_asked
from inventory.record import RunInfo
from inventory.rows import rows_among
from inventory.tables import CHANNEL, EVIDENCE, VISIT
from probe.model import Gap, Measured, NotMeasured, Reading, Target


@dataclass(frozen=True, slots=True)
class ChannelThen:
    """A channel as one run saw it. What was not said is empty; `online` is None where nobody could say."""

    number: int
    name: str = ""
    online: bool | None = None
    behind: Mapping[str, str] = field(default_factory=dict)  # mac, serial, model of the camera behind it
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def read(self, metric: str) -> Reading:
        return self.readings.get(metric, NotMeasured(Gap.NOT_ASKED))


@dataclass(frozen=True, slots=True)
class Visit:
    """One device in one run. `address` is `address` or `address:port`, as it was asked."""

    run: int
    device: str
    address: str
    answered: bool
    readings: Mapping[str, Reading] = field(default_factory=dict)
    channels: tuple[ChannelThen, ...] = ()

    def read(self, metric: str) -> Reading:
        return self.readings.get(metric, NotMeasured(Gap.NOT_ASKED))


@dataclass(frozen=True, slots=True)
class Course:
    """The runs, oldest first, and their visits; `asked` names by run the devices that it asked."""

    runs: tuple[RunInfo, ...] = ()
    visits: tuple[Visit, ...] = ()
    asked: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def of_device(self, device: str) -> dict[int, Visit]:
        """Return the visits of a device by run; of several in one run the last, which is the fullest."""
        return {visit.run: visit for visit in self.visits if visit.device == device}


def load_course(connection: Connection, since: datetime, metrics: Collection[str]) -> Course:
    """Return what the runs that ended at or after an aware time read of these metrics."""
    newest = load_run(connection, None)
    if newest is None:
        return Course()
    runs = tuple(run for run in reversed(load_runs(connection, newest)) if run.finished >= since)
    on_record = known.load(connection)
    rows = list(connection.execute(select(VISIT).where(VISIT.c.run_id.in_([run.id for run in runs]))))
    ids = [row.id for row in rows]
    of_device, of_channel = _readings(connection, ids, metrics)
    channels: dict[int, list[ChannelThen]] = defaultdict(list)
    for row in rows_among(connection, CHANNEL, CHANNEL.c.visit_id, ids):
        channels[row.visit_id].append(_channel(row, of_channel.get(row.id, {})))
    visits = tuple(
        Visit(
            row.run_id,
            f"d{on_record.same[row.device_id]}",
            Target(row.address, pinned=row.pinned).name,
            row.answered,
            of_device.get(row.id, {}),
            tuple(channels[row.id]),
        )
        for row in rows
    )
    return Course(runs, visits, _asked(runs, visits, on_record))


def _asked(
    runs: Collection[RunInfo], visits: Collection[Visit], on_record: known.OnRecord
) -> Mapping[int, frozenset[str]]:
    """Return by run which devices, of those met by then, it visited or at least asked for at their place."""
    met: set[str] = set()
    asked = {}
    for run in runs:
        visited = {visit.device for visit in visits if visit.run == run.id}
        met |= visited
        called = {f"d{one.id}" for one in on_record.devices if was_asked(one.face, run.targets)}
        asked[run.id] = frozenset(visited | (called & met))
    return asked


def _readings(
    connection: Connection, visits: Collection[int], metrics: Collection[str]
) -> tuple[dict[int, dict[str, Reading]], dict[int, dict[str, Reading]]]:
    of_device: dict[int, dict[str, Reading]] = defaultdict(dict)
    of_channel: dict[int, dict[str, Reading]] = defaultdict(dict)
    for row in _evidence(connection, visits, metrics):
        said = _reading(row)
        if row.channel_id is None:
            of_device[row.visit_id][row.metric] = said
        else:
            of_channel[row.channel_id][row.metric] = said
    return of_device, of_channel


def _evidence(
    connection: Connection, visits: Collection[int], metrics: Collection[str]
) -> Iterator[Row[Any]]:
    if not visits:
        return
    wanted = and_(
        EVIDENCE.c.metric.in_(sorted(metrics)), EVIDENCE.c.visit_id.between(min(visits), max(visits))
    )
    yield from connection.execute(select(EVIDENCE).where(wanted).order_by(EVIDENCE.c.id))


def _reading(row: Row[Any]) -> Reading:
    return Measured(row.value, row.detail) if row.gap is None else NotMeasured(Gap(row.gap), row.detail)


def _channel(row: Row[Any], readings: Mapping[str, Reading]) -> ChannelThen:
    camera = row.said.get("camera") or {}
    behind = {key: str(camera[key]) for key in ("mac", "serial", "model") if camera.get(key)}
    return ChannelThen(row.number, row.said["name"], row.said.get("online"), behind, readings)
