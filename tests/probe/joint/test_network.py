"""The hardware address and DHCP by the maker's own protocol, where ONVIF is off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest

from probe.errors import AuthRefused, Unsupported
from probe.joint import network
from probe.model import Io, Measured, Reading, Target

TARGET = Target("10.0.0.9")
WHO = (
    b"<DeviceInfo><model>DS-7816N</model><deviceType>NVR</deviceType><macAddress>%s</macAddress></DeviceInfo>"
)
CARDS = (
    b"<NetworkInterfaceList><NetworkInterface><id>1</id><IPAddress><addressingType>static</addressingType>"
    b"<ipAddress>192.168.254.1</ipAddress></IPAddress><Link><MACAddress>ec:71:db:00:00:01</MACAddress></Link>"
    b"</NetworkInterface><NetworkInterface><id>2</id><IPAddress><addressingType>dynamic</addressingType>"
    b"<ipAddress>10.0.0.9</ipAddress></IPAddress><Link><MACAddress>ec:71:db:00:00:02</MACAddress></Link>"
    b"</NetworkInterface></NetworkInterfaceList>"
)
DAHUA = b"deviceType=31\r\nserialNumber=S\r\nupdateSerial=DH-NVR5216\r\n"
TABLE = (
    b"table.Network.eth0.IPAddress=10.0.0.9\r\ntable.Network.eth0.PhysicalAddress=ec:71:db:00:00:03\r\n"
    b"table.Network.eth0.DhcpEnable=true\r\n"
)


@dataclass
class Device:
    """ONVIF is off; the pages are the maker's."""

    pages: Mapping[str, bytes]
    refusal: Exception | None = None

    async def once(self, _: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        return await fetch()

    async def soap(self, _service: str, operation: str, _body: str = "") -> Any:  # noqa: ANN401
        raise self.refusal or Unsupported(operation)

    async def usual_stream(self) -> None:
        raise Unsupported("no video")

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        del fresh
        found = next((page for name, page in self.pages.items() if name in path), None)
        if found is None:
            raise Unsupported(path)
        return found

    async def post(self, path: str, _body: bytes) -> bytes:
        raise Unsupported(path)


async def read(device: Device) -> dict[str, object]:
    readings: Mapping[str, Reading] = await network.PROBE.measure(TARGET, cast("Io", device))
    return {name: one.value if isinstance(one, Measured) else None for name, one in readings.items()}


async def test_the_card_of_the_address_that_answered_is_read_by_isapi() -> None:
    device = Device({"System/deviceInfo": WHO % b"ec:71:db:00:00:01", "Network/interfaces": CARDS})
    assert await read(device) == {"mac": "EC:71:DB:00:00:02", "dhcp": True}


async def test_without_a_list_of_cards_the_device_itself_names_its_address() -> None:
    device = Device({"System/deviceInfo": WHO % b"ec:71:db:00:00:01"})
    assert await read(device) == {"mac": "EC:71:DB:00:00:01", "dhcp": None}


async def test_the_card_is_read_by_dahuas_cgi() -> None:
    device = Device({"action=getSystemInfo": DAHUA, "name=Network": TABLE})
    assert await read(device) == {"mac": "EC:71:DB:00:00:03", "dhcp": True}


async def test_a_refused_login_is_not_tried_at_another_door() -> None:
    device = Device({"System/deviceInfo": WHO % b"ec:71:db:00:00:01"}, AuthRefused("no"))
    with pytest.raises(AuthRefused):
        await read(device)
