"""One device in full: every reading with its unit, every gap with its reason and its mend."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from config.schema import Catalogue
from config.words import language, say
from probe.model import NO_PROTOCOL
from reports import scan_json as out
from reports.console import plain
from reports.lines import gap_words

_NOT_READINGS = {"id", "channels", "findings", "gaps", "protocols", "seen_by", "ports", "address", "kind"}


def show_readings(console: Console, document: out.Document, catalogue: Catalogue) -> None:
    """Print every device of the document, a table for it and one for each channel."""
    for device in document.devices:
        console.print(_device(device, catalogue))
        for channel in device.channels:
            console.print(_channel(channel, catalogue))
    for silent in document.silent:
        console.print(plain(f"{silent.address}：{_why(silent.why, catalogue)}", "yellow"))
    if not document.devices and not document.silent:
        console.print(plain(say("result.none"), "bold"))


def _why(why: str, catalogue: Catalogue) -> str:
    """Return why an address is silent: a gap with its mend, or what was open without a word."""
    reason, _, ports = why.partition(": ")
    if reason == NO_PROTOCOL:
        return say("silent.no_protocol", ports=say("reading.comma").join(ports.split()))
    if why not in catalogue.gaps:
        return why
    mend = catalogue.gaps[why].mend if language() == "zh" else ""
    return f"{gap_words(catalogue, why)}。{mend}" if mend else why


def _device(device: out.Device, catalogue: Catalogue) -> Table:
    table = _table(f"{device.address}  {say(f'kind.{device.kind}')}")
    _add(table, say("reading.ports"), " ".join(str(port) for port in device.ports))
    _add(table, say("reading.seen_by"), " ".join(device.seen_by))
    for protocol, support in device.protocols.model_dump().items():
        if support != "unknown":
            _add(table, _metric(catalogue, protocol), say(f"support.{support}"))
    for name, value in device.model_dump(exclude=_NOT_READINGS).items():
        if value is not None:
            _add(table, _metric(catalogue, name), _text(value))
    _add_gaps(table, device.gaps, catalogue)
    return table


def _channel(channel: out.Channel, catalogue: Catalogue) -> Table:
    table = _table(say("reading.channel", number=channel.number, name=channel.name or ""))
    for text in channel.osd:
        _add(table, _metric(catalogue, "osd"), text)
    for stream in channel.streams:
        role = say(f"reading.{stream.role}")
        for name, value in stream.model_dump(exclude={"role", "declared"}).items():
            if value is not None:
                _add(table, f"{role} {_metric(catalogue, name)}", _text(value))
        declared = stream.declared.model_dump()
        _add(table, f"{role} {say('reading.declared')}", " ".join(_text(v) for v in declared.values() if v))
    for name, value in channel.picture.items():
        if value is not None:
            _add(table, _metric(catalogue, name), _text(value))
    for fault in channel.faults:
        _add(table, say("table.picture"), _metric(catalogue, fault), "bold red")
    for finding in channel.findings:
        words = catalogue.verdicts[finding.verdict].name if language() == "zh" else finding.verdict
        value = say("picture.unknown") if finding.value is None else _text(finding.value)
        shown = say("reading.finding", verdict=words, value=value, limit=_text(finding.limit))
        _add(table, finding.clause, shown, "bold red" if finding.verdict == "not-met" else "")
    _add_gaps(table, channel.gaps, catalogue)
    return table


def _table(title: str) -> Table:
    table = Table(title=plain(title, "bold"), title_justify="left", min_width=60)
    table.add_column(say("table.field"), overflow="fold", max_width=36)
    table.add_column(say("table.value"), overflow="fold")
    return table


def _add(table: Table, name: str, value: str, style: str = "") -> None:
    table.add_row(plain(name), plain(value, style))


def _add_gaps(table: Table, gaps: dict[str, str], catalogue: Catalogue) -> None:
    """One row for each reason: what it hides, and how to mend it."""
    for gap in dict.fromkeys(gaps.values()):
        hidden = [_metric(catalogue, metric, unit=False) for metric, why in gaps.items() if why == gap]
        words = catalogue.gaps[gap]
        mend = words.mend if language() == "zh" else ""
        name = f"{say('picture.unknown')}：{gap_words(catalogue, gap)}"
        _add(table, name, f"{say('reading.comma').join(hidden)}\n{mend}".strip(), "yellow")


def _metric(catalogue: Catalogue, name: str, *, unit: bool = True) -> str:
    if language() != "zh":
        return name
    if name in catalogue.metrics:
        metric = catalogue.metrics[name]
        return f"{metric.name}（{metric.unit}）" if unit and metric.unit not in ("", "1") else metric.name
    if name in catalogue.faults:
        return catalogue.faults[name].name
    return catalogue.fields[name].name if name in catalogue.fields else name


def _text(value: Any) -> str:  # noqa: ANN401  JSON
    if isinstance(value, list):
        return " × ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return say("reading.yes") if value else say("reading.no")
    return f"{value:,.6g}".replace(",", "") if isinstance(value, float) else str(value)
