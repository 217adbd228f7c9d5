"""camcensus case: what is listed, what people say on it, and that closing by hand wants a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.load import load_catalogue
from inventory.store import open_store
from probe.model import Channel, ChannelReport, DeviceReport, Evidence, Measured, ScanReport, Target
from reports.cli import build

MONDAY = datetime(2026, 9, 7, 14, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a workspace with one camera that is off line: case 1."""
    said = {"onvif": "supported", "model": "X-1", "serial": "CAM-0000-01"}
    read = tuple(Evidence(name, Measured(word), "onvif", MONDAY) for name, word in said.items())
    camera = DeviceReport(Target("10.0.2.9", (80,)), read, (ChannelReport(Channel(1, "正门")),))
    store = open_store(tmp_path / "camcensus.db", load_catalogue())
    store.record(ScanReport("scan", MONDAY, MONDAY + timedelta(minutes=3), (), 1, 1, (camera,)))
    for n in range(1, 4):
        store.looked({"d1": "no-connection"}, MONDAY + n * timedelta(minutes=10))
    store.close()

    def command(*words: str) -> Result:
        env = {"COLUMNS": "200", "CAMCENSUS_LANG": "zh"}
        return CliRunner().invoke(build(), ["case", *words, "-w", str(tmp_path)], env=env)

    return command


def test_an_open_fault_is_listed_with_its_spot_and_since_when(run: Run) -> None:
    listed = run("list").stdout
    assert all(word in listed for word in ("离线", "10.0.2.9", "2026-09-07 22:10", "未修复"))


def test_what_the_only_look_so_far_found_is_listed_as_not_sure_yet(tmp_path: Path) -> None:
    dark = {"alive": True, "luma_p97": 10.0, "luma_spread": 1.0, "chroma_mean": 1.0, "luma_structure": 0.1}
    black = tuple(Evidence(name, Measured(value), "picture", MONDAY) for name, value in dark.items())
    onvif = (Evidence("onvif", Measured("supported"), "onvif", MONDAY),)
    camera = DeviceReport(Target("10.0.2.9", (80,)), onvif, (ChannelReport(Channel(1, "正门"), black),))
    store = open_store(tmp_path / "camcensus.db", load_catalogue())
    store.record(ScanReport("scan", MONDAY, MONDAY + timedelta(minutes=3), (), 1, 1, (camera,)))
    store.close()
    env = {"COLUMNS": "200", "CAMCENSUS_LANG": "zh"}
    listed = CliRunner().invoke(build(), ["case", "list", "-w", str(tmp_path)], env=env).stdout
    assert [word for word in ("黑屏", "10.0.2.9", "待复查", "camcensus check") if word not in listed] == []
    assert "目前没有故障" not in listed


def test_who_sees_to_it_and_a_note_are_shown(run: Run) -> None:
    run("own", "1", "张老师")
    run("note", "1", "已联系维修", "--who", "李老师")
    shown = run("show", "1").stdout
    assert "处理人：张老师" in shown
    assert "李老师：已联系维修" in shown


def test_a_fault_is_not_closed_by_hand_without_a_reason(run: Run) -> None:
    assert isinstance(run("close", "1").exception, UsageError)


def test_a_fault_that_was_closed_by_hand_is_listed_only_with_all(run: Run) -> None:
    run("close", "1", "--why", "已经拆除")
    assert ("离线" in run("list").stdout, "人工关闭" in run("list", "--all").stdout) == (False, True)


def test_a_number_that_is_no_fault_is_told(run: Run) -> None:
    assert "camcensus case list" in str(run("show", "7").exception)
