"""The words of measuring: targets, probes, readings and what a scan hands over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from probe.gap import Gap as Gap

if TYPE_CHECKING:
    from config.settings import Record
    from probe.memory import Kept
    from probe.wire.dahua_rpc import RpcReply
    from probe.wire.soap import Reply

# What a metric's value may be: JSON, so that it can be stored and shown as it is.
Value = str | int | float | bool | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    value: Value
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotMeasured:
    gap: Gap
    detail: str = ""


Reading = Measured | NotMeasured


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reading of one metric: what was read, by which probe, when. `at` is aware UTC."""

    metric: str
    reading: Reading
    probe: str
    at: datetime


SeenBy = Literal["ws-discovery", "ws-unicast", "tcp", "rtsp", "named"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One answer that says something is there. Address, EPR and XAddr together are its key."""

    address: str
    seen_by: SeenBy
    epr: str = ""
    xaddrs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One address to be asked. `pinned` is the port of an `address:port` target: no other is asked then."""

    address: str
    ports: tuple[int, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    mac: str = ""  # from the neighbour table; empty when the device is behind a router
    pinned: int | None = None

    @property
    def name(self) -> str:
        return self.address if self.pinned is None else f"{self.address}:{self.pinned}"

    @property
    def xaddrs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for sighting in self.sightings for x in sighting.xaddrs))

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s for sighting in self.sightings for s in sighting.scopes))

    @property
    def eprs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sighting.epr for sighting in self.sightings if sighting.epr))


@dataclass(frozen=True, slots=True)
class StreamOffer:
    """A stream as the device declares it; nothing here is measured. `uri` carries no credentials."""

    role: Literal["main", "sub"]
    uri: str = ""
    profile: str = ""
    codec: str = ""  # H264 H265 JPEG MPEG4, or empty where the device hides it
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    kbps: int | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The camera behind a recorder's channel, as the recorder lists it; nothing here is measured.

    `channel` is the channel of the device behind it, from 1: a cascaded recorder's. An empty word or None is
    what the list does not say.
    """

    address: str = ""
    port: int | None = None
    protocol: str = ""
    channel: int | None = None
    mac: str = ""
    serial: str = ""
    model: str = ""
    brand: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """One lens or input of a device. `number` counts from 1 in the device's own order.

    The last four are a recorder's: `online` is None where it does not say, `why_offline` its own word,
    `camera` the one behind a network channel.
    """

    number: int
    name: str = ""
    source: str = ""  # the video source token
    streams: tuple[StreamOffer, ...] = ()
    snapshot_uri: str = ""
    kind: Literal["analogue", "network", ""] = ""
    online: bool | None = None
    why_offline: str = ""
    camera: Behind | None = None


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One coded picture in Annex B form (JPEG: one file). `time_s` is RTP time from the first picture."""

    payload: bytes
    time_s: float
    keyframe: bool
    damaged: bool = False  # a packet of it was lost


@dataclass(frozen=True, slots=True)
class Grab:
    """Some seconds of one stream, as it came over the wire: nothing is decoded yet."""

    codec: str
    parameter_sets: bytes  # Annex B VPS/SPS/PPS from the SDP; may be empty
    keyframes: tuple[AccessUnit, ...]
    pictures: int
    span_s: float  # RTP time from the first picture to the last
    bytes_received: int
    packets_lost: int
    fps: float | None
    kbps: float | None
    keyframe_interval_s: float | None
    transport: Literal["tcp", "udp"]
    uri: str
    note: str = ""
    role: Literal["main", "sub", "recorded"] = "main"
    main_gap: NotMeasured | None = None  # of a sub-stream: why the main stream was not had
    recorded_at: datetime | None = None  # when the stream says that its first picture was recorded, aware


@dataclass(frozen=True, slots=True)
class Picture:
    """What the decoder process hands back for one grab: readings by metric, and a small JPEG to look at.

    `crops` holds evidence pictures, as JPEG files, by fault or metric id.
    """

    readings: Mapping[str, Reading]
    jpeg: bytes = field(default=b"", repr=False)
    crops: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    kept: Kept | None = None


Got = TypeVar("Got")


class Io(Protocol):
    """All that a probe may do to the outside. One per device; the caller owns the deadline."""

    @property
    def record(self) -> Record:
        """The settings of what is asked about recordings."""
        ...

    @property
    def zone(self) -> tzinfo:
        """The school's: days of recordings are days by its clock."""
        ...

    def now(self) -> datetime: ...

    async def once(self, name: str, fetch: Callable[[], Awaitable[Got]]) -> Got:
        """Return what `fetch` gave, or raise the DeviceError it raised, the first time in this device run."""
        ...

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        """Ask an ONVIF service one operation that only reads.

        `service`: device, media, media2, deviceio, ptz, search, recording or replay. `body`: what stands
        inside the operation's element, or the whole element.
        """
        ...

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        """Fetch a page of the device's own web service, once per device run; `fresh`: anew, and not kept.

        Only a login that ONVIF or RTSP has accepted is shown. Any status but 2xx and 401 is Unsupported.
        """
        ...

    async def post(
        self, path: str, body: bytes, content_type: str = "application/xml", *, fresh: bool = False
    ) -> bytes:
        """Ask the web service a question that needs a body and changes nothing; otherwise as `get`."""
        ...

    async def rpc(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        handle: int | None = None,
        table: str = "",
    ) -> RpcReply:
        """Ask a question of Dahua's RPC2 that only reads; `handle`: of what an earlier one made.

        `table` names the config whose words are wanted as the CGI tells them.
        """
        ...

    async def grab(self, channel: Channel) -> Grab:
        """Receive some seconds of the channel, once per device run.

        It is the main stream's, or the sub-stream's where there is one and the main stream cannot be had.
        """
        ...

    async def rtsp_server(self, ports: tuple[int, ...]) -> str | None:
        """Return how the RTSP server on these ports, or the usual open ones, names itself.

        None when there is no such port to ask. Raise Unsupported when what answers there is not RTSP.
        """
        ...

    def rtsp_ports_are_closed(self) -> bool:
        """Say whether discovery tried every usual RTSP port and found none of them open."""
        ...

    async def usual_stream(self) -> StreamOffer:
        """Find a stream where no ONVIF names one, by the makers' usual paths."""
        ...

    async def picture(self, channel: Channel) -> Picture:
        """Decode the grab in a worker process and read every picture metric, once per device run."""
        ...

    async def play(self, uri: str, at: datetime | None = None) -> Grab:
        """Receive some seconds of a recording. `at`: an aware time, where the address itself names none."""
        ...

    async def first_recorded(self, uri: str, at: datetime) -> datetime | None:
        """Return when the first picture from an aware time on was recorded, as an ONVIF replay stamps it.

        None where the stream carries no time. It costs two keyframes, sent as fast as the device can.
        """
        ...

    async def played(self, channel: Channel, recorded: Grab) -> Picture:
        """Decode a recording in a worker process and read what picture metrics it can give."""
        ...


Subject = TypeVar("Subject")
Readings = Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class Probe(Generic[Subject]):
    """One measurement: a name, the metrics it promises, its time limit, and the function that measures."""

    id: str
    metrics: tuple[str, ...]
    seconds: float
    measure: Callable[[Subject, Io], Awaitable[Readings]]
    of_recordings: bool = False  # then it has its own time, and its turn whatever the live stream gave


@dataclass(frozen=True, slots=True)
class ChannelReport:
    channel: Channel
    evidence: tuple[Evidence, ...] = ()
    jpeg: bytes = field(default=b"", repr=False)
    crops: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class DeviceReport:
    target: Target
    evidence: tuple[Evidence, ...] = ()
    channels: tuple[ChannelReport, ...] = ()
    refused: tuple[str, ...] = ()  # credentials (name@version) that this device refused: never tried again
    seconds: float = 0.0


# Ports are open, but neither ONVIF nor RTSP answers: a printer, or a camera where both are switched off.
NO_PROTOCOL = "no-camera-protocol"


@dataclass(frozen=True, slots=True)
class SilentTarget:
    """No camera was heard there. `why` is a gap's id, or NO_PROTOCOL, a colon and the open ports."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class ScanReport:
    """One run. `asked` and `answered` count addresses. `notes` are for the reader and kept nowhere."""

    kind: Literal["scan", "check"]
    started: datetime
    finished: datetime
    targets: tuple[str, ...]
    asked: int
    answered: int
    devices: tuple[DeviceReport, ...]
    silent: tuple[SilentTarget, ...] = ()
    notes: tuple[str, ...] = ()


def channel_value(channel: Channel) -> dict[str, Any]:
    """Return a channel as JSON knows it."""
    value = asdict(channel)
    return {**value, "streams": list(value["streams"])}


def channel_from(value: dict[str, Any]) -> Channel:
    """Return the channel that `channel_value` was given, also before there were recorders."""
    streams = tuple(StreamOffer(**stream) for stream in value["streams"])
    camera = Behind(**value["camera"]) if value.get("camera") else None
    return Channel(**{**value, "streams": streams, "camera": camera})


def evidence_of(evidence: Iterable[Evidence], metric: str) -> Evidence | None:
    """Return what is known of a metric, or None when nobody asked."""
    for one in evidence:
        if one.metric == metric:
            return one
    return None


def reading_of(evidence: tuple[Evidence, ...], metric: str) -> Reading:
    """Return the reading of a metric, or a gap when nobody asked."""
    one = evidence_of(evidence, metric)
    return one.reading if one else NotMeasured(Gap.NOT_ASKED)


def value_of(evidence: tuple[Evidence, ...], metric: str) -> Any:  # noqa: ANN401  JSON value, checked by the metric's type
    """Return the measured value of a metric, or None."""
    match reading_of(evidence, metric):
        case Measured(value=value):
            return value
        case _:
            return None
