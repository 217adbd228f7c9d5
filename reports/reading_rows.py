"""Tables of readings for people: a name with its unit, a value in words, a gap with its mend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.table import Table

from config.schema import Catalogue
from config.words import language, say
from reports.console import plain
from reports.lines import gap_words


def new_table(title: str) -> Table:
    table = Table(title=plain(title, "bold"), title_justify="left", min_width=60)
    table.add_column(say("table.field"), overflow="fold", max_width=36)
    table.add_column(say("table.value"), overflow="fold")
    return table


def add(table: Table, name: str, value: str, style: str = "") -> None:
    table.add_row(plain(name), plain(value, style))


def add_gaps(table: Table, gaps: Mapping[str, str], catalogue: Catalogue) -> None:
    """Add one row for each reason: what it hides, and how to mend it."""
    for gap in dict.fromkeys(gaps.values()):
        hidden = [metric_name(catalogue, metric, unit=False) for metric, why in gaps.items() if why == gap]
        words = catalogue.gaps[gap]
        mend = words.mend if language() == "zh" else ""
        name = f"{say('picture.unknown')}：{gap_words(catalogue, gap)}"
        add(table, name, f"{say('reading.comma').join(hidden)}\n{mend}".strip(), "yellow")


def metric_name(catalogue: Catalogue, name: str, *, unit: bool = True) -> str:
    """Return the name of a metric, a fault or a field in the reader's language."""
    if language() != "zh":
        return name
    if name in catalogue.metrics:
        metric = catalogue.metrics[name]
        return f"{metric.name}（{metric.unit}）" if unit and metric.unit not in ("", "1") else metric.name
    if name in catalogue.faults:
        return catalogue.faults[name].name
    return catalogue.fields[name].name if name in catalogue.fields else name


def text_of(value: Any) -> str:  # noqa: ANN401  JSON
    """Return a JSON value as a person writes it."""
    if isinstance(value, list | tuple):
        return " × ".join(text_of(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return say("reading.yes") if value else say("reading.no")
    if value is None:
        return say("picture.unknown")
    return f"{value:,.6g}".replace(",", "") if isinstance(value, float) else str(value)
