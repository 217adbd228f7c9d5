"""camcensus form: what it lists, what it checks, what it writes, and what keeps it from writing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.load import load_catalogue
from config.site import FILE
from config.words import say
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
)
from reports.cli import build

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
PROFILE = 'school = "示例第一小学"\ntown = "示例镇"\naddress = "文教路 18 号"\n'

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that knows two cameras: at the gate d1.1, in a classroom d2.1."""
    folder = tmp_path_factory.mktemp("known")
    devices = tuple(_camera(number, name) for number, name in ((11, "正门"), (12, "一年级教室")))
    store = open_store(folder / "camcensus.db", CATALOGUE)
    store.record(ScanReport("scan", MONDAY, MONDAY + timedelta(minutes=3), ("10.0.2.0/24",), 254, 2, devices))
    store.close()
    return folder


def _camera(number: int, name: str) -> DeviceReport:
    address = f"10.0.2.{number}"
    read = {
        "onvif": "supported",
        "manufacturer": "Hikvision",
        "model": "DS-2CD3T46",
        "serial": f"SER-{number}",
    }
    evidence = tuple(
        Evidence(metric, Measured(said), "onvif.identity", MONDAY) for metric, said in read.items()
    )
    channel = ChannelReport(Channel(1, name, streams=(StreamOffer("main", f"rtsp://{address}/1"),)))
    return DeviceReport(Target(address, (80,), (Sighting(address, "named"),)), evidence, (channel,))


@pytest.fixture
def folder(known: Path, tmp_path: Path) -> Path:
    shutil.copytree(known, tmp_path, dirs_exist_ok=True)
    (tmp_path / FILE).write_text(PROFILE, "utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *words: CliRunner().invoke(build(), ["form", *words, "-w", str(folder)])


def say_of(folder: Path, camera: str, field: str, value: str) -> None:
    store = open_store(folder / "camcensus.db", CATALOGUE)
    store.claim(camera, field, value, "person", "清单.xlsx B3", MONDAY + timedelta(hours=1))
    store.close()


def test_the_list_names_every_form_with_what_it_is_made_for(run: Run) -> None:
    listed = run("list").output
    assert all(form in listed for form in CATALOGUE.forms)
    assert all(say(f"form.per_{one.per}") in listed for one in CATALOGUE.forms.values())


def test_the_list_begins_with_the_chosen_campaign(run: Run, folder: Path) -> None:
    (folder / FILE).write_text(f'campaign = "chuzhou-2019"\n{PROFILE}', "utf-8")
    assert run("list").output.startswith("chuzhou-2019")


def test_the_list_shows_the_last_safe_day_with_its_weekday(run: Run) -> None:
    assert "2018-02-07" in run("list").output
    assert "三" in run("list").output


def test_the_list_shows_the_day_that_the_superior_has_set(run: Run, folder: Path) -> None:
    (folder / FILE).write_text(f'{PROFILE}[due]\nhuoqiu-2023 = "2026-12-01"\n', "utf-8")
    assert "2026-12-01" in run("list").output


def test_all_writes_every_form_of_the_campaign_that_a_school_fills_in(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "papers"
    assert run("all", "--campaign", "huoqiu-2023", "--out", str(out)).exit_code == 0
    assert sorted(path.stem for path in out.iterdir()) == [
        "huoqiu-2023-cameras",
        "huoqiu-2023-internal",
        "huoqiu-2023-platform",
        "huoqiu-2023-wanted",
    ]


def test_all_takes_the_campaign_of_the_profile(run: Run, folder: Path) -> None:
    assert run("all").exit_code == 0
    assert [path.name for path in (folder / "out").iterdir()] == ["ruian-2018-list.xlsx"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("all", "--campaign", "none"), "ruian-2018"),
        (("all", "--campaign", "yongjia-2010"), "rollup"),
        (("none",), "ruian-2018-list"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(run: Run, words: tuple[str, ...], why: str) -> None:
    result = run(*words)
    assert isinstance(result.exception, UsageError)
    assert why in str(result.exception)


def test_a_check_writes_nothing(run: Run, folder: Path) -> None:
    result = run("record-27", "--check")
    assert result.exit_code == 0
    assert CATALOGUE.problems["code-blank"].mend in result.output
    assert not (folder / "out").exists()


def test_an_error_keeps_the_form_from_being_written(run: Run, folder: Path) -> None:
    say_of(folder, "d1.1", "gb_code", "330381")
    result = run("record-27")
    assert isinstance(result.exception, UsageError)
    assert CATALOGUE.problems["code-area-node"].mend in result.output
    assert not (folder / "out" / "record-27.xlsx").exists()


def test_who_insists_gets_the_form_with_the_error_printed_on_it(run: Run, folder: Path) -> None:
    say_of(folder, "d1.1", "gb_code", "330381")
    assert run("record-27", "--allow-errors").exit_code == 0
    book = openpyxl.load_workbook(folder / "out" / "record-27.xlsx")
    evidence = book[CATALOGUE.sheet_words.evidence_tab]
    printed = [str(cell.value) for row in evidence.iter_rows() for cell in row if cell.value]
    assert any(CATALOGUE.problems["code-area-node"].mend in one for one in printed)


def test_warnings_are_printed_with_the_form(run: Run, folder: Path) -> None:
    assert run("record-27").exit_code == 0
    book = openpyxl.load_workbook(folder / "out" / "record-27.xlsx")
    evidence = book[CATALOGUE.sheet_words.evidence_tab]
    printed = [str(cell.value) for row in evidence.iter_rows() for cell in row if cell.value]
    assert any(CATALOGUE.problems["code-blank"].mend in one for one in printed)


def test_the_free_export_has_a_row_for_every_camera(run: Run, folder: Path) -> None:
    run("record-27")
    sheet = openpyxl.load_workbook(folder / "out" / "record-27.xlsx").worksheets[0]
    (header,) = (row[0].row for row in sheet.iter_rows() if row[0].value == "设备编码")
    assert header is not None
    names = [sheet.cell(header + line, 2).value for line in (1, 2)]
    assert names == ["正门", "一年级教室"]


def test_a_nil_return_is_not_among_all_forms_unless_it_was_stated(run: Run, folder: Path) -> None:
    result = run("all", "--campaign", "huoqiu-2023", "--check")
    assert "huoqiu-2023-zero" in result.output
    assert CATALOGUE.problems["nil-contradicted"].mend not in result.output


def test_a_stated_nil_return_is_refused_where_a_gate_camera_stands(run: Run, folder: Path) -> None:
    (folder / FILE).write_text(f"{PROFILE}[unit]\nno_public_project = true\n", "utf-8")
    result = run("huoqiu-2023-zero")
    assert isinstance(result.exception, UsageError)
    assert CATALOGUE.problems["nil-contradicted"].mend in result.output


def test_a_system_typed_in_the_profile_is_printed_on_its_form(run: Run, folder: Path) -> None:
    system = '[[systems]]\nproject_name = "示例校园监控"\nsystem_built_on = "2020.03"\n'
    (folder / FILE).write_text(PROFILE + system, "utf-8")
    assert run("huoqiu-2023-platform").exit_code == 0
    sheet = openpyxl.load_workbook(folder / "out" / "huoqiu-2023-platform.xlsx").worksheets[0]
    printed = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"示例校园监控", "2020.03"} <= set(printed)


def test_a_name_that_no_spreadsheet_program_opens_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "清单.pdf"
    said = run("ruian-2018-list", "--out", str(out)).exception
    assert (str(said), out.exists()) == (say("form.not_xlsx", path=out), False)
