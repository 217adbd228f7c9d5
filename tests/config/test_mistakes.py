"""Every kind of mistake in the catalogue is reported with file and key, and all of them at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.errors import ConfigError, Mistake
from config.load import load_catalogue

RUIAN = "forms/ruian-2018-list.toml"
SURVEY = "forms/ruian-2018-survey.toml"
CAMERAS = "forms/huoqiu-2023-cameras.toml"
INTERNAL = "forms/huoqiu-2023-internal.toml"
LIST = "blocks[list]"
GRID = "blocks[survey]"
GUANNAN = "standards/guannan-2018.toml"
CHUZHOU = "standards/chuzhou-2019.toml"
KEPT = "rules[guannan-2018.4]"
KEY = "rules[chuzhou-2019.storage-key].applies_to"
LIVE = "rules[guannan-2018.3-live].all[1]"
Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shipped = Path(__file__).resolve().parents[2] / "config"
    return Path(
        shutil.copytree(shipped, tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def _mistakes(folder: Path) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(folder)
    return caught.value.mistakes


def _places(folder: Path) -> list[tuple[str, str]]:
    return [(mistake.file, mistake.key) for mistake in _mistakes(folder)]


def test_the_shipped_files_load_from_any_folder(folder: Path) -> None:
    assert load_catalogue(folder).settings == load_catalogue().settings


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        # unknown words
        ("fields.toml", 'metric = "codec"', 'metric = "codecs"', "codec.metric"),
        ("fields.toml", "confirm = true", "confrm = true", "project_name.confrm"),
        ("fields.toml", 'derived = "hd"', 'derived = "uhd"', "hd.derived"),
        ("faults.toml", 'metric = "luma_p97"', 'metric = "luma_p98"', "black.ways[1][1].metric"),
        ("faults.toml", 'op = "<"', 'op = "=<"', "black.ways[1][1].op"),
        ("default.toml", "[discover.sockets]", "[discover.socket]", "discover.socket"),
        ("metrics.toml", 'type = "dict"', 'type = "table"', "services.type"),
        ("metrics.toml", 'subject = "device"', 'subject = "school"', "onvif.subject"),
        ("verdicts.toml", '["n/a"]', "[maybe]", "maybe.id"),
        ("positions.toml", 'position = "食堂"', 'position = "饭堂"', "hints[13].position"),
        (RUIAN, 'of = ["hd"]', 'of = ["uhd"]', f"{LIST}.columns[hd].of"),
        (RUIAN, '    "hd",\n', '    "uhd",\n', f"{LIST}.group_by[5]"),
        (RUIAN, 'field = "position"', 'field = "place"', "scope.field"),
        (RUIAN, "{hd_width}", "{hd_depth}", "evidence_notes[1]"),
        (GUANNAN, 'metric = "width"', 'metric = "breadth"', "rules[guannan-2018.3].all[1].metric"),
        # wrong types
        ("default.toml", "value = 2000", 'value = "500"', "discover.sockets"),
        ("default.toml", "value = 1.0", "value = nan", "discover.connect_s"),
        ("default.toml", "value = 4\n", "value = 4.5\n", "http.requests_per_device"),
        ("default.toml", "[554, 8554]", '[554, "rtsp"]', "rtsp.ports[2]"),
        ("default.toml", "value = 75", "value = 101", "picture.snapshot_quality"),
        ("faults.toml", 'hidden_by = ["black"]', 'hidden_by = "black"', "no-signal.hidden_by"),
        (GUANNAN, 'binds = ["digital"]', 'binds = ["analog"]', "rules[guannan-2018.3].binds[1]"),
        ("faults.toml", "limit = 30.0", 'limit = "dark"', "black.ways[1][1].limit"),
        ("faults.toml", "limit = 30.0", "limit = 2020-01-01", "black.ways[1][1].limit"),
        ("faults.toml", "limit = 30.0", "limit = [30.0]", "black.ways[1][1].limit"),
        ("faults.toml", 'op = "<"', 'op = "in"', "black.ways[1][1].limit"),
        ("faults.toml", 'metric = "luma_p97"', 'metric = "transport"', "black.ways[1][1].op"),
        ("faults.toml", 'metric = "luma_p97"', 'metric = "clock_offset_s"', "black.ways[1][1].metric"),
        ("fields.toml", 'type = "number"\nunit = "1/s"', 'type = "integer"\nunit = "1/s"', "fps.type"),
        # what is missing
        ("default.toml", "value = 2000\n", "", "discover.sockets.value"),
        ("default.toml", 'unit = "sockets"\n', "", "discover.sockets.unit"),
        ("default.toml", 'unit = "sockets"', 'unit = " "', "discover.sockets.unit"),
        ("default.toml", 'why = "See hd.width."\n', "", "hd.height.why"),
        ("metrics.toml", 'unit = "kbit/s"', 'unit = ""', "kbps.unit"),
        ("gaps.toml", 'name = "应答超时"\n', "", "timeout.name"),
        (GUANNAN, 'clause = "附件2 第3项"\n', "", "rules[guannan-2018.3].clause"),
        (GUANNAN, 'quote = "视频图像', 'quotation = "', "rules[guannan-2018.4].quote"),
        # one thing twice
        (GUANNAN, "guannan-2018.4", "guannan-2018.3", "rules[guannan-2018.3]"),
        (RUIAN, 'id = "town"', 'id = "school"', f"{LIST}.columns[school]"),
        ("brands.toml", 'id = "imou"', 'id = "ezviz"', "brands[ezviz]"),
        ("brands.toml", '"3C:DA:6D"', '"44:19:B6"', "oui"),
        ("positions.toml", 'position = "侧门"\nresource', 'position = "正门"\nresource', "classes[正门]"),
        (RUIAN, 'id = "ruian-2018-list"', 'id = "ruian-2019-list"', "id"),
        ("fields.toml", '["是", "否"]\nwins = "probe"', '["是", "是"]\nwins = "probe"', "hd.allowed"),
        ("campaigns/guannan-2018.toml", 'id = "dining"', 'id = "kitchen"', "areas[kitchen]"),
        ("gb28181.toml", '80-89 = "', '80-90 = "', "editions.2016.industries.90-99"),
        # what does not fit together
        ("brands.toml", "'dahua'", "'dahua('", "brands[dahua].patterns[1]"),
        ("brands.toml", '"3C:DA:6D"', '"3c-da-6d"', "brands[tiandy].oui[1]"),
        ("fields.toml", 'derived = "hd"', 'derived = "hd"\nmetric = "codec"', "hd"),
        ("fields.toml", 'level = "unit"', 'level = "unit"\nderived = "brand"', "school"),
        ("fields.toml", 'personal = true\nwins', 'personal = true\nmetric = "mac"\nwins', "contact_name"),
        ("fields.toml", 'type = "text"\nlong = true', 'type = "date"\nlong = true', "self_review.long"),
        ("fields.toml", 'suggest = "二类"', 'suggest = "四类"', "point_class.suggest"),
        ("fields.toml", '    "校门外",\n', "", "position.allowed"),
        ("positions.toml", 'coverage = "C类"', 'coverage = "D类"', "classes[正门].coverage"),
        ("brands.toml", "registered_as = 'hikvision'\n", "", "brands[hikvision].registered_as"),
        ("campaigns/guannan-2018.toml", '["门卫室"]', '["门房"]', "areas[guard-room].positions"),
        ("campaigns/guannan-2018.toml", '"停车场" = ', '"车场" = ', "unlisted.车场"),
        ("campaigns/guannan-2018.toml", '"停车场" = ', '# "停车场" = ', "areas"),
        ("campaigns/guannan-2018.toml", 'region = "320724"', 'region = "32072"', "region"),
        (RUIAN, 'campaign = "ruian-2018"', 'campaign = "ruian-2019"', "campaign"),
        ("gb28181.toml", 'education = ["11", "55"]', 'education = ["15"]', "education"),
        ("gb28181.toml", 'camera = ["131", "132"]', 'camera = ["119"]', "kinds.camera"),
        ("problems.toml", 'level = "error"', 'level = "fatal"', "code-digits.level"),
        (RUIAN, 'allowed = ["是", "否"]', 'allowed = ["有", "无"]', f"{LIST}.columns[hd].allowed"),
        (RUIAN, 'of = ["hd"]\n', "", f"{LIST}.group_by[5]"),
        (RUIAN, 'kind = "list"', 'kind = "lists"', "blocks[list]"),
        (RUIAN, "width = 16", "width = 0", f"{LIST}.columns[school].width"),
        (RUIAN, 'per = "unit"', 'per = "school"', "per"),
        (RUIAN, "离线{n}台", "离线{m}台", f"{LIST}.columns[remark].offline_words"),
        (SURVEY, 'count = "items"', 'count = "items"\nunion = "hd"', "figures.built"),
        (SURVEY, 'count = "items"\n', "", "figures.built"),
        (SURVEY, 'name = "已建总数"\n', "", "figures.built.name"),
        (SURVEY, 'union = "brand"', 'union = "brands"', "figures.brands.union"),
        (SURVEY, 'least = "system_', 'least = "systems_', "figures.least_days.least"),
        (SURVEY, 'least = "system_retention_days"', 'least = "brand"', "figures.least_days.least"),
        (SURVEY, 'build_state = ["已建"]', 'build_state = ["建了"]', "figures.built.where.build_state"),
        (SURVEY, "[figures.built]", "[figures.hd]", "figures.hd"),
        (SURVEY, "{built_hd: }", "{built_uhd: }", f"{GRID}.rows[4].cells[2].text"),
        (SURVEY, "{built_hd: }", "{built_hd: ", f"{GRID}.rows[4].cells[2].text"),
        (SURVEY, 'ticks = ["access"]', 'ticks = ["axes"]', f"{GRID}.rows[5].cells[2].ticks"),
        (SURVEY, 'ticks = ["access"], ', "", f"{GRID}.rows[5].cells[2].text"),
        (SURVEY, "rows = 7", "rows = 6", f"{GRID}.rows[10].cells"),
        (SURVEY, "rows = 7", "rows = 9", f"{GRID}.rows[4].cells"),
        (SURVEY, "columns = 5", "columns = 4", f"{GRID}.rows[3].cells"),
        (CAMERAS, "widths = [60,", "widths = [61,", "blocks[cameras]"),
        (CAMERAS, "widths = [9, 27, 24, 20]", "widths = [36, 24, 20]", "blocks[cameras].widths"),
        (CAMERAS, 'of = ["brand"]', 'of = ["make"]', "blocks[cameras].lines[品牌].of"),
        (CAMERAS, '"破损", "损坏"]', '"破,损", "损坏"]', "blocks[cameras].lines[杆件状况].allowed"),
        (CAMERAS, 'edits = "longitude"', 'edits = "east"', "figures.east.edits"),
        (SURVEY, 'union = "brand"', 'union = "brand"\nedits = "brand"', "figures.brands.edits"),
        (INTERNAL, "{brand} {model}", "{brand} {modell}", "figures.models.tally"),
        (INTERNAL, "未识别（{n}个）", "未识别（{m}个）", "figures.models.unknown"),
        ("faults.toml", 'hidden_by = ["black"]', 'hidden_by = ["blak"]', "no-signal.hidden_by"),
        ("faults.toml", "limit = 30.0", 'limit = 30.0, at_most = "luma_spread"', "black.ways[1][1].at_most"),
        (GUANNAN, "_at_most\"", "_at_last\"", f"{LIVE}.at_most"),
        (GUANNAN, "tvl_live_at_most", "tvl_live_by", f"{LIVE}.at_most"),
        (GUANNAN, "tvl_live_at_most", "clock_offset_s", f"{LIVE}.at_most"),
        (GUANNAN, "tvl_live_at_most", "tvl_live_at_least", f"{LIVE}.at_most"),
        (GUANNAN, 'at_most", op = ">="', 'at_most", op = ">"', f"{LIVE}.op"),
        (GUANNAN, "limit = 380", "limit = [380]", f"{LIVE}.limit"),
        ("positions.toml", 'class = "内部资源"', 'class = "内"', "classes[门卫室].resource_class"),
        (GUANNAN, "recording_age_days", "recording_age", f"{KEPT}.not_due[1].metric"),
        (GUANNAN, "recording_age_days", "clock_offset_s", f"{KEPT}.not_due[1].metric"),
        (GUANNAN, 'op = "<", limit = 30', 'op = "<", limit = "30"', f"{KEPT}.not_due[1].limit"),
        (GUANNAN, "limit = 30 }]\nh", 'limit = 30, at_most = "fps" }]\nh', f"{KEPT}.not_due[1].at_most"),
        (GUANNAN, '"shown"', '"hidden"', f"{KEPT}.holes"),
        (GUANNAN, "240 }]", "240 }]\nholes = \"counted\"", "rules[guannan-2018.3-playback].holes"),
        (CHUZHOU, '"anti_terror_key"', '"key"', f"{KEY}.field"),
        (CHUZHOU, '"anti_terror_key"', '"school"', f"{KEY}.field"),
        (CHUZHOU, 'value = "是"', 'value = "有"', f"{KEY}.value"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_file_and_key(
    folder: Path, edit: Edit, file: str, old: str, new: str, key: str
) -> None:
    edit(file, old, new)
    assert (file, key) in _places(folder)


@pytest.mark.parametrize(("limit", "setting"), [("380", "live_lines"), ("240", "playback_lines")])
def test_tv_lines_are_measured_for_the_figure_that_the_standard_asks_for(
    folder: Path, edit: Edit, limit: str, setting: str
) -> None:
    edit(GUANNAN, f"limit = {limit}", "limit = 400")
    assert _places(folder) == [("default.toml", f"tvl.{setting}")]


def test_a_table_declared_twice_is_reported_with_its_line(folder: Path, edit: Edit) -> None:
    edit("metrics.toml", "[rtsp]", "[onvif]")
    (mistake, *_) = _mistakes(folder)
    assert mistake.file == "metrics.toml"
    assert "第 10 行" in mistake.message


def test_all_mistakes_of_all_files_are_reported_at_once(folder: Path, edit: Edit) -> None:
    edit("default.toml", "value = 2000", 'value = "500"')
    edit("fields.toml", 'metric = "codec"', 'metric = "codecs"')
    edit("faults.toml", 'op = "<"', 'op = "=<"')
    edit(GUANNAN, "limit = 30 ", 'limit = "30" ')
    edit("gaps.toml", "[our-bug]", "[our bug]")
    assert {file for file, _ in _places(folder)} == {
        "default.toml",
        "fields.toml",
        "faults.toml",
        GUANNAN,
        "gaps.toml",
    }


def test_a_broken_entry_is_not_reported_again_where_it_is_used(folder: Path, edit: Edit) -> None:
    edit("metrics.toml", 'name = "画面宽度"\n', "")
    assert _places(folder) == [("metrics.toml", "width.name")]


def test_a_setting_with_the_wrong_type_is_reported_once(folder: Path, edit: Edit) -> None:
    edit("default.toml", "value = 2000", 'value = "500"')
    assert _places(folder) == [("default.toml", "discover.sockets")]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "brands.toml").unlink()
    assert _places(folder) == [("brands.toml", "")]


def test_a_missing_folder_is_named(folder: Path) -> None:
    shutil.rmtree(folder / "standards")
    assert ("standards", "") in _places(folder)


def test_an_empty_standard_is_reported(folder: Path) -> None:
    (folder / "standards" / "other.toml").write_text("", encoding="utf-8")
    assert ("standards/other.toml", "title") in _places(folder)


def test_the_error_says_every_mistake_on_a_line_of_its_own() -> None:
    error = ConfigError([Mistake("a.toml", "b.c", "wrong"), Mistake("d.toml", "", "unreadable")])
    assert str(error) == "a.toml: b.c: wrong\nd.toml: unreadable"


def test_a_name_or_telephone_number_outside_the_unit_profile_is_reported(folder: Path, edit: Edit) -> None:
    edit("fields.toml", 'level = "system"\n', 'level = "system"\npersonal = true\n')
    assert ("fields.toml", "project_name.personal") in _places(folder)
