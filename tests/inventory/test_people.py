"""What people say stays: words on the school and its systems, cameras by hand, and which sheet was whose."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.errors import UsageError
from config.load import load_catalogue
from config.words import say
from inventory.record import FieldValue, Scalar
from inventory.store import Store, open_store
from inventory.taking import Newcomer, Taking, Word
from probe.model import ScanReport

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
SHEET = Taking("export-1", "清单.xlsx", "digest", "李老师", MONDAY)
TABLES = ("workspace", "sheet_import", "saying", "hand_camera")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


def typed(value: Scalar, at: datetime = MONDAY) -> FieldValue:
    return FieldValue(value, "person", "清单.xlsx!清单!C5", at, True)


def newcomer(place: int = 0, **row: Scalar) -> Newcomer:
    return Newcomer(row, place, tuple((name, typed(value)) for name, value in row.items()))


def take(store: Store, *words: Word, newcomers: tuple[Newcomer, ...] = ()) -> list[str]:
    taking = replace(SHEET, words=words, newcomers=newcomers)
    return list(store.take_in(taking, store.ground().stamp))


def test_every_workspace_has_a_name_of_its_own(store: Store, tmp_path: Path) -> None:
    other = open_store(tmp_path / "other.db", CATALOGUE)
    assert store.workspace_code() != other.workspace_code()
    other.close()


def test_the_name_of_a_workspace_stays(store: Store, tmp_path: Path) -> None:
    again = open_store(tmp_path / "camcensus.db", CATALOGUE)
    assert again.workspace_code() == store.workspace_code()
    again.close()


def test_words_on_the_school_and_on_a_system_are_kept_apart(store: Store) -> None:
    take(store, Word("unit", "town", typed("甲镇")), Word("system:s1", "builder", typed("乙公司")))
    words = store.peoples_words()
    assert words.unit["town"][0].value == "甲镇"
    assert words.systems["s1"]["builder"][0].value == "乙公司"


def test_every_word_is_kept_oldest_first(store: Store) -> None:
    for number in range(3):
        take(store, Word("unit", "town", typed(f"第{number}镇", MONDAY + timedelta(days=number))))
    assert [one.value for one in store.peoples_words().unit["town"]] == ["第0镇", "第1镇", "第2镇"]


@pytest.mark.parametrize("value", ["=1+1", "👩‍🏫", "a\ud800b", "长" * 9000, True, 1, 1.0, 0])
def test_a_word_comes_back_as_it_was_said(store: Store, value: Scalar) -> None:
    take(store, Word("unit", "remark", typed(value)))
    assert repr(store.peoples_words().unit["remark"][0].value) == repr(value)


def test_a_camera_by_hand_has_an_id_and_no_device(store: Store) -> None:
    ids = take(store, newcomers=(newcomer(position="后门", build_state="拟新建"),))
    (camera,) = store.peoples_words().added
    assert (ids, camera.id, camera.device_id, camera.answered) == (["h1"], "h1", "", False)
    assert camera.fields["build_state"].value == "拟新建"


def test_a_camera_by_hand_gets_suggestions_like_any_other(store: Store) -> None:
    take(store, newcomers=(newcomer(position="后门"),))
    (camera,) = store.peoples_words().added
    assert camera.fields["resource_class"].source == "suggested"


def test_a_later_word_on_a_camera_by_hand_stands(store: Store) -> None:
    take(store, newcomers=(newcomer(position="后门"),))
    take(store, Word("camera:h1", "position", typed("侧门", MONDAY + timedelta(days=1))))
    (camera,) = store.peoples_words().added
    assert camera.fields["position"].value == "侧门"


def test_ids_of_added_cameras_go_on_counting(store: Store) -> None:
    take(store, newcomers=(newcomer(position="后门"), newcomer(1, position="后门")))
    assert take(store, newcomers=(newcomer(position="侧门"),)) == ["h3"]


def test_the_ground_tells_which_sheet_brought_what(store: Store) -> None:
    take(store, newcomers=(newcomer(position="后门"),))
    ground = store.ground()
    assert [(one.export, one.file, one.who) for one in ground.imports] == [
        ("export-1", "清单.xlsx", "李老师")
    ]
    assert [(one.id, one.import_id, one.row) for one in ground.added] == [("h1", 1, {"position": "后门"})]


def test_what_was_said_after_a_run_is_not_in_the_past_of_it(store: Store) -> None:
    run = store.record(ScanReport("scan", MONDAY, MONDAY, (), 0, 0, ()))
    store.record(ScanReport("scan", MONDAY, MONDAY, (), 0, 0, ()))
    take(store, Word("unit", "town", typed("甲镇")), newcomers=(newcomer(position="后门"),))
    past = store.peoples_words(run)
    assert (past.unit, past.added) == ({}, ())


def test_news_since_the_preview_stops_an_import(store: Store) -> None:
    stamp = store.ground().stamp
    take(store, Word("unit", "town", typed("甲镇")))
    with pytest.raises(UsageError, match=say("importing.moved_on")):
        store.take_in(replace(SHEET, words=(Word("unit", "town", typed("乙镇")),)), stamp)


def test_an_import_that_fails_leaves_nothing(store: Store) -> None:
    before = store.ground()
    with pytest.raises(UsageError):
        take(store, Word("unit", "town", typed("甲镇")), Word("camera:d9.1", "remark", typed("x")))
    assert (store.ground().said, store.ground().imports) == (before.said, ())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET id = 7"])
def test_nothing_that_was_said_can_be_changed(store: Store, tmp_path: Path, table: str, deed: str) -> None:
    take(store, Word("unit", "town", typed("甲镇")), newcomers=(newcomer(position="后门"),))
    with (
        closing(sqlite3.connect(tmp_path / "camcensus.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(deed.format(table))
