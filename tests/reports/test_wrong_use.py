"""What the command line says to a mistyped command, to one of a later version, and in its help."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from config import words
from reports import cli


def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *rest: str, language: str = "zh"
) -> tuple[object, str]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # main() sets it; put it back afterwards
    monkeypatch.setattr(words, "language", lambda: language)
    monkeypatch.setattr(sys, "argv", ["camcensus", *rest])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("name", cli.LATER)
@pytest.mark.parametrize("rest", [(), ("--port", "8765"), ("--help",), ("a.xlsx", "b")])
def test_a_command_of_a_later_version_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, rest: tuple[str, ...]
) -> None:
    code, said = typed(monkeypatch, capsys, name, *rest)
    assert (code, said.startswith(f"camcensus {name} 还没有做好")) == (2, True)


def test_a_command_of_a_later_version_says_so_in_english(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = typed(monkeypatch, capsys, "worker", language="en")
    assert (code, said.startswith("camcensus worker comes in a later version.")) == (2, True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("scna",), "没有“scna”这个命令。是不是 scan？\n"),
        (("inven",), "没有“inven”这个命令。是不是 inventory？\n"),
        (("nosuch",), "没有“nosuch”这个命令。\n"),
        (("credential", "lst"), "没有“lst”这个命令。是不是 list"),
    ],
)
def test_an_unknown_command_is_told_in_chinese_with_what_is_near(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], said: str
) -> None:
    code, told = typed(monkeypatch, capsys, *command)
    assert (code, told.startswith(said)) == (2, True), told


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("zh", ("选项", "参数", "[必填]", "[默认：", "显示这个帮助")),
        ("en", ("Options", "Arguments", "[default:")),
    ],
)
def test_the_frames_of_a_help_are_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, language: str, headings: tuple[str, ...]
) -> None:
    monkeypatch.setattr(words, "language", lambda: language)
    shown = CliRunner().invoke(cli.build(), ["form", "--help"]).output
    assert [one for one in headings if one not in shown] == []


def test_the_list_of_commands_holds_none_of_a_later_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    shown = CliRunner().invoke(cli.build(), ["--help"]).output
    listed = {line.split()[1] for line in shown.splitlines() if line.startswith("│ ")}
    assert "命令" in shown
    assert listed & set(cli.LATER) == set()
