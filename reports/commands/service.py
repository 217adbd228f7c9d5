"""service: what the system needs to start the watch by itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from reports.commands import options
from reports.console import make_folder, plain, stdout
from reports.serve.units import Kind, commands, units
from reports.workspace import open_workspace, utc_now


def service(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=say("help.service_out"))],
    kind: Annotated[Kind, typer.Option("--kind", help=say("help.service_kind"))] = (
        "windows" if sys.platform == "win32" else "systemd"
    ),
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    make_folder(out)
    files = units(kind, place.folder.resolve(), place.catalogue.settings.watch, utc_now().date())
    for name, content in files.items():
        try:
            (out / name).write_bytes(content)
        except OSError as error:
            why = system_words(error)
            raise UsageError(say("error.json", path=out / name, why=why)) from error
        stdout().print(plain(say("result.written", path=out / name)))
    asks = say("service.asks_password") if kind == "windows" else ""
    for key, command in zip(("service.serve", "service.night"), commands(kind, out.resolve()), strict=True):
        stdout().print(plain(say(key, asks=asks)))
        stdout().print(plain(f"    {command}"))
    stdout().print(plain(say("service.one_way")))
