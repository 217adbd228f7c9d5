"""The file: brought up to date, written whole or not at all, and a sentence for whatever is wrong with it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.exc import IntegrityError

from config.errors import UsageError
from config.words import say
from inventory import night_tables, notices, online, turns
from inventory.database import MIGRATIONS, REVISION, open_engine, reading, switch_to_wal, writing
from inventory.tables import METADATA, RUN

# Whoever makes tables has to be here: the migrations are held against all of them.
OTHERS = (night_tables, notices, online, turns)

A_RUN = {
    "kind": "scan",
    "started": datetime(2026, 9, 7, tzinfo=UTC),
    "finished": datetime(2026, 9, 7, tzinfo=UTC),
    "targets": [],
    "asked": 0,
    "answered": 0,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "camcensus.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_engine(path, busy_s=0.05)
    yield engine
    engine.dispose()


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        open_engine(path, busy_s=0.05)
    return str(caught.value)


def exactly(sentence: str) -> str:
    return f"^{re.escape(sentence)}$"


def add_one(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(RUN), A_RUN)


def add_and_fail(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(RUN), A_RUN)
        raise ZeroDivisionError


def add_many(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(RUN), [{**A_RUN, "targets": ["10.0.0.1"] * 300}] * 100)


class Contended:
    """A connection to a new file whose switch to WAL meets another's, `times` times."""

    def __init__(self, times: int, code: int = sqlite3.SQLITE_BUSY) -> None:
        self.times, self.code = times, code

    def execute(self, _sql: str) -> None:
        if self.times:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = self.code
            raise error


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY])
def test_a_new_file_that_another_opens_at_the_same_moment_is_tried_again(code: int) -> None:
    contended = Contended(3, code)
    switch_to_wal(contended, busy_s=5)
    assert contended.times == 0


def test_a_file_that_stays_locked_and_a_fault_of_another_kind_are_raised() -> None:
    for contended, busy_s in ((Contended(1000), 0.05), (Contended(1, sqlite3.SQLITE_IOERR), 5)):
        with pytest.raises(sqlite3.OperationalError):
            switch_to_wal(contended, busy_s)


def test_many_who_open_a_new_file_at_once_all_get_it(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for engine in pool.map(open_engine, [path] * 8):
            engine.dispose()


def test_the_revision_in_the_code_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION


def test_the_migrations_make_the_tables_that_the_code_uses(engine: Engine) -> None:
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_opening_again_changes_nothing(engine: Engine, path: Path) -> None:
    add_one(engine)
    engine.dispose()
    again = open_engine(path)
    with reading(again) as connection:
        assert connection.execute(text("SELECT count(*) FROM run")).scalar() == 1
    again.dispose()


def test_the_file_is_in_wal_mode(engine: Engine) -> None:
    with reading(engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.parametrize("table", sorted(METADATA.tables))
@pytest.mark.parametrize(
    "deed", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"]
)
def test_no_row_is_ever_changed_or_removed(engine: Engine, table: str, deed: str) -> None:
    row = {"TEXT": "'x'", "VARCHAR": "'x'", "INTEGER": "7", "BOOLEAN": "1", "BLOB": "x'00ff'", "FLOAT": "1.0"}
    with writing(engine) as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        columns = connection.execute(text(f"PRAGMA table_info({table})")).all()
        values = ", ".join(row[column.type] for column in columns)
        names = ", ".join(f'"{column.name}"' for column in columns)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"))  # noqa: S608
        with pytest.raises(IntegrityError, match="append-only"):
            connection.execute(text(deed.format(table, columns[0].name)))
        connection.rollback()


def test_an_error_in_the_middle_leaves_nothing_behind(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_fail(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM run")).scalar() == 0


def test_a_locked_database_is_told_apart(engine: Engine, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageError, match=exactly(say("inventory.busy", path=path))):
            add_one(engine)


def test_a_file_that_is_no_database_is_told_apart(path: Path) -> None:
    path.write_text("学校名称 = 青云镇中心小学\n" * 50, encoding="utf-8")
    assert refused(path) == say("inventory.no_database", path=path)


def test_a_file_that_is_no_database_is_not_touched(path: Path) -> None:
    path.write_bytes(b"not a database, but somebody's work" * 40)
    before = path.read_bytes()
    refused(path)
    assert path.read_bytes() == before


def test_a_damaged_database_is_told_apart(path: Path) -> None:
    open_engine(path).dispose()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    assert refused(path) == say("inventory.damaged", path=path)


def test_the_database_of_another_program_is_not_touched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (id)")
        other.commit()
    before = path.read_bytes()
    assert refused(path) == say("inventory.foreign", path=path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    open_engine(path).dispose()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '0099'")
        newer.commit()
    assert refused(path) == say("inventory.newer", path=path, found="0099", ours=REVISION)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "camcensus.db"
    assert refused(path) == say("inventory.unopened", path=path)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(tmp_path)


def test_a_read_only_database_is_told(engine: Engine, path: Path) -> None:
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    engine.dispose()
    with pytest.raises(UsageError, match=exactly(say("inventory.read_only", path=path))):
        add_one(engine)


def test_a_full_disk_is_told_and_loses_nothing(engine: Engine, path: Path) -> None:
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    engine.dispose()
    with pytest.raises(UsageError, match=exactly(say("inventory.full", path=path))):
        add_many(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM run")).scalar() == 0


@pytest.mark.parametrize(("free", "key"), [(0, "inventory.full"), (1 << 30, "inventory.disk")])
def test_an_error_of_the_disk_is_called_a_full_one_only_where_it_is(
    engine: Engine, path: Path, monkeypatch: pytest.MonkeyPatch, free: int, key: str
) -> None:
    def fails(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
        raise error

    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    event.listen(engine, "connect", fails)
    engine.dispose()
    with pytest.raises(UsageError, match=exactly(say(key, path=path))):
        add_one(engine)


def test_two_that_open_a_new_file_at_once_both_get_it(path: Path) -> None:
    with closing(sqlite3.connect(path)):
        first, second = open_engine(path), open_engine(path)
    add_one(first)
    add_one(second)
    first.dispose()
    second.dispose()


def test_a_percent_sign_in_the_path_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "100% 学校"
    folder.mkdir()
    open_engine(folder / "camcensus.db").dispose()
    assert (folder / "camcensus.db").stat().st_size > 0
