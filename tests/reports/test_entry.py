"""The beginning of the command: an installation that is not whole is told in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports import cli, entry

PROJECT = Path(entry.__file__).resolve().parents[1]


def test_what_lies_beside_the_command_is_its_own() -> None:
    assert entry.missing(entry.BESIDE, PROJECT) == ()


@pytest.mark.parametrize("package", ["nosuchpackage", "json"])
def test_what_is_missing_or_a_strangers_is_named(package: str) -> None:
    assert entry.missing((package, "probe"), PROJECT) == (package,)


def test_a_whole_installation_runs_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(cli, "main", lambda: ran.append("main"))
    entry.main()
    assert ran == ["main"]


def test_an_interrupt_on_the_way_in_or_out_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", stopped)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == entry.EXIT_STOPPED


def test_another_package_called_config_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").write_text("", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", "from reports.entry import main; main()", "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,  # the first on the path of `python -c`
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"},
    )
    assert ran.returncode != 0
    assert "(config)" in ran.stderr
    assert "Traceback" not in ran.stderr
