"""What is known about every device and camera, from whom, since when. 一机一档"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from probe.model import DeviceReport, SilentTarget

Scalar = str | int | float | bool | None
Source = Literal["measured", "derived", "suggested", "person"]
Kind = Literal["camera", "recorder", "platform", "unknown"]
Doubt = Literal["", "raised", "settled"]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value and where it comes from. `by` is a probe id, a person, or a file and cell; `at` is UTC.

    `doubt`: raised where what was read speaks against what the device says or sends, so that a person has to
    look; settled where that was looked for and is not so; empty where nobody could tell.
    """

    value: Scalar
    source: Source
    by: str
    at: datetime
    confirmed: bool
    note: str = ""
    via: str = ""  # the recorder's channel (d3/5) that listed it, or through which it was read
    doubt: Doubt = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody's word on one field of one camera. Claims are added, never changed."""

    camera_id: str
    field: str
    said: FieldValue


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person and a measurement disagree. Both are shown; the record follows the catalogue's `wins`."""

    camera_id: str
    field: str
    typed: FieldValue
    measured: FieldValue


@dataclass(frozen=True, slots=True)
class IdentityConflict:
    """A key that spoke against the record its stronger key chose. Nothing was joined because of it."""

    device_id: str
    key: Literal["mac", "serial", "epr"]
    seen: str
    known: str  # what the record holds under this key, or the other device that holds `seen`
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """One channel of one device that shows a camera: its own, or a recorder's. Written d3/5."""

    device_id: str
    channel: int

    def __str__(self) -> str:
        return f"{self.device_id}/{self.channel}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One thing that two sights of a camera have in common.

    `listed` is the recorder's word for it, `own` what the camera, or the recorder behind, says of itself. Of
    a person's word `own` is who gave it.
    """

    key: Literal["mac", "serial", "address", "channel", "name", "person"]
    listed: str
    own: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Why a recorder's channel is no camera of its own: it shows the one that `other` shows too.

    `other` is the camera on the network, or the channel of another recorder.
    """

    camera_id: str
    sight: Sight
    other: Sight
    why: tuple[Agreement, ...]  # strongest first
    since: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two cameras that may be one, by pictures of one run and by names. A person has to say so."""

    id: int
    camera: Sight  # on the network
    channel: Sight  # of a recorder
    score: float  # 0..1, of both likenesses
    scene: float  # 0..1, how alike the outlines in both pictures are
    names: float  # 0..1, how alike the names are
    named: tuple[str, str]  # the names that are most alike, the camera's first
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's last word on a suggestion."""

    suggestion: Suggestion
    says: Literal["same", "different"]
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """One physical camera. `fields` holds the merged value of every known field.

    Its identity and its live picture are those of `device_id` and `channels`: its own where it was ever met
    on the network, else the recorder's channel that shows it. `sights` are all, that one first.
    """

    id: str
    device_id: str
    channel: int  # the first of its device's channels that show this camera
    also_seen_as: tuple[str, ...]  # every other sight (d3/5), and other addresses of its device
    fields: Mapping[str, FieldValue]
    answered: bool  # in the last run that asked it, itself or through a recorder
    channels: tuple[int, ...] = ()  # all of them: a multi-lens housing has several
    sights: tuple[Sight, ...] = ()
    recorders: tuple[Sight, ...] = ()  # those of them that are a recorder's channels

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the channels of its device that show it: at least one."""
        return self.channels or (self.channel,)


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """One device. A device that gave no answer keeps its last report, a gap in place of each reading."""

    id: str
    kind: Kind
    address: str  # `address`, or `address:port` where it was asked for by port
    report: DeviceReport
    first_seen: datetime
    last_seen: datetime
    answered: bool  # in the last run that asked it
    asked: bool = True  # in the run that is viewed
    provisional: bool = False  # known by its address and face only: no MAC, serial or EPR so far


@dataclass(frozen=True, slots=True)
class RunInfo:
    id: int
    kind: Literal["scan", "check"]
    started: datetime
    finished: datetime
    targets: tuple[str, ...]
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class View:
    """The inventory as it stood after one run. `run` is None before the first."""

    run: RunInfo | None
    devices: tuple[DeviceRecord, ...] = ()
    cameras: tuple[CameraRecord, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    silent: tuple[SilentTarget, ...] = ()
    identity_conflicts: tuple[IdentityConflict, ...] = field(default=())
    ties: tuple[Tie, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    unplaced: tuple[Sight, ...] = ()  # channels that show a camera of a recorder behind, not known which

    def known_days(self, device: DeviceRecord) -> int:
        """Return for how many whole days a device was on record at the end of the run."""
        return (self.run.finished - device.first_seen).days if self.run else 0
