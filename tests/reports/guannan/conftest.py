"""An invented school in Guannan: seven cameras, a recorder of four channels, three nights of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.load import load_catalogue
from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.people import PeoplesWords
from inventory.record import FieldValue
from inventory.store import Store, open_store
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    ScanReport,
    Sighting,
    StreamOffer,
    Target,
    Value,
)
from reports.guannan.pack import course_of, scene_of
from reports.guannan.scene import Scene

NIGHT = datetime(2026, 9, 14, 18, 0, tzinfo=UTC)  # 02:00 of the 15th where the school is
SITE = Site(school="灌南县示例小学", town="示例镇", address="示例镇育才路 6 号")

HEALTHY: Mapping[str, Value] = {
    "alive": True,
    "stream_role": "main",
    "luma_p3": 20.0,
    "luma_p97": 200.0,
    "luma_spread": 180.0,
    "luma_mean": 110.0,
    "luma_structure": 22.0,
    "chroma_mean": 30.0,
    "clipped_share": 0.01,
    "flat_share": 0.1,
    "dominant_share": 0.2,
    "unchanged_share": 0.0,
    "identical_textured_share": 0.0,
    "keyframe_bpp": 0.3,
    "same_as_before_share": 0.0,
    "before_h": 24.0,
    "impulse_share": 0.0,
    "spatial_noise": 1.0,
    "temporal_noise": 1.0,
    "stripes_rolling": 0.0,
    "stripes_standing": 0.0,
    "torn_bands": 0,
    "baseline": "same-light",
    "view_shift_pct": 0.3,
    "covered_share": 0.0,
    "scene_match": 0.8,
    "texture_share": 0.6,
    "sharpness_ratio": 1.0,
    "edges_ratio": 1.0,
    "sharpness_best": 500.0,
    "cast_shift": 0.0,
    "cast_shift_bright": 0.0,
}
BLACK: Mapping[str, Value] = {
    "luma_p97": 10.0,
    "luma_spread": 2.0,
    "chroma_mean": 1.0,
    "luma_structure": 0.1,
}

Said = Value | Reading


@dataclass(frozen=True)
class Lens:
    """One channel as a night shows it."""

    number: int = 1
    name: str = ""
    said: Mapping[str, Said] | None = None
    behind: Behind | None = None
    online: bool | None = None
    kind: str = ""


def evidence(said: Mapping[str, Said], at: datetime) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(metric, one if isinstance(one, Measured | NotMeasured) else Measured(one), "picture", at)
        for metric, one in said.items()
    )


def channel(lens: Lens, at: datetime) -> ChannelReport:
    stream = StreamOffer("main", f"rtsp://10.30.1.9/{lens.number}", "p1", "H264", 1920, 1080, 25.0, 2048)
    whole: dict[str, Said] = {"width": 1920, "height": 1080, "codec": "H264", **HEALTHY, **(lens.said or {})}
    read = evidence(whole, at)
    told: Any = lens.kind
    one = Channel(
        lens.number,
        lens.name,
        f"v{lens.number}",
        (stream,),
        kind=told,
        online=lens.online,
        camera=lens.behind,
    )
    return ChannelReport(one, read)


def camera(host: int, name: str, at: datetime, *, serial: str = "", **said: Said) -> DeviceReport:
    address = f"10.30.1.{host}"
    read = evidence(
        {
            "onvif": "supported",
            "manufacturer": "HIKVISION",
            "model": "DS-2CD2T47",
            "video_sources": 1,
            "serial": serial or f"SER-CAM-{host:04d}",
            "channels": [],
        },
        at,
    )
    lens = Lens(1, name, said)
    return DeviceReport(_target(address), read, (channel(lens, at),))


def recorder(at: datetime, *lenses: Lens, **said: Said) -> DeviceReport:
    read: dict[str, Said] = {
        "onvif": "supported",
        "manufacturer": "HIKVISION",
        "model": "DS-7816N-K2",
        "serial": "REC-0000-77",
        "video_sources": 16,
        "clock_offset_s": 5.0,
        "storage_state": "good",
        "channels": [],
    }
    shown = tuple(channel(lens, at) for lens in lenses)
    return DeviceReport(_target("10.30.1.50"), evidence({**read, **said}, at), shown)


def _target(address: str) -> Target:
    sighting = Sighting(
        address, "ws-discovery", "", (f"http://{address}/onvif",), ("dn:NetworkVideoTransmitter",)
    )
    return Target(address, (80, 554), (sighting,))


def night(number: int, *devices: DeviceReport) -> ScanReport:
    at = NIGHT + timedelta(days=number)
    kind: Any = "scan" if number == 0 else "check"
    return ScanReport(kind, at, at + timedelta(minutes=6), ("10.30.1.0/24",), 254, len(devices), devices)


def kept(oldest: str, days: int, at: datetime, **more: Said) -> Mapping[str, Said]:
    """What a recorder tells of a channel that is recorded without a break for so many days."""
    yesterday = (at + timedelta(hours=8)).date() - timedelta(days=1)
    dates = [(yesterday - timedelta(days=back)).isoformat() for back in range(days)]
    return {
        "continuous_days": days,
        "continuous_days_at_most": days,
        "recording_days": sorted(dates),
        "days_recorded": days,
        "window_days": 60,
        "recording_oldest": oldest,
        "recording_newest": at.isoformat(),
        "recording_holes": [],
        "longest_hole_h": 0.0,
        "recording_now": True,
        "recording_mode": "continuous",
        **more,
    }


NOT_ASKED = NotMeasured(Gap.NOT_ASKED)


def nights() -> tuple[ScanReport, ...]:
    """Return the three nights: what changes between them is what the evidence has to find."""
    first, second, fourth = (NIGHT + timedelta(days=day) for day in (0, 1, 3))
    hole = [["2026-09-12T01:00:00+08:00", "2026-09-12T09:30:00+08:00"]]

    def box(at: datetime, *, cleared: bool, dark: bool, **said: Said) -> DeviceReport:
        third = kept("2026-09-13T00:00:00+08:00" if cleared else "2026-08-10T00:00:00+08:00", 3, at)
        tape = {"playback_width": 704, "playback_height": 576, "width": 704, "height": 576}
        return recorder(
            at,
            Lens(
                1,
                "宿舍楼出入口",
                {**kept("2026-08-01T00:00:00+08:00", 40, at), **tape},
                None,
                True,
                "analogue",
            ),
            Lens(
                2,
                "实验室",
                {
                    **kept("2026-08-20T00:00:00+08:00", 25, at, recording_holes=hole, longest_hole_h=8.5),
                    **tape,
                }
                | {"recording_now": not dark},
                None,
                True,
                "analogue",
            ),
            Lens(3, "财务室", {**third, **tape, **(BLACK if dark else {})}, None, True, "analogue"),
            Lens(
                4,
                "一楼走廊",
                kept("2026-08-01T00:00:00+08:00", 31, at),
                Behind("10.30.1.15", mac="c0:51:7e:00:00:15", model="DS-2CD1021"),
                True,
                "network",
            ),
            **said,
        )

    def cameras(at: datetime, *, renamed: bool, wall: bool, swapped: bool) -> list[DeviceReport]:
        found = [
            camera(11, "正门全景", at),
            camera(12, "东门外" if renamed else "东门", at, view_shift_pct=6.0 if renamed else 0.3),
            camera(14, "门卫室", at, width=320, height=240),
            camera(15, "一楼走廊", at),
            camera(16, "食堂操作间", at),
            camera(17, "操场", at, serial="SER-NEW-0017" if swapped else "SER-CAM-0017"),
        ]
        return [*found, camera(13, "北围墙", at)] if wall else found

    return (
        night(
            0,
            *cameras(first, renamed=False, wall=True, swapped=False),
            box(first, cleared=False, dark=False, clock_offset_s=900.0),
        ),
        night(
            1,
            *cameras(second, renamed=True, wall=False, swapped=False),
            box(second, cleared=True, dark=True, clock_offset_s=5.0),
        ),
        night(
            3,
            *cameras(fourth, renamed=True, wall=True, swapped=True),
            box(fourth, cleared=True, dark=False, storage_state="bad"),
        ),
    )


POSITIONS = {
    "10.30.1.11": "正门",
    "10.30.1.12": "侧门",
    "10.30.1.13": "周界",
    "10.30.1.14": "门卫室",
    "10.30.1.15": "教学楼通道",
    "10.30.1.16": "食堂操作间",
    "10.30.1.50#1": "宿舍楼出入口",
    "10.30.1.50#2": "实验室",
    "10.30.1.50#3": "贵重物品存放处",
}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Store]:
    """Three nights, and what people said of the places."""
    store = recorded(tmp_path_factory.mktemp("school") / "camcensus.db", catalogue, nights())
    yield store
    store.close()


@pytest.fixture(scope="session")
def after_one_night(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Scene]:
    store = recorded(tmp_path_factory.mktemp("new") / "camcensus.db", catalogue, nights()[:1])
    yield scene_from(store, catalogue)
    store.close()


@pytest.fixture(scope="session")
def scene(store: Store, catalogue: Catalogue) -> Scene:
    return scene_from(store, catalogue)


@pytest.fixture
def one_night(catalogue: Catalogue) -> Callable[[Path], Ledger]:
    """Give a function that writes an inventory of one night and returns what is known."""

    def written(path: Path) -> Ledger:
        store = recorded(path, catalogue, nights()[:1])
        ledger = ledger_from(store, catalogue)
        store.close()
        return ledger

    return written


@pytest.fixture
def with_unit(scene: Scene) -> Callable[..., Scene]:
    """Give a function that returns the scene with other words of the school."""

    def said(**words: str | float) -> Scene:
        old = scene.ledger
        typed = {
            field: (FieldValue(word, "person", "填表人", old.made, True),) for field, word in words.items()
        }
        fresh = build_ledger(old.view, SITE, scene.catalogue, PeoplesWords(unit=typed), old.made)
        return replace(scene, ledger=fresh)

    return said


def recorded(path: Path, catalogue: Catalogue, reports: tuple[ScanReport, ...]) -> Store:
    store = open_store(path, catalogue)
    for report in reports:
        store.record(report)
    view = store.view()
    place = {device.id: device.address for device in view.devices}
    for one in view.cameras:
        address = place[one.device_id]
        key = f"{address}#{one.channel}" if address.endswith(".50") else address
        if key in POSITIONS:
            store.claim(one.id, "position", POSITIONS[key], "person", "填表人", reports[-1].finished)
    return store


def scene_from(store: Store, catalogue: Catalogue) -> Scene:
    ledger = ledger_from(store, catalogue)
    return scene_of(ledger, catalogue, course_of(store, ledger))


def ledger_from(store: Store, catalogue: Catalogue) -> Ledger:
    view = store.view()
    made = (view.run.finished if view.run else NIGHT) + timedelta(hours=6)
    return build_ledger(view, SITE, catalogue, PeoplesWords(), made)
