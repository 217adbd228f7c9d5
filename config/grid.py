"""Where the cells of a grid stand: left to right, stepping aside for cells that hang from above."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]  # columns, rows


def columns_of(rows: Sequence[Sequence[Span]], width: int) -> list[list[int]]:
    """Return for each cell of each row the column of its left edge. Raise ValueError(row, from 1)."""
    taken: set[tuple[int, int]] = set()
    places: list[list[int]] = []
    for number, row in enumerate(rows):
        places.append([])
        for columns, depth in row:
            left = next((one for one in range(width) if (number, one) not in taken), width)
            squares = {(number + down, left + right) for down in range(depth) for right in range(columns)}
            if left + columns > width or number + depth > len(rows) or squares & taken:
                raise ValueError(number + 1)
            taken |= squares
            places[-1].append(left)
        if any((number, one) not in taken for one in range(width)):
            raise ValueError(number + 1)
    return places
