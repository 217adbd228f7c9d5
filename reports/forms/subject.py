"""What a form is filled for: a unit, a system, a district, a group of cameras; and what it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from config.schema import Catalogue
from inventory.derive import Scene, derive
from inventory.ledger import Ledger
from inventory.record import CameraRecord, DeviceRecord, FieldValue
from reports.sheet import CameraName


@dataclass(frozen=True, slots=True)
class Item:
    """A camera, a recorder, or a line of somebody's sheet that stands for `number` of them.

    `about` is how an import finds it again; empty where nothing of it can be changed.
    """

    id: str
    fields: Mapping[str, FieldValue]
    name: CameraName
    number: int = 1
    channels: int = 1
    answered: bool = True
    about: str = ""
    system: str = ""
    order: tuple[object, ...] = ()
    camera: CameraRecord | None = None
    device: DeviceRecord | None = None


@dataclass(frozen=True, slots=True)
class System:
    about: str
    fields: Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that figures are worked out for. `number` is its place among those like it, from 1."""

    about: str
    unit: Mapping[str, FieldValue]
    systems: tuple[System, ...] = ()
    items: tuple[Item, ...] = ()
    recorders: tuple[Item, ...] = ()
    number: int = 1

    def narrowed(self, about: str, items: tuple[Item, ...], number: int) -> Subject:
        """Return the same for some of its cameras, with only the systems that they belong to."""
        own = {f"system:{item.system}" for item in items}
        systems = (
            tuple(system for system in self.systems if system.about in own)
            if len(self.systems) > 1
            else self.systems
        )
        return replace(self, about=about, items=items, systems=systems, number=number)


def subject_of(ledger: Ledger, catalogue: Catalogue) -> Subject:
    """Return the unit with all its systems and cameras."""
    holder = {camera: system.id for system in ledger.systems for camera in system.cameras}
    box = {device: system.id for system in ledger.systems for device in system.devices}
    return Subject(
        about="unit",
        unit=ledger.unit,
        systems=tuple(System(f"system:{one.id}", one.fields) for one in ledger.systems),
        items=tuple(
            _camera(camera, ledger.devices.get(camera.device_id), holder.get(camera.id, ""), catalogue)
            for camera in ledger.cameras
        ),
        recorders=tuple(
            _recorder(device, box.get(device.id, ""), catalogue)
            for device in ledger.devices.values()
            if device.kind in ("recorder", "platform")
        ),
    )


def systems_of(whole: Subject) -> tuple[Subject, ...]:
    """Return one subject for each system, in order."""
    return tuple(
        replace(
            whole,
            about=system.about,
            systems=(system,),
            items=tuple(one for one in whole.items if f"system:{one.system}" == system.about),
            recorders=tuple(one for one in whole.recorders if f"system:{one.system}" == system.about),
            number=number,
        )
        for number, system in enumerate(whole.systems, start=1)
    )


def _camera(camera: CameraRecord, device: DeviceRecord | None, system: str, catalogue: Catalogue) -> Item:
    address = camera.id if device is None else device.address
    place = address
    if camera.channel > 1 or (device is not None and len(device.report.channels) > 1):
        place = catalogue.sheet_words.channel.format(address=address, number=camera.channel)
    names = (camera.fields.get(field) for field in ("channel_name", "point_name"))
    name = next((one for one in names if one is not None and one.value is not None), None)
    digits = tuple(int(part) for part in re.findall(r"\d+", address))
    return Item(
        id=camera.id,
        fields=camera.fields,
        name=CameraName(place, "" if name is None else str(name.value)[:40]),
        channels=max(1, len(camera.channels)),
        answered=camera.answered or not camera.device_id,
        about=f"camera:{camera.id}",
        system=system,
        order=(device is None, digits, camera.channel, camera.id),
        camera=camera,
        device=device,
    )


def _recorder(device: DeviceRecord, system: str, catalogue: Catalogue) -> Item:
    scene = Scene(device.report, (), catalogue, device.last_seen)
    return Item(
        id=device.id,
        fields=derive(scene, behind_recorder=False),
        name=CameraName(device.address, ""),
        answered=device.answered,
        system=system,
        device=device,
    )
