"""Pictures of a report: small, within a total, and nothing kept of a device's file but what it shows."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from config.words import say
from reports.health.album import MOST_BYTES, Album, shrink
from reports.health.reading import read_picture

Jpeg = Callable[..., bytes]


@pytest.mark.parametrize("size", [(1920, 1080), (704, 576), (352, 288), (64, 2000), (2000, 8), (1, 1)])
def test_a_thumbnail_never_passes_its_limit(jpeg_of: Jpeg, size: tuple[int, int]) -> None:
    assert 0 < len(shrink(jpeg_of(*size))) <= MOST_BYTES


def test_what_is_no_picture_is_said_to_be_none() -> None:
    assert Album(lambda name: b"<script>").file("d1-1.jpg").why == say("health.bad_picture")


def test_words_that_a_device_hides_in_its_file_do_not_reach_the_report(jpeg_of: Jpeg) -> None:
    content = jpeg_of(320, 180)
    hidden = content[:2] + b"\xff\xfe\x00\x12<script>evil()</" + content[2:]
    uri = Album(lambda name: hidden).file("d1-1.jpg").uri
    assert b"evil" not in base64.b64decode(uri.partition(",")[2])


def test_pictures_stop_where_the_total_is_used_up(jpeg_of: Jpeg) -> None:
    content = jpeg_of(640, 360)
    album = Album(lambda name: content, total=len(shrink(content)))
    assert album.file("d1-1.jpg").uri
    assert album.file("d2-1.jpg").why == say("health.picture_left_out", name="d2-1.jpg")


def test_a_picture_that_is_shown_twice_is_made_once(jpeg_of: Jpeg) -> None:
    read: list[str] = []
    content = jpeg_of(64, 36)

    def reading(name: str) -> bytes:
        read.append(name)
        return content

    album = Album(reading)
    assert album.file("d1-1.jpg") is album.file("d1-1.jpg")
    assert read == ["d1-1.jpg"]


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname", "a/b.jpg", "..", "link.jpg"])
def test_nothing_outside_the_folder_of_pictures_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    folder = tmp_path / "snapshots"
    folder.mkdir()
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    assert read_picture(folder, name) == b""
