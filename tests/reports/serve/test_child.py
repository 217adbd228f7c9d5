"""Children of the service: asked once to end, so that each can note how far it came."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.serve import child
from reports.serve.child import end

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="counts SIGINT")

# Takes half a second to note how far it came, and writes how often it was asked in that time.
NOTES = """
import pathlib, signal, sys, time
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(1))
pathlib.Path(sys.argv[1]).write_text("ready")
while not asked:
    time.sleep(0.01)
time.sleep(0.5)
pathlib.Path(sys.argv[1]).write_text(str(len(asked)))
"""


def begun(note: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", NOTES, str(note)])
    deadline = time.monotonic() + 30
    while not note.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def test_each_is_asked_once_and_waited_for(tmp_path: Path) -> None:
    notes = (tmp_path / "one", tmp_path / "other")
    children = [begun(note) for note in notes]
    end(children)
    assert [note.read_text() for note in notes] == ["1", "1"]
    assert [child.poll() for child in children] == [0, 0]


def test_one_that_cannot_be_asked_is_killed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = subprocess.Popen.send_signal

    def no_console(process: subprocess.Popen[bytes], word: int) -> None:
        if word == signal.SIGINT:
            raise SystemError("kill returned a result with an exception set")
        send(process, word)

    monkeypatch.setattr(child, "_LEAVE_S", 0.1)
    monkeypatch.setattr(subprocess.Popen, "send_signal", no_console)
    process = begun(tmp_path / "one")
    end([process])
    assert process.poll() is not None
