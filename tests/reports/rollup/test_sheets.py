"""Sheets as they come back: worked on, broken, of other forms; each mistake is named with its cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import View
from reports.form import fill
from reports.forms.desk import Choices
from reports.rollup import chuzhou
from reports.rollup.pages import list_rows
from reports.rollup.sheets import Read, read_sheet
from reports.rollup.submission import Submission, open_in
from reports.xlsx import write_xlsx
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


@pytest.mark.parametrize("typed", ["十二", "-3", "1e9", 2.5, "约4台", ""])
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


@pytest.mark.parametrize(
    ("cell", "typed", "column", "word"),
    [
        ("D4", "已 建", "build_state", "已建"),
        ("G4", "√", "hd", "是"),
        ("G4", "否√", "hd", "否"),
        ("J4", "公共区域 ", "resource_class", "公共区域"),
        ("C4", "南门", "position", "南门"),
    ],
)
def test_a_word_is_understood_as_by_an_import(
    hand_in: HandIn, read: Callable[[Path], Read], cell: str, typed: str, column: str, word: str
) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__(cell, typed)))
    assert only(found).rows[column][0] == word


@pytest.mark.parametrize(
    ("cell", "typed"), [("D4", "在建"), ("J4", "操场"), ("G4", "高清"), ("I4", "公安网")]
)
def test_a_word_that_the_form_has_not_is_named_and_its_row_still_listed(
    hand_in: HandIn, read: Callable[[Path], Read], cell: str, typed: str
) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__(cell, typed)))
    (trouble,) = found.troubles
    assert (trouble.level, trouble.cell, typed in trouble.what) == ("warn", cell, True)
    assert trouble.mend.startswith("应填：")
    assert typed in map(str, found.submissions[0].rows.iloc[0])


def test_a_text_that_is_a_formula_without_a_value_is_named(
    hand_in: HandIn, read: Callable[[Path], Read]
) -> None:
    found = read(worked_on(hand_in("甲小学"), lambda page: page.__setitem__("C4", "=C5")))
    assert [(one.level, one.cell) for one in found.troubles] == [("warn", "C4")]


def add_sum(word: str, number: int, *, line: int = 6, column: str = "A") -> Callable[[Worksheet], None]:
    def change(page: Worksheet) -> None:
        page.insert_rows(line)
        page[f"{column}{line}"], page[f"E{line}"] = word, number

    return change


@pytest.mark.parametrize("word", ["合计", "总 计", "合计：", "小计"])
@pytest.mark.parametrize("column", ["A", "B"])
def test_a_sum_that_people_typed_is_no_row(
    hand_in: HandIn, read: Callable[[Path], Read], word: str, column: str
) -> None:
    assert counts(read(worked_on(hand_in("甲小学"), add_sum(word, 6, column=column)))) == [4, 2]


def test_a_sum_that_people_typed_is_held_to_the_rows(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    found = read(worked_on(hand_in("甲小学"), add_sum("合计", 99)))
    (trouble,) = found.troubles
    assert (trouble.level, trouble.cell, "99" in trouble.what) == ("warn", "E6", True)
    assert int(found.submissions[0].rows["count"].sum()) == 6


def test_a_part_sum_is_that_of_the_rows_above_it(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    path = worked_on(hand_in("甲小学"), add_sum("小计", 4, line=5))
    assert counts(read(worked_on(path, add_sum("小计", 2, line=7)))) == [4, 2]


def test_a_list_whose_rows_were_all_emptied_does_not_count_as_no_camera(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, tmp_path: Path
) -> None:
    path = tmp_path / "清单.xlsx"
    write_xlsx(fill(catalogue.forms["ruian-2018-list"], ledger_of(view), catalogue, Choices()), path)

    def empty(page: Worksheet) -> None:
        for row in page.iter_rows(min_row=4, max_col=13):
            for cell in row:
                if not isinstance(cell, MergedCell) and not str(cell.value).startswith(("审核人", "注", "2")):
                    cell.value = None

    found = read_sheet(worked_on(path, empty), catalogue, LISTS)
    assert (found.submissions, [one.level for one in found.troubles]) == ((), ["error"])


def test_a_list_that_never_had_a_row_is_told(hand_in: HandIn, read: Callable[[Path], Read]) -> None:
    found = read(hand_in("甲小学", []))
    assert ([len(one.rows) for one in found.submissions], len(found.troubles)) == ([0], 1)


def test_a_message_names_its_file_once(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK")
    (trouble,) = read(path).troubles
    assert "坏.xlsx" not in trouble.what


def suggested(path: Path, catalogue: Catalogue, ledger: Ledger) -> Path:
    """Export a list on which positions are suggestions, one row for each camera."""
    choices = Choices(grouped=False, scope="all", workspace="w")
    write_xlsx(fill(catalogue.forms["ruian-2018-list"], ledger, catalogue, choices), path)
    return path


def open_cells(found: Read) -> list[frozenset[str]]:
    (one,) = found.submissions
    return [open_in(row) for row in one.rows.to_dict("records")]


def test_a_suggestion_stays_one_until_somebody_confirms_it(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, tmp_path: Path
) -> None:
    path = suggested(tmp_path / "清单.xlsx", catalogue, ledger_of(view))
    first, second, *rest = open_cells(read_sheet(path, catalogue, LISTS))
    assert "position" in first & second

    def work(page: Worksheet) -> None:
        page["C4"] = f"{page['C4'].value}√"
        page["C5"] = "后门"
        page.title = "改了名"

    ticked, changed, *left = open_cells(read_sheet(worked_on(path, work), catalogue, LISTS))
    assert (ticked, changed, left) == (first - {"position"}, second - {"position"}, rest)
