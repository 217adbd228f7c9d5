"""credential set, list, remove, test: logins by name. A password is never an argument."""

from __future__ import annotations

import asyncio
import getpass
import sys
from dataclasses import replace
from typing import Annotated

import typer
from rich.table import Table

from config.errors import UsageError
from config.words import say
from probe.run import try_login
from probe.transport.rules import parse_rule
from reports.commands import options
from reports.commands.scanning import one_asked
from reports.console import plain, stdout
from reports.lines import gap_words
from reports.workspace import open_workspace

EXIT_REFUSED = 3

Name = Annotated[str, typer.Argument(metavar="NAME", help=say("help.name"))]


def set_(
    name: Name,
    user: Annotated[str, typer.Option("--user", help=say("help.user"))],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=say("help.stdin"))] = False,
    rule: Annotated[str, typer.Option("--for", metavar="RULE", help=say("help.rule"))] = "all",
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    if not password_stdin and not sys.stdin.isatty():
        # Without a terminal getpass would read the password in plain sight.
        raise UsageError(say("error.no_terminal"))
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else getpass.getpass(say("credential.ask", user=user))
    )
    if not password:
        raise UsageError(say("error.password"))
    kept = place.vault.set(name, user, password, rule)
    where = say("credential.keyring" if kept.kept_in == "keyring" else "credential.file")
    stdout().print(plain(say("credential.kept", name=name, where=where, rule=_rule(rule))))
    for one in parse_rule(rule, place.catalogue.brands):
        if one.unknown:
            stdout().print(plain(say("credential.unknown", word=one.unknown), "yellow"))


def list_(workspace: options.Workspace = options.HERE) -> None:
    listed = open_workspace(workspace, writing=False).vault.listed()
    if not listed:
        stdout().print(plain(say("credential.none")))
        return
    table = Table()
    for title in (
        say("table.place"),
        say("credential.user"),
        say("credential.rule"),
        say("credential.where"),
    ):
        table.add_column(title, overflow="fold")
    for one in listed:
        where = say("credential.keyring" if one.kept_in == "keyring" else "credential.file")
        table.add_row(plain(one.name), plain(one.user), plain(_rule(one.rule)), plain(where))
    stdout().print(table)


def _rule(rule: str) -> str:
    return say("credential.all") if rule == "all" else rule


def remove(name: Name, workspace: options.Workspace = options.HERE) -> None:
    open_workspace(workspace).vault.remove(name)
    stdout().print(plain(say("credential.removed", name=name)))


def try_(
    name: Name,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=say("help.address"))],
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    place.vault.credential(name)
    asked = one_asked(address, place)
    with place.store() as store:
        means = replace(place.means(store, lambda *_: None), only=(name,))
        accepted, gap = asyncio.run(try_login(asked, means))
    if accepted:
        said = say("credential.accepted", name=name, address=address)
    elif gap is None:
        said = say("credential.unneeded", name=name, address=address)
    else:
        key = "credential.untried" if accepted is None else "credential.refused"
        said = say(key, name=name, address=address, why=gap_words(place.catalogue, gap))
    stdout().print(plain(said))
    if not accepted:
        raise typer.Exit(EXIT_REFUSED)
