"""What makes a simulated device a recorder: its channels, what is behind them, its disks and its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal

from probe.sim.footage import Clip, Footage

if TYPE_CHECKING:
    from probe.sim.model import Device, Lens, Stream

BEIJING_S = 8 * 3600


@dataclass(frozen=True, slots=True)
class Behind:
    """A camera as the recorder lists it; an empty word is one that the list leaves out.

    `channel` is 1, and on a cascaded recorder which of its channels.
    """

    address: str
    port: int
    protocol: Literal["own", "onvif"]
    mac: str
    serial: str
    model: str
    manufacturer: str
    firmware: str
    channel: int = 1


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel, counted from 1. A slot has no camera; `behind` is then what it remembers of one.

    `claimed` is what the index tells where it differs from the disks. `why_offline` is a general word:
    unreachable, password, no-video.
    """

    number: int
    name: str
    kind: Literal["analogue", "network"]
    behind: Behind | None = None
    is_slot: bool = False
    why_offline: Literal["", "unreachable", "password", "no-video"] = ""
    mode: Literal["continuous", "motion", "schedule", "off"] = "continuous"
    footage: Footage = field(default=Footage(), repr=False)
    claimed: Footage | None = field(default=None, repr=False)
    expiry_days: int | None = None
    records: Literal["main", "sub"] = "main"

    @property
    def online(self) -> bool:
        return not self.why_offline and not self.is_slot


@dataclass(frozen=True, slots=True)
class HardDisk:
    """`state` is a general word, which each maker has its own for."""

    number: int
    state: Literal["good", "bad", "asleep", "missing"]
    capacity_mib: int
    free_mib: int
    model: str = "ST4000VX007"


@dataclass(frozen=True, slots=True)
class Ills:
    """What is wrong with a recorder's answers, most about recordings. Those about one channel: the first."""

    endless_more: bool = False
    short_pages: bool = False
    refuses_wide: bool = False
    searches_expire: bool = False
    odd_times: bool = False
    negative_sizes: bool = False
    stray_channels: bool = False
    cut_bodies: bool = False
    xml_bomb: bool = False
    no_days: bool = False
    cgi_off: bool = False
    ghost_profiles: bool = False
    opaque_sources: bool = False
    wrong_pairs: bool = False
    list_cut: bool = False


@dataclass(frozen=True, slots=True)
class Recorder:
    """`zone_s` is what its zone is set to. `z_is_local`: it writes Z after the time of its own wall clock."""

    channels: tuple[Channel, ...]
    disks: tuple[HardDisk, ...]
    profile_g: bool
    z_is_local: bool
    zone_s: int = BEIJING_S
    file_s: int = 3600
    file_phase_s: int = 0  # how long after the full hour a file begins
    overwrites: bool = True
    ills: Ills = Ills()

    def channel(self, number: int) -> Channel | None:
        return next((one for one in self.channels if one.number == number), None)


@dataclass(slots=True)
class Asked:
    """How much was asked of a device, most of it of recorders: the sim's own count."""

    by_channel: dict[int, int] = field(default_factory=dict)  # questions about the recordings of a channel
    searches_opened: int = 0
    searches_closed: int = 0
    sessions_open: int = 0  # of logins that nobody has ended
    at_once: int = 0
    most_at_once: int = 0
    tapes: int = 0  # playback sessions
    tapes_at_once: int = 0
    most_tapes_at_once: int = 0

    def begin(self) -> None:
        """Count a request that is being answered."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)

    def end(self) -> None:
        self.at_once -= 1

    def put_in(self) -> None:
        """Count a playback session that begins."""
        self.tapes += 1
        self.tapes_at_once += 1
        self.most_tapes_at_once = max(self.most_tapes_at_once, self.tapes_at_once)

    def take_out(self) -> None:
        self.tapes_at_once -= 1

    def about(self, number: int) -> None:
        self.by_channel[number] = self.by_channel.get(number, 0) + 1


class Archive:
    """A recorder's recordings as it tells of them, by its own clock. Moments that come in are true UTC."""

    def __init__(self, device: Device, recorder: Recorder, asked: Asked, now: Callable[[], datetime]) -> None:
        self.device = device
        self.recorder = recorder
        self.asked = asked
        self.now = now
        self.zone = timezone(timedelta(seconds=recorder.zone_s))

    def wall(self, moment: datetime) -> datetime:
        """Return what the recorder's clock on the wall shows or showed, without a zone."""
        own = moment + timedelta(seconds=self.device.clock_offset_s)
        return own.astimezone(self.zone).replace(tzinfo=None)

    def from_wall(self, wall: datetime) -> datetime:
        own = wall.replace(tzinfo=self.zone).astimezone(UTC)
        return own - timedelta(seconds=self.device.clock_offset_s)

    def stamped(self, moment: datetime) -> datetime:
        """Return the digits that it writes before a Z."""
        own = moment + timedelta(seconds=self.device.clock_offset_s)
        return self.wall(moment) if self.recorder.z_is_local else own.astimezone(UTC).replace(tzinfo=None)

    def from_stamp(self, digits: datetime) -> datetime:
        if self.recorder.z_is_local:
            return self.from_wall(digits)
        return digits.replace(tzinfo=UTC) - timedelta(seconds=self.device.clock_offset_s)

    def files(self, channel: Channel, start: datetime, end: datetime) -> list[Clip]:
        """Return the files of a window that the index tells of."""
        index = channel.claimed or channel.footage
        ahead = timedelta(seconds=self.device.clock_offset_s - self.recorder.file_phase_s)
        return index.files(self.now(), start, end, self.recorder.file_s, ahead)

    def days(self, channel: Channel) -> set[date]:
        """Return the days, by its own clock on the wall, of which the index tells recordings."""
        index = channel.claimed or channel.footage
        shift = timezone(self.zone.utcoffset(None) + timedelta(seconds=round(self.device.clock_offset_s)))
        return index.days(self.now(), shift)

    def range_of(self, channel: Channel) -> tuple[datetime, datetime] | None:
        """Return when the oldest recording begins and the newest ends, locked ones among them."""
        clips = (channel.claimed or channel.footage).clips(self.now())
        return (clips[0].start, clips[-1].end) if clips else None

    def played(self, channel: Channel, start: datetime, end: datetime | None) -> list[Clip]:
        """Return what really is on the disks of that window."""
        return channel.footage.clips(self.now(), start, end)

    @property
    def ailing(self) -> int:
        """Return the number of the channel that ills about one channel concern."""
        return next((one.number for one in self.recorder.channels if not one.is_slot), 1)

    def cameras(self) -> list[Channel]:
        return [one for one in self.recorder.channels if not one.is_slot]

    def recorded_stream(self, channel: Channel) -> tuple[Lens, Stream]:
        lens = next(one for one in self.device.lenses if one.number == channel.number)
        return lens, lens.streams[0 if channel.records == "main" or len(lens.streams) < 2 else 1]
