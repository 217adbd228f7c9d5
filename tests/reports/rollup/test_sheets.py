"""Sheets as they come back: worked on, broken, of other forms; each mistake is named with its cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.schema import Catalogue
from reports.rollup import chuzhou
from reports.rollup.pages import list_rows
from reports.rollup.sheets import Read, read_sheet
from reports.rollup.submission import Submission
from tests.reports.rollup.conftest import GATE, YARD, HandIn

LISTS = {"ruian-2018-list": list_rows}


@pytest.fixture
def read(catalogue: Catalogue) -> Callable[[Path], Read]:
    return lambda path: read_sheet(path, catalogue, LISTS)


def worked_on(path: Path, change: Callable[[Worksheet], None]) -> Path:
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def only(found: Read) -> Submission:
    assert found.troubles == ()
    (one,) = found.submissions
    return one


def counts(found: Read) -> list[int]:
    return [int(count) for count in only(found).rows["count"]]


def test_a_sheet_gives_its_rows_by_column(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    one = only(read(hand_in("甲小学")))
    assert (one.name, one.key.unit, counts(read(hand_in("甲小学")))) == ("甲小学", "甲小学", [4, 2])
    assert one.rows["resource_class"].tolist() == ["单位主要出入口", "操场或户外活动场所"]


def test_the_sign_off_and_the_notes_are_no_rows(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    assert len(only(read(hand_in("甲小学", [GATE]))).rows) == 1


def test_a_row_that_people_insert_is_read(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    def insert(page: Worksheet) -> None:
        page.insert_rows(5)
        for cell, value in {"B5": "甲小学", "C5": "后门", "D5": "已建", "E5": "３"}.items():
            page[cell] = value

    assert counts(read(worked_on(hand_in("甲小学"), insert))) == [4, 3, 2]


def test_columns_are_found_by_their_labels(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    def insert(page: Worksheet) -> None:
        page.insert_cols(2)
        page.insert_rows(1)

    path = hand_in("甲小学")
    plain = load_workbook(path)
    for merged in list(plain.worksheets[0].merged_cells.ranges):
        plain.worksheets[0].unmerge_cells(str(merged))
    plain.save(path)
    assert counts(read(worked_on(path, insert))) == [4, 2]


def test_a_missing_column_is_named(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__("E3", "多少")))
    assert found.submissions == ()
    assert "安装数量" in found.troubles[0].what


@pytest.mark.parametrize("typed", ["十二", "-3", "1e9", 2.5, "4台", ""])
def test_a_count_that_is_none_is_named_with_its_cell(
    hand_in: HandIn, read: Callable[[Path], Read], typed: str | float
) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__("E5", typed)))
    assert found.submissions == ()
    (trouble,) = found.troubles
    assert (trouble.level, trouble.cell, trouble.sheet) == ("error", "E5", "瑞安 2018 附件1 摄像头清单")
    assert trouble.mend


def test_a_formula_that_came_to_nothing_is_named(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__("E5", "=1+1")))
    assert [one.cell for one in found.troubles] == ["E5"]


def test_another_schools_rows_in_a_sheet_are_told(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__("B5", "乙小学")))
    assert [one.level for one in found.troubles] == ["warn"]
    assert "乙小学" in found.troubles[0].what


def test_a_districts_joined_list_is_taken_apart_by_school(
    hand_in: HandIn, read: Callable[[Path], Read]
) -> None:
    path = hand_in("一学区", [{**GATE, "school": "甲小学"}, {**YARD, "school": "乙小学"}], workspace="rollup")
    found = read(path)
    assert {one.name: int(one.rows["count"].sum()) for one in found.submissions} == {"甲小学": 4, "乙小学": 2}


def test_a_sheet_of_another_form_is_refused(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    found = read(hand_in("甲镇", [{"quota": 3}], form="yongjia-2010-quota"))
    assert found.submissions == ()
    assert "永嘉" in found.troubles[0].what


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n1,2\n"]
)
def test_a_file_that_is_no_xlsx_is_named(
    tmp_path: Path, read: Callable[[Path], Read], content: bytes
) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    found = read(path)
    assert found.submissions == ()
    assert [one.file for one in found.troubles] == [str(path)]


def test_an_xlsx_that_is_not_ours_is_refused(
    tmp_path: Path, read: Callable[[Path], Read], hand_in: HandIn
) -> None:
    path = hand_in("甲小学")
    book = load_workbook(path)
    del book["_meta"]
    book.save(path)
    assert [one.level for one in read(path).troubles] == ["error"]


def test_a_sum_that_does_not_fit_its_rows_is_named(hand_in: HandIn, catalogue: Catalogue) -> None:
    path = hand_in("县", [{"unit": "上塘", "quota": 175, "built": 5}], form="yongjia-2010-quota")

    def change(page: Worksheet) -> None:
        page["D4"] = 9

    assert page_of(path)["A4"].value == "合计"
    found = read_sheet(worked_on(path, change), catalogue, {"yongjia-2010-quota": list_rows})
    assert "9" in next(one.what for one in found.troubles if one.cell == "D4")


def test_rates_that_do_not_add_up_are_named(hand_in: HandIn, catalogue: Catalogue) -> None:
    row = {"rate": "覆盖率", "met": 9, "total": 8, "unknown": 0, "outside": 0}
    path = hand_in("甲小学", [row], form="chuzhou-2019-rates")
    found = read_sheet(path, catalogue, {"chuzhou-2019-rates": chuzhou.read_rates})
    assert "覆盖率" in found.troubles[0].what


def page_of(path: Path) -> Worksheet:
    return load_workbook(path).worksheets[0]
