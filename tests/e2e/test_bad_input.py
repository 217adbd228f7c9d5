"""Whatever is typed or lies in the folder: a sentence that says what and how to mend, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from config import words
from config.errors import UsageError
from config.load import load_catalogue
from inventory.record import View
from inventory.store import open_store
from probe.model import ScanReport
from reports import cli
from reports.commands import scanning
from reports.workspace import keep

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    words: str


Camcensus = Callable[..., Ran]
COMMAND = str(Path(sys.executable).with_name("camcensus"))
NOBODY = "127.91.250.1"  # nothing listens there


@pytest.fixture
def camcensus(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Camcensus:
    """Run a command in this process: fifty that begin anew would cost a minute of imports."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # main() sets it; put it back afterwards
    monkeypatch.setattr(words, "language", lambda: "zh")
    monkeypatch.setattr(sys, "stdin", StringIO())

    def run(*typed: object, folder: Path | None = None) -> Ran:
        monkeypatch.chdir(folder or Path.cwd())
        monkeypatch.setattr(sys, "argv", ["camcensus", *map(str, typed)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, said = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out, said)

    return run


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A workspace whose inventory holds one run, in which nothing answered."""
    folder = tmp_path / "school"
    folder.mkdir()
    store = open_store(folder / "camcensus.db", load_catalogue())
    now = datetime.now(UTC)
    store.record(ScanReport("scan", now, now, ("127.0.0.9",), asked=1, answered=0, devices=()))
    store.close()
    return folder


def refused(ran: Ran, *said: str) -> None:
    """Nothing was done, and a sentence says why: no traceback, and no progress of a scan that began."""
    assert ran.code == 2, ran
    assert "Traceback" not in ran.words
    assert "逐个地址查找" not in ran.words
    assert [word for word in said if word not in ran.words] == [], ran.words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nosuch"], "没有“nosuch”这个命令"),
        (["scan", "--jsn", "x"], "没有“--jsn”这个选项。是不是 --json？"),
        (["scan", "--json"], "--json 后面缺少内容"),
        (["inspect"], "缺少 ADDRESS"),
        (["credential", "set", "hik"], "缺少 --user"),
        (["sim", "--devices", "0"], "--devices 的值不对：不能小于 1"),
        (["inspect", "127.91.250.0/30"], "不是一个设备地址"),
        (["form", "nosuch"], "ruian-2018-list"),
        (["credential", "set", "hik", "--user", "admin"], "--password-stdin"),
        (["inventory", "-w", "elsewhere"], "没有这个文件夹"),
        (["inventory"], "还没有资产库"),
        (["form", "ruian-2018-list"], "还没有资产库"),
        (["score", "a.json", "b.json"], "读不出 JSON"),
        (["credential", "remove", "hik"], "hik"),
        (["sim", "--bind", "nonsense"], "127.77.0.0/24"),
        (["sim", "--faults", "nosuch.toml"], "nosuch.toml"),
    ],
)
def test_wrong_use_is_answered_and_leaves_nothing_behind(
    camcensus: Camcensus, tmp_path: Path, typed: list[str], said: str
) -> None:
    refused(camcensus(*typed, folder=tmp_path), said)
    assert list(tmp_path.iterdir()) == []


def test_every_wrong_target_is_named_before_anything_is_sent(camcensus: Camcensus, tmp_path: Path) -> None:
    wrong = ("10.0.0.0/33", "300.1.1.1", "eth99", "10.0.0.9-10.0.0.1", "1.2.3.4:99999")
    refused(camcensus("scan", NOBODY, *wrong, "-w", tmp_path), *wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('school = "瑞安市示例小学'.encode("gbk"), "GBK"),
        ('school = "瑞安市示例小学'.encode("utf-16"), "UTF-16"),
        ('school = "瑞安市示例小学"\n[form\nscope'.encode(), "方括号没有成对"),
        (b'school = 3\nnetworkz = []\n[settings.discover]\nsockets = "x"\n', "settings.discover.sockets"),
        (b'networks = ["10.1.1.1/40"]\n', "10.1.1.1/40"),
        (b'credentials = ["hik"]\n', "camcensus credential set hik"),
        (b"\x00\x01\x02", "camcensus.toml"),
    ],
)
def test_a_settings_file_that_cannot_be_read_is_left_as_it_is(
    camcensus: Camcensus, known: Path, content: bytes, said: str
) -> None:
    (known / "camcensus.toml").write_bytes(content)
    # Its own networks are read where no target is typed; all else is told with or without a network here.
    typed, named = ([], "") if said == "10.1.1.1/40" else ([NOBODY], "camcensus.toml")
    refused(camcensus("scan", *typed, "-w", known), named, said)
    assert (known / "camcensus.toml").read_bytes() == content


def test_every_mistake_of_the_settings_file_is_told_at_once(camcensus: Camcensus, known: Path) -> None:
    (known / "camcensus.toml").write_text('school = 3\nnetworkz = []\n[form]\nscope = "some"\n', "utf-8")
    refused(camcensus("scan", NOBODY, "-w", known), "school", "networkz", "form.scope")


def test_a_locked_database_is_told_before_anything_is_sent(camcensus: Camcensus, known: Path) -> None:
    with closing(sqlite3.connect(known / "camcensus.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(camcensus("scan", NOBODY, "-w", known), "占用")


def test_a_run_that_the_database_cannot_take_at_its_end_is_kept_as_soon_as_it_can(
    camcensus: Camcensus, known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints = iter(["locked", "locked"])

    def keep_at_the_third_try(*rest: Any) -> View:  # noqa: ANN401
        if said := next(complaints, None):
            raise UsageError(said)
        return keep(*rest)

    monkeypatch.setattr(scanning, "keep", keep_at_the_third_try)
    monkeypatch.setattr(scanning, "_PAUSE_S", 0)
    ran = camcensus("scan", NOBODY, "-w", known)
    assert (ran.code, ran.words.count("自动重试")) == (0, 1)
    assert "没有应答的地址" in camcensus("inventory", "-w", known).out


@pytest.mark.parametrize("command", [["scan", NOBODY], ["inventory"], ["form", "ruian-2018-list"]])
def test_a_database_that_is_none_is_not_touched(
    camcensus: Camcensus, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "camcensus.db").write_bytes(b"this is a letter to the headmaster, not a database\n" * 40)
    before = (tmp_path / "camcensus.db").read_bytes()
    refused(camcensus(*command, "-w", tmp_path), "camcensus.db", "不是数据库")
    assert (tmp_path / "camcensus.db").read_bytes() == before


def test_a_damaged_database_is_told_and_doctor_shows_it(camcensus: Camcensus, known: Path) -> None:
    database = known / "camcensus.db"
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    refused(camcensus("scan", NOBODY, "-w", known), "camcensus.db", "已损坏")
    assert "已损坏" in camcensus("doctor", "-w", known).out.replace("│", "")


@pytest.mark.parametrize("taken", ["camcensus.db", "snapshots"])
def test_a_workspace_that_cannot_take_the_result_is_told_before_the_scan(
    camcensus: Camcensus, tmp_path: Path, taken: str
) -> None:
    place = tmp_path / taken
    place.mkdir() if taken == "camcensus.db" else place.touch()
    refused(camcensus("scan", NOBODY, "-w", tmp_path), taken)


def test_a_file_as_workspace_is_refused(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(camcensus("scan", NOBODY, "-w", tmp_path / "file"), "没有这个文件夹")


@pytest.mark.parametrize("option", ["--json", "--bundle"])
@pytest.mark.parametrize("place", ["folder", "file/below.out"])
def test_a_result_file_that_cannot_be_written_is_told_before_the_look(
    camcensus: Camcensus, tmp_path: Path, option: str, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    refused(camcensus("inspect", NOBODY, "-w", tmp_path, option, tmp_path / place), str(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="rights are set another way on Windows")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    # Root may write anywhere: without its privileges it is like everybody else.
    able = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    ran = alone(*able, COMMAND, "scan", NOBODY, "-w", str(tmp_path))
    tmp_path.chmod(0o755)
    refused(ran, "只读")


@pytest.mark.parametrize("lock", [".~lock.清单.xlsx#", "~$清单.xlsx"])
def test_a_form_that_is_open_in_another_program_is_left_alone(
    camcensus: Camcensus, known: Path, lock: str
) -> None:
    form = known / "清单.xlsx"
    form.write_bytes(b"what a person is typing")
    (known / lock).touch()
    refused(camcensus("form", "ruian-2018-list", "-w", known, "--out", form), "清单.xlsx")
    assert form.read_bytes() == b"what a person is typing"


def test_a_form_where_no_folder_can_be_is_told(camcensus: Camcensus, known: Path) -> None:
    (known / "out").touch()
    refused(camcensus("form", "ruian-2018-list", "-w", known), str(known / "out"))


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        ("{", "读不出 JSON"),
        ("[]", "不是 camcensus/scan/1 文件"),
        ('{"schema": "camcensus/truth/1"}', "不是 camcensus/scan/1 文件"),
        ('{"schema": "camcensus/scan/1"}', "不完整"),
        ('{"schema": "camcensus/scan/1", "devices": [3]}', "不完整"),
    ],
)
def test_score_of_something_else_is_refused(
    camcensus: Camcensus, tmp_path: Path, scan: str, said: str
) -> None:
    (tmp_path / "scan.json").write_text(scan, "utf-8")
    (tmp_path / "truth.json").write_text('{"schema": "camcensus/truth/1", "devices": []}', "utf-8")
    refused(camcensus("score", tmp_path / "scan.json", tmp_path / "truth.json"), said)


def test_every_mistake_of_a_faults_file_is_told(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text('[faults]\n3 = ["blackk"]\n99 = ["black"]\n', "utf-8")
    refused(camcensus("sim", "--faults", tmp_path / "faults.toml"), "faults.3", "blackk", "faults.99")


def test_a_demo_never_writes_over_what_is_there(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "清单.xlsx").write_bytes(b"mine")
    refused(camcensus("demo", "--out", tmp_path), "换一个文件夹")
    assert [path.name for path in tmp_path.iterdir()] == ["清单.xlsx"]


@pytest.fixture
def nowhere() -> Iterator[list[str]]:
    """The words before a command that runs it where there is no network at all."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("needs root and ip on Linux to take the network away")
    name = f"camcensus-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    yield ["ip", "netns", "exec", name]
    subprocess.run(["ip", "netns", "del", name], check=True)


@pytest.mark.parametrize("targets", [[], ["10.1.1.0/30"], ["10.1.1.7:8000"]])
def test_a_computer_without_any_network_is_told_so(
    nowhere: list[str], tmp_path: Path, targets: list[str]
) -> None:
    ran = alone(*nowhere, COMMAND, "scan", *targets, "-w", str(tmp_path))
    refused(ran, "网络")
    assert list(tmp_path.iterdir()) == []


def alone(*typed: str) -> Ran:
    """Run a whole command line in a process of its own."""
    chinese = {**os.environ, "CAMCENSUS_LANG": "zh", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(typed, capture_output=True, text=True, encoding="utf-8", check=False, env=chinese)
    return Ran(done.returncode, done.stdout, done.stderr)
