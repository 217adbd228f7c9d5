"""The options that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from config.errors import UsageError
from config.words import say

Workspace = Annotated[Path, typer.Option("--workspace", "-w", help=say("help.workspace"))]
Json = Annotated[str | None, typer.Option("--json", metavar="FILE", help=say("help.json"))]
FailOn = Annotated[Literal["not-met"] | None, typer.Option("--fail-on", help=say("help.fail_on"))]
Targets = Annotated[list[str] | None, typer.Argument(metavar="TARGET", help=say("help.targets"))]
HERE = Path()


def json_path(json: str | None) -> Path | None:
    """Return the file that `--json` names, or None for the screen."""
    return None if json in (None, "-") else Path(str(json))


def sheet_path(out: Path) -> Path:
    """Return the file that `--out` names. Raise UsageError for one that no spreadsheet program would open."""
    if out.suffix.lower() != ".xlsx":
        raise UsageError(say("form.not_xlsx", path=out))
    return out
