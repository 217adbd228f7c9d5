"""A database of an earlier version is brought up to date in place, and every row of it stays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from config.load import load_catalogue
from inventory import database
from inventory.database import MIGRATIONS, open_engine
from inventory.store import open_store

MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC).isoformat(timespec="microseconds")
Rows = Mapping[str, list[tuple[Any, ...]]]

# One camera that was visited once, as the first version wrote it.
CAMERA: Mapping[str, Mapping[str, Any]] = {
    "run": {"id": 1, "kind": "scan", "started": MONDAY, "finished": MONDAY, "targets": "[]", "asked": 1},
    "device": {"id": 1, "run_id": 1},
    "device_key": {"id": 1, "device_id": 1, "run_id": 1, "key": "serial", "value": '"SER-AAA-0001"'},
    "camera": {"id": 1, "run_id": 1, "device_id": 1, "channel": 1, "role": "device"},
    "visit": {"id": 1, "run_id": 1, "device_id": 1, "answered": 1, "kind": "camera", "address": "10.0.2.9"},
    "claim": {"id": 1, "run_id": 1, "device_id": 1, "channel": 1, "field": "remark", "source": "person"},
}
MORE: Mapping[str, Mapping[str, Any]] = {
    "run": {"answered": 1},
    "visit": {"ports": "[80]", "mac": "", "model": "ipc", "channels": 1, "seconds": "1.0", "refused": "[]"},
    "claim": {
        "value": json.dumps("新换"), "by": json.dumps("李老师"), "at": MONDAY, "confirmed": 1, "note": '""'
    },
}  # fmt: skip


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database as the first version left it, with a camera in it."""
    path = tmp_path / "camcensus.db"
    upgrade: Callable[[Config, str], None] = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(database, "REVISION", "0001")
        patched.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        open_engine(path).dispose()
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in CAMERA.items():
            row = {**columns, **MORE.get(table, {})}
            names, blanks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({blanks})", tuple(row.values()))  # noqa: S608
        connection.commit()
    return path


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}


def rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in CAMERA}  # noqa: S608


def test_an_old_database_has_no_baselines_yet(old: Path) -> None:
    assert "baseline" not in tables(old)


def test_an_old_database_keeps_every_row(old: Path) -> None:
    before = rows(old)
    open_store(old, load_catalogue()).close()
    assert rows(old) == before


def test_an_old_database_gets_the_new_tables(old: Path) -> None:
    open_store(old, load_catalogue()).close()
    assert {"baseline", "agreement", "confirmation", "withdrawal", "sample", "chart_card"} <= tables(old)


def test_what_an_old_database_knew_is_shown_as_before(old: Path) -> None:
    store = open_store(old, load_catalogue())
    (camera,) = store.view().cameras
    store.close()
    assert (camera.id, camera.fields["remark"].value) == ("d1.1", "新换")


def test_an_upgrade_that_fails_leaves_the_old_database_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, was = rows(old), tables(old)
    real: Callable[[Config, str], None] = command.upgrade

    def broken(config: Config, revision: str) -> None:
        real(config, revision)
        raise ZeroDivisionError

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(ZeroDivisionError):
        open_engine(old)
    assert (rows(old), tables(old)) == (before, was)


def test_the_migrations_lie_in_the_package() -> None:
    assert (MIGRATIONS / "versions" / "v0002_baselines.py").exists()


def test_an_old_database_gets_a_name_of_its_own(old: Path) -> None:
    store = open_store(old, load_catalogue())
    assert len(store.workspace_code()) == 16
    store.close()
