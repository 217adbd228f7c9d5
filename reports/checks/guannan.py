"""Guannan: scores within their bounds, and no word of having passed before the scores say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.evidence import load_evidence
from reports.checks.problem import Case, Problem, text_of
from reports.guannan.grade import Graded, graded
from reports.guannan.rubric import RubricItem, items_of, scores_of

# 自评合格 and its like, but not 自评不合格.
_PASSED = re.compile(r"自评[^。；;\n不未没]{0,8}合格|[一二三]级达标")


def scores(case: Case) -> Iterator[Problem]:
    """Scores of the form's own copy that cannot stand, and how many are still missing."""
    items, found = _graded(case)
    points = {item.number: item for item in items}
    for number, typed in found.wrong:
        item = points[number]
        where = case.profile(item.field)
        yield case.problem("guannan-score", where, item=number, typed=typed, points=item.points)
    if found.unscored and len(found.unscored) < len(items):
        named = "、".join(str(number) for number in found.unscored)
        yield case.problem("guannan-unscored", case.form.name, n=len(found.unscored), items=named)


def wording(case: Case) -> Iterator[Problem]:
    """The self-review must not say that the school has passed unless the scores add up to it."""
    _, found = _graded(case)
    said = _PASSED.search(text_of(case.ledger.unit, "self_review"))
    where = case.profile("self_review")
    passing = case.campaign.thresholds.passing_points or 0
    if found.total is None:
        if said:
            n = len(found.unscored) + len(found.wrong)
            yield case.problem("guannan-passed-unscored", where, typed=said[0], n=n)
    elif found.total < passing:
        told = {"total": found.total_words, "passing": passing, "grade": found.grade}
        if said:
            yield case.problem("guannan-passed-below", where, typed=said[0], **told)
        else:
            yield case.problem("guannan-below", where, **told)


def _graded(case: Case) -> tuple[tuple[RubricItem, ...], Graded]:
    """Return the copy that the form itself is, or the school's own."""
    evidence = load_evidence(case.campaign.id)
    items = items_of(case.form) or items_of(case.catalogue.forms[evidence.form])
    points = {item.number: item.points for item in items}
    return items, graded(scores_of(items, case.ledger.unit), points, evidence.grades)
