"""What a line carried at the most, for tests that hold a limit on load."""

from __future__ import annotations

from collections.abc import Sequence

WINDOW_S = 5.0


def most_in_a_window(arrived: Sequence[tuple[float, int]]) -> float:
    """Return the most Mbit/s of any five seconds. `arrived`: moments in seconds and bytes, in their order."""
    most, inside, first = 0, 0, 0
    for at, count in arrived:
        inside += count
        while arrived[first][0] < at - WINDOW_S:
            inside -= arrived[first][1]
            first += 1
        most = max(most, inside)
    return most * 8 / WINDOW_S / 1e6
