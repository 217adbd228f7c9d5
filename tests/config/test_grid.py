"""Where the cells of a grid stand."""

from __future__ import annotations

import pytest

from config.grid import columns_of


def test_cells_stand_side_by_side() -> None:
    assert columns_of([[(1, 1), (2, 1)], [(3, 1)]], 3) == [[0, 1], [0]]


def test_a_cell_steps_aside_for_one_that_hangs_from_above() -> None:
    assert columns_of([[(1, 2), (2, 1)], [(1, 1), (1, 1)]], 3) == [[0, 1], [1, 2]]


def test_a_hanging_cell_in_the_middle_parts_a_row() -> None:
    assert columns_of([[(1, 1), (1, 2), (1, 1)], [(1, 1), (1, 1)]], 3) == [[0, 1, 2], [0, 2]]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([[(2, 1)]], 1),
        ([[(4, 1)]], 1),
        ([[(3, 1)], [(2, 1), (2, 1)]], 2),
        ([[(3, 1)], [(1, 2), (2, 1)]], 2),
        ([[(1, 2), (2, 1)], [(3, 1)]], 2),
    ],
)
def test_a_row_that_does_not_fill_its_width_is_named(rows: list[list[tuple[int, int]]], wrong: int) -> None:
    with pytest.raises(ValueError, match=str(wrong)):
        columns_of(rows, 3)
