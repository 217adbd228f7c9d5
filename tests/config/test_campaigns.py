"""The campaigns: their words for places, taken by name, and their dates as printed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.load import load_catalogue

CATALOGUE = load_catalogue()
CAMPAIGNS = CATALOGUE.campaigns
COLUMNS = (
    "设备编码 设备名称 设备厂商 行政区域 监控点位类型 设备型号 点位俗称 IPV4地址 IPV6地址 MAC地址 摄像机类型 "
    "摄像机功能类型 补光属性 摄像机编码格式 安装地址 经度 纬度 摄像机位置类型 监视方位 联网属性 "
    "所属辖区公安机关 安装时间 管理单位 管理单位联系方式 录像保存天数 设备状态 所属部门/行业"
)


def test_the_ruian_list_has_five_words_for_places() -> None:
    areas = [area.name for area in CAMPAIGNS["ruian-2018"].areas]
    assert areas == ["正门", "侧门", "后门", "操场", "户外活动场所"]


def test_the_guannan_rubric_has_twelve_areas() -> None:
    assert len(CAMPAIGNS["guannan-2018"].areas) == 12


def test_the_guannan_areas_are_the_words_of_the_sentence_that_names_them() -> None:
    sentence = CATALOGUE.fields["absent_positions"].allowed
    assert tuple(area.name for area in CAMPAIGNS["guannan-2018"].areas) == sentence


@pytest.mark.parametrize(
    ("campaign", "position", "word"),
    [
        ("ruian-2018", "侧门", "侧门"),
        ("ruian-2018", "周界", None),
        ("guannan-2018", "侧门", "学校各出入口内外"),
        ("guannan-2018", "储藏室", "食堂操作间和储藏室及其出入口"),
        ("guannan-2018", "食堂", None),
        ("huoqiu-2023", "大厅", "重要出入口"),
        ("huoqiu-2023", "教室", None),
        ("chuzhou-2019", "正门", "C类"),
        ("chuzhou-2019", "教室", "B类"),
    ],
)
def test_a_place_has_the_campaigns_word_or_none(campaign: str, position: str, word: str | None) -> None:
    assert CAMPAIGNS[campaign].word_for(position) == word


@pytest.mark.parametrize("campaign", [one.id for one in CAMPAIGNS.values() if one.areas])
def test_every_place_has_a_word_or_a_reason(campaign: str) -> None:
    places = {one.position for one in CATALOGUE.positions.classes}
    mapped = {position for area in CAMPAIGNS[campaign].areas for position in area.positions}
    assert mapped | set(CAMPAIGNS[campaign].unlisted) == places


def test_the_coverage_of_a_place_is_the_word_of_chuzhou() -> None:
    said = {one.position: one.coverage for one in CATALOGUE.positions.classes}
    assert said == {place: CAMPAIGNS["chuzhou-2019"].word_for(place) for place in said}


@pytest.mark.parametrize("campaign", ["ruian-2018", "guannan-2018", "chuzhou-2019"])
def test_the_last_safe_day_is_the_day_before_the_printed_one(campaign: str) -> None:
    for due in CAMPAIGNS[campaign].dates:
        assert due.last_day is not None
        printed = date.fromisoformat(due.last_day) + timedelta(days=1)
        assert due.printed.endswith(f"{printed.month}月{printed.day}日前")


def test_a_date_that_was_past_when_the_document_came_has_no_last_day() -> None:
    assert [due.last_day for due in CAMPAIGNS["huoqiu-2023"].dates] == [None, None, None]


def test_the_free_export_has_the_27_columns_in_order() -> None:
    form = CATALOGUE.forms["record-27"]
    assert form.listing is not None
    assert " ".join(column.label for column in form.listing.columns) == COLUMNS


def test_the_free_export_prints_the_words_of_the_record() -> None:
    form = CATALOGUE.forms["record-27"]
    assert form.listing is not None
    for column in form.listing.columns:
        field = CATALOGUE.fields[column.of[0]]
        if column.id not in ("brand", "coding", "life_state"):
            assert set(column.allowed) == set(field.allowed), column.id
