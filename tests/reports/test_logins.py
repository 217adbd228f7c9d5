"""camcensus credential and inspect: what they say of a login, and of whom they ask."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from reports.cli import build
from reports.commands.scanning import one_asked
from reports.workspace import open_workspace


def run(folder: Path, *words: str, typed: str = "") -> str:
    return CliRunner().invoke(build(), ["credential", *words, "-w", str(folder)], input=typed).output


def test_a_login_for_every_device_is_told_in_words(tmp_path: Path) -> None:
    kept = run(tmp_path, "set", "hik", "--user", "admin", "--password-stdin", typed="Example-1\n")
    assert ("用于：全部设备" in kept, "全部设备" in run(tmp_path, "list")) == (True, True)


def test_a_login_for_a_maker_nobody_knows_is_kept_and_told(tmp_path: Path) -> None:
    kept = run(
        tmp_path, "set", "hik", "--user", "admin", "--password-stdin", "--for", "hikvison", typed="Ex-1\n"
    )
    assert ("已保存" in kept, "“hikvison”不是地址" in kept) == (True, True)


def test_who_asks_one_device_is_told_nothing_of_its_neighbours(tmp_path: Path) -> None:
    assert one_asked("127.0.0.1", open_workspace(tmp_path, writing=False)).alone
