"""What the command line says to a mistyped command, to one of a later version, and in its help."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from config import words
from reports import cli

ROOT = Path(__file__).resolve().parents[2]


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
    ("command", "said"),
    [
        (("scan", "--json"), "--json 后面缺少内容。\n用法见：camcensus scan --help"),
        (("scan", "--fail-on", "bad"), "--fail-on 的值不对：只能写 not-met\n"),
        (("demo", "--cameras", "x"), "--cameras 的值不对：应为整数，例如 24\n"),
        (("demo", "--cameras", "9999"), "--cameras 的值不对：不能大于 250\n"),
        (("credential", "set", "--user", "a"), "缺少 NAME。"),
        (("credential", "set", "hik"), "缺少 --user。"),
        (("check", "--if-due=1"), "--if-due 是开关，后面不要写内容。\n"),
        (("doctor", "x", "y"), "多写了内容：x y。\n"),
    ],
)
def test_a_wrong_value_is_told_in_plain_chinese_with_the_help_of_its_command(
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


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert CliRunner().invoke(cli.build(), ["--version"]).output == f"camcensus {declared}\n"


def test_the_list_of_commands_holds_none_of_a_later_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    shown = CliRunner().invoke(cli.build(), ["--help"]).output
    listed = {line.split()[1] for line in shown.splitlines() if line.startswith("│ ")}
    assert "命令" in shown
    assert listed & set(cli.LATER) == set()


def every_command() -> list[tuple[str, ...]]:
    groups = {
        "credential": cli.CREDENTIAL_COMMANDS,
        "baseline": cli.BASELINE_COMMANDS,
        "same": cli.SAME_COMMANDS,
        "case": cli.CASE_COMMANDS,
        "notice": cli.NOTICE_COMMANDS,
        "card": cli.CARD_COMMANDS,
    }
    below = [(group, name) for group, commands in groups.items() for name, _ in commands]
    return [(), *((name,) for name, _ in cli.COMMANDS), *((group,) for group in groups), *below]


def sentences_of(command: tuple[str, ...]) -> list[str]:
    """Return what the help of a command says, and of a group the first line of each of its commands."""
    found = get_command(cli.build())
    for name in command:
        found = found.commands[name]  # type: ignore[attr-defined]
    said = [found.help, *(getattr(one, "help", None) for one in found.params)]
    said += [one.help for one in getattr(found, "commands", {}).values() if not one.hidden]
    return ["".join(one.split()) for one in said if one]


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_a_help_holds_every_sentence_whole_on_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], columns: int
) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    shown = CliRunner().invoke(cli.build(), [*command, "--help"], env={"COLUMNS": str(columns)}).output
    assert [one for one in sentences_of(command) if one not in told_in(shown)] == []


def told_in(page: str) -> str:
    """Return the last cell of every line, joined: where a help's sentences stand."""
    cells = (re.split(r" {2,}", line.strip("│ "))[-1] for line in page.splitlines())
    return re.sub(r"\s", "", "".join(cells))


def test_what_a_value_is_stands_in_plain_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    shown = CliRunner().invoke(cli.build(), ["demo", "--help"], env={"COLUMNS": "120"}).output
    assert "0 到 20 的整数" in shown
    assert [one for one in ("<", "Usage", "OPTIONS") if one in shown] == []


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_no_help_shows_what_a_program_calls_a_value_or_says_twice_that_there_may_be_several(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    shown = CliRunner().invoke(cli.build(), [*command, "--help"], env={"COLUMNS": "120"}).output
    assert [one for one in ("list[", "...]...", " ...}") if one in shown] == []
