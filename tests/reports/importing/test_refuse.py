"""Sheets that are none of ours to take are refused before anything is read from them, with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import Result

from config.errors import UsageError
from config.words import say

Export = Callable[..., Path]
Edit = Callable[..., Path]
Bring = Callable[..., Result]


def rewritten(path: Path, **keys: str) -> Path:
    """Change what the hidden page says, as an older or foreign sheet would say it."""
    book = openpyxl.load_workbook(path)
    page = book["_meta"]
    for line in range(1, 20):
        key = str(page.cell(line, 1).value)
        if key in keys:
            page.cell(line, 2).value = keys[key]
    book.save(path)
    return path


def why(ran: Result) -> str:
    assert isinstance(ran.exception, UsageError), ran.output
    return str(ran.exception)


def test_a_sheet_of_another_workspace(export: Export, bring: Bring) -> None:
    path = rewritten(export(), workspace="0123456789abcdef", unit="第二小学")
    values = {"file": path.name, "theirs": "第二小学", "ours": "示例第一小学"}
    assert why(bring(path)) == say("importing.other_workspace", **values)


def test_a_sheet_of_another_school_in_a_copied_folder(export: Export, bring: Bring, folder: Path) -> None:
    path = export()
    profile = folder / "camcensus.toml"
    profile.write_text(profile.read_text("utf-8").replace("示例第一小学", "第二小学"), "utf-8")
    values = {"file": path.name, "theirs": "示例第一小学", "ours": "第二小学"}
    assert why(bring(path)) == say("importing.other_school", **values)


def test_a_sheet_from_before_the_school_was_named(export: Export, bring: Bring) -> None:
    assert bring(rewritten(export(), unit="")).exit_code == 0


def test_a_sheet_of_another_edition_says_which_columns_differ(export: Export, bring: Bring) -> None:
    path = rewritten(export(), edition="0123456789ab")
    book = openpyxl.load_workbook(path)
    for row in book["_meta"].iter_rows():
        if row[4].value == "new" and row[5].value == "remark":
            row[3].value = "说明"
    book.save(path)
    said = why(bring(path))
    assert say("importing.only_theirs", columns="说明") in said
    assert say("importing.only_ours", columns="备注") in said


def test_a_form_that_this_version_does_not_have(export: Export, bring: Bring) -> None:
    path = rewritten(export(), form="cixi-2030")
    assert why(bring(path)) == say("importing.other_form", file=path.name, form="cixi-2030")


def test_a_sheet_of_another_campaign(export: Export, bring: Bring) -> None:
    assert "ruian-2030" in why(bring(rewritten(export(), campaign="ruian-2030")))


def test_a_sheet_without_its_hidden_page(export: Export, bring: Bring) -> None:
    path = export()
    book = openpyxl.load_workbook(path)
    del book["_meta"]
    book.save(path)
    assert why(bring(path)) == say("importing.no_meta", file=path.name)


@pytest.mark.parametrize("lost", ["sheet", "r3"])
def test_a_sheet_that_lost_the_meaning_of_its_cells(export: Export, bring: Bring, lost: str) -> None:
    path = export()
    book = openpyxl.load_workbook(path)
    page = book["_meta"]
    header = next(row[0].row or 1 for row in page.iter_rows() if row[1].value == "row_key")
    for line in range(page.max_row, header - 1, -1):
        if lost in ("sheet", page.cell(line, 2).value):
            page.delete_rows(line)
    book.save(path)
    assert why(bring(path)) == say("importing.torn_meta", file=path.name, what=say("importing.meaning"))


def test_a_refused_sheet_leaves_nothing(export: Export, edit: Edit, bring: Bring, folder: Path) -> None:
    path = rewritten(edit(export(), {"M6": "新换"}), workspace="0123456789abcdef")
    before = (folder / "camcensus.db").read_bytes()
    bring(path)
    assert (folder / "camcensus.db").read_bytes() == before


def test_a_folder_without_an_inventory(export: Export, bring: Bring, folder: Path) -> None:
    path = export()
    shutil.move(folder / "camcensus.db", folder / "away.db")
    assert why(bring(path)) == say("error.no_inventory", path=folder.resolve())
    assert not (folder / "camcensus.db").exists()


@pytest.mark.parametrize("name", ["清单.xls", "清单.csv", "清单"])
def test_the_name_does_not_matter(export: Export, bring: Bring, name: str) -> None:
    path = export()
    assert bring(path.rename(path.with_name(name))).exit_code == 0
