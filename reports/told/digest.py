"""The morning digest of one night: what is new, what is mended, what goes on; or all is well. 每日简报"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any

from reports.told.message import Message, Part, Row, cut_rows
from reports.told.news import CaseNews, Night, RateNews
from reports.told.wording import clean, day_name, lasting, listed, moment, say

_MONDAY = 1


def compose(night: Night, now: datetime, zone: tzinfo, *, lines: int) -> Message:
    """Return the digest of a night. What is too much for so many lines is counted at the end."""
    message = Message(
        kind="digest",
        school=night.school,
        made=now,
        title=say("told.digest", school=school_name(night.school), day=day_name(night.day)),
        parts=tuple(part for part in _parts(night, now, zone) if part.rows),
        marks=(mark(night),),
        rest=say("told.rest", count="{count}"),
        facts=_facts(night),
        sheet=night.sheet,
    )
    return cut_rows(message, lines)


def school_name(school: str) -> str:
    return clean(school) or say("told.school")


def mark(night: Night) -> str:
    return f"digest:{night.day.isoformat()}"


def is_all_well(night: Night) -> bool:
    """Tell whether the night was checked to its end and every camera was measured and found good."""
    is_quiet = not (night.opened or night.continuing or night.unsure or night.short)
    return night.state == "done" and 0 < night.cameras == night.good and is_quiet


def _parts(night: Night, now: datetime, zone: tzinfo) -> Iterable[Part]:
    is_known = night.state != "missed" and night.cameras > 0
    rates = [_rate(rate) for rate in night.rates] if is_known else []
    aside = list(_aside(night)) if is_known else []
    facts = (_night_line(night, now, zone), *rates, *aside)
    yield Part("", tuple(Row(line) for line in facts), is_kept=True)
    is_monday = night.day.isoweekday() == _MONDAY
    daily = [case for case in night.continuing if case.urgency != "weekly"]
    weekly = [case for case in (*night.opened, *night.continuing) if case.urgency == "weekly"]
    opened = [case for case in night.opened if case.urgency != "weekly"]
    yield Part(_headed("told.opened", opened), _rows(opened, _again))
    yield Part(_headed("told.continuing", daily), _rows(daily, lambda case: _open_for(case, now)))
    if is_monday:
        yield Part(_headed("told.weekly", weekly), _rows(weekly, _again))
    elif weekly:
        yield Part("", (Row(say("told.weekly_later", count=len(weekly)), len(weekly)),))
    yield Part(
        _headed("told.closed", night.closed),
        _rows(night.closed, lambda case: say("told.took", time=lasting(case.since, case.closed or now))),
    )
    yield Part(say("told.changes"), tuple(Row(_bullet(clean(sentence)), 1) for sentence in night.changes))
    if night.report:
        yield Part("", (Row(say("told.report", place=night.report)),), is_kept=True)


def _night_line(night: Night, now: datetime, zone: tzinfo) -> str:
    match night.state:
        case "missed":
            return say("told.missed", why=night.why or say("told.missed_why"))
        case "done":
            begin = say("told.late") if night.is_late else say("told.night")
        case "running":
            begin = say("told.running", clock=moment(now, now, zone))
        case "failed" | "broken-off":
            begin = say("told.broken", why=night.why or say("told.broken_why"))
    if night.cameras == 0:
        return begin + say("told.nothing")
    if is_all_well(night):
        return begin + say("told.all_well", cameras=night.cameras)
    counts = {"cameras": night.cameras, "good": night.good, "faulty": night.faulty}
    key = "told.counts_unknown" if night.unknown else "told.counts"
    return begin + say(key, **counts, unknown=night.unknown)


def _aside(night: Night) -> Iterator[str]:
    """Say what no count of good and faulty cameras tells."""
    if night.unsure:
        yield say("told.unsure", count=night.unsure)
    if night.short:
        yield say("told.short", count=night.short)


def _headed(key: str, cases: Sequence[CaseNews]) -> str:
    return say(key, count=len(cases)) if cases else ""


def _rows(cases: Sequence[CaseNews], more: Callable[[CaseNews], str]) -> tuple[Row, ...]:
    """One line for each cause that took others down, then one for each kind of fault, the worst first."""
    ordered = sorted(cases, key=worst_first)
    causes = [case for case in ordered if case.took_down]
    alone = [case for case in ordered if not case.took_down]
    rows = [Row(_bullet(cause_line(case) + bracketed(more(case))), 1) for case in causes]
    for (_, _, _, name), same in groupby(alone, key=_kind_of):
        group = list(same)
        places = [f"{where_of(case)}{bracketed(more(case))}" for case in group]
        if len(group) == 1:
            line = say("told.one", name=name, place=places[0])
        else:
            line = say("told.several", name=name, count=len(group), places=listed(places))
        rows.append(Row(_bullet(line), len(group)))
    return tuple(rows)


def cause_line(case: CaseNews) -> str:
    """Return one cause with the cameras it took down, or that it concerns where they can still be seen."""
    key = "told.cause" if case.is_offline else "told.touched"
    cameras = listed(case.took_down, 4)
    return say(key, head=place_and_name(case), count=len(case.took_down), cameras=cameras)


def place_and_name(case: CaseNews) -> str:
    """Return where it is and what; a cause that several devices share is nowhere."""
    if not clean(case.where):
        return case.name
    return say("told.one", place=where_of(case), name=case.name)


def worst_first(case: CaseNews) -> tuple[object, ...]:
    return (*_kind_of(case)[:1], -len(case.took_down), *_kind_of(case)[1:], case.since, case.id)


def bracketed(remark: str) -> str:
    return say("told.bracket", remark=remark) if remark else ""


def _kind_of(case: CaseNews) -> tuple[int, int, str, str]:
    return (("urgent", "morning", "weekly").index(case.urgency), case.rank, case.kind, case.name)


def where_of(case: CaseNews) -> str:
    return clean(case.where) or say("told.nameless")


def _again(case: CaseNews) -> str:
    return say("told.again", times=case.times + 1) if case.times else ""


def _open_for(case: CaseNews, now: datetime) -> str:
    since, note = say("told.since", time=lasting(case.since, now)), clean(case.note)
    return say("told.clause", first=since, second=note) if note else since


def _bullet(line: str) -> str:
    return say("told.bullet", line=line)


def _rate(rate: RateNews) -> str:
    """Cut, not rounded: 99.97 % is not 100 %. With unknowns it is the least that it can be."""
    if rate.unknown >= rate.denominator:
        return say("told.rate_unknown", name=rate.name)
    tenths = rate.numerator * 1000 // rate.denominator
    figure = f"{tenths // 10}.{tenths % 10}"
    key = "told.rate_open" if rate.unknown else "told.rate"
    return say(
        key,
        name=rate.name,
        figure=figure,
        numerator=rate.numerator,
        denominator=rate.denominator,
        unknown=rate.unknown,
    )


def _facts(night: Night) -> dict[str, Any]:
    return {
        "day": night.day.isoformat(),
        "state": night.state,
        "cameras": {
            "total": night.cameras,
            "good": night.good,
            "faulty": night.faulty,
            "unknown": night.unknown,
        },
        "cases": [
            *(case_facts(case, "opened") for case in night.opened),
            *(case_facts(case, "closed") for case in night.closed),
            *(case_facts(case, "continuing") for case in night.continuing),
        ],
    }


def case_facts(case: CaseNews, state: str) -> dict[str, Any]:
    """Return a case as programs are told of it."""
    return {
        "id": case.id,
        "state": state,
        "kind": case.kind,
        "name": case.name,
        "where": case.where,
        "since": case.since.isoformat(),
        "closed": case.closed.isoformat() if case.closed else None,
        "took_down": list(case.took_down),
    }
