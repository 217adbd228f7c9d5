"""Whose the rows of districts' joined lists are: two districts may each have a school of one name.

A joined list has no workspace and no code for its schools. The district's name, a school's town and its
address tell them apart; where they do not, one name is one school.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.rollup.submission import Submission, same_name

AT = "@"  # between a unit's name and what tells it from its namesakes, in its key


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells one school from another of its name. A form without addresses is of no schools."""

    districts: frozenset[str]
    towns: frozenset[str]
    addresses: frozenset[tuple[str, str]]  # town and address

    def __or__(self, other: Signs) -> Signs:
        return Signs(
            self.districts | other.districts, self.towns | other.towns, self.addresses | other.addresses
        )

    def is_same(self, other: Signs) -> bool:
        return bool(self.addresses & other.addresses)

    def is_near(self, other: Signs) -> bool:
        """Say whether nothing speaks against one school: no other district, no other town."""
        strange = bool(self.districts and other.districts and not self.districts & other.districts)
        elsewhere = bool(self.towns and other.towns and not self.towns & other.towns)
        return self.is_same(other) or not (strange or elsewhere)

    @property
    def order(self) -> tuple[list[str], list[str], list[tuple[str, str]]]:
        return sorted(self.districts), sorted(self.towns), sorted(self.addresses)

    @property
    def name(self) -> str:
        """Return what the school is called apart by, "" where there is nothing."""
        return min(self.districts or self.towns, default="")


@dataclass(frozen=True, slots=True)
class Whose:
    """A unit's key for each joined submission, by its place. `unclear`: it may be any of several units."""

    units: Mapping[int, str]
    unclear: bool = False


def signs_of(one: Submission) -> Signs:
    """Return what a submission says of where its school is."""
    if "address" not in one.rows or "town" not in one.rows:
        return Signs(frozenset(), frozenset(), frozenset())
    said = one.rows[["town", "address"]].fillna("").drop_duplicates().to_numpy().tolist()
    places = {(same_name(str(town)), same_name(str(address))) for town, address in said}
    district = same_name(one.district)
    return Signs(
        frozenset({district} - {""}),
        frozenset(town for town, _ in places if town),
        frozenset(place for place in places if place[1]),
    )


def whose(joined: Sequence[Submission], own: Mapping[str, Sequence[Submission]]) -> Whose:
    """Tell the joined submissions of one name apart. `own`: units of that name that handed in themselves."""
    name = same_name(joined[0].name)
    schools = _schools([signs_of(one) for one in joined])
    if schools is None:
        return Whose(dict.fromkeys(range(len(joined)), next(iter(own), name)), unclear=True)
    if not own:
        alone = len(schools) == 1
        units = {at: name if alone else f"{name}{AT}{signs.name}" for signs, many in schools for at in many}
        return Whose(units)
    homes = {unit: _all(map(signs_of, many)) for unit, many in own.items()}
    found: dict[int, str] = {}
    left: list[tuple[Signs, Sequence[int]]] = []
    for signs, many in schools:
        same = [unit for unit, home in homes.items() if signs.is_same(home)]
        if len(same) == 1:
            found |= dict.fromkeys(many, same[0])
        else:
            left.append((signs, many))
    free = [unit for unit in homes if unit not in found.values()]
    for signs, many in left:
        near = [unit for unit in free if signs.is_near(homes[unit])]
        rivals = [other for other, _ in left if len(near) == 1 and other.is_near(homes[near[0]])]
        if len(rivals) > 1:
            return Whose(dict.fromkeys(range(len(joined)), near[0]), unclear=True)
        apart = f"{name}{AT}{signs.name}" if signs.name and (not near or len(schools) > 1) else name
        found |= dict.fromkeys(many, near[0] if len(near) == 1 else apart)
    return Whose(found)


def _schools(said: Sequence[Signs]) -> list[tuple[Signs, Sequence[int]]] | None:
    """Return the schools with the places of what is said of them, whatever order they are given in.

    Those with a district come first; what names none belongs to the one school that nothing speaks against.
    None where it may be any of several.
    """
    named = [place for place, one in enumerate(said) if one.districts]
    nameless = [place for place, one in enumerate(said) if not one.districts]
    groups = _grown([(said[place], [place]) for place in named])
    groups = [
        *groups,
        *_grown([(said[place], [place]) for place in nameless if _is_new(said[place], groups)], by_town=True),
    ]
    taken = {place for _, places in groups for place in places}
    for place in (one for one in nameless if one not in taken):
        same = [group for group in groups if said[place].is_same(group[0])]
        near = same or [group for group in groups if said[place].is_near(group[0])]
        if len(near) > 1:
            return None
        if near:
            near[0][1].append(place)
        else:
            groups.append((said[place], [place]))
    return sorted(((one, many) for one, many in groups), key=lambda group: group[0].order)


def _is_new(one: Signs, groups: Iterable[tuple[Signs, list[int]]]) -> bool:
    return bool(one.towns) and not any(one.is_near(signs) for signs, _ in groups)


def _grown(
    single: Iterable[tuple[Signs, list[int]]], *, by_town: bool = False
) -> list[tuple[Signs, list[int]]]:
    """Join what is of one district or at one address, or in one town where no district is named."""
    groups: list[tuple[Signs, list[int]]] = []
    for signs, places in single:
        apart: list[tuple[Signs, list[int]]] = []
        for other, many in groups:
            shared = other.districts & signs.districts or (by_town and other.towns & signs.towns)
            if shared or signs.is_same(other):
                signs, places = signs | other, [*many, *places]
            else:
                apart.append((other, many))
        groups = [*apart, (signs, places)]
    return groups


def _all(signs: Iterable[Signs]) -> Signs:
    found = Signs(frozenset(), frozenset(), frozenset())
    for one in signs:
        found |= one
    return found


def by_name(submissions: Iterable[Submission]) -> Mapping[tuple[str, str, str], list[Submission]]:
    """Return the submissions by campaign, form and the unit's name."""
    found: dict[tuple[str, str, str], list[Submission]] = defaultdict(list)
    for one in submissions:
        found[one.key.campaign, one.key.form, same_name(one.name)].append(one)
    return found
