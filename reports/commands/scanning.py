"""scan, inspect: ask devices, keep what they said, show it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer

from config.errors import UsageError
from config.schema import binding_rules
from config.words import say
from inventory.database import writing
from inventory.lock import holding
from inventory.record import View
from inventory.store import Store
from probe.discover.interfaces import local_interfaces
from probe.discover.targets import Asked, parse_targets
from probe.model import ScanReport
from probe.run import scan as run_scan
from probe.trace import Trace
from reports import scan_json
from reports.bundle import write_bundle
from reports.commands import options
from reports.console import make_folder, plain, progress, stderr, stdout, will_write, write_text
from reports.document import scan_document, to_json
from reports.readings import show_readings
from reports.results import bugs, not_met, show
from reports.workspace import Workspace, keep, open_workspace, utc_now

EXIT_OUR_FAULT = 1
EXIT_NOT_MET = 3
_TRIES = 60
_PAUSE_S = 5


def scan(
    targets: options.Targets = None,
    workspace: options.Workspace = options.HERE,
    json: options.Json = None,
    fail_on: options.FailOn = None,
) -> None:
    place = open_workspace(workspace)
    asked = asked_for(targets or place.site.networks, place)
    will_write(options.json_path(json))
    with holding(place.folder, "work", utc_now()), place.store() as store:
        view = look(place, store, asked, "scan")
    finish(view, place, json, fail_on)


def inspect(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=say("help.address"))],
    workspace: options.Workspace = options.HERE,
    json: options.Json = None,
    bundle: Annotated[
        Path | None, typer.Option("--bundle", metavar="FILE.zip", help=say("help.bundle"))
    ] = None,
) -> None:
    place = open_workspace(workspace, writing=False)
    asked = one_asked(address, place)
    for path in (bundle, options.json_path(json)):
        will_write(path)
    trace = Trace(utc_now) if bundle else None
    with TemporaryDirectory() as apart:
        # Without an inventory only what was refused is left behind; with one it is a run like any other.
        kept = place if place.has_runs() else replace(place, folder=Path(apart))
        with kept.store() as store:
            view = look(kept, store, asked, "scan", trace, None if kept is place else place)
    document = scan_document(view, place.catalogue)
    if bundle and trace:
        write_bundle(bundle, trace, document)
        stdout().print(plain(say("result.written", path=bundle)))
    if json is not None:
        write_text(json, to_json(document))
    if json != "-":
        show_readings(stdout(), document, place.catalogue)
    _exit(document)


def asked_for(words: Sequence[str], place: Workspace) -> Asked:
    """Return what shall be scanned. Raise UsageError, with every mistake, before anything is sent."""
    asked = parse_targets(words, local_interfaces(), place.catalogue.settings.discover.max_addresses)
    if all(one.is_loopback for one in asked.local) and not _stays_here(asked):
        raise UsageError(say("error.no_network", targets="、".join(asked.words)))
    return asked


def one_asked(address: str, place: Workspace) -> Asked:
    """Return the one device that is named. Raise UsageError for a network, a range or an interface."""
    asked = asked_for([address], place)
    if asked.count != 1:
        raise UsageError(say("error.one", word=address))
    return replace(asked, alone=True)


def look(
    place: Workspace,
    store: Store,
    asked: Asked,
    kind: Literal["scan", "check"],
    trace: Trace | None = None,
    refusals: Workspace | None = None,
    *,
    turn: int | None = None,
    spread_s: float = 0.0,
) -> View:
    """Run over the targets with progress on stderr, keep the run, and return what is known then.

    `refusals` is the workspace that knows the refused logins, where the run itself is kept apart. `turn` is
    the watch's turn that this is, `spread_s` the time that the devices are spread over.
    """
    # Told before anything is sent: a folder or a database that could not take the result.
    make_folder(place.snapshots)
    with writing(store.engine):
        pass
    with progress() as tell:
        means = replace(place.means(store, tell, trace), spread_s=spread_s)
        if refusals is not None:
            means = replace(means, refusals=refusals.refusals, refused=refusals.refused)
        if kind == "check":
            # What is known is asked where it is now; a scan keeps to the places that were named.
            means = replace(means, is_known=store.recogniser())
        report = asyncio.run(run_scan(asked, means, kind=kind))
    for note in report.notes:
        stderr().print(plain(note, "yellow"))
    return _kept(place, store, report, turn)


def finish(view: View, place: Workspace, json: str | None, fail_on: str | None) -> None:
    """Show a run's result, write its JSON, and end with the contract's exit code."""
    document = scan_document(view, place.catalogue)
    if json is not None:
        write_text(json, to_json(document))
    if json != "-":
        show(stdout(), document, place.catalogue)
        if json is not None:
            stdout().print(plain(say("result.written", path=json)))
    _exit(document, binding_rules(place.catalogue, place.site.campaign) if fail_on else frozenset())


def _kept(place: Workspace, store: Store, report: ScanReport, turn: int | None) -> View:
    """Keep the run. Where the inventory cannot take it now, a person may mend that: it is not thrown away."""
    for left in reversed(range(_TRIES)):
        try:
            return keep(place, store, report, turn)
        except UsageError as error:
            if not left:
                raise
            if left == _TRIES - 1:
                stderr().print(plain(say("error.keeping", why=error, seconds=_TRIES * _PAUSE_S), "bold red"))
            time.sleep(_PAUSE_S)
    raise AssertionError("the last try returns or raises")


def _stays_here(asked: Asked) -> bool:
    spans = all(span.first.is_loopback for span in asked.spans)
    return spans and all(ip_address(address).is_loopback for address, _ in asked.pinned)


def _exit(document: scan_json.Document, rules: frozenset[str] = frozenset()) -> None:
    """End with the contract's exit code. `rules` are those that must not be broken."""
    if bugs(document):
        raise typer.Exit(EXIT_OUR_FAULT)
    if not_met(document, rules):
        raise typer.Exit(EXIT_NOT_MET)
