"""What nobody at a school confirmed stays a suggestion in the forms of its district."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import View
from reports.form import fill
from reports.forms.desk import Choices
from reports.paper import Cell, Page, Paper
from reports.sheet import Filled, Missing, Origin
from reports.xlsx import write_xlsx
from tests.reports.rollup.conftest import MADE, RollUp


def test_what_a_school_did_not_confirm_stays_tinted_in_the_joined_list(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = exported(tmp_path / "清单.xlsx", catalogue, ledger_of(view))
    own = {cell.value: cell.fill.fgColor.rgb for cell in load_workbook(path).worksheets[0]["C"]}
    joined = tmp_path / "汇总.xlsx"
    write_xlsx(rolled(path).paper, joined)
    shown = {cell.value: cell.fill.fgColor.rgb for cell in load_workbook(joined).worksheets[0]["C"]}
    assert own["正门"] == shown["正门"] == "FFFFF2CC"


def test_a_joined_list_hands_on_what_nobody_confirmed(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    district, county = tmp_path / "学区.xlsx", tmp_path / "县.xlsx"
    write_xlsx(rolled(exported(tmp_path / "清单.xlsx", catalogue, ledger_of(view))).paper, district)
    write_xlsx(rolled(district).paper, county)
    tints = [
        [cell.fill.fgColor.rgb for row in load_workbook(one).worksheets[0].iter_rows() for cell in row]
        for one in (district, county)
    ]
    assert tints[0] == tints[1]


def test_each_school_is_told_how_many_of_its_cells_nobody_confirmed(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = exported(tmp_path / "清单.xlsx", catalogue, ledger_of(view))
    book = load_workbook(path).worksheets[0]
    rows = book.iter_rows(min_row=4)  # below the key to the colours
    tinted = sum(cell.fill.fgColor.rgb == "FFFFF2CC" for row in rows for cell in row)
    (said,) = [one.what for one in rolled(path).troubles if "没有人确认" in one.what]
    assert f" {tinted} 格" in said


def test_a_count_of_what_nobody_confirmed_is_tinted_in_the_survey(
    catalogue: Catalogue, ledger_of: Callable[[View], Ledger], view: View, rolled: RollUp, tmp_path: Path
) -> None:
    path = exported(tmp_path / "清单.xlsx", catalogue, ledger_of(view))
    outcome = rolled(path, form="ruian-2018-survey")
    (counts,) = [
        cell for cell in outcome.paper.pages[0].cells if str(cell.filled.value).startswith("1、已建监控")
    ]
    assert not counts.filled.confirmed


def exported(path: Path, catalogue: Catalogue, ledger: Ledger) -> Path:
    write_xlsx(fill(catalogue.forms["ruian-2018-list"], ledger, catalogue, Choices(workspace="w")), path)
    return path


def survey_sheet(path: Path, public: str | int, *, is_partial: bool, catalogue: Catalogue) -> Path:
    """Write a survey whose number of cameras that see public areas is a guess, or of some cameras only."""
    form = catalogue.forms["chuzhou-2019-survey"]
    lines = [("摄像头数量", 5), ("平台数量", 1), ("DVR/NVR数量", 1), ("涉及公共区域摄像头数量", public)]
    guess = Origin("公共区域", str(public), "derived", "sheet", MADE, MADE, confirmed=False)
    gap = Missing("公共区域", "有 3 台未知", "请核对", needed=True)
    cells = [Cell(line, 0, Filled(label), "label") for line, (label, _) in enumerate(lines)]
    cells += [
        Cell(
            line,
            1,
            Filled(number, (guess,), (gap,) if is_partial else ()) if line == 3 else Filled(number),
            "value",
            label=label,
        )
        for line, (label, number) in enumerate(lines)
    ]
    page, zone = Page("补充", (20, 20), tuple(cells)), catalogue.settings.zone
    paper = Paper(form, catalogue.sheet_words, "甲小学", (page,), MADE, zone)
    meta = {"edition": "e", "unit": "甲小学", "network": "s1", "workspace": "w"}
    write_xlsx(replace(paper, meta=meta), path)
    return path


def test_a_number_of_some_cameras_only_is_not_known(
    catalogue: Catalogue, rolled: RollUp, tmp_path: Path
) -> None:
    path = survey_sheet(tmp_path / "甲.xlsx", 3, is_partial=True, catalogue=catalogue)
    outcome = rolled(path, form="chuzhou-2019-summary")
    assert (outcome.totals["摄像头数量"], outcome.totals["涉及公共区域摄像头数量"]) == (5, None)


def test_a_number_that_somebody_typed_over_a_partial_one_counts(
    catalogue: Catalogue, rolled: RollUp, tmp_path: Path
) -> None:
    path = survey_sheet(tmp_path / "甲.xlsx", 3, is_partial=True, catalogue=catalogue)
    book = load_workbook(path)
    book["补充"]["B4"] = 4
    book.save(path)
    assert rolled(path, form="chuzhou-2019-summary").totals["涉及公共区域摄像头数量"] == 4


def test_a_number_that_is_a_guess_counts_and_is_tinted(
    catalogue: Catalogue, rolled: RollUp, tmp_path: Path
) -> None:
    path = survey_sheet(tmp_path / "甲.xlsx", 3, is_partial=False, catalogue=catalogue)
    outcome = rolled(path, form="chuzhou-2019-summary")
    (row,) = outcome.paper.rows
    assert [(cell.value, cell.confirmed) for cell in row.cells[3:]] == [(1, True), (3, False)]
