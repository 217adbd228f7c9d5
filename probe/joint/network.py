"""The device's hardware address: by ONVIF or our own neighbours, or by its maker's protocol. MAC 地址"""

from __future__ import annotations

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential
from probe.joint.identity import fetch_by_maker
from probe.model import Io, Measured, Probe, Reading, Target
from probe.onvif import network
from probe.wire.onvif_device import normal_mac


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    try:
        return await network.measure(target, io)
    except (AuthRefused, Locked, NoCredential):
        raise  # another door is no second try
    except DeviceError as error:
        try:
            mac = normal_mac((await fetch_by_maker(io)).mac)
        except DeviceError:
            mac = ""
        if not mac:
            raise
        return {"mac": Measured(mac, f"by its maker's protocol; ONVIF: {error}")}


PROBE: Probe[Target] = Probe(id="onvif.network", metrics=network.PROBE.metrics, seconds=30.0, measure=measure)
