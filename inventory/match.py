"""Which known device each answer of a run belongs to. How and why: docs/decisions/0005-identity.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

from inventory.identity import STRENGTH, Face, Key, KeyKind

Keys = Set[Key]


@dataclass(frozen=True, slots=True)
class Seen:
    """One device report of this run, reduced to what tells who it is."""

    keys: Keys
    face: Face


@dataclass(frozen=True, slots=True)
class Known:
    """A device on record: all its keys, and its face when it was last visited."""

    id: int
    keys: Keys
    face: Face


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that spoke against the chosen record; `known` is what stands there, or who else holds it."""

    one: int  # index among the devices of this run
    key: Key
    known: str


@dataclass(slots=True)
class Matched:
    """`groups` are the answers of one device each, by index, and its known id, or None for a new one."""

    groups: list[tuple[tuple[int, ...], int | None]] = field(default_factory=list)
    joins: list[tuple[int, int]] = field(default_factory=list)  # (device, the record it turned out to be)
    clashes: list[Clash] = field(default_factory=list)
    shared: frozenset[Key] = frozenset()


def match(seen: Sequence[Seen], known: Sequence[Known], shared_before: Keys = frozenset()) -> Matched:
    """Tie the answers of a run to the devices on record: by key, strongest first, then by place and face."""
    shared_now = shared_keys([one.keys for one in seen])
    shared = shared_before | shared_now | shared_keys([one.keys for one in known])
    trusted = [one.keys - shared for one in seen]
    on_record = {one.id: one.keys - shared for one in known}
    holders = _holders(on_record)

    matched = Matched(shared=frozenset(shared_now - shared_before))
    groups = _same_device(trusted)
    taken: dict[int, tuple[int, ...]] = {}
    chosen: dict[tuple[int, ...], int] = {}
    for kind in STRENGTH:
        for group in groups:
            keys = _together(trusted, group)
            for key in sorted(key for key in keys if key.kind == kind):
                for holder in sorted(holders.get(key, ())):
                    _weigh(matched, group, key, keys, holder, on_record, taken, chosen)

    by_address: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        by_address[one.face.address].append(one)
    for group in groups:
        if group in chosen:
            continue
        keyed = bool(_together(trusted, group))
        # One side must have no key to tell by: two devices with keys are tied by keys or not at all.
        free = {
            one.id: one.face
            for index in group
            for one in by_address[seen[index].face.address]
            if one.id not in taken and not (keyed and on_record[one.id])
        }
        if (there := _at_its_place([seen[index].face for index in group], free)) is not None:
            taken[there] = group
            chosen[group] = there
    matched.groups = [(group, chosen.get(group)) for group in groups]
    matched.clashes.extend(_changed_keys(trusted, chosen, on_record))
    return matched


def shared_keys(seen: Sequence[Keys]) -> frozenset[Key]:
    """Return the keys that two different devices show in one run: clones, proxies, copied firmware."""
    by_key: dict[Key, list[Keys]] = defaultdict(list)
    for keys in seen:
        for key in keys:
            by_key[key].append(keys)
    return frozenset(
        key for key, users in by_key.items() if any(_differ(key, *two) for two in combinations(users, 2))
    )


def contradict(one: Keys, other: Keys, kinds: Iterable[KeyKind] = STRENGTH) -> bool:
    """Say whether both hold keys of one kind and none of them is the same."""
    for kind in kinds:
        ours, theirs = _values(one, kind), _values(other, kind)
        if ours and theirs and not ours & theirs:
            return True
    return False


def _differ(key: Key, one: Keys, other: Keys) -> bool:
    # An EPR is copied with a firmware image (DCN-BM2220LPR), so that alone it proves nothing; a MAC at two
    # addresses is one port with two addresses, unless the serials differ (a router answering for others).
    match key.kind:
        case "mac":
            return contradict(one, other, ("serial",))
        case "serial":
            return contradict(
                one, other, ("mac",) if _values(one, "mac") and _values(other, "mac") else ("epr",)
            )
        case "epr":
            return contradict(one, other, ("mac", "serial")) or not any(
                _values(one, kind) & _values(other, kind) for kind in STRENGTH[:2]
            )


def _weigh(
    matched: Matched,
    group: tuple[int, ...],
    key: Key,
    keys: Keys,
    holder: int,
    on_record: dict[int, Keys],
    taken: dict[int, tuple[int, ...]],
    chosen: dict[tuple[int, ...], int],
) -> None:
    """Choose the holder of the key, or join it to the record already chosen, or note that it differs."""
    stronger = STRENGTH[: STRENGTH.index(key.kind)]
    already = chosen.get(group)
    if already == holder:
        return
    owner = taken.get(holder, group)
    if owner != group or contradict(keys, on_record[holder], stronger):
        matched.clashes.append(Clash(group[0], key, f"d{holder}"))
    elif already is None:
        chosen[group] = holder
        taken[holder] = group
    elif contradict(keys | on_record[already], on_record[holder], STRENGTH[:2]):
        matched.clashes.append(Clash(group[0], key, f"d{holder}"))
    else:
        matched.joins.append((holder, already))
        taken[holder] = group
        on_record[already] = on_record[already] | on_record[holder]


def _at_its_place(faces: Sequence[Face], free: Mapping[int, Face]) -> int | None:
    """Return the device that was last seen at this address with this face."""
    fits = [
        id_
        for id_, was in free.items()
        if any(same_place(face, was) and _same_face(face, was) for face in faces)
    ]
    exact = [id_ for id_ in fits if any(free[id_].pinned == face.pinned for face in faces)]
    return max(exact or fits, default=None)


def same_place(one: Face, other: Face) -> bool:
    """Say whether both stand at one address, and behind one port where a port was named."""
    if one.address != other.address:
        return False
    match one.pinned, other.pinned:
        case None, int(port):
            return port in one.ports
        case int(port), None:
            return port in other.ports
        case here, there:
            return here == there


def _same_face(one: Face, other: Face) -> bool:
    # A port may be missed in one night, so that one set of ports need only contain the other.
    ports_agree = (
        one.pinned is not None
        or other.pinned is not None
        or one.ports <= other.ports
        or one.ports >= other.ports
    )
    return ports_agree and (not one.model or not other.model or one.model == other.model)


def _changed_keys(
    trusted: Sequence[Keys], chosen: Mapping[tuple[int, ...], int], on_record: Mapping[int, Keys]
) -> Iterator[Clash]:
    for group, device in chosen.items():
        keys = _together(trusted, group)
        for kind in STRENGTH:
            if contradict(keys, on_record[device], (kind,)):
                was = ", ".join(sorted(_values(on_record[device], kind)))
                yield from (Clash(group[0], Key(kind, value), was) for value in sorted(_values(keys, kind)))


def _same_device(trusted: Sequence[Keys]) -> list[tuple[int, ...]]:
    """Group the answers that share a trusted key: one device at two addresses."""
    leader = list(range(len(trusted)))
    first: dict[Key, int] = {}
    for index, keys in enumerate(trusted):
        for key in keys:
            other = leader[first.setdefault(key, index)]
            mine = leader[index]
            if other != mine:
                leader = [min(other, mine) if now in (other, mine) else now for now in leader]
    groups: dict[int, list[int]] = defaultdict(list)
    for index, head in enumerate(leader):
        groups[head].append(index)
    return [tuple(group) for group in groups.values()]


def _holders(on_record: Mapping[int, Keys]) -> dict[Key, set[int]]:
    holders: dict[Key, set[int]] = defaultdict(set)
    for device, keys in on_record.items():
        for key in keys:
            holders[key].add(device)
    return holders


def _together(trusted: Sequence[Keys], group: tuple[int, ...]) -> Keys:
    return frozenset().union(*(trusted[index] for index in group))


def _values(keys: Keys, kind: KeyKind) -> set[str]:
    return {key.value for key in keys if key.kind == kind}
