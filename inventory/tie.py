"""Which camera each channel of a run shows. How and why: docs/decisions/0009-one-camera-one-record.md"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from inventory.behind import Keys, Listed, Place, agreements, differ, names_another_model
from inventory.behind import Thing as Thing
from inventory.identity import Key
from inventory.record import Agreement
from inventory.telling import in_doubt, is_not, name_two, of_many

# A camera's number is its channel's, unless an older camera of that channel lives on elsewhere.
_NEXT_NUMBER = 1000


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs left: the camera that each place showed, and how each camera is known.

    `shown` is None for a place that shows a camera of another recorder, not known which. `born` gives the age
    of every camera, the oldest first; `listed_at` the address that a place had in its recorder's list. A
    person has said that places which are `apart` are two cameras: no address says otherwise. `rows`: what
    every recorder listed last, this run's rows among them, with all their keys.
    """

    shown: Mapping[Place, Place | None] = field(default_factory=dict)
    keys: Mapping[Place, Keys] = field(default_factory=dict)
    born: Mapping[Place, int] = field(default_factory=dict)
    joined: Mapping[Place, Place] = field(default_factory=dict)
    listed_at: Mapping[Place, str] = field(default_factory=dict)
    names: Mapping[Place, str] = field(default_factory=dict)
    apart: frozenset[tuple[Place, Place]] = frozenset()
    rows: Mapping[Place, Listed] = field(default_factory=dict)


@dataclass(slots=True)
class Tied:
    """What a run says. `why` has the evidence for each recorder's channel that is tied to another place.

    `swaps`: a channel shows another camera than before, at the same spot: its record stays, the key differs.
    """

    shown: dict[Place, Place | None] = field(default_factory=dict)
    joins: list[tuple[Place, Place]] = field(default_factory=list)
    why: dict[Place, tuple[Place, tuple[Agreement, ...]]] = field(default_factory=dict)
    swaps: list[tuple[Place, Key, str]] = field(default_factory=list)
    keys: Mapping[Place, Keys] = field(default_factory=dict)  # all that recorders know each camera by


def tie(things: Sequence[Thing], inputs: Iterable[Listed], before: Before) -> Tied:
    """Tie every place of a run to a camera: by key, else by the address that answered in the same run.

    The order that things and inputs come in changes nothing but the numbers of new devices.
    """
    work = _Work(things, before)
    for thing in sorted(things, key=lambda one: one.id):
        if thing.is_camera:
            work.on_the_network(thing)
    rows = sorted(inputs, key=lambda one: one.place)
    found = {one.place: means for one in rows if (means := work.find(one)) is not None}
    doubtful = in_doubt([(one, found[one.place][0]) for one in rows if one.place in found])
    waiting: list[Listed] = []
    cascaded: list[tuple[Listed, Thing, tuple[Agreement, ...]]] = []
    for one in rows:
        if one.place in doubtful:
            waiting.append(replace(one, keys=frozenset()))
        elif one.place not in found:
            waiting.append(one)
        elif (means := found[one.place])[0].is_recorder:
            cascaded.append((one, *means))
        else:
            work.settle(one, means[0].place, means[1])
    work.by_keys_or_alone(waiting)
    work.behind_recorders(cascaded)
    work.tied.keys = work.keys
    return work.tied


class _Work:
    """One run's tying: which camera every place shows so far, and where each camera is shown."""

    def __init__(self, things: Sequence[Thing], before: Before) -> None:
        self.tied = Tied()
        self._things = {one.id: one for one in things}
        self._before = before
        self._camera: dict[Place, Place | None] = dict(before.shown)
        self.keys: dict[Place, Keys] = dict(before.keys)
        self._age = dict(before.born)
        self._joined = dict(before.joined)
        self._places: dict[Place, set[Place]] = defaultdict(set)
        for place, camera in before.shown.items():
            if camera is not None:
                self._places[camera].add(place)
        self._holders: dict[Key, Place] = {}
        for camera in sorted(self.keys, key=self._order):
            for key in self.keys[camera]:
                self._holders.setdefault(key, camera)
        self._of_many = of_many(before.rows.values())
        self._there: dict[str, list[tuple[Thing, int | None]]] = defaultdict(list)
        for thing in things:
            for address, pinned in thing.at:
                self._there[address].append((thing, pinned))

    def on_the_network(self, thing: Thing) -> None:
        """Give a camera that answers itself its record: the oldest that is known by one of its keys."""
        own = self._camera.get(thing.place)
        known = {self._holders[key] for key in thing.keys if key in self._holders} - {own}
        fits = [
            camera
            for camera in sorted(known, key=self._order)
            if not differ(self.keys[camera], thing.keys)
            and self._lan_of(camera) in (None, thing.id)
            and not any(is_not(row, thing) for row in self._rows_of(camera))
        ]
        if own is None:
            own = fits[0] if fits else self._born(thing.place)
            self._show(thing.place, own)
        for camera in fits:
            through = sorted(self._places[camera] - {thing.place})
            why = agreements(self.keys[camera], thing.keys)
            own = self._join(own, camera)
            for place in through:
                self.tied.why[place] = (thing.place, why)

    def find(self, one: Listed) -> tuple[Thing, tuple[Agreement, ...]] | None:
        """Return the device that the list means, and what says so."""
        if one.kind == "analogue":
            return None
        here = one.place[0]
        for kind in ("mac", "serial") if one.keys else ():
            found = [
                (thing, why)
                for thing in self._things.values()
                if thing.id != here and (thing.is_recorder or thing.is_camera)
                if (why := agreements(one.keys, thing.keys)) and not differ(one.keys, thing.keys)
                if why[0].key == kind
            ]
            if len(found) == 1:
                ((thing, why),) = found
                return thing, (*why, *self._address(one, thing))
        fits = [
            thing
            for thing, pinned in self._there.get(one.address, ())
            if thing.id != here and pinned in (None, one.port)
        ]
        if len(fits) != 1 or not (fits[0].is_recorder or fits[0].is_camera):
            return None
        if one.is_inside or one.address in self._of_many:
            return None  # every recorder with PoE plugs has this address: it says nothing of the network
        (thing,) = fits
        if (one.place, thing.place) in self._before.apart:
            return None
        if differ(one.keys, thing.keys) or names_another_model(one.model, thing.model):
            return None
        return thing, self._address(one, thing)

    def settle(
        self, one: Listed, other: Place, why: tuple[Agreement, ...], *, behind: Keys | None = None
    ) -> None:
        """Tie a recorder's channel to the camera that another place shows.

        `behind`: the keys of another recorder that is listed in the camera's place; they say nothing of it.
        """
        target = self._camera.get(other)
        if target is None:
            return self.alone(one)
        own = self._camera.get(one.place)
        if own is not None and own != target and not self._moves(one, own, target, behind or frozenset()):
            target = self._join(own, target)
        self._show(one.place, target)
        if behind is None:
            self._learn(target, one.camera_keys)
        self.tied.why[one.place] = (other, why)
        return None

    def by_keys_or_alone(self, inputs: Sequence[Listed]) -> None:
        """Tie channels that no known device stands behind: to each other by key, else to nothing."""
        rest = []
        for one in inputs:
            if (camera := self._holder(one)) is not None:
                self._by_key(one, camera)
            else:
                rest.append(one)
        for one in rest:
            # The same camera behind two recorders, both met for the first time.
            if (camera := self._holder(one)) is not None:
                self._by_key(one, camera)
            else:
                self.alone(one)

    def behind_recorders(self, cascaded: Sequence[tuple[Listed, Thing, tuple[Agreement, ...]]]) -> None:
        """Tie a recorder's channels that show another recorder's: it is the camera behind that channel."""
        waiting = list(cascaded)
        while waiting:
            still = []
            for one, recorder, why in waiting:
                place, more = self._channel_of(one, recorder)
                if place is not None and self._camera.get(place) is not None:
                    self.settle(one, place, (*why, *more), behind=recorder.keys)
                else:
                    still.append((one, recorder, why))
            if len(still) == len(waiting):
                break
            waiting = still
        for one, _, _ in waiting:
            if one.channel is None:
                self._hide(one.place)
            else:
                self.by_keys_or_alone([one])

    def alone(self, one: Listed) -> None:
        """Let a channel show what it showed before, or a camera of its own."""
        own = self._camera.get(one.place)
        if own is None:
            own = self._born(one.place)
        elif self._is_another(one, own):
            if self._places[own] - {one.place}:
                own = self._born(one.place)
            else:
                # Another camera at the same spot: what was typed of the spot stays, and the swap is told.
                self.tied.swaps += [
                    (own, key, known)
                    for key in sorted(one.camera_keys)
                    if (known := self._other_value(own, key))
                ]
        self._show(one.place, own)
        self._learn(own, one.camera_keys)

    def _by_key(self, one: Listed, camera: Place) -> None:
        why = agreements(one.camera_keys, self.keys[camera])
        others = sorted(self._places[camera] - {one.place})
        own = self._camera.get(one.place)
        if own is not None and own != camera and not self._moves(one, own, camera):
            camera = self._join(own, camera)
        self._show(one.place, camera)
        self._learn(camera, one.camera_keys)
        if others and own != camera:
            self.tied.why[one.place] = (others[0], why)

    def _holder(self, one: Listed) -> Place | None:
        """Return the camera known by one of the keys, the MAC first, where nothing contradicts.

        Where a list writes one key at several channels, each channel keeps the camera that it showed.
        """
        own = self._camera.get(one.place)
        kept = self._known_keys(own) if own is not None else frozenset()
        for kind in ("mac", "serial"):
            for key in sorted(key for key in one.camera_keys if key.kind == kind):
                camera = own if key in kept else self._holders.get(key)
                if camera is None or differ(one.camera_keys, self._known_keys(camera)):
                    continue
                if camera == own or not any(name_two(one, row) for row in self._rows_of(camera)):
                    return camera
        return None

    def _rows_of(self, camera: Place) -> Iterator[Listed]:
        """Yield the rows of recorders that gave a camera one of its keys."""
        known = self._known_keys(camera)
        for place in self._places[camera]:
            row = self._before.rows.get(place)
            if row is not None and agreements(row.keys, known):
                yield row

    def _channel_of(self, one: Listed, recorder: Thing) -> tuple[Place | None, tuple[Agreement, ...]]:
        if one.channel is not None:
            number = str(one.channel)
            return (recorder.id, one.channel), (Agreement("channel", number, number),)
        named = [
            place
            for place, name in self._before.names.items()
            if place[0] == recorder.id and name == one.name
        ]
        if len(named) == 1 and one.name:
            return named[0], (Agreement("name", one.name, one.name),)
        return None, ()

    def _moves(self, one: Listed, own: Place, target: Place, behind: Keys = frozenset()) -> bool:
        """Say whether the channel shows another camera now, and it was not two records of one."""
        ours, theirs = self._lan_of(own), self._lan_of(target)
        if ours is not None and theirs is not None and ours != theirs:
            return True
        if self._places[own] - {one.place}:
            return True
        ours_keys = {key for key in self._known_keys(own) if _device_key(key) not in behind}
        return differ(ours_keys, (frozenset() if behind else one.camera_keys) | self._known_keys(target))

    def _is_another(self, one: Listed, own: Place) -> bool:
        lan = self._lan_of(own)
        if one.kind == "analogue":
            return lan is not None
        if differ(one.camera_keys, self._known_keys(own)):
            return True
        if lan is None or agreements(one.keys, self._known_keys(own)):
            return False
        # Tied by its address alone: the recorder names another one now, and the camera answers elsewhere.
        was = self._before.listed_at.get(one.place, "")
        answered_at = {address for address, _ in self._things[lan].at}
        return bool(one.address and was and one.address != was and answered_at - {one.address})

    def _known_keys(self, camera: Place) -> Keys:
        lan = self._lan_of(camera)
        own = self._things[lan].keys if lan is not None else frozenset()
        return own | self.keys.get(camera, frozenset())

    def _other_value(self, camera: Place, key: Key) -> str:
        known = {one.value for one in self._known_keys(camera) if one.kind == key.kind}
        return "" if key.value in known else ", ".join(sorted(known))

    def _lan_of(self, camera: Place) -> int | None:
        return next(
            (
                device
                for device, channel in sorted(self._places[camera])
                if channel == 1 and device in self._things and self._things[device].is_camera
            ),
            None,
        )

    def _address(self, one: Listed, thing: Thing) -> tuple[Agreement, ...]:
        if all(address != one.address for address, _ in thing.at):
            return ()
        listed = one.address if one.port is None else f"{one.address}:{one.port}"
        return (Agreement("address", listed, one.address),)

    def _join(self, one: Place, other: Place) -> Place:
        """Make two records one: the older id stays."""
        if one == other:
            return one
        stays, goes = sorted((one, other), key=self._order)
        self.tied.joins.append((goes, stays))
        self._joined[goes] = stays
        for place in list(self._places.pop(goes, ())):
            self._show(place, stays)
        self._learn(stays, self.keys.get(goes, frozenset()))
        return stays

    def _show(self, place: Place, camera: Place) -> None:
        before = self._camera.get(place)
        if before is not None and before in self._places:
            self._places[before].discard(place)
        self._camera[place] = camera
        self._places[camera].add(place)
        self.tied.shown[place] = camera

    def _hide(self, place: Place) -> None:
        before = self._camera.get(place)
        if before is not None:
            self._places[before].discard(place)
        self._camera[place] = None
        self.tied.shown[place] = None

    def _learn(self, camera: Place, keys: Keys) -> None:
        """Remember what a camera is known by now: the newest of each kind, as a list tells it."""
        kinds = {key.kind for key in keys}
        kept = {key for key in self.keys.get(camera, frozenset()) if key.kind not in kinds}
        self.keys[camera] = frozenset(kept | set(keys))
        for key in keys:
            self._holders[key] = camera

    def _born(self, place: Place) -> Place:
        """Return the name of a camera first seen here: the place's own, unless it lives on elsewhere."""
        device, number = place
        while (device, number) in self._joined or self._places.get((device, number)):
            number += _NEXT_NUMBER
        camera = (device, number)
        self._age.setdefault(camera, len(self._age) + (1 << 40))
        return camera

    def _order(self, camera: Place) -> tuple[int, Place]:
        return (self._age.get(camera, 1 << 60), camera)


def _device_key(key: Key) -> Key:
    """Return the key of the device, without the channel that was added to it."""
    return Key(key.kind, key.value.partition("#")[0])
