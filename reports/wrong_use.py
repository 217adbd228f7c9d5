"""A mistake in a command, as a sentence for the person at the keyboard."""

from __future__ import annotations

from typer.exceptions import TyperException

from config.words import say


def wrong_use(error: TyperException) -> str:
    """Return what is wrong with the command that was typed, and where its help stands."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "camcensus"
    return f"{_what(error)}\n{say('usage.help', command=command)}"


def _what(error: TyperException) -> str:
    # Typer keeps these classes to itself; their names and attributes are those of click, whose copy they are.
    match type(error).__name__:
        case "NoSuchOption":
            near = getattr(error, "possibilities", None)
            hint = say("usage.near", names="、".join(sorted(near))) if near else ""
            return say("usage.option", name=getattr(error, "option_name", "")) + hint
        case "MissingParameter":
            return say("usage.missing", name=_parameter(error))
        case "BadParameter":
            return say("usage.value", name=_parameter(error), why=error.message)
        case _:
            return say("usage.other", why=error.format_message())


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    options = [*parameter.opts] if parameter.param_type_name == "option" else []
    return options[0] if options else str(parameter.make_metavar(getattr(error, "ctx", None)))
