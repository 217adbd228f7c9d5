"""What a run leaves for later looks: samples, chart cards, and steps towards a baseline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from config.settings import Baseline as Rules
from inventory import known
from inventory.baselines import load_entries, next_step, write_step
from inventory.recall import load_cards
from inventory.rows import NewRow, write_rows
from inventory.tables import CHART_CARD, SAMPLE
from probe.memory import ChartCard
from probe.model import ChannelReport, DeviceReport


def remember(
    connection: Connection,
    rules: Rules,
    run_id: int,
    answers: Iterable[tuple[int, DeviceReport]],
    finished: datetime,
) -> None:
    """Write what each device's fullest answer of a run hands over to be remembered."""
    same = known.load_same(connection)
    entries = load_entries(connection, same)
    samples: list[NewRow] = []
    cards: list[NewRow] = []
    for device_id, report in answers:
        device = same[device_id]
        hung = load_cards(connection, [device]) if any(_card(one) for one in report.channels) else {}
        for channel in report.channels:
            if (kept := channel.kept) is None:
                continue
            at = looked_at(channel, finished)
            number = channel.channel.number
            place = {"run_id": run_id, "device_id": device, "channel": number, "at": at}
            if kept.sample:
                samples.append({**place, "sample": kept.sample})
            if kept.card is not None and kept.card != hung.get(number):
                cards.append({**place, **_card_row(kept.card)})
            step = next_step(entries.get((device, number), ()), kept, at, rules)
            if step is not None:
                write_step(connection, run_id, (device, number), kept, channel.jpeg, at, step)
    write_rows(connection, SAMPLE, samples)
    write_rows(connection, CHART_CARD, cards)


def looked_at(channel: ChannelReport, otherwise: datetime) -> datetime:
    """Return when a channel was looked at: the time of its last reading."""
    return max((one.at for one in channel.evidence), default=otherwise)


def _card(channel: ChannelReport) -> ChartCard | None:
    return channel.kept.card if channel.kept else None


def _card_row(card: ChartCard) -> NewRow:
    corners = [list(corner) for corner in card.corners]
    return {"marker": card.marker, "corners": corners, "width": card.width, "height": card.height}
