"""A school with six cameras, the forms it writes, people who edit them, and what comes back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from config.load import load_catalogue
from config.site import FILE
from inventory.ledger import Ledger, build_ledger
from inventory.record import FieldValue, Scalar
from inventory.store import open_store
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    Sighting,
    StreamOffer,
    Target,
    Value,
)
from reports import workspace
from reports.cli import build
from reports.form import fill
from reports.forms.desk import Choices
from reports.workspace import open_workspace, utc_now
from reports.xlsx import write_xlsx

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
PROFILE = 'school = "示例第一小学"\ntown = "示例镇"\naddress = "文教路 18 号"\n'
NAMES = ("正门全景", "正门人行", "东侧门", "操场东", "操场西", "Camera 01")  # d1.1 to d6.1

Cells = Mapping[str, str | int | float | date | None]


@pytest.fixture(autouse=True)
def catalogue_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "load_catalogue", lambda: CATALOGUE)


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    (folder / FILE).write_text(PROFILE, "utf-8")
    store = open_store(folder / "camcensus.db", CATALOGUE)
    store.record(run_of(*NAMES))
    store.close()
    return folder


@pytest.fixture
def folder(known: Path, tmp_path: Path) -> Path:
    """A workspace: six cameras, of which the last has no known place."""
    place = tmp_path / "school"
    shutil.copytree(known, place)
    return place


@pytest.fixture
def export(folder: Path) -> Callable[..., Path]:
    """Give a function that writes a form, as `camcensus form` does."""

    def write(name: str = "清单.xlsx", form: str = "ruian-2018-list", *, grouped: bool = False) -> Path:
        place = open_workspace(folder)
        with place.known() as store:
            known = build_ledger(store.view(), place.site, CATALOGUE, store.peoples_words(), utc_now())
            choices = Choices(grouped=grouped, workspace=store.workspace_code())
        path = folder / name
        write_xlsx(fill(CATALOGUE.forms[form], known, CATALOGUE, choices), path)
        return path

    return write


@pytest.fixture
def edit() -> Callable[..., Path]:
    """Give a function that types into the first page of a file, or hands the page to a function."""

    def change(path: Path, cells: Cells | Callable[[Worksheet], None]) -> Path:
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        if callable(cells):
            cells(page)
        else:
            for cell, value in cells.items():
                page[cell] = value
        book.save(path)
        return path

    return change


@pytest.fixture
def bring(folder: Path) -> Callable[..., Result]:
    """Give a function that imports a file; with `--yes` unless other options are named."""

    def import_(path: Path, *options: str) -> Result:
        words = ["import", str(path), "-w", str(folder), *(options or ("--yes",))]
        return CliRunner().invoke(build(), words)

    return import_


@pytest.fixture
def ledger(folder: Path) -> Callable[[], Ledger]:
    """Give a function that returns all that is known by now."""

    def read() -> Ledger:
        place = open_workspace(folder)
        with place.known() as store:
            return build_ledger(store.view(), place.site, CATALOGUE, store.peoples_words(), utc_now())

    return read


@pytest.fixture
def said(ledger: Callable[[], Ledger]) -> Callable[[str, str], FieldValue | None]:
    """Give a function that returns what stands on record of a camera, or of the `unit`."""

    def read(subject: str, field: str) -> FieldValue | None:
        known = ledger()
        if subject == "unit":
            return known.unit.get(field)
        return next(one for one in known.cameras if one.id == subject).fields.get(field)

    return read


@pytest.fixture
def value(said: Callable[[str, str], FieldValue | None]) -> Callable[[str, str], Scalar]:
    """Give a function that returns the value on record, None for a blank."""

    def read(subject: str, field: str) -> Scalar:
        found = said(subject, field)
        return None if found is None else found.value

    return read


@pytest.fixture
def scan(folder: Path) -> Callable[..., None]:
    """Give a function that scans the school again, days later; the cameras may have other names."""

    def record(*names: str, day: int = 1) -> None:
        store = open_store(folder / "camcensus.db", CATALOGUE)
        store.record(run_of(*(names or NAMES), day=day))
        store.close()

    return record


@pytest.fixture(scope="session")
def scanned() -> Callable[[int], ScanReport]:
    """Give a function that returns a scan of the school on a day: some days cameras are renamed or silent."""
    kinds = (NAMES, (*NAMES[1:], NAMES[0]), NAMES[:4])
    return lambda day: run_of(*kinds[day % 3], day=day)


def run_of(*names: str, day: int = 0) -> ScanReport:
    at = MONDAY + timedelta(days=day)
    devices = tuple(camera(number, name, at) for number, name in enumerate(names, start=1))
    return ScanReport("scan", at, at + timedelta(minutes=3), (), 254, len(devices), devices)


def camera(number: int, name: str, at: datetime) -> DeviceReport:
    address = f"10.0.2.{number}"
    stream = StreamOffer("main", f"rtsp://{address}/1", "p1", "H264", 1920, 1080, 25.0, 2048)
    seen = readings("picture.resolution", at, width=1920, height=1080)
    device = readings(
        "onvif.identity", at, manufacturer="HIKVISION", model="DS-2CD2T47", serial=f"SER-{number}"
    )
    sighting = Sighting(address, "ws-discovery", f"urn:uuid:{number}", (f"http://{address}/onvif",))
    return DeviceReport(
        Target(address, (80, 554), (sighting,)),
        (*device, *readings("onvif.services", at, onvif="supported")),
        (ChannelReport(Channel(1, name, "v1", (stream,)), seen),),
    )


def readings(probe: str, at: datetime, **values: Value) -> tuple[Evidence, ...]:
    return tuple(Evidence(metric, Measured(value), probe, at) for metric, value in values.items())
