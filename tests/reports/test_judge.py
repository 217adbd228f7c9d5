"""Judging: a gap is never met, a measured failure always shows, a fault is found, absent or a named gap."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from config.schema import Condition, FaultRule, Rule
from probe.model import Gap, Measured, NotMeasured, Reading
from reports.judge import Read, Verdict, holds, judge, picture_faults

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
    rules = [rule for standard in CATALOGUE.standards.values() for rule in standard.rules]
    assert Verdict.MET not in {judge(rule, lambda _: NotMeasured(gap)).verdict for rule in rules}


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


BLACK = {"luma_p97": Measured(17.0), "luma_spread": Measured(1.0), "chroma_mean": Measured(1.0)}
LIVELY = {"luma_p97": Measured(200.0), "luma_spread": Measured(150.0), "chroma_mean": Measured(14.0)}
MOVING = {"identical_textured_share": Measured(0.0), "still_s": Measured(4.0), "keyframes": Measured(3)}


def faults(readings: Mapping[str, Reading]) -> tuple[tuple[str, ...], dict[str, Gap]]:
    outcome = picture_faults(CATALOGUE.faults.values(), reader(readings))
    return outcome.found, outcome.gaps


def test_a_lively_picture_shows_no_fault() -> None:
    assert faults({**LIVELY, **MOVING})[0] == ()


def test_a_black_picture_is_found() -> None:
    assert faults({**BLACK, **MOVING})[0] == ("black",)


def test_a_still_picture_is_found_frozen() -> None:
    still = {**MOVING, "identical_textured_share": Measured(0.9)}
    assert faults({**LIVELY, **still})[0] == ("frozen",)


def test_keyframes_too_close_together_leave_frozen_open() -> None:
    short = {**MOVING, "identical_textured_share": Measured(0.9), "still_s": Measured(1.0)}
    assert faults({**LIVELY, **short})[1]["frozen"] is Gap.TOO_SHORT


def test_what_this_version_cannot_judge_is_a_gap_and_not_silently_absent() -> None:
    found, gaps = faults({**LIVELY, **MOVING})
    assert set(found) | set(gaps) | {"black", "frozen"} == set(CATALOGUE.faults)


@given(st.sampled_from(Gap))
def test_no_fault_is_found_in_a_gap(gap: Gap) -> None:
    assert picture_faults(CATALOGUE.faults.values(), lambda _: NotMeasured(gap)).found == ()


def test_a_fault_rule_without_conditions_that_is_not_judged_stays_a_gap() -> None:
    rule = FaultRule(id="moved", name="视角移动", judged=False, why="later")
    assert picture_faults([rule], lambda _: Measured(1)).gaps == {"moved": Gap.NOT_ASKED}
