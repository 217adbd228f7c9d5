"""same list, accept, refuse, undo: which camera is behind which recorder's channel. 同一台摄像机"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from config.errors import UsageError
from config.words import say
from inventory.record import Answer, Sight, Suggestion, View
from reports.commands import options
from reports.console import plain, stdout
from reports.local_time import to_the_minute
from reports.snapshots import snapshot_name
from reports.workspace import open_workspace, utc_now

Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER", help=say("help.same_numbers"))]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help=say("help.baseline_who"))]


def list_(workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace, writing=False)
    with place.known() as store:
        view, answers = store.view(), store.answers()
    table = Table()
    for title in ("number", "camera", "channel", "score", "why", "answer"):
        table.add_column(say(f"same.{title}"), overflow="fold")
    for one in view.suggestions:
        table.add_row(*map(plain, (*_row(one, view, place.snapshots), say("same.open"))))
    for answer in answers:
        table.add_row(
            *map(
                plain,
                (
                    *_row(answer.suggestion, view, place.snapshots),
                    _said(answer, place.catalogue.settings.zone),
                ),
            )
        )
    stdout().print(table if table.row_count else plain(say("same.none")))
    if view.suggestions:
        stdout().print(plain(say("same.compare", folder=place.snapshots)))


def accept(numbers: Numbers, who: Who = "", workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        for one in _chosen(numbers, store.view().suggestions, say("same.kind_open")):
            store.answer(one, "same", person(who), utc_now())
            made = next((c.id for c in store.view().cameras if one.channel in c.sights), "")
            stdout().print(plain(say("same.accepted", number=one.id, camera=made)))


def refuse(numbers: Numbers, who: Who = "", workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        for one in _chosen(numbers, store.view().suggestions, say("same.kind_open")):
            store.answer(one, "different", person(who), utc_now())
            stdout().print(plain(say("same.refused", number=one.id)))


def undo(numbers: Numbers, who: Who = "", workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        answered = [one.suggestion for one in store.answers()]
        for one in _chosen(numbers, answered, say("same.kind_answered")):
            store.answer(one, "open", person(who), utc_now())
            stdout().print(plain(say("same.undone", number=one.id)))


def _chosen(numbers: Sequence[str], known: Sequence[Suggestion], kind: str) -> list[Suggestion]:
    """Return what is meant, each once. Raise UsageError for a number that is none of these."""
    by_number = {str(one.id): one for one in known}
    for number in numbers:
        if number not in by_number:
            raise UsageError(say("same.stranger", word=number, kind=kind))
    return [by_number[number] for number in dict.fromkeys(numbers)]


def _row(one: Suggestion, view: View, folder: Path) -> tuple[str, ...]:
    why = [say("same.by_scene", pct=round(100 * one.scene))]
    if one.names:
        key = "by_equal_names" if one.names >= 1 else "by_like_names"
        why.append(say(f"same.{key}", one=one.named[0], other=one.named[1]))
    reasons = say("reading.comma").join(why)
    score = f"{round(100 * one.score)}%"
    places = (f"{_place(at, view)}\n{_picture(at, folder)}" for at in (one.camera, one.channel))
    return str(one.id), *places, score, reasons


def _picture(sight: Sight, folder: Path) -> str:
    """Name the file in which the camera's picture is to be looked at."""
    path = folder / snapshot_name(sight.device_id, sight.channel)
    return f"{folder.name}/{path.name}" if path.exists() else say("same.no_picture")


def _place(sight: Sight, view: View) -> str:
    device = next((one for one in view.devices if one.id == sight.device_id), None)
    if device is None:
        return str(sight)
    shown = [one.channel.name for one in device.report.channels if one.channel.number == sight.channel]
    name = next(iter(shown), "")
    key = "named_place" if name else "place"
    return say(f"same.{key}", address=device.address, channel=sight.channel, name=name)


def _said(answer: Answer, zone: tzinfo) -> str:
    at = to_the_minute(answer.at, zone)
    key = {"same": "said_same", "different": "said_different"}[answer.says]
    return say(f"same.{key}", who=answer.who, at=at)


def person(who: str) -> str:
    """Return the name that was given, else that of the computer's user."""
    try:
        return who.strip() or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in a container
        return say("same.somebody")
