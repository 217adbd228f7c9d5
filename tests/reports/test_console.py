"""Results go to stdout as they are, whatever the console can show."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO

import pytest

from reports.console import write_text

PRINT = "from reports.console import write_text; write_text('-', '{\"school\": \"瑞安市示例小学\"}\\n')"


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252", "utf-8"])
def test_a_result_on_stdout_is_utf8_whatever_the_stream_is(encoding: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PRINT],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert (ran.stdout.decode(), ran.stderr) == ('{"school": "瑞安市示例小学"}\n', b"")


def test_a_stdout_that_takes_only_text_gets_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    write_text("-", "小学")
    assert stream.getvalue() == "小学"
