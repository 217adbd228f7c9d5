"""From recorded runs to messages: what a school's channel is told of its nights, once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory import notices
from inventory.database import reading
from inventory.schedule import Slot
from inventory.store import Store, open_store
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    SilentTarget,
    StreamOffer,
    Target,
    Value,
)
from reports.told.message import Message, as_text, from_json
from reports.told.tell import put_news, tell_what_is_due
from reports.workspace import Workspace, open_workspace

CATALOGUE = load_catalogue()
# 02:00 on the 21st in Shanghai.
TWO = datetime(2026, 11, 20, 18, tzinfo=UTC)
SITE = 'school = "示例一小"\n[[notices]]\nname = "group"\nkind = "wecom"\n'


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "camcensus.toml").write_text(SITE, "utf-8")
    return open_workspace(tmp_path)


@pytest.fixture
def store(place: Workspace) -> Iterator[Store]:
    store = open_store(place.database, CATALOGUE)
    yield store
    store.close()


def camera(number: int, at: datetime) -> DeviceReport:
    read: dict[str, Value] = {"keyframes": 2, "luma_p97": 200.0, "alive": True}
    known: dict[str, Value] = {"onvif": "supported", "serial": f"SER-{number}"}
    stream = StreamOffer("main", f"rtsp://10.0.0.{number}/1")
    seen = tuple(Evidence(metric, Measured(value), "picture", at) for metric, value in read.items())
    said = tuple(Evidence(metric, Measured(value), "onvif", at) for metric, value in known.items())
    shown = ChannelReport(Channel(1, f"{number}号楼", streams=(stream,)), seen)
    return DeviceReport(Target(f"10.0.0.{number}", (80, 554)), said, (shown,))


def run(
    store: Store,
    at: datetime,
    *answering: int,
    silent: tuple[int, ...] = (),
    turn: int | None = None,
    asked: tuple[str, ...] = (),
) -> None:
    devices = tuple(camera(number, at) for number in answering)
    gone = tuple(SilentTarget(f"10.0.0.{number}", "no answer") for number in silent)
    end = at + timedelta(minutes=3)
    count = len(devices) + len(gone)
    store.record(ScanReport("check", at, end, asked, count, len(devices), devices, gone), turn)


def night(store: Store, at: datetime, *answering: int, silent: tuple[int, ...] = ()) -> None:
    day = (at + timedelta(hours=8)).date()
    turn = store.begin_turn(Slot("check", day.isoformat(), at), at)
    run(store, at, *answering, silent=silent, turn=turn)


def messages(store: Store) -> list[Message]:
    with reading(store.engine) as connection:
        return [from_json(one.message) for one in notices.waiting_of(connection, "group")]


def test_a_school_without_an_inventory_is_told_nothing(place: Workspace, store: Store) -> None:
    assert put_news(place, store, TWO + timedelta(hours=5)) == 0


def test_the_digest_of_a_night_counts_every_camera(place: Workspace, store: Store) -> None:
    night(store, TWO, 1, 2, 3)
    put_news(place, store, TWO + timedelta(hours=5))
    (digest,) = messages(store)
    assert (digest.kind, digest.facts["cameras"]["total"]) == ("digest", 3)


def test_what_was_not_judged_is_not_called_good(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    put_news(place, store, TWO + timedelta(hours=5))
    assert messages(store)[0].facts["cameras"] == {"total": 1, "good": 0, "faulty": 0, "unknown": 1}


def test_counts_and_rates_of_a_digest_are_of_one_making(place: Workspace, store: Store) -> None:
    night(store, TWO - timedelta(days=1), 1, 2, 3)
    night(store, TWO, 1, 3, silent=(2,))
    put_news(place, store, TWO + timedelta(hours=5))
    (digest,) = messages(store)
    text, counts = as_text(digest), digest.facts["cameras"]
    assert counts == {"total": 3, "good": 0, "faulty": 1, "unknown": 2}
    assert "在线率 66.6%（2/3）" in text
    assert "完好率 至少 0.0%（0/3，另有 2 台未测）" in text


def test_what_was_seen_once_is_to_be_looked_at_again(place: Workspace, store: Store) -> None:
    night(store, TWO - timedelta(days=1), 1, 2, 3)
    night(store, TWO, 1, 3, silent=(2,))
    put_news(place, store, TWO + timedelta(hours=5))
    assert "另有 1 处待复查" in as_text(messages(store)[0])


def test_a_second_look_that_finds_it_well_is_counted(place: Workspace, store: Store) -> None:
    night(store, TWO - timedelta(days=1), 1, 2, 3)
    night(store, TWO, 1, 3, silent=(2,))
    run(store, TWO + timedelta(minutes=20), 2, asked=("10.0.0.2",))
    put_news(place, store, TWO + timedelta(hours=5))
    assert messages(store)[0].facts["cameras"]["faulty"] == 0


def report(place: Workspace) -> None:
    place.out.mkdir()
    for name in ("health.html", "每日安防监控工作记录-2026-11-21.xlsx"):
        (place.out / name).write_bytes(b"PK")


def test_a_digest_says_where_the_report_is(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    report(place)
    put_news(place, store, TWO + timedelta(hours=5))
    assert f"上的 {place.out.resolve() / 'health.html'}" in as_text(messages(store)[0])


def test_a_digest_of_the_service_has_the_address_of_its_page(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    put_news(place, store, TWO + timedelta(hours=5), page="http://10.0.0.9:8765/")
    assert "详细报告：http://10.0.0.9:8765/" in as_text(messages(store)[0])


def test_the_log_sheet_of_the_night_goes_with_the_digest(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    report(place)
    put_news(place, store, TWO + timedelta(hours=5))
    assert messages(store)[0].sheet == "out/每日安防监控工作记录-2026-11-21.xlsx"


def test_where_no_sheet_was_written_none_is_promised(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    put_news(place, store, TWO + timedelta(hours=5))
    assert messages(store)[0].sheet == ""


def test_nights_that_failed_are_told_with_why_and_not_said_to_be_over(place: Workspace, store: Store) -> None:
    night(store, TWO - timedelta(days=2), 1)
    slot = Slot("check", "2026-11-20", TWO - timedelta(days=1))
    store.end_turn(store.begin_turn(slot, slot.due), slot.due, "failed", "磁盘已满")
    put_news(place, store, TWO - timedelta(hours=1))
    (deadman,) = [one for one in messages(store) if one.kind == "deadman"]
    assert "原因：磁盘已满\n至今没有做成一次巡检。" in as_text(deadman)


def test_whoever_asks_beside_the_service_tells_nothing_twice(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    now = TWO + timedelta(hours=5)
    told = [len(tell_what_is_due(place, store, lambda: now, page=page)) for page in ("", "http://10.0.0.9/")]
    assert told == [1, 0]


def test_nothing_is_told_twice_of_the_same_night(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    counts = [put_news(place, store, TWO + timedelta(hours=5, minutes=n)) for n in range(3)]
    assert counts == [1, 0, 0]


def test_before_its_hour_there_is_no_digest(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    assert put_news(place, store, TWO + timedelta(hours=4)) == 0


def test_a_camera_that_is_gone_for_sure_is_a_new_fault_with_its_name(place: Workspace, store: Store) -> None:
    night(store, TWO - timedelta(days=1), 1, 2, 3)
    for minutes in (0, 10, 20):
        run(store, TWO - timedelta(hours=1) + timedelta(minutes=minutes), 1, 3, silent=(2,))
    night(store, TWO, 1, 3, silent=(2,))
    put_news(place, store, TWO + timedelta(hours=5))
    lines = as_text(messages(store)[0]).splitlines()
    (place_of_it,) = [line for line in lines if "离线" in line]
    assert place_of_it.startswith("· 2号楼 10.0.0.2：离线")


def test_nights_on_which_nothing_ran_are_named(place: Workspace, store: Store) -> None:
    night(store, TWO - timedelta(days=5), 1)
    put_news(place, store, TWO + timedelta(hours=1))
    (deadman,) = messages(store)
    assert deadman.kind == "deadman"
    assert len(deadman.marks) == len(deadman.facts["missed"]) >= 3


def test_what_took_many_down_is_told_at_once_as_one_and_its_end_too(place: Workspace, store: Store) -> None:
    everyone = tuple(range(1, 9))
    night(store, TWO - timedelta(days=1), *everyone)
    for minutes in (0, 10, 20):
        run(store, TWO + timedelta(hours=14, minutes=minutes), 7, 8, silent=everyone[:6])
    put_news(place, store, TWO + timedelta(hours=14, minutes=25))
    for minutes in (40, 50):
        run(store, TWO + timedelta(hours=14, minutes=minutes), *everyone)
    put_news(place, store, TWO + timedelta(hours=15))
    urgent, clear = [one for one in messages(store) if one.kind in ("urgent", "clear")]
    assert "连带 6 台看不到（1号楼、2号楼、3号楼、4号楼等）" in as_text(urgent)
    assert "已恢复" in as_text(clear)
    assert len(urgent.marks) == len(clear.marks) == 1
