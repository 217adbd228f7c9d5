"""The frames around the help of every command, in the reader's language."""

from __future__ import annotations

import inspect
import re

import typer.core
from rich.text import Text
from typer import rich_utils
from typer.exceptions import TyperException

from config.words import say

# How typer writes what a value is, `<int range> [0<=x<=20]`; a switch and a text need no such word.
_KIND = re.compile(r"<(?P<kind>[^>]*)>(?P<range>.*)")
_RANGE = re.compile(r" \[(?:(?P<least>-?\d+)<=)?x(?:<=(?P<most>-?\d+)|>=(?P<from>-?\d+))?\]")
_NUMBERS = ("int", "int range")
_PATHS = ("path", "file", "dir")
_UNSAID = ("bool", "str", "list[str]", "list[Path]")


def speak() -> None:
    """Give typer its headings and texts: it takes them from its own module, and has English ones alone."""
    rich_utils.OPTIONS_PANEL_TITLE = say("help.options")
    rich_utils.ARGUMENTS_PANEL_TITLE = say("help.arguments")
    rich_utils.COMMANDS_PANEL_TITLE = say("help.commands")
    rich_utils.DEFAULT_STRING = say("help.default", value="{}")
    rich_utils.REQUIRED_LONG_STRING = say("help.required")
    rich_utils._make_rich_text = whole_text
    rich_utils.types_highlighter = kind_words  # type: ignore[assignment]  # it is only called


def whole_text(*, text: str, style: str = "", markup_mode: object = "") -> Text:
    """Return a sentence that a narrow screen folds: rich cuts a Chinese one short, for it has no spaces.

    `[` stands for itself: none of our sentences is markup.
    """
    del markup_mode
    folded = Text(inspect.cleandoc(text), style=style, overflow="fold")
    return rich_utils.highlighter(folded)


def kind_words(kind: Text) -> Text:
    """Say in plain words what a value is: a whole number from 0 to 20, a path. What is not known stays."""
    if (found := _KIND.fullmatch(kind.plain)) is None:
        return kind
    said = found["kind"]
    if said in _UNSAID:
        words = ""
    elif said in _PATHS:
        words = say("help.kind_path")
    elif said in _NUMBERS:
        words = _number(found["range"])
    else:
        words = said
    return Text(words, style=kind.style, overflow="fold")


def _number(limits: str) -> str:
    found = _RANGE.fullmatch(limits)
    if found is None:
        return say("help.kind_number")
    least, most = found["least"] or found["from"], found["most"]
    if least and most:
        return say("help.kind_range", least=least, most=most)
    return say("help.kind_least", least=least) if least else say("help.kind_most", most=most)


class Command(typer.core.TyperCommand):
    """A command whose --help says in the reader's language what it does."""

    def get_help_option(self, ctx: typer.Context) -> typer.core.TyperOption | None:  # type: ignore[override]
        return _translated(super().get_help_option(ctx))

    def get_usage(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _usage(super().get_usage(ctx))

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            # An option without its value does not say to which command it was given.
            if getattr(error, "ctx", ctx) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise


class Group(typer.core.TyperGroup):
    """The same for a group of commands."""

    def get_help_option(self, ctx: typer.Context) -> typer.core.TyperOption | None:  # type: ignore[override]
        return _translated(super().get_help_option(ctx))

    def get_usage(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _usage(super().get_usage(ctx))


def _usage(said: str) -> str:
    said = said.replace("Usage: ", say("help.usage"), 1).replace("[OPTIONS]", f"[{say('help.options')}]", 1)
    return said.replace("COMMAND [ARGS]...", say("help.usage_command"), 1)


def _translated(option: typer.core.TyperOption | None) -> typer.core.TyperOption | None:
    if option is not None:
        option.help = say("help.help")
    return option
