"""What one channel is to be told now, decided from the news, what it was told before, and the clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta, tzinfo
from functools import partial

from config.notices import Notice
from reports.told import deadman, digest, urgent
from reports.told.message import Message
from reports.told.news import MissedNight, Night, Standing
from reports.told.quiet import is_quiet, may_ring

_DAY = timedelta(days=1)
# A digest that comes later than this is none of the morning any more; the next one says it all.
_STALE = timedelta(hours=14)
# A run that is not done after this long is told of as far as it got.
_PATIENCE = timedelta(hours=3)


def due_now(
    channel: Notice,
    told: Collection[str],
    now: datetime,
    zone: tzinfo,
    *,
    school: str,
    night: Night | None = None,
    standing: Standing | None = None,
    missed: Sequence[MissedNight] = (),
) -> list[Message]:
    """Return the messages for this channel, in the order to send them. `told`: the marks it has had."""
    hours = channel.quiet_hours
    messages: list[Message] = []
    if "deadman" in channel.which and not is_quiet(hours, now, zone):
        found = deadman.compose(school, missed, told, now)
        messages += [found] if found else []
    if "urgent" in channel.which and standing is not None:
        rings = partial(may_ring, hours=hours, always=channel.always, now=now, zone=zone)
        messages += urgent.compose(standing, told, now, zone, rings)
    if "digest" in channel.which and night is not None and _is_digest_due(channel, night, told, now, zone):
        messages.append(digest.compose(night, now, zone, lines=channel.lines))
    return messages


def digest_time(at: time, due: datetime, zone: tzinfo) -> datetime:
    """Return the first moment of that time of day that is not before the night's appointed time."""
    local = due.astimezone(zone)
    here = datetime.combine(local.date(), at, zone)
    return here if here >= local else datetime.combine(local.date() + _DAY, at, zone)


def _is_digest_due(channel: Notice, night: Night, told: Collection[str], now: datetime, zone: tzinfo) -> bool:
    if digest.mark(night) in told:
        return False
    at = digest_time(channel.digest_at, night.due, zone)
    if not at <= now < at + _STALE:
        return False
    is_over = night.state not in ("running", "broken-off")  # what was broken off is tried again
    return is_over or now >= max(at, night.started or night.due) + _PATIENCE
