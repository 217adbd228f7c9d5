"""One line of the result for each channel: what its picture is, in words, and what is not known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.schema import Catalogue, Rule
from config.words import language, say
from probe.model import Gap
from reports import scan_json as out

State = Literal["good", "faulty", "unknown"]

# The clause whose verdict has a column of its own.
FORMAT_RULE = "guannan-2018.3"


@dataclass(frozen=True, slots=True)
class Line:
    """One channel, or a device that shows none. Its picture is good, faulty (how?), or unknown (why?)."""

    name: str
    address: str
    brand_model: str
    resolution: str
    picture: str
    state: State
    verdict: str  # of the clause on the picture's format
    remark: str


def lines(document: out.Document, catalogue: Catalogue) -> list[Line]:
    """Return one line for each channel, and one for a device that shows no channel at all."""
    found: list[Line] = []
    for device in document.devices:
        channels: list[out.Channel | None] = [*device.channels] or [None]
        found += [_line(device, channel, catalogue) for channel in channels]
    return found


def format_rule(catalogue: Catalogue) -> Rule:
    """Return the clause on the picture's format."""
    rules = (rule for standard in catalogue.standards.values() for rule in standard.rules)
    return next(rule for rule in rules if rule.id == FORMAT_RULE)


def gap_words(catalogue: Catalogue, gap: str) -> str:
    words = catalogue.gaps.get(gap)
    return words.name if words and language() == "zh" else gap


def fault_words(catalogue: Catalogue, fault: str) -> str:
    return catalogue.faults[fault].name if language() == "zh" else fault


def verdict_words(catalogue: Catalogue, verdict: str) -> str:
    return catalogue.verdicts[verdict].name if language() == "zh" else verdict


def _line(device: out.Device, channel: out.Channel | None, catalogue: Catalogue) -> Line:
    main = next((s for s in channel.streams if s.role == "main"), None) if channel else None
    size = f"{main.width}×{main.height}" if main and main.width and main.height else ""
    gaps = {**device.gaps, **(channel.gaps if channel else {})}
    state, picture, remark = _picture(channel, gaps, catalogue)
    return Line(
        name=_name(channel),
        address=device.address,
        brand_model=" ".join(word for word in (device.brand, device.model) if word),
        resolution=f"{size} {main.codec}" if main and size else "",
        picture=picture,
        state=state,
        verdict=_verdict(channel),
        remark=remark,
    )


def _name(channel: out.Channel | None) -> str:
    if channel is None:
        return ""
    return (channel.osd[0] if channel.osd else None) or channel.name or ""


def _picture(
    channel: out.Channel | None, gaps: dict[str, str], catalogue: Catalogue
) -> tuple[State, str, str]:
    alive = channel.picture.get("alive") if channel else None
    if channel and channel.faults:
        words = [fault_words(catalogue, fault) for fault in channel.faults]
        return "faulty", say("reading.comma").join(words), ""
    if alive is False:
        return "faulty", say("picture.dead"), say("picture.dead_why")
    if alive is None:
        why = gaps.get("alive") or gaps.get("channels") or gaps.get("onvif") or Gap.NOT_ASKED.value
        return "unknown", say("picture.unknown"), gap_words(catalogue, why)

    # A fault that could not be judged is not known to be absent: such a picture is not called good.
    open_still = [fault.id for fault in catalogue.faults.values() if fault.judged and fault.id in gaps]
    if not open_still:
        return "good", say("picture.good"), ""
    words = [fault_words(catalogue, fault) for fault in open_still]
    reason = gap_words(catalogue, gaps[open_still[0]])
    return (
        "unknown",
        say("picture.seen"),
        say("picture.open", faults=say("reading.comma").join(words), why=reason),
    )


def _verdict(channel: out.Channel | None) -> str:
    findings = channel.findings if channel else []
    return next((finding.verdict for finding in findings if finding.rule == FORMAT_RULE), "unknown")
