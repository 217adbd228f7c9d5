"""Which channels a person means by a camera's id or a device's address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.errors import UsageError
from config.words import say
from inventory.record import CameraRecord, DeviceRecord, View
from probe.model import ChannelReport


@dataclass(frozen=True, slots=True)
class Named:
    """One channel as the inventory shows it. `label` is its camera's id, with its number among several."""

    device: DeviceRecord
    shown: ChannelReport
    label: str
    name: str

    @property
    def number(self) -> int:
        return self.shown.channel.number


def named(view: View, words: Sequence[str]) -> list[Named]:
    """Return the channels of these camera ids and addresses, each once. Raise UsageError for a stranger."""
    found: dict[tuple[str, int], Named] = {}
    every = list(channels_of(view))
    for word in words:
        meant = [one for one in every if _is_meant(one, word.strip(), view)]
        if not meant:
            raise UsageError(say("baseline.stranger", word=word))
        found.update({(one.device.id, one.number): one for one in meant})
    return list(found.values())


def channels_of(view: View) -> Iterator[Named]:
    """Yield every channel of every device that is known."""
    cameras = {(camera.device_id, number): camera for camera in view.cameras for number in camera.numbers}
    for device in view.devices:
        for shown in device.report.channels:
            number = shown.channel.number
            yield Named(device, shown, *_label(device, number, cameras.get((device.id, number)), shown))


def _is_meant(one: Named, word: str, view: View) -> bool:
    if word in (one.device.address, one.device.report.target.address, one.device.id):
        return True
    camera = next((camera for camera in view.cameras if camera.id == word), None)
    return camera is not None and camera.device_id == one.device.id and one.number in camera.numbers


def _label(
    device: DeviceRecord, number: int, camera: CameraRecord | None, shown: ChannelReport
) -> tuple[str, str]:
    if camera is None:
        return f"{device.id}.{number}", shown.channel.name
    label = f"{camera.id}#{number}" if len(camera.channels) > 1 else camera.id
    said = camera.fields.get("channel_name")
    return label, str(said.value) if said and said.value else shown.channel.name
