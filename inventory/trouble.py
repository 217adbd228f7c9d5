"""What can be wrong with the database file, as a sentence for the person in front of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from config.errors import UsageError
from config.words import say

_LITTLE = 256 * 1024  # bytes
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


class Busy(UsageError):
    """Somebody else is writing: it may work a moment later, with nothing changed."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the file into a UsageError; a fault of ours goes through unchanged."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        sentence = _sentence(cause, path)
        if sentence is None:
            raise
        raise (Busy if _name(cause) in _BUSY else UsageError)(sentence) from error
    except PermissionError as error:
        raise UsageError(say("inventory.denied", path=path)) from error


def _sentence(cause: BaseException | None, path: Path) -> str | None:
    match _name(cause):
        case name if name in _BUSY:
            return say("inventory.busy", path=path)
        case "SQLITE_CORRUPT":
            return say("inventory.damaged", path=path)
        case "SQLITE_NOTADB":
            return say("inventory.no_database", path=path)
        case "SQLITE_READONLY":
            return say("inventory.read_only", path=path)
        case "SQLITE_CANTOPEN":
            return say("inventory.unopened", path=path)
        case "SQLITE_PERM":
            return say("inventory.denied", path=path)
        case "SQLITE_FULL":
            return say("inventory.full", path=path)
        case "SQLITE_IOERR":
            # On a full disk SQLite often cannot even make room for its log, and says no more than that.
            return say("inventory.full" if _is_full(path) else "inventory.disk", path=path)
        case _:
            return None


def _name(cause: BaseException | None) -> str:
    # An extended name (SQLITE_READONLY_DIRECTORY) is found by its first two words.
    return "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LITTLE
    except OSError:
        return False
