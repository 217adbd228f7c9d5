"""What is particular to Huoqiu: a column for each camera, dates and degrees, the report of nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from openpyxl import Workbook

from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import FieldValue
from reports.paper import Cell, Paper

MakePaper = Callable[..., Paper]
Known = Callable[..., Ledger]
Open = Callable[[Paper], Workbook]

CAMERAS = "huoqiu-2023-cameras"
WANTED = "huoqiu-2023-wanted"
ZERO = "huoqiu-2023-zero"


def with_field(ledger: Ledger, field: str, word: str) -> Ledger:
    """Return the ledger with this typed for every camera."""
    said = FieldValue(word, "person", "整合表.xlsx F11", ledger.made, True)
    cameras = tuple(replace(one, fields={**one.fields, field: said}) for one in ledger.cameras)
    return replace(ledger, cameras=cameras)


def column(paper: Paper, label: str) -> list[Any]:
    return [cell.filled.value for cell in cells(paper, label) if cell.key]


def cells(paper: Paper, label: str) -> list[Cell]:
    return [
        cell for page in paper.pages for cell in page.cells if cell.label == label and cell.look == "value"
    ]


def test_each_camera_has_a_column_and_two_stand_on_a_page(filled_form: MakePaper) -> None:
    paper = filled_form(CAMERAS)
    numbers = column(paper, "摄像头 序号")
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(paper.pages[0].breaks) == (len(numbers) + 1) // 2 - 1


def test_a_new_printed_page_begins_with_the_title(filled_form: MakePaper) -> None:
    page = filled_form(CAMERAS).pages[0]
    titles = {cell.line for cell in page.cells if cell.look == "title"}
    assert set(page.breaks) <= titles


def test_a_wanted_point_is_no_camera_of_the_survey(filled_form: MakePaper) -> None:
    assert "南校门外" not in column(filled_form(CAMERAS), "摄像头 位置名称")


def test_a_camera_that_sees_nothing_public_is_left_out_and_named(
    filled_form: MakePaper, known: Known
) -> None:
    ledger = with_field(known(), "faces_public", "否")
    paper = filled_form(CAMERAS, ledger)
    assert column(paper, "摄像头 序号") == []
    assert sorted(one.camera for one in paper.left_out) == sorted(one.id for one in ledger.cameras)


def test_each_column_says_in_a_hidden_line_which_camera_it_is(filled_form: MakePaper, opened: Open) -> None:
    paper = filled_form(CAMERAS)
    page = opened(paper).worksheets[0]
    hidden = [row for row, one in page.row_dimensions.items() if one.hidden]
    keys = {cell.value for row in hidden for cell in page[row] if cell.value}
    assert keys - {"new1"} == {"_key", *paper.pages[0].keys}


def test_the_list_has_a_line_for_each_column_of_the_table(filled_form: MakePaper) -> None:
    plain = filled_form(CAMERAS, as_list=True)
    assert len(plain.rows) == len(column(filled_form(CAMERAS), "摄像头 序号"))


def test_the_list_says_the_same_as_the_table(filled_form: MakePaper) -> None:
    paper, plain = filled_form(CAMERAS), filled_form(CAMERAS, as_list=True)
    assert [row.cells[4].value for row in plain.rows] == column(paper, "摄像头 品牌")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("2019-09", "2019.09"),
        ("2019.9", "2019.09"),
        ("2019.9.5", "2019.09"),
        ("2019.09", "2019.09"),
        ("2019-09-01", "2019.09"),
        ("2019", "2019"),
    ],
)
def test_a_date_is_written_as_in_the_sample(
    filled_form: MakePaper, known: Known, typed: str, printed: str
) -> None:
    paper = filled_form("huoqiu-2023-platform", known(system={"system_built_on": typed}))
    assert column(paper, "建设时间") == [printed]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("117.266573", "117.266573"),
        ("117.26657312", "117.266573"),
        ("117.26657012", "117.2665701"),
        ("117.266570", "117.266570"),
        ("117.26", "117.26"),
        ("117", "117"),
    ],
)
def test_degrees_are_cut_and_never_rounded_or_filled_up(
    filled_form: MakePaper, known: Known, typed: str, printed: str
) -> None:
    paper = filled_form(CAMERAS, with_field(known(), "longitude", typed))
    assert set(column(paper, "摄像头 经度（保留后六位）")) == {printed}


def test_the_camera_cells_are_text(filled_form: MakePaper, known: Known, opened: Open) -> None:
    book = opened(filled_form(CAMERAS, with_field(known(), "gb_code", "34152200001320000017")))
    code = book.worksheets[0]["D5"]
    assert (code.value, code.data_type, code.number_format) == ("34152200001320000017", "s", "@")


def test_the_amount_is_the_seven_counts_in_words(filled_form: MakePaper) -> None:
    amounts = column(filled_form(WANTED), "数量")
    assert amounts == ["普通枪机2个/人脸卡口1个", "普通球机1个", None, "其他类型监控终端3个"]


def test_columns_are_left_blank_up_to_a_full_page(filled_form: MakePaper) -> None:
    assert [cell.filled.value for cell in cells(filled_form(WANTED), "序号")] == [1, 2, 3, 4, None, None]


def test_without_a_wanted_point_there_is_one_blank_page(filled_form: MakePaper, known: Known) -> None:
    paper = filled_form(WANTED, known(points=()))
    assert [cell.filled.value for cell in cells(paper, "序号")] == [None, None, None]


def test_the_unit_stands_in_the_page_header_where_the_form_has_no_line_for_it(
    filled_form: MakePaper, opened: Open
) -> None:
    header = opened(filled_form(WANTED)).worksheets[0].oddHeader
    assert header is not None
    assert header.left is not None
    assert header.left.text == "示例县第一小学"


def test_places_without_a_camera_are_proposed_only_where_asked_for(filled_form: MakePaper) -> None:
    plain = [cell.filled.value for cell in cells(filled_form(WANTED), "监控位置")]
    more = [cell.filled.value for cell in cells(filled_form(WANTED, drafts=True), "监控位置")]
    assert "就餐区域" in more
    assert "就餐区域" not in plain


def test_a_proposal_has_no_key_so_that_it_counts_as_new_when_it_comes_back(filled_form: MakePaper) -> None:
    proposed = [cell for cell in cells(filled_form(WANTED, drafts=True), "监控位置") if cell.filled.value]
    assert {cell.key for cell in proposed if not cell.filled.confirmed} == {""}


def sentence(paper: Paper) -> object:
    return next(cell.filled.value for page in paper.pages for cell in page.cells if cell.label == "零报告")


def test_nothing_is_declared_that_the_unit_did_not_state(filled_form: MakePaper, known: Known) -> None:
    ledger = with_field(known(points=()), "faces_public", "否")
    assert "实行零报告" not in str(sentence(filled_form(ZERO, ledger)))


def test_a_unit_without_public_cameras_may_report_nothing(filled_form: MakePaper, known: Known) -> None:
    ledger = with_field(known(unit={"no_public_project": True}, points=()), "faces_public", "否")
    assert "现实行零报告" in str(sentence(filled_form(ZERO, ledger)))


@pytest.mark.parametrize("word", ["是", ""])
def test_a_camera_that_may_face_the_public_forbids_the_report(
    filled_form: MakePaper, known: Known, word: str
) -> None:
    ledger = with_field(known(unit={"no_public_project": True}, points=()), "faces_public", word)
    paper = filled_form(ZERO, ledger)
    missing = [gap for page in paper.pages for cell in page.cells for gap in cell.filled.missing]
    assert "实行零报告" not in str(sentence(paper))
    assert {camera.id for camera in ledger.cameras} <= {one for gap in missing for one in gap.cameras}


def test_the_internal_form_counts_every_camera_but_the_wanted_ones(
    filled_form: MakePaper, known: Known
) -> None:
    ledger = known()
    paper = filled_form("huoqiu-2023-internal", ledger)
    built = [one for one in ledger.cameras if one.device_id]
    assert column(paper, "视频监控 监控点位总数") == [len(built)]


@pytest.mark.parametrize("form", [CAMERAS, WANTED])
def test_each_printed_page_is_full_so_that_it_ends_where_the_paper_does(
    filled_form: MakePaper, opened: Open, form: str
) -> None:
    paper = filled_form(form)
    page, sheet = paper.pages[0], opened(paper).worksheets[0]
    parts = pairwise((0, *page.breaks, page.last_line + 1))
    heights = {
        round(
            sum(sheet.row_dimensions[line + 1].height or 0 for line in part if line not in page.hidden_lines)
        )
        for part in (range(start, end) for start, end in parts)
    }
    title = sheet.row_dimensions[1].height or 0
    width = sum(7 * one + 5 for one in page.widths) * 0.75
    room = (297 - 35) * 72 / 25.4 / min(1, int(100 * 180 * 72 / 25.4 / width) / 100)
    assert all(room - title < height <= room for height in heights)


def test_where_nothing_to_write_is_an_answer_too_a_blank_is_not_asked_for(
    filled_form: MakePaper, known: Known
) -> None:
    paper = filled_form("huoqiu-2023-internal", known(system={}))
    wanted = {cell.label for page in paper.pages for cell in page.cells if cell.filled.wanted}
    assert "视频监控 建设时间" in wanted
    assert not any(label.startswith("数据") for label in wanted)


def test_cameras_that_may_or_may_not_belong_on_the_form_are_listed_and_named(
    filled_form: MakePaper, known: Known, opened: Open
) -> None:
    ledger = known(points=())
    lines = [
        str(line[0]) for line in opened(filled_form(CAMERAS, ledger))["依据"].iter_rows(values_only=True)
    ]
    assert any(f"有 {len(ledger.cameras)} 台摄像机是否属于填报范围还不能确定" in line for line in lines)


def test_a_place_that_the_school_does_not_have_is_not_proposed(filled_form: MakePaper, known: Known) -> None:
    ledger = known(unit={"absent_positions": "就餐区域/实验室"})
    proposed = [cell.filled.value for cell in cells(filled_form(WANTED, ledger, drafts=True), "监控位置")]
    assert "就餐区域" not in proposed
    assert "门卫室（传达室）" in proposed


def test_what_is_typed_into_a_blank_column_has_a_field_for_every_line(
    filled_form: MakePaper, catalogue: Catalogue
) -> None:
    labels = [cell for cell in filled_form(CAMERAS).pages[0].cells if cell.look == "label" and cell.about]
    known_fields = {one.field for cell in labels for one in cell.about}
    assert {"longitude", "latitude", "built_on", "pole_built_on", "gb_code"} <= known_fields
    assert {field for field in known_fields if not field.startswith("#")} <= catalogue.fields.keys()
