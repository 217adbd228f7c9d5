"""What is really there: the answer sheet that any scan of the campus can be scored against."""

from __future__ import annotations

from typing import Any

from probe.sim.effects import enlarged_from, fault_words
from probe.sim.model import Campus, Device, Lens

SCHEMA = "camcensus/truth/1"


def truth(campus: Campus, since_s: float = 0.0) -> dict[str, Any]:
    """Return the campus as JSON, as it is so many seconds after it answered.

    A value is null where nobody could measure one: no picture, no width.
    """
    return {
        "schema": SCHEMA,
        "seed": campus.seed,
        "targets": list(campus.targets),
        "credentials": [
            {"name": one.name, "user": one.user, "password": one.password, "rule": one.rule}
            for one in campus.credentials
        ],
        "devices": [_device(one, since_s) for one in campus.devices],
        "cameras": [
            {"camera_id": lens.camera_id, "seen_as": [{"address": device.address, "channel": lens.number}]}
            for device in campus.devices
            for lens in device.lenses
        ],
    }


def _device(device: Device, since_s: float) -> dict[str, Any]:
    return {
        "address": device.address,
        "port": device.http_port if device.quirks.onvif else device.rtsp_port,
        "kind": "camera",
        "manufacturer": device.manufacturer,
        "model": device.model,
        "firmware": device.firmware,
        "serial": device.serial,
        "mac": device.mac,
        "answers": device.answers,
        "login": device.login,
        "channels": [_channel(device, lens, since_s) for lens in device.lenses],
    }


def _channel(device: Device, lens: Lens, since_s: float) -> dict[str, Any]:
    main = lens.main
    seen = device.quirks.sends_media
    original = enlarged_from(lens, since_s) if seen else None
    return {
        "number": lens.number,
        "name": lens.name,
        "camera_id": lens.camera_id,
        "width": main.width if seen else None,
        "height": main.height if seen else None,
        "codec": main.codec if seen else None,
        "fps": main.fps if seen else None,
        "faults": list(fault_words(lens, since_s)) if seen else [],
        "enlarged_from": list(original) if original else None,
        "recording": None,
    }
