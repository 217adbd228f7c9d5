"""What the system refuses is told in the reader's words, whatever the system's own language is."""

from __future__ import annotations

import errno
import json
import os
import socket
from pathlib import Path

import pytest

from config import words
from config.plain import json_words, system_words


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOENT, "没有这个文件或文件夹"),
        (errno.EACCES, "没有权限，或正在被别的程序使用"),
        (errno.EEXIST, "已经有同名的文件"),
        (errno.EADDRINUSE, "已被别的程序占用"),
        (errno.ENOSPC, "磁盘满了"),
    ],
)
def test_what_the_system_refuses_is_told_in_chinese(number: int, said: str) -> None:
    assert system_words(OSError(number, os.strerror(number))) == said


def test_a_name_that_is_not_known_is_told() -> None:
    assert system_words(socket.gaierror(-2, "Name or service not known")) == "查不到这个名称"


def test_what_we_have_no_words_for_is_quoted() -> None:
    assert system_words(OSError(9999, "Quantum decay")) == "系统提示：Quantum decay"


def test_a_broken_json_is_told_with_its_place() -> None:
    with pytest.raises(json.JSONDecodeError) as broken:
        json.loads('{\n"a": }')
    assert json_words(broken.value) == "第 2 行第 6 列不是 JSON 的写法"


def test_no_sentence_takes_the_systems_own_words_unread() -> None:
    root = Path(__file__).resolve().parents[2]
    # What probes note of a device is English; so is what the tracer keeps.
    sources = [p for name in ("config", "inventory", "reports") for p in (root / name).rglob("*.py")]
    spoken = [p.name for p in sources if "strerror" in p.read_text("utf-8")]
    assert set(spoken) == {"plain.py"}
