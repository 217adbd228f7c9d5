"""What earlier nights said of a channel's TV lines, and whether it still counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from probe.memory import Past
from probe.model import Measured, Reading, Readings
from probe.picture.check import Look


def local_date(look: Look, moment: datetime) -> date:
    """Return the day of a moment where the cameras stand."""
    return moment.astimezone(look.outfit.zone).date()


def carried_over(
    look: Look, readings: Readings, found: frozenset[str], at_format: int
) -> Mapping[str, Reading] | None:
    """Return what was proved before, handed on; None where it must be measured anew.

    It holds while it is young, the format is the same, the picture has no fault and is as sharp as on the
    last visit. A card in the picture, or one to be found, is always read.
    """
    last, tvl, job = look.job.memory.last, look.outfit.tvl, look.job
    proved_on = _date(last.get("tvl_live_on"))
    least = _number(last.get("tvl_live_at_least"))
    if found or job.find_card or job.memory.card or proved_on is None or least is None:
        return None
    is_young = timedelta(0) <= local_date(look, job.at) - proved_on < timedelta(days=tvl.hold_days)
    if least < tvl.live_lines or not is_young or _number(last.get("tvl_format")) != at_format:
        return None
    if not _is_as_sharp(readings, last):
        return None
    told = f"carried from {proved_on.isoformat()}"
    return {
        metric: Measured(last[metric].value, told)
        for metric in ("tvl_format", "tvl_live_at_least", "tvl_live_at_most", "tvl_live_by", "tvl_live_on")
        if metric in last
    }


def held_on_another_night(look: Look, need: float) -> tuple[int, date] | None:
    """Return the upper bound an earlier night measured below the need, and its day; None without one."""
    past = look.job.memory.last.get("tvl_structure_at_most")
    most = _number(past)
    if past is None or most is None or most >= need or look.job.at - past.at < _APART:
        return None
    proved = look.job.memory.last.get("tvl_live_at_least")
    if proved is not None and proved.at > past.at and (_number(proved) or 0) >= need:
        return None  # it was sharp since
    day, today = local_date(look, past.at), local_date(look, look.job.at)
    is_recent = today - day <= timedelta(days=look.outfit.tvl.hold_days)
    return (int(most), day) if day < today and is_recent else None


_APART = timedelta(hours=12)
_AS_SHARP = 0.8


def _is_as_sharp(readings: Readings, last: Mapping[str, Past]) -> bool:
    before = _number(last.get("sharpness"))
    match readings.get("sharpness"):
        case Measured(value=float() | int() as now) if before is not None:
            return now >= _AS_SHARP * before
        case _:
            return False


def _number(past: Past | None) -> float | None:
    match past:
        case Past(value=bool()):
            return None
        case Past(value=int() | float() as value):
            return float(value)
        case _:
            return None


def _date(past: Past | None) -> date | None:
    match past:
        case Past(value=str(text)):
            try:
                return date.fromisoformat(text)
            except ValueError:
                return None
        case _:
            return None
