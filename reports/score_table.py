"""The table that `camcensus score` prints."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.words import say
from reports.console import plain
from reports.score import Score


def show_score(console: Console, result: Score) -> None:
    """Print the counts, then every mistake in a line of its own."""
    table = Table(title=say("score.title"))
    for key in ("what", "right", "unknown", "wrong"):
        table.add_column(say(f"score.{key}"), justify="left" if key == "what" else "right")
    for row in (
        result.devices,
        *result.facts,
        *result.pictures,
        result.retention,
        result.playback,
        result.cameras,
    ):
        table.add_row(row.name, str(row.right), str(row.unknown), _red(len(row.wrong)))
    console.print(table)

    if result.faults:
        faults = Table(title=say("score.faults"))
        for key in ("what", "found", "unjudged", "missed", "false"):
            faults.add_column(say(f"score.{key}"), justify="left" if key == "what" else "right")
        for one in result.faults:
            counts = (str(one.found), str(one.unjudged), _red(len(one.missed)), _red(len(one.false)))
            faults.add_row(one.name, *counts)
        console.print(faults)

    for mistake in result.mistakes:
        console.print(plain(mistake, "red"))


def _red(count: int) -> Text:
    return plain(count, "bold red" if count else "")
