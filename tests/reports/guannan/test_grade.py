"""Total and grade follow from typed scores by half-open intervals, and from nothing else."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.evidence import load_evidence
from config.load import load_catalogue
from reports.guannan.grade import grade_of, graded
from reports.guannan.rubric import items_of

GRADES = load_evidence("guannan-2018").grades
POINTS = {item.number: item.points for item in items_of(load_catalogue().forms["guannan-2018-rubric"])}


def less(lost: float) -> dict[int, object]:
    """Return full scores, of which the first items lost so many points."""
    scores: dict[int, object] = {}
    for item, points in POINTS.items():
        taken = min(float(points), lost)
        lost -= taken
        scores[item] = points - taken
    return scores


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        (100, "一级达标"),
        (90, "一级达标"),
        (89.5, "二级达标"),
        (80, "二级达标"),
        (79.5, "三级达标"),
        (70, "三级达标"),
        (69.5, "不达标"),
        (0, "不达标"),
    ],
)
def test_a_grade_reaches_up_to_the_next_one(total: float, grade: str) -> None:
    found = graded(less(100 - total), POINTS, GRADES)
    assert (found.total, found.grade) == (Fraction(total), grade)


def test_the_points_of_the_fifteen_items_are_a_hundred() -> None:
    assert (len(POINTS), sum(POINTS.values())) == (15, 100)


def test_without_every_score_there_is_no_total() -> None:
    scores = less(0) | {7: None, 15: "  "}
    found = graded(scores, POINTS, GRADES)
    assert (found.total, found.grade, found.unscored) == (None, None, (7, 15))


@pytest.mark.parametrize("typed", ["10.5", "-0.5", "0.25", "好", "nan", "1e3", "inf"])
def test_a_score_that_cannot_stand_is_named_and_not_counted(typed: str) -> None:
    found = graded(less(0) | {1: typed}, POINTS, GRADES)
    assert (found.total, found.wrong) == (None, ((1, typed),))


@pytest.mark.parametrize("typed", [9.5, "9.5", " ９．５ 分", "9.50"])
def test_half_points_are_understood_as_people_type_them(typed: object) -> None:
    assert graded(less(0) | {1: typed}, POINTS, GRADES).total == Fraction(199, 2)


@given(st.lists(st.integers(0, 10), min_size=15, max_size=15))
def test_more_points_never_make_a_worse_grade(halves: list[int]) -> None:
    low = {item: min(points, half / 2) for (item, points), half in zip(POINTS.items(), halves, strict=True)}
    high: dict[int, object] = {item: min(POINTS[item], score + 0.5) for item, score in low.items()}
    names = [grade.name for grade in GRADES]
    before, after = graded(dict(low), POINTS, GRADES), graded(high, POINTS, GRADES)
    assert names.index(after.grade or "") <= names.index(before.grade or "")


def test_every_total_has_a_grade() -> None:
    assert {grade_of(Fraction(half, 2), GRADES) for half in range(201)} == {one.name for one in GRADES}
