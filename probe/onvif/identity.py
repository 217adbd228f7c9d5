"""Who made the device, and which one it is. 厂商、型号、序列号"""

from __future__ import annotations

from probe.model import Gap, Io, Measured, NotMeasured, Probe, Reading, Target
from probe.wire.onvif_device import parse_device_information


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    said = parse_device_information(await io.soap("device", "GetDeviceInformation"))
    return {
        "manufacturer": _word(said.manufacturer),
        "model": _word(said.model),
        "firmware": _word(said.firmware),
        "serial": _word(said.serial),
        "hardware_id": _word(said.hardware_id),
    }


def _word(said: str) -> Reading:
    # Placeholders ("--", "NONE", "ONVIF") are what the device says: what they are worth is judged later.
    return Measured(said) if said else NotMeasured(Gap.UNSUPPORTED, "the device leaves it empty")


PROBE = Probe(
    id="onvif.identity",
    metrics=("manufacturer", "model", "firmware", "serial", "hardware_id"),
    seconds=20.0,
    measure=measure,
)
