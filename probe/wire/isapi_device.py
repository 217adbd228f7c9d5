"""What a Hikvision device says of itself by ISAPI: who it is, its clock, network, disks and GB28181 codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from probe.errors import Malformed
from probe.wire.isapi_xml import all_of, child_of, flag_of, number_of, opened, text_of, whole_of
from probe.wire.recorder import Disk, WallTime, parse_wall_time, plain_mac
from probe.wire.soap import Node


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the device says it is; empty is what it does not say. `kind` is its deviceType: NVR, IPCamera."""

    name: str
    kind: str
    model: str
    serial: str
    mac: str
    firmware: str
    built: str  # the firmware's date as it stands: "build 240108"
    manufacturer: str

    @property
    def records_others(self) -> bool:
        """Whether it calls itself a recorder: NVR, DVR, HybirdNVR, CVR."""
        return bool(re.search(r"[ndcx]vr\b", self.kind, re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Status:
    clock: WallTime | None
    uptime_s: int | None


@dataclass(frozen=True, slots=True)
class Clock:
    """`zone` as it was written; `offset_s` is how far standard time is east of UTC, None where not said."""

    now: WallTime
    mode: str  # manual, NTP
    zone: str
    offset_s: int | None
    has_summer_time: bool


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; 0.0.0.0 is empty."""

    address: str
    mask: str
    gateway: str
    mac: str
    by_dhcp: bool | None


@dataclass(frozen=True, slots=True)
class Platform:
    """A GB28181 platform that the device is set to register with. Codes are 20 digits or empty."""

    enabled: bool | None
    address: str
    port: int | None
    server_code: str
    server_domain: str
    device_code: str
    registered: bool | None
    channel_codes: dict[int, str] = field(default_factory=dict)  # where they are told here


def parse_identity(raw: bytes) -> Identity:
    """Return what /ISAPI/System/deviceInfo says."""
    root = opened(raw, "deviceInfo", "deviceinfo")
    return Identity(
        name=text_of(root, "devicename"),
        kind=text_of(root, "devicetype"),
        model=text_of(root, "model"),
        serial=text_of(root, "serialnumber"),
        mac=plain_mac(text_of(root, "macaddress")),
        firmware=text_of(root, "firmwareversion"),
        built=text_of(root, "firmwarereleaseddate"),
        manufacturer=text_of(root, "manufacturer"),
    )


def parse_status(raw: bytes) -> Status:
    """Return what /ISAPI/System/status says of the clock and of the time since the last start."""
    root = opened(raw, "System/status", "devicestatus")
    return Status(_time_or_none(text_of(root, "currentdevicetime")), whole_of(root, "deviceuptime"))


def parse_clock(raw: bytes) -> Clock:
    """Return what /ISAPI/System/time says. Raise Malformed when it gives no time."""
    root = opened(raw, "System/time", "time")
    zone = text_of(root, "timezone")
    return Clock(
        now=parse_wall_time(text_of(root, "localtime")),
        mode=text_of(root, "timemode"),
        zone=zone,
        offset_s=posix_offset_s(zone),
        has_summer_time="DST" in zone.upper() or "," in zone,
    )


def posix_offset_s(zone: str) -> int | None:
    """Return how far east of UTC a POSIX zone lies, in seconds: CST-8:00:00 is 28 800. None: unreadable."""
    found = _POSIX.match(zone.strip())
    if found is None:
        return None
    sign, hours, minutes, seconds = found.groups()
    west_s = int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    # POSIX counts what has to be added to reach UTC: its minus is east.
    return west_s if sign == "-" else -west_s


def parse_interfaces(raw: bytes) -> tuple[Interface, ...]:
    """Return what /ISAPI/System/Network/interfaces says, the first interface first."""
    root = opened(raw, "Network/interfaces", "networkinterfacelist", "networkinterface")
    rows = [root] if root.name.lower() == "networkinterface" else all_of(root, "networkinterface")
    return tuple(_interface(row) for row in rows)


def parse_disks(raw: bytes) -> tuple[Disk, ...]:
    """Return the disks of /ISAPI/ContentMgmt/Storage or its hdd and nas lists, ghosts left out."""
    root = opened(raw, "ContentMgmt/Storage", "storage", "hddlist", "naslist", "hdd", "nas")
    own = (root,) if root.name.lower() in ("hdd", "nas") else ()
    rows = [*own, *all_of(root, "hdd"), *all_of(root, "ssd"), *all_of(root, "nas")]
    return tuple(disk for row in rows if (disk := _disk(row)) is not None)


def parse_platforms(raw: bytes) -> tuple[Platform, ...]:
    """Return the GB28181 platforms of /ISAPI/System/Network/SIP; other SIP servers are left out."""
    root = opened(raw, "Network/SIP", "sipserverlist", "sipserver")
    rows = [root] if root.name.lower() == "sipserver" else all_of(root, "sipserver")
    return tuple(
        _platform(standard, row) for row in rows if (standard := child_of(row, "gb28181")) is not None
    )


def parse_channel_codes(raw: bytes) -> dict[int, str]:
    """Return channel → GB28181 code of /ISAPI/System/Network/SIP/1/SIPInfo, without the unset ones."""
    root = opened(raw, "SIP/1/SIPInfo", "sipinfo", "sipserver", "sipserverlist", "videoinputlist")
    if not any(all_of(root, "videoinput")):
        raise Malformed("ISAPI SIP/1/SIPInfo: it lists no video input")
    return _channel_codes(root)


_POSIX = re.compile(r"[A-Za-z]{1,8}([+-]?)(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}))?(?![\d:])", re.ASCII)
_GHOSTS = ("notexist", "none", "empty", "noexist")
_GOOD = ("ok", "normal", "idle", "sleeping", "sleep", "hibernating")
_BAD = (
    "error",
    "abnormal",
    "unformatted",
    "uninitialized",
    "mismatch",
    "offline",
    "smartfailed",
    "damaged",
    "badblock",
    "lost",
)
_REGISTERED = {"true": True, "1": True, "registered": True, "online": True, "registersuccess": True}
_UNREGISTERED = ("false", "0", "unregistered", "notregistered", "offline", "registerfailed")


def _time_or_none(said: str) -> WallTime | None:
    try:
        return parse_wall_time(said)
    except Malformed:
        return None


def _interface(row: Node) -> Interface:
    how = text_of(row, "ipaddress", "addressingtype").lower()
    return Interface(
        address=_address(row, "ipaddress", "ipaddress"),
        mask=_address(row, "ipaddress", "subnetmask"),
        gateway=_address(row, "ipaddress", "defaultgateway", "ipaddress"),
        mac=plain_mac(text_of(row, "link", "macaddress")),
        by_dhcp={"dynamic": True, "dhcp": True, "static": False}.get(how),
    )


def _address(row: Node, *path: str) -> str:
    said = text_of(row, *path)
    return "" if said == "0.0.0.0" else said  # noqa: S104  what a device writes for "none"


def _disk(row: Node) -> Disk | None:
    is_nas = row.name.lower() == "nas"
    status = text_of(row, "status")
    word = re.sub(r"[\s_-]", "", status).lower()
    capacity = whole_of(row, "capacity", most=_MOST_MIB)
    free = whole_of(row, "freespace", most=_MOST_MIB)
    # A bay whose disk was taken out stays as a row, with the serial of the disk that is gone.
    if word in _GHOSTS or not (word or capacity):
        return None
    how = text_of(row, "nastype" if is_nas else "hddtype").lower()
    return Disk(
        id=text_of(row, "id"),
        name=_nas_name(row) if is_nas else text_of(row, "hddname"),
        kind="nas" if is_nas or how in _REMOTE else "raid" if "raid" in how or how in _ARRAYS else "local",
        status=status,
        is_good=True if word in _GOOD else False if word in _BAD else None,
        capacity_mib=capacity,
        free_mib=None if free is None or (capacity is not None and free > capacity) else free,
    )


def _nas_name(row: Node) -> str:
    address, path = _address(row, "ipaddress") or text_of(row, "hostname"), text_of(row, "path")
    return f"{address}:{path}" if address else text_of(row, "nasname") or path


_MOST_MIB = 2**34  # 16 PiB
_REMOTE = ("nfs", "nas", "iscsi", "smb", "cifs", "smb/cifs", "ipsan", "ip san")
_ARRAYS = ("array", "virtual disk", "vd")


def _platform(standard: Node, row: Node) -> Platform:
    word = re.sub(r"[\s_-]", "", _registration(standard) or _registration(row)).lower()
    return Platform(
        enabled=flag_of(standard, "enabled"),
        address=_address(standard, "registrar") or _address(standard, "ipaddress"),
        port=whole_of(standard, "registrarport", least=1, most=65535),
        server_code=_gb_code(text_of(standard, "serverid")),
        server_domain=text_of(standard, "serverdomain"),
        device_code=next((code for said in _identities(standard) if (code := _gb_code(said))), ""),
        registered=_REGISTERED.get(word, False if word in _UNREGISTERED else None),
        channel_codes=_channel_codes(row),
    )


def _registration(node: Node) -> str:
    return text_of(node, "registerstatus") or text_of(node, "registered")


def _identities(standard: Node) -> Iterator[str]:
    # Hikvision registers with authID as its own code; userName is a name for people on some.
    for name in ("authid", "deviceid", "username"):
        yield text_of(standard, name)


def _channel_codes(node: Node) -> dict[int, str]:
    codes: dict[int, str] = {}
    for row in all_of(node, "videoinput"):
        number, code = number_of(row, "id"), _gb_code(text_of(row, "videoinputid"))
        if number is not None and code:
            codes.setdefault(number, code)
    return codes


def _gb_code(said: str) -> str:
    return said if re.fullmatch(r"[0-9]{20}", said) else ""
