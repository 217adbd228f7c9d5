"""The demonstration, as a newcomer runs it first."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import jsonschema
import openpyxl
import pytest

from config.load import load_site

pytestmark = pytest.mark.e2e

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "scan.schema.json"


class Ran(Protocol):
    code: int
    out: str
    words: str


@dataclass(frozen=True)
class Demo:
    folder: Path
    ran: Ran
    seconds: float

    @property
    def document(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / "out" / "scan.json").read_text("utf-8"))
        return read


@pytest.fixture(scope="module")
def demo(camcensus: Callable[..., Ran], tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "演示 1"
    begun = time.monotonic()
    # Eighteen devices are the smallest school that has every honest fault.
    ran = camcensus("demo", "--cameras", "18", "--out", folder)
    return Demo(folder, ran, time.monotonic() - begun)


def test_the_demo_ends_well_and_within_ninety_seconds(demo: Demo) -> None:
    assert demo.ran.code == 0, demo.ran.words
    assert demo.seconds < 90


def test_every_file_that_it_names_is_there(demo: Demo) -> None:
    named = [Path(line.partition("：")[2]) for line in demo.ran.out.splitlines() if str(demo.folder) in line]
    assert len(named) == 4
    assert [path for path in named if not path.exists()] == []


def test_nothing_that_it_says_is_wrong_against_the_truth(demo: Demo) -> None:
    said = re.search(r"(\d+) 项一致，(\d+) 项如实标为未测，(\d+) 项有误", demo.ran.out)
    assert said, demo.ran.out
    assert int(said[1]) > 100
    assert int(said[3]) == 0, demo.ran.out


@pytest.mark.parametrize("word", ["黑屏", "画面冻结", "176×144", "不符合", "密码不对", "H265"])
def test_the_honest_faults_stand_in_the_table(demo: Demo, word: str) -> None:
    rows = [line for line in demo.ran.out.splitlines() if line.startswith("│")]
    assert [line for line in rows if word in line]


def test_the_devices_that_never_answer_are_named(demo: Demo) -> None:
    silent = [one["address"] for one in demo.document["silent"]]
    assert len(silent) == 2
    assert all(address in demo.ran.out for address in silent)


def test_its_json_keeps_to_the_schema(demo: Demo) -> None:
    jsonschema.validate(demo.document, json.loads(SCHEMA.read_text("utf-8")))


def test_its_form_is_filled_with_a_source_for_each_cell(demo: Demo) -> None:
    book = openpyxl.load_workbook(demo.folder / "out" / "ruian-2018-list.xlsx")
    sheet = book.worksheets[0]
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert load_site(demo.folder / "camcensus.toml").school in " ".join(cells)
    brands = {camera["brand"] for camera in demo.document["cameras"]} - {None}
    assert any(brand in cell for brand in brands for cell in cells)
    assert book["依据"].max_row > 16


def test_each_camera_that_showed_a_picture_has_a_snapshot(demo: Demo) -> None:
    alive = [
        f"{device['id']}-{channel['number']}.jpg"
        for device in demo.document["devices"]
        for channel in device["channels"]
        if channel["picture"].get("alive")
    ]
    kept = [path.name for path in (demo.folder / "snapshots").iterdir()]
    assert sorted(name for name in kept if name.count(".") == 1) == sorted(alive)
    assert all((demo.folder / "snapshots" / name).read_bytes().startswith(b"\xff\xd8\xff") for name in kept)


def test_what_was_found_has_an_evidence_picture(demo: Demo) -> None:
    frozen = [
        f"{device['id']}-{channel['number']}.frozen.jpg"
        for device in demo.document["devices"]
        for channel in device["channels"]
        if "frozen" in channel["faults"]
    ]
    assert frozen
    assert [name for name in frozen if not (demo.folder / "snapshots" / name).exists()] == []


def test_a_second_demo_is_not_written_over_the_first(demo: Demo, camcensus: Callable[..., Ran]) -> None:
    before = (demo.folder / "out" / "scan.json").read_bytes()
    ran = camcensus("demo", "--out", demo.folder)
    assert (ran.code, "换一个文件夹" in ran.words) == (2, True)
    assert (demo.folder / "out" / "scan.json").read_bytes() == before
