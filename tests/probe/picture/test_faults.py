"""Fault rules: found, absent, or open with a reason; never silently absent, never found in a gap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from config.schema import Condition, FaultRule
from probe.model import Gap, Measured, NotMeasured, Reading
from probe.picture.faults import PictureFaults, holds, picture_faults

FAULTS = tuple(load_catalogue().faults.values())


def above(metric: str, limit: float = 1.0) -> Condition:
    return Condition(metric=metric, op=">", limit=limit)


def rule(
    *ways: tuple[Condition, ...],
    fault: str = "dull",
    needs: tuple[Condition, ...] = (),
    hidden_by: tuple[str, ...] = (),
) -> FaultRule:
    return FaultRule(id=fault, name=fault, why="for a test", ways=ways, needs=needs, hidden_by=hidden_by)


def judged(*rules: FaultRule, **readings: Reading) -> PictureFaults:
    return picture_faults(rules, lambda metric: readings.get(metric, NotMeasured(Gap.NOT_ASKED)))


HIGH, LOW = Measured(2.0), Measured(0.0)
UNCLEAR = NotMeasured(Gap.UNCLEAR)
BOTH = rule((above("a"), above("b")))
EITHER = rule((above("a"),), (above("b"),))


def test_a_fault_shows_when_all_conditions_of_a_way_hold() -> None:
    assert judged(BOTH, a=HIGH, b=HIGH).found == ("dull",)


def test_one_way_is_enough_whatever_is_not_known_of_another() -> None:
    assert judged(EITHER, a=UNCLEAR, b=HIGH) == PictureFaults(("dull",), {})


def test_one_measured_condition_that_fails_settles_a_way() -> None:
    assert judged(BOTH, a=LOW, b=UNCLEAR) == PictureFaults((), {})


def test_a_way_that_is_not_known_leaves_the_fault_open() -> None:
    assert judged(EITHER, a=LOW, b=UNCLEAR).gaps == {"dull": Gap.UNCLEAR}


def test_a_need_that_is_not_met_leaves_the_fault_open_as_too_short() -> None:
    needy = rule((above("a"),), needs=(above("span", 3.0),))
    assert judged(needy, a=HIGH, span=Measured(1.0)).gaps == {"dull": Gap.TOO_SHORT}


def test_a_need_that_is_not_known_gives_its_own_reason() -> None:
    needy = rule((above("a"),), needs=(above("span", 3.0),))
    assert judged(needy, a=HIGH, span=NotMeasured(Gap.TIMEOUT)).gaps == {"dull": Gap.TIMEOUT}


@pytest.mark.parametrize("behind", [HIGH, LOW, UNCLEAR])
def test_what_a_greater_fault_hides_is_neither_found_nor_absent(behind: Reading) -> None:
    dark, behind_it = rule((above("a"),), fault="dark"), rule((above("b"),), hidden_by=("dark",))
    assert judged(dark, behind_it, a=HIGH, b=behind) == PictureFaults(("dark",), {"dull": Gap.HIDDEN})


def test_a_fault_that_is_itself_hidden_still_hides() -> None:
    first = rule((above("a"),), fault="first")
    second = rule((above("a"),), fault="second", hidden_by=("first",))
    third = rule((above("a"),), fault="third", hidden_by=("second",))
    assert judged(first, second, third, a=HIGH).gaps == {"second": Gap.HIDDEN, "third": Gap.HIDDEN}


SHORT = NotMeasured(Gap.TOO_SHORT)
DARK, BEHIND_IT = rule((above("a"),), fault="dark"), rule((above("b"),), hidden_by=("dark",))


def test_what_may_be_hidden_is_open_until_a_longer_look() -> None:
    both = {"dark": Gap.TOO_SHORT, "dull": Gap.TOO_SHORT}
    assert judged(DARK, BEHIND_IT, a=SHORT, b=HIGH) == PictureFaults((), both, ("dark",))


def test_what_is_absent_stays_so_whatever_may_hide_it() -> None:
    assert judged(DARK, BEHIND_IT, a=SHORT, b=LOW).gaps == {"dark": Gap.TOO_SHORT}


def test_what_can_never_be_judged_here_hides_nothing() -> None:
    outcome = judged(DARK, BEHIND_IT, a=NotMeasured(Gap.NO_BASELINE), b=HIGH)
    assert outcome == PictureFaults(("dull",), {"dark": Gap.NO_BASELINE})


@pytest.mark.parametrize("value", [True, "400", [400], {"width": 400}])
def test_a_value_of_another_type_never_satisfies_a_number(value: bool | str | list[int]) -> None:
    assert not holds(Condition(metric="a", op=">=", limit=1), value)


@given(st.sampled_from(Gap))
def test_no_shipped_fault_is_found_in_a_gap(gap: Gap) -> None:
    outcome = picture_faults(FAULTS, lambda _: NotMeasured(gap))
    assert (outcome.found, set(outcome.gaps)) == ((), {fault.id for fault in FAULTS})


METRICS = sorted({condition.metric for fault in FAULTS for way in fault.ways for condition in way})


@given(st.dictionaries(st.sampled_from(METRICS), st.floats(0, 300)))
def test_no_shipped_fault_is_both_found_and_open(values: dict[str, float]) -> None:
    outcome = picture_faults(
        FAULTS, lambda metric: Measured(values[metric]) if metric in values else NotMeasured(Gap.TOO_SHORT)
    )
    assert not set(outcome.found) & set(outcome.gaps)
