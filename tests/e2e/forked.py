"""Starts `camcensus` over and over: each command in a process of its own, forked with its imports behind it.

`python forked.py FD` reads from the socket FD. Each byte there brings the sockets and files of one command:
where it is told what to run and says its process and how that ended, its stdin, its stdout and its stderr.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import traceback
from typing import Any

_FILES = 4


def serve(control: socket.socket) -> None:
    """Fork a keeper for each command, until the other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a keeper ended
    while True:
        asked, files, _, _ = socket.recv_fds(control, 1, _FILES)
        if not asked:
            return
        if os.fork() == 0:
            control.close()
            keep(*files)
        for file in files:
            os.close(file)


def keep(line: int, *files: int) -> None:
    """Run one command in a process of its own; say which one that is, and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=line) as told, told.makefile("rw", encoding="utf-8") as talk:
        asked = json.loads(talk.readline())
        pid = os.fork()
        if pid == 0:
            run(asked, files)
        with contextlib.suppress(BrokenPipeError):  # whoever asked has given up
            print(pid, file=talk, flush=True)
            _, status = os.waitpid(pid, 0)
            print(os.waitstatus_to_exitcode(status), file=talk, flush=True)
    os._exit(0)


def run(asked: dict[str, Any], files: tuple[int, ...]) -> None:
    """Be the command: its words, its folder, its environment, its files and its end are its own."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(len(files), max(files) + 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  open as long as the process lives
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    if asked["folder"]:
        os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["camcensus", *asked["words"]]
    os._exit(ended())


def ended() -> int:
    from reports.entry import main

    code: object = 0
    try:
        main()
    except SystemExit as error:
        code = error.code
    except BaseException:  # noqa: BLE001  as Python itself ends
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


if __name__ == "__main__":
    # What every command loads anyway. Nothing of it is used here: no thread is there when a child is forked.
    import alembic.command  # noqa: F401

    import reports.cli  # noqa: F401
    from config.load import load_catalogue

    load_catalogue()
    serve(socket.socket(fileno=int(sys.argv[1])))
