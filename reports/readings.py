"""One device in full: what it says, what each of its pictures shows, every gap with its mend."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from config.schema import Catalogue
from config.words import language, say
from probe.model import NO_PROTOCOL
from probe.record import storage
from probe.vendor import registration
from reports import scan_json as out
from reports.channel_readings import channel_table
from reports.console import plain
from reports.lines import gap_words
from reports.reading_rows import add, add_gaps, metric_name, new_table, text_of
from reports.recorder_page import add_recorder_rows, camera_words, channels_table

_READINGS = ("mac", "dhcp", "brand", "manufacturer", "model", "firmware", "serial", "clock_offset_s")
_MAKERS = ("isapi", "dahua", "gb28181")
_OF_RECORDERS = frozenset((*storage.METRICS, *registration.METRICS))


def show_readings(console: Console, document: out.Document, catalogue: Catalogue) -> None:
    """Print every device of the document, a table for it and one for each channel."""
    for device in document.devices:
        console.print(_device(device, catalogue))
        if device.kind == "recorder" and device.channels:
            console.print(channels_table(device, document, catalogue))
        for channel in device.channels:
            console.print(channel_table(channel, catalogue, camera_words(device, channel, document)))
        if device.channels:
            console.print(plain(say("reading.more")))
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


def _matters(device: out.Device, metric: str) -> bool:
    """Say whether a gap tells the reader anything: a camera has no disks of its own to be asked for."""
    return device.kind == "recorder" or metric not in _OF_RECORDERS


def _device(device: out.Device, catalogue: Catalogue) -> Table:
    table = new_table(f"{device.address}  {say(f'kind.{device.kind}')}")
    add(table, say("reading.ports"), " ".join(str(port) for port in device.ports))
    ways = say("reading.comma").join(say(f"reading.{way}") for way in device.seen_by)
    add(table, say("reading.seen_by"), ways)
    for protocol, support in device.protocols.model_dump().items():
        if support != "unknown":
            name = say(f"protocol.{protocol}") if protocol in _MAKERS else metric_name(catalogue, protocol)
            add(table, name, say(f"support.{support}"))
    for name in _READINGS:
        if (value := getattr(device, name)) is not None:
            add(table, metric_name(catalogue, name), text_of(value))
    if device.kind == "recorder":
        add_recorder_rows(table, device)
    add_gaps(table, {name: gap for name, gap in device.gaps.items() if _matters(device, name)}, catalogue)
    return table
