"""The evidence is written beside the rubric, and beside nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.errors import UsageError
from config.schema import Catalogue
from inventory.ledger import Ledger
from reports.guannan.companion import companions
from reports.workspace import Workspace, open_workspace

Opened = Callable[[], tuple[Workspace, Ledger]]


def test_the_rubric_brings_its_evidence_into_the_same_folder(
    workspace: Opened, catalogue: Catalogue, tmp_path: Path
) -> None:
    place, ledger = workspace()
    (path,) = companions(place, catalogue.forms["guannan-2018-rubric"], ledger, tmp_path / "考评.xlsx")
    assert path == tmp_path / "guannan-2018-evidence.xlsx"
    assert load_workbook(path)["依据4"]["A1"].value == "第4项 录像保存：检测依据"


@pytest.mark.parametrize("form_id", ["guannan-2018-application", "guannan-2018-rubric-county"])
def test_other_forms_bring_nothing(
    workspace: Opened, catalogue: Catalogue, tmp_path: Path, form_id: str
) -> None:
    place, ledger = workspace()
    assert companions(place, catalogue.forms[form_id], ledger, tmp_path / "表.xlsx") == ()


def test_evidence_that_is_open_in_another_program_is_left_alone(
    workspace: Opened, catalogue: Catalogue, tmp_path: Path
) -> None:
    place, ledger = workspace()
    (tmp_path / ".~lock.guannan-2018-evidence.xlsx#").touch()
    with pytest.raises(UsageError, match="guannan-2018-evidence"):
        companions(place, catalogue.forms["guannan-2018-rubric"], ledger, tmp_path / "考评.xlsx")


@pytest.fixture
def workspace(tmp_path: Path, catalogue: Catalogue, one_night: Callable[[Path], Ledger]) -> Opened:
    """Give a function that returns a folder with one night in it, and what is known there."""

    def opened() -> tuple[Workspace, Ledger]:
        ledger = one_night(tmp_path / "camcensus.db")
        return open_workspace(tmp_path), ledger

    return opened
