"""Nothing overwritten, nothing lost, and the order of the claims is no matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.merge import merge, order
from inventory.record import Doubt, FieldValue, Source

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
Wins = Literal["person", "probe"]


def typed(value: str | None, at: datetime = AT) -> FieldValue:
    return FieldValue(value, "person", "李老师", at, True)


def measured(value: str, at: datetime = AT) -> FieldValue:
    return FieldValue(value, "measured", "onvif.identity", at, True)


def suggested(value: str, at: datetime = AT) -> FieldValue:
    return FieldValue(value, "suggested", "onvif.osd", at, False)


def read(value: str, doubt: Doubt = "", at: datetime = AT, via: str = "") -> FieldValue:
    source: Source = "suggested" if doubt == "raised" else "derived"
    return FieldValue(value, source, "rtsp.stream", at, doubt != "raised", "", via, doubt)


claims = st.lists(
    st.builds(
        FieldValue,
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(0, 2),
            st.sampled_from([0.0, 1.0]),
            st.sampled_from(["", "1", "东门"]),
        ),
        st.sampled_from(get_args(Source)),
        st.sampled_from(["a", "b"]),
        st.sampled_from([AT, LATER]),
        st.booleans(),
        st.just(""),
        st.sampled_from(["", "d9/4"]),
        st.sampled_from(get_args(Doubt)),
    ),
    max_size=8,
)
rules: st.SearchStrategy[Wins] = st.sampled_from(get_args(Wins))


@given(claims, rules, st.randoms())
def test_the_order_of_claims_changes_nothing(
    said: list[FieldValue], wins: Wins, chance: st.DataObject
) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert repr(merge(shuffled, wins)) == repr(merge(said, wins))


@given(claims, rules)
def test_merging_what_was_merged_changes_nothing(said: list[FieldValue], wins: Wins) -> None:
    once = merge(said, wins)
    again = merge([*once.beside, *([once.value] if once.value else []), *said], wins)
    assert repr(again) == repr(once)


@given(claims, rules)
def test_no_claim_is_lost(said: list[FieldValue], wins: Wins) -> None:
    merged = merge(said, wins)
    kept = [*merged.beside, *([merged.value] if merged.value else [])]
    assert {order(claim) for claim in kept} == {order(claim) for claim in said}


@given(claims)
def test_where_the_person_wins_a_typed_word_is_never_replaced(said: list[FieldValue]) -> None:
    word = typed("正门", LATER + timedelta(days=1))
    assert merge([*said, word], "person").value == word


def test_what_a_person_typed_stands_and_the_difference_is_told() -> None:
    word, reading = typed("海康威视"), measured("大华", LATER)
    assert (merge([word, reading], "person").value, merge([word, reading], "person").conflict) == (
        word,
        (word, reading),
    )


def test_where_the_probe_wins_the_typed_word_is_kept_and_the_difference_is_told() -> None:
    word, reading = typed("是", LATER), measured("否")
    assert (merge([word, reading], "probe").value, merge([word, reading], "probe").conflict) == (
        reading,
        (word, reading),
    )


def test_where_the_probe_wins_but_has_nothing_the_typed_word_stands() -> None:
    assert merge([typed("是")], "probe").value == typed("是")


def test_equal_words_are_no_conflict() -> None:
    assert merge([typed("大华 "), measured("大华")], "person").conflict is None


@pytest.mark.parametrize("wins", get_args(Wins))
def test_a_suggestion_never_stands_against_a_person(wins: Wins) -> None:
    merged = merge([typed("操场"), suggested("正门", LATER)], wins)
    assert (merged.value, merged.conflict) == (typed("操场"), None)


def test_a_reading_stands_against_a_later_guess() -> None:
    assert merge([measured("大华"), suggested("宇视", LATER)], "person").value == measured("大华")


def test_the_later_reading_stands() -> None:
    assert merge([measured("V5.1", LATER), measured("V5.0")], "probe").value == measured("V5.1", LATER)


def test_an_empty_word_takes_back_what_was_typed() -> None:
    assert merge([typed("正门"), typed(None, LATER), suggested("操场")], "person").value == suggested("操场")


def test_an_emptied_cell_keeps_a_guess_away() -> None:
    assert merge([suggested("操场", LATER), typed("", AT)], "person").value is None


def test_an_emptied_cell_keeps_no_reading_away() -> None:
    assert merge([measured("大华"), typed("", LATER)], "person").value == measured("大华")


def test_a_recorders_word_does_not_hide_a_doubt_about_the_camera() -> None:
    doubt = read("否", "raised")
    assert merge([doubt, read("是", "settled", LATER, "d9/4")], "probe").value == doubt


def test_a_doubt_outlives_a_look_that_could_not_tell() -> None:
    doubt = read("否", "raised")
    assert (
        merge([read("是", "settled", AT - timedelta(days=1)), doubt, read("是", at=LATER)], "probe").value
        == doubt
    )


def test_a_later_look_that_finds_no_ground_for_it_ends_a_doubt() -> None:
    assert merge([read("否", "raised"), read("是", "settled", LATER)], "probe").value == read(
        "是", "settled", LATER
    )


def test_a_persons_word_on_a_doubt_stands_against_what_was_read_before() -> None:
    said = [read("是", at=AT - timedelta(days=1)), read("否", "raised"), typed("否", LATER)]
    assert (merge(said, "probe").value, merge(said, "probe").conflict) == (typed("否", LATER), None)


def test_a_cell_that_was_emptied_on_a_doubt_is_not_filled_from_the_recorder() -> None:
    said = [read("否", "raised"), read("是", "settled", LATER, "d9/4"), typed("", LATER)]
    assert merge(said, "probe").value is None


def test_a_doubt_about_the_recorders_picture_is_none_about_the_camera() -> None:
    assert merge([read("是"), read("否", "raised", LATER, "d9/4")], "probe").value == read("是")
