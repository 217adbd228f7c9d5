"""A roll-up from files to figures: who counts, who is missing, and what nothing can hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import View
from reports.form import fill
from reports.forms.desk import Choices
from reports.rollup import ruian
from reports.rollup.built import Given
from reports.rollup.expected import Unit, against
from reports.rollup.gather import sources
from reports.rollup.outcome import Outcome, as_json
from reports.rollup.plans import PLANS
from reports.rollup.submission import Key, Submission
from reports.xlsx import workbook_bytes, write_xlsx
from tests.reports.rollup.conftest import GATE, LATER, MADE, PLANNED, YARD, HandIn, RollUp


def column(outcome: Outcome, label: str) -> list[object]:
    """Return a column of the list, blank lines left out."""
    block = outcome.paper.form.listing
    assert block is not None
    place = [one.label for one in block.columns].index(label)
    return [row.cells[place].value for row in outcome.paper.rows]


def test_lists_are_joined_and_numbered_anew(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("乙小学"), hand_in("甲小学"), units=["甲小学", "乙小学"])
    assert column(outcome, "序号") == [1, 2, 3, 4]
    assert column(outcome, "学校（幼儿园）名称") == ["甲小学", "甲小学", "乙小学", "乙小学"]


def test_the_order_of_the_files_changes_no_byte(hand_in: HandIn, rolled: RollUp) -> None:
    files = [
        hand_in("乙小学"),
        hand_in("甲小学", [GATE]),
        hand_in("甲小学", [YARD], made=LATER, name="2.xlsx"),
    ]
    there, back = rolled(*files), rolled(*reversed(files))
    assert workbook_bytes(there.paper) == workbook_bytes(back.paper)


def test_a_school_that_has_not_reported_is_listed_and_no_row(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("甲小学"), units=["甲小学", "乙小学"])
    assert outcome.against.silent == ("乙小学",)
    assert set(column(outcome, "学校（幼儿园）名称")) == {"甲小学"}


def test_a_newer_sheet_replaces_the_older_one(hand_in: HandIn, rolled: RollUp) -> None:
    old, new = hand_in("甲小学"), hand_in("甲小学", [GATE], made=LATER, name="新.xlsx")
    outcome = rolled(old, new)
    assert outcome.totals["cameras"] == 4
    assert [(one.source, two.source) for one, two in outcome.merged.replaced] == [(str(old), str(new))]


def test_a_broken_file_stops_no_other(hand_in: HandIn, rolled: RollUp, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    outcome = rolled(hand_in("甲小学"), tmp_path / "坏.xlsx")
    assert outcome.totals["cameras"] == 6
    assert not outcome.is_clean


def test_a_school_with_a_wrong_cell_is_unsure_and_not_silent(hand_in: HandIn, rolled: RollUp) -> None:
    path = hand_in("乙小学")
    book = load_workbook(path)
    book.worksheets[0]["E4"] = "四"
    book.save(path)
    outcome = rolled(hand_in("甲小学"), path, units=["甲小学", "乙小学"])
    assert (tuple(outcome.unsure), outcome.against.silent, outcome.totals["cameras"]) == (("乙小学",), (), 6)


def test_of_two_sheets_of_one_time_neither_counts(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("甲小学"), hand_in("甲小学", [GATE], name="2.xlsx"), hand_in("乙小学", [YARD]))
    assert (tuple(outcome.unsure), outcome.totals["cameras"]) == (("甲小学",), 2)


def test_a_sheet_that_people_went_on_with_is_newer_than_its_export(hand_in: HandIn, rolled: RollUp) -> None:
    path, raw = hand_in("甲小学"), hand_in("甲小学", name="原.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["E4"] = 9
    book.save(path)  # with the time of saving
    outcome = rolled(raw, path)
    assert (outcome.totals["cameras"], outcome.is_clean) == (11, True)


def test_one_database_under_two_names_is_told(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("甲小学", workspace="w"), hand_in("甲小学新校名", [GATE], workspace="w"))
    assert any("甲小学新校名" in one.what and "甲小学（" in one.what for one in outcome.troubles)


def test_equal_cameras_under_two_names_are_told(hand_in: HandIn, rolled: RollUp) -> None:
    rows = [GATE, YARD, PLANNED, {**GATE, "position": "后门"}]
    outcome = rolled(hand_in("甲小学", rows), hand_in("甲小学校", rows))
    assert [one.level for one in outcome.troubles] == ["warn"]


def test_what_was_received_earlier_counts_later(hand_in: HandIn, rolled: RollUp, tmp_path: Path) -> None:
    desk = tmp_path / "district"
    desk.mkdir()
    rolled(hand_in("甲小学"), history=desk)
    outcome = rolled(hand_in("乙小学"), history=desk)
    assert (outcome.totals["cameras"], outcome.recalled) == (12, 1)


def test_without_a_workspace_nothing_is_kept(hand_in: HandIn, rolled: RollUp, tmp_path: Path) -> None:
    rolled(hand_in("甲小学"))
    assert not list(tmp_path.rglob("history"))


def test_the_result_for_scripts_says_who_and_what(
    hand_in: HandIn, rolled: RollUp, catalogue: Catalogue
) -> None:
    outcome = rolled(hand_in("甲小学"), units=["甲小学", "乙小学"])
    said = as_json(outcome, catalogue.forms["ruian-2018-list"], Path("o.xlsx"))
    assert (said["schema"], said["silent"]) == ("camcensus/rollup/1", ["乙小学"])
    assert [one["unit"] for one in said["reported"]] == ["甲小学"]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["已建", "拟新建", "拟改建"])), min_size=1),
    st.data(),
)
def test_the_totals_are_the_sum_over_any_partition(rows: list[tuple[int, str]], data: st.DataObject) -> None:
    frame = pd.DataFrame([{**GATE, "count": count, "build_state": state} for count, state in rows])
    parts = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    several = [ruian.totals(part) for _, part in frame.groupby(parts)]
    for name, total in ruian.totals(frame).items():
        assert total == sum(int(one[name] or 0) for one in several)


def survey_text(outcome: Outcome) -> list[str]:
    return [str(cell.filled.value) for cell in outcome.paper.pages[0].cells if cell.look == "value"]


def test_the_survey_counts_by_state_and_class(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("甲小学", [GATE, YARD, PLANNED]), hand_in("乙小学"), form="ruian-2018-survey")
    text = "\n".join(survey_text(outcome))
    assert "已建总数（12）" in text
    assert (
        "1、已建监控: 公共区域(0)个、学校主要出入口(8)个、周界面向公共区域(0)个、操场或户外活动场所(4)个"
        in text
    )
    assert (
        "2、拟新建监控: 公共区域(0)个、学校主要出入口(0)个、周界面向公共区域(0)个、操场或户外活动场所(3)个"
        in text
    )
    assert "☑单位局域网" in text
    assert "☑海康" in text


def test_the_survey_of_a_schools_rows_is_the_survey_of_its_cameras(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    ledger = ledger_of(view)
    path = tmp_path / "清单.xlsx"
    choices = Choices(workspace="w")
    write_xlsx(fill(catalogue.forms["ruian-2018-list"], ledger, catalogue, choices), path)
    directly = fill(catalogue.forms["ruian-2018-survey"], ledger, catalogue, choices)
    counts = next(
        cell.filled.value for cell in directly.pages[0].cells if "1、已建监控" in str(cell.filled.value)
    )
    assert counts in survey_text(rolled(path, form="ruian-2018-survey"))


def summary(catalogue: Catalogue, units: Sequence[str], *submissions: Submission) -> list[list[object]]:
    form = catalogue.forms["chuzhou-2019-summary"]
    listed = against([Unit(name) for name in units], submissions)
    built = PLANS[form.id].build(Given(form, catalogue, listed, {}, MADE))
    return [[cell.value for cell in row.cells] for row in built.paper.rows]


def network(unit: str, name: str, *numbers: int | None) -> Submission:
    labels = ("cameras", "platforms", "recorders", "public")
    rows = pd.DataFrame(
        {label: pd.array([one], dtype="Int64") for label, one in zip(labels, numbers, strict=True)}
    )
    return Submission(
        Key("chuzhou-2019", unit, "chuzhou-2019-survey", name), unit, MADE, MADE, f"{unit}{name}", "0", rows
    )


def test_a_units_networks_are_summed_into_one_line(catalogue: Catalogue) -> None:
    lines = summary(catalogue, ["甲", "乙"], network("甲", "s1", 5, 1, 1, 2), network("甲", "s2", 7, 0, 2, 0))
    assert lines == [["甲", 12, 1, 3, 2], ["乙", None, None, None, None]]


def test_a_number_that_one_network_does_not_know_is_not_known(catalogue: Catalogue) -> None:
    lines = summary(catalogue, [], network("甲", "s1", 5, 1, 1, None), network("甲", "s2", 7, 0, 2, 3))
    assert lines == [["甲", 12, 1, 3, None]]


def test_the_survey_of_each_network_is_read_off_its_own_page(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = tmp_path / "摸底.xlsx"
    survey = catalogue.forms["chuzhou-2019-survey"]
    write_xlsx(fill(survey, ledger_of(view), catalogue, Choices(scope="all", workspace="w")), path)
    outcome = rolled(path, form="chuzhou-2019-summary")
    assert outcome.totals["摄像头数量"] == len(view.cameras)


def test_a_school_grade_comes_from_the_scores_that_people_typed(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = tmp_path / "自评.xlsx"
    form = catalogue.forms["guannan-2018-rubric"]
    write_xlsx(fill(form, ledger_of(view), catalogue, Choices(workspace="w")), path)
    book = load_workbook(path)
    page = book.worksheets[0]
    scores: list[int | str] = [10, 10, 5, 5, 5, 5, 5, "１４．５", 5, 5, 5, 5, 5, 5, 0]
    for line, score in enumerate(scores, start=5):
        page[f"E{line}"] = score
    book.save(path)
    outcome = rolled(path, form="guannan-2018-grades", units=["瑞安市示例第一小学", "乙小学"])
    first, second = outcome.paper.rows
    assert [cell.value for cell in first.cells[2:4]] == [89.5, "二级达标"]
    assert [cell.value for cell in second.cells[2:4]] == [None, None]


def test_a_score_above_its_points_is_named_with_its_cell(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = tmp_path / "自评.xlsx"
    form = catalogue.forms["guannan-2018-rubric"]
    write_xlsx(fill(form, ledger_of(view), catalogue, Choices(workspace="w")), path)
    book = load_workbook(path)
    book.worksheets[0]["E7"] = 6
    book.save(path)
    assert [one.cell for one in rolled(path, form="guannan-2018-grades").troubles] == ["E7"]


def test_a_towns_report_is_set_against_its_quota(hand_in: HandIn, rolled: RollUp) -> None:
    town = hand_in("上塘镇", [{"located": 175, "built": 100, "connected": 120}], form="yongjia-2010-quota")
    other = hand_in("桥头", [{"located": 90, "built": 100, "connected": 90}], form="yongjia-2010-quota")
    outcome = rolled(town, other, form="yongjia-2010-quota")
    assert outcome.totals["已建"] == 200
    assert outcome.totals["计入完成"] == 185
    assert [one.level for one in outcome.troubles] == ["warn", "warn"]  # 已接入 above 已建; 已建 above 已定位


def test_a_town_without_quota_is_named(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("别处", [{"built": 1}], form="yongjia-2010-quota"), form="yongjia-2010-quota")
    assert outcome.totals["已建"] is None
    assert "别处" in outcome.troubles[0].what


def test_a_schools_own_sheet_outranks_a_districts_newer_list(hand_in: HandIn, rolled: RollUp) -> None:
    own = hand_in("甲小学")
    joined = hand_in("学区", [{**GATE, "school": "甲小学"}], workspace="rollup", made=LATER)
    outcome = rolled(own, joined)
    assert outcome.totals["cameras"] == 6
    assert [old.source for old, _ in outcome.merged.replaced] == [str(joined)]


def test_towns_fill_in_the_countys_own_tracker(catalogue: Catalogue, rolled: RollUp, tmp_path: Path) -> None:
    form = "yongjia-2010-quota"
    for town, line in (("上塘", 3), ("桥头", 6)):
        path = tmp_path / f"{town}.xlsx"
        write_xlsx(rolled(form=form).paper, path)
        book = load_workbook(path)
        assert book.worksheets[0][f"A{line}"].value == town
        book.worksheets[0][f"D{line}"] = 50
        book.save(path)
    outcome = rolled(tmp_path / "上塘.xlsx", tmp_path / "桥头.xlsx", form=form)
    assert outcome.troubles == ()
    assert (sorted(outcome.against.reported), outcome.totals["已建"]) == (["上塘", "桥头"], 100)


def test_schools_sheets_of_rates_add_up_to_the_countys(
    catalogue: Catalogue, rolled: RollUp, hand_in: HandIn, tmp_path: Path
) -> None:
    form = "chuzhou-2019-rates"
    files = []
    for school, met in (("甲小学", 3), ("乙小学", 5)):
        row = {"rate": "联网率", "met": met, "total": 8, "unknown": 1, "outside": 0}
        path = tmp_path / f"{school}.xlsx"
        write_xlsx(rolled(hand_in(school, [row], form=form), form=form).paper, path)
        files.append(path)
    outcome = rolled(*files, form=form)
    assert outcome.totals["联网率"] == "50.0%"
    assert sorted(outcome.against.reported) == ["乙小学", "甲小学"]


def test_a_typed_survey_is_held_to_the_lists(hand_in: HandIn, rolled: RollUp, tmp_path: Path) -> None:
    form, schools = "ruian-2018-survey", [hand_in("甲小学"), hand_in("乙小学")]
    path = tmp_path / "调查表.xlsx"
    write_xlsx(rolled(*schools, form=form).paper, path)
    book = load_workbook(path)
    page = book.worksheets[0]
    (cell,) = [one for row in page.iter_rows() for one in row if "1、已建监控" in str(one.value)]
    cell.value = str(cell.value).replace("操场或户外活动场所(4)", "操场或户外活动场所(５)")
    book.save(path)
    outcome = rolled(*schools, path, form=form)
    assert [one.cell for one in outcome.troubles if one.file == str(path)] == [cell.coordinate]
    assert (outcome.totals["cameras"], sorted(outcome.against.reported)) == (12, ["乙小学", "甲小学"])


def test_a_word_that_the_form_has_not_leaves_the_figures_open(hand_in: HandIn, rolled: RollUp) -> None:
    path = hand_in("甲小学", [GATE, {**YARD, "resource_class": "操场"}])
    outcome = rolled(path, form="ruian-2018-survey")
    assert any("2 台" in gap.why for cell in outcome.paper.pages[0].cells for gap in cell.filled.missing)


def test_two_schools_of_one_name_are_an_error_that_names_both(hand_in: HandIn, rolled: RollUp) -> None:
    one = hand_in("甲小学", workspace="w1")
    other = hand_in("甲小学", [GATE], workspace="w2", made=LATER, name="2.xlsx")
    outcome = rolled(one, other, hand_in("乙小学", [YARD]), units=["甲小学", "乙小学"])
    (said,) = [trouble for trouble in outcome.troubles if trouble.level == "error"]
    assert str(one) in said.what and str(other) in said.what and "unit_code" in said.mend  # noqa: PT018
    assert (tuple(outcome.unsure), outcome.against.silent, outcome.totals["cameras"]) == (("甲小学",), (), 2)


def test_lists_of_all_cameras_and_of_some_are_not_one_sum(
    catalogue: Catalogue,
    ledger_of: Callable[[View], Ledger],
    view: View,
    rolled: RollUp,
    hand_in: HandIn,
    tmp_path: Path,
) -> None:
    path = tmp_path / "全部.xlsx"
    choices = Choices(scope="all", workspace="w")
    write_xlsx(fill(catalogue.forms["ruian-2018-list"], ledger_of(view), catalogue, choices), path)
    assert any("口径" in one.what for one in rolled(path, hand_in("甲小学")).troubles)
    assert not any("口径" in one.what for one in rolled(path).troubles)


def test_a_sheet_from_the_future_is_told_and_ranks_last(hand_in: HandIn, rolled: RollUp) -> None:
    ahead = hand_in("甲小学", [GATE], made=MADE + timedelta(days=3650), name="2.xlsx")
    outcome = rolled(hand_in("甲小学"), ahead)
    assert outcome.totals["cameras"] == 6
    assert [one.file for one in outcome.troubles] == [str(ahead)]


@pytest.mark.parametrize("kind", ["xls", "et", "ods", "csv", "xlsm"])
def test_a_sheet_of_another_kind_in_a_folder_is_named(
    hand_in: HandIn, rolled: RollUp, tmp_path: Path, kind: str
) -> None:
    hand_in("甲小学")
    other = tmp_path / "in" / f"乙小学.{kind}"
    other.write_bytes(b"whatever")
    outcome = rolled(*sources([tmp_path / "in"]))
    assert [(one.level, one.file) for one in outcome.troubles] == [("warn", str(other))]
    assert "xlsx" in outcome.troubles[0].mend


def test_a_score_that_is_a_formula_without_a_value_is_named(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = tmp_path / "自评.xlsx"
    form = catalogue.forms["guannan-2018-rubric"]
    write_xlsx(fill(form, ledger_of(view), catalogue, Choices(workspace="w")), path)
    book = load_workbook(path)
    book.worksheets[0]["E7"] = "=2+3"
    book.save(path)
    (said,) = rolled(path, form="guannan-2018-grades").troubles
    assert (said.cell, "公式" in said.what) == ("E7", True)


def test_schools_of_one_name_in_two_districts_lists_are_both_there_however_often(
    hand_in: HandIn, rolled: RollUp, tmp_path: Path
) -> None:
    rows = ({**GATE, "school": "实验小学", "address": f"{side}路1号"} for side in "东西")
    east, west = (
        hand_in(name, [row], workspace="rollup") for name, row in zip(("东学区", "西学区"), rows, strict=True)
    )
    first = rolled(east, west, history=tmp_path)
    again = rolled(west, history=tmp_path)
    assert [list(one.against.reported) for one in (first, again)] == [["实验小学", "实验小学（西学区）"]] * 2
    assert (first.totals["cameras"], again.totals["cameras"]) == (8, 8)


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("海康威视\nDS-2CD1021FD-I", "海康威视"),
        ("海康 DS-2CD1021FD-I", "海康威视"),
        ("HIKVISION\nDS-2CD1021FD-I", "海康威视"),
        ("大华股份 IPC", "大华"),
        ("360\nD302", "360"),
        ("某品牌", "某品牌"),
        ("DS-2CD1021FD-I", None),
        (" ", None),
    ],
)
def test_the_brand_is_told_from_the_model(catalogue: Catalogue, text: str, brand: str | None) -> None:
    assert ruian.brand_in(text, catalogue.brands) == brand


def test_a_form_with_figures_that_disagree_is_named_once(hand_in: HandIn, rolled: RollUp) -> None:
    outcome = rolled(hand_in("甲小学", [{**GATE, "hd": None}]), form="ruian-2018-survey")
    name = outcome.paper.form.name
    assert {one.place for one in outcome.troubles if name in one.place} == {name}
