"""The page as a whole: what it says held fast, hostile words made harmless, no address outside.

UPDATE_GOLDEN=1 writes the snapshot anew; the change is then reviewed like any other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from config.words import say
from inventory.watch import Case, Change, Subject
from reports.health.album import Album
from reports.health.dossier import Dossier
from reports.health.page import health_of, html_of
from reports.health.parts import (
    Calendar,
    Card,
    Clause,
    Curve,
    Fault,
    Figure,
    Group,
    Headline,
    Health,
    Month,
    Picture,
    Plot,
    Recorder,
    Shift,
    Square,
    Untested,
)

MakeDossier = Callable[..., Dossier]
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "health.txt"
NIGHTS = tuple(Square(date(2026, 3, number), "ok" if number % 7 else "fault", "") for number in range(1, 31))
SMALL = Health(
    school="示例小学",
    night="2026-03-30",
    measured="2026-03-30 02:10",
    made="2026-03-30 08:00",
    headline=Headline("有 1 处紧急故障。", 3, 2, 1, 1, 1),
    notice="不是最新的",
    figures=(Figure("完好率", "33.3%", 1, 3, 1, "完好 ÷ 全部", ("没有达到 98 %",)),),
    group_rates=("在线率",),
    groups=(Group("品牌", "大华", ("66.6%\n2/3",)),),
    clauses=(Clause("灌教发〔2018〕26号", "第4项", "录像不少于 30 天", 1, 1, 1, 0, "另有 1 路仅供参考"),),
    faults=(
        Fault(
            7,
            "录像机离线",
            "urgent",
            "录像机 10.0.0.9",
            "2026-03-29 23:00",
            "9 小时",
            "第 2 次出现",
            Picture(),
            ("正门", "操场"),
            "王师傅",
            ("李老师：已报修",),
        ),
    ),
    explained=2,
    points="录像机离线1台：10.0.0.9。",
    changes=("新出现：10.0.0.12",),
    cards=(
        Card(
            "d1.1",
            "正门",
            "正门",
            "10.0.0.1",
            "海康威视 X-1",
            "1920×1080 H264",
            "fault",
            "视角偏移 12.3%",
            "以子码流判断",
            Picture(why="没有画面"),
            ("录像不少于 30 天",),
            NIGHTS,
        ),
        Card(
            "d2.1", "操场", "", "10.0.0.2", "", "", "ok", "正常", "", Picture("data:image/jpeg;base64,AA==")
        ),
    ),
    shifts=(
        Shift("正门 10.0.0.1", "12.3%", Picture("data:image/jpeg;base64,AA=="), Picture(why="没有画面")),
    ),
    recorders=(
        Recorder(
            "10.0.0.9",
            "大华 NVR",
            (("硬盘总体", "正常"),),
            "平台甲",
            (
                Calendar(
                    1,
                    "正门",
                    "与 10.0.0.1 是同一台",
                    "连续 2 天",
                    "not-met",
                    "不符合",
                    "能放",
                    "2026-03-03",
                    (Month("2026-03", ("whole", "holed", "missing", "unknown", *["outside"] * 27)),),  # type: ignore[arg-type]  # words of Day
                ),
            ),
        ),
    ),
    plots=(
        Plot("比率", "备注", ((8.0, "100"),), ((36.0, "03-01"),), (Curve("在线率", "97", "M36 8L40 9", ()),)),
    ),
    untested=(Untested("密码不对", "请核对密码。", (("整路画面", "食堂 10.0.0.3"),)),),
)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\u202e'


class Reader(HTMLParser):
    """Collects what a person reads, the names of the elements, and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.elements[-1:] != ["style"] and data.strip():
            self.texts.append(" ".join(data.split()))


def page_of(dossier: Dossier, picture: bytes = b"") -> str:
    return html_of(health_of(dossier, Album(lambda name: picture)))


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture
def whole(dossier_of: MakeDossier, cases: tuple[Case, ...]) -> Dossier:
    dossier = dossier_of(nights=3, cases=cases)
    changes = [Change("firmware", Subject("d11"), "V1", "V2", dossier.day)]
    past = {dossier.day - timedelta(days=ago): dossier.rates for ago in range(3)}
    return replace(dossier, changes=changes, past_rates=past)


@pytest.fixture
def hostile(whole: Dossier) -> Dossier:
    """The same school, in which everything that a device says of itself is an attack."""
    devices = [
        device.model_copy(
            update={
                "model": HOSTILE,
                "brand": HOSTILE,
                "address": HOSTILE,
                "channels": [
                    c.model_copy(update={"name": HOSTILE, "osd": [HOSTILE]}) for c in device.channels
                ],
            }
        )
        for device in whole.document.devices
    ]
    cameras = [
        camera.model_copy(update={"model": HOSTILE, "record": {}}) for camera in whole.document.cameras
    ]
    document = whole.document.model_copy(update={"devices": devices, "cameras": cameras})
    changes = [Change("renamed", Subject("d11", 1), HOSTILE, HOSTILE, whole.day)]
    return replace(whole, school=HOSTILE, document=document, changes=changes)


def test_what_the_page_says() -> None:
    texts = read(html_of(SMALL)).texts
    # The letters of a strip, and the days above a calendar, make one line.
    said = re.sub(r"(?m)(?<=^..)\n(?=..?$)|(?<=^.)\n(?=..?$)", " ", "\n".join(texts)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(said, "utf-8")
    assert said == GOLDEN.read_text("utf-8")


def test_words_of_devices_make_no_element_and_no_attribute(whole: Dossier, hostile: Dossier) -> None:
    kept = {"script", "iframe", "object", "embed", "link", "base", "form"}
    page = read(page_of(hostile))
    assert kept.isdisjoint(page.elements)
    assert set(page.elements) == set(read(page_of(whole)).elements)
    assert [name for name, _ in page.attributes if name.startswith("on")] == []


def test_words_of_devices_are_shown_as_they_are(hostile: Dossier) -> None:
    assert HOSTILE.removesuffix("\u202e") in "".join(read(page_of(hostile)).texts)


def test_a_template_in_the_words_of_a_device_is_not_carried_out(hostile: Dossier) -> None:
    assert "{{ 7 * 7 }}" in page_of(hostile)


def test_marks_that_turn_text_around_are_left_out(hostile: Dossier) -> None:
    assert "\u202e" not in page_of(hostile)


def test_the_page_asks_nothing_of_any_address(whole: Dossier, jpeg_of: Callable[..., bytes]) -> None:
    page = page_of(whole, jpeg_of(64, 36))
    asked = [
        value
        for name, value in read(page).attributes
        if name in ("src", "href", "srcset", "data", "action", "poster")
        and not value.startswith(("data:", "#"))
    ]
    assert asked == []
    assert re.findall(r"(?i)https?:|//[a-z]|url\(|@import", re.sub(r"base64,[A-Za-z0-9+/=]*", "", page)) == []


def test_the_page_forbids_the_browser_to_fetch_anything(whole: Dossier) -> None:
    attributes = read(page_of(whole)).attributes
    assert ("content", "default-src 'none'; img-src data:; style-src 'unsafe-inline'") in attributes


def test_each_figure_of_a_table_has_its_name_beside_it_on_a_phone() -> None:
    names = [value for name, value in read(html_of(SMALL)).attributes if name == "data-of"]
    assert {say("health.counted"), say("health.formula"), "在线率", say("health.not_met")} <= set(names)


def test_every_link_within_the_page_leads_somewhere(whole: Dossier) -> None:
    attributes = read(page_of(whole)).attributes
    there = {value for name, value in attributes if name == "id"}
    assert {value[1:] for name, value in attributes if name == "href"} <= there


def test_a_state_is_told_by_a_letter_and_not_by_colour_alone(whole: Dossier) -> None:
    page = page_of(whole)
    assert re.findall(r'<i class="s (?:ok|fault|unknown|none)"[^>]*></i>', page) == []


def test_the_page_of_a_large_school_is_small_without_pictures(whole: Dossier) -> None:
    cameras = whole.document.cameras
    many = [
        camera.model_copy(update={"id": f"{camera.id}-{number}"})
        for number in range(12)
        for camera in cameras
    ]
    records = {one.id: whole.records[one.id.rsplit("-", 1)[0]] for one in many}
    document = whole.document.model_copy(update={"cameras": many})
    large = replace(whole, document=document, records=records)
    assert len(many) >= 300
    assert len(page_of(large).encode()) < 5_000_000


def test_a_report_of_an_old_run_says_that_nobody_looked_since(whole: Dossier) -> None:
    late = replace(whole, now=whole.now + timedelta(days=5))
    assert say("health.stale", time=say("health.days", count=5)) in page_of(late)


def test_a_report_of_last_night_says_no_such_thing(whole: Dossier) -> None:
    assert health_of(whole, Album(lambda name: b"")).notice == ""


def test_a_school_without_a_run_has_a_page_too(dossier_of: MakeDossier) -> None:
    dossier = dossier_of()
    nothing = dossier.document.model_copy(
        update={"run": None, "devices": [], "cameras": [], "silent": [], "suggestions": [], "ties": []}
    )
    empty = replace(dossier, document=nothing, results=(), rates=(), records={})
    assert "<h1>" in page_of(empty)
