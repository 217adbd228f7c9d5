"""One at a time on a workspace. The lock is the system's: whoever is killed has let go of it. 工作区锁

Beside the lock lies a note of who holds it. Only the lock counts; a note that was left behind means nothing.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from config.errors import UsageError
from config.plain import system_words
from config.words import say

log = logging.getLogger(__name__)

_MINUTE = "%Y-%m-%d %H:%M"

Post = Literal["work", "serve"]  # a run over the devices; the service that begins runs


@dataclass(frozen=True, slots=True)
class Holder:
    pid: int
    began: datetime  # aware, to the minute
    computer: str

    @property
    def since(self) -> str:
        return self.began.strftime(_MINUTE)


class Held(UsageError):
    """Somebody else is at it."""


@contextmanager
def holding(folder: Path, post: Post, now: datetime, *, seconds: float = 0.0) -> Iterator[None]:
    """Hold one of the workspace's posts. Raise Held, with who has it and since when, after `seconds`.

    Raise UsageError where the folder's disk has no locks, as some network drives do not.
    """
    path = folder / f"camcensus.{post}.lock"
    lock = FileLock(path, timeout=seconds, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise Held(_told(folder, post)) from None
    except (OSError, NotImplementedError) as error:
        raise UsageError(_unlockable(path, error)) from error
    try:
        _leave_note(folder, post, now)
        yield
    finally:
        lock.release()


def is_held(folder: Path, post: Post) -> bool:
    """Tell whether somebody holds a post just now. Raise UsageError where that cannot be seen."""
    path = folder / f"camcensus.{post}.lock"
    lock = FileLock(path, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    except (OSError, NotImplementedError) as error:
        raise UsageError(_unlockable(path, error)) from error
    lock.release()
    return False


def holder(folder: Path, post: Post) -> Holder | None:
    """Return who took a post last, if it can be read."""
    try:
        told = json.loads(_note(folder, post).read_text("utf-8"))
        began = datetime.strptime(told["since"], _MINUTE).astimezone()
        return Holder(int(told["pid"]), began, str(told["computer"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _told(folder: Path, post: Post) -> str:
    found = holder(folder, post)
    if found is None:
        return (
            say("watch.held", folder=folder.resolve())
            if post == "work"
            else say("watch.served", folder=folder)
        )
    key = "watch.held_by" if post == "work" else "watch.served_by"
    return say(key, folder=folder.resolve(), pid=found.pid, since=found.since, computer=found.computer)


def _unlockable(path: Path, error: OSError | NotImplementedError) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return say("inventory.full", path=path)
    return say("watch.no_lock", path=path, why=system_words(error))


def _leave_note(folder: Path, post: Post, now: datetime) -> None:
    """Note who holds it. Where that cannot be written, as on a full disk, no name is better than the last."""
    told = {
        "pid": os.getpid(),
        "since": now.astimezone().strftime(_MINUTE),
        "computer": _computer(),
    }
    left = _note(folder, post)
    # Replaced in one piece: whoever reads it meanwhile sees the old one or the new one.
    half = left.with_suffix(f".{os.getpid()}.tmp")
    try:
        half.write_text(json.dumps(told), "utf-8")
        half.replace(left)
    except OSError as error:
        log.warning("%s could not be written: %s", left, error)
        _drop(left)
    finally:
        _drop(half)


def _drop(half: Path) -> None:
    try:
        half.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s could not be removed: %s", half, error)


def _note(folder: Path, post: Post) -> Path:
    return folder / f"camcensus.{post}.json"


def _computer() -> str:
    import platform

    return platform.node()
