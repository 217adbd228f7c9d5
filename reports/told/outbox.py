"""Writes notices before they are sent, sends what is due, and keeps how it ended.

A notice that was sent is never sent again. Where the power fails between the sending and the note of it, or
an answer is lost on the way, it is repeated once, with the same id (webhook) and Message-ID (mail).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from config.notices import Notice
from inventory import notices
from inventory.database import reading, writing
from inventory.trouble import Busy
from reports.told.keys import Keys
from reports.told.message import Kind, Message, from_json, to_json
from reports.told.outcome import NotSent, Sent
from reports.told.sender import Send
from reports.told.senders import send

# How long a message is worth sending. A digest that is late is told by the next one.
_WORTH: dict[Kind, timedelta] = {
    "digest": timedelta(hours=24),
    "urgent": timedelta(hours=72),
    "clear": timedelta(hours=72),
    "deadman": timedelta(hours=72),
    "test": timedelta(minutes=5),
}
# Each waits for as long as the database's own limit is: a minute, longer than a night is written.
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message at one channel."""

    channel: str
    message: Message
    outcome: Sent | NotSent


def told(engine: Engine, channel: Notice) -> set[str]:
    """Return what this channel was told, or is about to be: what `due_now` asks for."""
    with reading(engine) as connection:
        return notices.told(connection, channel.name)


def refused(engine: Engine, channels: Iterable[Notice]) -> list[tuple[str, str]]:
    """Return the channels that took the last message not and will not take another, and why."""
    with reading(engine) as connection:
        tried = [(one.name, notices.last_of(connection, one.name)) for one in channels]
    return [(name, last.tried.why) for name, last in tried if last and last.tried.step == "refused"]


def put(engine: Engine, channel: Notice, messages: Iterable[Message], now: datetime) -> int:
    """Write messages for a channel and return how many are new. Nothing is sent here."""
    with writing(engine) as connection:
        return sum(_put(connection, channel, message, now) for message in messages)


def flush(
    engine: Engine,
    channels: Iterable[Notice],
    keys: Keys,
    folder: Path,
    clock: Callable[[], datetime],
    *,
    send: Send = send,
    eager: bool = False,
    is_over: Callable[[], bool] = lambda: False,
) -> list[Delivery]:
    """Send what is due, each channel's oldest first. Blocks while it sends; harmless to call at any time.

    `folder` is the workspace, where attachments lie. `eager` waits for no pause, after a key was mended. Once
    `is_over`, what is not on its way waits for the next time.
    """
    return [
        delivery
        for channel in channels
        for delivery in _flush_one(engine, channel, keys, folder, clock, send, is_over, eager=eager)
    ]


def _flush_one(
    engine: Engine,
    channel: Notice,
    keys: Keys,
    folder: Path,
    clock: Callable[[], datetime],
    send: Send,
    is_over: Callable[[], bool],
    *,
    eager: bool,
) -> list[Delivery]:
    done: list[Delivery] = []
    tried: set[int] = set()
    while not is_over():
        with writing(engine) as connection:
            waiting = notices.claim(connection, channel.name, clock(), eager=eager, skip=tried)
        if waiting is None:
            return done
        tried.add(waiting.id)
        message = from_json(waiting.message)
        sheet = str(folder / message.sheet) if message.sheet else ""
        secret = keys.secret(channel)
        outcome = (
            secret if isinstance(secret, NotSent) else send(channel, secret, replace(message, sheet=sheet))
        )
        _note(engine, waiting.id, outcome, clock)
        done.append(Delivery(channel.name, message, outcome))
        if isinstance(outcome, NotSent) and outcome.retry:
            return done  # the line is down: what comes after would only wait for its deadline too
    return done


def _note(engine: Engine, notice_id: int, outcome: Sent | NotSent, clock: Callable[[], datetime]) -> None:
    """Keep how a try ended. What is not kept is sent once more, so a database in use is waited for."""
    for left in reversed(range(_TRIES)):
        try:
            with writing(engine) as connection:
                notices.note(connection, notice_id, _step(outcome), clock(), _why(outcome))
        except Busy:
            if not left:
                raise
        else:
            return


def _put(connection: Connection, channel: Notice, message: Message, now: datetime) -> bool:
    expires = now + _WORTH[message.kind]
    return notices.put(
        connection, channel.name, message.kind, to_json(message), message.marks, message.made, expires
    )


def _step(outcome: Sent | NotSent) -> notices.Outcome:
    match outcome:
        case Sent():
            return "sent"
        case NotSent(is_unclear=True):
            return "unclear"
        case NotSent(is_throttled=True):
            return "throttled"
        case NotSent(retry=True):
            return "failed"
        case NotSent():
            return "refused"


def _why(outcome: Sent | NotSent) -> str:
    return outcome.note if isinstance(outcome, Sent) else outcome.why
