"""Dahua's CGI inside a simulated recorder: lines of key=value about the device, its channels and disks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from probe.sim.dahua_find import Finder, Page, Refused
from probe.sim.http import Request, Response
from probe.sim.model import Lens, Marks, Stream
from probe.sim.overlays import widget
from probe.sim.recorder import Archive, Channel

_READING = ("get", "factory.", "find", "close", "destroy")
_WHOLE_DAY, _BY_PLAN, _NEVER = "00:00:00-23:59:59", "06:00:00-22:00:00", "00:00:00-00:00:00"
_STATES = {"unreachable": "Unconnect", "password": "Unconnect", "no-video": "Connected"}
_DISK = {"good": "Success", "bad": "Failure", "asleep": "Sleep"}
_MIB = 1 << 20


class DahuaCgi:
    """Answers everything below /cgi-bin/ to requests with a good login."""

    def __init__(self, archive: Archive, marks: Marks) -> None:
        self._archive = archive
        self._marks = marks
        self._device = archive.device
        self._recorder = archive.recorder
        self._finder = Finder(archive)
        self._tables: dict[str, Callable[[], Iterator[str]]] = {
            "RemoteDevice": self._remote_devices,
            "ChannelTitle": self._titles,
            "Encode": self._encode,
            "RecordMode": self._modes,
            "Record": self._plans,
            "StorageGlobal": self._storage_global,
            "Network": self._network,
            "VideoWidget": self._widgets,
        }
        self._actions: dict[tuple[str, str], Callable[[], Iterator[str]]] = {
            ("magicBox", "getSystemInfo"): self.system,
            ("magicBox", "getDeviceType"): self.device_type,
            ("magicBox", "getSerialNo"): self.serial,
            ("magicBox", "getSoftwareVersion"): self.version,
            ("global", "getCurrentTime"): lambda: self.clock("result"),
            ("LogicDeviceManager", "getCameraState"): self.states,
            ("storageDevice", "getDeviceAllInfo"): self.disks,
        }

    def owns(self, request: Request) -> bool:
        return request.path.startswith("/cgi-bin/") and not self._recorder.ills.cgi_off

    def answer(self, request: Request) -> Response:
        asked = query_of(request)
        page = request.path.removeprefix("/cgi-bin/").removesuffix(".cgi")
        action = asked.get("action", "")
        if request.method != "GET" or not action.startswith(_READING):
            self._marks.changes_asked += 1
            return bad_request()
        if page == "mediaFileFind":
            return self._find(action, asked)
        if (page, action) == ("eventManager", "getEventIndexes") and asked.get("code") == "VideoLoss":
            return self._lost_pictures()
        if (page, action) == ("configManager", "getConfig"):
            table = self.table(name := asked.get("name", ""))
            is_cut = name == "RemoteDevice" and self._recorder.ills.list_cut
            return plain([f"table.{line}" for line in table], is_cut=is_cut) if table else bad_request()
        told = self._actions.get((page, action))
        return plain(told()) if told else bad_request()

    def table(self, name: str) -> Iterator[str] | None:
        """Return the lines of a configuration, or None where there is none of that name."""
        told = self._tables.get(name)
        return told() if told else None

    def device_type(self) -> Iterator[str]:
        yield f"type={self._device.model} "

    def serial(self) -> Iterator[str]:
        yield f"sn={self._device.serial}"

    def system(self) -> Iterator[str]:
        # Recorders say 31; the product stands in updateSerial.
        yield f"serialNumber={self._device.serial}"
        yield "deviceType=31"
        yield "processor=ST7108"
        yield f"updateSerial={self._device.model}"

    def version(self) -> Iterator[str]:
        version, _, built = self._device.firmware.partition(", build: ")
        yield f"version={version},build:{built}"

    def clock(self, name: str) -> Iterator[str]:
        yield f"{name}={self._archive.wall(self._archive.now()):%Y-%m-%d %H:%M:%S}"

    def _network(self) -> Iterator[str]:
        address = self._device.address
        yield "Network.DefaultInterface=eth0"
        yield f"Network.eth0.DefaultGateway={address.rpartition('.')[0]}.254"
        yield "Network.eth0.DhcpEnable=false"
        yield f"Network.eth0.IPAddress={address}"
        yield f"Network.eth0.PhysicalAddress={self._device.mac.lower()}"
        yield "Network.eth0.SubnetMask=255.255.255.0"

    def _remote_devices(self) -> Iterator[str]:
        """Row N is channel N+1. One that is switched off keeps what it knew of its camera."""
        for channel in self._recorder.channels:
            if channel.kind == "analogue":
                continue
            row = f"RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_{channel.number - 1}"
            yield f"{row}.Enable={'false' if channel.is_slot else 'true'}"
            behind = channel.behind
            if behind is None:
                yield f"{row}.Address=192.168.0.0"
                continue
            is_own = behind.protocol == "own"
            yield f"{row}.Address={behind.address}"
            yield f"{row}.Port={37777 if is_own else behind.port}"
            yield f"{row}.Mac={behind.mac.lower() or ('' if is_own else 'ff:ff:ff:ff:ff:ff')}"
            yield f"{row}.SerialNo={behind.serial}"
            yield f"{row}.DeviceType={behind.model}"
            yield f"{row}.ProtocolType={'Private' if is_own else 'Onvif'}"
            yield f"{row}.Vendor={'Private' if is_own else 'Onvif'}"
            yield f"{row}.Version={behind.firmware}"
            yield f"{row}.UserName=admin"
            yield f"{row}.VideoInputs[0].Name={channel.name}"

    def _titles(self) -> Iterator[str]:
        for channel in self._recorder.channels:
            yield f"ChannelTitle[{channel.number - 1}].Name={channel.name}"

    def states(self) -> Iterator[str]:
        for channel in self._recorder.channels:
            state = "Empty" if channel.is_slot else _STATES.get(channel.why_offline, "Connected")
            yield f"states[{channel.number - 1}].channel={channel.number - 1}"
            yield f"states[{channel.number - 1}].connectionState={state}"
        if self._recorder.ills.stray_channels:
            yield f"states[{len(self._recorder.channels)}].channel=254"
            yield f"states[{len(self._recorder.channels)}].connectionState=Connected"

    def _find(self, action: str, asked: Mapping[str, str]) -> Response:
        handle = asked.get("object", "")
        number, count = asked.get("condition.Channel", ""), asked.get("count", "")
        try:
            match action:
                case "factory.create":
                    return plain([f"result={self._finder.create()}"])
                case "findFile" if number.isdigit():
                    start, end = (asked.get(f"condition.{name}", "") for name in ("StartTime", "EndTime"))
                    kinds = [value for name, value in asked.items() if name.startswith("condition.Types[")]
                    stream = asked.get("condition.VideoStream", "Main")
                    self._finder.begin(handle, int(number), start, end, kinds, stream)
                case "findNextFile" if count.isdigit():
                    return _page(self._finder.read_on(handle, int(count)))
                case "close":
                    self._finder.close(handle)
                case "destroy" | "factory.destroy":
                    self._finder.destroy(handle)
                case _:
                    return bad_request()
        except Refused as refused:
            return bad_request(str(refused))
        return plain(["OK"])

    def _lost_pictures(self) -> Response:
        dark = [one.number - 1 for one in self._recorder.channels if one.why_offline == "no-video"]
        if not dark:
            return plain(["Error: No Events"])
        return plain(f"channels[{at}]={index}" for at, index in enumerate(dark))

    def _encode(self) -> Iterator[str]:
        for lens in self._device.lenses:
            for kind, stream in zip(("MainFormat[0]", "ExtraFormat[0]"), lens.streams, strict=False):
                yield from _format(lens, kind, stream)

    def _modes(self) -> Iterator[str]:
        for channel in self._recorder.channels:
            yield f"RecordMode[{channel.number - 1}].Mode={2 if channel.mode == 'off' else 0}"
            yield f"RecordMode[{channel.number - 1}].ModeExtra1=2"

    def _plans(self) -> Iterator[str]:
        for channel in self._recorder.channels:
            row = f"Record[{channel.number - 1}]"
            yield f"{row}.PreRecord=5"
            yield f"{row}.Redundancy=false"
            yield f"{row}.Stream=0"
            for day in range(8):
                for section in range(6):
                    planned = _planned(channel) if section == 0 else f"0 {_NEVER}"
                    yield f"{row}.TimeSection[{day}][{section}]={planned}"

    def _storage_global(self) -> Iterator[str]:
        held = {one.expiry_days for one in self._recorder.channels if one.expiry_days}
        yield f"StorageGlobal.FileHoldTime={max(held, default=0)}"
        yield f"StorageGlobal.OverWrite={'true' if self._recorder.overwrites else 'false'}"

    def disks(self) -> Iterator[str]:
        for at, disk in enumerate(one for one in self._recorder.disks if one.state != "missing"):
            row, letter = f"list.info[{at}]", chr(ord("a") + at)
            is_odd = self._recorder.ills.negative_sizes
            total = -1 if is_odd else disk.capacity_mib * _MIB
            used = -4096 if is_odd else (disk.capacity_mib - disk.free_mib) * _MIB
            yield f"{row}.Detail[0].IsError={'true' if disk.state == 'bad' else 'false'}"
            yield f"{row}.Detail[0].Path=/dev/sd{letter}0"
            yield f"{row}.Detail[0].TotalBytes={total:.6f}"
            yield f"{row}.Detail[0].Type=ReadWrite"
            yield f"{row}.Detail[0].UsedBytes={used:.6f}"
            yield f"{row}.HealthDataFlag=0"
            yield f"{row}.Name=/dev/sd{letter}"
            yield f"{row}.State={_DISK[disk.state]}"

    def _widgets(self) -> Iterator[str]:
        for lens in self._device.lenses:
            for line in widget():
                yield f"VideoWidget[{lens.number - 1}].{line}"


def query_of(request: Request) -> dict[str, str]:
    """Return the words of the question. A plus stays a plus: this firmware takes %20 alone for a blank."""
    pairs = (one.partition("=") for one in urlsplit(request.target).query.split("&"))
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _page(page: Page) -> Response:
    lines = [f"items[{at}].{name}={value}" for at, row in enumerate(page.rows) for name, value in row.items()]
    return plain([f"found={page.found}", *lines], is_cut=page.is_cut)


def plain(lines: Iterator[str] | list[str], *, is_cut: bool = False) -> Response:
    text = "".join(f"{line}\r\n" for line in lines)
    return Response(200, text.encode(), "text/plain;charset=utf-8", is_cut=is_cut)


def bad_request(said: str = "Bad Request!") -> Response:
    return Response(400, f"Error\r\n{said}\r\n".encode(), "text/plain;charset=utf-8")


def _planned(channel: Channel) -> str:
    """Return a section of the week's plan: bit 0 is by the clock, bit 1 on motion."""
    match channel.mode:
        case "continuous":
            return f"1 {_WHOLE_DAY}"
        case "motion":
            return f"2 {_WHOLE_DAY}"
        case "schedule":
            return f"1 {_BY_PLAN}"
        case "off":
            return f"0 {_NEVER}"


def _format(lens: Lens, kind: str, stream: Stream) -> Iterator[str]:
    row = f"Encode[{lens.number - 1}].{kind}"
    yield f"{row}.AudioEnable=false"
    yield f"{row}.Video.BitRate={stream.kbps}"
    yield f"{row}.Video.BitRateControl=VBR"
    yield f"{row}.Video.Compression={'H.265' if stream.codec == 'H265' else 'H.264'}"
    yield f"{row}.Video.FPS={stream.fps}"
    yield f"{row}.Video.Height={stream.height}"
    yield f"{row}.Video.Width={stream.width}"
    yield f"{row}.Video.resolution={stream.width}x{stream.height}"
    yield f"{row}.VideoEnable=true"
