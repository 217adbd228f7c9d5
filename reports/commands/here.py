"""init, doctor: this folder and this computer."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from config.site import FILE, write_template
from config.words import say
from reports.commands import options
from reports.console import make_folder, plain, stdout
from reports.doctor import examine

_COLOUR = {"good": "green", "limited": "yellow", "missing": "bold red"}


def _tell_version(asked: bool) -> None:
    if asked:
        stdout().print(plain(f"camcensus {version('camcensus')}"))
        raise typer.Exit


def camcensus(
    told: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help=say("help.version"))
    ] = False,
) -> None:
    """Stand before every command, with what is asked of none of them."""
    del told


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("help.init_folder"))] = options.HERE,
) -> None:
    make_folder(folder)
    write_template(folder / FILE)
    stdout().print(plain(say("init.written", path=folder / FILE)))


def doctor(workspace: options.Workspace = options.HERE) -> None:
    table = Table(title=say("doctor.title"))
    for key in ("item", "state", "mend"):
        table.add_column(say(f"doctor.{key}"), overflow="fold")
    for one in examine(workspace):
        table.add_row(
            plain(one.item),
            plain(f"{say(f'doctor.{one.state}')} {one.seen}", _COLOUR[one.state]),
            plain(one.mend),
        )
    stdout().print(table)
