"""A sheet that nobody edited changes nothing, whatever form it is and however mixed the school."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from typer.testing import Result

from config.load import load_catalogue
from config.site import FILE
from config.words import say
from inventory.store import open_store
from probe.model import Measured, ScanReport

CATALOGUE = load_catalogue()
FORMS = [one.id for one in CATALOGUE.forms.values() if one.per in ("unit", "system", "network")]
MAKES = ("HIKVISION", "HIKVISION", "Dahua", "UNIVIEW", "TP-Link", "")
SYSTEMS = (
    '[[systems]]\nbuilder = "某某公司"\nhas_platform = "有平台"\n',
    '[[systems]]\nbuilder = "某乙公司"\ndevices = ["10.0.2.2", "10.0.2.5"]\n',
)

Export = Callable[..., Path]
Bring = Callable[..., Result]


def mixed(report: ScanReport) -> ScanReport:
    """Give each camera a make of its own, and one of them none."""
    devices = []
    for make, device in zip(MAKES, report.devices, strict=True):
        readings = [
            replace(one, reading=Measured(make)) if one.metric == "manufacturer" else one
            for one in device.evidence
            if make or one.metric != "manufacturer"
        ]
        devices.append(replace(device, evidence=tuple(readings)))
    return replace(report, devices=tuple(devices))


@pytest.fixture(params=[1, 2], ids=["one system", "two systems"])
def school(request: pytest.FixtureRequest, folder: Path, scanned: Callable[[int], ScanReport]) -> Path:
    """Make the school's cameras of many makes, and name one or two systems."""
    profile = folder / FILE
    profile.write_text(profile.read_text("utf-8") + "".join(SYSTEMS[: request.param]), "utf-8")
    store = open_store(folder / "camcensus.db", CATALOGUE)
    store.record(mixed(scanned(3)))
    store.close()
    return folder


def saved_again(path: Path) -> Path:
    """Save a file as spreadsheet programs do."""
    again = path.with_name("再存.xlsx")
    openpyxl.load_workbook(path).save(again)
    return again


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("form", FORMS)
def test_a_sheet_left_alone_changes_nothing(export: Export, bring: Bring, form: str) -> None:
    path = export(form=form)
    said = [bring(one, "--yes").output for one in (path, saved_again(path))]
    assert all(say("importing.nothing") in one and say("unclear.moved") not in one for one in said), said
    assert not any(word in one for one in said for word in ("没有采用", "没有读取", "另填")), said
