"""The command as a user has it, and virtual schools to use it on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = shutil.which("camcensus", path=str(Path(sys.executable).parent))
START_S = 60.0


@dataclass(frozen=True)
class Ran:
    """A command that has ended. Its words are those it said on stderr."""

    code: int
    out: str
    words: str


@dataclass(frozen=True)
class Opened:
    """A virtual school that answers."""

    truth: Mapping[str, Any]
    truth_path: Path
    bind: str
    process: subprocess.Popen[str]

    @property
    def password(self) -> str:
        return str(self.truth["credentials"][0]["password"])

    def address(self, number: int) -> str:
        return str(self.truth["devices"][number - 1]["address"])


Camcensus = Callable[..., Ran]
OpenSchool = Callable[..., AbstractContextManager[Opened]]


@pytest.fixture(scope="session")
def camcensus() -> Camcensus:
    """Run `camcensus WORDS` in a process of its own; `given` is what is typed into it."""

    def run(*words: object, given: str = "", folder: Path | None = None, language: str = "zh") -> Ran:
        done = subprocess.run(
            [_command(), *map(str, words)],
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=folder,
            timeout=110,
            env=_environment(language),
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def open_school(tmp_path_factory: pytest.TempPathFactory) -> OpenSchool:
    """Run `camcensus sim` while a block lasts, and end it by Ctrl+C."""

    @contextmanager
    def running(
        bind: str,
        faults: Mapping[int, Sequence[str]],
        *,
        devices: int,
        seed: int = 5,
        stats: Path | None = None,
    ) -> Iterator[Opened]:
        folder = tmp_path_factory.mktemp("sim")
        table = "".join(f"{number} = {json.dumps(list(words))}\n" for number, words in faults.items())
        (folder / "faults.toml").write_text(f"[faults]\n{table}", "utf-8")
        truth = folder / "truth.json"
        words = ["sim", "--bind", bind, "--devices", str(devices), "--seed", str(seed)]
        words += ["--faults", str(folder / "faults.toml"), "--truth", str(truth)]
        words += ["--stats", str(stats)] if stats else []
        process = subprocess.Popen(
            [_command(), *words], stderr=subprocess.PIPE, text=True, encoding="utf-8", env=_environment("zh")
        )
        try:
            yield Opened(_awaited(truth, process), truth, bind, process)
        finally:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
            assert process.returncode == 0, said

    return running


@pytest.fixture(scope="session")
def workspace(camcensus: Camcensus) -> Callable[[Path, Opened], Path]:
    """Make a workspace that has the school's login."""

    def make(folder: Path, school: Opened) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        words = ("credential", "set", "school", "--user", "admin", "--password-stdin", "--for", school.bind)
        kept = camcensus(*words, "-w", folder, given=school.password + "\n")
        assert kept.code == 0, kept.words
        return folder

    return make


def _awaited(truth: Path, process: subprocess.Popen[str]) -> Mapping[str, Any]:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            read: Mapping[str, Any] = json.loads(truth.read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.1)
        else:
            return read
    raise AssertionError("the virtual school did not start")


def _command() -> str:
    assert COMMAND, "camcensus is not installed beside this Python: pip install -e ."
    return COMMAND


def _environment(language: str) -> dict[str, str]:
    # The keyring of whoever runs the tests stays out of it; the file of the workspace is used instead.
    kept = {
        **os.environ,
        "CAMCENSUS_LANG": language,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return {**kept, "PYTHONIOENCODING": "utf-8"}
