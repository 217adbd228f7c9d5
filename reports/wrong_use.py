"""A mistake in a command, as a sentence for the person at the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import ValidationError
from typer.exceptions import TyperException

from config.mistakes import mistakes_of
from config.words import language, say

_UNKNOWN = re.compile(r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?")
_TOO_MANY = re.compile(r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)")


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
            key = "usage.switch" if "does not take" in error.message else "usage.empty"
            return say(key, name=getattr(error, "option_name", ""))
        case "MissingParameter":
            return say("usage.missing", name=_parameter(error)) + _meant(error)
        case "BadParameter":
            return say("usage.value", name=_parameter(error), why=_why(error))
        case "UsageError" if unknown := _UNKNOWN.fullmatch(error.message):
            return say("usage.command", name=unknown[1]) + _hint(re.findall(r"'([^']+)'", unknown[2] or ""))
        case "UsageError" if extra := _TOO_MANY.fullmatch(error.message):
            return say("usage.extra", words=extra[1])
        case "UsageError" if error.message == "Missing command.":
            return say("usage.no_command")
        case _:
            return say("usage.other", why=error.format_message())


def _hint(near: Iterable[str]) -> str:
    names = say("reading.comma").join(sorted(near))
    return say("usage.near", names=names) if names else ""


def _parameter(error: TyperException) -> str:
    """Return the name as it stands in the help: --user, NAME."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    return str(parameter.get_error_hint()).replace("'", "")


def _meant(error: TyperException) -> str:
    """Return what the missing parameter is, in the words of its help."""
    parameter = getattr(error, "param", None)
    words = getattr(parameter, "help", None)
    return str(words) if words else ""


def _why(error: TyperException) -> str:
    """Typer has a value checked by pydantic, whose complaints config/mistakes.py says in Chinese."""
    kind = getattr(getattr(error, "param", None), "type_descriptor", None)
    if choices := getattr(kind, "choices", None):
        return say("usage.choices", names=say("reading.comma").join(map(str, choices)))
    if language() == "zh" and isinstance(error.__cause__, ValidationError):
        return "；".join(mistake.message for mistake in mistakes_of(error.__cause__, file=""))
    return error.message
