"""What can be wrong with the database file, as a sentence for the person in front of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from config.errors import UsageError

# By SQLite's own error names; an extended name (SQLITE_READONLY_DIRECTORY) is found by its first two words.
_SENTENCES = {
    "SQLITE_BUSY": "{path}：数据库正被另一个程序占用，本次没有写入任何内容；请等它结束或把它关闭后重试"
    " (the database is locked by another program: wait for it or close it, then run again)",
    "SQLITE_LOCKED": "{path}：数据库正被另一个程序占用，本次没有写入任何内容；请等它结束或把它关闭后重试"
    " (the database is locked by another program: wait for it or close it, then run again)",
    "SQLITE_CORRUPT": "{path}：数据库文件已损坏，没有改动它；请改名保存，用备份替换，或删去后重新扫描"
    " (the database file is damaged: set it aside, put back a copy, or scan anew)",
    "SQLITE_NOTADB": "{path}：这个文件不是数据库，没有改动它；请改名保存后重新扫描，或用 -w 换一个文件夹"
    " (this file is not a database: rename it, or choose another folder with -w)",
    "SQLITE_READONLY": "{path}：数据库或它所在的文件夹是只读的；请改为可写，或用 -w 换一个文件夹"
    " (the database or its folder is read-only: make it writable, or choose another folder with -w)",
    "SQLITE_CANTOPEN": "{path}：打不开数据库；请检查文件夹是否存在、是否可写，或用 -w 换一个文件夹"
    " (the database cannot be opened: check that its folder exists and is writable)",
    "SQLITE_PERM": "{path}：没有权限打开数据库；请检查文件权限，或用 -w 换一个文件夹"
    " (no permission to open the database: check the file's permissions)",
    "SQLITE_FULL": "{path}：磁盘已满，本次没有写入任何内容；请腾出空间后重试"
    " (the disk is full, nothing was written: free some space and run again)",
    "SQLITE_IOERR": "{path}：读写磁盘出错，本次没有写入任何内容；请检查磁盘或网络盘后重试"
    " (reading or writing the disk failed, nothing was written: check the disk and run again)",
}
_NEWER = (
    "{path}：数据库由更新版本的 camcensus 建立（结构 {found}，本版本到 {ours}），没有改动它；请升级 camcensus"
    " (the database was made by a newer version: upgrade camcensus)"
)
_FOREIGN = (
    "{path}：这是别的程序的数据库，没有改动它；请用 -w 换一个文件夹"
    " (this database belongs to another program: choose another folder with -w)"
)


def newer(path: Path, found: str, ours: str) -> UsageError:
    return UsageError(_NEWER.format(path=path, found=found, ours=ours))


def foreign(path: Path) -> UsageError:
    return UsageError(_FOREIGN.format(path=path))


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the file into a UsageError; a fault of ours goes through unchanged."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        sentence = _sentence(cause)
        if sentence is None:
            raise
        raise UsageError(sentence.format(path=path)) from error
    except PermissionError as error:
        raise UsageError(_SENTENCES["SQLITE_PERM"].format(path=path)) from error


def _sentence(cause: BaseException | None) -> str | None:
    name = getattr(cause, "sqlite_errorname", "")
    return _SENTENCES.get("_".join(name.split("_")[:2]))
