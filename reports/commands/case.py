"""case list, show, own, note, close: faults, whose they are, what was done. 故障与报修"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Annotated

import typer
from rich.table import Table

from config.errors import UsageError
from config.schema import Catalogue
from config.words import language, say
from inventory import case_words
from inventory.case_book import Book
from inventory.causes import cameras_under
from inventory.record import View
from inventory.repairs import repairs
from inventory.watch import Case
from reports.commands import options
from reports.commands.same import person
from reports.console import plain, stdout
from reports.local_time import to_the_minute
from reports.workspace import open_workspace, utc_now

Number = Annotated[int, typer.Argument(metavar="ID", help=say("help.case_id"))]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help=say("help.baseline_who"))]
All = Annotated[bool, typer.Option("--all", help=say("help.case_all"))]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help=say("help.case_why"))]


def list_(workspace: options.Workspace = options.HERE, every: All = False) -> None:
    place = open_workspace(workspace, writing=False)
    with place.known() as store:
        book, view, found = store.book(), store.view(), store.watched().cases
    zone = place.catalogue.settings.zone
    now = utc_now()
    table = Table()
    for title in ("id", "kind", "place", "since", "lasting", "owner", "state"):
        table.add_column(say(f"case.{title}"), overflow="fold")
    for case in sorted(book.cases.values(), key=lambda one: (not one.is_open, one.id)):
        if (case.is_open or every) and (case.caused_by is None or every):
            table.add_row(*map(plain, _row(case, book.cases, view, place.catalogue, zone, now)))
    waiting = [case for case in found.values() if case.caused_by is None and not _is_open(case.id, book)]
    for case in waiting:
        number, *rest, _ = _row(case, found, view, place.catalogue, zone, now)
        del number  # it has none before it is sure
        table.add_row("", *map(plain, (*rest, say("case.state_waiting"))))
    stdout().print(table if table.row_count else plain(say("case.none")))
    if waiting:
        stdout().print(plain(say("case.waiting", count=len(waiting))))
    counted = repairs(book.cases.values(), now)
    if counted.median is not None and counted.longest is not None:
        words = say(
            "case.repairs",
            count=counted.repaired,
            median=_hours(counted.median.total_seconds()),
            longest=_hours(counted.longest.total_seconds()),
        )
        stdout().print(plain(words))


def show(number: Number, workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace, writing=False)
    with place.known() as store:
        book, view = store.book(), store.view()
    case = case_words.named_case(book, number)
    zone = place.catalogue.settings.zone
    lines = [say("case.title", number=case.id, kind=_kind(case, place.catalogue), place=where(case, view))]
    for spell in case.spells:
        lines.append(say("case.began", at=_at(spell.began, zone), sure=_at(spell.confirmed, zone)))
        if spell.repaired is not None and spell.closed is not None:
            lines.append(say("case.mended", at=_at(spell.repaired, zone), sure=_at(spell.closed, zone)))
        elif spell.closed is not None:
            lines.append(say("case.dismissed", at=_at(spell.closed, zone), who=case.closed_by or "?"))
    lines += [
        say("case.proof", at=_at(one.at, zone), run=one.run_id, file=one.file or say("case.no_picture"))
        for one in case.evidence
    ]
    if case.caused_by is not None:
        lines.append(say("case.caused_by", number=case.caused_by))
    if under := cameras_under(case, book.cases, view.cameras):
        lines.append(say("case.took_down", count=len(under), cameras=" ".join(under)))
    if case.owner:
        lines.append(say("case.owned", who=case.owner))
    lines += [say("case.note", at=_at(one.at, zone), who=one.who, text=one.text) for one in case.notes]
    for line in lines:
        stdout().print(plain(line))


def own(
    number: Number,
    who: Annotated[str, typer.Argument(metavar="WHO", help=say("help.case_owner"))],
    workspace: options.Workspace = options.HERE,
) -> None:
    if not who.strip():
        raise UsageError(say("case.no_owner"))
    place = open_workspace(workspace)
    with place.known() as store:
        case = store.say_on_case(lambda book: case_words.own(book, number, who.strip(), utc_now()))
    stdout().print(plain(say("case.is_owned", number=case.id, who=case.owner)))


def note(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("help.case_text"))],
    who: Who = "",
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        case = store.say_on_case(lambda book: case_words.note(book, number, text, person(who), utc_now()))
    stdout().print(plain(say("case.noted", number=case.id)))


def close(number: Number, why: Why = "", who: Who = "", workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        case = store.say_on_case(lambda book: case_words.dismiss(book, number, why, person(who), utc_now()))
    stdout().print(plain(say("case.is_closed", number=case.id)))


def where(case: Case, view: View) -> str:
    """Name the spot of a case: the camera's name and address, or the device's address."""
    if case.subject.is_shared:
        return say("case.several")
    device = next((one for one in view.devices if one.id == case.subject.device_id), None)
    if device is None:
        return str(case.subject)
    camera = next((one for one in view.cameras if one.id == case.camera_id), None)
    said = camera.fields.get("channel_name") if camera else None
    name = str(said.value) if said and said.value else ""
    address = device.address + (f"#{case.subject.channel}" if case.subject.channel else "")
    return f"{name} {address}".strip()


def _is_open(number: int, book: Book) -> bool:
    return number in book.cases and book.cases[number].is_open


def _row(
    case: Case, cases: Mapping[int, Case], view: View, catalogue: Catalogue, zone: tzinfo, now: datetime
) -> tuple[str, ...]:
    until = case.repaired or case.closed or now
    state = "state_open" if case.is_open else "state_over" if case.repaired else "state_by_hand"
    words = say(f"case.{state}")
    if case.explains:
        words += say("case.explains", count=len([one for one in case.explains if cases[one].is_open]))
    return (
        str(case.id),
        _kind(case, catalogue),
        where(case, view),
        _at(case.since, zone),
        _hours((until - case.since).total_seconds()),
        case.owner,
        words,
    )


def _kind(case: Case, catalogue: Catalogue) -> str:
    kind = catalogue.watch.kinds.get(case.kind)
    return kind.name if kind is not None and language() == "zh" else case.kind


def _at(at: datetime, zone: tzinfo) -> str:
    return to_the_minute(at, zone)


def _hours(seconds: float) -> str:
    hours = int(seconds // 3600)
    if hours < 1:
        return say("health.minutes", count=int(seconds // 60))
    return say("health.days", count=hours // 24) if hours >= 48 else say("health.hours", count=hours)
