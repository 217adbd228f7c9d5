"""The repository's own rules: what lies where, how long a file may be, what nobody may write."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[1]
Kind = TypeVar("Kind", bound=ast.AST)
SOURCES = ("config", "probe", "inventory", "reports")
TOP_LEVEL = {
    *SOURCES,
    "tests",
    "docs",
    "pyproject.toml",
    "uv.lock",
    "LICENSE",
    "CHANGELOG.md",
    "README.md",
    "README.zh-CN.md",
}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).exists()]


def python_sources() -> list[Path]:
    return [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def nodes(path: Path, kind: type[Kind]) -> Iterator[Kind]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, kind))


def test_the_top_level_holds_only_what_the_design_names() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_no_source_file_passes_400_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in python_sources()
        if (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_every_module_opens_with_a_docstring() -> None:
    bare = [
        str(p.relative_to(ROOT))
        for p in python_sources()
        if p.read_text("utf-8").strip() and ast.get_docstring(parsed(p)) is None
    ]
    assert bare == []


@pytest.mark.parametrize("banned", ["utils", "common", "core", "helpers"])
def test_no_module_has_a_name_that_says_nothing(banned: str) -> None:
    assert [p for p in python_sources() if p.stem == banned or banned in p.parent.parts[-1:]] == []


def test_the_tests_are_no_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_wire_code_does_no_io_and_reads_no_clock() -> None:
    forbidden = re.compile(
        r"^\s*(?:import|from) (socket|asyncio|ssl|http|urllib|time|random|subprocess)\b", re.MULTILINE
    )
    guilty = {
        p.name: m
        for p in (ROOT / "probe" / "wire").glob("*.py")
        if (m := forbidden.findall(p.read_text("utf-8")))
    }
    assert guilty == {}


def test_no_code_asks_whether_a_reading_equals_a_measured_value() -> None:
    """How a value was read stands beside it, and would be compared too."""
    found = [
        f"{path.relative_to(ROOT)}: {node.lineno}"
        for path in python_sources()
        for node in nodes(path, ast.Compare)
        if any(_makes_measured(one) for one in (node.left, *node.comparators))
    ]
    assert found == []


def _makes_measured(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Measured"


def test_only_the_runner_catches_everything_without_raising_it_again() -> None:
    assert [str(p.relative_to(ROOT)) for p in python_sources() if _swallows(p)] == ["probe/run.py"]


def test_the_schools_time_zone_is_set_in_one_place() -> None:
    """The virtual campus has a zone of its own; the lock and `doctor` tell this computer's clock."""
    ours = [path for path in python_sources() if path.relative_to(ROOT).parts[:2] != ("probe", "sim")]
    named = [str(path.relative_to(ROOT)) for path in ours if "ZoneInfo(" in path.read_text("utf-8")]
    computers = [str(path.relative_to(ROOT)) for path in ours if ".astimezone()" in path.read_text("utf-8")]
    assert (named, computers) == (["config/settings.py"], ["inventory/lock.py", "reports/doctor.py"])


def test_no_module_loops_over_the_standards_for_one_clause() -> None:
    loops = [
        str(path.relative_to(ROOT))
        for path in python_sources()
        if ".standards.values()" in path.read_text("utf-8")
    ]
    assert loops == ["config/schema.py", "reports/health/figures.py", "reports/results.py"]


def _swallows(path: Path) -> bool:
    broad = (
        handler
        for handler in nodes(path, ast.ExceptHandler)
        if handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")
    )
    return any(not isinstance(handler.body[-1], ast.Raise) for handler in broad)


def test_nothing_committed_names_a_path_of_somebodys_machine() -> None:
    somebody = re.compile(r"(?<![\w.])/(?:home|Users|root|opt|work|farm)/\w|(?<![\w.])/tmp/\w")
    guilty = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".json", ""} and path.name != "uv.lock"
        if path != Path(__file__).resolve() and somebody.search(path.read_text("utf-8", errors="replace"))
    ]
    assert guilty == []


def test_only_the_command_line_uses_the_virtual_campus() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (rule,) = (one for one in contracts if one.get("forbidden_modules") == ["probe.sim"])
    parts = {f"probe.{path.stem}" for path in (ROOT / "probe").iterdir() if path.suffix in ("", ".py")}
    assert {name for name in rule["source_modules"] if name.startswith("probe.")} == parts - {
        "probe.sim",
        "probe.__init__",
        "probe.__pycache__",
    }


def test_every_golden_file_is_renewed_by_its_task() -> None:
    tasks = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["poe"]["tasks"]
    renewed = set(tasks["golden"]["cmd"].split()[1:])
    here = Path(__file__)
    users = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != here and "UPDATE_GOLDEN" in path.read_text("utf-8")
    }
    assert renewed == users
