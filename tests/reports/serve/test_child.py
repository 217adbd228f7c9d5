"""Children of the service: asked once to end, so that each can note how far it came."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

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
