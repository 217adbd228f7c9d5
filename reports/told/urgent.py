"""Urgent notices, each told once while its case lasts, and one all-clear when it is over. 紧急故障"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, tzinfo

from reports.told.digest import bracketed, case_facts, cause_line, place_and_name, school_name, worst_first
from reports.told.message import Kind, Message, Part, Row
from reports.told.news import CaseNews, Standing
from reports.told.wording import lasting, moment, say

MASS = "mass-outage"
_ROWS = 12


def compose(
    standing: Standing, told: Collection[str], now: datetime, zone: tzinfo, rings: Callable[[str], bool]
) -> list[Message]:
    """Return what is to be told now: one message for all that is new, one for all that is over, or none.

    `told` are the marks of this channel. `rings` says whether a kind may be told at this hour. What opened
    and closed in quiet hours is left to the morning's digest; what was never told open is never told closed.
    """
    mass_since = _mass_since(told)
    opened = [
        case
        for case in standing.open
        if case.urgency == "urgent" and rings(case.kind) and _mark("open", case) not in told
    ]
    closed = [
        case
        for case in standing.closed
        if _mark("open", case) in told and _mark("clear", case) not in told and rings(case.kind)
    ]
    alone = sum(case.is_offline and not case.took_down for case in standing.open)
    urgent_rows = [Row(_opened(case, now, zone), 1) for case in sorted(opened, key=worst_first)]
    clear_rows = [Row(_closed(case, now, zone), 1) for case in sorted(closed, key=worst_first)]
    urgent_marks = [_mark("open", case) for case in opened]
    clear_marks = [_mark("clear", case) for case in closed]
    if mass_since is None and _is_mass(alone, standing.cameras) and rings(MASS):
        urgent_rows.insert(0, Row(say("told.mass", cameras=standing.cameras, count=alone), 1))
        urgent_marks.append(f"open:{MASS}.{now.isoformat()}")
    if mass_since is not None and _is_over(alone, standing.cameras) and rings(MASS):
        clear_rows.insert(0, Row(_mass_over(alone, standing.cameras), 1))
        clear_marks.append(f"clear:{MASS}.{mass_since}")
    facts = [case_facts(case, "opened") for case in opened]
    cleared = [case_facts(case, "closed") for case in closed]
    return [
        *_message("urgent", standing.school, now, zone, urgent_rows, urgent_marks, facts),
        *_message("clear", standing.school, now, zone, clear_rows, clear_marks, cleared),
    ]


def _is_mass(alone: int, cameras: int) -> bool:
    """More than 30 % of a school with no recorder or switch to blame; two of three cameras are no mass."""
    return alone >= 5 and alone * 10 > cameras * 3


def _is_over(alone: int, cameras: int) -> bool:
    # Half of what opened it, so that one camera more or less does not open and close it all day.
    return alone * 20 <= cameras * 3


def _mass_since(told: Iterable[str]) -> str | None:
    """Return when the mass outage that was told and is not over began."""
    marks = [mark.partition(f":{MASS}.") for mark in told if f":{MASS}." in mark]
    over = {since for word, _, since in marks if word == "clear"}
    return max((since for word, _, since in marks if word == "open" and since not in over), default=None)


def _mark(word: str, case: CaseNews) -> str:
    return f"{word}:{case.id}.{case.times}"


def _opened(case: CaseNews, now: datetime, zone: tzinfo) -> str:
    begun = bracketed(say("told.begun", moment=moment(case.since, now, zone)))
    line = cause_line(case) if case.took_down else place_and_name(case)
    return say("told.bullet", line=line + begun)


def _closed(case: CaseNews, now: datetime, zone: tzinfo) -> str:
    over = case.closed or now
    line = say(
        "told.over",
        what=place_and_name(case),
        moment=moment(over, now, zone),
        time=lasting(case.since, over),
    )
    return say("told.bullet", line=line)


def _mass_over(alone: int, cameras: int) -> str:
    return say("told.mass_left", count=alone, cameras=cameras) if alone else say("told.mass_over")


def _message(
    kind: Kind,
    school: str,
    now: datetime,
    zone: tzinfo,
    rows: Sequence[Row],
    marks: Sequence[str],
    cases: Sequence[dict[str, object]],
) -> list[Message]:
    if not rows:
        return []
    shown = list(rows[:_ROWS])
    if left := len(rows) - len(shown):
        shown.append(Row(say("told.rest", count=left), left))
    clock = moment(now, now, zone)
    key = "told.urgent" if kind == "urgent" else "told.clear"
    return [
        Message(
            kind=kind,
            school=school,
            made=now,
            title=say(key, school=school_name(school), clock=clock, count=len(rows)),
            parts=(Part("", tuple(shown)),),
            marks=tuple(marks),
            rest=say("told.rest", count="{count}"),
            facts={"cases": list(cases)},
        )
    ]
