"""Files that people send: cells come out, or a sentence that names the file and the mend."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from config.errors import UsageError
from config.words import say
from inventory import sheets
from inventory.sheet_meta import read_meta
from inventory.sheets import address, open_sheet, place_of

Fill = Callable[[xlsxwriter.Workbook], None]


def made(path: Path, fill: Fill) -> Path:
    with xlsxwriter.Workbook(path) as book:
        fill(book)
    return path


def plain(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("清单").write_string(0, 0, "序号")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return made(tmp_path / "清单.xlsx", plain)


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return path


def refused(path: Path, key: str, **values: object) -> None:
    sentence = say(f"importing.{key}", **{"file": path.name, **values})
    with pytest.raises(UsageError, match=f"^{re.escape(sentence)}$"):
        open_sheet(path)


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("清单")
        page.write_string(0, 0, "0123")
        page.write_number(0, 1, 2020.03)
        page.write_boolean(0, 2, True)
        page.write_datetime(0, 3, date(2020, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))

    page = open_sheet(made(tmp_path / "a.xlsx", fill)).pages["清单"]
    assert page.rows == (("0123", 2020.03, True, date(2020, 3, 1)),)


def test_hidden_pages_are_read_too(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        plain(book)
        book.add_worksheet("_meta").hide()

    pages = open_sheet(made(tmp_path / "a.xlsx", fill)).pages
    assert {name: page.visible for name, page in pages.items()} == {"清单": True, "_meta": False}


def test_a_formula_gives_its_value(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("清单").write_formula(0, 0, "=1+1", None, 2)

    page = open_sheet(made(tmp_path / "a.xlsx", fill)).pages["清单"]
    assert (page.at(0, 0), page.broken) == (2.0, {})


def test_a_formula_that_failed_is_told(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("清单").write_formula(2, 1, "=1/0", None, "#DIV/0!")

    assert open_sheet(made(tmp_path / "a.xlsx", fill)).pages["清单"].broken == {(2, 1): "#DIV/0!"}


def test_a_formula_that_was_never_worked_out_is_told(sheet: Path) -> None:
    book = openpyxl.load_workbook(sheet)
    book.worksheets[0]["B2"] = "=1+1"
    book.save(sheet)
    assert list(open_sheet(sheet).pages["清单"].broken) == [(1, 1)]


def test_what_lies_beyond_the_last_cell_is_empty(sheet: Path) -> None:
    assert open_sheet(sheet).pages["清单"].at(900, 900) == ""


def test_a_million_formatted_lines_are_no_lines(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("清单")
        page.write_string(0, 0, "序号")
        bold = book.add_format({"bold": True})
        for line in range(1, 2000):
            page.write_blank(line, 0, None, bold)
        page.write_blank(1_048_575, 0, None, bold)

    assert len(open_sheet(made(tmp_path / "a.xlsx", fill)).pages["清单"].rows) == 1


def test_lines_behind_the_last_filled_cell_cost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("清单")
        page.write_string(0, 0, "序号")
        page.write_formula(1, 0, "=1+1", None, 2)
        bold = book.add_format({"bold": True})
        for line in range(2, 5000):
            page.write_blank(line, 0, None, bold)

    read: list[int] = []
    survey = sheets._survey

    def measured(part: bytes, name: str, path: Path) -> dict[tuple[int, int], str]:
        read.append(len(part))
        return survey(part, name, path)

    monkeypatch.setattr(sheets, "_survey", measured)
    assert len(open_sheet(made(tmp_path / "a.xlsx", fill)).pages["清单"].rows) == 2
    assert max(read) < 2000


def test_a_file_that_was_saved_again_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        plain(book)
    before = open_sheet(path).is_saved
    openpyxl.load_workbook(path).save(path)
    assert (before, open_sheet(path).is_saved) == (False, True)


def test_one_word_in_the_last_corner_is_refused_with_its_cell(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("清单").write_string(1_048_575, 16_383, "x")

    refused(made(tmp_path / "a.xlsx", fill), "far", cell="XFD1048576")


def test_a_cell_that_hides_its_place_is_counted_on(sheet: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b'r="A1" ', b"").replace(b'<row r="1"', b'<row r="1048576"')

    refused(repacked(sheet, change), "far", cell="A1048576")


def test_a_cell_that_lies_about_its_line_is_refused(sheet: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b'r="A1" ', b'r="XFD1048576" ')

    refused(repacked(sheet, change), "far", cell="XFD1048576")


def test_no_file(tmp_path: Path) -> None:
    refused(tmp_path / "无.xlsx", "no_file", file=tmp_path / "无.xlsx")


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path, "folder", file=tmp_path)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "序号,名称".encode("gbk"), b"<html>", b"%PDF-1.7"])
def test_other_files_with_the_name_of_a_sheet(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    refused(path, "no_xlsx")


def test_an_old_xls(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"))
    refused(path, "xls")


def test_a_sheet_behind_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    refused(path, "locked")


def test_another_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<a/>")
    refused(path, "no_xlsx")


def test_macros(sheet: Path) -> None:
    refused(repacked(sheet, lambda parts: parts.update({"xl/vbaProject.bin": b"macro"})), "macros")


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off(sheet: Path, keep: float) -> None:
    whole = sheet.read_bytes()
    sheet.write_bytes(whole[: int(len(whole) * keep)])
    refused(sheet, "broken")


def test_a_page_that_is_no_xml(sheet: Path) -> None:
    path = repacked(
        sheet, lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"})
    )
    refused(path, "broken")


def test_a_bomb_by_what_it_claims(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MOST_UNPACKED", 100_000)
    refused(repacked(sheet, lambda parts: parts.update({"xl/media/big.bin": bytes(200_000)})), "bomb")


def test_a_bomb_that_lies_about_its_size(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repacked(sheet, lambda parts: parts.update({"xl/big.xml": b" " * 5_000_000}))
    packed = path.read_bytes()
    path.write_bytes(packed.replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    monkeypatch.setattr(sheets, "_MOST_UNPACKED", 200_000)
    refused(path, "broken")


def test_too_many_parts(sheet: Path) -> None:
    many = {f"xl/x{number}.xml": b"<a/>" for number in range(4000)}
    refused(repacked(sheet, lambda parts: parts.update(many)), "bomb")


def test_a_file_that_is_too_large(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MOST_BYTES", 1024)
    refused(sheet, "big_file", most=0)


def test_entities_are_not_followed(sheet: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        head, _, rest = parts[name].partition(b"?>")
        parts[name] = head + b"?>" + bomb + rest.replace(b"<v>0</v>", b"<v>&b;</v>")

    path = repacked(sheet, change)
    try:
        cell = str(open_sheet(path).pages["清单"].at(0, 0))
    except UsageError as error:
        cell = str(error)
    assert "aaaa" not in cell


def test_a_sheet_of_somebody_else_has_no_meaning(sheet: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(say("importing.no_meta", file=sheet.name))):
        read_meta(open_sheet(sheet))


def meta_of(tmp_path: Path, **keys: str) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("_meta")
        for line, pair in enumerate([("key", "value"), *keys.items()]):
            page.write_row(line, 0, pair)

    return made(tmp_path / "a.xlsx", fill)


def test_a_sheet_of_another_version_is_told_by_its_schema(tmp_path: Path) -> None:
    path = meta_of(tmp_path, schema="camcensus/sheet/1")
    sentence = say("importing.old_meta", file="a.xlsx", schema="camcensus/sheet/1")
    with pytest.raises(UsageError, match=re.escape(sentence)):
        read_meta(open_sheet(path))


def test_a_meta_page_that_somebody_cut_is_told(tmp_path: Path) -> None:
    keys = {"schema": "camcensus/form/1", "form": "a", "edition": "b", "made": "2026-09-07T01:30:00+00:00"}
    sentence = say("importing.torn_meta", file="a.xlsx", what="workspace")
    with pytest.raises(UsageError, match=re.escape(sentence)):
        read_meta(open_sheet(meta_of(tmp_path, **keys)))


def test_a_moment_without_its_zone_is_none(tmp_path: Path) -> None:
    keys = {"form": "a", "edition": "b", "workspace": "c", "made": "2026-09-07 01:30"}
    with pytest.raises(UsageError, match="made"):
        read_meta(open_sheet(meta_of(tmp_path, schema="camcensus/form/1", **keys)))


@pytest.mark.parametrize(
    ("cell", "at"), [("A1", (0, 0)), ("Z3", (2, 25)), ("AA10", (9, 26)), ("XFD1", (0, 16_383))]
)
def test_addresses_lead_there_and_back(cell: str, at: tuple[int, int]) -> None:
    assert (place_of(cell), address(at)) == (at, cell)


@pytest.mark.parametrize("text", ["", "5", "A", "ABCD1", "A-1", "甲1", "A12345678"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert place_of(text) is None


def test_any_bytes_in_an_archive_give_cells_or_a_sentence(sheet: Path) -> None:
    whole = bytearray(sheet.read_bytes())
    for spot in range(0, len(whole), 97):
        bent = bytes(whole[:spot]) + bytes([whole[spot] ^ 0x55]) + bytes(whole[spot + 1 :])
        sheet.write_bytes(bent)
        try:
            open_sheet(sheet)
        except UsageError as error:
            assert sheet.name in str(error)  # noqa: PT017  either way is fine, anything else is not
