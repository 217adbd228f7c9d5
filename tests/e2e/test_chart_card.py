"""A chart card hangs in front of one of two cameras: found once by a command, read by every check after."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

pytestmark = pytest.mark.e2e

BIND = "127.91.41.0/28"
SEED = 259  # its cameras send H.264 in 720p, which is cheap to play
WITH_CARD, WITHOUT = 1, 2


class Ran(Protocol):
    code: int
    out: str
    words: str


class Opened(Protocol):
    def address(self, number: int) -> str: ...


@dataclass(frozen=True)
class Hung:
    """What each command said, and the check's JSON."""

    found: Ran
    not_found: Ran
    check: dict[str, Any]
    addresses: dict[int, str]

    def by(self, number: int) -> object:
        (device,) = (one for one in self.check["devices"] if one["address"] == self.addresses[number])
        return device["channels"][0]["picture"]["tvl_live_by"]


@pytest.fixture(scope="module")
def hung(
    camcensus: Callable[..., Ran],
    open_school: Callable[..., AbstractContextManager[Opened]],
    workspace: Callable[[Path, Opened], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Hung:
    base = tmp_path_factory.mktemp("card")
    with open_school(BIND, {WITH_CARD: ["chart-card"]}, devices=2, seed=SEED) as school:
        folder = workspace(base / "school", school)
        assert camcensus("scan", BIND, "-w", folder, "--json", base / "scan.json").code == 0
        addresses = {number: school.address(number) for number in (WITH_CARD, WITHOUT)}
        apart = shutil.copytree(folder, base / "apart")
        with ThreadPoolExecutor() as beside:
            reading = beside.submit(camcensus, "card", "read", addresses[WITHOUT], "-w", apart)
            found = camcensus("card", "read", addresses[WITH_CARD], "-w", folder)
            assert camcensus("check", "-w", folder, "--json", base / "check.json").code == 0
    return Hung(found, reading.result(), json.loads((base / "check.json").read_text("utf-8")), addresses)


def test_the_card_is_found_and_its_lines_are_said(hung: Hung) -> None:
    assert (hung.found.code, "电视线" in hung.found.out) == (0, True), hung.found.out + hung.found.words


def test_where_no_card_hangs_that_is_said(hung: Hung) -> None:
    assert (hung.not_found.code, "没有找到测试卡" in hung.not_found.out) == (3, True), hung.not_found.out


def test_every_later_check_reads_the_card(hung: Hung) -> None:
    assert hung.by(WITH_CARD) == "card"


def test_the_other_camera_is_read_without_one(hung: Hung) -> None:
    assert hung.by(WITHOUT) != "card"
