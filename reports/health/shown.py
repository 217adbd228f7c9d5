"""What is said of each camera at the place that shows it: its channel, its line, its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.schema import Catalogue
from config.words import say
from inventory.watch import Subject
from reports import scan_json as out
from reports.lines import Line, lines


@dataclass(frozen=True, slots=True)
class Shown:
    """One place: a channel, or a device that shows none, whose channel is None."""

    device: out.Device
    channel: out.Channel | None
    line: Line

    @property
    def place(self) -> tuple[str, int]:
        return self.device.id, self.channel.number if self.channel else 0


def shown_places(document: out.Document, catalogue: Catalogue) -> Mapping[tuple[str, int], Shown]:
    """Return every place with its line."""
    nothing: tuple[None, ...] = (None,)
    places = [(device, shown) for device in document.devices for shown in device.channels or nothing]
    made = [Shown(*place, line) for place, line in zip(places, lines(document, catalogue), strict=True)]
    return {one.place: one for one in made}


def of_camera(camera: out.Camera, places: Mapping[tuple[str, int], Shown]) -> Shown | None:
    """Return the place where a camera's identity and live picture come from."""
    return places.get((camera.device_id, camera.channel)) or places.get((camera.device_id, 0))


def camera_name(camera: out.Camera, shown: Shown | None) -> str:
    """Return what people call a camera: its name on record, else that in its picture, else its address."""
    said = camera.record.get("channel_name")
    name = str(said.value) if said and said.value else ""
    return name or (shown.line.name if shown else "") or address_of(camera, shown)


def address_of(camera: out.Camera, shown: Shown | None) -> str:
    """Return where a camera is found: its address, or a recorder's with the number of the channel."""
    if shown is None:
        return camera.device_id
    if shown.device.kind == "recorder" or len(shown.device.channels) > 1:
        return say("recorder.place", address=shown.device.address, number=camera.channel)
    return shown.device.address


def device_place(subject: Subject, document: out.Document) -> str:
    """Return the address of a channel."""
    device = next((one for one in document.devices if one.id == subject.device_id), None)
    address = device.address if device else subject.device_id
    return say("recorder.place", address=address, number=subject.channel)


def subject_words(subject: Subject, document: out.Document, places: Mapping[tuple[str, int], Shown]) -> str:
    """Name what a case or a change is about, as a technician finds it."""
    if subject.is_shared:
        return say("health.several")
    shown = places.get((subject.device_id, subject.channel))
    device = next((one for one in document.devices if one.id == subject.device_id), None)
    address = device.address if device else subject.device_id
    if subject.channel == 0 or (device and device.kind != "recorder" and len(device.channels) < 2):
        only = shown or places.get((subject.device_id, 1))
        is_camera = device is not None and device.kind != "recorder"
        kind = say(f"kind.{device.kind}") if device else ""
        return f"{only.line.name if only and is_camera else kind} {address}".strip()
    name = shown.line.name if shown else ""
    return f"{name} {device_place(subject, document)}".strip()
