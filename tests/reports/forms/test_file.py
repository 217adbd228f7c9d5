"""What every form's file has, whatever its shape: text that stays text, live sums, the hidden sheet."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from lxml import etree
from openpyxl import Workbook

from config.form import Form
from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import FieldValue
from reports.form import edition_of, fill_subject
from reports.forms.subject import Item, Subject
from reports.paper import Paper
from reports.sheet import CameraName
from reports.xlsx import workbook_bytes

MakePaper = Callable[..., Paper]
Known = Callable[..., Ledger]
Open = Callable[[Paper], Workbook]

AT = datetime(2026, 3, 2, tzinfo=UTC)
FORMS = (
    "ruian-2018-list",
    "ruian-2018-survey",
    "huoqiu-2023-platform",
    "huoqiu-2023-cameras",
    "huoqiu-2023-internal",
    "huoqiu-2023-wanted",
    "huoqiu-2023-zero",
)
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "<r>&</r>",
    "\x00\ud800\u202e",
    "{n}{school}",
    "□☑",
)


def lines(count: int) -> tuple[Item, ...]:
    """Return lines of many schools' lists."""

    def said(word: str, school: int) -> FieldValue:
        return FieldValue(word, "person", f"学校{school}.xlsx", AT, True)

    return tuple(
        Item(
            f"x{number}",
            {
                name: said(word, number // 100)
                for name, word in {
                    "school": f"示例第{number // 100}小学",
                    "position": "正门",
                    "build_state": "已建",
                    "brand": "海康威视",
                    "hd": "是",
                    "upper_network": "公安视频专网",
                    "resource_class": "单位主要出入口",
                }.items()
            },
            CameraName(f"学校{number // 100}.xlsx 第{number}行", ""),
            number=2,
        )
        for number in range(count)
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_anybody_typed_makes_a_formula_or_a_broken_file(
    filled_form: MakePaper, known: Known, form: str, hostile: str
) -> None:
    ledger = known(unit={"contact_phone": hostile, "district": hostile}, system={"project_name": hostile})
    bad = FieldValue(hostile, "measured", "onvif.identity", AT, True)
    names = ("brand", "model", "point_name", "upper_network", "build_state", "remark", "gb_code")
    cameras = tuple(
        replace(one, fields={**one.fields, **dict.fromkeys(names, bad)}) for one in ledger.cameras
    )
    content = workbook_bytes(filled_form(form, replace(ledger, cameras=cameras)))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        for part in parts.namelist():
            etree.fromstring(parts.read(part))
        pages = [parts.read(part) for part in parts.namelist() if part.startswith("xl/worksheets/")]
    assert not any(b"<f>" in page or b"<f " in page or b"<hyperlink" in page for page in pages)


@pytest.mark.parametrize("form", FORMS)
def test_every_value_on_the_form_has_a_source_or_is_printed_there(
    filled_form: MakePaper, catalogue: Catalogue, form: str
) -> None:
    # A composed text of which nothing is known stands as the original has it.
    verbatim = {content.verbatim for _, content in catalogue.forms[form].contents}
    bare = [
        cell.filled.value
        for page in filled_form(form).pages
        for cell in page.cells
        if cell.look == "value" and cell.filled.value is not None and not cell.filled.origins
    ]
    assert set(bare) - verbatim == set()


@pytest.mark.parametrize("form", FORMS)
def test_the_hidden_sheet_names_form_edition_and_school(
    filled_form: MakePaper, opened: Open, catalogue: Catalogue, form: str
) -> None:
    page = opened(filled_form(form, workspace="w1"))["_meta"]
    keys = {line[0]: line[1] for line in page.iter_rows(max_col=2, max_row=15, values_only=True)}
    said = (keys["schema"], keys["form"], keys["edition"], keys["school"], keys["workspace"])
    edition = edition_of(catalogue.forms[form])
    assert said == ("camcensus/form/1", form, edition, "示例县第一小学", "w1")


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_of_the_hidden_sheet_is_where_it_says(
    filled_form: MakePaper, opened: Open, form: str
) -> None:
    book = opened(filled_form(form))
    wrong = [
        (cell, written, book[page][cell].value)
        for page, _, cell, _, subject, _, written, part, *_ in _written(book)
        if written
        and subject != "new"
        and str(written) not in str(book[page][cell].value)
        and part != "ticks"
    ]
    assert wrong == []


def _written(book: Workbook) -> list[tuple[str, ...]]:
    rows = list(book["_meta"].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[:3] == ("sheet", "row_key", "cell"))
    return [tuple("" if one is None else str(one) for one in row) for row in rows[start + 1 :]]


def test_the_edition_changes_with_a_cell_and_not_with_a_note(catalogue: Catalogue) -> None:
    form = catalogue.forms["ruian-2018-list"]
    noted = form.model_copy(update={"evidence_notes": ("另一句话。",)})
    renamed = form.model_copy(update={"title": "另一张表"})
    assert edition_of(form) == edition_of(noted)
    assert edition_of(form) != edition_of(renamed)


def test_an_inner_sum_is_marked_on_every_page(filled_form: MakePaper, opened: Open) -> None:
    header = opened(filled_form("ruian-2018-survey")).worksheets[0].oddHeader
    assert header is not None
    assert header.right is not None
    assert header.right.text == "内部汇总，不上报"


@pytest.fixture
def summed(catalogue: Catalogue) -> Form:
    """The Ruian list with a line of sums below it."""
    form = catalogue.forms["ruian-2018-list"]
    (block, *rest) = form.blocks
    totals = block.model_copy(update={"totals": "合计", "total_columns": ("count",)})
    return form.model_copy(update={"blocks": (totals, *rest)})


def test_a_line_of_sums_is_a_live_formula_with_its_value(
    summed: Form, catalogue: Catalogue, opened: Open
) -> None:
    paper = fill_subject(summed, Subject("district", {}, (), lines(9)), catalogue, made=AT)
    (cell,) = (cell for cell in paper.pages[0].cells if cell.formula)
    page = opened(paper).worksheets[0]
    assert (page.cell(cell.line + 1, cell.column + 1).value, cell.filled.value) == ("=SUM(E4:E10)", 18)


def test_a_list_of_many_schools_prints_each_lines_own_school(catalogue: Catalogue) -> None:
    subject = Subject("district", {}, (), lines(250))
    paper = fill_subject(catalogue.forms["ruian-2018-list"], subject, catalogue, made=AT)
    assert [row.cells[1].value for row in paper.rows] == ["示例第0小学", "示例第1小学", "示例第2小学"]


def test_the_survey_of_a_district_adds_up_its_schools_lists(catalogue: Catalogue) -> None:
    subject = Subject("district", {}, (), lines(250))
    paper = fill_subject(catalogue.forms["ruian-2018-survey"], subject, catalogue, made=AT)
    texts = [str(cell.filled.value) for cell in paper.pages[0].cells]
    assert any(text.startswith("已建总数（500）") for text in texts)
    assert paper.mark == ""


def test_a_long_list_is_explained_in_few_lines(catalogue: Catalogue, opened: Open) -> None:
    subject = Subject("district", {}, (), lines(400))
    form = catalogue.forms["ruian-2018-list"]
    alone = form.model_copy(update={"blocks": (form.blocks[0].model_copy(update={"row_for": "camera"}),)})
    page = opened(fill_subject(alone, subject, catalogue, made=AT))["依据"]
    named = [str(line[0]) for line in page.iter_rows(max_col=1, values_only=True)]
    assert "B4:B103" in named
    assert page.max_row < 200


@pytest.mark.slow
def test_the_work_for_a_line_does_not_grow_with_the_list(catalogue: Catalogue) -> None:
    form = catalogue.forms["ruian-2018-list"]
    alone = form.model_copy(update={"blocks": (form.blocks[0].model_copy(update={"row_for": "camera"}),)})

    def seconds(count: int) -> float:
        begun = time.process_time()
        workbook_bytes(fill_subject(alone, Subject("district", {}, (), lines(count)), catalogue, made=AT))
        return time.process_time() - begun

    seconds(50)
    assert seconds(2000) < 20 * seconds(200)
