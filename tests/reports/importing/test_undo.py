"""What was typed into a sheet and taken is taken back in the same file, and only there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from config.words import say
from inventory.record import Scalar

Export = Callable[..., Path]
Edit = Callable[..., Path]
Bring = Callable[..., Result]
Value = Callable[[str, str], Scalar]

CLEAR = ("--yes", "--clear")


def test_a_word_that_was_taken_is_emptied_again(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = edit(export(), {"M6": "新换"})
    bring(path)
    bring(edit(path, {"M6": None}), *CLEAR)
    assert value("d3.1", "remark") is None


def test_an_emptied_word_is_only_listed_without_clear(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = edit(export(), {"M6": "新换"})
    bring(path)
    assert say("importing.cleared", count=1) in bring(edit(path, {"M6": None})).output
    assert value("d3.1", "remark") == "新换"


def test_a_word_that_was_changed_is_changed_back(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = edit(export(), {"D6": "拟改建"})
    bring(path)
    assert say("importing.changed", count=1) in bring(edit(path, {"D6": "已建"})).output
    assert value("d3.1", "build_state") == "已建"


def test_taking_back_twice_is_taking_back_once(export: Export, edit: Edit, bring: Bring) -> None:
    path = edit(export(), {"D6": "拟改建", "M6": "新换"})
    bring(path)
    bring(edit(path, {"D6": "已建", "M6": None}), *CLEAR)
    assert say("importing.nothing") in bring(path, *CLEAR).output


def test_a_field_of_the_school_is_changed_back(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = edit(export(), {f"K{line}": "新镇" for line in range(4, 10)})
    bring(path)
    bring(edit(path, {f"K{line}": "示例镇" for line in range(4, 10)}))
    assert value("unit", "town") == "示例镇"


def test_another_copy_of_the_sheet_takes_nothing_back_and_says_so(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    mine = export("我.xlsx")
    yours = mine.with_name("你.xlsx")
    yours.write_bytes(mine.read_bytes())
    bring(edit(mine, {"M6": "新换"}))
    assert say("importing.newer", count=1) in bring(edit(yours, {"M6": None}), *CLEAR).output
    assert value("d3.1", "remark") == "新换"


def test_the_sheet_as_it_was_written_takes_nothing_back(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = export()
    blank = path.read_bytes()
    bring(edit(path, {"D6": "拟改建", "M6": "新换"}))
    path.write_bytes(blank)
    assert say("importing.newer", count=2) in bring(path, *CLEAR).output
    assert (value("d3.1", "build_state"), value("d3.1", "remark")) == ("拟改建", "新换")
