"""What a recorder's list tells of the camera behind a channel: who it is, never more than was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from config.schema import Brands
from inventory.brand import is_placeholder
from inventory.identity import Key, printable, trusted_mac, trusted_serial
from inventory.kind import names_a_recorder
from inventory.record import Agreement
from probe.model import Channel

Keys = Set[Key]
Place = tuple[int, int]  # device and channel; a camera is named by the place where it was first seen

# Hikvision lists the last nine characters of the serial that the camera itself gives whole.
_SHORTEST_TAIL = 9


@dataclass(frozen=True, slots=True)
class Listed:
    """One channel of a recorder, reduced to what tells whose picture it is. `model` is in lower case."""

    place: Place
    name: str = ""
    kind: Literal["analogue", "network", ""] = ""
    keys: Keys = frozenset()  # of the device behind, which may have several channels
    address: str = ""
    port: int | None = None
    channel: int | None = None  # of the device behind
    model: str = ""

    @property
    def camera_keys(self) -> Keys:
        """The keys of the camera itself: of a device with several channels, nobody knows if it is one."""
        is_one = self.channel in (None, 1) or (self.model and not names_a_recorder(self.model))
        return self.keys if is_one else {Key(one.kind, f"{one.value}#{self.channel}") for one in self.keys}


def listed(device_id: int, channel: Channel, brands: Brands) -> Listed:
    """Return what the recorder's list tells; a filler word is left out."""
    one = Listed((device_id, channel.number), printable(channel.name), channel.kind)
    if (camera := channel.camera) is None or channel.kind == "analogue":
        return one
    keys = set()
    if mac := trusted_mac(camera.mac):
        keys.add(Key("mac", mac))
    words = (camera.brand, camera.model, camera.firmware)
    if serial := trusted_serial(camera.serial, camera.address, brands, same_word=words):
        keys.add(Key("serial", serial))
    model = printable(camera.model)
    return replace(
        one,
        keys=frozenset(keys),
        address=camera.address,
        port=camera.port,
        channel=camera.channel,
        model="" if is_placeholder(model, brands) else model.casefold(),
    )


def without_shared(inputs: Sequence[Listed], own: Mapping[int, Keys], shared: Keys) -> list[Listed]:
    """Return the list without keys that name no single device.

    That are those known as such, the recorder's own, and one that it writes beside several addresses.
    """
    addresses: dict[tuple[int, Key], set[str]] = defaultdict(set)
    for one in inputs:
        for key in one.keys:
            addresses[one.place[0], key].add(one.address)
    return [
        replace(
            one,
            keys=frozenset(
                key
                for key in one.keys - shared - own.get(one.place[0], frozenset())
                if len(addresses[one.place[0], key]) == 1
            ),
        )
        for one in inputs
    ]


def agreements(one: Keys, own: Keys) -> tuple[Agreement, ...]:
    """Return what both have in common, MAC first: `one` as a list tells it, `own` as the device does."""
    return tuple(
        Agreement(kind, mine.value, theirs.value)
        for kind in ("mac", "serial")
        for mine in sorted(one)
        for theirs in sorted(own)
        if mine.kind == theirs.kind == kind and _same(mine, theirs)
    )


def differ(one: Keys, other: Keys) -> bool:
    """Say whether MACs or serials of both are known and none is the same."""
    for kind in ("mac", "serial"):
        mine, theirs = ([key for key in keys if key.kind == kind] for keys in (one, other))
        if mine and theirs and not any(_same(a, b) for a in mine for b in theirs):
            return True
    return False


def _same(one: Key, other: Key) -> bool:
    if one == other:
        return True
    short, long = sorted((one.value, other.value), key=len)
    return one.kind == other.kind == "serial" and len(short) >= _SHORTEST_TAIL and long.endswith(short)
