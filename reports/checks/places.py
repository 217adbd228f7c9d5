"""Where something is, in few words: rows of cells as spans, many cameras as the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reports.paper import Paper, address

Place = tuple[int, int, int]  # page, column and line of a cell, each from 0

_NAMED = 12  # more are left to the tint and to the 依据 sheet


def cells_in_words(paper: Paper, places: Iterable[Place]) -> str:
    """Return the addresses of cells; cells below one another as a span, D3:D24."""
    return listed([_span(paper, first, last) for first, last in _runs(sorted(set(places)))])


def listed(names: Sequence[str]) -> str:
    more = "…" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


def _runs(places: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    start = 0
    for end, place in enumerate(places, 1):
        below = (place[0], place[1], place[2] + 1)
        if end == len(places) or places[end] != below:
            yield places[start], place
            start = end


def _span(paper: Paper, first: Place, last: Place) -> str:
    named = address(paper, first[0], first[2], first[1])
    if first == last:
        return named
    return f"{named}:{address(paper, last[0], last[2], last[1]).rpartition('!')[2]}"
