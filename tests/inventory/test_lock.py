"""A workspace has one worker at a time, and whoever is killed holds nothing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import filelock
import pytest

from config.errors import UsageError
from inventory.lock import Held, holder, holding, is_held

NOW = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from inventory.lock import holding
with holding(Path(sys.argv[1]), "work", datetime.now(UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def somebody(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_one_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    first = somebody(tmp_path)
    try:
        with (
            pytest.raises(Held, match=rf"进程 {first.pid}，.*\d\d:\d\d 开始"),
            holding(tmp_path, "work", NOW),
        ):
            pass
    finally:
        first.kill()
        first.communicate()


def test_who_was_killed_holds_nothing(tmp_path: Path) -> None:
    first = somebody(tmp_path)
    first.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    first.communicate()
    with holding(tmp_path, "work", NOW):
        assert (found := holder(tmp_path, "work")) is not None
        assert found.pid == os.getpid()


def test_the_service_and_its_work_are_two_posts(tmp_path: Path) -> None:
    with holding(tmp_path, "serve", NOW), holding(tmp_path, "work", NOW):
        assert (is_held(tmp_path, "serve"), is_held(tmp_path, "work")) == (True, True)


def test_a_post_that_was_left_is_free(tmp_path: Path) -> None:
    with holding(tmp_path, "work", NOW):
        pass
    assert not is_held(tmp_path, "work")


def test_where_no_note_can_be_left_nobody_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holding(tmp_path, "work", NOW):
        pass

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with holding(tmp_path, "work", NOW):
        assert holder(tmp_path, "work") is None


def test_a_damaged_note_hides_only_the_name(tmp_path: Path) -> None:
    first = somebody(tmp_path)
    (tmp_path / "camcensus.work.json").write_text("{", "utf-8")
    try:
        with pytest.raises(Held, match="另一个程序正在检测"), holding(tmp_path, "work", NOW):
            pass
    finally:
        first.kill()
        first.communicate()


def test_a_disk_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(UsageError, match=r"网络盘.*本机硬盘"), holding(tmp_path, "work", NOW):
        pass


def test_a_note_that_cannot_be_written_ends_nothing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with holding(tmp_path, "work", NOW):
        assert [path.name for path in tmp_path.iterdir()] == ["camcensus.work.lock"]


@pytest.mark.parametrize(
    ("code", "sentence"), [(errno.ENOSPC, "磁盘已满"), (errno.ENOSYS, r"网络盘.*本机硬盘")]
)
def test_that_nobody_can_see_who_holds_a_post_is_told_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "refused")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(UsageError, match=sentence):
        is_held(tmp_path, "work")
