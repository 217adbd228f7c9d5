"""Coordinates are judged as they were typed, zeros at the end included, and never changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.checks.coordinates import findings


def found(said: str, least: int = 73, most: int = 136) -> list[str]:
    return [problem for problem, _ in findings(said, least, most)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("117.266573", []),
        (" 117.266573 ", []),
        ("１１７.２６６５７３", []),
        ("117.266573°", []),
        ("117.2665731", []),
        ("117.266570", ["point-sixth"]),
        ("117.2665701", ["point-sixth"]),
        ("117.26657", ["point-digits"]),
        ("117", ["point-digits"]),
        ("136.000000", ["point-sixth"]),
        ("136.000001", ["point-range"]),
        ("72.999999", ["point-range"]),
        ("31.870837", ["point-range"]),
        ("", ["point-number"]),
        ("117,266573", ["point-number"]),
        ("117°15′59″", ["point-number"]),
        ("东经117.266573", ["point-number"]),
        ("-117.266573", ["point-number"]),
        ("1.17266573E2", ["point-number"]),
        ("117.", ["point-number"]),
    ],
)
def test_a_longitude_is_judged_as_typed(said: str, expected: list[str]) -> None:
    assert found(said) == expected


@pytest.mark.parametrize(("said", "expected"), [("31.870837", []), ("117.266573", ["point-range"])])
def test_a_latitude_has_its_own_bounds(said: str, expected: list[str]) -> None:
    assert found(said, 3, 54) == expected


@given(st.integers(73, 135), st.from_regex(r"[0-9]{6,9}", fullmatch=True))
def test_only_the_sixth_digit_decides(whole: int, fraction: str) -> None:
    assert found(f"{whole}.{fraction}") == (["point-sixth"] if fraction[5] == "0" else [])


@given(st.text(max_size=20))
def test_any_text_has_at_most_one_thing_wrong(said: str) -> None:
    assert len(found(said)) <= 1
