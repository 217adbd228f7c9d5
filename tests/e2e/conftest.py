"""The command as a user has it, and virtual schools to use it on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

import pytest

COMMAND = shutil.which("camcensus", path=str(Path(sys.executable).parent))
START_S = 60.0
LONGEST_S = 110.0


@dataclass(frozen=True)
class Ran:
    """A command that has ended. Its words are those it said on stderr."""

    code: int
    out: str
    words: str


class Process(Protocol):
    """A command that was begun."""

    def send_signal(self, sig: int, /) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def poll(self) -> int | None: ...


class Begin(Protocol):
    """Begin `camcensus WORDS` in a process of its own, with these files as its stdin, stdout and stderr."""

    def __call__(
        self, words: Sequence[object], *files: IO[bytes], folder: Path | None = None, language: str = "zh"
    ) -> Process: ...


@dataclass
class Forked:
    """A process of forked.py. It tells its number, and its exit code when it has ended."""

    line: socket.socket
    pid: int = field(init=False)
    code: int | None = None

    def __post_init__(self) -> None:
        self.pid = int(self._heard(START_S))

    def send_signal(self, sig: int, /) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def poll(self) -> int | None:
        with suppress(TimeoutError, BlockingIOError):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        if self.code is None:
            self.code = int(self._heard(timeout))
            self.line.close()
        return self.code

    def _heard(self, seconds: float | None) -> str:
        """Return the next line. Raise TimeoutError, or BlockingIOError, where there is none yet."""
        self.line.settimeout(seconds)
        told = b""
        while not told.endswith(b"\n"):
            sign = self.line.recv(1)
            assert sign, "the process that forks commands has ended"
            told += sign
        return told.decode()


@dataclass(frozen=True)
class Opened:
    """A virtual school that answers."""

    truth: Mapping[str, Any]
    truth_path: Path
    bind: str
    process: Process

    @property
    def password(self) -> str:
        return str(self.truth["credentials"][0]["password"])

    def address(self, number: int) -> str:
        return str(self.truth["devices"][number - 1]["address"])


Camcensus = Callable[..., Ran]
OpenSchool = Callable[..., AbstractContextManager[Opened]]


@pytest.fixture(scope="session")
def begin() -> Iterator[Begin]:
    """Begin commands, forked where their imports are done: those take seconds. See forked.py."""
    if not hasattr(os, "fork"):
        yield _begun_anew
        return
    ours, theirs = socket.socketpair()
    words = [sys.executable, str(Path(__file__).with_name("forked.py")), str(theirs.fileno())]
    forking = subprocess.Popen(
        words, pass_fds=[theirs.fileno()], env=_environment("zh"), start_new_session=True
    )
    theirs.close()

    def forked(
        words: Sequence[object], *files: IO[bytes], folder: Path | None = None, language: str = "zh"
    ) -> Process:
        if language != "zh":  # what the imports have said by then is Chinese
            return _begun_anew(words, *files, folder=folder, language=language)
        line, its_line = socket.socketpair()
        with its_line:
            socket.send_fds(ours, [b"."], [its_line.fileno(), *(file.fileno() for file in files)])
        asked = {
            "words": [*map(str, words)],
            "folder": str(folder or Path.cwd()),
            "environment": _environment(),
        }
        line.sendall(json.dumps(asked).encode() + b"\n")
        return Forked(line)

    yield forked
    ours.close()
    try:
        assert forking.wait(10) == 0
    finally:
        with suppress(ProcessLookupError):  # no command outlives the tests
            os.killpg(forking.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def camcensus(begin: Begin) -> Camcensus:
    """Run `camcensus WORDS` in a process of its own; `given` is what is typed into it."""

    def run(*words: object, given: str = "", folder: Path | None = None, language: str = "zh") -> Ran:
        with TemporaryFile() as typed, TemporaryFile() as out, TemporaryFile() as said:
            typed.write(given.encode())
            typed.seek(0)
            code = begin(words, typed, out, said, folder=folder, language=language).wait(LONGEST_S)
            return Ran(code, _text(out), _text(said))

    return run


@pytest.fixture(scope="session")
def open_school(begin: Begin, tmp_path_factory: pytest.TempPathFactory) -> OpenSchool:
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
        with TemporaryFile() as typed, TemporaryFile() as out, TemporaryFile() as said:
            process = begin(words, typed, out, said)
            try:
                yield Opened(_awaited(truth, process), truth, bind, process)
            finally:
                process.send_signal(signal.SIGINT)
                assert process.wait(30) == 0, _text(said)

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


def _awaited(truth: Path, process: Process) -> Mapping[str, Any]:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            read: Mapping[str, Any] = json.loads(truth.read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.1)
        else:
            return read
    raise AssertionError("the virtual school did not start")


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _begun_anew(
    words: Sequence[object], *files: IO[bytes], folder: Path | None = None, language: str = "zh"
) -> Process:
    assert COMMAND, "camcensus is not installed beside this Python: pip install -e ."
    typed, out, said = files
    return subprocess.Popen(
        [COMMAND, *map(str, words)],
        stdin=typed,
        stdout=out,
        stderr=said,
        cwd=folder,
        env=_environment(language),
    )


def _environment(language: str = "zh") -> dict[str, str]:
    # The keyring of whoever runs the tests stays out of it; the file of the workspace is used instead.
    kept = {
        **os.environ,
        "CAMCENSUS_LANG": language,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return {**kept, "PYTHONIOENCODING": "utf-8"}
