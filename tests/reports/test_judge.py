"""Judging: a gap is never met, a measured failure always shows, a fault is found, absent or a named gap."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from config.schema import AppliesTo, Condition, Rule, Signal
from probe.model import Gap, Measured, NotMeasured, Reading
from probe.picture.faults import holds
from reports.judge import Read, Verdict, judge, metrics_of

FORMAT = Rule(
    id="format",
    clause="3",
    name="数字视频格式",
    quote="不低于352*288像素",
    subject="channel",
    all=(
        Condition(metric="width", op=">=", limit=352),
        Condition(metric="height", op=">=", limit=288),
    ),
    if_unsupported="unknown",
)
CATALOGUE = load_catalogue()


def reader(readings: Mapping[str, Reading]) -> Read:
    return lambda metric: readings.get(metric, NotMeasured(Gap.NOT_ASKED))


def size(width: Reading, height: Reading) -> Read:
    return reader({"width": width, "height": height})


def test_a_picture_of_exactly_the_limit_meets_it() -> None:
    assert judge(FORMAT, size(Measured(352), Measured(288))).verdict is Verdict.MET


@pytest.mark.parametrize(("width", "height"), [(351, 288), (352, 287), (176, 144)])
def test_a_picture_under_the_limit_in_either_direction_does_not_meet_it(width: int, height: int) -> None:
    assert judge(FORMAT, size(Measured(width), Measured(height))).verdict is Verdict.NOT_MET


def test_one_measured_failure_is_enough_when_the_other_value_is_not_known() -> None:
    read = size(Measured(176), NotMeasured(Gap.TIMEOUT))
    assert judge(FORMAT, read).verdict is Verdict.NOT_MET


@given(st.sampled_from(Gap), st.sampled_from(["met", "not-met", "unknown", "not-due", "n/a"]))
def test_a_gap_is_unknown_and_only_the_document_decides_what_a_missing_feature_means(
    gap: Gap, word: str
) -> None:
    rule = FORMAT.model_copy(update={"if_unsupported": word})
    verdict = judge(rule, size(NotMeasured(gap), NotMeasured(gap))).verdict
    assert verdict == (word if gap is Gap.UNSUPPORTED else "unknown")


@given(st.sampled_from(Gap))
def test_no_gap_counts_as_met_under_any_shipped_rule(gap: Gap) -> None:
    rules = CATALOGUE.rules.values()
    verdicts = {judge(rule, lambda _: NotMeasured(gap), said=lambda _: "是").verdict for rule in rules}
    assert Verdict.MET not in verdicts


@given(st.integers(1, 8000), st.integers(1, 8000), st.integers(0, 4000))
def test_tightening_a_limit_never_turns_not_met_into_met(width: int, limit: int, more: int) -> None:
    read = reader({"width": Measured(width)})

    def verdict(value: int) -> Verdict:
        rule = FORMAT.model_copy(update={"all": (Condition(metric="width", op=">=", limit=value),)})
        return judge(rule, read).verdict

    assert not (verdict(limit) is Verdict.NOT_MET and verdict(limit + more) is Verdict.MET)


@pytest.mark.parametrize("value", [True, "400", [400], {"width": 400}])
def test_a_value_of_another_type_never_satisfies_a_number(value: object) -> None:
    condition = Condition(metric="width", op=">=", limit=1)
    assert not holds(condition, value)  # type: ignore[arg-type]


LINES = FORMAT.model_copy(
    update={"all": (Condition(metric="low", at_most="high", op=">=", limit=380),), "binds": ("analogue",)}
)
UNTOLD = NotMeasured(Gap.UNCLEAR)


def bounds(low: Reading, high: Reading) -> Read:
    return reader({"low": low, "high": high})


def lines_verdict(read: Read, *, limit: int = 380, op: str = ">=") -> Verdict:
    condition = Condition(metric="low", at_most="high", op=op, limit=limit)  # type: ignore[arg-type]
    return judge(LINES.model_copy(update={"all": (condition,)}), read).verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (Measured(380), UNTOLD, "met"),
        (Measured(502), Measured(540), "met"),
        (Measured(379), UNTOLD, "unknown"),
        (UNTOLD, Measured(379), "not-met"),
        (Measured(100), Measured(264), "not-met"),
        (UNTOLD, Measured(380), "unknown"),
        (Measured(300), Measured(500), "unknown"),
        (UNTOLD, UNTOLD, "unknown"),
    ],
)
def test_only_a_bound_on_the_right_side_of_the_limit_settles_it(
    low: Reading, high: Reading, verdict: str
) -> None:
    assert lines_verdict(bounds(low, high)) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (UNTOLD, Measured(10), "met"),
        (Measured(11), UNTOLD, "not-met"),
        (Measured(5), Measured(15), "unknown"),
    ],
)
def test_an_upper_limit_is_kept_by_the_upper_bound_and_broken_by_the_lower(
    low: Reading, high: Reading, verdict: str
) -> None:
    assert lines_verdict(bounds(low, high), limit=10, op="<=") == verdict


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2000))
def test_bounds_on_both_sides_of_the_limit_are_unknown(limit: int, below: int, above: int) -> None:
    read = bounds(Measured(limit - 1 - below), Measured(limit + above))
    assert lines_verdict(read, limit=limit) is Verdict.UNKNOWN


READINGS = st.one_of(st.integers(0, 2000).map(Measured), st.sampled_from(Gap).map(NotMeasured))


@given(READINGS, READINGS, st.integers(1, 2000), st.integers(0, 2000), st.sampled_from([">=", "<="]))
def test_tightening_a_limit_on_bounds_never_turns_not_met_into_met(
    low: Reading, high: Reading, limit: int, more: int, op: str
) -> None:
    tighter = limit + more if op == ">=" else limit - more
    loose, tight = (lines_verdict(bounds(low, high), limit=value, op=op) for value in (limit, tighter))
    assert not (loose is Verdict.NOT_MET and tight is Verdict.MET)


@given(st.sampled_from(Gap), st.integers(0, 2000), st.sampled_from([">=", "<="]))
def test_a_gap_in_place_of_the_bound_that_would_prove_it_never_counts_as_met(
    gap: Gap, other: int, op: str
) -> None:
    low, high = NotMeasured(gap), Measured(other)
    read = bounds(low, high) if op == ">=" else bounds(high, low)
    assert lines_verdict(read, op=op) is not Verdict.MET


@given(st.sampled_from(Gap), st.sampled_from(["met", "not-met", "n/a"]))
def test_the_document_decides_only_where_both_bounds_are_unsupported(gap: Gap, word: str) -> None:
    rule = LINES.model_copy(update={"if_unsupported": word})
    verdict = judge(rule, bounds(NotMeasured(Gap.UNSUPPORTED), NotMeasured(gap))).verdict
    assert verdict == (word if gap is Gap.UNSUPPORTED else "unknown")


@pytest.mark.parametrize("word", ["12", True, [12]])
def test_an_upper_bound_that_is_no_number_proves_no_failure(word: str | bool | list[int]) -> None:
    assert lines_verdict(bounds(UNTOLD, Measured(word))) is Verdict.UNKNOWN


def test_both_bounds_are_handed_over_the_lower_one_first() -> None:
    finding = judge(LINES, bounds(Measured(300), UNTOLD))
    assert (metrics_of(LINES), finding.values) == (("low", "high"), (300, None))


@pytest.mark.parametrize(
    ("signal", "is_bound"), [("digital", False), ("analogue", True), (None, True)], ids=str
)
def test_a_rule_binds_the_signals_that_it_names_and_those_that_are_not_known(
    signal: Signal | None, is_bound: bool
) -> None:
    assert judge(LINES, bounds(UNTOLD, UNTOLD), signal).binding is is_bound


KEPT = FORMAT.model_copy(
    update={
        "all": (Condition(metric="low", at_most="high", op=">=", limit=30),),
        "not_due": (Condition(metric="age", op="<", limit=30),),
    }
)
KEY = KEPT.model_copy(update={"applies_to": AppliesTo(field="key", value="是")})


def kept(low: Reading, high: Reading, age: Reading) -> Read:
    return reader({"low": low, "high": high, "age": age})


def test_what_fails_while_it_is_young_is_not_due_yet() -> None:
    assert judge(KEPT, kept(Measured(12), Measured(12), Measured(12))).verdict is Verdict.NOT_DUE


def test_bounds_that_leave_it_open_while_it_is_young_are_not_due_yet() -> None:
    assert judge(KEPT, kept(Measured(5), Measured(40), Measured(12))).verdict is Verdict.NOT_DUE


def test_what_fails_at_the_age_that_is_asked_for_is_not_met() -> None:
    assert judge(KEPT, kept(Measured(12), Measured(12), Measured(30))).verdict is Verdict.NOT_MET


def test_what_is_met_is_met_however_young() -> None:
    assert judge(KEPT, kept(Measured(30), Measured(30), Measured(29))).verdict is Verdict.MET


def test_what_was_not_read_at_all_is_unknown_however_young() -> None:
    assert judge(KEPT, kept(UNTOLD, UNTOLD, Measured(3))).verdict is Verdict.UNKNOWN


@given(READINGS, READINGS, st.sampled_from(Gap))
def test_nothing_is_not_due_while_its_age_is_not_known(low: Reading, high: Reading, gap: Gap) -> None:
    assert judge(KEPT, kept(low, high, NotMeasured(gap))).verdict is not Verdict.NOT_DUE


@given(READINGS, READINGS, READINGS, st.integers(1, 2000), st.integers(0, 2000))
def test_tightening_a_limit_never_turns_not_met_into_met_at_any_age(
    low: Reading, high: Reading, age: Reading, limit: int, more: int
) -> None:
    def verdict(value: int) -> Verdict:
        condition = Condition(metric="low", at_most="high", op=">=", limit=value)
        young = Condition(metric="age", op="<", limit=value)
        rule = KEPT.model_copy(update={"all": (condition,), "not_due": (young,)})
        return judge(rule, kept(low, high, age)).verdict

    assert not (verdict(limit) is Verdict.NOT_MET and verdict(limit + more) is Verdict.MET)


@pytest.mark.parametrize(
    ("word", "days", "verdict"),
    [("是", 30, "met"), ("是", 29, "not-met"), ("否", 30, "n/a"), ("否", 29, "n/a"), (None, 30, "unknown")],
)
def test_a_clause_on_some_cameras_judges_those_that_a_person_has_named(
    word: str | None, days: int, verdict: str
) -> None:
    read = kept(Measured(days), Measured(days), UNTOLD)
    assert judge(KEY, read, said=lambda field: {"key": word}[field]).verdict == verdict


def test_a_standard_counts_a_day_with_a_long_hole_as_missing_by_one_word() -> None:
    shipped = CATALOGUE.standards["guannan-2018"].rules
    shown = next(rule for rule in shipped if rule.id == "guannan-2018.4")
    counted = Rule.model_validate({**shown.model_dump(), "holes": "counted"})
    read = reader({"continuous_days": Measured(45), "unbroken_days_at_most": Measured(3)})
    assert (judge(shown, read).verdict, judge(counted, read).verdict) == ("met", "not-met")
