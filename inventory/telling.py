"""Which keys and addresses of recorders' lists tell cameras apart, and which several of them share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from inventory.behind import Keys, Listed, Place, Thing, agreements, differ, names_another_model
from inventory.identity import Key

_BOTH = 2  # a MAC and a serial


def without_shared(
    inputs: Sequence[Listed], things: Sequence[Thing], shared: Keys, rows: Mapping[Place, Listed]
) -> list[Listed]:
    """Return a run's rows without keys that name no single device.

    Those are the keys known as such, the recorder's own, one that a recorder writes beside several addresses,
    one that `rows`, the lists of all recorders, give to two cameras, and that of a device which the row is
    not about.
    """
    addresses: dict[tuple[int, Key], set[str]] = defaultdict(set)
    for one in inputs:
        for key in one.keys:
            addresses[one.place[0], key].add(one.address)
    own = {one.id: one.keys for one in things}
    doubtful = _of_two(rows.values(), frozenset().union(*own.values()))
    kept = []
    for one in inputs:
        here = one.place[0]
        not_its = {
            why.listed
            for thing in things
            if thing.id != here and thing.model and is_not(one, thing)
            for why in agreements(one.keys, thing.keys)
        }
        keys = frozenset(
            key
            for key in one.keys - shared - doubtful - own.get(here, frozenset())
            if len(addresses[here, key]) == 1 and key.value not in not_its
        )
        kept.append(replace(one, keys=keys))
    return kept


def is_not(row: Listed, thing: Thing) -> bool:
    """Say whether a row names another model than a device with one of its keys has.

    Two keys in common, or the address that the device answers at, outweigh a model that is written otherwise.
    """
    if not row.keys or not names_another_model(row.model, thing.model):
        return False
    answers_there = not row.is_inside and any(address == row.address for address, _ in thing.at)
    return not answers_there and len(agreements(row.keys, thing.keys)) < _BOTH


def are_two(one: Listed, other: Listed) -> bool:
    """Say whether rows of two recorders that have a key in common are about two cameras.

    A router's MAC stands in the lists of all recorders that look through it, and some cameras are sold with
    one MAC. A camera has one address in the school, and another one only inside a recorder.
    """
    if differ(one.keys, other.keys):
        return True
    if one.is_inside and other.is_inside and one.online and other.online:
        return True  # plugged in at both recorders
    if len(agreements(one.keys, other.keys)) >= _BOTH:
        return False
    in_school = {row.address for row in (one, other) if row.address and not row.is_inside}
    if len(in_school) == 1 and one.address == other.address:
        return False
    return len(in_school) > 1 or names_another_model(one.model, other.model)


def in_doubt(found: Sequence[tuple[Listed, Thing]]) -> frozenset[Place]:
    """Return the rows that mean one camera and name two: models that differ, at addresses that differ.

    The row at whose address the camera answers is right; of the others nobody knows.
    """
    of_camera: dict[int, list[Listed]] = defaultdict(list)
    for row, thing in found:
        if thing.is_camera and all(address != row.address for address, _ in thing.at):
            of_camera[thing.id].append(row)
    return frozenset(
        row.place
        for camera, rows in of_camera.items()
        for row in rows
        if any(name_two(row, other) for other, thing in found if thing.id == camera)
    )


def name_two(one: Listed, other: Listed) -> bool:
    """Say whether two rows name different models at different addresses, with one key in common at most."""
    return (
        bool(one.address and other.address)
        and one.address != other.address
        and names_another_model(one.model, other.model)
        and len(agreements(one.keys, other.keys)) < _BOTH
    )


def of_many(rows: Iterable[Listed]) -> frozenset[str]:
    """Return the addresses that two recorders list for different cameras: each means one inside itself."""
    at: dict[str, list[Listed]] = defaultdict(list)
    for row in rows:
        if row.address:
            at[row.address].append(row)
    return frozenset(
        address
        for address, there in at.items()
        if any(
            one.place[0] != other.place[0]
            and (
                differ(one.keys, other.keys)
                or (names_another_model(one.model, other.model) and not agreements(one.keys, other.keys))
            )
            for one, other in combinations(there, 2)
        )
    )


def _of_two(rows: Iterable[Listed], owned: Keys) -> frozenset[Key]:
    """Return the keys that lists of different recorders give to two cameras.

    What a device on record says of itself is no router's: only its own word can speak against such a row.
    """
    holders: dict[Key, list[Listed]] = defaultdict(list)
    for row in rows:
        for key in row.keys:
            holders[key].append(row)
    return frozenset(
        key
        for key, there in holders.items()
        if any(
            one.place[0] != other.place[0] and are_two(one, other) for one, other in combinations(there, 2)
        )
        and not agreements(frozenset({key}), owned)
    )
