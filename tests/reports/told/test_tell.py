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
from reports.told.tell import put_news
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
    store: Store, at: datetime, *answering: int, silent: tuple[int, ...] = (), turn: int | None = None
) -> None:
    devices = tuple(camera(number, at) for number in answering)
    gone = tuple(SilentTarget(f"10.0.0.{number}", "no answer") for number in silent)
    end = at + timedelta(minutes=3)
    count = len(devices) + len(gone)
    store.record(ScanReport("check", at, end, (), count, len(devices), devices, gone), turn)


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
    assert (digest.kind, digest.facts["channels"]["total"]) == ("digest", 3)


def test_what_was_not_judged_is_not_called_good(place: Workspace, store: Store) -> None:
    night(store, TWO, 1)
    put_news(place, store, TWO + timedelta(hours=5))
    assert messages(store)[0].facts["channels"] == {"total": 1, "good": 0, "faulty": 0, "unknown": 1}


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
    assert "连带 6 路看不到（1号楼、2号楼、3号楼、4号楼等）" in as_text(urgent)
    assert "已恢复" in as_text(clear)
    assert len(urgent.marks) == len(clear.marks) == 1
