"""The list of units that ought to report, and who is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from config.errors import UsageError
from reports.rollup.expected import Unit, against, read_units
from reports.rollup.submission import Submission

Make = Callable[..., Submission]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_lists_a_unit_on_each_line(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.txt"
    path.write_bytes("甲小学\r\n\r\n乙小学,330381001\r\n".encode(encoding))
    assert read_units(path) == (Unit("甲小学"), Unit("乙小学", "330381001"))


def test_a_sheet_lists_units_below_their_heading(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["应上报单位"],
        ["序号", "学校名称", "学校代码"],
        [1, "甲小学", 330381001],
        [2, "乙小学", None],
    ):
        page.append(row)
    book.save(tmp_path / "名单.xlsx")
    assert read_units(tmp_path / "名单.xlsx") == (Unit("甲小学", "330381001"), Unit("乙小学"))


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\x00\x01\x02", b"# only a remark"])
def test_a_list_without_units_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "名单.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="名单"):
        read_units(path)


def test_who_has_not_reported_is_silent_and_keeps_its_place(submission: Make) -> None:
    listed = against([Unit("甲"), Unit("乙"), Unit("丙")], [submission("丙", 1), submission("甲", 1)])
    assert (listed.order, listed.silent) == (("甲", "乙", "丙"), ("乙",))


def test_a_unit_is_found_by_its_code_too(submission: Make) -> None:
    assert against([Unit("甲小学", "330381001")], [submission("330381001", 1)]).silent == ()


def test_a_unit_off_the_list_is_named_with_what_it_may_be(submission: Make) -> None:
    listed = against([Unit("瑞安市实验小学"), Unit("安阳小学")], [submission("瑞安实验小学", 1)])
    assert listed.unlisted == (("瑞安实验小学", "瑞安市实验小学"),)
    assert listed.silent == ("瑞安市实验小学", "安阳小学")


def test_the_second_school_is_not_taken_for_the_first(submission: Make) -> None:
    assert against([Unit("瑞安市第一小学")], [submission("瑞安市第二小学", 1)]).unlisted == (
        ("瑞安市第二小学", ""),
    )


def test_who_sent_something_unusable_is_not_silent(submission: Make) -> None:
    listed = against([Unit("甲"), Unit("乙")], [submission("甲", 1)], ["乙"])
    assert listed.silent == ()
    assert "乙" not in listed.reported


def test_a_unit_listed_twice_is_told() -> None:
    assert against([Unit("甲"), Unit("甲 ")], []).twice == ("甲", "甲 ")


def test_two_listed_schools_of_one_name_are_told_apart_by_their_codes(submission: Make) -> None:
    units = [Unit("甲", "1001"), Unit("甲", "1002"), Unit("乙")]
    listed = against(units, [submission("甲", 4, code="1002")])
    assert (listed.order, listed.silent) == (("甲（1001）", "甲（1002）", "乙"), ("甲（1001）", "乙"))
    assert (list(listed.reported), listed.twice) == (["甲（1002）"], ())


def test_two_schools_of_one_name_are_two_lines(submission: Make) -> None:
    listed = against([], [submission("甲", 4, code="1001"), submission("甲", 5, code="1002")])
    assert {name: len(many) for name, many in listed.reported.items()} == {"甲": 1, "甲（1002）": 1}


def test_the_networks_of_a_school_are_one_line(submission: Make) -> None:
    listed = against([], [submission("甲", 4, network="s1"), submission("甲", 5, network="s2")])
    assert {name: len(many) for name, many in listed.reported.items()} == {"甲": 2}
