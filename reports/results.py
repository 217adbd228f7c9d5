"""The table a technician reads after a scan, and the sentences under it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from config.schema import Catalogue
from config.words import language, say
from probe.model import NO_PROTOCOL, Gap
from reports import scan_json as out
from reports.console import plain

_STYLE = {"met": "green", "not-met": "bold red", "unknown": "yellow"}


@dataclass(frozen=True, slots=True)
class Line:
    """One camera channel in words: its picture is good, faulty (and how), or unknown (and why)."""

    name: str
    address: str
    brand_model: str
    resolution: str
    picture: str
    state: str  # good | faulty | unknown
    minimum: str  # verdict of the format clause
    remark: str


def lines(document: out.Document, catalogue: Catalogue) -> list[Line]:
    """One line for each channel; one for a device that shows no channel at all."""
    found: list[Line] = []
    for device in document.devices:
        channels: list[out.Channel | None] = [*device.channels] or [None]
        found += [_line(device, channel, catalogue) for channel in channels]
    return found


def show(console: Console, document: out.Document, catalogue: Catalogue) -> None:
    """Print the table, the counts, and what the reader should do next."""
    listed = lines(document, catalogue)
    if not listed:
        console.print(plain(say("result.none"), "bold"))
    else:
        console.print(_table(listed, catalogue))
        _counts(console, listed)
    _next_steps(console, document)


def bugs(document: out.Document) -> list[str]:
    """Where our own code failed: the run ends with exit code 1 and names them."""
    found = [
        f"{device.address} {metric}"
        for device in document.devices
        for gaps in (device.gaps, *(channel.gaps for channel in device.channels))
        for metric, gap in gaps.items()
        if gap == Gap.OUR_BUG
    ]
    return list(dict.fromkeys(found))


def not_met(document: out.Document) -> bool:
    """Say whether anything at all is not met."""
    return any(
        finding.verdict == "not-met"
        for device in document.devices
        for findings in (device.findings, *(channel.findings for channel in device.channels))
        for finding in findings
    )


def gap_words(catalogue: Catalogue, gap: str) -> str:
    words = catalogue.gaps.get(gap)
    return words.name if words and language() == "zh" else gap


def _line(device: out.Device, channel: out.Channel | None, catalogue: Catalogue) -> Line:
    main = next((s for s in channel.streams if s.role == "main"), None) if channel else None
    gaps = {**device.gaps, **(channel.gaps if channel else {})}
    size = f"{main.width}×{main.height}" if main and main.width and main.height else ""
    state, picture, remark = _picture(channel, gaps, catalogue)
    return Line(
        name=_name(channel),
        address=device.address,
        brand_model=" ".join(word for word in (device.brand, device.model) if word),
        resolution=f"{size} {main.codec}" if main and size else "",
        picture=picture,
        state=state,
        minimum=_minimum(channel),
        remark=remark,
    )


def _name(channel: out.Channel | None) -> str:
    if channel is None:
        return ""
    return (channel.osd[0] if channel.osd else None) or channel.name or ""


def _picture(channel: out.Channel | None, gaps: dict[str, str], catalogue: Catalogue) -> tuple[str, str, str]:
    alive = channel.picture.get("alive") if channel else None
    if channel and channel.faults:
        words = [_fault_words(catalogue, fault) for fault in channel.faults]
        return "faulty", "、".join(words), ""
    if alive:
        return "good", say("picture.good"), ""
    why = gaps.get("alive") or gaps.get("channels") or gaps.get("onvif") or Gap.NOT_ASKED.value
    return "unknown", say("picture.unknown"), gap_words(catalogue, why)


def _fault_words(catalogue: Catalogue, fault: str) -> str:
    return catalogue.faults[fault].name if language() == "zh" else fault


def _minimum(channel: out.Channel | None) -> str:
    """The verdict of the clause on the live picture's format."""
    findings = channel.findings if channel else []
    return next((f.verdict for f in findings if f.metric == "width,height"), "unknown")


def _table(listed: list[Line], catalogue: Catalogue) -> Table:
    table = Table(title=say("table.title"), title_style="bold", expand=False)
    for key in ("number", "place", "address", "brand", "resolution", "picture", "minimum", "remark"):
        table.add_column(say(f"table.{key}"), overflow="fold")
    colour = {"good": "green", "faulty": "bold red", "unknown": "yellow"}
    for number, line in enumerate(listed, start=1):
        table.add_row(
            str(number),
            plain(line.name),
            plain(line.address),
            plain(line.brand_model),
            plain(line.resolution),
            plain(line.picture, colour[line.state]),
            plain(_verdict_words(catalogue, line.minimum), _STYLE.get(line.minimum, "")),
            plain(line.remark),
        )
    return table


def _verdict_words(catalogue: Catalogue, verdict: str) -> str:
    return catalogue.verdicts[verdict].name if language() == "zh" else verdict


def _counts(console: Console, listed: list[Line]) -> None:
    states = Counter(line.state for line in listed)
    minimum = Counter(line.minimum for line in listed)
    console.print(
        plain(
            say(
                "result.counted",
                cameras=len(listed),
                good=states["good"],
                faulty=states["faulty"],
                unknown=states["unknown"],
            ),
            "bold",
        )
    )
    console.print(
        plain(
            say(
                "result.minimum",
                met=minimum["met"],
                not_met=minimum["not-met"],
                unknown=minimum["unknown"],
            )
        )
    )


def _next_steps(console: Console, document: out.Document) -> None:
    refused = {Gap.AUTH_REFUSED, Gap.NO_CREDENTIAL, Gap.LOCKED}
    locked_out = [d for d in document.devices if refused & set(d.gaps.values())]
    if locked_out:
        console.print(plain(say("result.login", count=len(locked_out)), "yellow"))
    mute = [one.address for one in document.silent if one.why.startswith(NO_PROTOCOL)]
    silent = [one.address for one in document.silent if not one.why.startswith(NO_PROTOCOL)]
    for key, addresses in (("result.silent", silent), ("result.no_protocol", mute)):
        if addresses:
            shown = say("reading.comma").join(addresses[:12]) + ("…" if len(addresses) > 12 else "")
            console.print(plain(say(key, addresses=shown), "yellow"))
    if document.conflicts:
        console.print(plain(say("result.conflicts", count=len(document.conflicts)), "yellow"))
    if found := bugs(document):
        console.print(plain(say("result.bug", count=len(found), where="、".join(found[:8])), "bold red"))
