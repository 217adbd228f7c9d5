"""A mistake in a command, as a sentence for the person at the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import ValidationError
from typer.exceptions import TyperException

from config.mistakes import mistakes_of
from config.words import language, say

_UNKNOWN = re.compile(r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?")


def wrong_use(error: TyperException) -> str:
    """Return what is wrong with the command that was typed, and where its help stands."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "camcensus"
    return f"{_what(error)}\n{say('usage.help', command=command)}"


def _what(error: TyperException) -> str:
    # Typer keeps these classes to itself; their names and attributes are those of click, whose copy they are.
    match type(error).__name__:
        case "NoSuchOption":
            near = getattr(error, "possibilities", None) or ()
            return say("usage.option", name=getattr(error, "option_name", "")) + _hint(near)
        case "BadOptionUsage":
            return say("usage.empty", name=getattr(error, "option_name", ""))
        case "MissingParameter":
            return say("usage.missing", name=_parameter(error))
        case "BadParameter":
            return say("usage.value", name=_parameter(error), why=_why(error))
        case "UsageError" if unknown := _UNKNOWN.fullmatch(error.message):
            return say("usage.command", name=unknown[1]) + _hint(re.findall(r"'([^']+)'", unknown[2] or ""))
        case _:
            return say("usage.other", why=error.format_message())


def _hint(near: Iterable[str]) -> str:
    names = say("reading.comma").join(sorted(near))
    return say("usage.near", names=names) if names else ""


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    return str(parameter.get_error_hint()).replace("'", "") if parameter else ""


def _why(error: TyperException) -> str:
    """Typer has a value checked by pydantic, whose complaints config/mistakes.py says in Chinese."""
    if language() == "zh" and isinstance(error.__cause__, ValidationError):
        return "；".join(mistake.message for mistake in mistakes_of(error.__cause__, file=""))
    return error.message
