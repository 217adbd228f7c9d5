"""The watch itself did not run: which nights, and that nothing is known of them. 巡检中断"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from reports.told.digest import school_name
from reports.told.message import Message, Part, Row
from reports.told.news import MissedNight
from reports.told.wording import clean, day_name, listed, say

_SPANS = 8  # of a summer in which the computer was on now and then
_REASONS = 3


def compose(
    school: str, missed: Sequence[MissedNight], told: Collection[str], now: datetime
) -> Message | None:
    """Return what names the nights that nobody has been told of yet, or None."""
    new = sorted((one for one in missed if _mark(one.day) not in told), key=lambda one: one.day)
    if not new:
        return None
    days = [one.day for one in new]
    whys = list(dict.fromkeys(why for one in new if (why := clean(one.why))))
    nights = listed([_span(first, last) for first, last in _runs(days)], _SPANS)
    lines = [
        say("told.deadman_nights", nights=nights, count=len(days)),
        *(say("told.deadman_why", why=why) for why in whys[:_REASONS]),
        say("told.deadman_over" if new[-1].is_over else "told.deadman_still"),
    ]
    if not all(one.why for one in new):
        lines.append(say("told.deadman_awake"))
    return Message(
        kind="deadman",
        school=school,
        made=now,
        title=say("told.deadman", school=school_name(school), count=len(days)),
        parts=(Part("", tuple(Row(line) for line in lines)),),
        marks=tuple(_mark(day) for day in days),
        rest=say("told.rest", count="{count}"),
        facts={"missed": [day.isoformat() for day in days]},
    )


def _mark(day: date) -> str:
    return f"missed:{day.isoformat()}"


def _runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the first and last day of each unbroken run."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] <= timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _span(first: date, last: date) -> str:
    if first == last:
        return day_name(first)
    return say("told.span", first=day_name(first), last=day_name(last))
