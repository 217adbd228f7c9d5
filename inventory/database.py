"""The SQLite file: how it is opened, brought up to date, and written in one piece."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event

from config.errors import UsageError
from config.words import say
from inventory.trouble import told

# The newest file in migrations/versions; a test holds them equal.
REVISION = "0007"
MIGRATIONS = Path(__file__).parent / "migrations"

_BUSY_S = 5.0
_AGAIN_S = 0.01
# "CCen" in the file's header: a file of another program is refused before anything is written to it.
_APPLICATION_ID = 0x4343656E


def open_engine(path: Path, *, busy_s: float = _BUSY_S) -> Engine:
    """Open or create the database and bring it to our revision. Raise UsageError where that cannot be."""
    with told(path):
        found = _revision(path, busy_s)
        engine = _engine(path, busy_s)
        try:
            if found != REVISION:
                _upgrade(engine, path)
        except BaseException:
            engine.dispose()
            raise
        return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent picture of the database, whatever others write meanwhile."""
    with told(_path(engine)), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """All of it or nothing: the write lock is taken at once, and an error undoes everything."""
    with told(_path(engine)), engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


def _engine(path: Path, busy_s: float) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_s})
    event.listen(engine, "connect", partial(_prepare, busy_s))
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(busy_s: float, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not at the first INSERT
    switch_to_wal(connection, busy_s)
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "recursive_triggers = ON"):
        connection.execute(f"PRAGMA {pragma}")


class _Executes(Protocol):
    def execute(self, sql: str, /) -> object: ...


def switch_to_wal(connection: _Executes, busy_s: float) -> None:
    """Put a file into WAL mode, waiting up to `busy_s` for others that open it; no lock where it is so.

    Two that switch a new file at once would wait for each other, so SQLite refuses one of them at once
    instead of calling its busy handler (https://www.sqlite.org/c3ref/busy_handler.html).
    Raise sqlite3.OperationalError where the file stays locked.
    """
    deadline = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
    )


def _path(engine: Engine) -> Path:
    return Path(engine.url.database or "")


def _revision(path: Path, busy_s: float) -> str | None:
    """Return the revision of an existing file, None for a new one. Nothing is written here."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    # Opened by hand: the engine's own connection would already switch a foreign file to WAL.
    with closing(sqlite3.connect(path, timeout=busy_s)) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if not tables:
            return None
        if application != _APPLICATION_ID or "alembic_version" not in tables:
            raise UsageError(say("inventory.foreign", path=path))
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if str(found) > REVISION:
        raise UsageError(say("inventory.newer", path=path, found=found, ours=REVISION))
    return str(found)


def _upgrade(engine: Engine, path: Path) -> None:
    # Imported here because every command opens the inventory and hardly any has to migrate it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
