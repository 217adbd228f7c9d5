"""Guannan: every school's total and grade from the scores that people typed, and no sum across schools."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from config.blocks import GridBlock
from config.evidence import load_evidence
from config.form import Form
from config.schema import Catalogue
from config.site import Site
from config.words import say
from inventory.ledger import Ledger
from inventory.sheets import address
from reports.forms.desk import words_of
from reports.guannan.grade import Graded, graded
from reports.rollup.built import Built, Given, no_reply
from reports.rollup.handed import Handed, short
from reports.rollup.pages import items_by_number
from reports.rollup.paper import Heading, list_paper
from reports.rollup.submission import Extracted, Submission
from reports.rollup.table import text_of
from reports.sheet import Missing

SELF = "guannan-2018-rubric"
COUNTY = "guannan-2018-rubric-county"
FORM = "guannan-2018-grades"

_SCORE = re.compile(r"(?:county_)?score_([0-9]+)")


def points_of(form: Form) -> Mapping[int, int]:
    """Return the points of every item, as the form prints them left of its score."""
    points: dict[int, int] = {}
    for block in form.blocks:
        for row in block.rows if isinstance(block, GridBlock) else ():
            for before, cell in zip(row.cells, row.cells[1:], strict=False):
                found = next(filter(None, map(_SCORE.fullmatch, cell.of)), None)
                if found is not None and before.text.strip().isdecimal():
                    points[int(found[1])] = int(before.text)
    return points


def scores(handed: Handed) -> pd.DataFrame:
    """Read the typed scores by their item: a row for each that is not blank."""
    points = points_of(handed.form)
    found = [(item, text_of(value), at) for item, value, at in items_by_number(handed, "序号", "得分")]
    said = {item: text for item, text, _ in found if item in points and text is not None}
    for item in points.keys() - {item for item, _, _ in found}:
        handed.tell("error", "", say("rollup.no_item", item=item), say("rollup.mend_columns"))
    wrong = dict(_graded(handed.form, said).wrong)
    for item, text, at in found:
        if item in points and at in handed.page.broken:
            what = say("rollup.score_formula", item=item, value=handed.page.broken[at])
            handed.tell("error", address(at), what, say("rollup.mend_formula"))
        elif item in wrong:
            what = say("rollup.score", item=item, value=short(text or ""), points=points[item])
            handed.tell("error", address(at), what, say("rollup.mend_score"))
    return pd.DataFrame(sorted(said.items()), columns=["item", "score"])


def extract(form: Form, ledger: Ledger, site: Site, catalogue: Catalogue) -> Mapping[str, Extracted]:
    """Return the scores that people have typed and that were imported."""
    del site, catalogue
    names = {name: found[1] for name in ledger.unit if (found := _SCORE.fullmatch(name))}
    said = [
        (int(item), words_of(ledger.unit[name])) for name, item in names.items() if name.startswith("score")
    ]
    del form
    return {"": Extracted(pd.DataFrame(sorted(said), columns=["item", "score"]))}


def build(given: Given) -> Built:
    """Return the list of grades, a line for each school; who has not reported has no total."""
    lines: list[dict[str, object]] = []
    missing: dict[int, Missing] = {}
    for place, (name, many) in enumerate(given.lines):
        by_form = {one.key.form: graded_of(one, given.catalogue) for one in many}
        line = {"unit": name} | _line("self", by_form.get(SELF)) | _line("county", by_form.get(COUNTY))
        if not many:
            missing[place] = no_reply(given, name)
        lines.append(line | {"remark": "；".join(_open(by_form, given)) if many else given.short_why(name)})
    rows = pd.DataFrame(lines, columns=["unit", *_COLUMNS, "remark"], dtype=object)
    heading = Heading(given.district, given.remarks)
    paper = list_paper(given.form, given.catalogue, rows, given.made, heading, missing)
    counted = rows["county_grade"].fillna(rows["self_grade"]).value_counts()
    return Built(paper, {str(grade): int(many) for grade, many in counted.items()})


def graded_of(one: Submission, catalogue: Catalogue) -> Graded:
    said = {int(row["item"]): row["score"] for row in one.rows.to_dict("records")}
    return _graded(catalogue.forms[one.key.form], said)


_COLUMNS = ("self_total", "self_grade", "county_total", "county_grade")


def _graded(form: Form, said: Mapping[int, object]) -> Graded:
    return graded(said, points_of(form), load_evidence(form.campaign).grades)


def _line(rater: str, found: Graded | None) -> dict[str, object]:
    if found is None or found.total is None:
        return {f"{rater}_total": None, f"{rater}_grade": None}
    return {f"{rater}_total": float(found.total), f"{rater}_grade": found.grade}


def _open(by_form: Mapping[str, Graded], given: Given) -> list[str]:
    """Say which items have no score yet."""
    words = {SELF: given.word("rater_self"), COUNTY: given.word("rater_county")}
    return [
        given.word("unscored", rater=words[form], items=_ranges(found.unscored))
        for form, found in sorted(by_form.items())
        if found.unscored
    ]


def _ranges(items: Sequence[int]) -> str:
    """Return 1、3–5 for 1, 3, 4, 5."""
    runs: list[list[int]] = []
    for item in items:
        if runs and item == runs[-1][-1] + 1:
            runs[-1].append(item)
        else:
            runs.append([item])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
