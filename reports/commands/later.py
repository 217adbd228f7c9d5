"""Commands of later versions: known by name, so that nobody takes them for a mistyped word."""

from __future__ import annotations

import typer

from config.errors import UsageError
from config.words import say

_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_to(app: typer.Typer, name: str) -> None:
    """Add a command that is in no list, takes whatever follows, and says that it comes later."""

    def later(_: typer.Context) -> None:
        raise UsageError(say("error.later_command", name=name))

    app.command(name, hidden=True, add_help_option=False, context_settings=dict(_ANYTHING))(later)
