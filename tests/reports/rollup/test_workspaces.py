"""Schools' workspaces among the sheets: read from a copy, and worth the same as their exported sheet."""

from __future__ import annotations

import pickle
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from config.schema import Catalogue
from inventory.ledger import Ledger
from inventory.record import FieldValue
from inventory.store import open_store
from inventory.taking import Newcomer, Taking
from reports.rollup import chuzhou, gather, ruian
from reports.rollup.pages import list_rows
from reports.rollup.plans import PLANS
from reports.rollup.sheets import Read, read_sheet
from reports.rollup.submission import open_in, records
from reports.rollup.workspaces import DATABASE, read_workspace
from tests.bench.county import make_workspace, write_sheet

CAMERAS = 5


@pytest.fixture
def school(tmp_path: Path, catalogue: Catalogue) -> tuple[Path, Ledger]:
    """A workspace of five cameras, and all that is known there."""
    folder = tmp_path / "s1"
    return folder, make_workspace(folder, 1, CAMERAS, catalogue)


def read(folder: Path, catalogue: Catalogue) -> Read:
    return read_workspace(folder, catalogue.forms[ruian.LIST], catalogue, ruian.extract)


def test_reading_changes_nothing_in_the_schools_folder(
    school: tuple[Path, Ledger], catalogue: Catalogue
) -> None:
    folder, _ = school
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert read(folder, catalogue).submissions
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_workspace_says_what_its_exported_sheet_says(
    school: tuple[Path, Ledger], catalogue: Catalogue, tmp_path: Path
) -> None:
    folder, ledger = school
    with (folder / "camcensus.toml").open("a", encoding="utf-8") as profile:
        profile.write('[form]\nscope = "all"\n')
    write_sheet(ruian.LIST, ledger, catalogue, tmp_path / "s1.xlsx")
    (sheet,) = read_sheet(tmp_path / "s1.xlsx", catalogue, {ruian.LIST: list_rows}).submissions
    (own,) = read(folder, catalogue).submissions
    assert (own.key, own.rows.to_dict("records")) == (sheet.key, sheet.rows.to_dict("records"))
    assert int(own.rows["count"].sum()) == CAMERAS


def test_a_workspace_without_the_schools_name_is_named(
    school: tuple[Path, Ledger], catalogue: Catalogue
) -> None:
    folder, _ = school
    (folder / "camcensus.toml").unlink()
    found = read(folder, catalogue)
    assert (found.submissions, [one.level for one in found.troubles]) == ((), ["error"])


def test_a_damaged_database_is_named_and_left_alone(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = tmp_path / "s2"
    folder.mkdir()
    (folder / DATABASE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    found = read(folder, catalogue)
    assert [one.file for one in found.troubles] == [str(folder)]
    assert (folder / DATABASE).stat().st_size == 4112


@pytest.mark.parametrize("form", PLANS)
def test_every_plan_can_be_handed_to_another_process(form: str, catalogue: Catalogue) -> None:
    work = partial(gather._read, source=PLANS[form].source, catalogue=catalogue)
    assert pickle.loads(pickle.dumps(work)).keywords["source"] == PLANS[form].source  # noqa: S301  our own


def test_a_database_that_lacks_a_table_stops_no_other_school(
    school: tuple[Path, Ledger], catalogue: Catalogue
) -> None:
    folder, _ = school
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DROP TABLE evidence")
        connection.commit()
    assert [one.level for one in read(folder, catalogue).troubles] == ["error"]


def numbers(folder: Path, catalogue: Catalogue) -> Read:
    return read_workspace(folder, catalogue.forms[chuzhou.SURVEY], catalogue, chuzhou.extract_numbers)


def test_a_workspace_is_known_by_its_own_code(school: tuple[Path, Ledger], catalogue: Catalogue) -> None:
    folder, _ = school
    store = open_store(folder / DATABASE, catalogue)
    code = store.workspace_code()
    store.close()
    assert [one.workspace for one in read(folder, catalogue).submissions] == [code]


def test_a_workspace_says_which_of_its_cells_nobody_confirmed(
    school: tuple[Path, Ledger], catalogue: Catalogue
) -> None:
    folder, _ = school
    (own,) = read(folder, catalogue).submissions
    assert "position" in open_in(own.rows.to_dict("records")[0])


def test_a_workspaces_numbers_are_those_of_its_survey(
    school: tuple[Path, Ledger], catalogue: Catalogue, tmp_path: Path
) -> None:
    folder, ledger = school
    write_sheet(chuzhou.SURVEY, ledger, catalogue, tmp_path / "s1.xlsx")
    readers = {chuzhou.SURVEY: chuzhou.read_survey}
    sheet = read_sheet(tmp_path / "s1.xlsx", catalogue, readers).submissions
    own = numbers(folder, catalogue).submissions
    assert [records(one.rows) for one in own] == [records(one.rows) for one in sheet]


def add(folder: Path, catalogue: Catalogue, place: str) -> None:
    """Add a camera that people have put on a sheet by hand, with nothing but its place."""
    store = open_store(folder / DATABASE, catalogue)
    at = datetime(2026, 3, 3, tzinfo=UTC)
    said = FieldValue(place, "person", "手填.xlsx 清单!A9", at, confirmed=True)
    newcomer = Newcomer({"position": place}, 0, (("position", said),))
    store.take_in(Taking("e", "手填.xlsx", "0", "张", at, (), (newcomer,)), store.ground().stamp)
    store.close()


def test_a_camera_whose_state_nobody_named_leaves_the_number_open(
    school: tuple[Path, Ledger], catalogue: Catalogue
) -> None:
    folder, _ = school
    assert [int(one.rows["cameras"][0]) for one in numbers(folder, catalogue).submissions] == [CAMERAS]
    add(folder, catalogue, "后门")
    found = numbers(folder, catalogue)
    assert [records(one.rows)[0]["cameras"] for one in found.submissions] == [None]
    assert ["1 台没有填建设状态" in one.what for one in found.troubles] == [True]
