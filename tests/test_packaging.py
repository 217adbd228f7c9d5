"""What is installed holds everything that is read at run time, and nothing of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "inventory", "probe", "reports")
READ_AT_RUN_TIME = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*")
    if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
)


def test_the_command_is_the_one_that_is_declared() -> None:
    (script,) = entry_points(group="console_scripts", name="camcensus")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert declared == {"camcensus": script.value}
    assert callable(script.load())


@pytest.mark.parametrize("name", [name for name in READ_AT_RUN_TIME if not name.endswith(".py")])
def test_every_data_file_is_found_beside_its_package(name: str) -> None:
    package, _, below = name.partition("/")
    assert files(package).joinpath(below).is_file()


@pytest.mark.e2e
def test_the_wheel_holds_sources_data_and_migrations_and_no_test(tmp_path: Path) -> None:
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            str(ROOT),
            "--no-deps",
            "--quiet",
            "--wheel-dir",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # The build back end is fetched, so that this is what `pip install` does; without a network there is none.
    offline = "No matching distribution" in built.stderr or "Could not find a version" in built.stderr
    if built.returncode and offline and os.environ.get("CI") != "true":
        pytest.skip("the build back end cannot be fetched here")
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("camcensus-*.whl")
    with ZipFile(wheel) as parts:
        held = [name for name in parts.namelist() if ".dist-info/" not in name and not name.endswith("/")]
        about = {name.partition(".dist-info/")[2] for name in parts.namelist() if ".dist-info/" in name}
    assert sorted(held) == READ_AT_RUN_TIME
    assert {"METADATA", "entry_points.txt", "licenses/LICENSE"} <= about
