"""Hikvision's ISAPI inside a simulated recorder: who it is, its clock, its channels, disks and codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from probe.sim.http import Request, Response
from probe.sim.isapi_records import Records
from probe.sim.isapi_xml import NAMESPACE, listed, refused, said, tag, xml
from probe.sim.model import Lens, Marks, Stream
from probe.sim.overlays import video_overlay
from probe.sim.recorder import Archive, Behind, Channel, HardDisk

_WHY = {"unreachable": "netUnreachable", "password": "errorUserNameOrPasswd", "no-video": "notExist"}
_DISK = {"good": "ok", "bad": "error", "asleep": "idle", "missing": "notexist"}
_ZEROS = "0" * 20


class Isapi:
    """Answers everything below /ISAPI/ to requests with a good login."""

    def __init__(self, archive: Archive, marks: Marks) -> None:
        self._archive = archive
        self._marks = marks
        self._device = archive.device
        self._recorder = archive.recorder
        self._records = Records(archive)
        self._pages: tuple[tuple[str, Callable[[], str]], ...] = (
            ("/System/deviceInfo", self._identity),
            ("/System/status", self._status),
            ("/System/time", self._time),
            ("/System/Network/interfaces", self._interfaces),
            ("/System/Network/SIP", self._platforms),
            ("/System/Network/SIP/1", self._platforms),
            ("/System/Network/SIP/1/SIPInfo", self._codes),
            ("/System/Video/inputs/channels", self._analogue_inputs),
            ("/ContentMgmt/InputProxy/channels", self._proxy_inputs),
            ("/ContentMgmt/InputProxy/channels/status", self._proxy_statuses),
            ("/Streaming/channels", self._streams),
            ("/ContentMgmt/Storage", self._storage),
            ("/ContentMgmt/Storage/hdd", self._disks),
            ("/ContentMgmt/Storage/quota", self._quotas),
        )

    def owns(self, request: Request) -> bool:
        return request.path.startswith("/ISAPI/")

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/ISAPI").rstrip("/")
        if (records := self._records.answer(request, path)) is not None:
            return records
        if request.method != "GET":
            self._marks.changes_asked += 1
            return refused(request.path, "methodNotAllowed")
        for known, page in self._pages:
            if path == known:
                is_list = path == "/ContentMgmt/InputProxy/channels"
                return xml(page(), is_cut=is_list and self._recorder.ills.list_cut)
        return self._one(path) or refused(request.path, "notSupport")

    def _one(self, path: str) -> Response | None:
        """Return a single row of a list: /InputProxy/channels/3, its status, /Streaming/channels/301."""
        asked = re.fullmatch(
            r"/(ContentMgmt/InputProxy|System/Video/inputs|Streaming)/channels/(\d+)(/[\w/]+)?", path
        )
        if asked is None:
            return None
        place, number, rest = asked[1], int(asked[2]), asked[3] or ""
        if place == "Streaming":
            rows = [row for at, row in self._stream_rows() if at == number and not rest]
        else:
            kind = "network" if "Proxy" in place else "analogue"
            channel = self._recorder.channel(number)
            known = channel is not None and channel.kind == kind and not channel.is_slot
            rows = [self._row(channel, rest)] if channel is not None and known else []
        return xml(_rooted(rows[0])) if rows and rows[0] else None

    def _row(self, channel: Channel, rest: str) -> str:
        match channel.kind, rest:
            case "network", "":
                return self._proxy_input(channel)
            case "network", "/status":
                return self._proxy_status(channel)
            case "analogue", "":
                return self._analogue_input(channel)
            case ("network", "/video/overlays") | ("analogue", "/overlays"):
                return video_overlay()
            case _:
                return ""

    def _identity(self) -> str:
        device = self._device
        version, _, built = device.firmware.partition(" ")
        analogue = sum(one.kind == "analogue" for one in self._recorder.channels)
        rows = {
            "deviceName": "Network Video Recorder",
            "deviceID": device.epr.rpartition(":")[2],
            "model": device.model,
            "serialNumber": device.serial,
            "macAddress": device.mac.lower(),
            "firmwareVersion": version,
            "firmwareReleasedDate": built,
            "encoderVersion": "V5.0",
            "encoderReleasedDate": built,
            "deviceType": "HybirdNVR" if analogue else "NVR",
            "telecontrolID": 255,
            "VGANums": 1,
        }
        return listed("DeviceInfo", [said(*row) for row in rows.items()])

    def _status(self) -> str:
        clock = f"{self._archive.wall(self._archive.now()):%Y-%m-%dT%H:%M:%S}{self._east()}"
        return listed("DeviceStatus", [said("currentDeviceTime", clock), said("deviceUpTime", 865_001)])

    def _time(self) -> str:
        clock = f"{self._archive.wall(self._archive.now()):%Y-%m-%dT%H:%M:%S}{self._east()}"
        rows = [said("timeMode", "NTP"), said("localTime", clock), said("timeZone", self._posix())]
        return listed("Time", rows)

    def _east(self) -> str:
        east = self._recorder.zone_s
        return f"{'-' if east < 0 else '+'}{abs(east) // 3600:02d}:{abs(east) % 3600 // 60:02d}"

    def _posix(self) -> str:
        """Return the zone as POSIX counts: what has to be added to reach UTC."""
        east = self._recorder.zone_s
        return f"CST{'+' if east < 0 else '-'}{timedelta(seconds=abs(east))}"

    def _interfaces(self) -> str:
        address = self._device.address
        plug = tag(
            "NetworkInterface",
            said("id", 1),
            tag(
                "IPAddress",
                said("ipVersion", "dual"),
                said("addressingType", "static"),
                said("ipAddress", address),
                said("subnetMask", "255.255.255.0"),
                tag("DefaultGateway", said("ipAddress", f"{address.rpartition('.')[0]}.254")),
            ),
            tag("Link", said("MACAddress", self._device.mac.lower()), said("speed", 1000), said("MTU", 1500)),
        )
        return listed("NetworkInterfaceList", [plug])

    def _platforms(self) -> str:
        standard = tag(
            "GB28181",
            said("enabled", True),
            said("registrar", "192.0.2.28"),
            said("registrarPort", 5060),
            said("serverID", "33038101002000000001"),
            said("serverDomain", "3303810100"),
            said("authID", self._code(118, 0)),
            said("expires", 3600),
            said("registerStatus", "registered"),
        )
        return listed("SIPServerList", [tag("SIPServer", said("id", 1), standard)])

    def _codes(self) -> str:
        rows = [
            tag("videoInput", said("id", one.number), said("videoInputID", self._code(132, one.number)))
            for one in self._archive.cameras()
        ]
        return listed("SIPInfo", [tag("videoInputList", *rows)])

    def _code(self, kind: int, number: int) -> str:
        """Return a code of GB/T 28181: centre 8, trade 2, kind 3, network 1, number 6."""
        return f"3303810100{kind}0{self._device.number % 1000:03d}{number:03d}"

    def _analogue_inputs(self) -> str:
        rows = [self._analogue_input(one) for one in self._recorder.channels if one.kind == "analogue"]
        return listed("VideoInputChannelList", rows)

    def _analogue_input(self, channel: Channel) -> str:
        return tag(
            "VideoInputChannel",
            said("id", channel.number),
            said("inputPort", channel.number),
            said("videoInputEnabled", True),
            said("name", channel.name),
            said("videoFormat", "PAL"),
            said("resDesc", "704*576P25" if channel.online else "NO VIDEO"),
        )

    def _proxy_inputs(self) -> str:
        """A slot stays as a row where a camera was once; `size` counts the slots."""
        network = [one for one in self._recorder.channels if one.kind == "network"]
        rows = [self._proxy_input(one) for one in network if one.behind]
        return listed("InputProxyChannelList", rows, size=len(network))

    def _proxy_input(self, channel: Channel) -> str:
        behind = channel.behind
        inside = said("proxyProtocol", "HIKVISION") + said("ipAddress", "0.0.0.0")  # noqa: S104  an unused slot
        if behind and not channel.is_slot:
            inside = _source(behind)
        return tag(
            "InputProxyChannel",
            said("id", channel.number),
            said("name", channel.name),
            tag("sourceInputPortDescriptor", inside),
            said("enableAnr", False),
            said("enableTiming", True),
        )

    def _proxy_statuses(self) -> str:
        network = [one for one in self._archive.cameras() if one.kind == "network"]
        rows = [self._proxy_status(one) for one in network]
        if self._recorder.ills.stray_channels and network:
            rows.append(rows[0].replace(said("id", network[0].number), said("id", 999), 1))
        return listed("InputProxyChannelStatusList", rows)

    def _proxy_status(self, channel: Channel) -> str:
        streams = range(1, 3)
        return tag(
            "InputProxyChannelStatus",
            said("id", channel.number),
            tag("sourceInputPortDescriptor", _source(channel.behind) if channel.behind else ""),
            said("online", channel.online),
            tag(
                "streamingProxyChannelIdList",
                *(said("streamingProxyChannelId", f"{channel.number}0{n}") for n in streams),
            ),
            said("chanDetectResult", _WHY.get(channel.why_offline, "connect")),
        )

    def _streams(self) -> str:
        return listed("StreamingChannelList", [row for _, row in self._stream_rows()])

    def _stream_rows(self) -> list[tuple[int, str]]:
        return [
            (lens.number * 100 + s, _stream(lens, stream, lens.number * 100 + s))
            for lens in self._device.lenses
            for s, stream in enumerate(lens.streams, 1)
        ]

    def _storage(self) -> str:
        rows = [self._disk(one) for one in self._recorder.disks]
        quota = said("workMode", "group")
        return listed("storage", [tag("hddList", *rows), tag("nasList"), quota])

    def _disks(self) -> str:
        return listed("hddList", [self._disk(one) for one in self._recorder.disks], size=8)

    def _disk(self, disk: HardDisk) -> str:
        is_odd = self._recorder.ills.negative_sizes
        return tag(
            "hdd",
            said("id", disk.number),
            said("hddName", f"hdd{disk.number}"),
            said("hddPath", ""),
            said("hddType", "SATA"),
            said("status", _DISK[disk.state]),
            said("capacity", -1 if is_odd else disk.capacity_mib),
            said("freeSpace", -2_097_152 if is_odd else disk.free_mib),
            said("property", "RW"),
        )

    def _quotas(self) -> str:
        rows = [
            tag("diskQuota", said("id", one.number), said("type", "ratio"), said("videoQuotaRatio", 0))
            for one in self._archive.cameras()
        ]
        return listed("diskQuotaList", rows)


def _rooted(row: str) -> str:
    """Return a row of a list as a document of its own."""
    return row if "xmlns=" in row else row.replace(">", f" {NAMESPACE}>", 1)


def _source(behind: Behind) -> str:
    """Return what the list tells of a camera; one by ONVIF comes with zeros where its serial is not known."""
    is_own = behind.protocol == "own"
    rows: dict[str, object] = {
        "proxyProtocol": "HIKVISION" if is_own else "ONVIF",
        "addressingFormatType": "ipaddress",
        "ipAddress": behind.address,
        "managePortNo": 8000 if is_own else behind.port,
        "srcInputPort": behind.channel,
        "userName": "admin",
        "streamType": "auto",
        "model": behind.model,
        "serialNumber": behind.serial or ("" if is_own else _ZEROS),
        "firmwareVersion": behind.firmware,
    }
    if behind.mac:
        rows["macAddress"] = behind.mac.lower()
    return "".join(said(*row) for row in rows.items())


def _stream(lens: Lens, stream: Stream, number: int) -> str:
    video = {
        "enabled": True,
        "videoInputChannelID": lens.number,
        "videoCodecType": "H.265" if stream.codec == "H265" else "H.264",
        "videoResolutionWidth": stream.width,
        "videoResolutionHeight": stream.height,
        "videoQualityControlType": "VBR",
        "vbrUpperCap": stream.kbps,
        "maxFrameRate": stream.fps * 100,
    }
    return tag(
        "StreamingChannel",
        said("id", number),
        said("channelName", lens.name),
        said("enabled", True),
        tag("Video", *(said(*row) for row in video.items())),
    )
