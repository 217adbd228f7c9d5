"""Times as people read them: by the school's clock, whatever this computer's is set to."""

from __future__ import annotations

from datetime import datetime, tzinfo


def to_the_minute(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def to_the_second(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def short_time(at: str) -> str:
    """Return an ISO time as a person reads it, a day where it is a day alone."""
    if "T" not in at:
        return at
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M")
