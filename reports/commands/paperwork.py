"""inventory, form: what is known, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from config.errors import UsageError
from config.form import Form
from config.words import say
from inventory.ledger import Ledger
from reports.checks.problem import Problem
from reports.commands import options
from reports.console import plain, stderr, stdout, will_write, write_text
from reports.document import scan_document, to_json
from reports.filing import Wish, file_form, known_of, look_over
from reports.form_list import asked_of_a_school, print_forms
from reports.guannan.companion import companions
from reports.problem_list import print_problems
from reports.results import show
from reports.workspace import Workspace, open_workspace


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
    form_id: Annotated[str, typer.Argument(metavar="ID|list|all", help=say("help.form_id"))],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("help.form_out"))] = None,
    workspace: options.Workspace = options.HERE,
    everything: Annotated[bool, typer.Option("--all", help=say("help.form_all"))] = False,
    per_camera: Annotated[bool, typer.Option("--per-camera", help=say("help.per_camera"))] = False,
    as_list: Annotated[bool, typer.Option("--as-list", help=say("help.form_as_list"))] = False,
    check: Annotated[bool, typer.Option("--check", help=say("help.form_check"))] = False,
    allow_errors: Annotated[bool, typer.Option("--allow-errors", help=say("help.form_allow"))] = False,
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="ID", help=say("help.form_campaign"))
    ] = None,
) -> None:
    place = open_workspace(workspace, writing=False)
    if form_id == "list":
        print_forms(stdout(), place.catalogue, campaign or place.site.campaign, place.site.due)
        return
    whole = form_id == "all"
    forms = _forms_of(place, campaign or place.site.campaign) if whole else (find_form(place, form_id),)
    wish = Wish(everything, per_camera, as_list, allow_errors)
    ledger, code = known_of(place)
    refused = []
    for wanted in forms:
        if whole and "nil-return" in wanted.checks and not _is_nil(ledger):
            stderr().print(plain(say("form.nil_skipped", form=wanted.id)))
            continue
        if check:
            _tell(wanted, look_over(place, wanted, ledger, code, wish).problems, whole=True)
            continue
        path = _path(place, wanted, out, in_folder=whole)
        filed = file_form(place, wanted, ledger, code, path, wish)
        _tell(wanted, filed.problems, whole=False)
        if filed.path is None:
            refused.append(wanted.id)
            continue
        for written in (filed.path, *companions(place, wanted, ledger, filed.path)):
            stdout().print(plain(say("result.written", path=written)))
    if refused:
        raise UsageError(say("form.refused", forms="、".join(refused)))


def find_form(place: Workspace, form_id: str) -> Form:
    """Return the form, or raise UsageError with the ids that there are."""
    if form_id not in place.catalogue.forms:
        raise UsageError(say("error.form", id=form_id, known="、".join(place.catalogue.forms)))
    if place.catalogue.forms[form_id].is_joined_only:
        raise UsageError(say("rollup.by_rollup", id=form_id))
    return place.catalogue.forms[form_id]


def write_form(place: Workspace, wanted: Form, out: Path | None) -> Path:
    """Fill one form from the inventory, whatever may be wrong with it, and return the file."""
    ledger, code = known_of(place)
    path = _path(place, wanted, out, in_folder=False)
    file_form(place, wanted, ledger, code, path, Wish(allow_errors=True))
    return path


def _path(place: Workspace, wanted: Form, out: Path | None, *, in_folder: bool) -> Path:
    name = f"{wanted.id}.xlsx"
    if in_folder:
        return (out or place.out) / name
    return options.sheet_path(out) if out else place.out / name


def _forms_of(place: Workspace, campaign: str) -> Sequence[Form]:
    known = place.catalogue.campaigns
    if campaign not in known:
        raise UsageError(say("form.no_campaign", id=campaign, known="、".join(known)))
    forms = asked_of_a_school(known[campaign], place.catalogue)
    if not forms:
        raise UsageError(say("form.no_forms", id=campaign))
    return forms


def _is_nil(ledger: Ledger) -> bool:
    stated = ledger.unit.get("no_public_project")
    return stated is not None and stated.value is True


def _tell(wanted: Form, found: Sequence[Problem], *, whole: bool) -> None:
    """Results go to stdout: with --check the list is the result, else it goes with the progress."""
    console = stdout() if whole else stderr()
    errors = sum(one.level == "error" for one in found)
    console.print(
        plain(say("form.count", form=wanted.name, errors=errors, warnings=len(found) - errors), "bold")
    )
    print_problems(console, found, whole=whole)
