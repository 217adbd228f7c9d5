"""Quiet hours: what may ring at night and what waits for the morning. 免打扰"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, tzinfo


def is_quiet(hours: tuple[time, time] | None, now: datetime, zone: tzinfo) -> bool:
    """Tell whether it is quiet now; hours may go past midnight. The end belongs to the day."""
    if hours is None:
        return False
    start, end = hours
    clock = now.astimezone(zone).time().replace(tzinfo=None)
    return start <= clock < end if start < end else clock >= start or clock < end


def may_ring(
    kind: str, hours: tuple[time, time] | None, always: Collection[str], now: datetime, zone: tzinfo
) -> bool:
    """Tell whether this kind of fault is told now. What may not is told at the end, if it is still there."""
    return kind in always or not is_quiet(hours, now, zone)
