"""The command line as DESIGN.md promises it to scripts, used the way a user uses it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from zipfile import ZipFile

import jsonschema
import openpyxl
import pytest
from typer.testing import CliRunner

from config.words import say
from reports.cli import BASELINE_COMMANDS, CARD_COMMANDS, COMMANDS, CREDENTIAL_COMMANDS, build

pytestmark = pytest.mark.e2e

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((PROJECT / "docs" / "scan.schema.json").read_text("utf-8"))
BIND = "127.91.10.0/24"
FAULTS = {2: ["black"], 3: ["wrong-password"], 4: ["qcif"], 5: ["off-line"]}


class Ran(Protocol):
    code: int
    out: str
    words: str


class Opened(Protocol):
    truth: dict[str, Any]
    bind: str
    process: subprocess.Popen[str]

    def address(self, number: int) -> str: ...


class Asked(NamedTuple):
    """A workspace, and how a command in it ended."""

    folder: Path
    ran: Ran


Camcensus = Callable[..., Ran]
OpenSchool = Callable[..., AbstractContextManager[Opened]]
MakeWorkspace = Callable[[Path, Opened], Path]


@pytest.fixture(scope="module")
def school(open_school: OpenSchool) -> Iterator[Opened]:
    with open_school(BIND, FAULTS, devices=6) as opened:
        yield opened


@pytest.fixture(scope="module")
def first(
    camcensus: Camcensus, school: Opened, workspace: MakeWorkspace, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Ran]:
    """The workspace of the first scan, and how that scan ended. Tests that change it take a copy."""
    folder = workspace(tmp_path_factory.mktemp("school") / "first", school)
    return folder, camcensus("scan", BIND, school.address(5), "-w", folder, "--json", "-")


@pytest.fixture(scope="module")
def asked(
    camcensus: Camcensus, first: tuple[Path, Ran], school: Opened, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Asked]:
    """Commands that ask the cameras once more, side by side, each in a workspace of its own."""
    good, dark, wrong = (school.address(number) for number in (1, 2, 3))
    base = tmp_path_factory.mktemp("asked")
    words: dict[str, tuple[object, ...]] = {
        "scan": ("scan", BIND, "--fail-on", "not-met", "--json", base / "again" / "scan.json"),
        "check": ("check", "--json", "-"),
        "baseline": ("baseline", "set", good, dark, "--who", "李老师"),
        "card": ("card", "read", good, "--hold"),
        "inspect": ("inspect", dark, "--bundle", base / "bundle.zip"),
        "accepted": ("credential", "test", "school", good),
        "refused": ("credential", "test", "school", wrong),
    }

    def ask(name: str) -> Asked:
        folder = Path(shutil.copytree(first[0], base / name))
        return Asked(folder, camcensus(*words[name], "-w", folder, given="\nq\n" if name == "card" else ""))

    with ThreadPoolExecutor(3) as beside:
        return dict(zip(words, beside.map(ask, words), strict=True))


@pytest.fixture
def scanned(first: tuple[Path, Ran], tmp_path: Path) -> Path:
    return Path(shutil.copytree(first[0], tmp_path / "workspace"))


@pytest.fixture
def document(first: tuple[Path, Ran]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(first[1].out)
    return read


def by_address(document: dict[str, Any]) -> dict[str, Any]:
    return {device["address"]: device for device in document["devices"]}


def test_every_command_has_help() -> None:
    groups = {"credential": CREDENTIAL_COMMANDS, "baseline": BASELINE_COMMANDS, "card": CARD_COMMANDS}
    names = [[name] for name, _ in COMMANDS] + [["card"]]
    names += [[group, name] for group, commands in groups.items() for name, _ in commands]
    said = say("help.usage").strip()
    silent = [name for name in names if said not in CliRunner().invoke(build(), [*name, "--help"]).output]
    assert silent == []


def test_without_a_command_the_commands_are_listed(camcensus: Camcensus) -> None:
    ran = camcensus()
    assert ran.code == 2
    assert all(name in ran.out + ran.words for name, _ in COMMANDS)


def test_json_stands_alone_on_stdout_and_progress_on_stderr(first: tuple[Path, Ran]) -> None:
    _, ran = first
    assert ran.code == 0, ran.words
    assert json.loads(ran.out)["schema"] == "camcensus/scan/1"
    assert "逐台检测取图" in ran.words


def test_the_json_of_a_scan_keeps_to_its_schema(document: dict[str, Any]) -> None:
    jsonschema.validate(document, SCHEMA)


def test_a_device_that_was_named_and_gave_no_answer_is_shown(
    document: dict[str, Any], school: Opened
) -> None:
    assert school.address(5) in [silent["address"] for silent in document["silent"]]


def test_a_scan_of_the_virtual_school_equals_the_truth(
    camcensus: Camcensus, document: dict[str, Any], school: Opened, tmp_path: Path
) -> None:
    ran = camcensus("score", *files(tmp_path, document, school.truth))
    assert ran.code == 0, ran.out


def test_score_ends_with_3_when_the_scan_is_wrong(
    camcensus: Camcensus, document: dict[str, Any], school: Opened, tmp_path: Path
) -> None:
    document["devices"][0]["serial"] = "made-up"
    ran = camcensus("score", *files(tmp_path, document, school.truth))
    assert ran.code == 3
    assert "made-up" in ran.out


def test_scanning_again_adds_no_camera_and_fail_on_not_met_ends_with_3(
    asked: dict[str, Asked], document: dict[str, Any]
) -> None:
    folder, ran = asked["scan"]
    out = folder.parent / "again" / "scan.json"
    again = json.loads(out.read_text("utf-8"))
    assert ran.code == 3, ran.words
    assert [camera["id"] for camera in again["cameras"]] == [camera["id"] for camera in document["cameras"]]
    assert f"已写入：{out}\n" in ran.out


def test_check_asks_what_is_known_and_if_due_does_not_ask_twice_a_day(
    camcensus: Camcensus, asked: dict[str, Asked], document: dict[str, Any]
) -> None:
    folder, ran = asked["check"]
    checked = json.loads(ran.out)
    jsonschema.validate(checked, SCHEMA)
    assert (ran.code, by_address(checked).keys()) == (0, by_address(document).keys())
    with (folder / "camcensus.toml").open("a", encoding="utf-8") as profile:
        profile.write("\n[settings.watch]\nscan_weekday = 0\n")
    second = camcensus("check", "-w", folder, "--if-due")
    assert (second.code, "今天已经查过" in second.out, second.words) == (0, True, "")


def test_check_knows_nothing_before_the_first_scan(camcensus: Camcensus, tmp_path: Path) -> None:
    ran = camcensus("check", "-w", tmp_path)
    assert (ran.code, "camcensus scan" in ran.words, list(tmp_path.iterdir())) == (2, True, [])


def test_the_inventory_is_printed_and_written_as_json(
    camcensus: Camcensus, scanned: Path, document: dict[str, Any]
) -> None:
    table, written = (
        camcensus("inventory", "-w", scanned),
        camcensus("inventory", "-w", scanned, "--json", "-"),
    )
    listed = json.loads(written.out)
    jsonschema.validate(listed, SCHEMA)
    assert (table.code, written.code) == (0, 0)
    assert [camera["id"] for camera in listed["cameras"]] == [camera["id"] for camera in document["cameras"]]
    assert "黑屏" in table.out
    assert "密码不对" in table.out


def test_everything_is_said_in_english_where_it_is_asked_for(camcensus: Camcensus, scanned: Path) -> None:
    ran = camcensus("inventory", "-w", scanned, language="en")
    # "Make and model" stands in two lines where another column is wide.
    assert "Make and" in ran.out
    assert "channels:" in ran.out


def test_the_forms_are_listed_and_one_is_filled(camcensus: Camcensus, scanned: Path, tmp_path: Path) -> None:
    assert "\n  ruian-2018-list  " in camcensus("form", "list", "-w", scanned).out
    ran = camcensus(
        "form", "ruian-2018-list", "-w", scanned, "--out", tmp_path / "new" / "清单.xlsx", "--all"
    )
    book = openpyxl.load_workbook(tmp_path / "new" / "清单.xlsx")
    assert (ran.code, "依据" in book.sheetnames) == (0, True)
    # A read must leave no mark: the inventory's file is as it was.
    assert not (scanned / "out").exists()


def test_a_report_is_written_of_what_is_known(camcensus: Camcensus, scanned: Path, tmp_path: Path) -> None:
    ran = camcensus("report", "-w", scanned, "--out", tmp_path / "r")
    assert (ran.code, (tmp_path / "r" / "health.html").exists()) == (0, True)


def test_a_report_of_nothing_is_not_written(camcensus: Camcensus, tmp_path: Path) -> None:
    ran = camcensus("report", "-w", tmp_path, "--out", tmp_path / "r")
    assert (ran.code, list(tmp_path.iterdir())) == (2, [])


def test_init_writes_an_explained_file_once(camcensus: Camcensus, tmp_path: Path) -> None:
    ran = camcensus("init", tmp_path / "school")
    written = tmp_path / "school" / "camcensus.toml"
    assert ran.code == 0
    assert "# 学校（幼儿园）全称" in written.read_text("utf-8-sig")
    written.write_text('school = "瑞安市示例小学"\n', "utf-8")
    again = camcensus("init", tmp_path / "school")
    assert (again.code, "没有改动" in again.words) == (2, True)
    assert written.read_text("utf-8") == 'school = "瑞安市示例小学"\n'


def test_a_login_is_kept_listed_and_removed_without_its_password(
    camcensus: Camcensus, tmp_path: Path
) -> None:
    words = ("credential", "set", "hik", "--user", "admin", "--password-stdin", "--for", "10.1.2.0/24")
    kept = camcensus(*words, "-w", tmp_path, given="Zf-9-secret\n")
    listed = camcensus("credential", "list", "-w", tmp_path)
    removed = camcensus("credential", "remove", "hik", "-w", tmp_path)
    after = camcensus("credential", "list", "-w", tmp_path)
    assert [one.code for one in (kept, listed, removed, after)] == [0, 0, 0, 0]
    assert all(word in listed.out for word in ("hik", "admin", "10.1.2.0/24"))
    assert "Zf-9-secret" not in kept.out + kept.words + listed.out
    assert "hik" not in after.out


def test_a_login_is_tried_on_one_device(asked: dict[str, Asked]) -> None:
    accepted, refused = asked["accepted"].ran, asked["refused"].ran
    assert (accepted.code, "接受了账号" in accepted.out) == (0, True), accepted
    assert refused.code == 3, refused


def test_doctor_says_what_this_computer_can_do(camcensus: Camcensus, scanned: Path) -> None:
    ran = camcensus("doctor", "-w", scanned)
    assert (ran.code, "解码器" in ran.out, "5 台摄像机" in ran.out) == (0, True, True)


def test_a_baseline_is_set_where_the_picture_is_good_and_refused_where_it_is_not(
    camcensus: Camcensus, asked: dict[str, Asked], school: Opened
) -> None:
    folder, ran = asked["baseline"]
    listed = camcensus("baseline", "list", "-w", folder)
    assert (ran.code, "没有设定（黑屏" in ran.out) == (3, True), ran
    assert "有，由李老师确认" in next(line for line in listed.out.splitlines() if school.address(1) in line)


def test_a_camera_that_shows_no_chart_card_is_not_read(asked: dict[str, Asked]) -> None:
    ran = asked["card"].ran
    assert (ran.code, "没有找到测试卡" in ran.out) == (3, True), ran


def test_the_chart_card_is_written_for_printing(camcensus: Camcensus, tmp_path: Path) -> None:
    ran = camcensus("card", "--out", tmp_path / "card.pdf", "--paper", "A3")
    assert (ran.code, (tmp_path / "card.pdf").read_bytes()[:5]) == (0, b"%PDF-")


def test_one_device_is_shown_in_full_and_bundled(asked: dict[str, Asked]) -> None:
    folder, ran = asked["inspect"]
    bundle = folder.parent / "bundle.zip"
    assert ran.code == 0, ran.words
    assert all(word in ran.out for word in ("摄像机", "黑屏", "主码流", str(bundle)))
    with ZipFile(bundle) as parts:
        assert set(parts.namelist()) == {"transcript.txt", "scan.json", "versions.txt"}
        jsonschema.validate(json.loads(parts.read("scan.json")), SCHEMA)
        assert b"GetDeviceInformation" in parts.read("transcript.txt")


def test_inspect_leaves_nothing_in_a_folder_that_is_no_workspace(
    camcensus: Camcensus, school: Opened, tmp_path: Path
) -> None:
    ran = camcensus("inspect", school.address(5), "-w", tmp_path)
    assert (ran.code, "连不上" in ran.out, list(tmp_path.iterdir())) == (0, True, [])


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM])
def test_a_virtual_school_ends_clean_and_says_what_was_done_to_it(
    open_school: OpenSchool, tmp_path: Path, word: signal.Signals
) -> None:
    stats = tmp_path / "stats.json"
    with open_school("127.91.11.0/24", {2: ["black"]}, devices=2, stats=stats) as opened:
        faults = [device["channels"][0]["faults"] for device in opened.truth["devices"]]
        opened.process.send_signal(word)
        assert opened.process.wait(20) == 0
    assert (opened.truth["schema"], faults) == ("camcensus/truth/1", [[], ["black"]])
    assert len(json.loads(stats.read_text("utf-8"))["devices"]) == 2


def files(folder: Path, *documents: object) -> list[Path]:
    paths = [folder / f"{number}.json" for number, _ in enumerate(documents)]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), "utf-8")
    return paths
