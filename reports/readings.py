"""One device in full: what it says, what each of its pictures shows, every gap with its mend."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from config.schema import Catalogue
from config.words import language, say
from probe.model import NO_PROTOCOL
from reports import scan_json as out
from reports.channel_readings import channel_table
from reports.console import plain
from reports.lines import gap_words
from reports.reading_rows import add, add_gaps, metric_name, new_table, text_of

_NOT_READINGS = {"id", "channels", "findings", "gaps", "protocols", "seen_by", "ports", "address", "kind"}


def show_readings(console: Console, document: out.Document, catalogue: Catalogue) -> None:
    """Print every device of the document, a table for it and one for each channel."""
    for device in document.devices:
        console.print(_device(device, catalogue))
        for channel in device.channels:
            console.print(channel_table(channel, catalogue))
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
    table = new_table(f"{device.address}  {say(f'kind.{device.kind}')}")
    add(table, say("reading.ports"), " ".join(str(port) for port in device.ports))
    add(table, say("reading.seen_by"), " ".join(device.seen_by))
    for protocol, support in device.protocols.model_dump().items():
        if support != "unknown":
            add(table, metric_name(catalogue, protocol), say(f"support.{support}"))
    for name, value in device.model_dump(exclude=_NOT_READINGS).items():
        if value is not None:
            add(table, metric_name(catalogue, name), text_of(value))
    add_gaps(table, device.gaps, catalogue)
    return table
