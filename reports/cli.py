"""The command line: every command in one list, and every way a run can end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

import typer
from typer.exceptions import TyperException

from config.errors import UsageError
from config.words import say
from reports.commands import (
    baseline,
    campus,
    card,
    case,
    checking,
    here,
    importing,
    later,
    logins,
    notice,
    paperwork,
    reporting,
    rolling,
    same,
    scanning,
    service,
    serving,
)
from reports.console import plain, stderr
from reports.entry import EXIT_STOPPED
from reports.help import Command, Group, speak
from reports.wrong_use import wrong_use

EXIT_WRONG_USE = 2

COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("demo", campus.demo),
    ("init", here.init),
    ("scan", scanning.scan),
    ("check", checking.check),
    ("inspect", scanning.inspect),
    ("inventory", paperwork.inventory),
    ("form", paperwork.form),
    ("import", importing.import_),
    ("rollup", rolling.rollup),
    ("report", reporting.report),
    ("serve", serving.serve),
    ("service", service.service),
    ("sim", campus.sim),
    ("score", campus.score),
    ("doctor", here.doctor),
)

# Promised, and not there yet: whoever has read of them is told so.
LATER = ("worker", "fleet")

CREDENTIAL_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("set", logins.set_),
    ("list", logins.list_),
    ("remove", logins.remove),
    ("test", logins.try_),
)

BASELINE_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("list", baseline.list_),
    ("set", baseline.set_),
    ("accept", baseline.accept),
    ("drop", baseline.drop),
)

SAME_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("list", same.list_),
    ("accept", same.accept),
    ("refuse", same.refuse),
    ("undo", same.undo),
)

CASE_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("list", case.list_),
    ("show", case.show),
    ("own", case.own),
    ("note", case.note),
    ("close", case.close),
)

NOTICE_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("set", notice.set_),
    ("list", notice.list_),
    ("remove", notice.remove),
    ("test", notice.try_),
)

CARD_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (("read", card.read),)


def build() -> typer.Typer:
    """Return the whole command line."""
    speak()
    app = _group("app")
    app.callback(help=say("help.app"))(here.camcensus)
    for name, command in COMMANDS:
        app.command(name, cls=Command, help=say(f"help.{name}"))(command)
    for name in LATER:
        later.add_to(app, name)
    for word, commands in (
        ("credential", CREDENTIAL_COMMANDS),
        ("baseline", BASELINE_COMMANDS),
        ("notice", NOTICE_COMMANDS),
        ("same", SAME_COMMANDS),
        ("case", CASE_COMMANDS),
        ("card", CARD_COMMANDS),
    ):
        group = _group(word)
        for name, command in commands:
            group.command(name, cls=Command, help=say(f"help.{word}_{name}"))(command)
        if word == "card":  # the word alone prints the card
            group.callback(invoke_without_command=True, help=say("help.card"))(card.card)
        app.add_typer(group, name=word)
    return app


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 a fault of ours, 2 wrong use or configuration, 3 not met."""
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    for chatty in ("libav", "aiohttp", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    sys.excepthook = _tell
    sys.exit(_run())


def _run() -> int:
    try:
        code = build()(standalone_mode=False, prog_name="camcensus") or 0
    except UsageError as error:
        stderr().print(plain(error, "bold red"))
        return EXIT_WRONG_USE
    except TyperException as error:
        # A command that stands alone has shown its help by now.
        if type(error).__name__ != "NoArgsIsHelpError":
            stderr().print(plain(wrong_use(error), "bold red"))
        return EXIT_WRONG_USE
    except typer.Abort:
        code = EXIT_STOPPED
    if code == EXIT_STOPPED:
        stderr().print(plain(say("error.stopped")))
    return int(code)


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say whose fault it is, in words, before the traceback that we need."""
    stderr().print(plain(say("error.bug", what=f"{kind.__name__}: {error}"), "bold red"))
    sys.__excepthook__(kind, error, trace)


def _group(name: str) -> typer.Typer:
    return typer.Typer(
        cls=Group,
        help=say(f"help.{name}"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
