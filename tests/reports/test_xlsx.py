"""The file itself: what a person opens and prints, and what a hostile name or a locked file does to it."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.errors import UsageError
from config.schema import Catalogue
from reports.paper import Paper, cell_name
from reports.xlsx import workbook_bytes, write_xlsx
from reports.xlsx_cells import clean_text

MakePaper = Callable[..., Paper]
MakeTold = Callable[..., Any]

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "{=1+1}",
    "https://example.invalid/",
    "<r>&</r>",
    "<r><t>x</t></r>",
    "_x0041_",
    "\x00\x07\x1b[31m",
    "\ud800",
    "\ufffe",
    "'=1",
    "\u202e=1",
    "]]>",
    "a" * 40_000,
    "😀" * 20_000,
)


def opened(sheet: Paper) -> Workbook:
    return load_workbook(BytesIO(workbook_bytes(sheet)))


def table(book: Workbook) -> Worksheet:
    return book.worksheets[0]


def lists(page: Worksheet) -> dict[str, set[str]]:
    """Return for each column letter the drop-down sources it carries."""
    found: dict[str, set[str]] = {}
    for rule in page.data_validations.dataValidation:
        for part in str(rule.sqref).split():
            found.setdefault(part[0], set()).add(str(rule.formula1).strip('"'))
    return found


def test_the_enumerated_columns_offer_the_words_of_the_notes(filled: MakePaper) -> None:
    assert lists(table(opened(filled()))) == {
        "C": {"正门,侧门,后门,操场,户外活动场所"},
        "D": {"已建,拟新建,拟改建"},
        "G": {"是,否"},
        "H": {"互联网,自建局域网,运营商专线,其他"},
        "I": {"互联网,单位局域网,政府视联网,公安视频专网,其他"},
        "J": {"公共区域,单位主要出入口,操场或户外活动场所,周界面向公共区域,内部资源,其他"},
    }


def test_a_drop_down_reaches_the_blank_rows(filled: MakePaper, told: MakeTold) -> None:
    page = table(opened(filled((told(11, "正门", "正门"),))))
    assert all("10" in str(rule.sqref) for rule in page.data_validations.dataValidation)


def test_a_row_without_a_place_says_which_camera_it_is(filled: MakePaper, told: MakeTold) -> None:
    page = table(opened(filled((told(24, "Camera 01"),))))
    prompts = {rule.prompt for rule in page.data_validations.dataValidation if rule.prompt}
    assert prompts == {"10.20.1.24「Camera 01」"}


def test_a_short_list_is_filled_up_to_seven_rows(filled: MakePaper, told: MakeTold) -> None:
    page = table(opened(filled((told(11, "正门", "正门"),))))
    bordered = [row for row in range(4, 20) if page.cell(row, 13).border.left.style == "thin"]
    assert bordered == [4, 5, 6, 7, 8, 9, 10]


def test_it_prints_on_a4_landscape_as_wide_as_the_page(filled: MakePaper) -> None:
    page = table(opened(filled()))
    setup, fit = page.page_setup, page.sheet_properties.pageSetUpPr
    assert (setup.paperSize, setup.orientation) == (9, "landscape")
    # fitToWidth is 1 where it is not written.
    assert (fit is not None and fit.fitToPage, setup.fitToWidth, setup.fitToHeight) == (True, None, 0)


def test_every_printed_page_repeats_the_header(filled: MakePaper) -> None:
    assert table(opened(filled())).print_title_rows == "$3:$3"


def test_the_legend_stands_outside_the_print_area(filled: MakePaper, catalogue: Catalogue) -> None:
    page = table(opened(filled()))
    assert page.print_area.endswith("$M$23")
    assert page["O1"].value == catalogue.sheet_words.suggested


def test_notes_and_sign_off_have_no_border(filled: MakePaper) -> None:
    page = table(opened(filled()))
    assert [page.cell(row, 1).border.top.style for row in range(19, 24)] == [None] * 5


def test_a_suggestion_is_tinted(filled: MakePaper) -> None:
    assert table(opened(filled()))["C4"].fill.fgColor.rgb == "FFFFF2CC"


def test_what_a_person_typed_is_not_tinted(filled: MakePaper) -> None:
    page = table(opened(filled()))
    typed = next(row for row in range(4, 19) if page.cell(row, 6).value == "乐橙\nTP7")
    assert page.cell(typed, 3).fill.fill_type is None


def test_a_blank_that_awaits_a_person_is_tinted(filled: MakePaper) -> None:
    page = table(opened(filled()))
    assert (page["I4"].value, page["I4"].fill.fgColor.rgb) == (None, "FFFCE4EC")


def test_words_are_text_cells_and_counts_are_numbers(filled: MakePaper) -> None:
    page = table(opened(filled()))
    assert (page["F4"].number_format, page["F4"].data_type) == ("@", "s")
    assert (page["E4"].number_format, page["E4"].data_type) == ("0", "n")


@pytest.mark.parametrize("grouped", [True, False])
def test_the_evidence_sheet_names_every_cell_of_every_row(filled: MakePaper, *, grouped: bool) -> None:
    sheet = filled(grouped=grouped, scope="all")
    named = {
        word
        for line in opened(sheet)["依据"].iter_rows(max_col=1, values_only=True)
        for word in str(line[0]).split()
    }
    cells = {cell_name(row.line, place) for row in sheet.rows for place in range(13)}
    assert cells - named == set()


def test_the_evidence_sheet_gives_source_probe_camera_and_local_time(filled: MakePaper) -> None:
    lines = list(opened(filled())["依据"].iter_rows(values_only=True))
    row = next(line for line in lines if line[0] == "G5")
    assert row[2:7] == ("是", "推算", "解码后的画面尺寸", "10.20.1.14「校门口对面」", "2026-03-02 08:15:14")


@pytest.mark.parametrize(
    "sentence", ["不低于 1280×720", "范围以外的 6 台", "本表共 15 行，20 台", "有 4 台摄像机的部位没有依据"]
)
def test_the_evidence_sheet_tells_how_the_form_was_made(filled: MakePaper, sentence: str) -> None:
    text = "\n".join(str(line[0]) for line in opened(filled())["依据"].iter_rows(max_col=1, values_only=True))
    assert sentence in text


def test_the_hidden_sheet_leads_from_row_to_camera(filled: MakePaper) -> None:
    page = opened(filled())["_meta"]
    lines = [line[:3] for line in page.iter_rows(values_only=True)]
    assert page.sheet_state == "hidden"
    assert ("form", "ruian-2018-list", None) in lines
    assert ("row", "r2", "c-d14-1") in lines


def test_the_same_sheet_gives_the_same_bytes(filled: MakePaper) -> None:
    sheet = filled()
    assert workbook_bytes(sheet) == workbook_bytes(sheet)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.sampled_from(HOSTILE),
)
@example("=1", "=1", "<r>&</r>")
def test_no_device_string_makes_a_formula_or_a_broken_file(
    filled: MakePaper, told: MakeTold, name: str, model: str, hostile: str
) -> None:
    cameras = (
        told(11, name, hostile, make=(hostile, model)),
        told(12, hostile, name, make=(model, name)),
        told(13, hostile, None, make=(hostile, hostile), typed={"remark": hostile}),
    )
    content = workbook_bytes(filled(cameras, scope="all"))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        for part in parts.namelist():
            etree.fromstring(parts.read(part))
        pages = [parts.read(part) for part in parts.namelist() if part.startswith("xl/worksheets/")]
    assert not any(b"<f>" in page or b"<f " in page or b"<hyperlink" in page for page in pages)
    load_workbook(BytesIO(content))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_stands_in_its_cell_as_text(filled: MakePaper, told: MakeTold, text: str) -> None:
    page = table(opened(filled((told(11, "", "正门", typed={"remark": text}),))))
    assert page["M4"].data_type in ("s", "n")  # an empty cell counts as a number
    assert page["M4"].value == (clean_text(text) or None)


@given(st.text(st.characters(exclude_categories=())), st.integers(0, 60))
def test_clean_text_is_short_and_can_be_encoded(text: str, most: int) -> None:
    assert len(clean_text(text, most).encode("utf-16-le")) // 2 <= max(most, 1)


def test_a_chinese_name_is_left_as_it_is() -> None:
    assert clean_text("正门（东）①\n「全景」😀") == "正门（东）①\n「全景」😀"


def test_a_file_that_is_there_is_replaced(filled: MakePaper, tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(b"old")
    write_xlsx(filled(), path)
    assert load_workbook(path).sheetnames == ["瑞安 2018 附件1 摄像头清单", "依据", "_meta"]


def test_nothing_but_the_file_is_left_in_the_folder(filled: MakePaper, tmp_path: Path) -> None:
    write_xlsx(filled(), tmp_path / "清单.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["清单.xlsx"]


@pytest.mark.parametrize("lock", [".~lock.清单.xlsx#", "~$清单.xlsx"])
def test_a_file_that_is_open_elsewhere_is_left_alone(filled: MakePaper, tmp_path: Path, lock: str) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(b"old")
    (tmp_path / lock).touch()
    with pytest.raises(UsageError, match="正在另一个程序中打开"):
        write_xlsx(filled(), path)
    assert path.read_bytes() == b"old"


def test_a_file_that_windows_holds_is_left_alone(
    filled: MakePaper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(b"old")

    def refuse(part: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Access is denied", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UsageError, match="WPS、Excel"):
        write_xlsx(filled(), path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("清单.xlsx", b"old")]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [(errno.EACCES, "没有写入权限"), (errno.EROFS, "没有写入权限"), (errno.ENOSPC, "磁盘空间")],
)
def test_a_folder_that_cannot_be_written_is_named(
    filled: MakePaper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    def refuse(part: Path, mode: str) -> BytesIO:
        raise OSError(code, "no", str(part))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UsageError, match=sentence):
        write_xlsx(filled(), tmp_path / "清单.xlsx")


def test_a_folder_that_is_not_there_is_named(filled: MakePaper, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不存在"):
        write_xlsx(filled(), tmp_path / "none" / "清单.xlsx")


def test_a_folder_in_place_of_a_file_is_named(filled: MakePaper, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="这是一个文件夹"):
        write_xlsx(filled(), tmp_path)


def test_no_printed_page_of_the_evidence_begins_without_column_heads_or_ends_with_them(
    filled: MakePaper, catalogue: Catalogue
) -> None:
    page = opened(filled())["依据"]
    words = catalogue.sheet_words
    heads = {line[0] for line in words.headings.model_dump().values()}
    plain = {words.parts.warnings, words.parts.remarks}  # sentences without columns
    titles = set(words.parts.model_dump().values())
    starts = [one.id + 1 for one in page.row_breaks.brk]
    assert starts
    under = ""
    for line in range(2, page.max_row + 1):
        said = str(page.cell(line, 1).value)
        under = said if said in titles else under
        if line in starts and under not in plain:
            assert said in heads | titles
        if line + 1 in starts:
            assert said not in heads | titles
