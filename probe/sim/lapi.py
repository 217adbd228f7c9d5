"""Uniview's LAPI inside a simulated recorder: JSON of the device, its channels, disks and recorded days."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from probe.sim.http import Request, Response
from probe.sim.model import Marks
from probe.sim.recorder import Archive, Channel, HardDisk

_DAYS = re.compile(r"/LAPI/V1\.0/Channels/(\d+)/Media/Video/Streams/\d/Records/DailyDistribution")
_OFF, _ON, _IDLE = 0, 1, 2
_WHY = {"unreachable": "netUnreachable", "password": "userOrPasswordError", "no-video": "noVideo"}
_DISK = {"missing": 0, "good": 3, "asleep": 4, "bad": 5}


class Lapi:
    """Answers everything below /LAPI/ to requests with a good login."""

    def __init__(self, archive: Archive, marks: Marks) -> None:
        self._archive = archive
        self._marks = marks
        self._device = archive.device
        self._recorder = archive.recorder
        self._pages: Mapping[str, Callable[[], object]] = {
            "/LAPI/V1.0/System/DeviceInfo": self._identity,
            "/LAPI/V1.0/System/Time": self._time,
            "/LAPI/V1.0/Channels/System/ChannelDetailInfos": self._channels,
            "/LAPI/V1.0/Channels/System/DeviceInfos": self._cameras,
            "/LAPI/V1.0/Storage/Containers/DetailInfos": self._disks,
        }

    def owns(self, request: Request) -> bool:
        return request.path.startswith("/LAPI/")

    def answer(self, request: Request) -> Response:
        if request.method != "GET":
            self._marks.changes_asked += 1
            return self._refused(request)
        if days := _DAYS.fullmatch(request.path):
            return self._days(request, int(days[1]))
        page = self._pages.get(request.path)
        if page is not None:
            is_list = request.path.endswith("/ChannelDetailInfos")
            return _told(request, page(), is_cut=is_list and self._recorder.ills.list_cut)
        if request.path.startswith("/LAPI/V1.0/"):
            return self._refused(request)
        # Other versions: a page that says 404 and breaks off.
        return Response(404, b"<html><body><h1>404 Not Found</h1></body></html>\n" * 8, is_cut=True)

    def _refused(self, request: Request) -> Response:
        return _told(request, None, code=1, said="Not Supported", status=599)

    def _identity(self) -> object:
        device = self._device
        return {
            "DeviceName": "NVR",
            "DeviceModel": device.model,
            "SerialNumber": device.serial,
            "FirmwareVersion": device.firmware,
            "HardewareID": "A",
            "UbootVersion": "V3.0",
            "MAC": device.mac.replace(":", "").lower(),
        }

    def _time(self) -> object:
        east = self._recorder.zone_s
        stamp = self._archive.now().timestamp() + self._device.clock_offset_s
        zone = f"GMT{'-' if east < 0 else '+'}{abs(east) // 3600:02d}:{abs(east) % 3600 // 60:02d}"
        return {"TimeZone": zone, "DeviceTime": int(stamp), "DateFormat": 0, "HourFormat": 0}

    def _channels(self) -> object:
        rows = [self._channel(one) for one in self._recorder.channels]
        if self._recorder.ills.stray_channels and rows:
            rows.append({**rows[0], "ID": 4999})
        return {"Nums": len(rows), "DetailInfos": rows}

    def _channel(self, channel: Channel) -> dict[str, object]:
        behind = channel.behind if not channel.is_slot else None
        address = behind.address if behind else ""
        return {
            "ID": channel.number,
            "Name": channel.name,
            "Status": _IDLE if channel.is_slot else _ON if channel.online else _OFF,
            "OffReason": _WHY.get(channel.why_offline, ""),
            "Manufacturer": behind.manufacturer if behind else "",
            "DeviceModel": behind.model if behind else "",
            "AccessProtocol": 1 if behind and behind.protocol == "own" else 0,
            "StreamNum": 2,
            "AddressInfo": {
                "AddressType": 0,
                "Address": address,
                "Port": behind.port if behind else 0,
                "MAC": behind.mac if behind else "",
            },
        }

    def _cameras(self) -> object:
        rows = [
            {
                "ID": one.number,
                "DeviceModel": one.behind.model,
                "SerialNumber": one.behind.serial,
                "FirmwareVersion": one.behind.firmware,
            }
            for one in self._archive.cameras()
            if one.behind
        ]
        return {"Nums": len(rows), "DeviceInfos": rows}

    def _disks(self) -> object:
        rows = [self._disk(one) for one in self._recorder.disks]
        return {"LocalHDDNum": len(rows), "LocalHDDList": rows, "ArrayNum": 0, "NASNum": 0}

    def _disk(self, disk: HardDisk) -> dict[str, object]:
        is_odd = self._recorder.ills.negative_sizes
        return {
            "ID": disk.number,
            "Status": _DISK[disk.state],
            "Manufacturer": disk.model,
            "TotalCapacity": -1 if is_odd else disk.capacity_mib,
            "RemainCapacity": -2_097_152 if is_odd else disk.free_mib,
            "Property": 0,
            "StoreStrategy": 0 if self._recorder.overwrites else 1,
        }

    def _days(self, request: Request, number: int) -> Response:
        asked = dict(parse_qsl(urlsplit(request.target).query))
        channel = self._recorder.channel(number)
        year, month = asked.get("Year", ""), asked.get("Month", "")
        if self._recorder.ills.no_days:
            return self._refused(request)
        if channel is None or not re.fullmatch(r"\d{4}", year) or not re.fullmatch(r"1[0-2]|0?[1-9]", month):
            return _told(request, None, code=2, said="Invalid Arguments", status=400)
        self._archive.asked.about(number)
        recorded = {
            one.day for one in self._archive.days(channel) if (one.year, one.month) == (int(year), int(month))
        }
        length = monthrange(int(year), int(month))[1]
        days = [int(day in recorded) for day in range(1, length + 1)]
        is_cut = self._recorder.ills.cut_bodies and number == self._archive.ailing
        return _told(request, {"DayNum": length, "DailyStatus": days}, is_cut=is_cut)


def _told(
    request: Request,
    held: object,
    *,
    code: int = 0,
    said: str = "Succeed",
    status: int = 200,
    is_cut: bool = False,
) -> Response:
    response = {
        "ResponseURL": request.path,
        "CreatedID": -1,
        "ResponseCode": code,
        "SubResponseCode": 0,
        "ResponseString": said,
        "StatusCode": code,
        "StatusString": said,
        "Data": "null" if held is None else held,
    }
    text = json.dumps({"Response": response}, ensure_ascii=False, indent=1)
    return Response(status, text.encode(), "application/json", is_cut=is_cut)
