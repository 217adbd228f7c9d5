"""What a recorder's list tells of the camera behind a channel: who it is, never more than was written."""

from __future__ import annotations

import re
from collections.abc import Set
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

# Where the PoE plugs of Hikvision's, Dahua's and Uniview's recorders are, unless somebody changed it.
_PLUGS = ("192.168.254.", "10.1.1.", "172.16.0.")
# Hikvision lists the last nine characters of the serial that the camera itself gives whole.
_SHORTEST_TAIL = 9


@dataclass(frozen=True, slots=True)
class Thing:
    """A device on record. `at`: where it answered in this run, with the port it was asked by."""

    id: int
    keys: Keys = frozenset()
    is_recorder: bool = False
    is_camera: bool = False
    at: frozenset[tuple[str, int | None]] = frozenset()
    model: str = ""

    @property
    def place(self) -> Place:
        return (self.id, 1)


@dataclass(frozen=True, slots=True)
class Listed:
    """One channel of a recorder, reduced to what tells whose picture it is. `model` is in lower case.

    `is_inside`: its address is of the recorder's own PoE plugs, and another recorder's has the same.
    """

    place: Place
    name: str = ""
    kind: Literal["analogue", "network", ""] = ""
    keys: Keys = frozenset()  # of the device behind, which may have several channels
    address: str = ""
    port: int | None = None
    channel: int | None = None  # of the device behind
    model: str = ""
    is_inside: bool = False
    online: bool | None = None

    @property
    def camera_keys(self) -> Keys:
        """The keys of the camera itself: of a device with several channels, nobody knows if it is one."""
        is_one = self.channel in (None, 1) or (self.model and not names_a_recorder(self.model))
        return self.keys if is_one else {Key(one.kind, f"{one.value}#{self.channel}") for one in self.keys}


def listed(device_id: int, channel: Channel, brands: Brands, at: str = "") -> Listed:
    """Return what the list of the recorder that stands `at` an address tells; a filler word is left out."""
    one = Listed((device_id, channel.number), printable(channel.name), channel.kind, online=channel.online)
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
        is_inside=is_inside(camera.address, at),
    )


def is_inside(address: str, at: str) -> bool:
    """Say whether an address is one of the PoE plugs of the recorder that stands `at` another."""
    return any(address.startswith(plugs) and not at.startswith(plugs) for plugs in _PLUGS)


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


def names_another_model(one: str, other: str) -> bool:
    """Say whether both are known and neither is the other with something added, such as a lens."""
    short, long = sorted((re.sub(r"[\W_]", "", word) for word in (one, other)), key=len)
    return bool(short) and short not in long
