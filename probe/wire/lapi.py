"""Uniview's LAPI, JSON over HTTP: the device, a recorder's channels, its disks, its recorded days. 宇视"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from probe.errors import Malformed, Unsupported
from probe.wire.recorder import Disk, Input, WallTime, plain_mac
from probe.wire.xml_repair import decoded

DEVICE_INFO = "/LAPI/V1.0/System/DeviceInfo"
TIME = "/LAPI/V1.0/System/Time"
CHANNEL_DETAILS = "/LAPI/V1.0/Channels/System/ChannelDetailInfos"
CHANNEL_DEVICES = "/LAPI/V1.0/Channels/System/DeviceInfos"
CONTAINERS = "/LAPI/V1.0/Storage/Containers/DetailInfos"

MOST_BYTES = 4 * 1024 * 1024
MOST_CHANNELS = 1024


@dataclass(frozen=True, slots=True)
class LapiDevice:
    """As the device spells it; a word that it leaves out is empty."""

    name: str
    model: str
    serial: str
    firmware: str


def recorded_days_path(channel: int, year: int, month: int) -> str:
    """Return the request for the days of a month on which `channel`, from 1, was recorded."""
    streams = f"/LAPI/V1.0/Channels/{channel}/Media/Video/Streams/0"
    return f"{streams}/Records/DailyDistribution?Year={year}&Month={month}"


def parse_device(raw: bytes) -> LapiDevice:
    """Return who the device says it is. Raise Malformed when it names neither model nor serial."""
    said = _object(raw, "DeviceInfo")
    device = LapiDevice(
        *(_text(said, name) for name in ("DeviceName", "DeviceModel", "SerialNumber", "FirmwareVersion"))
    )
    if not (device.model or device.serial):
        raise Malformed("LAPI DeviceInfo: neither a model nor a serial")
    return device


def parse_time(raw: bytes) -> WallTime:
    """Return what the recorder's clock shows. Raise Malformed where it tells no time or no zone.

    The time is told as seconds of 1970, the zone as GMT+08:00.
    """
    said = _object(raw, "Time")
    seconds, zone = _whole(said, "DeviceTime"), _ZONE.fullmatch(_text(said, "TimeZone"))
    if seconds is None or zone is None:
        raise Malformed("LAPI Time: neither seconds nor a zone that can be read")
    east_s = (int(zone[2]) * 3600 + int(zone[3] or 0) * 60) * (-1 if zone[1] == "-" else 1)
    try:
        shown = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) + timedelta(seconds=east_s)
    except (ValueError, OverflowError, OSError) as error:
        raise Malformed(f"LAPI Time: {seconds} is no time") from error
    return WallTime(shown, "offset", east_s)


def parse_channel_details(raw: bytes) -> tuple[Input, ...]:
    """Return the channels of a recorder; a row without address, or idle without a camera, `is_slot`."""
    inputs: dict[int, Input] = {}
    for row in _list(raw, "ChannelDetailInfos", "DetailInfos"):
        number = _whole(row, "ID", "ChannelID")
        if number is not None and 1 <= number <= MOST_CHANNELS:
            inputs[number] = _input(number, row)
    return tuple(inputs[number] for number in sorted(inputs))


def with_devices(inputs: tuple[Input, ...], raw: bytes) -> tuple[Input, ...]:
    """Return the channels with model, serial and firmware of Channels/System/DeviceInfos."""
    rows = {_whole(row, "ID", "ChannelID"): row for row in _list(raw, "DeviceInfos", "DeviceInfos")}
    return tuple(_with_device(one, rows.get(one.number, {})) for one in inputs)


def parse_containers(raw: bytes) -> tuple[Disk, ...]:
    """Return the disks, arrays and network stores that are there. Capacities are told in MB of 2^20."""
    said = _object(raw, "Storage/Containers")
    if not any(name.endswith(("List", "Num")) for name in said):
        raise Malformed("LAPI Storage/Containers: no list of disks")
    return tuple(
        disk
        for name, rows in said.items()
        if name.endswith("List") and isinstance(rows, list)
        for row in rows
        if isinstance(row, dict) and (disk := _disk(name.removesuffix("List"), row)) is not None
    )


def parse_recorded_days(raw: bytes, year: int, month: int) -> dict[date, bool]:
    """Return day → whether it has recordings; a word that is neither 0 nor 1 leaves its day out.

    Raise Malformed when there are not as many days told as the month has.
    """
    said = _object(raw, "DailyDistribution").get("DailyStatus")
    length = monthrange(year, month)[1]
    # Some tell 31 days of every month.
    if not isinstance(said, list) or not length <= len(said) <= 31:
        told = len(said) if isinstance(said, list) else "no"
        raise Malformed(f"LAPI DailyDistribution: {told} days for {year}-{month:02}")
    told_of = enumerate((str(one) for one in said[:length]), 1)
    return {date(year, month, day): _IS_RECORDED[word] for day, word in told_of if word in _IS_RECORDED}


_UNSUPPORTED = ("1", "3")
_ONLINE, _IDLE = 1, 2
_NO_DISK = 0
_IS_RECORDED = {"0": False, "1": True, "False": False, "True": True}
_IS_GOOD = {1: False, 3: True, 4: True, 5: False, 7: False}
_STATUS = (
    "no disk",
    "not formatted",
    "formatting",
    "healthy",
    "asleep",
    "abnormal",
    "switching",
    "unmounted",
)


_ZONE = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2})(?::?(\d{2}))?")


def _body(raw: bytes, operation: str) -> dict[str, object]:
    """Return the Response object of an answer. Raise what its ResponseCode means."""
    if len(raw) > MOST_BYTES:
        raise Malformed(f"LAPI {operation}: an answer of {len(raw)} bytes")
    text = decoded(raw)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"LAPI {operation}: {' '.join(text.split())[:60]!r} instead of JSON") from error
    body = document.get("Response") if isinstance(document, dict) else None
    if not isinstance(body, dict):
        raise Malformed(f"LAPI {operation}: JSON without a Response")
    code, status = _text(body, "ResponseCode"), _text(body, "StatusCode")
    if code not in ("", "0") or status not in ("", "0"):
        said = " ".join(dict.fromkeys(_text(body, name) for name in ("ResponseString", "StatusString")))
        sentence = f"LAPI {operation}: {code} {said[:60]}".rstrip()
        # "Not Authorized" is no wrong password here: some recorders answer only the session of a web page.
        if code in _UNSUPPORTED or re.search(r"support|authorized", said, re.IGNORECASE):
            raise Unsupported(sentence)
        raise Malformed(sentence)
    return body


def _object(raw: bytes, operation: str) -> dict[str, object]:
    held = _body(raw, operation).get("Data")
    if not isinstance(held, dict):
        raise Malformed(f"LAPI {operation}: no Data")
    return held


def _list(raw: bytes, operation: str, name: str) -> Iterator[dict[str, object]]:
    rows = _object(raw, operation).get(name)
    if not isinstance(rows, list):
        raise Malformed(f"LAPI {operation}: no {name}")
    return (row for row in rows if isinstance(row, dict))


def _input(number: int, row: Mapping[str, object]) -> Input:
    place = row.get("AddressInfo")
    where = place if isinstance(place, dict) else {}
    address = _text(where, "Address", "IPAddress")
    model, brand = _text(row, "DeviceModel"), _text(row, "Manufacturer")
    name = _text(row, "Name")
    is_camera = address not in ("", "0.0.0.0") or bool(model)  # noqa: S104  what unused slots say
    if not is_camera:
        return Input(number, name, is_slot=True)
    port = _whole(where, "Port")
    protocol = _text(row, "AccessProtocol")
    online = _online(row)
    return Input(
        number=number,
        name=name,
        kind="network" if address else "",
        online=online,
        why_offline=_text(row, "OffReason") if online is False else "",
        address=address,
        port=port if port is not None and 0 < port < 65536 else None,
        protocol="" if protocol.isdigit() else protocol,  # the list of its numbers is not known
        mac=plain_mac(_text(where, "MAC", "MACAddress")),
        model=model,
        brand=brand,
    )


def _online(row: Mapping[str, object]) -> bool | None:
    for name in ("Status", "Online", "ConnectStatus"):
        value = row.get(name)
        if isinstance(value, bool):
            return value
        said = _whole(row, name)
        if said is not None:
            return None if said == _IDLE else said == _ONLINE
    return None


def _with_device(one: Input, row: Mapping[str, object]) -> Input:
    serial, firmware = _text(row, "SerialNumber"), _text(row, "FirmwareVersion")
    model = _text(row, "DeviceModel")
    if one.is_slot and not serial:
        return one
    return replace(
        one,
        model=one.model or model,
        serial=serial or one.serial,
        firmware=firmware or one.firmware,
        is_slot=False,
    )


def _disk(group: str, row: Mapping[str, object]) -> Disk | None:
    status = _whole(row, "Status")
    if status == _NO_DISK:
        return None
    word = _STATUS[status] if status is not None and status < len(_STATUS) else _text(row, "Status")
    ident = _text(row, "ID")
    capacity, free = (_whole(row, name) for name in ("TotalCapacity", "RemainCapacity"))
    return Disk(
        id=f"{group} {ident}".strip(),
        name=_text(row, "Manufacturer", "Name"),
        kind="nas" if group.lower().startswith("nas") else "raid" if group.lower() == "array" else "local",
        status=word,
        is_good=_IS_GOOD.get(status) if status is not None else None,
        capacity_mib=capacity,
        free_mib=free,
    )


def _text(row: Mapping[str, object], *names: str) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return " ".join(str(value).split())
    return ""


def _whole(row: Mapping[str, object], *names: str) -> int | None:
    said = _text(row, *names)
    return int(said) if re.fullmatch(r"\d{1,15}", said) else None
