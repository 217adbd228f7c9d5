"""What an ONVIF device says about itself: clock, identity, services, network, scopes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from probe.errors import Malformed
from probe.wire.soap import Node, Reply

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
DEVICEIO = "http://www.onvif.org/ver10/deviceIO/wsdl"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"

GET_SERVICES = "<tds:IncludeCapability>false</tds:IncludeCapability>"
GET_CAPABILITIES = "<tds:Category>All</tds:Category>"


@dataclass(frozen=True, slots=True)
class DeviceInformation:
    """As the device spells it; missing words are empty, placeholders are left in."""

    manufacturer: str
    model: str
    firmware: str
    serial: str
    hardware_id: str


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """`mac` as AA:BB:CC:DD:EE:FF, or empty when it is none; `ipv4` as address/prefix.

    `has_dhcp`: whether its IPv4 address is handed out to it; None where that is not said.
    """

    token: str
    enabled: bool
    mac: str
    ipv4: tuple[str, ...]
    has_dhcp: bool | None = None


def parse_utc_time(reply: Reply) -> datetime:
    """Return the device's UTC time. Raise Malformed if it gives none that can be one."""
    stamp = reply.find("UTCDateTime")
    if stamp is None:
        raise Malformed("no UTCDateTime")
    year, month, day = (_number(stamp, "Date", part) for part in ("Year", "Month", "Day"))
    hour, minute, second = (_number(stamp, "Time", part) for part in ("Hour", "Minute", "Second"))
    try:
        # Hikvision is known to send 0000-00-00 dates (home-assistant onvif/parsers.py).
        date = datetime(year, month, day, tzinfo=UTC)
        # And others 00:61:16, which means one minute past one (onvif-zeep-async types.py).
        return date + timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"UTCDateTime {year}-{month}-{day}: {error}") from error


def parse_device_information(reply: Reply) -> DeviceInformation:
    """Return who the device says it is. Raise Malformed when the answer is about something else."""
    body = reply.find("GetDeviceInformationResponse")
    if body is None:
        raise Malformed("no GetDeviceInformationResponse")
    return DeviceInformation(
        manufacturer=body.text("Manufacturer"),
        model=body.text("Model"),
        firmware=body.text("FirmwareVersion"),
        serial=body.text("SerialNumber"),
        hardware_id=body.text("HardwareId"),
    )


def parse_services(reply: Reply) -> dict[str, str]:
    """Return namespace → XAddr of GetServices. Compare whole namespaces: Media2 is often listed first."""
    services: dict[str, str] = {}
    for service in reply.findall("Service"):
        namespace = service.text("Namespace").rstrip("/")
        if namespace:
            services.setdefault(namespace, service.text("XAddr"))
    return services


def parse_capabilities(reply: Reply) -> dict[str, str]:
    """Return namespace → XAddr of GetCapabilities, for the services that we know a namespace of."""
    capabilities = reply.find("Capabilities")
    if capabilities is None:
        return {}
    return {
        _NAMESPACES[name]: xaddr for name, xaddr in _xaddrs(capabilities) if name in _NAMESPACES and xaddr
    }


def parse_network_interfaces(reply: Reply) -> tuple[NetworkInterface, ...]:
    return tuple(
        NetworkInterface(
            token=one.get("token"),
            enabled=one.text("Enabled").lower() != "false",
            mac=normal_mac(one.text("HwAddress")),
            ipv4=tuple(_ipv4(one)),
            has_dhcp=_has_dhcp(one),
        )
        for one in reply.findall("NetworkInterfaces")
    )


def parse_scopes(reply: Reply) -> tuple[str, ...]:
    """Return the scopes in their order, each once. Some put them all into one element."""
    items = (word for scope in reply.findall("Scopes") for word in _scope_words(scope))
    return tuple(dict.fromkeys(items))


def normal_mac(text: str) -> str:
    """Return AA:BB:CC:DD:EE:FF, or an empty string for what is no address of one real interface."""
    digits = re.sub(r"[\s:.-]", "", text).upper()
    if not re.fullmatch(r"[0-9A-F]{12}", digits):
        return ""
    # 00:00:.. and ff:ff:.. stand for "none"; an odd first byte is a group address.
    if len(set(digits)) == 1 or int(digits[1], 16) & 1:
        return ""
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


_NAMESPACES = {
    "Device": DEVICE,
    "Media": MEDIA,
    "Media2": MEDIA2,
    "DeviceIO": DEVICEIO,
    "Events": "http://www.onvif.org/ver10/events/wsdl",
    "Imaging": "http://www.onvif.org/ver20/imaging/wsdl",
    "PTZ": PTZ,
    "Analytics": "http://www.onvif.org/ver20/analytics/wsdl",
    "Recording": "http://www.onvif.org/ver10/recording/wsdl",
    "Search": "http://www.onvif.org/ver10/search/wsdl",
    "Replay": "http://www.onvif.org/ver10/replay/wsdl",
    "Receiver": "http://www.onvif.org/ver10/receiver/wsdl",
    "Display": "http://www.onvif.org/ver10/display/wsdl",
}


def _xaddrs(node: Node) -> Iterator[tuple[str, str]]:
    for child in node.children():
        if child.name in ("Extension", "Extensions"):
            yield from _xaddrs(child)
        else:
            yield child.name, child.text("XAddr")


def _number(stamp: Node, *names: str) -> int:
    text = stamp.text(*names)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise Malformed(f"UTCDateTime: {names[-1]} is {text[:20]!r}")
    return int(text)


def _ipv4(interface: Node) -> Iterator[str]:
    # Manual, LinkLocal and FromDHCP, in the device's own order.
    for config in interface.findall("Config"):
        for entry in config.children():
            address = entry.text("Address")
            if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", address):
                yield f"{address}/{entry.text('PrefixLength') or '32'}"


def _has_dhcp(interface: Node) -> bool | None:
    for ipv4 in interface.findall("IPv4"):
        for config in ipv4.findall("Config"):
            said = {"true": True, "1": True, "false": False, "0": False}.get(config.text("DHCP").lower())
            if said is not None:
                return said
    return None


def _scope_words(scope: Node) -> list[str]:
    item = scope.text("ScopeItem")
    # A blank inside one scope (a name that is not percent-encoded) is not a border; a new scheme is.
    return [part.strip() for part in re.split(r"\s+(?=\w+:(?://)?)", item) if part.strip()]
