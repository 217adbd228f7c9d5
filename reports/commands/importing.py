"""import: take what people typed into a sheet of ours on record, after showing it. 导入填好的表"""

from __future__ import annotations

import getpass
import json as json_text
import sys
from pathlib import Path
from typing import Annotated

import typer

from config.words import say
from inventory.ledger import build_ledger
from inventory.sheet_meta import read_meta
from inventory.sheets import open_sheet
from inventory.taking import Taking
from reports.commands import options
from reports.console import plain, stderr, stdout, will_write, write_text
from reports.importing import preview
from reports.importing.edits import read_edits
from reports.importing.plan import Choices, Plan, make_plan, taking_of
from reports.importing.record_now import record_now
from reports.importing.refuse import form_of, refuse_strangers, refuse_torn
from reports.workspace import open_workspace, utc_now


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("help.import_file"))],
    workspace: options.Workspace = options.HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("help.import_yes"))] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help=say("help.import_confirm"))] = False,
    clear: Annotated[bool, typer.Option("--clear", help=say("help.import_clear"))] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=say("help.import_overwrite"))] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=say("help.import_by"))] = "",
    json: options.Json = None,
) -> None:
    place = open_workspace(workspace)
    will_write(options.json_path(json))
    opened = open_sheet(file)
    meta = read_meta(opened)
    form = form_of(meta, place.catalogue, opened.name)
    refuse_torn(meta, opened.name)
    with place.known() as store:
        ground = store.ground()
        ledger = build_ledger(
            ground.view, place.site, place.catalogue, ground.words, utc_now(), store.watched()
        )
        refuse_strangers(meta, ground.workspace, ledger.unit, opened.name)
        edits = read_edits(opened, meta, form, place.catalogue)
        record = record_now(ground, ledger, meta, opened.name, is_saved=opened.is_saved)
        plan = make_plan(edits, record, form, place.catalogue)
        if json != "-":
            pages = len({one.page for one in meta.written})
            stdout().print(plain(say("importing.title", file=opened.name, form=form.name)))
            for line, style in preview.lines(
                plan, preview.Names(ledger, place.catalogue, pages), confirm=confirm
            ):
                stdout().print(plain(line, style))
        choices = _agreed(plan, Choices(confirm, clear, overwrite), yes=yes, quiet=json == "-")
        if choices is not None:
            blank = Taking(meta.export, opened.name, opened.digest, _person(by), utc_now())
            taking = taking_of(plan, choices, blank)
            if taking.words or taking.newcomers:
                store.take_in(taking, ground.stamp)
    if json is not None:
        shown = preview.document(
            plan,
            choices or Choices(confirm, clear, overwrite),
            opened.name,
            form.id,
            applied=choices is not None,
        )
        write_text(json, json_text.dumps(shown, ensure_ascii=False, indent=2))
    if choices is not None and json != "-":
        _tell(plan, choices)


def _tell(plan: Plan, choices: Choices) -> None:
    steps = len(plan.taken(choices))
    done = say("importing.done", words=steps, cameras=plan.newcomers)
    stdout().print(plain(done if steps or plan.newcomers else say("importing.no_change")))
    left = len(plan.steps) + (len(plan.open_suggestions) if choices.confirm else 0) - steps
    if left:
        stdout().print(plain(say("importing.left", count=left), "yellow"))


def _agreed(plan: Plan, asked: Choices, *, yes: bool, quiet: bool) -> Choices | None:
    """Return what the person agrees to, or None if nothing is to be done."""
    nothing = not (plan.steps or plan.newcomers or (asked.confirm and plan.open_suggestions))
    if nothing:
        return None
    if yes:
        return asked
    if quiet or not sys.stdin.isatty():
        if not quiet:
            stdout().print(plain(say("importing.not_asked"), "yellow"))
        return None
    agreed = Choices(
        asked.confirm
        or bool(plan.open_suggestions and _ask("importing.ask_confirm", len(plan.open_suggestions))),
        asked.clear or bool(plan.of("cleared") and _ask("importing.ask_clear", len(plan.of("cleared")))),
        asked.overwrite
        or bool(plan.of("conflict") and _ask("importing.ask_overwrite", len(plan.of("conflict")))),
    )
    steps = len(plan.taken(agreed))
    if not (steps or plan.newcomers) or not _ask("importing.ask", steps, plan.newcomers):
        stderr().print(plain(say("importing.no_change")))
        return None
    return agreed


def _ask(key: str, count: int, cameras: int = 0) -> bool:
    return typer.confirm(say(key, count=count, cameras=cameras), default=False)


def _person(by: str) -> str:
    """Return the name that was given, else that of the computer's user."""
    try:
        return by.strip() or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in a container
        return say("baseline.somebody")
