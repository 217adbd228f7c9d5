"""An invented school for the form tests: 26 cameras of mixed makes, with gaps, guesses, typed words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.form import Form
from config.load import load_catalogue
from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.nights import look_of
from inventory.people import PeoplesWords
from inventory.rates import rates
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Kind, RunInfo, View
from inventory.watch import Case, Note, Result, Spell, Subject
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    SilentTarget,
    Target,
    Value,
)
from reports import scan_json as out
from reports.document import scan_document
from reports.form import fill
from reports.forms.desk import Choices
from reports.health.dossier import Dossier, newest
from reports.paper import Paper
from reports.sheet import ScopeChoice

SHANGHAI = ZoneInfo("Asia/Shanghai")
MakeDossier = Callable[..., Dossier]
START = datetime(2026, 3, 2, 0, 15, 0, tzinfo=UTC)
SCHOOL = Site(school="瑞安市示例第一小学", town="示例镇", address="示例镇文教路 18 号", district="示例学区")


Make = tuple[str, str]
HIKVISION: Make = ("海康威视", "DS-2CD3T46WDV3-I3")
SMALL: Make = ("海康威视", "DS-2CD1021FD-I")
DAHUA: Make = ("大华", "DH-IPC-HFW2433DM")
UNIVIEW: Make = ("宇视", "IPC-B2A3-IR@F40")


@dataclass(frozen=True)
class Told:
    """What one invented camera says, or what was said of it. None: not known."""

    number: int
    name: str = ""
    position: str | None = None
    make: Make | None = HIKVISION
    size: tuple[int, int] | None = (2560, 1440)
    gap: Gap | None = None
    typed: dict[str, str] | None = None
    recorder: str = ""
    answered: bool = True
    kept: tuple[int, ...] = ()  # days ago of which the recorder has recordings


CAMERAS: tuple[Told, ...] = (
    Told(11, "正门全景", "正门"),
    Told(12, "正门人行通道", "正门"),
    Told(13, "正门车行通道", "正门"),
    Told(14, "校门口对面", "正门", SMALL, size=(1920, 1080)),
    Told(15, "东侧门", "侧门", DAHUA),
    Told(16, "西侧门", "侧门", DAHUA),
    Told(17, "后门", "后门", SMALL, size=(352, 288)),
    Told(18, "操场东", "操场", UNIVIEW),
    Told(19, "操场西", "操场", UNIVIEW),
    Told(20, "操场主席台", "操场", UNIVIEW),
    Told(21, "操场北看台", "操场", UNIVIEW, size=None, answered=False),
    Told(22, "幼儿部沙池", "户外活动场所", DAHUA),
    Told(
        23,
        "升旗台",
        "户外活动场所",
        typed={"position": "户外活动场所", "upper_network": "公安视频专网", "remark": "云台球机"},
    ),
    Told(24, "Camera 01", None, None, size=(1280, 720)),
    Told(25, "", None, None, size=None, gap=Gap.AUTH_REFUSED),
    Told(26, "IPdome", None, DAHUA),
    Told(27, "南围墙", "周界", DAHUA),
    Told(28, "食堂后厨", "食堂", DAHUA),
    Told(29, "教学楼一楼走廊", "教学楼", SMALL, size=(1920, 1080)),
    Told(30, "教学楼二楼走廊", "教学楼", SMALL, size=(1920, 1080)),
    Told(31, "图书室", "功能用房", SMALL, size=(1920, 1080)),
    Told(1, "老校门", "正门", None, size=(704, 576), recorder="10.20.1.50", kept=tuple(range(46))),
    Told(
        2,
        "老操场",
        "操场",
        None,
        size=(704, 576),
        recorder="10.20.1.50",
        kept=(*range(13), *range(15, 40)),
    ),
    Told(3, "通道3", None, None, size=(704, 576), recorder="10.20.1.50"),
    Told(4, "车棚", "停车场", None, size=(704, 576), recorder="10.20.1.50"),
    Told(32, "正门岗亭", "正门", typed={"position": "正门", "brand": "乐橙", "model": "TP7"}),
)

MakePaper = Callable[..., Paper]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def ruian(catalogue: Catalogue) -> Form:
    return catalogue.forms["ruian-2018-list"]


@pytest.fixture
def site() -> Site:
    return SCHOOL


@pytest.fixture
def view() -> View:
    return view_of(CAMERAS)


@pytest.fixture
def filled(catalogue: Catalogue, ruian: Form) -> MakePaper:
    """Give a function that fills the Ruian list for the invented school, or for other cameras."""

    def fill_list(
        cameras: tuple[Told, ...] = CAMERAS,
        *,
        site: Site = SCHOOL,
        grouped: bool | None = None,
        scope: ScopeChoice = "in-scope",
        note_offline: bool = False,
    ) -> Paper:
        choices = Choices(grouped=grouped, scope=scope, note_offline=note_offline)
        return fill(ruian, known_of(view_of(cameras), catalogue, site), catalogue, choices)

    return fill_list


@pytest.fixture
def ledger_of(catalogue: Catalogue) -> Callable[[View], Ledger]:
    """Give a function that returns all that is known of the invented school after such a view."""
    return lambda view: known_of(view, catalogue)


@pytest.fixture
def document_of() -> Callable[..., out.Document]:
    """Give a function that returns a scan of one healthy channel, of which some parts are other ones."""
    return document_with


@pytest.fixture
def told() -> type[Told]:
    return Told


def known_of(view: View, catalogue: Catalogue, site: Site = SCHOOL) -> Ledger:
    return build_ledger(view, site, catalogue, PeoplesWords(), START + timedelta(minutes=12))


def view_of(cameras: tuple[Told, ...]) -> View:
    run = RunInfo(1, "scan", START, START + timedelta(minutes=9), ("10.20.1.0/24",), 254, 22)
    plain = [one for one in cameras if not one.recorder]
    devices = [_device(f"d{one.number}", f"10.20.1.{one.number}", (one,)) for one in plain]
    for address in dict.fromkeys(one.recorder for one in cameras if one.recorder):
        behind = tuple(one for one in cameras if one.recorder == address)
        devices.append(_device(address, address, behind, recorder=True))
    silent = (SilentTarget("10.20.1.99", "no answer"),)
    return View(run, tuple(devices), tuple(_record(one) for one in cameras), (), silent)


def _device(
    device_id: str, address: str, cameras: tuple[Told, ...], *, recorder: bool = False
) -> DeviceRecord:
    refused = next((one.gap for one in cameras if one.gap), None)

    def read(value: str | None) -> Reading:
        return NotMeasured(refused) if refused else Measured(value or "H264")

    first = cameras[0]
    evidence = (
        Evidence("manufacturer", read(first.make and first.make[0]), "onvif.identity", START),
        Evidence("model", read(first.make and first.make[1]), "onvif.identity", START),
        Evidence("channels", NotMeasured(refused) if refused else Measured([]), "onvif.channels", START),
    )
    channels = tuple(_channel(number, one) for number, one in enumerate(cameras, start=1))
    report = DeviceReport(Target(address), evidence, channels)
    kind: Kind = "recorder" if recorder else "camera"
    return DeviceRecord(device_id, kind, address, report, START, START, all(one.answered for one in cameras))


def _channel(number: int, one: Told) -> ChannelReport:
    width: Reading = Measured(one.size[0]) if one.size else NotMeasured(one.gap or Gap.UNREACHABLE)
    height: Reading = Measured(one.size[1]) if one.size else NotMeasured(one.gap or Gap.UNREACHABLE)
    evidence = (
        Evidence("width", width, "picture.resolution", START),
        Evidence("height", height, "picture.resolution", START),
        *_recorded(one),
    )
    return ChannelReport(Channel(number, one.name), evidence)


def _recorded(one: Told) -> tuple[Evidence, ...]:
    """A recorder's word for the days that a channel has, and a minute of yesterday's that plays."""
    if not one.recorder:
        return ()
    if not one.kept:
        gap = NotMeasured(Gap.TIMEOUT)
        return tuple(
            Evidence(metric, gap, "record.retention", START)
            for metric in ("recording_source", "continuous_days")
        )
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    run = next(days for days in range(1, 99) if days not in one.kept) - 1
    days = sorted((today - timedelta(days=ago)).isoformat() for ago in one.kept)
    readings: dict[str, Value] = {
        "recording_source": "isapi-days",
        "recording_days": list(days),
        "continuous_days": run,
        "continuous_days_at_most": run,
        "playback_at": "2026-03-01T10:15:00+08:00",
        "playback_alive": True,
        "playback_width": 704,
        "playback_height": 576,
    }
    return tuple(
        Evidence(metric, Measured(value), "record.retention", START) for metric, value in readings.items()
    )


def _record(one: Told) -> CameraRecord:
    at = START + timedelta(seconds=one.number)
    fields: dict[str, FieldValue] = {
        "build_state": FieldValue("已建", "derived", "discover.ws-discovery", at, True),
        "access_network": FieldValue(
            "自建局域网", "suggested", "discover.ws-discovery", at, False, "10.20.1.0/24"
        ),
    }
    if one.name:
        fields["channel_name"] = FieldValue(one.name, "measured", "onvif.channels", at, True)
    if one.make:
        brand, model = one.make
        fields["brand"] = FieldValue(brand, "derived", "onvif.identity", at, True)
        fields["model"] = FieldValue(model, "derived", "onvif.identity", at, True)
    if one.size:
        width, height = one.size
        word = "是" if width >= 1280 and height >= 720 else "否"
        note = f"{width}×{height} / 1280×720"
        fields["hd"] = FieldValue(word, "derived", "picture.resolution", at, True, note)
    if one.position:
        fields["position"] = FieldValue(one.position, "suggested", "onvif.channels", at, False, one.name)
    for field, word in (one.typed or {}).items():
        fields[field] = FieldValue(word, "person", "清单.xlsx 第 9 行", at, True)
    classes = {"操场": "操场或户外活动场所", "户外活动场所": "操场或户外活动场所", "周界": "周界面向公共区域"}
    if one.position:
        gate = "单位主要出入口" if one.position.endswith("门") else "内部资源"
        word = classes.get(one.position, gate)
        fields["resource_class"] = FieldValue(word, "suggested", "onvif.channels", at, False, one.position)
    device = one.recorder or f"d{one.number}"
    channel = one.number if one.recorder else 1
    return CameraRecord(f"c-{device}-{channel}", device, channel, (), fields, one.answered, (channel,))


def document_with(**channel: object) -> out.Document:
    stream = {
        "role": "main",
        "codec": "H264",
        "width": 1920,
        "height": 1080,
        "fps": 25.0,
        "kbps": 900.0,
        "declared": {"codec": None, "width": None, "height": None, "fps": None},
        "uri": None,
    }
    whole = {
        "number": 1,
        "name": None,
        "osd": ["正门"],
        "camera_id": "d1.1",
        "source": {},
        "streams": [stream],
        "picture": {"alive": True},
        "faults": [],
        "gaps": {},
        "recording": None,
        "findings": [],
        **channel,
    }
    device = {
        "id": "d1",
        "kind": "camera",
        "address": "127.0.0.2",
        "ports": [80],
        "mac": None,
        "brand": "海康威视",
        "manufacturer": "HIKVISION",
        "model": "DS-1",
        "firmware": None,
        "serial": None,
        "gb_code": None,
        "protocols": {"onvif": "supported", "rtsp": "supported"},
        "seen_by": ["tcp"],
        "clock_offset_s": None,
        "channels": [whole],
        "findings": [],
        "gaps": {},
    }
    parts = {"run": None, "devices": [device], "cameras": [], "silent": [], "conflicts": []}
    return out.Document.model_validate({"schema": "camcensus/scan/1", **parts})


@pytest.fixture
def dossier_of(catalogue: Catalogue, view: View) -> MakeDossier:
    """Give a function that returns a dossier of one run of the school, or of so many nights."""

    def make(nights: int = 1, **parts: Any) -> Dossier:  # noqa: ANN401
        run, look = view.run, look_of(view, catalogue, SHANGHAI)
        assert run is not None
        assert look is not None
        results: list[Result] = []
        for ago in reversed(range(nights)):
            back = timedelta(days=ago)
            results += [replace(one, day=one.day - back, at=one.at - back) for one in look.results]
        whole = Dossier(
            school="瑞安市示例第一小学",
            document=scan_document(view, catalogue, whole=True),
            catalogue=catalogue,
            now=run.finished + timedelta(hours=6),
            zone=SHANGHAI,
            records={camera.id: camera for camera in view.cameras},
            results=results,
            rates=rates(view, list(newest(results).values()), catalogue),
        )
        return replace(whole, **parts)

    return make


@pytest.fixture
def cases(view: View) -> tuple[Case, ...]:
    """A recorder that is down, a camera that this explains, and a black picture that is mended."""
    assert view.run is not None
    at = view.run.finished
    recorder = Subject("10.20.1.50")
    return (
        Case(
            1,
            "recorder-down",
            recorder,
            "",
            (Spell(at - timedelta(hours=30), at - timedelta(hours=29)),),
            explains=(2,),
            owner="王师傅",
            notes=(Note("李老师", "已报修", at),),
        ),
        Case(
            2,
            "offline",
            Subject("10.20.1.50", 1),
            "c-10.20.1.50-1",
            (Spell(at - timedelta(hours=30), at - timedelta(hours=29)),),
            caused_by=1,
        ),
        Case(
            3,
            "black",
            Subject("d11", 1),
            "c-d11-1",
            (Spell(at - timedelta(days=3), at - timedelta(days=3), at - timedelta(hours=2), at),),
        ),
    )
