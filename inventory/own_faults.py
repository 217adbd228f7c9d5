"""The faults that the watch judges itself, from readings alone: disk, clock, recordings. 故障判断

The night watch and the forms both ask here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeGuard

from config.watching import Limits
from inventory.watch import OwnKind

Values = Callable[[str], Any]  # the measured value of a metric, or None
# What device_faults and channel_faults are worked out from.
JUDGED_BY = frozenset(
    {
        "alive",
        "clock_offset_s",
        "disks",
        "storage_state",
        "playback_alive",
        "playback_oldest_alive",
        "recording_now",
        "recording_mode",
        "recording_days",
        "continuous_days",
        "continuous_days_at_most",
    }
)


def device_faults(value: Values, limits: Limits) -> Mapping[OwnKind, bool | None]:
    """Say of each kind of fault that a device itself may have whether it has it; None where nobody knows."""
    offset = value("clock_offset_s")
    return {
        "clock": abs(offset) > limits.clock_s if is_number(offset) else None,
        "disk": _is_disk_bad(value),
    }


def channel_faults(value: Values, day: date) -> Mapping[OwnKind, bool | None]:
    """Say the same of a channel, looked at on this local day; faults of its picture are not among them."""
    alive = value("alive")
    played = [value(name) for name in ("playback_alive", "playback_oldest_alive")]
    return {
        "no-picture": not alive if isinstance(alive, bool) else None,
        "not-recording": _is_unrecorded(value, day),
        "playback": True if False in played else False if played[0] is True else None,
    }


def _is_disk_bad(value: Values) -> bool | None:
    """Say whether one of a recorder's disks is bad, by its list or else by its own word."""
    disks = value("disks")
    if isinstance(disks, list) and disks:
        said = [one.get("is_good") for one in disks if isinstance(one, dict)]
        return True if False in said else None if None in said else False
    return {"bad": True, "good": False}.get(str(value("storage_state")))


def _is_unrecorded(value: Values, day: date) -> bool | None:
    """Say whether nothing was recorded on the eve of `day`, or nothing is now where it always should be."""
    now, mode = value("recording_now"), value("recording_mode")
    if mode == "off":
        return True
    # By movement or plan, nothing may be running at this moment.
    if now is False and mode not in ("motion", "schedule"):
        return True
    at_least, at_most = value("continuous_days"), value("continuous_days_at_most")
    days = value("recording_days")
    if is_number(at_most) and at_most < 1:
        # Yesterday is missing; but one that records again now is mended, and yesterday will not come back.
        return now is not True
    yesterday = (day - timedelta(days=1)).isoformat()
    if (
        now is True
        or (is_number(at_least) and at_least >= 1)
        or (isinstance(days, list) and yesterday in days)
    ):
        return False
    return None


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
