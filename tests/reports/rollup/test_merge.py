"""Of every unit the newest counts, in whatever order and however often things come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.rollup.merge import Merged, merge
from reports.rollup.submission import Submission
from tests.reports.rollup.conftest import MADE

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
