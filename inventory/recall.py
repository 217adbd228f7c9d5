"""What is remembered of the devices that a run meets: fetched for each when it is recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from config.schema import Brands
from inventory import baselines, known
from inventory.database import reading
from inventory.identity import Key, face_of, keys_of
from inventory.match import Keys, Known, Seen, match, shared_keys
from inventory.rows import rows_among
from inventory.tables import BASELINE, CHANNEL, CHART_CARD, EVIDENCE, SAMPLE, VISIT
from probe.memory import REMEMBERED, Baseline, ChartCard, Memory, Past
from probe.model import DeviceReport

# How far back the newest measured value is looked for: in most cases it stands in the first visits.
_VISITS = (2, 30)


class Recall:
    """Gives the memories of one run's devices. What is small is loaded once, records only when asked for."""

    def __init__(self, engine: Engine, brands: Brands) -> None:
        self._engine = engine
        self._brands = brands
        with reading(engine) as connection:
            on_record = known.load(connection)
        self._same = on_record.same
        self._shared = on_record.shared | shared_keys([one.keys for one in on_record.devices])
        self._holders: dict[Key, list[Known]] = defaultdict(list)
        self._there: dict[str, list[Known]] = defaultdict(list)
        for one in on_record.devices:
            self._there[one.face.address].append(one)
            for key in one.keys:
                self._holders[key].append(one)
        self._parts: dict[int, list[int]] = defaultdict(list)
        for part, whole in self._same.items():
            self._parts[whole].append(part)
        self._met: dict[Key, list[Keys]] = defaultdict(list)

    def __call__(self, report: DeviceReport) -> Mapping[int, Memory]:
        """Return what is remembered of each channel, by its number; nothing of a device that is new."""
        devices = self.devices_of(report)
        if not devices:
            return {}
        parts = [part for device in devices for part in self._parts[device]]
        with reading(self._engine) as connection:
            return _memories(connection, self._same, parts)

    def devices_of(self, report: DeviceReport) -> tuple[int, ...]:
        """Return the device on record that answers here, first, and those that prove to be the same."""
        keys = keys_of(report, self._brands)
        # Two devices of this run with one key are told apart as at its end.
        copied = shared_keys([keys, *(other for key in keys for other in self._met[key])])
        for key in keys:
            self._met[key].append(keys)
        concerned = {one.id: one for key in keys for one in self._holders.get(key, ())}
        concerned |= {one.id: one for one in self._there.get(report.target.address, ())}
        matched = match([Seen(keys, face_of(report))], list(concerned.values()), self._shared | copied)
        ((_, device),) = matched.groups
        return () if device is None else (device, *(one for one, into in matched.joins if into == device))


def _memories(connection: Connection, same: known.Same, parts: Sequence[int]) -> Mapping[int, Memory]:
    kept = _baselines(connection, same, parts)
    samples = _samples(connection, parts)
    cards = load_cards(connection, parts)
    last = _last(connection, parts)
    return {
        number: Memory(
            baselines=tuple(kept.get(number, ())),
            last=last.get(number, {}),
            sample=samples[number].sample if number in samples else b"",
            sampled=samples[number].at if number in samples else None,
            card=cards.get(number),
        )
        for number in sorted({*kept, *samples, *cards, *last})
    }


def _baselines(
    connection: Connection, same: known.Same, parts: Sequence[int]
) -> Mapping[int, Sequence[Baseline]]:
    of_channel: dict[int, list[baselines.Entry]] = defaultdict(list)
    for (_, number), entries in baselines.load_entries(connection, same, parts).items():
        of_channel[number] += entries
    given = {number: baselines.shown_to_a_look(entries) for number, entries in of_channel.items()}
    ids = [entry.id for entries in given.values() for entry in entries]
    records = {row.id: row.record for row in rows_among(connection, BASELINE, BASELINE.c.id, ids)}
    return {
        number: [Baseline(one.id, one.mode, one.by, one.made, records[one.id], one.preset) for one in entries]
        for number, entries in given.items()
    }


def _samples(connection: Connection, parts: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Return the newest sample of each channel."""
    newest = select(func.max(SAMPLE.c.id)).where(SAMPLE.c.device_id.in_(parts)).group_by(SAMPLE.c.channel)
    rows = connection.execute(select(SAMPLE).where(SAMPLE.c.id.in_(newest)))
    return {row.channel: row for row in rows}


def load_cards(connection: Connection, parts: Sequence[int]) -> Mapping[int, ChartCard]:
    """Return where the chart card of each channel was found last."""
    rows = connection.execute(
        select(CHART_CARD).where(CHART_CARD.c.device_id.in_(parts)).order_by(CHART_CARD.c.id)
    )
    return {row.channel: _card(row) for row in rows}


def _card(row: Row[Any]) -> ChartCard:
    first, second, third, fourth = ((float(x), float(y)) for x, y in row.corners)
    return ChartCard(row.marker, (first, second, third, fourth), row.width, row.height)


def _last(connection: Connection, parts: Sequence[int]) -> Mapping[int, Mapping[str, Past]]:
    """Return the newest measured value of each remembered metric, by channel number."""
    found: dict[int, dict[str, Past]] = defaultdict(dict)
    visits = list(
        connection.scalars(
            select(VISIT.c.id)
            .where(VISIT.c.device_id.in_(parts), VISIT.c.channels > 0)
            .order_by(VISIT.c.id.desc())
            .limit(_VISITS[-1])
        )
    )
    begun = 0
    for ended in _VISITS:
        asked = (
            select(CHANNEL.c.number, EVIDENCE.c.metric, EVIDENCE.c.value, EVIDENCE.c.at)
            .join(CHANNEL, CHANNEL.c.id == EVIDENCE.c.channel_id)
            .where(
                EVIDENCE.c.visit_id.in_(visits[begun:ended]),
                EVIDENCE.c.metric.in_(REMEMBERED),
                EVIDENCE.c.gap.is_(None),
            )
            .order_by(EVIDENCE.c.id.desc())
        )
        for number, metric, value, at in connection.execute(asked):
            found[number].setdefault(metric, Past(value, at))
        if found and all(len(metrics) == len(REMEMBERED) for metrics in found.values()):
            break
        begun = ended
    return found
