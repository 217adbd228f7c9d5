"""camcensus same: what is listed, what an answer does, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.load import load_catalogue
from inventory import suggesting
from inventory.alike import Alike, Look
from inventory.store import open_store
from probe.memory import Kept
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    StreamOffer,
    Target,
)
from reports.cli import build

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 14, tzinfo=UTC)
Run = Callable[..., Result]


def device(kind: str, address: str, serial: str, channel: Channel) -> DeviceReport:
    said = {"onvif": "supported", "model": "X-1", "serial": serial, "device_kind": kind}
    read = tuple(Evidence(name, Measured(word), "onvif", MONDAY) for name, word in said.items())
    return DeviceReport(
        Target(address, (80,)), read, (ChannelReport(channel, kept=Kept("day", record=b"x")),)
    )


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a workspace where a camera may be behind a recorder's channel: suggestion 1."""

    def alike(loose: Sequence[Look], channels: Sequence[Look]) -> list[Alike]:
        return [Alike(loose[0], channels[0], 0.94, 0.9, 1.0, ("正门", "正门"))]

    monkeypatch.setattr(suggesting, "suggest", alike)
    streams = (StreamOffer("main"),)
    camera = device("camera", "10.0.2.9", "CAM-0000-01", Channel(1, "正门", streams=streams))
    behind = Channel(3, "正门", streams=streams, kind="network", camera=Behind("172.31.0.5"))
    recorder = device("recorder", "10.0.2.200", "REC-0000-77", behind)
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    store.record(ScanReport("scan", MONDAY, MONDAY + timedelta(minutes=3), (), 2, 2, (camera, recorder)))
    store.close()

    def command(*words: str) -> Result:
        return CliRunner().invoke(build(), ["same", *words, "-w", str(tmp_path)], env={"COLUMNS": "200"})

    return command


def cameras(folder: Path) -> int:
    store = open_store(folder / "camcensus.db", CATALOGUE)
    count = len(store.view().cameras)
    store.close()
    return count


def test_a_suggestion_is_listed_with_its_reasons(run: Run) -> None:
    listed = run("list").output
    assert all(word in listed for word in ("10.0.2.9", "10.0.2.200", "94%", "90%", "正门"))


def test_both_pictures_are_named_so_that_they_can_be_looked_at(run: Run, tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    for name in ("d1-1.jpg", "d2-3.jpg"):
        (tmp_path / "snapshots" / name).write_bytes(b"jpeg")
    listed = run("list").output
    assert [name for name in ("snapshots/d1-1.jpg", "snapshots/d2-3.jpg") if name not in listed] == []


def test_a_picture_that_was_never_taken_is_not_named(run: Run) -> None:
    assert ".jpg" not in run("list").output


def test_accepting_makes_one_camera_of_two(run: Run, tmp_path: Path) -> None:
    before = cameras(tmp_path)
    assert (run("accept", "1", "--who", "李老师").exit_code, before, cameras(tmp_path)) == (0, 2, 1)


def test_refusing_leaves_two_cameras(run: Run, tmp_path: Path) -> None:
    assert (run("refuse", "1").exit_code, cameras(tmp_path)) == (0, 2)


def test_the_list_says_who_answered(run: Run) -> None:
    run("refuse", "1", "--who", "李老师")
    assert "李老师" in run("list").output


def test_what_was_answered_is_not_asked_again(run: Run) -> None:
    run("refuse", "1")
    assert run("accept", "1").exit_code != 0


def test_an_answer_can_be_taken_back(run: Run, tmp_path: Path) -> None:
    run("accept", "1")
    assert (run("undo", "1").exit_code, cameras(tmp_path)) == (0, 2)


def test_a_number_that_is_none_changes_nothing(run: Run, tmp_path: Path) -> None:
    assert (run("accept", "1", "99").exit_code != 0, cameras(tmp_path)) == (True, 2)
