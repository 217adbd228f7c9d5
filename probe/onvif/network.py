"""The device's hardware address, from itself or from our own neighbour table. MAC 地址"""

from __future__ import annotations

import re

from probe.errors import DeviceError
from probe.model import Gap, Io, Measured, NotMeasured, Probe, Reading, Target
from probe.wire.onvif_device import NetworkInterface, normal_mac, parse_network_interfaces


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    try:
        interfaces = parse_network_interfaces(await io.soap("device", "GetNetworkInterfaces"))
    except DeviceError as error:
        elsewhere = _from_elsewhere(target)
        if elsewhere is None:
            raise
        return {"mac": Measured(elsewhere.value, f"{elsewhere.detail}; {error}")}

    own = _own(interfaces, target.address)
    if own:
        return {"mac": Measured(own)}
    return {"mac": _from_elsewhere(target) or NotMeasured(Gap.UNSUPPORTED, "no interface has a real address")}


def _own(interfaces: tuple[NetworkInterface, ...], address: str) -> str:
    real = [one for one in interfaces if one.mac]

    def rank(one: NetworkInterface) -> tuple[bool, bool]:
        return all(entry.partition("/")[0] != address for entry in one.ipv4), not one.enabled

    return min(real, key=rank).mac if real else ""


def _from_elsewhere(target: Target) -> Measured | None:
    if mac := normal_mac(target.mac):
        return Measured(mac, "from the neighbour table")
    for scope in target.scopes:
        found = re.search(r"/mac(?:addr(?:ess)?)?/([0-9A-Fa-f:.-]{12,17})$", scope, re.IGNORECASE)
        if found and (mac := normal_mac(found[1])):
            return Measured(mac, "from its discovery scopes")
    return None


PROBE = Probe(id="onvif.network", metrics=("mac",), seconds=15.0, measure=measure)
