"""The hardware address, from the device or our own neighbour table, and how it gets its IP. MAC 地址、DHCP"""

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
        mac = Measured(elsewhere.value, f"{elsewhere.detail}; {error}")
        return {"mac": mac, "dhcp": NotMeasured(error.gap, str(error))}

    own = _own(interfaces, target.address)
    if own is None:
        none = NotMeasured(Gap.UNSUPPORTED, "no interface has a real address")
        return {"mac": _from_elsewhere(target) or none, "dhcp": none}
    return {"mac": Measured(own.mac), "dhcp": said_of_dhcp(own.has_dhcp)}


def said_of_dhcp(has_dhcp: bool | None, detail: str = "") -> Reading:
    """Return how the address is set, where the device says so."""
    if has_dhcp is None:
        return NotMeasured(Gap.UNSUPPORTED, "it does not say how it gets its address")
    return Measured(has_dhcp, detail)


def _own(interfaces: tuple[NetworkInterface, ...], address: str) -> NetworkInterface | None:
    def rank(one: NetworkInterface) -> tuple[bool, bool]:
        return all(entry.partition("/")[0] != address for entry in one.ipv4), not one.enabled

    return min((one for one in interfaces if one.mac), key=rank, default=None)


def _from_elsewhere(target: Target) -> Measured | None:
    if mac := normal_mac(target.mac):
        return Measured(mac, "from the neighbour table")
    for scope in target.scopes:
        found = re.search(r"/mac(?:addr(?:ess)?)?/([0-9A-Fa-f:.-]{12,17})$", scope, re.IGNORECASE)
        if found and (mac := normal_mac(found[1])):
            return Measured(mac, "from its discovery scopes")
    return None


PROBE = Probe(id="onvif.network", metrics=("mac", "dhcp"), seconds=15.0, measure=measure)
