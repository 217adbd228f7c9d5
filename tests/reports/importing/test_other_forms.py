"""Every form comes back as it went out; grids, boxes and tables on their side are read like lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import Result

from config.load import load_catalogue
from config.words import say
from inventory.ledger import Ledger
from inventory.record import Scalar

CATALOGUE = load_catalogue()
OF_A_SCHOOL = [one.id for one in CATALOGUE.forms.values() if one.per in ("unit", "system", "network")]

Export = Callable[..., Path]
Edit = Callable[..., Path]
Bring = Callable[..., Result]
Value = Callable[[str, str], Scalar]
Known = Callable[[], Ledger]


def beside(page: Worksheet, label: str, *, nth: int = 1) -> str:
    """Return the address of the cell right of a label, the nth of its kind."""
    line, place = [at for at, text in texts(page) if text == label][nth - 1]
    return page.cell(line, place + 1).coordinate


def texts(page: Worksheet) -> Iterator[tuple[tuple[int, int], str]]:
    for line, row in enumerate(page.iter_rows(values_only=True), start=1):
        for place, value in enumerate(row, start=1):
            yield (line, place), "".join(str(value or "").split())


def of_record(page: Worksheet, label: str, key: str, *, nth: int = 1) -> str:
    """Return the address of a record's cell in a table that stands on its side."""
    line = [at for at, text in texts(page) if text == label][nth - 1][0]
    place = next(at[1] for at, text in texts(page) if text == key)
    return page.cell(line, place).coordinate


@pytest.mark.parametrize("form", OF_A_SCHOOL)
def test_every_form_left_alone_changes_nothing(export: Export, bring: Bring, form: str) -> None:
    ran = bring(export(form=form))
    assert (ran.exit_code, say("importing.nothing") in ran.output) == (0, True), ran.output


def test_a_record_on_its_side_is_read(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    def change(page: Worksheet) -> None:
        page[of_record(page, "20位编码", "k1")] = "34152201001320000001"

    bring(edit(export(form="huoqiu-2023-cameras"), change))
    assert value("d1.1", "gb_code") == "34152201001320000001"


def test_equal_labels_are_told_apart_by_their_group(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page[of_record(page, "建设时间", "k1")] = "2020年3月"
        page[of_record(page, "建设时间", "k1", nth=2)] = "2019/5/1"

    bring(edit(export(form="huoqiu-2023-cameras"), change))
    assert (value("d1.1", "built_on"), value("d1.1", "pole_built_on")) == ("2020.03", "2019-05-01")


def test_a_code_that_became_a_number_is_told(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    def change(page: Worksheet) -> None:
        page[of_record(page, "20位编码", "k1")] = 34152201001320000001

    ran = bring(edit(export(form="huoqiu-2023-cameras"), change))
    assert say("unclear.long_number") in ran.output
    assert value("d1.1", "gb_code") is None


def test_a_field_of_a_system_is_read(export: Export, edit: Edit, bring: Bring, ledger: Known) -> None:
    def change(page: Worksheet) -> None:
        page[beside(page, "承建单位名称")] = "某某公司"

    bring(edit(export(form="chuzhou-2019-survey"), change))
    assert ledger().systems[0].fields["builder"].value == "某某公司"


@pytest.mark.parametrize("label", ["覆盖范围A类：行政公共区域", "反恐重点部位摄像头数量", "摄像头数量"])
def test_a_number_of_ours_that_is_typed_over_is_told(
    export: Export, edit: Edit, bring: Bring, label: str
) -> None:
    def change(page: Worksheet) -> None:
        assert page.parent is not None
        own = page.parent["补充"]
        own[beside(own, label)] = 9

    ran = bring(edit(export(form="chuzhou-2019-survey"), change))
    assert label in ran.output
    assert say("unclear.counted") in ran.output


def test_a_line_inserted_between_repeated_rows_moves_no_word(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        below = next(at for at, text in texts(page) if text == "DVR/NVR品牌/厂家")[0]
        page.insert_rows(below)

    before = [one.fields.get("brand") for one in ledger().cameras]
    bring(edit(export(form="chuzhou-2019-survey"), change))
    assert [one.fields.get("brand") for one in ledger().cameras] == before


def test_a_ticked_box_is_read(export: Export, edit: Edit, bring: Bring, ledger: Known) -> None:
    def change(page: Worksheet) -> None:
        cell = page[beside(page, "能否提供SDK开发包")]
        cell.value = str(cell.value).replace("□提供", "√提供", 1)

    bring(edit(export(form="chuzhou-2019-survey"), change))
    assert ledger().systems[0].fields["sdk"].value == "提供"


def test_blanks_between_printed_words_are_read(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page[beside(page, "学校规模")] = "学生：１２００人；教职工： 80 人；专任教师 70 人"

    bring(edit(export(form="guannan-2018-application"), change))
    assert [value("unit", name) for name in ("students", "staff", "teachers")] == [1200, 80, 70]


def test_printed_words_that_were_changed_are_told(export: Export, edit: Edit, bring: Bring) -> None:
    def change(page: Worksheet) -> None:
        page[beside(page, "学校规模")] = "学生1200"

    ran = bring(edit(export(form="guannan-2018-application"), change))
    assert say("unclear.pattern") in ran.output or say("unclear.moved") in ran.output


def test_a_line_inserted_in_a_grid_moves_the_rest(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        page[beside(page, "承建单位名称")] = "某某公司"
        page.insert_rows(2)

    ran = bring(edit(export(form="chuzhou-2019-survey"), change))
    assert ledger().systems[0].fields["builder"].value == "某某公司", ran.output
    assert say("importing.unclear", count=1).partition("1")[0] not in ran.output


def test_the_record_of_27_columns_takes_a_camera_by_hand(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    path = export(form="record-27")
    before = len(ledger().cameras)

    def change(page: Worksheet) -> None:
        header = next(at[0] for at, text in texts(page) if text == "_key")
        last = max(at[0] for at, text in texts(page) if re.fullmatch(r"r\d+", text))
        place = next(at[1] for at, text in texts(page) if at[0] == header and "名称" in text)
        page.insert_rows(last + 1)
        page.cell(last + 1, place).value = "南围墙"

    ran = bring(edit(path, change))
    assert len(ledger().cameras) == before + 1, ran.output


def test_a_wanted_point_is_a_camera_to_be_built(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        page[of_record(page, "监控位置", "new1")] = "南围墙外"

    ran = bring(edit(export(form="huoqiu-2023-wanted"), change))
    added = [one.fields for one in ledger().cameras if not one.device_id]
    assert [(one["point_name"].value, one["build_state"].value) for one in added] == [
        ("南围墙外", "拟新建")
    ], ran.output


def test_a_proposal_of_ours_that_is_left_alone_adds_nothing(
    export: Export, bring: Bring, ledger: Known
) -> None:
    bring(export(form="huoqiu-2023-wanted"))
    assert [one.id for one in ledger().cameras if not one.device_id] == []
