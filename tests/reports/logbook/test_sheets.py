"""The sheets a school keeps: texts are texts, what people do is blank, what is unknown is not good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.errors import UsageError
from config.words import say
from inventory.watch import Case
from reports.health.album import Album
from reports.health.dossier import Dossier
from reports.logbook.acceptance import acceptance_sheet
from reports.logbook.book import Book, book_bytes, write_book
from reports.logbook.daily import cases_of_day, daily_sheet
from reports.logbook.repairs import repairs_sheet

MakeDossier = Callable[..., Dossier]
FORMULA = '=cmd|"/c calc"!A1'


def cells(book: Book, leaf: int = 0) -> list[list[object]]:
    page = load_workbook(BytesIO(book_bytes(book))).worksheets[leaf]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def row_of(book: Book, first: str) -> list[object]:
    return next(row for row in cells(book) if row[0] == first)


def kinds(book: Book) -> set[str]:
    pages = load_workbook(BytesIO(book_bytes(book))).worksheets
    return {cell.data_type for page in pages for row in page.iter_rows() for cell in row if cell.value}


@pytest.fixture
def hostile(dossier_of: MakeDossier, cases: tuple[Case, ...]) -> Dossier:
    dossier = dossier_of(cases=cases)
    devices = [
        device.model_copy(
            update={
                "model": FORMULA,
                "firmware": FORMULA,
                "channels": [c.model_copy(update={"name": FORMULA}) for c in device.channels],
            }
        )
        for device in dossier.document.devices
    ]
    cameras = [
        camera.model_copy(update={"model": FORMULA, "record": {}}) for camera in dossier.document.cameras
    ]
    update = {"devices": devices, "cameras": cameras}
    return replace(dossier, school=FORMULA, document=dossier.document.model_copy(update=update))


def test_no_word_of_a_device_becomes_a_formula(hostile: Dossier) -> None:
    books = (
        daily_sheet(hostile),
        repairs_sheet(hostile),
        acceptance_sheet(hostile, Album(lambda name: b"")),
    )
    assert set().union(*map(kinds, books)) == {"s"}


def test_the_same_day_gives_the_same_file(dossier_of: MakeDossier) -> None:
    assert book_bytes(daily_sheet(dossier_of())) == book_bytes(daily_sheet(dossier_of()))


def test_the_daily_log_counts_every_camera_once(dossier_of: MakeDossier) -> None:
    dossier = dossier_of()
    total = next(row for row in cells(daily_sheet(dossier)) if say("logbook.total") in row)
    cameras, *parts = (int(str(cell)) for cell in total[2:6])
    assert cameras == len(dossier.document.cameras) == sum(parts)


def test_who_is_on_duty_is_left_to_people(dossier_of: MakeDossier) -> None:
    row = row_of(daily_sheet(dossier_of()), say("logbook.on_duty"))
    assert row[1:4] == [None, None, None]


def test_the_daily_log_holds_what_is_open_and_what_was_mended_that_day(
    dossier_of: MakeDossier, cases: tuple[Case, ...]
) -> None:
    assert [case.id for case in cases_of_day(dossier_of(cases=cases))] == [3, 1, 2]


def test_what_was_mended_before_is_not_in_the_log_of_the_day(
    dossier_of: MakeDossier, cases: tuple[Case, ...]
) -> None:
    old = replace(cases[2], spells=(replace(cases[2].spells[0], closed=cases[2].confirmed),))
    assert cases_of_day(dossier_of(cases=(old,))) == []


def test_a_repair_has_its_times_and_room_for_what_people_did(
    dossier_of: MakeDossier, cases: tuple[Case, ...]
) -> None:
    row = row_of(repairs_sheet(dossier_of(cases=cases)), "3")
    assert row[3:8] == [
        "2026-02-27 08:24",
        None,
        None,
        "2026-03-02 06:24",
        say("health.days", count=2),
    ]


def test_a_fault_that_is_open_has_no_time_of_repair(dossier_of: MakeDossier, cases: tuple[Case, ...]) -> None:
    assert row_of(repairs_sheet(dossier_of(cases=cases)), "1")[6:9] == [None, None, None]


def test_what_a_cause_took_down_names_it(dossier_of: MakeDossier, cases: tuple[Case, ...]) -> None:
    assert row_of(repairs_sheet(dossier_of(cases=cases)), "2")[9] == say("logbook.caused_by", number=1)


def test_the_acceptance_tests_say_why_something_is_not_known(dossier_of: MakeDossier) -> None:
    rows = cells(acceptance_sheet(dossier_of(), Album(lambda name: b"")), 1)
    refused = next(row for row in rows if row[2] == "10.20.1.25")
    assert str(refused[6]).startswith(say("picture.unknown"))


def test_a_clause_that_nothing_settles_is_not_met_for_a_camera(dossier_of: MakeDossier) -> None:
    rows = cells(acceptance_sheet(dossier_of(), Album(lambda name: b"")), 2)
    refused = next(row for row in rows if row[1] == "10.20.1.25")
    assert set(refused[2:]) == {say("picture.unknown"), say("result.advisory")}


def test_a_sheet_that_is_open_is_not_written_over(dossier_of: MakeDossier, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    path.write_bytes(b"typed by hand")
    (tmp_path / ".~lock.log.xlsx#").touch()
    with pytest.raises(UsageError):
        write_book(daily_sheet(dossier_of()), path)
    assert path.read_bytes() == b"typed by hand"
