"""The system's own timers: files that systemd and Task Scheduler take, whatever the folder is called."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from config.load import load_catalogue
from reports.serve.units import Kind, commands, units

FOLDER = Path("/srv/学校 100% $a")
WATCH = load_catalogue().settings.watch
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
# The order in which Task Scheduler writes these elements, and takes them.
ORDER = {
    "Task": ("RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"),
    "CalendarTrigger": ("Repetition", "StartBoundary", "Enabled", "RandomDelay", "ScheduleByDay"),
    "Repetition": ("Interval", "Duration", "StopAtDurationEnd"),
    "BootTrigger": ("Enabled", "Delay"),
    "Principal": ("UserId", "LogonType", "RunLevel"),
    "Settings": (
        "MultipleInstancesPolicy",
        "DisallowStartIfOnBatteries",
        "StopIfGoingOnBatteries",
        "StartWhenAvailable",
        "RunOnlyIfNetworkAvailable",
        "WakeToRun",
        "ExecutionTimeLimit",
        "RestartOnFailure",
    ),
    "RestartOnFailure": ("Interval", "Count"),
    "Exec": ("Command", "Arguments", "WorkingDirectory"),
}


def made(kind: Kind) -> dict[str, bytes]:
    return dict(units(kind, FOLDER, WATCH, date(2026, 11, 21)))


def task(name: str) -> etree._Element:
    return etree.fromstring(made("windows")[name])


def said(root: etree._Element, name: str) -> str | None:
    return root.findtext(f".//{TASK}{name}")


@pytest.mark.parametrize("name", ["camcensus-night.xml", "camcensus-serve.xml"])
def test_the_elements_of_a_task_stand_in_their_order(name: str) -> None:
    for element in task(name).iter():
        order = ORDER.get(etree.QName(element).localname)
        if order is not None:
            given = [etree.QName(child).localname for child in element]
            assert given == [one for one in order if one in given], element.tag


def test_the_nightly_task_is_made_up_for_and_never_runs_twice_at_once() -> None:
    night = task("camcensus-night.xml")
    names = (
        "StartWhenAvailable",
        "MultipleInstancesPolicy",
        "ExecutionTimeLimit",
        "WakeToRun",
        "RandomDelay",
    )
    assert [said(night, name) for name in names] == ["true", "IgnoreNew", "PT360M", "false", "PT30M"]


def test_the_service_task_begins_at_boot_without_an_end_and_again_after_a_fault() -> None:
    serve = task("camcensus-serve.xml")
    assert serve.find(f".//{TASK}BootTrigger") is not None
    assert (said(serve, "ExecutionTimeLimit"), said(serve, "Count")) == ("PT0S", "255")


def test_a_task_names_this_python_and_the_workspace() -> None:
    night = task("camcensus-night.xml")
    assert said(night, "Command") == sys.executable
    assert said(night, "Arguments") == f'-P -m reports check --if-due -w "{FOLDER}"'


def test_a_task_file_is_in_the_encoding_that_windows_wants() -> None:
    assert made("windows")["camcensus-night.xml"].startswith(b"\xff\xfe")


def test_the_timer_names_the_zone_of_the_school() -> None:
    timer = made("systemd")["camcensus-night.timer"].decode()
    assert "OnCalendar=*-*-* 01:30:00 Asia/Shanghai\n" in timer
    assert "Persistent=true\n" in timer


def test_a_folder_with_a_percent_sign_is_not_taken_for_a_specifier() -> None:
    unit = made("systemd")["camcensus-serve.service"].decode()
    assert '-w "/srv/学校 100%% $$a"\n' in unit
    assert "WorkingDirectory=/srv/学校 100%% $a\n" in unit


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    folder = tmp_path / "学校 100%"
    folder.mkdir()
    for name, content in units("systemd", folder, WATCH, date(2026, 11, 21)).items():
        (tmp_path / name).write_bytes(content)
    paths = sorted(str(path) for path in tmp_path.glob("camcensus-*"))
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "camcensus" in line]
    assert (done.returncode, complaints) == (0, [])


@pytest.mark.parametrize("kind", ["windows", "systemd"])
def test_there_is_a_command_for_each_way(kind: Kind) -> None:
    one, other = commands(kind, Path("/out"))
    assert ("camcensus-serve" in one, "camcensus-night" in other) == (True, True)
