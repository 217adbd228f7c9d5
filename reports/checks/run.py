"""Runs the checks of a form, and puts what they find in the order of what there is to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import View
from reports.checks import guannan, record
from reports.checks.codes import camera_codes, codes_twice, platform_codes
from reports.checks.coordinates import coordinates
from reports.checks.doubles import doubles
from reports.checks.problem import Case, Check, Problem
from reports.checks.sums import sums
from reports.paper import Paper

# What a form's `checks` may name; each looks at the unit behind the form.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("camera-codes", camera_codes),
    ("platform-codes", platform_codes),
    ("codes-twice", codes_twice),
    ("coordinates", coordinates),
    ("positions", record.positions),
    ("systems", record.systems),
    ("some-camera", record.some_camera),
    ("region", record.region),
    ("nil-return", record.nil_return),
    ("guannan-scores", guannan.scores),
    ("guannan-wording", guannan.wording),
)
# What is looked at on every form, whoever filled it in.
ALWAYS: tuple[Check, ...] = (
    sums,
    doubles,
    record.odd_words,
    record.disagreements,
    record.blanks,
    record.confirmations,
)


def problems(paper: Paper, catalogue: Catalogue, ledger: Ledger | None = None) -> tuple[Problem, ...]:
    """Return what may be wrong, errors first, then by what there is to do.

    Without a ledger, as for a district whose figures come from other people's sheets, only the form itself is
    looked at.
    """
    form = paper.form
    named = dict(CHECKS)
    chosen: Sequence[Check] = ALWAYS
    if ledger is not None:
        chosen = tuple(dict.fromkeys((record.region, *(named[name] for name in form.checks), *ALWAYS)))
    case = Case(form, ledger or Ledger({}, (), (), {}, View(None), paper.made), catalogue, paper)
    found = [one for check in chosen for one in check(case)]
    order = {mend: place for place, mend in enumerate(dict.fromkeys(one.mend for one in found))}
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.level != "error", order[one.mend])))


def figures_that_disagree(paper: Paper, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return the sums that do not come out, of a form whose figures come from other people's sheets."""
    case = Case(paper.form, Ledger({}, (), (), {}, View(None), paper.made), catalogue, paper)
    return tuple(dict.fromkeys(sums(case)))


def by_mend(found: Iterable[Problem]) -> Mapping[tuple[str, str], Sequence[Problem]]:
    """Return the problems by level and by what there is to do, in the order in which they came."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for one in found:
        groups.setdefault((one.level, one.mend), []).append(one)
    return groups


def has_errors(found: Iterable[Problem]) -> bool:
    return any(one.level == "error" for one in found)


def with_warnings(paper: Paper, found: Sequence[Problem]) -> Paper:
    """Return the paper with the problems on it besides its own, to be printed on the 依据 sheet."""
    words = paper.words.values
    lines = (
        words[f"problem-{one.level}"].format(where=one.where, what=one.what, mend=one.mend) for one in found
    )
    return replace(paper, warnings=(*paper.warnings, *lines))
