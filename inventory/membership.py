"""Which system a device or camera belongs to, by the addresses that a school typed for each."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.site import SystemProfile, addresses_in
from inventory.record import CameraRecord, DeviceRecord


@dataclass(frozen=True, slots=True)
class Member:
    """The system's id and what belongs to it: recorders and platforms, and cameras."""

    system: str
    devices: tuple[DeviceRecord, ...]
    cameras: tuple[CameraRecord, ...]


def members(
    profiles: Sequence[SystemProfile], devices: Mapping[str, DeviceRecord], cameras: Sequence[CameraRecord]
) -> tuple[Member, ...]:
    """Share devices and cameras among the systems; where none is typed, all belong to one, `s1`.

    A person's word on the camera comes first, then its own address, then those of the recorders that show it,
    then the system that names no address. What fits none of these belongs to no system.
    """
    if not profiles:
        profiles = (SystemProfile(),)
    ids = system_ids(profiles)
    rest = next(
        (name for name, one in zip(ids, profiles, strict=True) if not (one.devices or one.networks)), None
    )
    rest = ids[0] if rest is None and len(ids) == 1 else rest
    named = {device.id: _system_of(device, ids, profiles) for device in devices.values()}
    system_of_camera = {camera.id: _of_camera(camera, ids, named, devices) or rest for camera in cameras}
    return tuple(
        Member(
            name,
            tuple(
                device
                for device in devices.values()
                if device.kind in ("recorder", "platform") and (named[device.id] or rest) == name
            ),
            tuple(camera for camera in cameras if system_of_camera[camera.id] == name),
        )
        for name in ids
    )


def system_ids(profiles: Sequence[SystemProfile]) -> tuple[str, ...]:
    """Return the ids, by default s1, s2 and so on."""
    return tuple(one.id or f"s{place}" for place, one in enumerate(profiles, 1))


def _of_camera(
    camera: CameraRecord,
    ids: Sequence[str],
    named: Mapping[str, str | None],
    devices: Mapping[str, DeviceRecord],
) -> str | None:
    said = camera.fields.get("system")
    if said is not None and said.value in ids:
        return str(said.value)
    places = [place for seen in camera.also_seen_as for place in re.split("[#/]", seen)[:1]]
    also = [device.id for device in devices.values() if device.id in places or device.address in places]
    return next((named[one] for one in (camera.device_id, *also) if named.get(one)), None)


def _system_of(device: DeviceRecord, ids: Sequence[str], profiles: Sequence[SystemProfile]) -> str | None:
    """Return the system that names the device itself, else the one in whose network it stands."""
    for kind in ("devices", "networks"):
        for name, profile in zip(ids, profiles, strict=True):
            if any(_takes_in(said, device) for said in getattr(profile, kind)):
                return name
    return None


def _takes_in(said: str, device: DeviceRecord) -> bool:
    (first, last), port = addresses_in(said)
    target = device.report.target
    try:
        address = ipaddress.ip_address(target.address.split("%")[0])
    except ValueError:
        return False
    if port and target.pinned != int(port):
        return False
    return address.version == first.version and int(first) <= int(address) <= int(last)
