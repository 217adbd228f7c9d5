"""What is particular to Chuzhou's survey: one printed page, lists to choose from, dates. 滁州"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from inventory.ledger import Ledger
from inventory.record import FieldValue
from reports.paper import Cell, Paper

MakePaper = Callable[..., Paper]
Known = Callable[..., Ledger]
Open = Callable[[Paper], Workbook]

SURVEY = "chuzhou-2019-survey"


def of_makers(ledger: Ledger, *, lines: int) -> Ledger:
    """Return the ledger with a maker of its own for each camera, and so many lines of its model."""

    def word(said: str) -> FieldValue:
        return FieldValue(said, "person", "清单.xlsx F4", ledger.made, True)

    cameras = tuple(
        replace(one, fields={**one.fields, "brand": word(f"厂商{n}"), "model": word("型" * 10 * lines)})
        for n, one in enumerate(ledger.cameras)
    )
    return replace(ledger, cameras=cameras)


def pages_tall(page: Worksheet) -> int | None:
    """Return over how many printed pages the sheet may go; 0: as many as it takes."""
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage
    height = page.page_setup.fitToHeight
    return 1 if height is None else int(height)


def offered(page: Worksheet, cell: str) -> str:
    """Return the drop-down list of a cell."""
    rules = (rule for rule in page.data_validations.dataValidation if cell in rule.sqref)
    return next((str(rule.formula1) for rule in rules), "")


def one_cell(paper: Paper, label: str) -> Cell:
    return next(cell for page in paper.pages for cell in page.cells if cell.label == label and cell.about)


def test_the_survey_of_a_small_school_is_one_page_as_it_was_issued(
    filled_form: MakePaper, opened: Open
) -> None:
    page = opened(filled_form(SURVEY)).worksheets[0]
    assert (pages_tall(page), page.page_setup.orientation) == (1, "landscape")


def test_the_survey_of_many_makers_is_turned_rather_than_cut(
    filled_form: MakePaper, known: Known, opened: Open
) -> None:
    page = opened(filled_form(SURVEY, of_makers(known(points=()), lines=2))).worksheets[0]
    assert (pages_tall(page), page.page_setup.orientation) == (1, "portrait")


def test_what_would_be_too_small_to_read_takes_more_pages_and_shows_its_labels_where_they_begin(
    filled_form: MakePaper, known: Known, opened: Open
) -> None:
    page = opened(filled_form(SURVEY, of_makers(known(points=()), lines=12))).worksheets[0]
    label = next(cell for row in page.iter_rows() for cell in row if cell.value == "摄像机品牌/厂家")
    assert (pages_tall(page), label.alignment.vertical) == (0, "top")


@pytest.mark.parametrize(
    ("label", "words"),
    [("单位类别", "公共服务行业（学校）"), ("网络结构/出口带宽（M）", "内部局域网,互联网")],
)
def test_what_the_notes_enumerate_is_offered(
    filled_form: MakePaper, opened: Open, label: str, words: str
) -> None:
    paper = filled_form(SURVEY)
    cell = one_cell(paper, label)
    place = opened(paper).worksheets[0].cell(cell.line + 1, cell.column + 1).coordinate
    assert words in offered(opened(paper).worksheets[0], place)


def test_a_bandwidth_beside_a_word_of_the_list_is_not_odd(filled_form: MakePaper, known: Known) -> None:
    ledger = known(system={"network_structure": "互联网", "bandwidth_mbps": 100})
    cell = one_cell(filled_form(SURVEY, ledger), "网络结构/出口带宽（M）")
    assert (cell.filled.value, cell.filled.odd) == ("互联网/100M", False)


def test_a_month_is_written_with_two_digits(filled_form: MakePaper, known: Known) -> None:
    paper = filled_form(SURVEY, known(system={"system_built_on": "2024.9"}))
    assert one_cell(paper, "系统建设时间").filled.value == "2024.09"
