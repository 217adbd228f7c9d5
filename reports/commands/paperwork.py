"""inventory, form, report: what is known, on the screen and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.errors import UsageError
from config.form import Form
from config.words import say
from reports.commands import options
from reports.console import make_folder, plain, stdout, will_write, write_text
from reports.document import scan_document, to_json
from reports.form import build_sheet
from reports.results import show
from reports.workspace import Workspace, open_workspace, utc_now
from reports.xlsx import write_xlsx


def inventory(workspace: options.Workspace = options.HERE, json: options.Json = None) -> None:
    place = open_workspace(workspace, writing=False)
    will_write(options.json_path(json))
    with place.known() as store:
        view = store.view()
    document = scan_document(view, place.catalogue, whole=True)
    if json is not None:
        write_text(json, to_json(document))
    if json == "-":
        return
    console = stdout()
    show(console, document, place.catalogue)
    for conflict in view.conflicts:
        field = place.catalogue.fields[conflict.field].name
        words = say(
            "result.conflict",
            camera=conflict.camera_id,
            field=field,
            typed=conflict.typed.value,
            measured=conflict.measured.value,
        )
        console.print(plain(words, "yellow"))


def form(
    form_id: Annotated[str, typer.Argument(metavar="ID|list", help=say("help.form_id"))],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("help.form_out"))] = None,
    workspace: options.Workspace = options.HERE,
    everything: Annotated[bool, typer.Option("--all", help=say("help.form_all"))] = False,
    per_camera: Annotated[bool, typer.Option("--per-camera", help=say("help.per_camera"))] = False,
) -> None:
    place = open_workspace(workspace, writing=False)
    if form_id == "list":
        for known in place.catalogue.forms.values():
            stdout().print(plain(f"{known.id}  {known.name}  {known.document}"))
        return
    path = write_form(place, find_form(place, form_id), out, everything=everything, per_camera=per_camera)
    stdout().print(plain(say("result.written", path=path)))


def report(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help=say("help.form_out"))] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    del out, workspace
    raise UsageError(say("error.later"))


def find_form(place: Workspace, form_id: str) -> Form:
    """Return the form, or raise UsageError with the ids that there are."""
    if form_id not in place.catalogue.forms:
        raise UsageError(say("error.form", id=form_id, known="、".join(place.catalogue.forms)))
    return place.catalogue.forms[form_id]


def write_form(
    place: Workspace, wanted: Form, out: Path | None, *, everything: bool = False, per_camera: bool = False
) -> Path:
    """Fill one form from the inventory and return the file that was written."""
    with place.known() as store:
        view = store.view()
    path = out or place.out / f"{wanted.id}.xlsx"
    make_folder(path.parent)
    sheet = build_sheet(
        wanted,
        place.site,
        view,
        place.catalogue,
        made=utc_now(),
        grouped=False if per_camera else None,
        scope="all" if everything else None,
    )
    write_xlsx(sheet, path)
    return path
