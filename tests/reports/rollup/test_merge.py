"""Of every unit the newest counts, in whatever order and however often things come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.rollup.merge import Merged, merge
from reports.rollup.submission import Submission
from tests.reports.rollup.conftest import LATER, MADE

Make = Callable[..., Submission]

# Unit, how many hours later, how many cameras.
handed_in = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 3), st.integers(0, 2)), max_size=6)
no_reset = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)


def made(make: Make, several: Sequence[tuple[str, int, int]]) -> list[Submission]:
    return [make(unit, count, MADE + timedelta(hours=hours)) for unit, hours, count in several]


def told(merged: Merged) -> object:
    """What a person is told, apart from how often the same came."""
    return (
        [(one.key, one.made, one.content) for one in merged.taken],
        sorted((old.key, old.made, old.content, new.content) for old, new in merged.replaced),
        [sorted(one.content for one in many) for many in merged.contested],
    )


@no_reset
@given(several=handed_in, data=st.data())
def test_the_order_does_not_matter(
    submission: Make, several: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(several))
    assert told(merge(made(submission, shuffled))) == told(merge(made(submission, several)))


@no_reset
@given(several=handed_in)
def test_handing_in_everything_twice_changes_nothing(
    submission: Make, several: list[tuple[str, int, int]]
) -> None:
    assert told(merge(made(submission, [*several, *several]))) == told(merge(made(submission, several)))


@no_reset
@given(several=handed_in)
def test_nothing_that_differs_is_lost_without_a_word(
    submission: Make, several: list[tuple[str, int, int]]
) -> None:
    given_in = made(submission, several)
    merged = merge(given_in)
    seen = [
        *merged.taken,
        *(old for old, _ in merged.replaced),
        *(one for many in merged.contested for one in many),
    ]
    assert {one.content for one in seen} == {one.content for one in given_in}


def test_the_newer_one_replaces_the_older_one(submission: Make) -> None:
    old, new = submission("甲", 4), submission("甲", 5, MADE + timedelta(hours=1))
    assert merge([new, old]).taken == (new,)
    assert merge([new, old]).replaced == ((old, new),)


def test_of_two_different_ones_of_one_time_neither_counts(submission: Make) -> None:
    merged = merge([submission("甲", 4), submission("甲", 5), submission("乙", 1)])
    assert [one.key.unit for one in merged.taken] == ["乙"]
    assert [len(many) for many in merged.contested] == [2]


def test_the_networks_of_a_unit_stand_beside_each_other(submission: Make) -> None:
    merged = merge([submission("甲", 4, network="s1"), submission("甲", 5, network="s2")])
    assert [one.key.network for one in merged.taken] == ["s1", "s2"]


def test_two_workspaces_of_one_name_are_not_taken_for_one_school(submission: Make) -> None:
    one, other = submission("甲", 4, workspace="w1"), submission("甲", 5, LATER, workspace="w2")
    merged = merge([one, other, submission("乙", 1, workspace="w3")])
    assert ([one.key.unit for one in merged.taken], merged.replaced) == (["乙"], ())
    assert [set(many) for many in merged.namesakes] == [{one, other}]


def test_two_workspaces_of_one_name_are_apart_even_where_they_say_the_same(submission: Make) -> None:
    merged = merge([submission("甲", 4, workspace="w1"), submission("甲", 4, workspace="w2")])
    assert (merged.taken, len(merged.namesakes)) == ((), 1)


def test_codes_tell_two_schools_of_one_name_apart(submission: Make) -> None:
    one = submission("甲", 4, code="1001", workspace="w1")
    other = submission("甲", 5, code="1002", workspace="w2")
    assert merge([one, other]).taken == (one, other)


def test_one_code_under_two_names_counts_for_neither(submission: Make) -> None:
    one = submission("甲", 4, code="1001", workspace="w1")
    merged = merge([one, submission("乙", 5, code="1001", workspace="w2")])
    assert (merged.taken, len(merged.namesakes)) == ((), 1)


def test_a_school_with_a_code_may_set_up_its_workspace_anew(submission: Make) -> None:
    old = submission("甲", 4, code="1001", workspace="w1")
    new = submission("甲", 5, LATER, code="1001", workspace="w2")
    assert merge([old, new]).taken == (new,)


def test_a_code_that_was_typed_in_between_makes_no_second_school(submission: Make) -> None:
    old = submission("甲", 4, workspace="w1")
    new = submission("甲", 5, LATER, code="1001", workspace="w1")
    merged = merge([old, new])
    assert merged.taken == (new,)
    assert [(one.source, by.source) for one, by in merged.replaced] == [(old.source, new.source)]


def test_a_districts_list_means_the_school_of_that_name_whatever_its_code(submission: Make) -> None:
    own = submission("甲", 4, code="1001", workspace="w1")
    assert merge([own, submission("甲", 9, LATER, is_own=False)]).taken == (own,)


def test_what_was_made_in_the_future_ranks_last(submission: Make) -> None:
    sound, ahead = submission("甲", 4), submission("甲", 5, MADE + timedelta(days=9))
    assert merge([ahead, sound], MADE).taken == (sound,)


def test_a_clock_that_is_an_hour_ahead_is_let_pass(submission: Make) -> None:
    sound, ahead = submission("甲", 4), submission("甲", 5, MADE + timedelta(hours=1))
    assert merge([ahead, sound], MADE).taken == (ahead,)


def joined(make: Make, count: int, district: str = "", made: datetime = MADE, **said: object) -> Submission:
    return make("甲", count, made, f"{district}{count}.xlsx", is_own=False, district=district, **said)


def sums(*several: Submission) -> list[int]:
    found = [{int(one.rows["count"].sum()) for one in merge(order).taken} for order in permutations(several)]
    assert all(one == found[0] for one in found)
    return sorted(found[0])


def test_two_districts_may_each_have_a_school_of_one_name(submission: Make) -> None:
    east = joined(submission, 4, "东学区", address="东路1号")
    assert sums(east, joined(submission, 5, "西学区", LATER, address="西路1号")) == [4, 5]
    assert sums(east, joined(submission, 5, "", LATER, town="西镇", address="西路1号")) == [4, 5]


def test_the_same_districts_newer_list_replaces_its_older_one(submission: Make) -> None:
    east, west = (joined(submission, 4, f"{one}学区", address=f"{one}路1号") for one in "东西")
    newer = joined(submission, 6, "东学区", LATER, address="东路 2 号")
    assert sums(east, west, newer) == [4, 6]


def test_a_school_that_two_districts_list_at_one_address_counts_once(submission: Make) -> None:
    assert sums(joined(submission, 4, "东学区"), joined(submission, 5, "西学区", LATER)) == [5]


def test_a_list_without_its_districts_name_is_known_by_town(submission: Make) -> None:
    east = joined(submission, 4, "东学区", town="东镇", address="东路1号")
    west = joined(submission, 5, "西学区", town="西镇", address="西路1号")
    assert sums(east, west, joined(submission, 7, "", LATER, town="西镇", address=None)) == [4, 7]


def test_a_list_that_may_be_of_either_district_counts_for_neither(submission: Make) -> None:
    several = [joined(submission, 4, f"{one}学区", address=f"{one}路1号") for one in "东西"]
    merged = merge([*several, joined(submission, 7, "", LATER, town=None, address=None)])
    assert (merged.taken, [len(many) for many in merged.namesakes]) == ((), [3])


def test_a_school_outranks_its_own_districts_list_alone(submission: Make) -> None:
    east, west = (
        joined(submission, 4 + n, f"{one}学区", LATER, address=f"{one}路1号") for n, one in enumerate("东西")
    )
    own = submission("甲", 9, workspace="w1", code="1001", address="东路1号")
    assert sums(own, east, west) == [5, 9]


def test_a_school_that_may_be_in_either_district_counts_for_neither(submission: Make) -> None:
    several = [joined(submission, 4, f"{one}学区", address=f"{one}路1号") for one in "东西"]
    own = submission("甲", 9, workspace="w1", address=None)
    merged = merge([own, *several])
    assert (merged.taken, [len(many) for many in merged.namesakes]) == ((), [3])


@pytest.mark.parametrize("town", ["西镇", "示例镇"])
def test_a_school_in_another_town_is_not_the_one_that_a_district_lists(submission: Make, town: str) -> None:
    own = submission("甲", 9, workspace="w1", town=town, address="西路1号")
    listed = joined(submission, 4, "东学区", address="东路1号")
    assert sums(own, listed) == ([9] if town == "示例镇" else [4, 9])
