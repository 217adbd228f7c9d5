"""The list of problems on the screen: errors first, grouped by what there is to do about them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from config.words import say
from reports.checks.problem import Problem
from reports.checks.run import by_mend
from reports.console import plain

_SHOWN = 20  # places under one heading; the 依据 sheet has all of them


def print_problems(console: Console, found: Sequence[Problem], *, whole: bool = False) -> None:
    """Print the problems; each heading says what to do, below it stands where. `whole`: all places."""
    if not found:
        console.print(plain(say("form.no_problem"), "green"))
        return
    groups = by_mend(found).items()
    for level, of_level in groupby(groups, key=lambda group: group[0][0]):
        listed = list(of_level)
        count = sum(len(members) for _, members in listed)
        heading = say("form.errors", n=count) if level == "error" else say("form.warnings", n=count)
        console.print(plain(heading, "bold red" if level == "error" else "bold yellow"))
        for (_, mend), members in listed:
            console.print(plain(f"■ {mend}"))
            for one in members if whole else members[:_SHOWN]:
                console.print(plain(f"   - {one.where}：{one.what}"))
            if not whole and len(members) > _SHOWN:
                console.print(plain(f"   - {say('form.more', n=len(members) - _SHOWN)}"))
