"""camcensus report: what is written, of which day, and what a mistake in asking for it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.load import load_catalogue
from config.words import say
from inventory.store import open_store
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    ScanReport,
    StreamOffer,
    Target,
)
from reports.cli import build

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 18, tzinfo=UTC)  # Tuesday 02:00 at school
DAY = "2026-09-08"
Run = Callable[..., Result]


def night(days: int, jpeg: bytes, *, answers: bool = True) -> ScanReport:
    at = MONDAY + timedelta(days=days)
    said = {"onvif": "supported", "model": "X-1", "serial": "CAM-0000-01", "device_kind": "camera"}
    read = tuple(
        Evidence(name, Measured(word) if answers else NotMeasured(Gap.UNREACHABLE), "onvif", at)
        for name, word in said.items()
    )
    channel = Channel(1, "<b>正门</b>", streams=(StreamOffer("main"),))
    alive = (Evidence("alive", Measured(value=True), "rtsp.alive", at),)
    channels = (ChannelReport(channel, alive, jpeg=jpeg),) if answers else ()
    device = DeviceReport(Target("10.0.2.9", (80,)), read, channels)
    return ScanReport("check", at, at + timedelta(minutes=3), (), 1, int(answers), (device,))


@pytest.fixture
def school(tmp_path: Path, jpeg_of: Callable[..., bytes]) -> Path:
    """A workspace with three nights: on the last one the camera is silent."""
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    for days in range(3):
        store.record(night(days, jpeg_of(64, 36), answers=days < 2))
    store.close()
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "d1-1.jpg").write_bytes(jpeg_of(640, 360))
    return tmp_path


@pytest.fixture
def report(school: Path) -> Run:
    def command(*words: str) -> Result:
        return CliRunner().invoke(build(), ["report", "-w", str(school), *words])

    return command


def test_the_page_and_the_sheets_are_written(report: Run, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert report("--out", str(out)).exit_code == 0
    names = {"health.html", say("logbook.daily_file", day="2026-09-10"), say("logbook.repairs_file")}
    assert {path.name for path in out.iterdir()} == names


def test_the_acceptance_tests_are_written_where_they_are_asked_for(report: Run, tmp_path: Path) -> None:
    assert report("--out", str(tmp_path / "out"), "--acceptance").exit_code == 0
    book = load_workbook(tmp_path / "out" / say("logbook.acceptance_file"))
    assert len(book.worksheets[1]._images) == 1  # type: ignore[attr-defined]  # openpyxl has no other way


def test_the_picture_of_a_camera_is_in_the_page(report: Run, tmp_path: Path) -> None:
    report("--out", str(tmp_path / "out"))
    assert "data:image/jpeg;base64," in (tmp_path / "out" / "health.html").read_text("utf-8")


def test_a_day_that_is_past_is_told_as_it_was(report: Run, tmp_path: Path) -> None:
    assert report("--out", str(tmp_path / "out"), "--day", DAY).exit_code == 0
    assert (tmp_path / "out" / say("logbook.daily_file", day=DAY)).exists()
    assert say("health.past", day=DAY) in (tmp_path / "out" / "health.html").read_text("utf-8")


@pytest.mark.parametrize("day", ["8.9.2026", "2026-02-30", "2999-01-01", "2026-09-01"])
def test_a_day_that_cannot_be_is_refused(report: Run, tmp_path: Path, day: str) -> None:
    ran = report("--out", str(tmp_path / "out"), "--day", day)
    assert isinstance(ran.exception, UsageError)
    assert not (tmp_path / "out").exists()


def test_a_page_that_cannot_be_written_leaves_no_half_of_one(report: Run, tmp_path: Path) -> None:
    (tmp_path / "out" / "health.html").mkdir(parents=True)
    assert isinstance(report("--out", str(tmp_path / "out")).exception, UsageError)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["health.html"]
