"""What the watch began and how it ended: the truth of what ran, which no kill takes back. 巡检记录

A turn has a row when it begins and one when it ends; what was killed has the first alone. Only the holder of
the workspace may begin one, so whoever holds it next knows that such a turn was broken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, insert, select

from inventory.schedule import Slot, State, Turn
from inventory.tables import METADATA, Instant, Json
from inventory.watch import Night

TURN_START = Table(
    "turn_start",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("work", String, nullable=False),
    Column("key", String, nullable=False),
    Column("due", Instant, nullable=False),
    Column("started", Instant, nullable=False),
    Index("ix_turn_start_work", "work", "key"),
)
TURN_END = Table(
    "turn_end",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("start_id", ForeignKey("turn_start.id"), nullable=False, unique=True),
    Column("finished", Instant, nullable=False),
    Column("state", String, nullable=False),
    Column("run_id", ForeignKey("run.id")),
    Column("note", Json, nullable=False),
)

# Slots are at most a month apart and no wait is longer than a day.
_ENOUGH = timedelta(days=70)


def begin(connection: Connection, slot: Slot, now: datetime) -> int:
    """Write that a slot's work begins, and return the turn."""
    row = {"work": slot.work, "key": slot.key, "due": slot.due, "started": now}
    key = connection.execute(insert(TURN_START), row).inserted_primary_key
    return int(key[0]) if key else 0


def end(
    connection: Connection,
    turn_id: int,
    now: datetime,
    state: State,
    run_id: int | None = None,
    note: str = "",
) -> None:
    """Write how a turn ended; `done` in the transaction that keeps its run: there is never one alone."""
    row = {"start_id": turn_id, "finished": now, "state": state, "run_id": run_id, "note": note}
    connection.execute(insert(TURN_END), row)


def end_broken_off(connection: Connection, now: datetime) -> Sequence[int]:
    """End every turn that has no end. Only for who holds the workspace: what has no end then was killed."""
    ended = select(TURN_END.c.start_id)
    left = connection.scalars(select(TURN_START.c.id).where(TURN_START.c.id.not_in(ended))).all()
    for turn_id in left:
        end(connection, turn_id, now, "broken-off")
    return left


def load_turns(connection: Connection, now: datetime) -> list[Turn]:
    """Return the turns that may still decide what is due, in the order they were begun."""
    return [
        Turn(one.work, one.slot, one.started, one.finished, _ended(one))
        for one in load_nights(connection, now - _ENOUGH)
    ]


def load_nights(connection: Connection, since: datetime | None = None) -> list[Night]:
    """Return every turn since then, oldest first: also such as were made up for or failed."""
    joined = select(
        TURN_START, TURN_END.c.finished, TURN_END.c.state, TURN_END.c.run_id, TURN_END.c.note
    ).outerjoin(TURN_END, TURN_END.c.start_id == TURN_START.c.id)
    if since is not None:
        joined = joined.where(TURN_START.c.started >= since)
    return [
        Night(
            work=row.work,
            slot=row.key,
            day=date.fromisoformat(row.key[:10]),
            due=row.due,
            started=row.started,
            finished=row.finished,
            state=row.state or "running",
            run_id=row.run_id,
            note=row.note if row.state else "",
        )
        for row in connection.execute(joined.order_by(TURN_START.c.id))
    ]


def _ended(night: Night) -> State | None:
    match night.state:
        case "running" | "missed":
            return None
        case ended:
            return ended
