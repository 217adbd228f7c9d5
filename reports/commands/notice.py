"""notice set, list, remove, test: where notices go. An address with its key is never an argument."""

from __future__ import annotations

import getpass
import sys
from datetime import datetime, tzinfo
from typing import Annotated

import typer
from rich.table import Table

from config.errors import UsageError
from config.notices import Notice
from config.words import say
from inventory import notices
from inventory.database import reading
from reports.commands import options
from reports.console import plain, stderr, stdout
from reports.told import outbox, trial
from reports.told.keys import Keys
from reports.told.outcome import NotSent
from reports.told.sender import SLOTS, Slot
from reports.told.senders import SENDERS, send
from reports.workspace import Workspace, open_workspace, utc_now

EXIT_NOT_SENT = 3

Name = Annotated[str, typer.Argument(metavar="NAME", help=say("help.notice_name"))]


def set_(
    name: Name,
    url_stdin: Annotated[bool, typer.Option("--url-stdin", help=say("help.notice_url"))] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=say("help.notice_password"))
    ] = False,
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    channel = _channel(place, name)
    keys = Keys.open(place.folder)
    is_piped = url_stdin or password_stdin
    if not is_piped and not sys.stdin.isatty():
        raise UsageError(say("notice.no_terminal"))
    wanted = {"url": url_stdin, "password": password_stdin}
    slots = [slot for slot in SLOTS if (wanted[slot] if is_piped else slot in SENDERS[channel.kind].takes)]
    typed = {slot: _typed(slot, name, is_piped=is_piped) for slot in slots}
    if not is_piped:  # Enter alone: what was kept stays
        typed = {slot: value for slot, value in typed.items() if value}
    if not typed:
        raise UsageError(say("notice.nothing", name=name))
    for slot, value in typed.items():
        keys.set(channel, slot, value)
    stdout().print(plain(say("notice.kept", name=name)))


def list_(workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace, writing=False)
    keys = Keys.open(place.folder)
    channels = place.site.notices
    if not channels:
        stdout().print(plain(say("notice.none")))
    else:
        stdout().print(_table(place, channels, keys))
    for name in keys.names():
        if name not in {channel.name for channel in channels}:
            stdout().print(plain(say("notice.orphan", name=name), "yellow"))


def remove(name: Name, workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace)
    keys = Keys.open(place.folder)
    if not keys.held(name):
        raise UsageError(say("notice.not_kept", name=name))
    keys.remove(name)
    is_listed = any(channel.name == name for channel in place.site.notices)
    stdout().print(plain(say("notice.removed_listed" if is_listed else "notice.removed", name=name)))


def try_(name: Name, workspace: options.Workspace = options.HERE) -> None:
    place = open_workspace(workspace)
    channel = _channel(place, name)
    keys = Keys.open(place.folder)
    secret = keys.secret(channel)
    message = trial.compose(place.site.school, channel, utc_now())
    outcome = secret if isinstance(secret, NotSent) else send(channel, secret, message)
    if isinstance(outcome, NotSent):
        key = "notice.test_unclear" if outcome.is_unclear else "notice.test_failed"
        stderr().print(plain(say(key, name=name, why=outcome.why), "bold red"))
        raise typer.Exit(EXIT_NOT_SENT)
    note = outcome.note and say("told.bracket", remark=outcome.note)
    stdout().print(plain(say("notice.test_sent", name=name) + note))
    if place.database.exists():
        with place.store() as store:
            late = outbox.flush(store.engine, [channel], keys, place.folder, utc_now, eager=True)
        if late:
            stdout().print(plain(say("notice.flushed", count=len(late))))


def _channel(place: Workspace, name: str) -> Notice:
    for channel in place.site.notices:
        if channel.name == name:
            return channel
    known = say("reading.comma").join(channel.name for channel in place.site.notices)
    raise UsageError(say("notice.unknown", name=name, known=known) if known else say("notice.none"))


def _typed(slot: Slot, name: str, *, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().strip()
    words = {"url": "notice.ask_url", "password": "notice.ask_password"}
    return getpass.getpass(say(words[slot], name=name)).strip()


def _table(place: Workspace, channels: tuple[Notice, ...], keys: Keys) -> Table:
    table = Table()
    for column in ("name", "kind", "which", "at", "quiet", "held", "last"):
        table.add_column(say(f"notice_table.{column}"), overflow="fold")
    comma = say("reading.comma")
    for channel in channels:
        is_ready = not isinstance(keys.secret(channel), NotSent)
        cells = (
            channel.name,
            say(f"notice_kind.{channel.kind}"),
            comma.join(say(f"notice_which.{which}") for which in channel.which),
            channel.at if "digest" in channel.which else "",
            channel.quiet,
            say("notice.held" if is_ready else "notice.missing"),
            _last(place, channel),
        )
        table.add_row(*(plain(cell) for cell in cells))
    return table


def _last(place: Workspace, channel: Notice) -> str:
    if not place.database.exists():
        return ""
    with place.store() as store, reading(store.engine) as connection:
        last = notices.last_of(connection, channel.name)
        waiting = len(notices.waiting_of(connection, channel.name))
    if last is None:
        return say("notice.waiting", count=waiting) if waiting else ""
    said = say(
        f"notice_step.{last.tried.step}",
        at=_local(last.tried.at, place.catalogue.settings.zone),
        why=last.tried.why,
    )
    return said + (say("notice.waiting", count=waiting) if waiting else "")


def _local(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}"
