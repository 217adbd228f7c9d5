"""The outbox: every notice is written before it is sent, and every try at it. Which one goes out next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, func, insert, select

from inventory.tables import METADATA, Instant, Json

Outcome = Literal["sent", "failed", "throttled", "refused", "unclear", "expired", "lost"]
Step = Literal["begun"] | Outcome
Move = Literal["send", "wait", "hold", "expire", "lose", "none"]

NOTICE = Table(  # what is to be told to one channel; `marks` are what it has been told then
    "notice",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("channel", Json, nullable=False),
    Column("kind", String, nullable=False),
    Column("made", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("marks", Json, nullable=False),
    Column("message", Json, nullable=False),
    Index("ix_notice_channel", "channel", "id"),
)
NOTICE_TRY = Table(  # each try has two rows: begun, and how it ended; a power cut leaves the first alone
    "notice_try",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", ForeignKey("notice.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("step", String, nullable=False),
    Column("why", Json, nullable=False),
)

DONE = frozenset({"sent", "expired", "lost"})
PER_MINUTE = 20
# Longer than any sender takes: a try that began and did not end by then was broken off.
_LEASE = timedelta(minutes=5)
_PAUSES_MIN = (1, 2, 4, 8, 15, 30, 60)
_AFTER_THROTTLE = timedelta(minutes=10)
_AFTER_REFUSAL = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Try:
    at: datetime
    step: Step
    why: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that is neither sent nor given up."""

    id: int
    expires: datetime
    message: Mapping[str, Any]
    tries: tuple[Try, ...] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """The newest notice of a channel of which anything was tried, and how that ended."""

    kind: str
    made: datetime
    tried: Try


def next_move(tries: Sequence[Try], expires: datetime, now: datetime, *, eager: bool = False) -> Move:
    """Decide what becomes of a notice; `hold`: it waits, and those after it may go.

    What was sent is never sent again. A try of which nobody knows how it ended is repeated once: a notice may
    arrive twice after a power cut or a lost answer, and not three times. `eager` waits for no pause.
    """
    last = tries[-1] if tries else None
    if last is not None and last.step in DONE:
        return "none"
    if last is not None and last.step == "begun" and abs(now - last.at) < _LEASE:
        return "wait"
    if _unclear(tries) >= 2:
        return "lose"
    if now >= expires:
        return "expire"
    if last is None or eager or now >= last.at + _pause(tries) or last.at > now:
        return "send"  # a try in the future: the clock was set back since
    return "hold" if last.step == "refused" else "wait"


def put(
    connection: Connection,
    channel: str,
    kind: str,
    message: Mapping[str, Any],
    marks: Sequence[str],
    made: datetime,
    expires: datetime,
) -> bool:
    """Write a notice, unless somebody else wrote one of the same marks meanwhile. Tell whether it was new."""
    if marks and set(marks) & told(connection, channel):
        return False
    row = {"channel": channel, "kind": kind, "made": made, "expires": expires, "marks": list(marks)}
    connection.execute(insert(NOTICE), {**row, "message": dict(message)})
    return True


def told(connection: Connection, channel: str) -> set[str]:
    """Return every mark of what this channel was told, or is about to be."""
    rows = connection.execute(select(NOTICE.c.marks).where(NOTICE.c.channel == channel))
    return {mark for (marks,) in rows for mark in marks}


def claim(
    connection: Connection,
    channel: str,
    now: datetime,
    *,
    eager: bool = False,
    skip: Collection[int] = (),
) -> Waiting | None:
    """Return the notice of a channel that is to be sent now, its try begun; write off what is too old.

    Two processes that ask at once get different answers: the caller holds the write lock.
    """
    if _begun_lately(connection, channel, now) >= PER_MINUTE:
        return None
    for waiting in waiting_of(connection, channel):
        if waiting.id in skip:
            continue
        match next_move(waiting.tries, waiting.expires, now, eager=eager):
            case "send":
                note(connection, waiting.id, "begun", now)
                return waiting
            case "wait":
                return None
            case "expire":
                note(connection, waiting.id, "expired", now)
            case "lose":
                note(connection, waiting.id, "lost", now)
            case "hold" | "none":
                continue
    return None


def note(connection: Connection, notice_id: int, step: Step, at: datetime, why: str = "") -> None:
    """Write how a try goes on."""
    connection.execute(insert(NOTICE_TRY), {"notice_id": notice_id, "at": at, "step": step, "why": why})


def waiting_of(connection: Connection, channel: str) -> list[Waiting]:
    """Return what a channel has yet to be sent, oldest first."""
    over = select(NOTICE_TRY.c.notice_id).where(NOTICE_TRY.c.step.in_(sorted(DONE)))
    asked = select(NOTICE).where(NOTICE.c.channel == channel, NOTICE.c.id.not_in(over))
    rows = connection.execute(asked.order_by(NOTICE.c.id)).all()
    tries = _tries(connection, [row.id for row in rows])
    return [Waiting(row.id, row.expires, row.message, tuple(tries[row.id])) for row in rows]


def last_of(connection: Connection, channel: str) -> Last | None:
    """Return how the newest try of a channel ended."""
    both = NOTICE.join(NOTICE_TRY, NOTICE.c.id == NOTICE_TRY.c.notice_id)
    asked = select(NOTICE.c.kind, NOTICE.c.made, NOTICE_TRY.c.at, NOTICE_TRY.c.step, NOTICE_TRY.c.why)
    newest = asked.select_from(both).where(NOTICE.c.channel == channel).order_by(NOTICE_TRY.c.id.desc())
    row = connection.execute(newest.limit(1)).first()
    return None if row is None else Last(row.kind, row.made, Try(row.at, row.step, row.why))


def _unclear(tries: Sequence[Try]) -> int:
    """Count the tries that may have reached somebody: those without an end, and those without an answer."""
    steps = [*(one.step for one in tries), "begun"]
    cut = sum(pair == ("begun", "begun") for pair in pairwise(steps))
    return cut + steps.count("unclear")


def _pause(tries: Sequence[Try]) -> timedelta:
    match tries[-1].step:
        case "refused":
            return _AFTER_REFUSAL
        case "throttled":
            return _AFTER_THROTTLE
        case "begun":
            return timedelta(0)
        case _:
            failed = sum(one.step in ("failed", "unclear") for one in tries)
            return timedelta(minutes=_PAUSES_MIN[min(failed, len(_PAUSES_MIN)) - 1])


def _begun_lately(connection: Connection, channel: str, now: datetime) -> int:
    both = NOTICE.join(NOTICE_TRY, NOTICE.c.id == NOTICE_TRY.c.notice_id)
    asked = select(func.count()).select_from(both).where(NOTICE.c.channel == channel)
    lately = NOTICE_TRY.c.at.between(now - timedelta(minutes=1), now)
    return int(connection.scalar(asked.where(NOTICE_TRY.c.step == "begun", lately)) or 0)


def _tries(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Try]]:
    tries: dict[int, list[Try]] = defaultdict(list)
    asked = select(NOTICE_TRY).where(NOTICE_TRY.c.notice_id.in_(ids)).order_by(NOTICE_TRY.c.id)
    for row in connection.execute(asked):
        tries[row.notice_id].append(Try(row.at, row.step, row.why))
    return tries
