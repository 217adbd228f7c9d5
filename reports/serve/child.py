"""Work in a process of its own: what crashes there, or eats memory, never takes the service with it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import psutil

log = logging.getLogger(__name__)

_LOG = "watch.log"
_MOST_LOG = 1 << 20
_LEAVE_S = 12.0  # to note how far it came and to end its decoders


@dataclass(slots=True)
class Children:
    """The processes that work for one service. Safe between threads."""

    folder: Path
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    @property
    def is_stopped(self) -> bool:
        return self._stopped

    def run(self, words: tuple[str, ...], seconds: float) -> int | None:
        """Run `camcensus WORDS` on the workspace to its end. Return its exit code, None if it was ended."""
        with self._lock:
            if self._stopped:
                return None
            process = _start(self.folder, words)
            self._running.add(process)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("%s runs for %.0f s and is ended", " ".join(words), seconds)
            end([process])
            return None
        finally:
            with self._lock:
                self._running.discard(process)

    def stop(self) -> None:
        """End what runs, and let nothing begin any more."""
        with self._lock:
            self._stopped = True
            running = tuple(self._running)
        end(running)


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Have children break off their work; what does not listen is killed with all that it began, by its id.

    Each is asked once: a second word would cut off its note of how far it came.
    """
    begun = [(process, _family(process.pid)) for process in processes]
    for process in processes:
        _ask_to_end(process)
    deadline = time.monotonic() + _LEAVE_S
    for process, family in begun:
        _see_off(process, family, deadline)


def _see_off(process: subprocess.Popen[bytes], family: Sequence[psutil.Process], deadline: float) -> None:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for one in family:
        # A process id may belong to somebody else by now: psutil compares the time of its start.
        if one.is_running():
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue


def _start(folder: Path, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "reports", *words, "-w", str(folder)]
    # Windows: a console of its own (CREATE_NO_WINDOW) would never hear the word to end.
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with _log_file(folder) as written:
        return subprocess.Popen(  # noqa: S603  our own Python and words
            command,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=os.name == "posix",  # Ctrl+C reaches the service alone, and that ends this
            creationflags=flags,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    try:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined,unused-ignore]
    except (OSError, SystemError) as error:  # Windows: a service without a console can ask nobody
        log.warning("process %s could not be asked to end: %s", process.pid, error)


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _log_file(folder: Path) -> BinaryIO:
    """Open the log of what children say. Where that cannot be, as on a full disk, nobody hears it."""
    path = folder / _LOG
    try:
        if path.exists() and path.stat().st_size > _MOST_LOG:
            path.replace(path.with_suffix(".old.log"))
        return path.open("ab")
    except OSError as error:
        log.warning("%s cannot be written: %s", path, error)
        return Path(os.devnull).open("ab")
