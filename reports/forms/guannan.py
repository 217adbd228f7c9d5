"""What Guannan's forms ask and no single figure says: total and grade, the draft of the self-review. 灌南"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from config.evidence import Evidence, load_evidence
from inventory.in_use import is_out_of_use
from inventory.record import FieldValue
from reports.forms.desk import Desk, known
from reports.forms.figures import Rule, local_day
from reports.forms.found import Found
from reports.forms.subject import Item, Subject
from reports.guannan.grade import Graded, graded
from reports.guannan.rubric import items_of, scores_of
from reports.local_time import to_the_minute
from reports.sheet import Origin

_RUBRIC = "guannan-2018-rubric"
_COUNTY = "guannan-2018-rubric-county"


def self_result(desk: Desk, subject: Subject) -> Found:
    return _result(desk, subject, _RUBRIC, "result_self")


def county_result(desk: Desk, subject: Subject) -> Found:
    return _result(desk, subject, _COUNTY, "result_county")


def applied_on(desk: Desk, subject: Subject) -> Found:
    """The day that the school names, else the day on which the form is made."""
    said = known(subject.unit.get("applied_on"))
    return _typed_or(desk, "applied_on", said, local_day(desk))


def self_review(desk: Desk, subject: Subject) -> Found:
    """What the school wrote of itself, else a draft of what was measured."""
    return _typed_or(desk, "self_review", known(subject.unit.get("self_review")), draft(desk, subject))


def year(desk: Desk, subject: Subject) -> Found:
    campaign = desk.catalogue.campaigns[desk.form.campaign]
    if campaign.year is None:
        return Found()
    origin = Origin("", str(campaign.year), "derived", "sheet", desk.made, desk.made, True, campaign.name)
    return Found((str(campaign.year),), (origin,))


def graded_copy(desk: Desk, unit: Mapping[str, FieldValue], form: str) -> Graded:
    """Return total and grade of one copy of the rubric."""
    items = items_of(desk.catalogue.forms[form])
    points = {item.number: item.points for item in items}
    return graded(scores_of(items, unit), points, _evidence().grades)


def draft(desk: Desk, subject: Subject) -> str:
    """Return what was measured, and what was not, as sentences for the school to check and add to.

    Nothing where neither cameras nor scores are known.
    """
    words = _evidence()
    standing = [item for item in subject.items if not is_out_of_use(item)]
    parts = []
    if standing and desk.measured is not None:
        measured = to_the_minute(desk.measured, desk.zone)
        parts += [_counted(standing, measured, words), _sizes(standing, words), _days(standing, words)]
    elif standing:
        parts.append(words.said("draft_unmeasured", cameras=sum(item.number for item in standing)))
    found = graded_copy(desk, subject.unit, _RUBRIC)
    if found.total is None and not parts:
        return ""
    if found.total is None:
        parts.append(words.said("draft_unscored", count=len(found.unscored) + len(found.wrong)))
    else:
        parts.append(words.said("draft_total", total=found.total_words, grade=found.grade))
    return "\n".join(parts)


def _counted(items: Sequence[Item], measured: str, words: Evidence) -> str:
    scanned = [item for item in items if item.device is not None]
    online = sum(item.number for item in scanned if item.answered)
    by_hand = sum(item.number for item in items if item.device is None)
    total = sum(item.number for item in items)
    said = words.said("draft_cameras", cameras=total, measured=measured, online=online)
    rest = total - online - by_hand
    more = [words.said("draft_offline", count=rest)] if rest else []
    more += [words.said("draft_by_hand", count=by_hand)] if by_hand else []
    return words.said("semicolon").join([said, *more]) + words.said("stop")


def _sizes(items: Sequence[Item], words: Evidence) -> str:
    sizes: Counter[str] = Counter()
    for item in items:
        value = known(item.fields.get("resolution"))
        sizes["" if value is None else str(value.value)] += item.number
    unknown = sizes.pop("", 0)
    parts = [words.said("draft_size", size=size, count=count) for size, count in sizes.most_common()]
    parts += [words.said("draft_size_unknown", count=unknown)] if unknown else []
    return words.said("draft_sizes", sizes=words.said("comma").join(parts))


def _days(items: Sequence[Item], words: Evidence) -> str:
    told = []
    for item in items:
        value = known(item.fields.get("retention_days"))
        if value is not None and isinstance(value.value, int | float):
            told.append((int(value.value), item))
    unknown = sum(item.number for item in items) - sum(item.number for _, item in told)
    if not told:
        return words.said("draft_days_none")
    days, worst = min(told, key=lambda one: one[0])
    key = "draft_days_some" if unknown else "draft_days_all"
    return words.said(key, days=days, camera=worst.name.full, known=len(told), unknown=unknown)


def _result(desk: Desk, subject: Subject, form: str, key: str) -> Found:
    words = _evidence()
    found = graded_copy(desk, subject.unit, form)
    total, grade = words.said("result_open"), words.said("result_open")
    notes = []
    if found.total is not None:
        total, grade = found.total_words, str(found.grade)
    if found.unscored:
        notes.append(words.said("result_unscored", count=len(found.unscored)))
    notes += [words.said("result_wrong", item=item, typed=typed) for item, typed in found.wrong]
    text = words.said(key, total=total, grade=grade)
    if notes:
        text += words.said("result_notes", notes=words.said("semicolon").join(notes))
    origin = Origin("", text, "derived", "sheet", desk.made, desk.made, True, words.said("result_how"))
    return Found((text,), (origin,))


def _typed_or(desk: Desk, field: str, typed: FieldValue | None, draft_text: str) -> Found:
    if typed is not None:
        return Found((typed.value,), (desk.origin(field, typed, None),), (), "unit", field)
    if not draft_text:
        return Found((), (), (desk.blank(field, None, listed=False),), "unit", field)
    name = desk.catalogue.fields[field].name
    note = _evidence().said("draft_note")
    origin = Origin(name, draft_text, "suggested", "sheet", desk.made, desk.made, False, note)
    return Found((draft_text,), (origin,), (), "unit", field)


def _evidence() -> Evidence:
    return load_evidence("guannan-2018")


RULES: Mapping[str, Rule] = {
    "guannan-self-result": self_result,
    "guannan-county-result": county_result,
    "guannan-applied-on": applied_on,
    "guannan-self-review": self_review,
    "campaign-year": year,
}
