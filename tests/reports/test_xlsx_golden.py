"""The whole workbook of the invented school as text, and the issued document's words, held fast.

UPDATE_GOLDEN=1 writes the snapshot anew; the change is then reviewed like any other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.form import Form
from reports.paper import Paper
from reports.xlsx import workbook_bytes

MakePaper = Callable[..., Paper]

PROJECT = Path(__file__).resolve().parents[2]
GOLDEN = PROJECT / "tests" / "golden" / "ruian-2018-list.txt"
FORMS = PROJECT.parent / "shared" / "forms.md"

# As printed in the document.
VERBATIM = {
    "A1": "附件1",
    "A2": "“雪亮工程”视频监控摄像头清单",
    "A3": "序号",
    "B3": "学校（幼儿园）名称",
    "C3": "摄像头\n具体安装部位",
    "D3": "已建/拟新建/拟改建",
    "E3": "安装\n数量",
    "F3": "品牌\n型号",
    "G3": "是否\n高清",
    "H3": "对接摄像头\n网络",
    "I3": "整合接入\n上级网络",
    "J3": "监控资源\n属性",
    "K3": "学校（幼儿园）所在乡镇（街道）",
    "L3": "学校（幼儿园）\n具体地址",
    "M3": "备注",
    "A19": "审核人：                     填报人：",
    "A20": "注：1、摄像头具体安装部位：正门、侧门、后门、操场、户外活动场所",
    "A21": "2、对接摄像头网络：分互联网、自建局域网、运营商专线、其他",
    "A22": "3、整合接入上级网络：互联网、单位局域网、政府视联网、公安视频专网、其他",
    "A23": "4、监控资源属性：分公共区域、单位主要出入口、操场或户外活动场所、"
    "周界面向公共区域、内部资源、其他",
}


@pytest.mark.parametrize("place", VERBATIM)
def test_the_document_is_quoted_letter_by_letter(filled: MakePaper, place: str) -> None:
    page = load_workbook(BytesIO(workbook_bytes(filled()))).worksheets[0]
    assert page[place].value == VERBATIM[place]


@pytest.mark.skipif(not FORMS.exists(), reason="the reference texts are not beside the project")
def test_the_document_is_quoted_as_in_the_reference(ruian: Form) -> None:
    text = FORMS.read_text("utf-8")
    chapter = text[text.index("## F1 ") : text.index("## F2 ")]
    quoted = {quote.replace("⏎", "\n") for quote in re.findall("「(.+?)」", chapter)}
    assert ruian.listing is not None
    labels = {column.label for column in ruian.listing.columns}
    lines = {content.verbatim for _, content in ruian.contents if content.text}
    ours = {ruian.above_title, ruian.title, *labels, *lines}
    assert ours - quoted == set()


def test_the_workbook_is_as_it_was(filled: MakePaper) -> None:
    book = load_workbook(BytesIO(workbook_bytes(filled())))
    text = "\n".join(line for page in book.worksheets for line in snapshot(page)) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


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
    for rule in page.data_validations.dataValidation:
        yield f"list {rule.sqref} | {rule.formula1} | {rule.errorStyle or 'stop'} | {rule.prompt or '-'}"
