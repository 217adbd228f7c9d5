"""Which listed days could really be played, as playback leaves it for retention to read. 回放"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from probe.model import Channel, Io
from probe.record.days import Days

_DAY = timedelta(days=1)

Plays = dict[date, bool]


async def fetch_plays(channel: Channel, io: Io) -> Plays:
    """Return what playback has found of the channel so far; it writes into the same table."""

    async def nothing() -> Plays:
        return {}

    return await io.once(f"record.plays {channel.number}", nothing)


def run_of(days: Days, yesterday: date) -> tuple[date, ...]:
    """Return the days in a row that are told to be recorded and end yesterday, in order."""
    found: list[date] = []
    day = yesterday
    while (told := days.get(day)) is not None and told.recorded:
        found.append(day)
        day -= _DAY
    return tuple(reversed(found))


def is_contradicted(plays: Plays) -> bool:
    """Say whether a day that is listed could not be played, while another could."""
    return is_doubted(plays) and any(plays.values())


def is_doubted(plays: Plays) -> bool:
    """Say whether a day that is listed did not play, though the recorder was asked and answered."""
    return not all(plays.values())


def playable_since(run: Sequence[date], plays: Plays) -> date | None:
    """Return the oldest day of a run from which on nothing that was played failed; None where none is known.

    Without a doubt the whole run stands. With one, only a day that was played proves those after it,
    and one that is the last of the run proves nothing of how far back it goes.
    """
    if not run:
        return None
    if not is_doubted(plays):
        return run[0]
    refused = max((day for day in run if plays.get(day) is False), default=None)
    proved = [day for day in run if plays.get(day) is True and (refused is None or day > refused)]
    return proved[0] if proved and proved[0] != run[-1] else None
