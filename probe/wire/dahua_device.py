"""What a Dahua device says of itself: who it is, its clock, its network, its disks, how it records. 大华"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.dahua_table import Table, first, flag, rows, wall_time, whole
from probe.wire.recorder import Disk, Track, WallTime, plain_mac

SYSTEM_INFO = "/cgi-bin/magicBox.cgi?action=getSystemInfo"
VERSION = "/cgi-bin/magicBox.cgi?action=getSoftwareVersion"
CURRENT_TIME = "/cgi-bin/global.cgi?action=getCurrentTime"
STORAGE = "/cgi-bin/storageDevice.cgi?action=getDeviceAllInfo"
CONFIG = "/cgi-bin/configManager.cgi?action=getConfig&name={}"


@dataclass(frozen=True, slots=True)
class SystemInfo:
    """As the device spells it; a word that it leaves out is empty."""

    device_type: str
    update_serial: str
    serial: str
    processor: str

    @property
    def model(self) -> str:
        """The model, or its family: recorders say 31 or nothing where cameras name their type."""
        names_it = not self.device_type.isdigit() and self.device_type.lower() not in _GENERIC
        return self.device_type if names_it else self.update_serial or self.device_type


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """`mac` is aa:bb:cc:dd:ee:ff in lower case, or empty when it is none."""

    name: str
    address: str
    mask: str
    gateway: str
    mac: str
    has_dhcp: bool | None


def system_info_of(table: Table) -> SystemInfo:
    """Return who the device says it is. Raise Malformed when it names neither a type nor a serial."""
    said = {key.lower(): value for key, value in table.items()}
    if not said.keys() & {"devicetype", "updateserial", "serialnumber"}:
        raise Malformed(f"CGI getSystemInfo: {_shown(table)} instead of a type or a serial")
    device_type, update, serial, processor = (
        said.get(key, "") for key in ("devicetype", "updateserial", "serialnumber", "processor")
    )
    return SystemInfo(device_type, update, serial, processor)


def device_type_of(table: Table) -> str:
    return _one(table, "getDeviceType", "type")


def serial_of(table: Table) -> str:
    return _one(table, "getSerialNo", "sn")


def version_of(table: Table) -> str:
    """Return the firmware as `2.800.0000.1.R,build:2020-01-31`; the date may stand on a line of its own."""
    said = {key.lower(): value for key, value in table.items()}
    version = first(said, "version", "version.version")
    built = first(said, "build", "builddate", "version.builddate")
    if not version:
        raise Malformed(f"CGI getSoftwareVersion: {_shown(table)} instead of a version")
    return f"{version},build:{built}" if built else version


def time_of(table: Table) -> WallTime:
    """Return what the device's clock shows. Raise Malformed when it shows no time."""
    said = _one(table, "getCurrentTime", "result", "time")
    shown = wall_time(said)
    if shown is None:
        raise Malformed(f"CGI getCurrentTime: {said[:40]!r} is no time")
    return shown


def network_cards_of(table: Table) -> tuple[NetworkCard, ...]:
    """Return the cards of the table Network, in its order; those without address and MAC are left out."""
    cards: dict[str, dict[str, str]] = {}
    for key, value in table.items():
        if found := _CARD.fullmatch(key):
            cards.setdefault(found[1], {})[found[2].lower()] = value
    read = (
        NetworkCard(
            name=name,
            address=card.get("ipaddress", ""),
            mask=card.get("subnetmask", ""),
            gateway=card.get("defaultgateway", ""),
            mac=plain_mac(card.get("physicaladdress", "")),
            has_dhcp=flag(card.get("dhcpenable")),
        )
        for name, card in cards.items()
    )
    return tuple(card for card in read if card.address or card.mac)


def disks_of(table: Table) -> tuple[Disk, ...]:
    """Return the disks of getDeviceAllInfo, whose keys differ: they are told by their last words.

    Raise Malformed when the answer speaks of none: a device without disks refuses.
    """
    disks: dict[str, dict[str, str]] = {}
    for key, value in table.items():
        if found := _DISK.fullmatch(key):
            place = f"{found[2]}." if found[2] else ""
            disks.setdefault(found[1], {})[f"{place}{found[3].lower()}"] = value
    if not disks:
        raise Malformed(f"CGI getDeviceAllInfo: {_shown(table)} instead of disks")
    return tuple(disk for said in disks.values() if (disk := _disk(said)) is not None)


def tracks_of(modes: Table, plans: Table | None = None, expiry_days: int | None = None) -> tuple[Track, ...]:
    """Return how each channel is set to record, by the tables RecordMode and, where it was read, Record."""
    by_plan = {index: _planned(plan) for index, plan in rows(plans or {}, "Record").items()}
    read = rows(modes, "RecordMode")
    if not read:
        raise Malformed(f"CGI RecordMode: {_shown(modes)} instead of the channels")
    return tuple(_track(index, _mode_of(row), by_plan.get(index), expiry_days) for index, row in read.items())


def hold_days_of(table: Table) -> int | None:
    """Return the days after which recordings are deleted, of StorageGlobal or StorageGroup; None: no such."""
    held = {whole(value) for key, value in table.items() if key.rpartition(".")[2].lower() == "fileholdtime"}
    days = {one for one in held if one}
    return days.pop() if len(days) == 1 else None


_GENERIC = {"", "ip camera", "ipc", "ip dome", "camera", "unknown"}
_CARD = re.compile(
    r"Network\.([\w:-]+)\.(IPAddress|SubnetMask|DefaultGateway|PhysicalAddress|DhcpEnable)", re.IGNORECASE
)
_DISK = re.compile(
    r"((?:[A-Za-z]+\.)*[A-Za-z]+\[\d{1,3}\])\.(?:(Detail\[\d{1,3}\])\.)?"
    r"(Name|State|Status|Type|IsError|Path|TotalBytes|UsedBytes|FreeBytes|Capacity)",
    re.IGNORECASE,
)
_GOOD_STATES = {"success", "normal", "running", "active", "ok", "online", "good", "ready", "sleep"}
_BAD_STATES = {"failure", "failed", "error", "abnormal", "degraded", "unformatted", "offline", "bad", "fault"}
_NO_DISK = {"notexist", "nodisk", "none", "removed", "empty"}
_MIB = 1024 * 1024


def _disk(said: Mapping[str, str]) -> Disk | None:
    state = first(said, "state", "status")
    if state.lower().replace(" ", "") in _NO_DISK:
        return None
    parts = sorted({key.partition(".")[0] for key in said if "." in key})
    totals = {part: whole(said.get(f"{part}.totalbytes", "")) for part in parts}
    sizes = [size for size in totals.values() if size is not None]
    own = whole(said.get("totalbytes", ""))
    capacity = sum(sizes) if sizes else own
    name = first(said, "name", "path") or next(
        (path for part in parts if (path := said.get(f"{part}.path", ""))), ""
    )
    return Disk(
        id=name,
        name=name,
        kind=_kind(name, said.get("type", "")),
        status=state,
        is_good=_is_good(state, [flag(value) for key, value in said.items() if key.endswith("iserror")]),
        capacity_mib=capacity // _MIB if capacity is not None else None,
        free_mib=_free_mib(said, totals),
    )


def _is_good(state: str, errors: list[bool | None]) -> bool | None:
    if any(errors) or state.lower() in _BAD_STATES:
        return False
    is_sound = state.lower() in _GOOD_STATES or (not state and False in errors)
    return True if is_sound else None


def _free_mib(said: Mapping[str, str], totals: Mapping[str, int | None]) -> int | None:
    """Return what is free when every part that tells its size tells what is used of it."""
    free = 0
    counted = {f"{part}.": total for part, total in totals.items() if total is not None}
    counted = counted or ({"": own} if (own := whole(said.get("totalbytes", ""))) is not None else {})
    for place, total in counted.items():
        used = whole(said.get(f"{place}usedbytes", ""))
        if used is None or used > total:
            return None
        free += total - used
    return free // _MIB if counted else None


def _kind(name: str, kind: str) -> str:
    # An array may be seen as its one device /dev/md0 only.
    if "raid" in kind.lower() or re.search(r"/md\d", name):
        return "raid"
    return (
        "nas" if name.startswith("//") or re.search(r"nas|iscsi|nfs", f"{kind} {name}".lower()) else "local"
    )


def _mode_of(row: Mapping[str, str]) -> str:
    """Return the main stream's mode, or the sub-stream's where that alone is recorded, to save room."""
    main, sub = row.get("mode", ""), row.get("modeextra1", "")
    return sub if main == "2" and sub in ("0", "1") else main


def _track(index: int, mode: str, planned: str | None, expiry_days: int | None) -> Track:
    number, ident = index + 1, str(index)
    match mode:
        case "0" | "Auto" | "auto":  # by the plan
            match planned:
                case "continuous" | "motion" | "off" as known:
                    return Track(number, ident, known != "off", known, expiry_days)
                case _:
                    return Track(number, ident, True, "schedule", expiry_days)
        case "1":  # by hand, which is always
            return Track(number, ident, True, "continuous", expiry_days)
        case "2":
            return Track(number, ident, False, "off", expiry_days)
        case _:
            return Track(number, ident, None, "", expiry_days)


def _planned(plan: Mapping[str, str]) -> str:
    """Return what a week of `TimeSection[day][0]=1 00:00:00-23:59:59` amounts to."""
    days: dict[int, list[tuple[int, int, int]]] = {}
    for key, value in plan.items():
        place, section = _SECTION_KEY.fullmatch(key), _SECTION.fullmatch(value)
        if place and section and int(place[1]) < 7:  # the eighth day is the holiday's
            mask, *clock = (int(part) for part in section.groups())
            start, end = (clock[at] * 3600 + clock[at + 1] * 60 + clock[at + 2] for at in (0, 3))
            days.setdefault(int(place[1]), []).append((mask, start, end))
    if not days:
        return ""
    masks = [mask for sections in days.values() for mask, start, end in sections if end > start]
    if len(days) == 7 and all(_is_whole_day(sections) for sections in days.values()):
        return "continuous"
    if any(mask & _REGULAR for mask in masks):
        return "schedule"
    return "motion" if any(masks) else "off"


def _is_whole_day(sections: list[tuple[int, int, int]]) -> bool:
    reached = 0
    for mask, start, end in sorted(sections, key=lambda section: section[1]):
        if mask & _REGULAR and start <= reached + 60:
            reached = max(reached, end)
    return reached >= 24 * 3600 - 60


_REGULAR = 1  # bit 1 is motion, bit 2 alarm, bit 3 a card
_SECTION_KEY = re.compile(r"timesection\[(\d)\]\[\d{1,2}\]")
_SECTION = re.compile(r"(\d{1,5}) +(\d{1,2}):(\d{2}):(\d{2}) *- *(\d{1,2}):(\d{2}):(\d{2})")


def _one(table: Table, operation: str, *names: str) -> str:
    for name in names:
        if name in table:
            return table[name]
    raise Malformed(f"CGI {operation}: {_shown(table)} instead of {names[0]}=")


def _shown(table: Table) -> str:
    return repr(" ".join(list(table)[:3])[:80])
