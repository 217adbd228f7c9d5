"""A school of 120 cameras, 4 recorders and 6 switches over a year: what is wrong when, and what a look finds.

The faults are the truth. A look makes a view of them as a run would leave it; reading pictures is not tested.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from inventory.record import CameraRecord, DeviceRecord, FieldValue, RunInfo, Sight, View
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Target,
    Value,
)

CAMERAS, RECORDERS, SWITCHES = 120, 4, 6
SCHOOL = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 9, 1, 1, 40, tzinfo=SCHOOL).astimezone(UTC)
DAYS = 365
HOLIDAY = (date(2027, 1, 23), date(2027, 2, 21))
_MIN, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

HEALTHY: Mapping[str, Value] = {
    "alive": True, "width": 2560, "height": 1440, "codec": "H265", "stream_role": "main",
    "luma_p97": 200.0, "luma_p3": 20.0, "luma_mean": 110.0, "luma_spread": 60.0, "luma_structure": 6.0,
    "chroma_mean": 15.0, "flat_share": 0.1, "dominant_share": 0.1, "unchanged_share": 0.1,
    "clipped_share": 0.02, "identical_textured_share": 0.0, "keyframe_bpp": 0.3,
    "same_as_before_share": 0.0, "before_h": 24.0, "impulse_share": 0.001, "temporal_noise": 1.0,
    "spatial_noise": 1.0, "stripes_rolling": 0.5, "stripes_standing": 0.5, "torn_bands": 0,
    "baseline": "same-light", "view_shift_pct": 0.3, "covered_share": 0.02, "scene_match": 0.9,
    "texture_share": 0.5, "sharpness_ratio": 1.0, "edges_ratio": 1.0, "sharpness_best": 700.0,
    "cast_shift": 0.05, "cast_shift_bright": 0.05,
}  # fmt: skip
PICTURES: Mapping[str, Mapping[str, Value]] = {
    "black": {
        "luma_p97": 15.0, "luma_mean": 5.0, "luma_spread": 2.0, "chroma_mean": 2.0, "luma_structure": 0.1,
    },
    "frozen": {"identical_textured_share": 0.5},
    "covered": {"covered_share": 0.9, "scene_match": 0.05},
    "moved": {"view_shift_pct": 9.0},
    "defocus": {"sharpness_ratio": 0.5, "edges_ratio": 0.5},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong from `begin` to `end`. `hits` are cameras by number, or one recorder's.

    `is_real`: a fault that has to be found; else a trap that must open nothing.
    """

    kind: str
    begin: datetime
    end: datetime
    hits: frozenset[int] = frozenset()
    recorder: int | None = None
    is_real: bool = True
    trap: str = ""

    def is_on(self, at: datetime) -> bool:
        return self.begin <= at < self.end


@dataclass
class School:
    """Cameras are devices d5..d124, recorders d1..d4; a camera put in another's place gets 200 more."""

    faults: list[Fault]
    replaced: dict[int, datetime] = field(default_factory=dict)
    renamed: dict[int, datetime] = field(default_factory=dict)
    updated: dict[int, datetime] = field(default_factory=dict)
    off: list[tuple[datetime, datetime]] = field(default_factory=list)  # of the computer itself

    def is_off(self, at: datetime) -> bool:
        return any(begin <= at < end for begin, end in self.off)

    def of(self, at: datetime) -> list[Fault]:
        return [fault for fault in self.faults if fault.is_on(at)]

    def device_of(self, camera: int, at: datetime) -> int:
        since = self.replaced.get(camera)
        return camera + RECORDERS + (200 if since is not None and at >= since else 0)


def recorder_of(camera: int) -> tuple[int, int]:
    """Return recorder and channel that show a camera."""
    return (camera - 1) % RECORDERS + 1, (camera - 1) // RECORDERS + 1


def switch_of(camera: int) -> range:
    """Return all cameras on the same switch. Two switches share a subnet."""
    size = CAMERAS // SWITCHES
    first = (camera - 1) // size * size + 1
    return range(first, first + size)


def address_of(camera: int) -> str:
    return f"10.0.{(camera - 1) // (2 * CAMERAS // SWITCHES) + 1}.{(camera - 1) % 40 + 10}"


def plan(seed: int) -> School:
    """Draw a year of faults; those of one camera do not overlap, so that each can be told apart."""
    draw = random.Random(seed)
    school = School([])
    busy: dict[int, list[tuple[datetime, datetime]]] = {}

    def when(low: timedelta, high: timedelta) -> tuple[datetime, datetime]:
        """Draw a span that does not touch the holiday: what begins there is not to be told."""
        while True:
            begin = START + draw.random() * timedelta(days=DAYS - 40)
            end = begin + low + draw.random() * (high - low)
            if end.date() < HOLIDAY[0] - 4 * _DAY or begin.date() > HOLIDAY[1] + 4 * _DAY:
                return begin, end

    def add(kind: str, low: timedelta, high: timedelta, hits: Iterable[int], trap: str = "") -> Fault:
        hit = frozenset(hits)
        while True:
            begin, end = when(low, high)
            if all(
                end + 4 * _DAY < other or begin > last + 4 * _DAY
                for one in hit
                for other, last in busy.get(one, [])
            ):
                break
        for one in hit:
            busy.setdefault(one, []).append((begin, end))
        fault = Fault(kind, begin, end, hit, is_real=not trap, trap=trap)
        school.faults.append(fault)
        return fault

    def one_camera() -> list[int]:
        return [draw.randint(1, CAMERAS)]

    for recorder in range(1, RECORDERS + 1):
        shown = [one for one in range(1, CAMERAS + 1) if recorder_of(one)[0] == recorder]
        for kind, low, high in (("recorder-down", 2 * _HOUR, 2 * _DAY), ("disk", 3 * _DAY, 9 * _DAY)):
            made = add(kind, low, high, shown)
            school.faults[-1] = Fault(kind, made.begin, made.end, frozenset(), recorder)
    for switch in range(SWITCHES):
        add("switch", _HOUR, 3 * _DAY, switch_of(switch * CAMERAS // SWITCHES + 1))
    for kind, count, low, high in (
        ("offline", 60, 50 * _MIN, 20 * _DAY),
        ("black", 8, 3 * _DAY, 15 * _DAY),
        ("frozen", 10, 3 * _DAY, 15 * _DAY),
        ("covered", 12, 3 * _DAY, 15 * _DAY),
        ("moved", 12, 3 * _DAY, 25 * _DAY),
        ("defocus", 10, 4 * _DAY, 25 * _DAY),
        ("clock", 15, 3 * _DAY, 30 * _DAY),
        ("not-recording", 15, 3 * _DAY, 12 * _DAY),
        ("retention", 10, 5 * _DAY, 25 * _DAY),
    ):
        for _ in range(count):
            add(kind, low, high, one_camera())
    for camera in draw.sample(range(1, CAMERAS + 1), 4):
        made = add("offline", 2 * _DAY, 5 * _DAY, [camera])
        school.replaced[camera] = made.end
    _set_traps(school, draw, when)
    return school


def _set_traps(school: School, draw: random.Random, when: object) -> None:
    assert callable(when)
    for _ in range(600):  # a restart, a cable that is touched
        begin, end = when(_MIN, 9 * _MIN)
        hit = frozenset({draw.randint(1, CAMERAS)})
        school.faults.append(Fault("offline", begin, end, hit, is_real=False, trap="blip"))
    for _ in range(150):  # a lorry, a ladder, a lamp that is out: there for one look of a night
        night = START + draw.randrange(DAYS) * _DAY
        hit = frozenset({draw.randint(1, CAMERAS)})
        kind = draw.choice(("covered", "black", "defocus"))
        span = (night - 20 * _MIN, night + 20 * _MIN)
        school.faults.append(Fault(kind, *span, hit, is_real=False, trap="passing"))
    for _ in range(100):  # a restart that takes its time: two looks see it, not three
        begin, end = when(10 * _MIN, 19 * _MIN)
        hit = frozenset({draw.randint(1, CAMERAS)})
        school.faults.append(Fault("offline", begin, end, hit, is_real=False, trap="restart"))
    for _ in range(20):  # a lorry that is parked there half the night
        night = START + draw.randrange(DAYS) * _DAY
        hit = frozenset({draw.randint(1, CAMERAS)})
        span = (night - _HOUR, night + 3 * _HOUR)
        school.faults.append(Fault("covered", *span, hit, is_real=False, trap="parked"))
    for _ in range(6):  # fog over the playing field
        night = START + draw.randrange(DAYS) * _DAY
        hit = frozenset(draw.sample(range(1, CAMERAS + 1), 25))
        span = (night - 3 * _HOUR, night + 6 * _HOUR)
        school.faults.append(Fault("defocus", *span, hit, is_real=False, trap="fog"))
    begin = datetime.combine(HOLIDAY[0], datetime.min.time(), SCHOOL) + 8 * _HOUR
    end = datetime.combine(HOLIDAY[1], datetime.min.time(), SCHOOL) + 20 * _HOUR
    half = frozenset(range(1, CAMERAS // 2 + 1))
    school.faults.append(
        Fault("offline", begin.astimezone(UTC), end.astimezone(UTC), half, is_real=False, trap="holiday")
    )
    for camera in draw.sample(range(1, CAMERAS + 1), 10):
        school.renamed[camera] = START + draw.random() * DAYS * _DAY
        school.updated[draw.randint(1, CAMERAS)] = START + draw.random() * DAYS * _DAY
    for day in draw.sample(range(20, DAYS - 20), 6):  # the computer is off for a night, twice for a weekend
        off = START + day * _DAY - 6 * _HOUR
        school.off.append((off, off + draw.choice((14, 14, 62)) * _HOUR))


def silent(school: School, at: datetime) -> tuple[set[int], set[int]]:
    """Return the cameras and the recorders that do not answer."""
    cameras: set[int] = set()
    recorders: set[int] = set()
    for fault in school.of(at):
        if fault.kind in ("offline", "switch"):
            cameras |= fault.hits
        elif fault.kind == "recorder-down" and fault.recorder is not None:
            recorders.add(fault.recorder)
    return cameras, recorders


def view_at(
    school: School, at: datetime, run_id: int, only: Iterable[str] | None, draw: random.Random
) -> View:
    """Return the view that a run would leave: of all devices, or of `only` these."""
    now = school.of(at)
    away, down = silent(school, at)
    asked = None if only is None else set(only)
    devices = [_recorder(school, one, at, now, away, down, asked, draw) for one in range(1, RECORDERS + 1)]
    cameras = []
    for camera in range(1, CAMERAS + 1):
        devices += _camera(school, camera, at, now, away, asked, draw)
        device = f"d{school.device_of(camera, at)}"
        number = recorder_of(camera)
        sights = (Sight(device, 1), Sight(f"d{number[0]}", number[1]))
        fields = {
            "channel_name": FieldValue(_name(school, camera, at), "measured", "sim", at, confirmed=True)
        }
        cameras.append(
            CameraRecord(f"{device}.1", device, 1, (), fields, camera not in away, (1,), sights, sights[1:])
        )
    info = RunInfo(run_id, "check", at, at + 4 * _MIN, (), len(devices), len(devices))
    return View(info, tuple(devices), tuple(cameras))


def _recorder(
    school: School,
    recorder: int,
    at: datetime,
    now: Sequence[Fault],
    away: set[int],
    down: set[int],
    asked: set[str] | None,
    draw: random.Random,
) -> DeviceRecord:
    behind = [one for one in range(1, CAMERAS + 1) if recorder_of(one)[0] == recorder]
    bad_disk = any(fault.kind == "disk" and fault.recorder == recorder for fault in now)
    channels = tuple(_recorded(school, camera, at, now, camera in away, bad_disk, draw) for camera in behind)
    evidence = _read({"clock_offset_s": 0.4, "disks": [{"id": "1", "is_good": not bad_disk}]}, at)
    return _device(
        recorder, "recorder", f"10.0.0.{recorder}", evidence, channels, at, recorder in down, asked
    )


def _camera(
    school: School,
    camera: int,
    at: datetime,
    now: Sequence[Fault],
    away: set[int],
    asked: set[str] | None,
    draw: random.Random,
) -> Iterator[DeviceRecord]:
    mine = [fault.kind for fault in now if camera in fault.hits]
    offset = 400.0 if "clock" in mine else draw.gauss(0, 4)
    firmware = "V5.8" if at >= school.updated.get(camera, at + _DAY) else "V5.7"
    evidence = _read({"clock_offset_s": offset, "firmware": firmware, "model": "IPC"}, at)
    shown = ChannelReport(Channel(1, _name(school, camera, at)), _looked(mine, at, draw))
    since = school.replaced.get(camera)
    old = camera + RECORDERS
    if since is None or at < since:
        yield _device(old, "camera", address_of(camera), evidence, (shown,), at, camera in away, asked)
        return
    gone = _device(old, "camera", address_of(camera), evidence, (shown,), at, True, asked)
    yield DeviceRecord(
        gone.id, gone.kind, gone.address, gone.report, START - 90 * _DAY, since - _DAY, answered=False
    )
    new = _device(old + 200, "camera", address_of(camera), evidence, (shown,), at, camera in away, asked)
    yield DeviceRecord(new.id, new.kind, new.address, new.report, since, at, new.answered, new.asked)


def _device(
    number: int,
    kind: str,
    address: str,
    evidence: tuple[Evidence, ...],
    channels: tuple[ChannelReport, ...],
    at: datetime,
    is_silent: bool,
    asked: set[str] | None,
) -> DeviceRecord:
    if is_silent:
        gone = NotMeasured(Gap.UNREACHABLE)
        evidence = tuple(Evidence(one.metric, gone, one.probe, at) for one in evidence)
        channels = tuple(
            ChannelReport(c.channel, tuple(Evidence(e.metric, gone, e.probe, at) for e in c.evidence))
            for c in channels
        )
    return DeviceRecord(
        f"d{number}",
        kind,  # type: ignore[arg-type]  # camera or recorder
        address,
        DeviceReport(Target(address), evidence, channels),
        START - 90 * _DAY,
        at,
        answered=not is_silent,
        asked=asked is None or f"d{number}" in asked,
    )


def _looked(mine: Sequence[str], at: datetime, draw: random.Random) -> tuple[Evidence, ...]:
    """Read a picture: one look in fifty gives none, one in a hundred misses what is wrong, few err."""
    if draw.random() < 0.02:
        return (Evidence("alive", NotMeasured(Gap.TOO_SHORT), "sim", at),)
    values = dict(HEALTHY)
    for kind in mine:
        if kind in PICTURES and draw.random() >= 0.01:
            values |= PICTURES[kind]
    if draw.random() < 0.0005:
        values |= PICTURES[draw.choice(("covered", "defocus", "moved"))]
    return _read(values, at)


def _recorded(
    school: School,
    camera: int,
    at: datetime,
    now: Sequence[Fault],
    is_away: bool,
    bad_disk: bool,
    draw: random.Random,
) -> ChannelReport:
    mine = {fault.kind: fault for fault in now if camera in fault.hits}
    records = not (is_away or bad_disk or "not-recording" in mine)
    days = 34
    if (shrinking := mine.get("retention")) is not None:
        days = max(12, 29 - (at - shrinking.begin).days)
    values: dict[str, Value] = {
        "recording_now": records, "recording_mode": "continuous", "continuous_days": days,
        "continuous_days_at_most": days, "recording_age_days": 400, "recording_expiry_days": 60,
    }  # fmt: skip
    channel = Channel(recorder_of(camera)[1], _name(school, camera, at), kind="network", online=not is_away)
    return ChannelReport(channel, _read(values, at) if draw.random() >= 0.01 else ())


def _name(school: School, camera: int, at: datetime) -> str:
    since = school.renamed.get(camera)
    return f"点位{camera}" + ("新" if since is not None and at >= since else "")


def _read(values: Mapping[str, Value], at: datetime) -> tuple[Evidence, ...]:
    return tuple(Evidence(metric, Measured(value), "sim", at) for metric, value in values.items())
