"""The JSON that scripts rely on, `camcensus/scan/1`. Its JSON Schema in docs/ is made from these models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["met", "not-met", "unknown", "not-due", "n/a"]
Support = Literal["supported", "off", "absent", "unknown"]
# The words that scripts know. A test holds config/faults.toml to them.
Fault = Literal[
    "black", "no-signal", "frozen", "under", "over", "noise", "stripes", "covered", "defocus", "cast", "moved"
]


class Part(BaseModel):
    """Unknown is null, never 0 or an empty string. Nothing may be added that the schema does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Run(Part):
    id: int
    started: str
    finished: str
    targets: list[str]
    asked: int
    answered: int


class Protocols(Part):
    onvif: Support
    rtsp: Support
    isapi: Support = "unknown"
    dahua: Support = "unknown"
    gb28181: Support = "unknown"


class Place(Part):
    """A channel of a device."""

    device_id: str
    address: str
    channel: int


class Agreement(Part):
    """What two places have in common: as the recorder lists it, and what the other says of itself."""

    key: Literal["mac", "serial", "address", "channel", "name", "person"]
    listed: str
    own: str


class Tie(Part):
    """Why a recorder's channel is no camera of its own: it shows the one that `other` shows too."""

    camera_id: str
    channel: Place
    other: Place
    why: list[Agreement]
    since: str


class Suggestion(Part):
    """Two places that may show one camera, by pictures of one run; a person has to say so."""

    camera: Place
    channel: Place
    score: float
    scene: float
    names: float


class Source(Part):
    """The camera behind a recorder's channel."""

    address: str | None = None
    mac: str | None = None
    serial: str | None = None
    model: str | None = None
    brand: str | None = None


class Declared(Part):
    """What the device says of a stream."""

    codec: str | None
    width: int | None
    height: int | None
    fps: float | None


class Stream(Part):
    """What was received of a stream; null where it was not fetched. `uri` carries no credentials."""

    role: Literal["main", "sub", "recorded"]
    codec: str | None
    width: int | None
    height: int | None
    fps: float | None
    kbps: float | None
    declared: Declared
    uri: str | None


class Hole(Part):
    from_: str = Field(alias="from")
    to: str


class Playback(Part):
    """A recorded minute of the newest whole day and one of the oldest, fetched and decoded."""

    at: str | None = None
    off_s: float | None = None
    alive: bool | None = None
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    oldest_at: str | None = None
    oldest_off_s: float | None = None
    oldest_alive: bool | None = None


class Recording(Part):
    """What a recorder holds of a channel. `holes` is null where its protocol shows none.

    Days in a row end yesterday: `continuous_days` and `unbroken_days` (those without a long hole) are proved,
    `…_at_most` not disproved, null: nobody looked farther back. Of `unknown_days` nobody could say.
    `age_days` is null unless nothing can have been overwritten yet. `forecast_days` is an estimate.
    """

    source: str | None
    oldest: str | None
    newest: str | None
    continuous_days: int | None
    days_recorded: int | None
    window_days: int | None
    holes: list[Hole] | None
    mode: str | None
    read_at: str | None = None
    continuous_days_at_most: int | None = None
    unbroken_days: int | None = None
    unbroken_days_at_most: int | None = None
    days: list[str] | None = None
    unknown_days: list[str] | None = None
    holed_days: list[str] | None = None
    longest_hole_h: float | None = None
    recording_now: bool | None = None
    expiry_days: int | None = None
    locked_clips: int | None = None
    age_days: int | None = None
    playback: Playback = Playback()
    forecast_days: float | None = None


class Disk(Part):
    id: str
    name: str | None = None
    kind: str | None = None
    status: str | None = None
    is_good: bool | None = None
    capacity_mib: int | None = None
    free_mib: int | None = None


class Storage(Part):
    capacity_gib: float | None
    free_gib: float | None
    state: Literal["good", "bad", "none", "unknown"] | None


class Finding(Part):
    """One clause. Where it has several metrics, they are joined and their values listed alike.

    So are its limits, one for each condition; the bounds of one measurement have one limit between them.
    A finding that is not `binding` judges another kind of channel: it is shown and does not count.
    """

    rule: str
    clause: str
    metric: str
    value: Any
    limit: Any
    verdict: Verdict
    binding: bool


class Channel(Part):
    number: int
    name: str | None
    osd: list[str]
    camera_id: str | None
    source: Source
    streams: list[Stream]
    picture: dict[str, Any]
    faults: list[Fault]
    gaps: dict[str, str]
    recording: Recording | None
    findings: list[Finding]
    kind: Literal["analogue", "network"] | None = None
    online: bool | None = None
    why_offline: str | None = None


class Device(Part):
    id: str
    kind: Literal["camera", "recorder", "platform", "unknown"]
    address: str
    ports: list[int]
    mac: str | None
    brand: str | None
    manufacturer: str | None
    model: str | None
    firmware: str | None
    serial: str | None
    gb_code: str | None
    protocols: Protocols
    seen_by: list[str]
    clock_offset_s: float | None
    channels: list[Channel]
    findings: list[Finding]
    gaps: dict[str, str]
    first_seen: str | None = None
    disks: list[Disk] | None = None
    storage: Storage | None = None
    gb_platform: str | None = None
    gb_registered: bool | None = None
    dhcp: bool | None = None


class Field_(Part):
    value: Any
    source: str
    confirmed: bool


class Camera(Part):
    id: str
    device_id: str
    channel: int
    also_seen_as: list[str]
    brand: str | None
    model: str | None
    record: dict[str, Field_]


class Silent(Part):
    address: str
    why: str


class Conflict(Part):
    camera_id: str
    field: str
    typed: Any
    measured: Any


class Document(Part):
    """One scan or check, whole."""

    schema_: Literal["camcensus/scan/1"] = Field(default="camcensus/scan/1", alias="schema")
    run: Run | None
    devices: list[Device]
    cameras: list[Camera]
    silent: list[Silent]
    conflicts: list[Conflict]
    ties: list[Tie] = []
    suggestions: list[Suggestion] = []
    unplaced: list[Place] = []
