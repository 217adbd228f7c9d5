"""The forms of districts and counties as text, and the issued document's words, held fast.

UPDATE_GOLDEN=1 writes the snapshots anew; the change is then reviewed like any other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.form import Form
from config.schema import Catalogue
from inventory.record import FieldValue
from inventory.sheet_meta import META_PAGE
from reports.paper import Paper
from reports.rollup.built import Given
from reports.rollup.expected import Unit, against
from reports.rollup.plans import PLANS
from reports.rollup.submission import OPEN, Key, Submission
from reports.xlsx import workbook_bytes
from tests.reports.rollup.conftest import GATE, MADE, PLANNED, YARD

PROJECT = Path(__file__).resolve().parents[3]
GOLDEN = PROJECT / "tests" / "golden"
FORMS = PROJECT.parent / "shared" / "forms.md"

Rows = Mapping[str, Sequence[Mapping[str, object]]]

LISTS: Rows = {
    "甲小学": [GATE, YARD, PLANNED],
    "乙幼儿园": [{**GATE, "count": 2, "hd": "否", OPEN: "position resource_class"}],
}
NUMBERS: Rows = {
    "甲小学": [{"cameras": 64, "platforms": 1, "recorders": 3, "public": 12}],
    "乙幼儿园": [{"cameras": 8, "platforms": 0, "recorders": 1, "public": None, OPEN: "platforms"}],
}
RATES: Rows = {
    "甲小学": [
        {"rate": "覆盖率", "met": 10, "total": 12, "unknown": 2, "outside": 1},
        {"rate": "高清比例", "met": 0, "total": 0, "unknown": 0, "outside": 64},
        {"rate": "联网率", "met": 12, "total": 12, "unknown": 0, "outside": 0},
        {"rate": "完好率（重点行业、领域）", "met": 2449, "total": 2500, "unknown": 0, "outside": 0},
        {"rate": "完好率（重点公共区域）", "met": 2449, "total": 2500, "unknown": 0, "outside": 0},
        {"rate": "完好率（全部摄像机）", "met": 60, "total": 64, "unknown": 4, "outside": 0},
        {"rate": "存储时间达标率", "met": 63, "total": 64, "unknown": 0, "outside": 0},
    ],
}
SCORES: Rows = {
    "甲小学": [{"item": item, "score": "5"} for item in range(1, 16)],
    "乙幼儿园": [{"item": 1, "score": "9.5"}],
}
TOWNS: Rows = {
    "县": [
        {"unit": "上塘", "located": 175, "built": 175, "connected": 170, "online": 168, "accepted": 0},
        {"unit": "西溪", "located": 12, "built": 12, "connected": 12, "online": 13, "accepted": 10},
        {"unit": "卡口", "located": 100, "built": 60, "connected": 50, "online": 50, "accepted": 0},
    ],
}
CASES: dict[str, tuple[str, Rows]] = {
    "ruian-2018-list": ("ruian-2018-list", LISTS),
    "ruian-2018-survey": ("ruian-2018-list", LISTS),
    "chuzhou-2019-summary": ("chuzhou-2019-survey", NUMBERS),
    "chuzhou-2019-rates": ("chuzhou-2019-rates", RATES),
    "guannan-2018-grades": ("guannan-2018-rubric", SCORES),
    "yongjia-2010-quota": ("yongjia-2010-quota", TOWNS),
}
WHOLE = {"count", "cameras", "platforms", "recorders", "public", "met", "total", "unknown", "outside"}
WHOLE |= {"located", "built", "connected", "online", "accepted"}


@pytest.fixture
def joined(catalogue: Catalogue) -> Callable[[str], Paper]:
    """Give a function that fills a joined form from two units, a third one silent."""

    def fill_joined(form_id: str) -> Paper:
        source, rows = CASES[form_id]
        form = catalogue.forms[form_id]
        submissions = [_submission(form, source, unit, lines) for unit, lines in rows.items()]
        units = (
            () if form_id.startswith("yongjia") else [Unit(name) for name in ("甲小学", "丙小学", "乙幼儿园")]
        )
        district = {
            name: FieldValue(text, "person", "camcensus.toml", MADE, confirmed=True)
            for name, text in {"district": "示例学区", "department": "示例县教育局"}.items()
        }
        return PLANS[form_id].build(Given(form, catalogue, against(units, submissions), district, MADE)).paper

    return fill_joined


def _submission(form: Form, source: str, unit: str, lines: Sequence[Mapping[str, object]]) -> Submission:
    named = [{"school": unit, **line} for line in lines] if source == "ruian-2018-list" else lines
    rows = pd.DataFrame(named)
    for name in WHOLE & set(rows.columns):
        rows[name] = pd.array(rows[name].tolist(), dtype="Int64")
    return Submission(Key(form.campaign, unit, source, ""), unit, MADE, MADE, f"{unit}.xlsx", "0", rows)


@pytest.mark.parametrize("form_id", CASES)
def test_the_joined_workbook_is_as_it_was(joined: Callable[[str], Paper], form_id: str) -> None:
    book = load_workbook(BytesIO(workbook_bytes(joined(form_id))))
    # The hidden sheet holds the form's edition, which changes with every word of it.
    pages = [page for page in book.worksheets if page.title != META_PAGE]
    text = "\n".join(line for page in pages for line in snapshot(page)) + "\n"
    golden = GOLDEN / f"{form_id}.joined.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_the_summary_quotes_the_document_letter_by_letter(joined: Callable[[str], Paper]) -> None:
    page = load_workbook(BytesIO(workbook_bytes(joined("chuzhou-2019-summary")))).worksheets[0]
    assert [page.cell(4, column).value for column in range(1, 6)] == [
        "所属单位名称",
        "摄像头数量",
        "平台数量",
        "DVR/NVR数量",
        "涉及公共区域\n\n摄像头数量",
    ]
    assert page["A3"].value == "主管部门：示例县教育局"
    assert page["A19"].value == "合计"
    assert page["A20"].value == "填表人：                          联系电话："
    assert page["A21"].value == "备注：表格不够可复制添加。"


def test_the_summary_has_fourteen_rows_at_least(joined: Callable[[str], Paper]) -> None:
    paper = joined("chuzhou-2019-summary")
    assert len(paper.rows) + paper.blank_rows == 14


def test_the_sums_are_formulas_with_their_value_stored(joined: Callable[[str], Paper]) -> None:
    content = workbook_bytes(joined("chuzhou-2019-summary"))
    formulas = load_workbook(BytesIO(content)).worksheets[0]
    values = load_workbook(BytesIO(content), data_only=True).worksheets[0]
    assert [formulas[f"{column}19"].value for column in "BCDE"] == [f"=SUM({c}5:{c}18)" for c in "BCDE"]
    assert [values[f"{column}19"].value for column in "BCDE"] == [72, 1, 4, 12]


@pytest.mark.skipif(not FORMS.exists(), reason="the reference texts are not beside the project")
def test_the_summary_is_quoted_as_in_the_reference(catalogue: Catalogue) -> None:
    form = catalogue.forms["chuzhou-2019-summary"]
    text = FORMS.read_text("utf-8")
    chapter = text[text.index("## F11 ") : text.index("## F12 ")]
    quoted = {quote.replace("⏎", "\n") for quote in re.findall("「(.+?)」", chapter)}
    assert form.listing is not None
    ours = {form.title, form.listing.totals, *(column.label for column in form.listing.columns)}
    ours |= {line.text for block in form.blocks if block.kind == "lines" for line in block.lines}
    assert ours - quoted == set()


@pytest.mark.skipif(not FORMS.exists(), reason="the reference texts are not beside the project")
def test_the_quotas_are_those_of_the_reference(joined: Callable[[str], Paper]) -> None:
    text = FORMS.read_text("utf-8")
    chapter = text[text.index("## F13 ") : text.index("Sum of the 17 numbers")]
    told = dict(re.findall(r"\| ([^|\s*]+) \| (\d+) ", chapter))
    ours = {str(row.cells[0].value): str(row.cells[1].value) for row in joined("yongjia-2010-quota").rows}
    assert ours == told


def snapshot(page: Worksheet) -> Iterator[str]:
    yield f"=== {page.title} ({page.sheet_state})"
    setup = page.page_setup
    yield f"paper {setup.paperSize} {setup.orientation} area {page.print_area} rows {page.print_title_rows}"
    for row in page.iter_rows():
        for cell in row:
            if cell.value is not None or cell.fill.fill_type:
                tint = cell.fill.fgColor.rgb if cell.fill.fill_type else "-"
                value = str(cell.value).replace("\n", "⏎") if cell.value is not None else "(blank)"
                yield f"{cell.coordinate} | {value} | {cell.number_format} | {tint}"
    for merged in sorted(str(one) for one in page.merged_cells.ranges):
        yield f"merge {merged}"
