"""rollup: the sheets and workspaces of many schools into a district's or county's form."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from config.errors import UsageError
from config.load import load_catalogue, load_site, with_site
from config.site import FILE, Site
from config.words import say
from inventory.derive import site_fields
from reports.commands import options
from reports.console import make_folder, plain, progress, stderr, stdout, will_write, write_text
from reports.workspace import utc_now
from reports.xlsx import write_xlsx

if TYPE_CHECKING:
    from reports.rollup.outcome import Outcome

EXIT_TROUBLE = 3
_SHOWN = 40  # troubles and names on the screen; the JSON has all of them


def rollup(
    form: Annotated[str, typer.Option("--form", metavar="ID", help=say("help.rollup_form"))],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=say("help.rollup_out"))],
    sources: Annotated[
        list[Path] | None, typer.Argument(metavar="DIR|FILE", help=say("help.rollup_sources"))
    ] = None,
    expected: Annotated[
        Path | None, typer.Option("--expected", metavar="LIST", help=say("help.rollup_expected"))
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", metavar="DIR", help=say("help.rollup_workspace"))
    ] = None,
    json: options.Json = None,
    fail_on: Annotated[
        Literal["trouble"] | None, typer.Option("--fail-on", help=say("help.rollup_fail_on"))
    ] = None,
) -> None:
    # Imported here: pandas takes longer to load than most commands take to run.
    from reports.rollup.expected import read_units
    from reports.rollup.gather import sources as found_in
    from reports.rollup.outcome import as_json, roll_up
    from reports.rollup.plans import PLANS

    if workspace is not None and not workspace.is_dir():
        raise UsageError(say("error.no_folder", path=workspace))
    site = load_site(workspace / FILE) if workspace and (workspace / FILE).exists() else Site()
    catalogue = with_site(load_catalogue(), site)
    if form not in PLANS or form not in catalogue.forms:
        known = "、".join(name for name in PLANS if name in catalogue.forms)
        raise UsageError(say("rollup.no_plan", form=form, known=known))
    units = read_units(expected) if expected else ()
    no_reports = {one.resolve() for one in (out, expected) if one is not None}
    paths = tuple(path for path in found_in(sources or ()) if path.resolve() not in no_reports)
    will_write(options.json_path(json))
    make_folder(options.sheet_path(out).parent)
    made = utc_now()
    with progress() as tell:
        outcome = roll_up(
            catalogue.forms[form],
            paths,
            catalogue,
            units=units,
            district=site_fields(site, catalogue, made),
            history=workspace,
            made=made,
            tell=tell,
        )
    if not outcome.against.reported and not (units or PLANS[form].lists_units):
        # What is wrong with the form that is not written is of no use to anybody.
        of_files = tuple(one for one in outcome.troubles if one.file != catalogue.forms[form].name)
        outcome = replace(outcome, troubles=of_files)
        _tell_troubles(outcome)
        raise UsageError(_why_nothing(sources or (), len(paths), outcome))
    write_xlsx(outcome.paper, out)
    if json is not None:
        document = as_json(outcome, catalogue.forms[form], out)
        write_text(json, json_text.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if json != "-":
        _tell(outcome, out)
    _tell_troubles(outcome)
    if fail_on == "trouble" and not outcome.is_clean:
        raise typer.Exit(EXIT_TROUBLE)


def _why_nothing(given: Sequence[Path], found: int, outcome: Outcome) -> str:
    """Say why no form was written, and what to do: what stands above is spoken of only if it stands there."""
    if not given:
        return say("rollup.none_given")
    if not found:
        return say("rollup.none_found", paths="、".join(map(str, given)))
    return say("rollup.nothing" if outcome.troubles else "rollup.none_counts", count=found)


def _tell(outcome: Outcome, out: Path) -> None:
    console = stdout()
    listed = outcome.against
    said = [say("rollup.reported", count=len(listed.reported))]
    if outcome.has_list:
        said.append(say("rollup.not_reported", count=len(listed.silent)))
    if outcome.unsure:
        said.append(say("rollup.left_out", count=len(outcome.unsure)))
    if outcome.merged.replaced:
        said.append(say("rollup.replaced", count=len(outcome.merged.replaced)))
    if outcome.recalled:
        said.append(say("rollup.recalled", count=outcome.recalled))
    console.print(plain(say("rollup.comma").join(said) + say("rollup.full_stop")))
    for key, names in (
        ("rollup.silent_list", listed.silent),
        ("rollup.unsure_list", tuple(outcome.unsure)),
        ("rollup.unlisted_list", tuple(name for name, _ in listed.unlisted)),
    ):
        if names:
            console.print(plain(say(key, names=_some(names)), "yellow"))
    for old, new in outcome.merged.replaced[:_SHOWN]:
        console.print(plain(say("rollup.replaced_line", name=new.name, old=old.source, new=new.source)))
    parts = [f"{name} {'—' if value is None else value}" for name, value in _named(outcome).items()]
    if parts:
        console.print(plain(say("rollup.totals", totals=say("rollup.comma").join(parts))))
    console.print(plain(say("result.written", path=out)))


def _named(outcome: Outcome) -> Mapping[str, object]:
    words = {"rows": say("rollup.rows"), "cameras": say("rollup.cameras")}
    return {words.get(name, name): value for name, value in outcome.totals.items()}


def _tell_troubles(outcome: Outcome) -> None:
    console = stderr()
    ordered = sorted(outcome.troubles, key=lambda one: one.level != "error")
    for one in ordered[:_SHOWN]:
        words = say("rollup.trouble", place=one.place, what=one.what, mend=one.mend)
        console.print(plain(words.strip("： "), "bold red" if one.level == "error" else "yellow"))
    if len(ordered) > _SHOWN:
        console.print(plain(say("rollup.more", count=len(ordered) - _SHOWN), "yellow"))


def _some(names: tuple[str, ...]) -> str:
    shown = "、".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else say("rollup.some", names=shown, count=len(names))
