"""Whole numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rollup.counts import MOST, whole

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(st.integers(0, MOST))
def test_a_whole_number_is_read_however_it_is_typed(number: int) -> None:
    typed = [
        number,
        float(number),
        str(number),
        f" {number}　",
        str(number).translate(FULL_WIDTH),
        f"{number:,}",
        f"{number} 台",
    ]
    assert {whole(one) for one in typed} == {number}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        (None, "empty"),
        ("十二", "no_number"),
        ("约12台", "no_number"),
        ("4+4", "no_number"),
        (True, "no_number"),
        ("-3", "negative"),
        (-3.0, "negative"),
        ("－３", "negative"),
        (3.5, "broken"),
        ("1e9", "huge"),
        (1e9, "huge"),
        (1e300, "huge"),
        ("9" * 400, "huge"),
        (float("nan"), "no_number"),
        (float("inf"), "no_number"),
    ],
)
def test_what_is_no_count_is_named_for_what_it_is(typed: object, why: str) -> None:
    assert whole(typed) == why


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_whatever_stands_in_a_cell_gives_a_count_or_a_reason(typed: object) -> None:
    found = whole(typed)
    assert isinstance(found, str) or 0 <= found <= MOST
