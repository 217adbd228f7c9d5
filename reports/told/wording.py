"""The language of notices: Chinese, whatever this computer's screen can show; and days in words."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from config.words import say_in


def say(key: str, **values: object) -> str:
    """Return a sentence of a notice. A service has no screen that could tell the reader's language."""
    is_english = os.environ.get("CAMCENSUS_LANG", "").lower().startswith("en")
    return say_in("en" if is_english else "zh", key, **values)


def day_name(day: date) -> str:
    return say("told.day", month=day.month, day=day.day)


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return when it was, with the day unless it is today's."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == now.astimezone(zone).date():
        return clock
    return say("told.moment", day=day_name(local.date()), clock=clock)


def lasting(since: datetime, until: datetime) -> str:
    """Return how long it was, in the two largest units, cut and not rounded."""
    minutes = max(0, int((until - since) / timedelta(minutes=1)))
    if minutes < 60:
        return say("told.minutes", minutes=minutes)
    hours = minutes // 60
    if hours < 24:
        return say("told.hours", hours=hours)
    return say("told.days", days=hours // 24)


def clean(text: str) -> str:
    """Return what a device or a person wrote as one line that no screen, mail or parser stumbles over."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names in a row; of more than `most` the first ones alone; the count is said beside them."""
    names = [clean(name) or say("told.nameless") for name in names]
    shown = say("told.comma").join(names[:most])
    return shown if len(names) <= most else say("told.among", names=shown)
