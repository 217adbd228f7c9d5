"""`camcensus serve` and `check --if-due` as processes: one at a time, and an end that leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import psutil
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="ends the service by SIGTERM"),
]

ENDS_WITHIN_S = 20
CAMCENSUS = (sys.executable, "-P", "-m", "reports")
NOBODY = "127.93.9.0/28"
ENVIRONMENT = {
    **os.environ,
    "CAMCENSUS_LANG": "zh",
    "PYTHONIOENCODING": "utf-8",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
}


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [*CAMCENSUS, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=ENVIRONMENT
    )


def due_now(folder: Path) -> Path:
    """Make a workspace whose night has just come."""
    just_now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(minutes=5)
    folder.mkdir()
    (folder / "camcensus.toml").write_text(
        f'networks = ["{NOBODY}"]\n[settings.watch]\ncheck_at = "{just_now:%H:%M}"\njitter_min = 0\n'
        "spread_h = 0.0\nscan_weekday = 0\nplayback_day = 0\n",
        "utf-8",
    )
    return folder


def free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextmanager
def somebody_silent() -> Iterator[None]:
    """Have a device among them that takes connections and never answers: the work waits for it."""
    with ExitStack() as lines:
        for number in (8000, 8080, 8899):
            line = lines.enter_context(closing(socket.socket()))
            line.bind(("127.93.9.1", number))
            line.listen(64)
        yield


@contextmanager
def served(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*CAMCENSUS, "serve", "-w", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )
    try:
        assert process.stdout is not None
        assert "巡检服务已启动" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def states(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "camcensus.db")) as connection:
        asked = (
            "SELECT coalesce(state, 'running') FROM turn_start LEFT JOIN turn_end ON start_id = turn_start.id"
        )
        return [state for (state,) in connection.execute(asked)]


def until(found: Callable[[], bool], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found():
                return
        except sqlite3.OperationalError:  # not there yet
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")


def test_the_service_does_the_night_that_is_due_and_tells_that_it_is_well(tmp_path: Path) -> None:
    folder, port = due_now(tmp_path / "school"), free_port()
    with served(folder, port):
        with pytest.raises(HTTPError, match="503"):
            urlopen(f"http://127.0.0.1:{port}/healthz")
        until(lambda: states(folder) == ["done"])
        told = json.loads(urlopen(f"http://127.0.0.1:{port}/healthz").read())
    assert told["ok"] is True


def test_a_service_that_is_told_to_end_ends_its_work_too(tmp_path: Path) -> None:
    folder, port = due_now(tmp_path / "school"), free_port()
    with somebody_silent(), served(folder, port) as process:
        until(lambda: states(folder) == ["running"])
        workers = psutil.Process(process.pid).children(recursive=True)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN_S) == 0
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert (workers != [], [one for one in workers if one.is_running()]) == (True, [])
    assert states(folder) == ["broken-off"]


def test_a_second_service_and_a_scan_beside_the_work_are_refused(tmp_path: Path) -> None:
    folder, port = due_now(tmp_path / "school"), free_port()
    with somebody_silent(), served(folder, port) as first:
        until(lambda: states(folder) == ["running"])
        beside = run("scan", NOBODY, "-w", folder)
        second = run("serve", "-w", folder)
    assert (beside.returncode, "正在检测" in beside.stderr) == (2, True)
    assert (second.returncode, f"进程 {first.pid}" in second.stderr) == (2, True)


def test_a_killed_night_is_noticed_by_the_next_one_that_comes(tmp_path: Path) -> None:
    folder = due_now(tmp_path / "school")
    words = [*CAMCENSUS, "check", "--if-due", "-w", str(folder)]
    killed = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    until(lambda: states(folder) == ["running"])
    killed.kill()
    killed.wait()
    again = run("check", "--if-due", "-w", folder)
    assert (again.returncode, "没有做完就中断了" in again.stdout) == (0, True)
    assert states(folder) == ["broken-off"]  # it is tried again after watch.retry_min


def test_beyond_this_computer_it_refuses_without_a_token(tmp_path: Path) -> None:
    refused = run("serve", "-w", due_now(tmp_path / "school"), "--host", "0.0.0.0")  # noqa: S104
    assert (refused.returncode, "--new-token" in refused.stderr) == (2, True)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    folder = due_now(tmp_path / "school")
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        port = line.getsockname()[1]
        refused = run("serve", "-w", folder, "--port", port)
    assert (refused.returncode, f"127.0.0.1:{port}" in refused.stderr) == (2, True)


def test_a_wrong_folder_gets_no_database(tmp_path: Path) -> None:
    refused = run("check", "--if-due", "-w", tmp_path)
    assert (refused.returncode, list(tmp_path.iterdir())) == (2, [])
