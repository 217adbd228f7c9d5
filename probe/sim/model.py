"""What the virtual campus is made of: devices, lenses, streams, and what each device kept count of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from probe.sim.recorder import Asked, Recorder

Codec = Literal["H264", "H265"]
Scene = Literal["gate", "field", "canteen", "dormitory", "corridor", "classroom", "parking", "wall"]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a lens sees of the painted place: the point in its middle, how near it is, and how it is tilted.

    `x` and `y` are fractions of the painting. At `zoom` 1 the painting would fill the picture exactly.
    """

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.19
    turn_deg: float = 0.0


AHEAD = Aim()


@dataclass(frozen=True, slots=True)
class Preset:
    """A place that a PTZ head was taught."""

    token: str
    name: str
    aim: Aim


@dataclass(frozen=True, slots=True)
class Head:
    """A PTZ head, and where it stands."""

    presets: tuple[Preset, ...]
    aim: Aim


@dataclass(frozen=True, slots=True)
class Stream:
    """One coded picture series. `token` is its media profile, `path` its place on the RTSP server."""

    role: Literal["main", "sub", "third", "fourth"]
    token: str
    path: str
    codec: Codec
    width: int
    height: int
    fps: int
    kbps: int
    gop_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Lens:
    """One lens of a device: what ONVIF calls a video source and the truth calls a channel."""

    number: int
    name: str
    camera_id: str
    scene: Scene
    streams: tuple[Stream, ...]
    image: str = "live"  # a row of effects.py
    begins_s: float = 0.0  # how long after the campus answered the effect begins
    aim: Aim = AHEAD

    @property
    def main(self) -> Stream:
        return self.streams[0]

    @property
    def source_token(self) -> str:
        return f"VideoSource_{self.number}"


@dataclass(frozen=True, slots=True)
class Personality:
    """How a maker's firmware speaks; nothing here is a fault."""

    brand: str
    soap_prefix: str
    soap_login: Literal["wsse", "digest", "both", "none"]
    rtsp_login: Literal["digest", "basic", "none"]
    algorithms: tuple[str, ...]  # of HTTP Digest, in the order they are offered
    named_algorithm: bool  # False: the challenge says no algorithm=, and an answer that names one is refused
    nonce_per_path: bool
    media2: bool
    http_server: str
    rtsp_server: str
    realm: str
    onvif_path: str
    snapshot_path: str
    session_name: str
    clock_window_s: float  # a WS-UsernameToken older or newer than this is refused
    lock_after: int  # wrong logins until the account is locked


@dataclass(frozen=True, slots=True)
class Quirks:
    """What is wrong with a device. The defaults are a healthy one; `faults.py` replaces them."""

    online: bool = True
    manner: Literal["plain", "silent", "drip", "garbage"] = "plain"
    onvif: bool = True
    locked: bool = False
    counts_attempts: bool = False
    digest_only: bool = False
    wsse_only: bool = False
    refusal: Literal["soap", "html"] = "soap"
    fault_status: int = 400
    xaddr: Literal["own", "zero", "other", "doubled"] = "own"
    raw_ampersand: bool = False
    gbk: bool = False
    unbound_prefix: bool = False
    hides_h265: bool = False
    uri_host: Literal["own", "placeholder"] = "own"
    nvt_only: bool = False
    udp_only: bool = False
    sends_media: bool = True
    two_challenges: bool = False
    osd: bool = True
    osd_by_vendor_only: bool = False
    gbk_title: bool = False
    answers_after_s: float = 0.0
    reboots_after: int = 0  # so many requests; 0: never


@dataclass(frozen=True, slots=True)
class Device:
    """One camera or recorder. ONVIF is at `http_port`; `more_ports` accept a connection and say nothing."""

    number: int
    maker: str
    address: str
    http_port: int
    rtsp_port: int
    more_ports: tuple[int, ...]
    manufacturer: str
    model: str
    firmware: str
    serial: str
    hardware_id: str
    mac: str
    epr: str
    scopes: tuple[str, ...]
    user: str
    password: str = field(repr=False)
    clock_offset_s: float
    lenses: tuple[Lens, ...]
    speaks: Personality
    quirks: Quirks = Quirks()
    head: Head | None = None
    recorder: Recorder | None = None  # its channels with a camera are also lenses, of the same numbers
    login: Literal["ok", "wrong", "locked"] = "ok"
    faults: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[Lens, ...]:
        """Return the lenses that are a camera's: some recorders have profiles for empty slots too."""
        return tuple(one for one in self.lenses if one.camera_id)

    def has_picture(self, lens: Lens) -> bool:
        """Whether anything comes from a lens: the camera of a recorder's channel may be off line."""
        channel = self.recorder.channel(lens.number) if self.recorder else None
        return channel is None or channel.online

    @property
    def answers(self) -> bool:
        """Whether anybody can get one readable answer out of it."""
        return self.quirks.online and self.quirks.manner == "plain"


@dataclass(frozen=True, slots=True)
class Credential:
    name: str
    user: str
    password: str = field(repr=False)
    rule: str


@dataclass(slots=True)
class Marks:
    """What clients left on one device: the sim's own count, to prove that a scan leaves no mark."""

    requests: int = 0
    logins: int = 0
    wrong_logins: int = 0  # SOAP and RTSP together
    stale_logins: int = 0  # right password, but the clock or the nonce was off
    changes_asked: int = 0  # operations that are not Get*, Create* or Unsubscribe
    rtsp_opened: int = 0
    rtsp_torn_down: int = 0
    subscriptions_opened: int = 0
    subscriptions_closed: int = 0
    asked: Asked = field(default_factory=Asked)

    @property
    def rtsp_left_open(self) -> int:
        """Sessions without TEARDOWN. One may be missed from a client that closes before it has our answer."""
        return self.rtsp_opened - self.rtsp_torn_down


@dataclass(frozen=True, slots=True)
class Campus:
    """A whole school. Only `marks` changes while it is served; its keys are device numbers."""

    seed: int
    school: str
    bind: str
    targets: tuple[str, ...]
    credentials: tuple[Credential, ...]
    devices: tuple[Device, ...]
    video: Literal["live", "loops"] = "live"
    marks: Mapping[int, Marks] = field(default_factory=dict, compare=False)

    def wrong_logins(self, address: str) -> int:
        return sum(self.marks[one.number].wrong_logins for one in self.devices if one.address == address)
