"""When each known device answered, looked at every few minutes: a row where that changes, and no more. 在线

A spell lasts until the next one of its device. `online_look` tells hourly that the watch was looking at all:
what lies between two looks that are far apart is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Integer, String, Table, func, select

from inventory import known
from inventory.rows import rows_among, write_rows
from inventory.tables import METADATA, VISIT, Instant
from probe.light import Door

ONLINE_SPELL = Table(
    "online_spell",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("answers", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("why", String, nullable=False),
    Index("ix_online_spell_device", "device_id", "id"),
)
ONLINE_LOOK = Table(
    "online_look",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
)

_PROOF_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Spell:
    device_id: str
    answers: bool
    since: datetime
    why: str  # a word of probe/light.py


@dataclass(frozen=True, slots=True)
class Proof:
    """The watch looked then, at so many devices."""

    at: datetime
    asked: int
    answered: int


def load_doors(connection: Connection) -> Mapping[str, Door]:
    """Return where every known device is to be looked for, by device id."""
    on_record = known.load(connection)
    answered = known.newest_visits(connection, on_record.same, VISIT.c.answered)
    open_then = {
        row.id: tuple(row.ports) for row in rows_among(connection, VISIT, VISIT.c.id, answered.values())
    }
    doors = {}
    for device in on_record.devices:
        face = device.face
        ports = open_then.get(answered.get(device.id, 0), ())
        doors[f"d{device.id}"] = Door(face.address, (face.pinned,) if face.pinned else ports)
    return doors


def write_look(connection: Connection, seen: Mapping[str, str], at: datetime) -> Sequence[Spell]:
    """Keep what is otherwise than at the look before, and return it. `seen`: why not, empty for an answer."""
    now = load_now(connection)
    news = [
        Spell(device_id, not why, at, why)
        for device_id, why in seen.items()
        if device_id not in now or now[device_id].why != why
    ]
    rows = [
        {"device_id": int(one.device_id[1:]), "answers": one.answers, "since": at, "why": one.why}
        for one in news
    ]
    write_rows(connection, ONLINE_SPELL, rows)
    last = last_proof(connection)
    if last is None or news or not at - _PROOF_EVERY < last <= at:
        answered = sum(not why for why in seen.values())
        write_rows(connection, ONLINE_LOOK, [{"at": at, "asked": len(seen), "answered": answered}])
    return news


def load_now(connection: Connection) -> Mapping[str, Spell]:
    """Return the spell that each device is in."""
    newest = select(func.max(ONLINE_SPELL.c.id)).group_by(ONLINE_SPELL.c.device_id)
    rows = connection.execute(select(ONLINE_SPELL).where(ONLINE_SPELL.c.id.in_(newest)))
    return {f"d{row.device_id}": Spell(f"d{row.device_id}", row.answers, row.since, row.why) for row in rows}


def load_spells(connection: Connection, since: datetime) -> Sequence[Spell]:
    """Return every spell that began since then, oldest first."""
    rows = connection.execute(
        select(ONLINE_SPELL).where(ONLINE_SPELL.c.since >= since).order_by(ONLINE_SPELL.c.id)
    )
    return [Spell(f"d{row.device_id}", row.answers, row.since, row.why) for row in rows]


def last_proof(connection: Connection) -> datetime | None:
    """Return when the watch looked last, to the hour."""
    last: datetime | None = connection.scalar(select(func.max(ONLINE_LOOK.c.at)))
    return last


def load_proofs(connection: Connection, since: datetime) -> Sequence[Proof]:
    """Return the hourly proofs that the watch was looking, oldest first."""
    rows = connection.execute(select(ONLINE_LOOK).where(ONLINE_LOOK.c.at >= since).order_by(ONLINE_LOOK.c.id))
    return [Proof(row.at, row.asked, row.answered) for row in rows]
