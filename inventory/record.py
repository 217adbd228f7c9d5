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


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value and where it comes from. `by` is a probe id, a person, or a file and cell; `at` is UTC."""

    value: Scalar
    source: Source
    by: str
    at: datetime
    confirmed: bool
    note: str = ""


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
class CameraRecord:
    """One physical camera. `fields` holds the merged value of every known field."""

    id: str
    device_id: str
    channel: int  # the first of its device's channels that show this camera
    also_seen_as: tuple[str, ...]
    fields: Mapping[str, FieldValue]
    answered: bool  # in the last run that asked it
    channels: tuple[int, ...] = ()  # all of them: a multi-lens housing has several


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
