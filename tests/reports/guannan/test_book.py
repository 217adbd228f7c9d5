"""The workbook of evidence as text, and how it leaves the printer.

UPDATE_GOLDEN=1 writes the snapshot anew; the change is then reviewed like any other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.evidence import load_evidence
from reports.guannan.book import evidence_bytes
from reports.guannan.pack import pack_bytes
from reports.guannan.page import Box, EvidencePage, Line, Table, line
from reports.guannan.rubric import RubricItem
from reports.guannan.scene import Scene

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "guannan-2018-evidence.txt"
AT = datetime(2026, 9, 18, tzinfo=UTC)
A4 = 9


def opened(scene: Scene) -> Workbook:
    return load_workbook(BytesIO(pack_bytes(scene)))


def test_the_pages_are_as_they_were(scene: Scene) -> None:
    text = "\n".join(one for page in opened(scene).worksheets for one in snapshot(page)) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_there_is_a_page_for_each_item_that_can_be_measured(scene: Scene) -> None:
    assert opened(scene).sheetnames == ["依据2", "依据3", "依据4", "依据5", "依据9", "依据13"]


def test_the_same_school_gives_the_same_bytes(scene: Scene) -> None:
    assert pack_bytes(scene) == pack_bytes(scene)


def test_every_page_is_printed_on_one_width_of_a4(scene: Scene) -> None:
    setups = [(page.page_setup.paperSize, page.page_setup.orientation) for page in opened(scene).worksheets]
    assert set(setups) == {(A4, "landscape")}


def test_a_long_table_has_its_headings_on_every_printed_page(scene: Scene) -> None:
    page = load_workbook(BytesIO(book_of([line(f"走廊{n}", "是") for n in range(120)]))).worksheets[0]
    after = [page.cell(one.id + 1, 1).value for one in page.row_breaks.brk]
    assert len(after) >= 3
    assert set(after) == {"摄像机"}


def test_a_name_that_looks_like_a_formula_stays_text(scene: Scene) -> None:
    page = load_workbook(BytesIO(book_of([line("=cmd|' /C calc'!A0", "@是")]))).worksheets[0]
    cells = [
        cell for row in page.iter_rows() for cell in row if cell.value and str(cell.value).startswith("=")
    ]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_picture_that_cannot_be_read_is_left_out(scene: Scene, tmp_path: Path, content: bytes) -> None:
    for lens in scene.lenses:
        (tmp_path / f"{lens.device.id}-{lens.number}.jpg").write_bytes(content)
    page = opened(replace(scene, snapshots=tmp_path))["依据3"]
    assert page._images == []  # type: ignore[attr-defined]  # openpyxl has no other way to ask


def test_the_newest_picture_of_a_channel_stands_in_its_line_made_small(scene: Scene, tmp_path: Path) -> None:
    lens = scene.lenses[0]
    _, jpeg = cv2.imencode(".jpg", np.full((720, 1280, 3), 90, np.uint8))
    (tmp_path / f"{lens.device.id}-{lens.number}.jpg").write_bytes(jpeg.tobytes())
    (image,) = opened(replace(scene, snapshots=tmp_path))["依据3"]._images  # type: ignore[attr-defined]
    with BytesIO(image._data()) as kept:
        shown = cv2.imdecode(np.frombuffer(kept.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape[:2] == (135, 240)


def book_of(lines: list[Line]) -> bytes:
    table = Table("一、甲", (("摄像机", 12), ("在线", 8)), tuple(lines))
    page = EvidencePage(2, "部位", ("一句话。",), (table,), ("说明。",))
    items = {2: RubricItem(2, 10, "条文", "score_2")}
    return evidence_bytes([page], items, load_evidence("guannan-2018"), "某校", AT)


def snapshot(page: Worksheet) -> Iterator[str]:
    setup = page.page_setup
    yield f"=== {page.title}"
    yield f"paper {setup.paperSize} {setup.orientation} wide {setup.fitToWidth} area {page.print_area}"
    yield f"breaks {[one.id for one in page.row_breaks.brk]}"
    for row in page.iter_rows():
        for cell in row:
            if cell.value is not None:
                tint = cell.fill.fgColor.rgb if cell.fill.fill_type else "-"
                value = str(cell.value).replace("\n", "⏎")
                yield f"{cell.coordinate} | {value} | {cell.number_format} | {tint}"
    for merged in sorted(str(one) for one in page.merged_cells.ranges if one.min_row != one.max_row):
        yield f"merge {merged}"


def test_a_place_with_many_cameras_is_named_again_where_the_table_is_cut() -> None:
    hanging = Box("学校各出入口内外", rows=30)
    lines = [line(hanging, "门0"), *(line(None, f"门{n}") for n in range(1, 30))]
    page = load_workbook(BytesIO(book_of(lines))).worksheets[0]
    named = [one for row in page.iter_rows(max_col=1) for one in row if one.value == "学校各出入口内外"]
    cameras = [one.value for row in page.iter_rows() for one in row if str(one.value).startswith("门")]
    assert (len(named), cameras) == (2, [f"门{n}" for n in range(30)])
