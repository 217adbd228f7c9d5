"""Of every unit the newest submission, whatever order they come in; nothing is taken silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from reports.rollup.submission import Key, Submission, same_name
from reports.rollup.whose import by_name, whose

# A school's clock may be ahead; one that is further ahead says nothing of when a sheet was made.
AHEAD = timedelta(days=1)

Time = tuple[bool, bool, datetime, datetime]
TimeOf = Callable[[Submission], Time]
_Home = tuple[str, str, str, str]  # campaign, form, a unit's name, its workspace


@dataclass(frozen=True, slots=True)
class Merged:
    """`taken` counts. `contested`: made at one time with different contents, so neither counts.

    `namesakes`: of several workspaces under one name or code, or of a name in several districts' lists:
    nobody knows whose they are, none counts.
    """

    taken: tuple[Submission, ...]
    replaced: tuple[tuple[Submission, Submission], ...]  # the older one, and the newest
    repeated: tuple[Submission, ...]  # the same once more
    contested: tuple[tuple[Submission, ...], ...]
    namesakes: tuple[tuple[Submission, ...], ...] = ()


def merge(submissions: Iterable[Submission], now: datetime | None = None) -> Merged:
    """Return one submission for each key. The order and repetitions do not matter.

    What says that it was made after `now` ranks below everything else of its unit.
    """
    time = _time_until(now)
    by_key: dict[Key, list[Submission]] = defaultdict(list)
    keyed, unclear = _of_one_key(tuple(submissions), time)
    for one in keyed:
        by_key[one.key].append(one)
    taken: list[Submission] = []
    replaced: list[tuple[Submission, Submission]] = []
    repeated: list[Submission] = []
    contested: list[tuple[Submission, ...]] = []
    namesakes: list[tuple[Submission, ...]] = []
    for key in sorted(by_key):
        if key in unclear:
            newest, *older = _distinct(by_key[key], repeated, time)
            namesakes.append((newest, *older))
            continue
        homes = _homes(by_key[key])
        if homes:
            ordered = [_distinct(own, repeated, time) for _, own in sorted(homes.items())]
            others = tuple(one for one in by_key[key] if not any(one in many for many in homes.values()))
            namesakes.append((*(newest for newest, *_ in ordered), *others))
            replaced += [(one, newest) for newest, *older in ordered for one in older]
            continue
        newest, *older = _distinct(by_key[key], repeated, time)
        rivals = [one for one in older if time(one) == time(newest)]
        if rivals:
            contested.append((newest, *rivals))
        else:
            taken.append(newest)
        replaced += [(one, newest) for one in older if time(one) != time(newest)]
    return Merged(tuple(taken), tuple(replaced), tuple(repeated), tuple(contested), tuple(namesakes))


def is_ahead(one: Submission, now: datetime) -> bool:
    """Say whether it claims to have been made in the future."""
    return one.made > now + AHEAD


def _of_one_key(given: Sequence[Submission], time: TimeOf) -> tuple[list[Submission], set[Key]]:
    """Give those of one unit one key: its code may have been typed between two of its submissions.

    A district's list knows a unit by its name and place alone. Also return the keys of those that may be any
    of several.
    """
    newest: dict[_Home, tuple[Time, str]] = {}
    for one in given:
        if one.is_own and one.workspace:
            said = (time(one), one.key.unit)
            newest[_home(one)] = max(said, newest.get(_home(one), said))
    own = [_under(one, newest[_home(one)][1]) if one.workspace else one for one in given if one.is_own]
    joined = [one for one in given if not one.is_own]
    named = by_name(own)
    unclear: set[Key] = set()
    for called, many in by_name(joined).items():
        units: dict[str, list[Submission]] = defaultdict(list)
        for one in named.get(called, ()):
            units[one.key.unit].append(one)
        found = whose(many, units)
        keyed = [_under(one, found.units[place]) for place, one in enumerate(many)]
        unclear |= {one.key for one in keyed} if found.unclear else set()
        own += keyed
    return own, unclear


def _home(one: Submission) -> _Home:
    return one.key.campaign, one.key.form, same_name(one.name), one.workspace


def _under(one: Submission, unit: str) -> Submission:
    return one if one.key.unit == unit else replace(one, key=one.key._replace(unit=unit))


def _homes(same_key: Sequence[Submission]) -> dict[str, list[Submission]]:
    """Return the submissions by workspace where they are of several units; else nothing.

    One code and one name of two workspaces is one unit that set up its workspace anew.
    """
    homes: dict[str, list[Submission]] = defaultdict(list)
    for one in same_key:
        if one.is_own and one.workspace:
            homes[one.workspace].append(one)
    names = {same_name(one.name) for many in homes.values() for one in many}
    is_coded = same_key[0].key.unit not in names
    return {} if len(homes) < 2 or (is_coded and len(names) == 1) else homes


def _distinct(same_key: list[Submission], repeated: list[Submission], time: TimeOf) -> list[Submission]:
    """Return what differs, the newest first: of equal contents the newest stands for all."""
    by_content: dict[str, Submission] = {}
    said = [(time(one), one.content, one.source, place) for place, one in enumerate(same_key)]
    for _, content, _, place in sorted(said, reverse=True):
        one = same_key[place]
        first = by_content.setdefault(content, one)
        if first is not one:
            repeated.append(one)
    return list(by_content.values())


def _time_until(now: datetime | None) -> TimeOf:
    latest = datetime.max.replace(tzinfo=UTC) if now is None else now + AHEAD

    def time(one: Submission) -> Time:
        return (one.is_own, one.made <= latest, one.made, one.saved)

    return time
