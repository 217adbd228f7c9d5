"""What is shipped: complete, at one with itself, and at one with the words of the code."""

from __future__ import annotations

import ast
import re
import shutil
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from config.blocks import Column
from config.errors import ConfigError
from config.form import Form
from config.load import load_catalogue
from config.schema import Catalogue
from config.settings import Settings
from config.site import ABOVE, Site
from probe.model import Gap

ROOT = Path(__file__).resolve().parents[2]
SOURCES = tuple(ROOT / folder for folder in ("config", "inventory", "reports"))
FORMS_NOTE = ROOT.parent / "shared" / "forms.md"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def ruian(catalogue: Catalogue) -> Form:
    return catalogue.forms["ruian-2018-list"]


def columns_of(form: Form) -> tuple[Column, ...]:
    assert form.listing is not None
    return form.listing.columns


def foot_of(form: Form) -> list[str]:
    """Return the lines below the table as they are printed."""
    return [content.text for key, content in form.contents if key.startswith("blocks[foot]")]


def _position(catalogue: Catalogue, name: str) -> str | None:
    for hint in catalogue.positions.hints:
        found = re.search(hint.pattern, name, re.IGNORECASE)
        excused = hint.unless is not None and re.search(hint.unless, name, re.IGNORECASE)
        if found and not excused:
            return hint.position
    return None


def _brand(catalogue: Catalogue, words: str) -> str | None:
    for brand in catalogue.brands.brands:
        if any(re.search(pattern, words, re.IGNORECASE) for pattern in brand.patterns):
            return brand.name
    return None


def test_every_field_is_asked_for_by_a_form_a_rule_a_derivation_or_code(catalogue: Catalogue) -> None:
    shipped = [*catalogue.forms.values(), *catalogue.standards.values(), catalogue.watch]
    named = {word for one in shipped for word in re.findall(r"[a-z0-9_]+", one.model_dump_json())}
    named |= {name for name, field in catalogue.fields.items() if field.derived or field.metric}
    for path in (path for folder in SOURCES for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
    assert [name for name in catalogue.fields if name not in named] == []


def test_every_shipped_file_is_found_as_package_data() -> None:
    root = files("config")
    names = {one.name for one in root.iterdir() if one.name.endswith(".toml")}
    assert {"default.toml", "metrics.toml", "fields.toml", "gaps.toml", "camcensus.toml"} <= names
    assert root.joinpath("forms", "ruian-2018-list.toml").is_file()


def test_every_setting_has_a_name_a_value_a_unit_and_a_reason() -> None:
    raw = tomllib.loads(files("config").joinpath("default.toml").read_text(encoding="utf-8"))
    declared = {f"{section}.{key}" for section, entries in raw.items() for key in entries}
    known = {
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        for key in getattr(field.annotation, "model_fields", {})
    }
    assert declared == known
    assert all(
        set(e) == {"name", "value", "unit", "why"} for entries in raw.values() for e in entries.values()
    )


def test_the_largest_camera_sold_is_not_refused_as_too_large(catalogue: Catalogue) -> None:
    assert catalogue.settings.picture.max_pixels >= 7680 * 4320


def test_every_gap_has_a_name_and_a_mending_sentence(catalogue: Catalogue) -> None:
    assert set(catalogue.gaps) == {gap.value for gap in Gap}
    assert all(words.mend.endswith("。") for words in catalogue.gaps.values())


def test_the_five_verdicts_have_words(catalogue: Catalogue) -> None:
    words = {verdict.id: verdict.name for verdict in catalogue.verdicts.values()}
    assert words == {
        "met": "符合",
        "not-met": "不符合",
        "unknown": "未测",
        "not-due": "未到期",
        "n/a": "不适用",
    }


def test_a_clause_is_found_by_its_id_in_whichever_document(catalogue: Catalogue) -> None:
    found = [catalogue.rule(name).id for name in ("chuzhou-2019.storage", "guannan-2018.4")]
    assert found == ["chuzhou-2019.storage", "guannan-2018.4"]


def test_a_clause_that_no_document_has_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigError, match=r"guannan-2018\.99: 没有哪个标准声明了这一条"):
        catalogue.rule("guannan-2018.99")


def test_every_rule_names_its_clause_and_quotes_it(catalogue: Catalogue) -> None:
    for standard in catalogue.standards.values():
        assert standard.number
        for rule in standard.rules:
            assert rule.clause
            assert rule.quote


def test_digital_resolution_needs_both_sides_of_352_by_288(catalogue: Catalogue) -> None:
    rule = catalogue.standards["guannan-2018"].rules[0]
    assert [(c.metric, c.op, c.limit) for c in rule.all] == [("width", ">=", 352), ("height", ">=", 288)]
    assert "352*288" in rule.quote


def test_item_three_is_four_rules_with_the_three_figures_of_its_sentence(catalogue: Catalogue) -> None:
    rules = [rule for rule in catalogue.standards["guannan-2018"].rules if "TVL" in rule.quote]
    assert [(rule.id.removeprefix("guannan-2018."), rule.binds) for rule in rules] == [
        ("3", ("digital",)),
        ("3-live", ("analogue",)),
        ("3-playback", ("analogue",)),
        ("3-recorded", ("digital",)),
    ]
    limits = [[condition.limit for condition in rule.all] for rule in rules]
    assert limits == [[352, 288], [380], [240], [352, 288]]
    assert len({rule.quote for rule in rules}) == 1


def test_a_rule_that_does_not_bind_every_channel_says_why(catalogue: Catalogue) -> None:
    assert all(rule.reason.endswith("。") for rule in catalogue.rules.values() if len(rule.binds) < 2)


def test_a_limit_that_the_quoted_sentence_does_not_give_has_a_reason(catalogue: Catalogue) -> None:
    rules = catalogue.rules.values()
    ours = [rule for rule in rules if any(str(condition.limit) not in rule.quote for condition in rule.all)]
    assert [rule.id for rule in ours] == ["guannan-2018.9"]
    assert all(rule.reason for rule in ours)


def test_recordings_are_not_due_while_they_are_younger_than_what_the_clause_asks(
    catalogue: Catalogue,
) -> None:
    rules = [rule for rule in catalogue.rules.values() if rule.not_due]
    assert {rule.id: rule.not_due[0].limit for rule in rules} == {
        rule.id: rule.all[0].limit for rule in rules
    }
    assert {one.metric for rule in rules for one in rule.not_due} == {"recording_age_days"}


def test_ninety_days_are_asked_of_anti_terror_key_points_alone(catalogue: Catalogue) -> None:
    limits = {
        rule.all[0].limit: rule.applies_to and (rule.applies_to.field, rule.applies_to.value)
        for rule in catalogue.standards["chuzhou-2019"].rules
    }
    assert limits == {30: None, 90: ("anti_terror_key", "是")}


def test_a_view_is_moved_for_the_clause_where_it_is_moved_for_the_picture(catalogue: Catalogue) -> None:
    (kept,) = catalogue.rule("guannan-2018.9").all
    limits = {one.limit for way in catalogue.faults["moved"].ways for one in way if one.metric == kept.metric}
    assert (kept.op, limits) == ("<=", {kept.limit})


def test_the_ruian_list_has_its_thirteen_columns_in_order(ruian: Form) -> None:
    labels = [column.label.replace("\n", "") for column in columns_of(ruian)]
    assert labels == [
        "序号",
        "学校（幼儿园）名称",
        "摄像头具体安装部位",
        "已建/拟新建/拟改建",
        "安装数量",
        "品牌型号",
        "是否高清",
        "对接摄像头网络",
        "整合接入上级网络",
        "监控资源属性",
        "学校（幼儿园）所在乡镇（街道）",
        "学校（幼儿园）具体地址",
        "备注",
    ]


def test_the_drop_downs_of_the_ruian_list_are_the_words_of_its_notes(ruian: Form) -> None:
    allowed = {column.id: column.allowed for column in columns_of(ruian)}
    notes = [note.split("：")[-1].removeprefix("分").split("、") for note in foot_of(ruian)[1:]]
    columns = ("position", "access_network", "upper_network", "resource_class")
    assert [list(allowed[name]) for name in columns] == notes


def test_the_ruian_list_fits_the_width_of_a4_landscape(ruian: Form) -> None:
    # One character of width is about 1.9 mm at 10.5 pt; the sheet is shrunk to the page, but not below 80 %.
    assert sum(column.width for column in columns_of(ruian)) * 1.9 * 0.8 < 297 - 2 * ruian.page.margin_mm


def test_like_cameras_share_a_row_by_the_seven_columns_of_the_form(ruian: Form) -> None:
    assert ruian.listing is not None
    assert set(ruian.listing.group_by) == {
        "school",
        "position",
        "build_state",
        "brand_model",
        "hd",
        "access_network",
        "upper_network",
        "resource_class",
    }


@pytest.mark.skipif(not FORMS_NOTE.is_file(), reason="the reading of the issued documents is not at hand")
def test_words_of_the_documents_are_verbatim(catalogue: Catalogue, ruian: Form) -> None:
    said = FORMS_NOTE.read_text(encoding="utf-8")
    printed = [ruian.document, ruian.title, ruian.above_title, *foot_of(ruian)]
    printed += [column.label.replace("\n", "⏎") for column in columns_of(ruian)]
    printed += [rule.quote for rule in catalogue.rules.values()]
    assert [words for words in printed if f"「{words}」" not in said] == []


def test_what_stands_at_the_top_of_the_site_profile_are_unit_fields(catalogue: Catalogue) -> None:
    assert {catalogue.fields[name].level for name in ABOVE} == {"unit"}
    assert set(ABOVE) <= set(Site.model_fields)


def test_names_and_telephone_numbers_stand_in_the_unit_profile_only(catalogue: Catalogue) -> None:
    people = [field for field in catalogue.fields.values() if re.search("姓名|电话|联系人", field.name)]
    assert len(people) > 10
    assert all(field.personal and field.level == "unit" for field in people)


def test_what_is_only_suggested_never_beats_a_person(catalogue: Catalogue) -> None:
    assert all(field.wins == "person" for field in catalogue.fields.values() if field.confirm)


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("学校正门", "正门"),
        ("大门口 01", "正门"),
        ("Main_Gate", "正门"),
        ("东门", "侧门"),
        ("后 门", "后门"),
        ("操场东南角", "操场"),
        ("户外沙池", "户外活动场所"),
        ("食堂后门", "食堂"),
        ("教学楼大门", "教学楼通道"),
        ("教学楼西侧出入口", "教学楼通道"),
        ("体育器材储藏室", None),
        ("教学楼走廊-2", "教学楼通道"),
        ("教学楼", "教学楼"),
        ("二年级3班教室", "教室"),
        ("校门外马路", "校门外"),
        ("学校门前道路", "校门外"),
        ("女生公寓大门", "宿舍楼出入口"),
        ("食堂仓库", "储藏室"),
        ("行政楼走廊", "办公区"),
        ("南门门卫", "门卫室"),
        ("门卫室", "门卫室"),
        ("监控室", "安防监控室"),
        ("宿舍楼大门", "宿舍楼出入口"),
        ("女生宿舍值班室", "宿舍楼出入口"),
        ("宿舍楼-1", "宿舍"),
        ("食堂操作间", "食堂操作间"),
        ("食堂储藏室", "储藏室"),
        ("食堂餐厅", "就餐区"),
        ("食堂", "食堂"),
        ("化学药品室", "危险品储存室"),
        ("物理实验室", "实验室"),
        ("实验小学正门", "正门"),
        ("财务室", "贵重物品存放处"),
        ("配电房", "水电气热设备间"),
        ("围墙东", "周界"),
        ("图书馆", "功能用房"),
        ("Camera 01", None),
        ("", None),
    ],
)
def test_a_name_suggests_a_position(catalogue: Catalogue, name: str, position: str | None) -> None:
    assert _position(catalogue, name) == position


def test_gates_are_the_main_entrances_of_the_unit(catalogue: Catalogue) -> None:
    classes = {one.position: one.resource_class for one in catalogue.positions.classes}
    assert {classes[gate] for gate in ("正门", "侧门", "后门")} == {"单位主要出入口"}


@pytest.mark.parametrize(
    ("words", "brand"),
    [
        ("HIKVISION", "海康威视"),
        ("Hangzhou Hikvision Digital Technology", "海康威视"),
        ("EZVIZ CS-C6", "萤石"),
        ("Dahua Technology", "大华"),
        ("UNIVIEW", "宇视"),
        ("TP-Link", "TP-LINK"),
        ("XM530_50X50-WG_8M", "雄迈"),
        ("Dunvale", None),
        ("H264", None),
    ],
)
def test_a_maker_is_known_by_its_words(catalogue: Catalogue, words: str, brand: str | None) -> None:
    assert _brand(catalogue, words) == brand


@pytest.mark.parametrize(
    "words", ["H264", "ONVIF_IPNC", "General", "NONE", "IP_Camera", "MODEL", "", "--", "31"]
)
def test_a_placeholder_says_nothing(catalogue: Catalogue, words: str) -> None:
    assert any(re.fullmatch(pattern, words, re.IGNORECASE) for pattern in catalogue.brands.placeholders)


@pytest.mark.parametrize("words", ["HIKVISION", "DS-2CD2T47G2-L", "C200", "TL-IPC44GW", "SC-3", "宇视"])
def test_a_real_name_is_no_placeholder(catalogue: Catalogue, words: str) -> None:
    assert not any(re.fullmatch(pattern, words, re.IGNORECASE) for pattern in catalogue.brands.placeholders)


@pytest.mark.parametrize(
    "serial", ["", "0", "00000000", "123456789", "192168001010", "10.0.0.5", "none", "FFFFFF"]
)
def test_a_shared_serial_number_is_a_placeholder(catalogue: Catalogue, serial: str) -> None:
    assert any(
        re.fullmatch(pattern, serial, re.IGNORECASE) for pattern in catalogue.brands.serial_placeholders
    )


@pytest.mark.parametrize("serial", ["6H0A123PAZ4F2C1", "EF00000002E2D1", "210235C3RV3187000012", "K12345678"])
def test_a_real_serial_number_is_no_placeholder(catalogue: Catalogue, serial: str) -> None:
    patterns = catalogue.brands.serial_placeholders
    assert not any(re.fullmatch(pattern, serial, re.IGNORECASE) for pattern in patterns)


def test_a_standard_that_counts_holes_is_read_with_unbroken_days(tmp_path: Path) -> None:
    copied = tmp_path / "config"
    shutil.copytree(str(files("config")), copied)
    guannan = copied / "standards" / "guannan-2018.toml"
    guannan.write_text(guannan.read_text("utf-8").replace('holes = "shown"', 'holes = "counted"'), "utf-8")
    rules = load_catalogue(copied).standards["guannan-2018"].rules
    (kept,) = next(rule for rule in rules if rule.id == "guannan-2018.4").all
    assert (kept.metric, kept.at_most) == ("unbroken_days", "unbroken_days_at_most")
