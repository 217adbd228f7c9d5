"""The command: what it prints, what it refuses, how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.load import load_catalogue
from config.words import say
from reports.cli import build
from reports.rollup.plans import PLANS
from tests.reports.rollup.conftest import GATE, LATER, HandIn

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give a function that rolls up into out.xlsx, and raises what the command raises."""

    def rollup(*words: object, form: str = "ruian-2018-list") -> Result:
        command = ["rollup", *map(str, words), "--form", form, "--out", str(tmp_path / "out.xlsx")]
        result = CliRunner().invoke(build(), command)
        if isinstance(result.exception, UsageError):
            raise result.exception
        return result

    return rollup


def test_it_says_who_reported_and_who_did_not(run: Run, hand_in: HandIn, tmp_path: Path) -> None:
    (tmp_path / "名单.txt").write_text("甲小学\n乙小学\n", "utf-8")
    result = run(hand_in("甲小学"), "--expected", tmp_path / "名单.txt")
    assert say("rollup.reported", count=1) in result.stdout
    assert say("rollup.silent_list", names="乙小学") in result.stdout
    assert result.exit_code == 0


def test_it_says_which_sheet_was_replaced(run: Run, hand_in: HandIn) -> None:
    old, new = hand_in("甲小学"), hand_in("甲小学", [GATE], made=LATER, name="新.xlsx")
    result = run(old, new)
    assert say("rollup.replaced_line", name="甲小学", old=old, new=new) in result.stdout


def test_the_json_stands_alone_on_stdout(run: Run, hand_in: HandIn) -> None:
    said = json.loads(run(hand_in("甲小学"), "--json", "-").stdout)
    assert (said["totals"]["cameras"], said["silent"]) == (6, None)


def test_a_folder_stands_for_all_that_lies_in_it(run: Run, hand_in: HandIn) -> None:
    folder = hand_in("甲小学").parent
    hand_in("乙小学")
    (folder / "~$乙小学.xlsx").write_bytes(b"lock")
    assert json.loads(run(folder, "--json", "-").stdout)["totals"]["cameras"] == 12


def test_its_own_result_in_the_folder_is_not_rolled_up_again(
    run: Run, hand_in: HandIn, tmp_path: Path
) -> None:
    folder = hand_in("甲小学").parent
    for _ in range(2):
        said = json.loads(run(folder.parent, "--json", "-").stdout)
    assert said["totals"]["cameras"] == 6
    assert (tmp_path / "out.xlsx").exists()


def test_the_list_of_units_in_the_folder_is_no_report(run: Run, hand_in: HandIn) -> None:
    folder = hand_in("甲小学").parent
    (folder / "名单.csv").write_text("甲小学\n", "utf-8")
    said = json.loads(run(folder, "--expected", folder / "名单.csv", "--json", "-").stdout)
    assert (said["silent"], said["troubles"]) == ([], [])


def test_a_broken_file_is_told_and_the_rest_is_written(run: Run, hand_in: HandIn, tmp_path: Path) -> None:
    folder = hand_in("甲小学").parent
    (folder / "坏.xlsx").write_bytes(b"nothing")
    result = run(folder)
    assert "坏.xlsx" in result.stderr
    assert (result.exit_code, (tmp_path / "out.xlsx").exists()) == (0, True)


def test_scripts_can_ask_for_an_exit_code_where_something_is_left_out(
    run: Run, hand_in: HandIn, tmp_path: Path
) -> None:
    folder = hand_in("甲小学").parent
    assert run(folder, "--fail-on", "trouble").exit_code == 0
    (folder / "坏.xlsx").write_bytes(b"nothing")
    assert run(folder, "--fail-on", "trouble").exit_code == 3
    assert (tmp_path / "out.xlsx").exists()


def test_where_nothing_can_count_no_form_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"nothing")
    with pytest.raises(UsageError, match="1"):
        run(tmp_path / "坏.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_a_path_that_is_not_there_is_named_before_anything_is_done(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="无此校"):
        run(tmp_path / "无此校.xlsx")


def test_a_form_that_cannot_be_rolled_up_is_refused_with_those_that_can(run: Run, hand_in: HandIn) -> None:
    with pytest.raises(UsageError, match="ruian-2018-survey"):
        run(hand_in("甲小学"), form="record-27")


def test_a_list_that_cannot_be_read_is_refused(run: Run, hand_in: HandIn, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="名单"):
        run(hand_in("甲小学"), "--expected", tmp_path / "名单.txt")


def test_the_district_keeps_what_it_received(run: Run, hand_in: HandIn, tmp_path: Path) -> None:
    desk = tmp_path / "学区"
    desk.mkdir()
    run(hand_in("甲小学"), "-w", desk)
    result = run(hand_in("乙小学"), "-w", desk)
    assert say("rollup.recalled", count=1) in result.stdout


def test_the_quotas_can_be_printed_before_any_town_has_reported(run: Run, tmp_path: Path) -> None:
    assert run(form="yongjia-2010-quota").exit_code == 0
    page = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert [page["A3"].value, page["B3"].value, page["D3"].value] == ["上塘", 175, None]


def test_a_county_form_is_not_made_of_one_inventory(tmp_path: Path) -> None:
    result = CliRunner().invoke(build(), ["form", "chuzhou-2019-summary", "-w", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "rollup" in str(result.exception)


@pytest.mark.parametrize("form", sorted(PLANS))
def test_before_anybody_has_reported_the_form_is_written_and_nothing_is_counted(
    run: Run, tmp_path: Path, form: str
) -> None:
    (tmp_path / "名单.txt").write_text("甲小学\n乙小学\n", "utf-8")
    result = run("--expected", tmp_path / "名单.txt", "--json", "-", form=form)
    assert (result.exit_code, json.loads(result.stdout)["silent"]) == (0, ["甲小学", "乙小学"])


@pytest.mark.parametrize("form", ["ruian-2018-list", "ruian-2018-survey"])
def test_what_nobody_has_reported_is_blank_and_not_nought(run: Run, tmp_path: Path, form: str) -> None:
    (tmp_path / "名单.txt").write_text("甲小学\n", "utf-8")
    said = json.loads(run("--expected", tmp_path / "名单.txt", "--json", "-", form=form).stdout)
    assert set(said["totals"].values()) == {None}


@pytest.mark.parametrize("form", sorted(name for name, plan in PLANS.items() if not plan.lists_units))
def test_without_anything_to_roll_up_it_says_what_to_name(run: Run, form: str) -> None:
    with pytest.raises(UsageError) as told:
        run(form=form)
    assert str(told.value) == say("rollup.none_given")


def test_a_folder_in_which_nothing_was_handed_in_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    with pytest.raises(UsageError) as told:
        run(tmp_path / "空")
    assert str(told.value) == say("rollup.none_found", paths=tmp_path / "空")


def test_what_is_wrong_with_the_joined_form_names_it_once(run: Run, hand_in: HandIn) -> None:
    name = load_catalogue().forms["ruian-2018-survey"].name
    told = run(hand_in("甲小学"), form="ruian-2018-survey").stderr
    assert name in told
    assert f"{name} {name}" not in told
