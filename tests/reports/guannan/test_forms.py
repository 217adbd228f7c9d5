"""The forms of Guannan and Chuzhou: verbatim words, what is filled in, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.blocks import GridBlock, LinesBlock
from config.form import Form
from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.people import PeoplesWords
from inventory.record import CameraRecord, FieldValue, View
from reports.checks.run import has_errors, problems
from reports.form import fill
from reports.guannan.rubric import items_of
from reports.guannan.scene import Scene
from reports.paper import Page

FORMS = Path(__file__).resolve().parents[4] / "shared" / "forms.md"
OURS = {"{result}"}
FULL = {
    f"score_{item}": points
    for item, points in enumerate([10, 10, 5, 5, 5, 5, 5, 15, 5, 5, 5, 5, 10, 5, 5], 1)
}

WithUnit = Callable[..., Scene]


def texts(form: Form) -> Iterator[str]:
    """Yield what the form prints where nothing is filled in."""
    yield form.title
    for block in form.blocks:
        if isinstance(block, GridBlock):
            yield from (cell.verbatim for row in block.rows for cell in row.cells if cell.text)
        elif isinstance(block, LinesBlock):
            yield from (line.verbatim for line in block.lines if line.text not in OURS)


@pytest.mark.skipif(not FORMS.is_file(), reason="the reading of the issued documents is not at hand")
@pytest.mark.parametrize(
    ("chapter", "form_id"),
    [
        ("F3", "guannan-2018-application"),
        ("F4", "guannan-2018-rubric"),
        ("F4", "guannan-2018-rubric-county"),
        ("F10", "chuzhou-2019-survey"),
    ],
)
def test_nothing_is_printed_that_the_document_does_not_say(
    catalogue: Catalogue, chapter: str, form_id: str
) -> None:
    text = FORMS.read_text("utf-8").split(f"\n## {chapter} ", 1)[1].split("\n## ", 1)[0]
    said = "\n".join(quote.replace("⏎", "\n") for quote in re.findall("「(.+?)」", text))
    ours = [line for one in texts(catalogue.forms[form_id]) for line in one.split("\n")]
    assert [line for line in ours if line not in said and not line.isdecimal()] == []


@pytest.mark.parametrize(
    "words",
    [
        "面积不低于１0㎡",
        "严禁携带易然、易爆、有毒物品进入监控室。",
        "各学校应设立校园“视频监控中心（室）”视频监控中心，须独立用房",
        "数字视频格式分辨率应不低于352*288像素。",
    ],
)
def test_mistakes_of_the_original_are_kept(catalogue: Catalogue, words: str) -> None:
    assert any(words in item.text for item in items_of(catalogue.forms["guannan-2018-rubric"]))


def test_both_copies_of_the_rubric_print_the_same(catalogue: Catalogue) -> None:
    own, county = (catalogue.forms[f"guannan-2018-rubric{end}"] for end in ("", "-county"))
    assert list(texts(own)) == list(texts(county))


def test_the_two_copies_ask_for_scores_of_their_own(catalogue: Catalogue) -> None:
    own, county = (
        {item.field for item in items_of(catalogue.forms[f"guannan-2018-rubric{end}"])}
        for end in ("", "-county")
    )
    assert (len(own), len(county), own & county) == (15, 15, set())


# --- the application ---
def review(scene: Scene) -> str:
    return cell(scene.ledger, scene.catalogue, "guannan-2018-application", "学校自评")


def test_the_draft_tells_measured_facts_and_what_is_not_known(scene: Scene) -> None:
    said = review(scene).split("\n")
    assert said[0].startswith("本校视频监控系统现有摄像机")
    assert "320×240 1台" in said[1]
    assert "最少的一路（10.30.1.50 通道3「财务室」）3天" in said[2]
    assert said[3] == "按考评标准自评：还有15项没有打分。"


def test_before_the_first_scan_the_draft_tells_only_what_was_written_down(scene: Scene) -> None:
    at = scene.ledger.made
    built = FieldValue("已建", "person", "填表人", at, True)
    by_hand = CameraRecord("h1", "", 1, (), {"build_state": built}, False, (1,))
    ledger = build_ledger(View(None), Site(), scene.catalogue, PeoplesWords(added=(by_hand,)), at)
    assert review(replace(scene, ledger=ledger)).split("\n")[0] == (
        "本校视频监控系统登记摄像机1台，还没有检测过。"
    )


@pytest.mark.parametrize(
    ("words", "cameras"),
    [
        ({"life_state": "拆除"}, 0),
        ({"life_state": "停用"}, 0),
        ({"build_state": "拟新建"}, 0),
        ({"life_state": "维修"}, 1),
        ({"build_state": "拟改建"}, 1),
    ],
)
def test_the_draft_counts_the_cameras_that_are_there_to_work(
    scene: Scene, words: dict[str, str], cameras: int
) -> None:
    at = scene.ledger.made
    fields = {name: FieldValue(word, "person", "填表人", at, True) for name, word in words.items()}
    by_hand = CameraRecord("h1", "", 1, (), fields, False, (1,))
    ledger = build_ledger(View(None), Site(), scene.catalogue, PeoplesWords(added=(by_hand,)), at)
    told = review(replace(scene, ledger=ledger))
    assert f"登记摄像机{cameras}台" in told if cameras else "摄像机" not in told


def test_the_draft_tells_the_total_once_every_item_has_a_score(with_unit: WithUnit) -> None:
    assert review(with_unit(**FULL)).endswith("按考评标准自评总分100分，一级达标。")


def test_what_the_school_wrote_takes_the_place_of_the_draft(with_unit: WithUnit) -> None:
    assert review(with_unit(self_review="我校制度健全。")) == "我校制度健全。"


def test_the_year_is_the_one_that_the_form_prints(scene: Scene) -> None:
    printed = "".join(
        str(one.filled.value)
        for one in pages(scene.ledger, scene.catalogue, "guannan-2018-application")[0].cells
    )
    assert "学校（盖章）\n2018年   月    日" in printed


# --- the rubric ---
def result(scene: Scene, form_id: str = "guannan-2018-rubric") -> str:
    return cell(scene.ledger, scene.catalogue, form_id, "总分和等级（原件没有这一行）")


def test_without_scores_there_is_neither_total_nor_grade(scene: Scene) -> None:
    assert result(scene).endswith("自评总分：＿＿＿　等级：＿＿＿　（15 项未打分）")


def test_the_total_stands_once_every_item_has_a_score(with_unit: WithUnit) -> None:
    assert result(with_unit(**FULL | {"score_8": 5.5})).endswith("自评总分：90.5　等级：一级达标")


def test_the_county_s_scores_are_its_own(with_unit: WithUnit) -> None:
    scene = with_unit(**FULL)
    assert "15 项未打分" in result(scene, "guannan-2018-rubric-county")


def test_a_score_is_found_again_by_the_sentence_of_its_item(scene: Scene) -> None:
    (page,) = pages(scene.ledger, scene.catalogue, "guannan-2018-rubric")
    anchors = [one.anchor for one in page.cells if one.about and one.about[0].field.startswith("score_")]
    items = items_of(scene.catalogue.forms["guannan-2018-rubric"])
    assert anchors == [item.text for item in items]


# --- what is refused ---
def found(scene: Scene, form_id: str) -> set[str]:
    ledger, catalogue = scene.ledger, scene.catalogue
    said = problems(fill(catalogue.forms[form_id], ledger, catalogue), catalogue, ledger)
    return {one.id for one in said if one.id.startswith("guannan")}


@pytest.mark.parametrize("words", ["经自评合格，申请验收。", "自评结果为：合格", "我校达到二级达标标准"])
def test_nobody_may_write_that_the_school_passed_below_seventy(with_unit: WithUnit, words: str) -> None:
    scene = with_unit(**FULL | {"score_8": 0, "score_1": 0, "score_2": 4.5}, self_review=words)
    assert found(scene, "guannan-2018-application") == {"guannan-passed-below"}


def test_at_seventy_it_may_be_written(with_unit: WithUnit) -> None:
    scene = with_unit(**FULL | {"score_8": 0, "score_1": 0, "score_2": 5}, self_review="自评合格。")
    assert found(scene, "guannan-2018-application") == set()


def test_it_may_not_be_written_while_a_score_is_missing(with_unit: WithUnit) -> None:
    scene = with_unit(score_1=10, self_review="自评合格。")
    assert found(scene, "guannan-2018-application") == {"guannan-passed-unscored"}


def test_a_school_that_writes_that_it_did_not_pass_is_not_stopped(with_unit: WithUnit) -> None:
    scene = with_unit(
        **FULL | {"score_8": 0, "score_1": 0, "score_2": 0}, self_review="自评不合格，正在整改。"
    )
    assert found(scene, "guannan-2018-application") == {"guannan-below"}


def test_a_score_above_its_points_stops_the_rubric(with_unit: WithUnit) -> None:
    scene = with_unit(**FULL | {"score_3": 6})
    form = scene.catalogue.forms["guannan-2018-rubric"]
    said = problems(fill(form, scene.ledger, scene.catalogue), scene.catalogue, scene.ledger)
    assert has_errors(said)


# --- Chuzhou's survey ---
def survey(scene: Scene) -> tuple[Page, ...]:
    return pages(scene.ledger, scene.catalogue, "chuzhou-2019-survey")


def values(page: Page) -> list[str]:
    return [str(one.filled.value) for one in page.cells if one.filled.value is not None]


def test_models_stand_with_their_size_and_number(scene: Scene) -> None:
    said = next(value for value in values(survey(scene)[0]) if "DS-2CD2T47" in value)
    assert "DS-2CD2T47 1920×1080 7台" in said.split("\n")


def test_brands_that_are_missing_leave_the_second_line_of_the_original(scene: Scene) -> None:
    recorder = [
        one for one in survey(scene)[0].cells if one.label == "DVR/NVR型号数量" and one.look == "value"
    ]
    assert [one.filled.value for one in recorder] == ["DS-7816N-K2 1台", None]


def test_the_fault_points_are_a_draft_from_the_last_run(scene: Scene) -> None:
    (one,) = (one for one in survey(scene)[0].cells if one.label == "系统目前的故障点")
    assert str(one.filled.value).startswith("录像硬盘故障1台：10.30.1.50（连带2路）；视角偏移1路：东门外")
    assert not one.filled.confirmed


def test_the_roll_up_finds_its_four_numbers_beside_their_labels(scene: Scene) -> None:
    page = survey(scene)[1]
    beside = {
        str(left.filled.value): right.filled.value
        for left, right in zip(page.cells, page.cells[1:], strict=False)
    }
    assert page.name == "补充"
    assert {"摄像头数量", "平台数量", "DVR/NVR数量", "涉及公共区域摄像头数量"} <= beside.keys()
    assert (beside["摄像头数量"], beside["DVR/NVR数量"]) == (len(scene.ledger.cameras), 1)


def pages(ledger: Ledger, catalogue: Catalogue, form_id: str) -> tuple[Page, ...]:
    return fill(catalogue.forms[form_id], ledger, catalogue).pages


def cell(ledger: Ledger, catalogue: Catalogue, form_id: str, label: str) -> str:
    (found,) = (
        one
        for one in pages(ledger, catalogue, form_id)[0].cells
        if one.label == label and one.look != "label"
    )
    return str(found.filled.value)


def test_a_camera_without_a_model_is_not_named_by_its_size(scene: Scene) -> None:
    said = [value for value in values(survey(scene)[0]) if "型号未识别" in value]
    assert said == ["型号未识别 704×576 3台"]


def test_a_camera_behind_a_recorder_has_the_model_that_the_recorder_lists(scene: Scene) -> None:
    assert any("DS-2CD1021 1920×1080 1台" in value for value in values(survey(scene)[0]))
