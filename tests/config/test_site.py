"""The site profile: explained when new, read exactly, refused with a sentence that says how to mend it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError, UsageError
from config.load import load_catalogue, load_site, with_site
from config.site import FormOptions, Site, template, write_template

WHOLE = """
school = "示例市第一小学"
town = "示例街道"
address = "示例路 1 号"
district = "示例学区"
networks = ["192.168.1.0/24", "10.0.0.5:8000"]
credentials = ["hik"]
[form]
one_row_per_camera = true
scope = "all"
note_offline = true
[settings.discover]
sockets = 200
"""


def _site(tmp_path: Path, text: str | bytes) -> Site:
    path = tmp_path / "camcensus.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_site(path)


def _refusal(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        _site(tmp_path, text)
    return str(caught.value)


def test_every_line_of_the_profile_is_read(tmp_path: Path) -> None:
    assert _site(tmp_path, WHOLE) == Site(
        school="示例市第一小学",
        town="示例街道",
        address="示例路 1 号",
        district="示例学区",
        networks=("192.168.1.0/24", "10.0.0.5:8000"),
        credentials=("hik",),
        form=FormOptions(one_row_per_camera=True, scope="all", note_offline=True),
        settings={"discover": {"sockets": 200}},
    )


def test_the_new_profile_can_be_read_and_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "camcensus.toml"
    write_template(path)
    site = load_site(path)
    assert site.model_copy(update={"settings": {}, "unit": {}}) == Site()
    assert site.profile == {}


def test_the_new_profile_changes_no_setting(tmp_path: Path) -> None:
    path = tmp_path / "camcensus.toml"
    write_template(path)
    catalogue = load_catalogue()
    assert with_site(catalogue, load_site(path)).settings == catalogue.settings


def test_what_is_commented_out_in_the_new_profile_are_the_default_settings(tmp_path: Path) -> None:
    shown = [
        line.removeprefix("# ") if " = " in line and "例如" not in line else line for line in _settings_part()
    ]
    site = _site(tmp_path, "\n".join(shown))
    assert any(site.settings.values())
    assert with_site(load_catalogue(), site).settings == load_catalogue().settings


def _settings_part() -> list[str]:
    lines = template().splitlines()
    return lines[lines.index("[settings.discover]") :]


def test_every_key_of_the_new_profile_is_explained_in_chinese() -> None:
    lines = template().splitlines()
    keys = [place for place, line in enumerate(lines) if " = " in line and not line.startswith("# 写法")]
    unexplained = [lines[place] for place in keys if not _explained(lines, place)]
    assert unexplained == []


def _explained(lines: list[str], place: int) -> bool:
    while place > 0 and lines[place]:
        place -= 1
        if lines[place].startswith("# ") and any("\u4e00" <= sign <= "\u9fff" for sign in lines[place]):
            return True
    return False


def test_a_profile_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "camcensus.toml"
    path.write_text("school = '旧'", encoding="utf-8")
    with pytest.raises(UsageError, match="已经有这个文件"):
        write_template(path)
    assert load_site(path).school == "旧"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="写不进去"):
        write_template(tmp_path / "none" / "camcensus.toml")


def test_an_empty_profile_leaves_every_cell_blank(tmp_path: Path) -> None:
    assert _site(tmp_path, "") == Site()


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert _site(tmp_path, "\ufeff" + WHOLE).school == "示例市第一小学"


def test_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    assert _site(tmp_path, WHOLE.replace("\n", "\r\n")).credentials == ("hik",)


def test_blanks_around_a_name_are_taken_off(tmp_path: Path) -> None:
    assert _site(tmp_path, 'school = "  示例小学 "').school == "示例小学"


def test_a_site_changes_one_setting_and_keeps_the_others(tmp_path: Path) -> None:
    settings = with_site(load_catalogue(), _site(tmp_path, WHOLE)).settings
    assert settings.discover.sockets == 200
    assert settings.discover.sweep_ports == load_catalogue().settings.discover.sweep_ports


@pytest.mark.parametrize("zone", ["Asia/Peking", "北京", "../zone", ""])
def test_a_time_zone_that_does_not_exist_is_told_with_the_right_one(tmp_path: Path, zone: str) -> None:
    said = _refusal(tmp_path, f'[settings.watch]\nzone = "{zone}"\n')
    assert f"没有“{zone}”这个时区；中国写 Asia/Shanghai" in said


def test_a_file_saved_as_gbk_is_called_so(tmp_path: Path) -> None:
    said = _refusal(tmp_path, WHOLE.encode("gbk"))
    assert "GBK" in said
    assert "UTF-8" in said


def test_a_file_saved_as_utf_16_is_called_so(tmp_path: Path) -> None:
    assert "UTF-16" in _refusal(tmp_path, WHOLE.encode("utf-16"))


def test_a_file_that_is_no_text_is_called_so(tmp_path: Path) -> None:
    assert "不是 UTF-8 编码的文本文件" in _refusal(tmp_path, b"PK\x03\x04\xff\xfe\x00\x00\x80\x81")


def test_a_half_written_file_is_refused_with_the_place(tmp_path: Path) -> None:
    assert "第 2 行" in _refusal(tmp_path, 'school = "a"\ntown = \n')


def test_a_file_that_breaks_off_says_that_it_is_not_whole(tmp_path: Path) -> None:
    assert "没有写完" in _refusal(tmp_path, 'networks = ["a", ')


def test_chinese_quotation_marks_are_called_so(tmp_path: Path) -> None:
    said = _refusal(tmp_path, "town = 'a'\nschool = “示例小学”\n")
    assert "第 2 行" in said
    assert "中文标点" in said


def test_chinese_punctuation_in_a_remark_is_not_blamed(tmp_path: Path) -> None:
    assert "中文标点" not in _refusal(tmp_path, "school = # “示例”\n")


def test_a_key_written_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    said = _refusal(tmp_path, 'school = "a"\nschool = "b"\n')
    assert "写了两次" in said
    assert "第 2 行" in said


def test_all_mistakes_of_a_profile_are_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "camcensus.toml"
    path.write_text(
        'shcool = "a"\nnetworks = "10.0.0.0/24"\ncredentials = [""]\n[form]\nscope = "some"\n'
        '[settings.discover]\nsockets = "200"\nsocket = 1\n'
        "[settings.run]\ndevice_s = -1\n[settings.pictures]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    assert {mistake.key for mistake in caught.value.mistakes} == {
        "shcool",
        "networks",
        "credentials[1]",
        "form.scope",
        "settings.discover.sockets",
        "settings.discover.socket",
        "settings.run.device_s",
        "settings.pictures",
    }
    assert {mistake.file for mistake in caught.value.mistakes} == {"camcensus.toml"}


def test_a_section_written_as_a_value_is_reported_once(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "[settings]\ndiscover = 5\n").count("settings.discover") == 1


def test_settings_written_as_a_value_are_refused(tmp_path: Path) -> None:
    assert "settings: 应为一节" in _refusal(tmp_path, "settings = 5\n")


def test_a_key_with_control_signs_cannot_disturb_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in _refusal(tmp_path, '"\\u001b[2J" = 1\n')


@pytest.mark.parametrize("sign", ["\\n", "\\u0000", "\\u001b", "\\uFFFF"])
def test_a_name_that_a_sheet_could_not_hold_is_refused(tmp_path: Path, sign: str) -> None:
    assert "school" in _refusal(tmp_path, f'school = "a{sign}b"')


def test_a_missing_profile_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="camcensus init"):
        load_site(tmp_path / "camcensus.toml")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "camcensus.toml").mkdir()
    with pytest.raises(ConfigError, match=r"camcensus\.toml"):
        load_site(tmp_path / "camcensus.toml")


def test_a_profile_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "camcensus.toml"
    write_template(path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigError, match="没有读取权限"):
        load_site(path)


def test_a_file_of_another_kind_is_not_read_whole(tmp_path: Path) -> None:
    assert "超过 1 MB" in _refusal(tmp_path, b"#" * (2 << 20))


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "a." * 3000 + "a = 1", "settings." + "a." * 3000 + "a = 1", "a = " + "9" * 5000],
    ids=["brackets", "dotted key", "dotted setting", "digits"],
)
def test_depth_and_length_cannot_break_the_reader(tmp_path: Path, text: str) -> None:
    assert "camcensus.toml" in _refusal(tmp_path, text)


def _any_outcome(text: bytes) -> Site | ConfigError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "camcensus.toml"
        path.write_bytes(text)
        try:
            return load_site(path)
        except ConfigError as error:
            return error


@given(st.binary(max_size=400))
def test_any_bytes_give_a_site_or_a_named_mistake(text: bytes) -> None:
    outcome = _any_outcome(text)
    assert isinstance(outcome, Site) or outcome.mistakes


TOML_VALUES = st.recursive(
    st.sampled_from(
        ["1", "-0", "1.5", "inf", "nan", "true", '""', '"文"', "'a'", "2020-01-01", "07:00:00", "0x7f"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | inner.map(lambda part: f"{{ sockets = {part} }}")
    ),
    max_leaves=4,
)
TOML_KEYS = st.sampled_from(
    [
        "school",
        "networks",
        "form",
        "form.scope",
        "settings",
        "settings.hd",
        "settings.discover.sockets",
        '"\\u0007"',
    ]
)


@given(st.lists(st.tuples(TOML_KEYS, TOML_VALUES), max_size=5))
def test_any_toml_gives_a_site_or_a_named_mistake(lines: list[tuple[str, str]]) -> None:
    outcome = _any_outcome("\n".join(f"{key} = {value}" for key, value in lines).encode())
    assert isinstance(outcome, Site) or outcome.mistakes


@given(st.integers(0, 2000))
def test_a_profile_cut_off_anywhere_is_a_site_or_a_named_mistake(kept: int) -> None:
    outcome = _any_outcome(template().encode()[:kept])
    assert isinstance(outcome, Site) or outcome.mistakes


def test_a_school_cannot_measure_for_other_tv_lines_than_the_standard_asks_for(tmp_path: Path) -> None:
    assert "settings.tvl.live_lines" in _refusal(tmp_path, "[settings.tvl]\nlive_lines = 300\n")


def test_a_school_can_keep_a_proof_of_tv_lines_longer(tmp_path: Path) -> None:
    site = _site(tmp_path, "[settings.tvl]\nhold_days = 60\n")
    assert with_site(load_catalogue(), site).settings.tvl.hold_days == 60


PROFILE = """
school = "示例小学"
campaign = "guannan-2018"
[unit]
contact_phone = "0577-1"
students = 900
no_public_project = true
[[systems]]
id = "east"
devices = ["192.168.1.200", "192.168.1.201:8000"]
project_name = "东校区视频监控系统"
build_cost = 12.5
[[systems]]
networks = ["192.168.2.0/24", "192.168.3.10-192.168.3.60"]
storage_mode = "硬盘录像机/SD卡"
"""


def test_what_is_typed_of_the_unit_is_read_by_field(tmp_path: Path) -> None:
    assert _site(tmp_path, PROFILE).profile == {
        "school": "示例小学",
        "contact_phone": "0577-1",
        "students": 900,
        "no_public_project": True,
    }


def test_what_is_typed_of_each_system_is_read_by_field(tmp_path: Path) -> None:
    east, other = _site(tmp_path, PROFILE).systems
    assert (east.id, east.typed) == ("east", {"project_name": "东校区视频监控系统", "build_cost": 12.5})
    assert other.networks == ("192.168.2.0/24", "192.168.3.10-192.168.3.60")
    assert other.typed == {"storage_mode": "硬盘录像机/SD卡"}


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        ('campaign = "guannan-2018"', 'campaign = "guannan"', "campaign", "ruian-2018"),
        ("students = 900", 'students = "900"', "unit.students", "学生人数：应为整数"),
        ("students = 900", "pupils = 900", "unit.pupils", "没有这个名称的项"),
        ("students = 900", "student = 900", "unit.student", "students（学生人数）"),
        ("students = 900", "build_cost = 1", "unit.build_cost", "不写在这一节"),
        ("students = 900", 'school = "另一名"', "unit.school", "只能写一处"),
        ('contact_phone = "0577-1"', "contact_phone = 577", "unit.contact_phone", "双引号"),
        ('id = "east"', 'id = "东"', "systems[东].id", "写法不对"),
        ('id = "east"', 'id = "s2"', "systems[s2].id", "编号重复"),
        ('"192.168.1.200"', '"东楼机房"', "systems[east].devices[1]", "192.168.1.10"),
        ('"192.168.2.0/24"', '"192.168.2.9-192.168.2.1"', "systems[2].networks[1]", "不大于"),
        ("networks = [", "network = [", "systems[2].network", "networks"),
        ('"硬盘录像机/SD卡"', '"硬盘录像机/SD卡"\nsdk = "有"', "systems[2].sdk", "提供、不提供"),
        ("[[systems]]\nnetworks", "[[systems]]\n[[systems]]\n[[systems]]\nnetworks", "systems[3]", "分不清"),
    ],
)
def test_a_mistake_in_the_profile_is_told_with_its_mend(
    tmp_path: Path, old: str, new: str, key: str, why: str
) -> None:
    assert old in PROFILE
    path = tmp_path / "camcensus.toml"
    path.write_text(PROFILE.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    assert [why in one.message for one in caught.value.mistakes if one.key == key] == [True]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('huoqiu-2023 = "2026-12-01"', None),
        ("huoqiu-2023 = 2026-12-01", "due.huoqiu-2023"),
        ('huoqiu-2023 = "2026-13-01"', "due.huoqiu-2023"),
        ('huoqiu-2023 = "12月1日"', "due.huoqiu-2023"),
        ('huoqiu = "2026-12-01"', "due.huoqiu"),
    ],
)
def test_a_day_that_the_superior_has_set_belongs_to_a_campaign(
    tmp_path: Path, line: str, key: str | None
) -> None:
    path = tmp_path / "camcensus.toml"
    path.write_text(f"[due]\n{line}\n", "utf-8")
    if key is None:
        assert load_site(path).due == {"huoqiu-2023": "2026-12-01"}
        return
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    assert [one.key for one in caught.value.mistakes] == [key]


def test_everything_that_the_new_profile_offers_can_be_uncommented(tmp_path: Path) -> None:
    offered = r"^# (\[\[(?:systems|notices|pauses)\]\]|[a-z_]+ = (?!数字).*)$"
    text = re.sub(offered, r"\1", template(), flags=re.MULTILINE)
    site = _site(tmp_path, text)
    assert len(site.systems) == 1
    assert len(site.systems[0].typed) > 10


def test_a_number_left_as_it_was_offered_is_refused(tmp_path: Path) -> None:
    text = template().replace("# students = 数字", "students = 数字")
    assert "值写得不对" in _refusal(tmp_path, text)
