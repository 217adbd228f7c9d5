"""Invariant 6 from outside: a wrong password is shown once, by whatever command, however it ends."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BIND, ELSEWHERE = "127.91.24.0/24", "127.91.25.0/24"
HEALTHY, PINNED, TESTED, INSPECTED, BROKEN_OFF, LOCKED, SILENT = range(1, 8)
FAULTS = {
    PINNED: ["wrong-password"],
    TESTED: ["wrong-password"],
    INSPECTED: ["wrong-password"],
    BROKEN_OFF: ["wrong-password"],
    LOCKED: ["locked"],
    SILENT: ["silent"],
}
WRONG_USAGE, REFUSED = 2, 3


class Ran(Protocol):
    code: int
    out: str
    words: str


class Opened(Protocol):
    truth: dict[str, Any]
    bind: str
    password: str

    def address(self, number: int) -> str: ...


Camcensus = Callable[..., Ran]
OpenSchool = Callable[..., AbstractContextManager[Opened]]
MakeWorkspace = Callable[[Path, Opened], Path]


@dataclass(frozen=True)
class Told:
    school: Opened
    stats: dict[int, dict[str, Any]]
    codes: dict[str, int]
    pinned: list[dict[str, Any]]  # the documents of a scan and a check
    locked: list[dict[str, Any]]  # of two scans


@pytest.fixture(scope="module")
def told(
    camcensus: Camcensus,
    open_school: OpenSchool,
    workspace: MakeWorkspace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Told:
    base = tmp_path_factory.mktemp("refused")

    def documents(folder: Path, *commands: tuple[str, ...]) -> list[dict[str, Any]]:
        ran = [camcensus(*words, "-w", folder, "--json", "-") for words in commands]
        assert [one.code for one in ran] == [0] * len(ran), [one.words for one in ran]
        return [json.loads(one.out) for one in ran]

    with open_school(BIND, FAULTS, devices=7, stats=base / "stats.json") as school:
        at = [school.bind, *(school.address(number) for number in range(1, 8))]
        pin = f"{at[PINNED]}:{school.truth['devices'][PINNED - 1]['port']}"
        folders = {name: workspace(base / name, school) for name in ("pin", "test", "look", "break", "lock")}

        def test_then_scan() -> dict[str, int]:
            ran = {
                "test": camcensus("credential", "test", "school", at[TESTED], "-w", folders["test"]),
                "inventory": camcensus("inventory", "-w", folders["test"]),
                "check": camcensus("check", "-w", folders["test"]),
            }
            documents(folders["test"], ("scan", at[TESTED]))
            return {name: one.code for name, one in ran.items()}

        def look_twice_then_scan() -> dict[str, int]:
            documents(folders["look"], *[("inspect", at[INSPECTED])] * 2)
            looked = camcensus("inventory", "-w", folders["look"])
            documents(folders["look"], ("scan", at[INSPECTED]))
            return {"inventory after a look": looked.code}

        def break_off_then_scan() -> None:
            break_off(folders["break"], at[BROKEN_OFF], at[SILENT])
            documents(folders["break"], ("scan", at[BROKEN_OFF]))

        # Each part has a camera and a folder of its own, and mostly waits.
        with ThreadPoolExecutor() as parts:
            breaking = parts.submit(break_off_then_scan)
            pinning = parts.submit(documents, folders["pin"], ("scan", pin, at[HEALTHY]), ("check",))
            looking = parts.submit(look_twice_then_scan)
            testing = parts.submit(test_then_scan)
            locking = parts.submit(documents, folders["lock"], *[("scan", at[LOCKED])] * 2)
        breaking.result()
        codes = testing.result() | looking.result()
    stats = {one["number"]: one for one in json.loads((base / "stats.json").read_text("utf-8"))["devices"]}
    return Told(school, stats, codes, pinning.result(), locking.result())


def break_off(folder: Path, *addresses: str) -> None:
    """Start a scan, and end it by Ctrl+C as soon as the first login was refused."""
    command = shutil.which("camcensus", path=str(Path(sys.executable).parent)) or ""
    with subprocess.Popen([command, "scan", *addresses, "-w", folder], stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + 60
        while not refusals(folder / "camcensus.db") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert running.poll() is None, "the scan was over before it could be broken off"
        running.send_signal(signal.SIGINT)


def refusals(path: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM refusal").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.parametrize("number", [PINNED, TESTED, INSPECTED, BROKEN_OFF])
def test_a_wrong_password_is_shown_once(told: Told, number: int) -> None:
    assert told.stats[number]["wrong_logins"] == 1


def test_a_camera_asked_by_its_port_is_listed_once(told: Told) -> None:
    address = told.school.address(PINNED)
    assert [sum(d["address"].startswith(address) for d in one["devices"]) for one in told.pinned] == [1, 1]


def test_a_login_that_was_refused_is_told_by_the_exit_code(told: Told) -> None:
    assert told.codes["test"] == REFUSED


@pytest.mark.parametrize("command", ["inventory", "check", "inventory after a look"])
def test_refused_logins_alone_are_no_inventory(told: Told, command: str) -> None:
    assert told.codes[command] == WRONG_USAGE


def test_a_locked_device_is_called_locked_in_every_run(told: Told) -> None:
    gaps = [{*device["gaps"].values()} for one in told.locked for device in one["devices"]]
    assert ["locked" in one for one in gaps] == [True, True]
    assert ["auth-refused" in one for one in gaps] == [False, False]


def test_a_check_finds_a_known_camera_at_its_new_address(
    camcensus: Camcensus, open_school: OpenSchool, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    with open_school(BIND, {}, devices=2, seed=724) as school:
        folder = workspace(tmp_path / "moving", school)
        before = json.loads(camcensus("scan", BIND, "-w", folder, "--json", "-").out)
    with open_school(ELSEWHERE, {}, devices=2, seed=724) as school:
        workspace(folder, school)
        checked = json.loads(camcensus("check", "-w", folder, "--json", "-").out)
    assert [camera["id"] for camera in checked["cameras"]] == [camera["id"] for camera in before["cameras"]]
    assert all(device["address"].startswith("127.91.25.") for device in checked["devices"])
