"""The folder of pictures: the newest of each channel, evidence while it tells something, nothing for long."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from probe.model import Channel, ChannelReport
from reports.snapshots import drop_old, keep_pictures

CATALOGUE = load_catalogue()
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def look(
    folder: Path, day: int = 0, jpeg: bytes = b"picture", device: str = "d1", **crops: bytes
) -> dict[str, bytes]:
    """Keep one look at a channel and return what the folder holds then."""
    report = ChannelReport(Channel(1), jpeg=jpeg, crops=crops)
    keep_pictures(folder, device, report, CATALOGUE, NOON + timedelta(days=day))
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def old_file(folder: Path, name: str, days: float) -> Path:
    path = folder / name
    path.write_bytes(b"x")
    taken = (NOON - timedelta(days=days)).timestamp()
    os.utime(path, (taken, taken))
    return path


def test_a_channel_has_its_newest_picture(tmp_path: Path) -> None:
    look(tmp_path, jpeg=b"yesterday")
    assert look(tmp_path, 1, jpeg=b"today") == {"d1-1.jpg": b"today"}


def test_a_fault_has_its_evidence_beside_the_picture(tmp_path: Path) -> None:
    assert look(tmp_path, frozen=b"still") == {"d1-1.jpg": b"picture", "d1-1.frozen.jpg": b"still"}


def test_a_fault_that_lasts_shows_its_newest_evidence(tmp_path: Path) -> None:
    look(tmp_path, frozen=b"first")
    assert look(tmp_path, 1, frozen=b"second")["d1-1.frozen.jpg"] == b"second"


def test_evidence_of_a_fault_that_is_over_gets_the_day_it_showed(tmp_path: Path) -> None:
    look(tmp_path, frozen=b"still")
    assert look(tmp_path, 3) == {"d1-1.jpg": b"picture", "d1-1.frozen.2026-11-20.jpg": b"still"}


def test_a_channel_that_was_not_seen_keeps_its_evidence(tmp_path: Path) -> None:
    before = look(tmp_path, frozen=b"still")
    assert look(tmp_path, 1, jpeg=b"") == before


def test_proof_of_a_reading_stays_while_it_is_not_read_anew(tmp_path: Path) -> None:
    look(tmp_path, tvl_live_by=b"edges")
    assert look(tmp_path, 1)["d1-1.tvl_live_by.jpg"] == b"edges"


def test_another_devices_evidence_is_left_alone(tmp_path: Path) -> None:
    look(tmp_path, device="d11", frozen=b"still")
    assert look(tmp_path, 1)["d11-1.frozen.jpg"] == b"still"


def test_no_word_that_is_no_id_becomes_part_of_a_path(tmp_path: Path) -> None:
    report = ChannelReport(Channel(1), jpeg=b"picture", crops={"../../evil": b"x", "UP": b"x", "": b"x"})
    keep_pictures(tmp_path, "d1", report, CATALOGUE, NOON)
    assert contents(tmp_path) == {"d1-1.jpg": b"picture"}


def test_a_picture_is_as_old_as_what_it_shows(tmp_path: Path) -> None:
    look(tmp_path)
    assert (tmp_path / "d1-1.jpg").stat().st_mtime == NOON.timestamp()


@pytest.mark.parametrize(
    "name", ["d1-1.jpg", "d12-3.frozen.jpg", "d1-1.no-signal.2026-10-01.jpg", "d1-1.part", "d1-1.black.part"]
)
def test_our_own_pictures_go_when_they_are_too_old(tmp_path: Path, name: str) -> None:
    old_file(tmp_path, name, 30.5)
    drop_old(tmp_path, NOON, 30)
    assert contents(tmp_path) == {}


def test_pictures_within_the_limit_stay(tmp_path: Path) -> None:
    old_file(tmp_path, "d1-1.jpg", 29.5)
    drop_old(tmp_path, NOON, 30)
    assert list(contents(tmp_path)) == ["d1-1.jpg"]


@pytest.mark.parametrize(
    "name", ["正门.jpg", "d1-1.JPG", "d1-1.png", "d1-1 (copy).jpg", "xd1-1.jpg", "d1-1.jpg.bak", "d1.jpg"]
)
def test_what_somebody_else_put_there_is_never_deleted(tmp_path: Path, name: str) -> None:
    old_file(tmp_path, name, 900)
    drop_old(tmp_path, NOON, 30)
    assert list(contents(tmp_path)) == [name]


def test_a_folder_with_a_name_like_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "d1-1.jpg").mkdir()
    os.utime(tmp_path / "d1-1.jpg", (0, 0))
    drop_old(tmp_path, NOON, 30)
    assert (tmp_path / "d1-1.jpg").is_dir()
