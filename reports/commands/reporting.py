"""report: the health report as a page, the day's log and the repairs as sheets."""

from __future__ import annotations

from datetime import date, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from config.errors import UsageError
from config.words import say
from reports.commands import options
from reports.console import make_folder, plain, stdout
from reports.health.dossier import Dossier
from reports.health.reading import read_dossier
from reports.health.writing import album_of, write_page
from reports.logbook.acceptance import acceptance_sheet
from reports.logbook.book import write_book
from reports.logbook.daily import daily_sheet, file_name
from reports.logbook.repairs import repairs_sheet
from reports.workspace import Workspace, open_workspace, utc_now


def report(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help=say("help.report_out"))] = None,
    workspace: options.Workspace = options.HERE,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help=say("help.report_day"))] = None,
    acceptance: Annotated[bool, typer.Option("--acceptance", help=say("help.report_acceptance"))] = False,
) -> None:
    place = open_workspace(workspace, writing=False)
    write_report(place, out or place.out, _day(day, place.catalogue.settings.zone), acceptance=acceptance)


def write_report(
    place: Workspace, folder: Path, day: date | None = None, *, acceptance: bool = False
) -> None:
    """Write the page and the sheets, of now or of a day that is past, and say where they are."""
    with place.known() as store:
        dossier = read_dossier(place, store, utc_now(), day)
    make_folder(folder)
    page = write_page(place, dossier, folder)
    size = page.stat().st_size // 1024
    stdout().print(plain(say("health.written", path=page, kib=size)))
    for path in write_sheets(place, dossier, folder, acceptance=acceptance):
        stdout().print(plain(say("result.written", path=path)))


def write_sheets(place: Workspace, dossier: Dossier, folder: Path, *, acceptance: bool) -> list[Path]:
    """Write the sheets and return their files."""
    books = [
        (folder / file_name(dossier.day), daily_sheet(dossier)),
        (folder / say("logbook.repairs_file"), repairs_sheet(dossier)),
    ]
    if acceptance:
        books.append((folder / say("logbook.acceptance_file"), acceptance_sheet(dossier, album_of(place))))
    for path, book in books:
        write_book(book, path)
    return [path for path, _ in books]


def _day(text: str | None, zone: tzinfo) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(say("health.day_wrong", day=text)) from error
    if day > utc_now().astimezone(zone).date():
        raise UsageError(say("health.day_future", day=text))
    return day
