"""Of every unit the newest submission, whatever order they come in; nothing is taken silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reports.rollup.submission import Key, Submission


@dataclass(frozen=True, slots=True)
class Merged:
    """`taken` counts. `contested`: made at one time with different contents, so neither counts."""

    taken: tuple[Submission, ...]
    replaced: tuple[tuple[Submission, Submission], ...]  # the older one, and the newest
    repeated: tuple[Submission, ...]  # the same once more
    contested: tuple[tuple[Submission, ...], ...]


def merge(submissions: Iterable[Submission]) -> Merged:
    """Return one submission for each key. The order and repetitions do not matter."""
    by_key: dict[Key, list[Submission]] = defaultdict(list)
    for one in submissions:
        by_key[one.key].append(one)
    taken: list[Submission] = []
    replaced: list[tuple[Submission, Submission]] = []
    repeated: list[Submission] = []
    contested: list[tuple[Submission, ...]] = []
    for key in sorted(by_key):
        newest, *older = _distinct(by_key[key], repeated)
        rivals = [one for one in older if _time(one) == _time(newest)]
        if rivals:
            contested.append((newest, *rivals))
        else:
            taken.append(newest)
        replaced += [(one, newest) for one in older if _time(one) != _time(newest)]
    return Merged(tuple(taken), tuple(replaced), tuple(repeated), tuple(contested))


def _distinct(same_key: list[Submission], repeated: list[Submission]) -> list[Submission]:
    """Return what differs, the newest first: of equal contents the newest stands for all."""
    by_content: dict[str, Submission] = {}
    said = [(_time(one), one.content, one.source, place) for place, one in enumerate(same_key)]
    for _, content, _, place in sorted(said, reverse=True):
        one = same_key[place]
        first = by_content.setdefault(content, one)
        if first is not one:
            repeated.append(one)
    return list(by_content.values())


def _time(one: Submission) -> tuple[bool, datetime, datetime]:
    return (one.is_own, one.made, one.saved)
