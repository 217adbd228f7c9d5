"""The frames around the help of every command, in the reader's language."""

from __future__ import annotations

import typer.core
from typer import rich_utils

from config.words import say


def speak() -> None:
    """Give typer its headings: it takes them from its own module, and has English ones alone."""
    rich_utils.OPTIONS_PANEL_TITLE = say("help.options")
    rich_utils.ARGUMENTS_PANEL_TITLE = say("help.arguments")
    rich_utils.COMMANDS_PANEL_TITLE = say("help.commands")
    rich_utils.DEFAULT_STRING = say("help.default", value="{}")
    rich_utils.REQUIRED_LONG_STRING = say("help.required")


class Command(typer.core.TyperCommand):
    """A command whose --help says in the reader's language what it does."""

    def get_help_option(self, ctx: typer.Context) -> typer.core.TyperOption | None:  # type: ignore[override]
        return _translated(super().get_help_option(ctx))


class Group(typer.core.TyperGroup):
    """The same for a group of commands."""

    def get_help_option(self, ctx: typer.Context) -> typer.core.TyperOption | None:  # type: ignore[override]
        return _translated(super().get_help_option(ctx))


def _translated(option: typer.core.TyperOption | None) -> typer.core.TyperOption | None:
    if option is not None:
        option.help = say("help.help")
    return option
