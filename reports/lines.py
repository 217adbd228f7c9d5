"""One line of the result for each channel: what its picture is, in words, and what is not known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.schema import Catalogue
from config.words import language, say
from probe.model import Gap
from reports import scan_json as out
from reports.picture_words import (
    LIVE_RULE,
    fault_words,
    lines_in_words,
    offline_words,
    wrongs,
)

State = Literal["good", "faulty", "unknown"]

# The clause whose verdict has a column of its own.
FORMAT_RULE = "guannan-2018.3"
_URGENCY: Mapping[State, int] = {"faulty": 0, "unknown": 1, "good": 2}
_MOST = 8  # lines of one recorder
# Why a fault is not judged on a channel that has no picture to compare with.
WITHOUT_BASELINE = (Gap.NO_BASELINE, Gap.OFF_PRESET)


@dataclass(frozen=True, slots=True)
class Line:
    """One channel, or a device that shows none. Its picture is good, faulty (how?), or unknown (why?)."""

    id: str  # of the place that shows it: d11.1, whose picture is d11-1.jpg
    name: str
    address: str
    brand_model: str
    resolution: str
    picture: str
    state: State
    tv_lines: str
    verdict: str  # of the clause on the picture's format
    is_binding: bool  # that verdict
    remark: str


def lines(document: out.Document, catalogue: Catalogue) -> list[Line]:
    """Return one line for each channel, and one for a device that shows no channel at all."""
    found: list[Line] = []
    cameras = {camera.id: camera for camera in document.cameras}
    for device in document.devices:
        channels: list[out.Channel | None] = [*device.channels] or [None]
        found += [_line(device, channel, catalogue, cameras) for channel in channels]
    return found


def brief(document: out.Document, catalogue: Catalogue) -> list[Line]:
    """Return the lines that a scan shows: of a recorder only a few, and no good one that has its own line.

    The channels of a recorder that are faulty or not known come first.
    """
    found: list[Line] = []
    cameras = {camera.id: camera for camera in document.cameras}
    listed = {
        channel.camera_id
        for device in document.devices
        if device.kind != "recorder"
        for channel in device.channels
    }
    for device in document.devices:
        channels: list[out.Channel | None] = [*device.channels] or [None]
        made = [(channel, _line(device, channel, catalogue, cameras)) for channel in channels]
        if device.kind == "recorder":
            own = [
                one for one in made if one[1].state != "good" or (one[0] and one[0].camera_id not in listed)
            ]
            made = sorted(own, key=lambda one: _URGENCY[one[1].state])[:_MOST]
        found += [line for _, line in made]
    return found


def gap_words(catalogue: Catalogue, gap: str) -> str:
    words = catalogue.gaps.get(gap)
    return words.name if words and language() == "zh" else gap


def verdict_words(catalogue: Catalogue, verdict: str) -> str:
    return catalogue.verdicts[verdict].name if language() == "zh" else verdict


def _line(
    device: out.Device,
    channel: out.Channel | None,
    catalogue: Catalogue,
    cameras: Mapping[str, out.Camera],
) -> Line:
    gaps = {**device.gaps, **(channel.gaps if channel else {})}
    state, picture, remark = _picture(channel, gaps, catalogue)
    format_finding = _format_finding(channel)
    return Line(
        id=place_id(device, channel),
        name=_name(channel),
        address=device.address,
        brand_model=_brand_model(device, channel, cameras),
        resolution=_resolution(channel),
        picture=picture,
        state=state,
        tv_lines=lines_in_words(channel, catalogue.rule(LIVE_RULE).all[0]) if channel else "",
        verdict=format_finding.verdict if format_finding else "unknown",
        is_binding=format_finding is None or format_finding.binding,
        remark=say("reading.semicolon").join(part for part in (remark, _of_sub(channel)) if part),
    )


def place_id(device: out.Device, channel: out.Channel | None) -> str:
    return f"{device.id}.{channel.number}" if channel else device.id


def _brand_model(device: out.Device, channel: out.Channel | None, cameras: Mapping[str, out.Camera]) -> str:
    """Name the camera: of one behind a recorder what is on record, not the recorder."""
    camera = cameras.get(channel.camera_id or "") if channel else None
    said: out.Device | out.Camera | None = camera if device.kind == "recorder" else device
    return " ".join(word for word in (said.brand, said.model) if word) if said else ""


def _name(channel: out.Channel | None) -> str:
    if channel is None:
        return ""
    return (channel.osd[0] if channel.osd else None) or channel.name or ""


def _resolution(channel: out.Channel | None) -> str:
    main = next((one for one in channel.streams if one.role == "main"), None) if channel else None
    return f"{main.width}×{main.height} {main.codec}" if main and main.width and main.height else ""


def _of_sub(channel: out.Channel | None) -> str:
    is_sub = channel is not None and channel.picture.get("stream_role") == "sub"
    return say("picture.sub") if is_sub else ""


def _picture(
    channel: out.Channel | None, gaps: dict[str, str], catalogue: Catalogue
) -> tuple[State, str, str]:
    alive = channel.picture.get("alive") if channel else None
    if channel and (wrong := wrongs(channel, catalogue)):
        return "faulty", say("reading.comma").join(wrong), ""
    if alive is False:
        return "faulty", say("picture.dead"), say("picture.dead_why")
    if alive is None and channel is not None and channel.online is False:
        return "unknown", say("picture.unknown"), offline_words(channel)
    if alive is None:
        why = gaps.get("alive") or gaps.get("channels") or gaps.get("onvif") or Gap.NOT_ASKED.value
        return "unknown", say("picture.unknown"), gap_words(catalogue, why)

    # A fault that could not be judged is not known to be absent: such a picture is not called good.
    # What needs a picture to compare with is told once, for all channels.
    open_still = [
        fault for fault in catalogue.faults if fault in gaps and gaps[fault] not in WITHOUT_BASELINE
    ]
    if not open_still:
        return "good", say("picture.good"), ""
    return "unknown", say("picture.seen"), _reasons(open_still, gaps, catalogue)


def _reasons(open_still: list[str], gaps: dict[str, str], catalogue: Catalogue) -> str:
    """Say for each reason which faults it leaves open."""
    comma, semicolon = say("reading.comma"), say("reading.semicolon")
    faults_by_gap: dict[str, list[str]] = {}
    for fault in open_still:
        faults_by_gap.setdefault(gaps[fault], []).append(fault_words(catalogue, fault))
    return semicolon.join(
        say("picture.open", faults=comma.join(faults), why=gap_words(catalogue, gap))
        for gap, faults in faults_by_gap.items()
    )


def _format_finding(channel: out.Channel | None) -> out.Finding | None:
    findings = channel.findings if channel else []
    return next((finding for finding in findings if finding.rule == FORMAT_RULE), None)
