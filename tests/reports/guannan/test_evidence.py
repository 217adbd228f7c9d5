"""What the evidence says of an invented school, item by item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config.schema import Catalogue
from inventory.course import Course
from inventory.record import CameraRecord, FieldValue
from reports.guannan.changes import clocks_back, come_and_gone, jumps, renamed, swapped
from reports.guannan.coverage import coverage, coverage_page
from reports.guannan.log import log_page
from reports.guannan.moves import moves_page
from reports.guannan.pack import evidence_pages
from reports.guannan.page import EvidencePage
from reports.guannan.pictures import pictures_page
from reports.guannan.retention import retention_page
from reports.guannan.scene import Scene
from reports.guannan.troubles import look_back
from reports.guannan.upkeep import upkeep_page


def rows(page: EvidencePage, table: int = 0) -> list[list[str]]:
    return [[str(box.text) if box else "" for box in cells] for cells in page.tables[table].lines]


def row_of(page: EvidencePage, name: str, table: int = 0) -> list[str]:
    return next(row for row in rows(page, table) if row[0].startswith(name))


def added(scene: Scene, **words: str) -> Scene:
    """Return the scene with one more camera, written down by hand."""
    at = scene.ledger.made
    fields = {name: FieldValue(word, "person", "填表人", at, True) for name, word in words.items()}
    by_hand = CameraRecord("h1", "", 1, (), fields, False, (1,))
    return replace(scene, ledger=replace(scene.ledger, cameras=(*scene.ledger.cameras, by_hand)))


# --- item 2 ---
def test_the_twelve_named_places_stand_in_the_order_of_the_document(scene: Scene) -> None:
    quoted = scene.catalogue.forms["guannan-2018-rubric"].model_dump_json()
    places = [quoted.index(one.area.name) for one in coverage(scene)]
    assert (len(places), places) == (12, sorted(places))


def test_a_place_without_a_camera_is_empty(scene: Scene) -> None:
    assert [one.area.name for one in coverage(scene) if one.state == "empty"] == [
        "就餐区域",
        "易燃易爆危险品储存室",
        "水电气热设备间",
        "安防监控室",
    ]


def test_a_place_that_the_school_has_not_is_not_applicable(with_unit: Callable[..., Scene]) -> None:
    found = coverage(with_unit(absent_positions="就餐区域/安防监控室"))
    assert [one.area.name for one in found if one.state == "n/a"] == ["就餐区域", "安防监控室"]


def test_a_camera_at_a_place_that_is_called_not_applicable_is_told(with_unit: Callable[..., Scene]) -> None:
    scene = with_unit(absent_positions="实验室")
    one = next(one for one in coverage(scene) if one.area.name == "实验室")
    assert (one.state, one.doubted) == ("covered", True)


def test_a_word_that_is_none_of_the_places_is_told(with_unit: Callable[..., Scene]) -> None:
    lead = "".join(coverage_page(with_unit(absent_positions="游泳池")).lead)
    assert "游泳池" in lead


@pytest.mark.parametrize(
    "words",
    [{"build_state": "拟新建"}, {"build_state": "已建", "life_state": "停用"}, {"life_state": "拆除"}],
)
def test_a_camera_that_is_not_there_to_work_covers_nothing(scene: Scene, words: dict[str, str]) -> None:
    idle = added(scene, position="就餐区", **words)
    assert next(one for one in coverage(idle) if one.area.id == "dining").state == "empty"


@pytest.mark.parametrize("words", [{"build_state": "拟改建"}, {"life_state": "损坏"}])
def test_a_camera_that_stands_until_it_is_rebuilt_or_mended_covers_its_place(
    scene: Scene, words: dict[str, str]
) -> None:
    old = added(scene, position="就餐区", **words)
    assert next(one for one in coverage(old) if one.area.id == "dining").state == "covered"


def test_a_camera_that_covers_nothing_is_listed_apart_with_the_reason(scene: Scene) -> None:
    page = coverage_page(added(scene, position="就餐区", life_state="拆除"))
    assert rows(page, 2) == [["h1", "就餐区", "拆除"]]


def test_a_camera_that_covers_nothing_is_not_counted_as_one_without_a_place(scene: Scene) -> None:
    assert coverage_page(added(scene, life_state="拆除")).lead == coverage_page(scene).lead


def test_a_camera_written_down_by_hand_covers_its_place(scene: Scene) -> None:
    built = added(scene, position="就餐区", build_state="已建")
    assert next(one for one in coverage(built) if one.area.id == "dining").state == "covered"


def test_a_place_that_only_a_guess_names_is_to_be_checked(scene: Scene) -> None:
    guessed = added(scene, build_state="已建")
    hand = guessed.ledger.cameras[-1]
    guess = FieldValue("就餐区", "suggested", "onvif.channels", scene.ledger.made, False)
    hand = replace(hand, fields={**hand.fields, "position": guess})
    ledger = replace(guessed.ledger, cameras=(*guessed.ledger.cameras[:-1], hand))
    found = coverage(replace(guessed, ledger=ledger))
    assert next(one for one in found if one.area.id == "dining").state == "unsure"


def test_a_camera_at_none_of_the_places_is_listed_apart(scene: Scene) -> None:
    assert {row[0].split("\n")[0] for row in rows(coverage_page(scene), 1)} == {"操场"}


# --- item 3 ---
def test_a_picture_below_the_limit_is_not_met(scene: Scene) -> None:
    row = row_of(pictures_page(scene), "门卫室")
    assert row[2] == "320×240"
    assert "监视像素：不符合" in row[6]


def test_the_size_of_a_recording_is_its_own(scene: Scene) -> None:
    assert row_of(pictures_page(scene), "宿舍楼出入口")[2:4] == ["704×576", "704×576"]


def test_what_was_not_measured_is_called_so_and_says_why(scene: Scene) -> None:
    assert row_of(pictures_page(scene), "正门全景")[4] == "未测：本次未检测"


def test_a_device_in_whose_place_another_one_stands_is_not_counted(scene: Scene) -> None:
    page = pictures_page(scene)
    assert len([row for row in rows(page) if "10.30.1.17" in row[0]]) == 1
    assert "同一地址已换成另一台设备的 1 台不列入。" in page.lead


# --- item 4 ---
def test_days_are_counted_and_judged_channel_by_channel(scene: Scene) -> None:
    page = retention_page(scene)
    told = {row[0].split("\n")[0]: (row[1], row[7]) for row in rows(page) if "50" in row[0]}
    assert told == {
        "宿舍楼出入口": ("40", "符合"),
        "实验室": ("25", "不符合"),
        "财务室": ("3", "不符合"),
        "一楼走廊": ("31", "符合"),
    }


def test_the_worst_channel_is_named(scene: Scene) -> None:
    assert "财务室 10.30.1.50 通道3，3 天" in "".join(retention_page(scene).lead)


def test_a_camera_whose_recorder_is_not_known_is_not_measured(scene: Scene) -> None:
    row = row_of(retention_page(scene), "正门全景")
    assert (row[1], row[7]) == ("未测：本次未检测", "未测")


# --- item 5 ---
def test_days_without_a_check_are_named_and_days_before_the_first_are_not_counted(scene: Scene) -> None:
    lead = log_page(scene).lead
    assert lead[:2] == ("最近 4 天里有 3 天做过检测，1 天没有。", "没有检测的日期：2026-09-17。")


def test_a_stretch_without_recordings_is_listed(scene: Scene) -> None:
    assert rows(log_page(scene)) == [
        ["实验室\n10.30.1.50 通道2", "1", "8.5 小时", "2026-09-12 01:00至2026-09-12 09:30"]
    ]


def test_recordings_that_vanished_between_two_checks_are_found(scene: Scene) -> None:
    (jump,) = jumps(scene.course, 2, scene.catalogue.settings.zone)
    assert (jump.channel, round(jump.elapsed_days), round(jump.moved_days)) == (3, 1, 34)


def test_recordings_that_age_as_days_go_by_are_no_jump(scene: Scene) -> None:
    assert [jump.channel for jump in jumps(scene.course, 34, scene.catalogue.settings.zone)] == []


def test_a_clock_that_was_set_back_is_found_once(scene: Scene) -> None:
    (one,) = clocks_back(scene.course, 120)
    assert (one.before, one.after) == (900.0, 5.0)


# --- item 9 ---
def test_a_camera_turned_away_is_not_met(scene: Scene) -> None:
    assert row_of(moves_page(scene), "东门外")[2:4] == ["6%", "不符合"]


def test_another_device_at_the_same_address_is_a_swap(scene: Scene) -> None:
    (swap,) = swapped(scene.course)
    assert (swap.place, swap.before["serial"], swap.after["serial"]) == (
        "10.30.1.17",
        "SER-CAM-0017",
        "SER-NEW-0017",
    )


def test_a_channel_with_another_name_is_told(scene: Scene) -> None:
    assert [(one.before, one.after) for one in renamed(scene.course)] == [("东门", "东门外")]


def test_a_device_that_only_failed_one_night_is_not_gone(scene: Scene) -> None:
    come, gone = come_and_gone(scene.course)
    places = {scene.place(device) for device, _ in (*come, *gone)}
    assert places == {"10.30.1.17"}


def test_one_check_alone_compares_nothing(after_one_night: Scene) -> None:
    page = moves_page(after_one_night)
    assert len(page.tables) == 1
    assert "只有一次检测" in page.lead[-1]


# --- item 13 ---
def test_faults_have_the_checks_at_which_they_came_and_went(scene: Scene, catalogue: Catalogue) -> None:
    said = {
        (scene.spot(*one.subject).split("\n")[0], one.fault): (one.first.day, one.over and one.over.day)
        for one in look_back(scene.course, catalogue).troubles
    }
    assert said == {
        ("东门外", "moved"): (15, None),
        ("北围墙", "offline"): (15, 17),
        ("实验室", "not-recording"): (15, 17),
        ("财务室", "black"): (15, 17),
        ("操场", "offline"): (17, None),
        ("10.30.1.50", "disk"): (17, None),
        ("10.30.1.50", "clock"): (14, 15),
    }


def test_every_check_is_listed(scene: Scene) -> None:
    assert [row[5] for row in rows(upkeep_page(scene))] == ["1", "4", "3"]


def test_a_device_in_whose_place_another_one_stands_has_no_fault_to_mend(scene: Scene) -> None:
    (row,) = (row for row in rows(upkeep_page(scene), 1) if "10.30.1.17" in row[0])
    assert row[4] == "设备已停用、拆除或更换"


def test_a_fault_of_a_camera_out_of_use_is_not_called_open(scene: Scene) -> None:
    gone = FieldValue("拆除", "person", "填表人", scene.ledger.made, True)
    lenses = tuple(
        replace(lens, camera=replace(lens.camera, fields={**lens.camera.fields, "life_state": gone}))
        if lens.camera and lens.device.address == "10.30.1.12"
        else lens
        for lens in scene.lenses
    )
    page = upkeep_page(replace(scene, lenses=lenses))
    assert (row_of(page, "东门外", 1)[4], "尚未恢复 1 次" in page.lead[0]) == ("设备已停用、拆除或更换", True)


def test_without_any_run_every_page_says_so(scene: Scene) -> None:
    empty = replace(scene, course=Course(), lenses=())
    said = "".join(str(page) for page in evidence_pages(empty))
    assert "还没有检测记录" in said


def test_a_recorder_says_which_of_its_channels_are_analogue(scene: Scene) -> None:
    page = pictures_page(scene)
    assert [row_of(page, name)[1] for name in ("宿舍楼出入口", "正门全景")] == ["模拟", "数字"]


def test_a_position_that_is_none_of_the_twelve_says_why(scene: Scene) -> None:
    said = {row[1] for row in rows(coverage_page(scene), 1)}
    assert said == {"操场（待核对）\n十二类重点部位里没有操场"}
