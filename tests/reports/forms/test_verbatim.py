"""Every word of the issued documents stands in the forms' files, and an empty form prints nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.blocks import Block, GridBlock, LinesBlock, ListBlock, RecordsBlock
from config.form import Form
from config.schema import Catalogue

FORMS = Path(__file__).resolve().parents[4] / "shared" / "forms.md"

CHAPTERS = {
    "F1": ("ruian-2018-list",),
    "F2": ("ruian-2018-survey",),
    "F3": ("guannan-2018-application",),
    "F4": ("guannan-2018-rubric",),
    "F5": ("huoqiu-2023-platform",),
    "F6": ("huoqiu-2023-cameras",),
    "F7": ("huoqiu-2023-internal",),
    "F8": ("huoqiu-2023-wanted",),
    "F9": ("huoqiu-2023-zero",),
    "F10": ("chuzhou-2019-survey",),
}
# Quoted there and not printed on the form: how it is sent, what the document says around it.
AROUND = {
    "瑞综委[2018]1号",
    "主要负责人",
    "依据",
    "各自教育学区",
    "市教育局学生工作与安全保卫科",
    "2018年2月8日前",
    "加盖公章",
    "公共场所前端点位建设需求",
    "每年按照部署要求",
    "一机多用、以迁代拆、以租代建、杆塔复用、算法升级",
    "未建设公共场所视频监控项目的单位实行“零报告”。",
    "2022年8月31日前",
    "2022年9月底前",
    "2022年12月底前",
    "一式3份",
    "80分（含80）至89分",
    "70分（含70）至79分",
    "自评合格的方可向县教育局申报",
    "3月25日前",
    "县教育局安稳办",
    "不能参评安全工作的先进评比",
    "不同区域各自单独联网的应分别填写多张表格",
}


def printed(form: Form) -> Iterator[str]:
    yield from (form.document, form.above_title, form.title, form.subtitle)
    for block in form.blocks:
        yield from of_block(block)


def of_block(block: Block) -> Iterator[str]:
    match block:
        case ListBlock():
            yield from (column.label for column in block.columns)
        case GridBlock():
            yield from (cell.verbatim for row in block.rows for cell in row.cells)
        case RecordsBlock():
            yield from (word for line in block.lines for word in (line.group, line.label, line.sample))
        case LinesBlock():
            yield from (line.verbatim for line in block.lines)


def plain(words: str) -> str:
    """Return the words without blanks, brackets of restored text, and differences of full and half width."""
    return re.sub(r"[\s⏎〔〕\[\]]", "", unicodedata.normalize("NFKC", words))


@pytest.mark.skipif(not FORMS.is_file(), reason="the reading of the issued documents is not at hand")
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_quoted_word_stands_on_the_form(catalogue: Catalogue, chapter: str) -> None:
    text = FORMS.read_text("utf-8").split(f"\n## {chapter} ", 1)[1].split("\n## ", 1)[0]
    quoted = {quote for quote in re.findall("「(.+?)」", text) if quote not in AROUND}
    ours = "\n".join(plain(words) for form in CHAPTERS[chapter] for words in printed(catalogue.forms[form]))
    assert [quote for quote in sorted(quoted) if plain(quote) not in ours] == []
