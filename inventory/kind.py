"""Whether a device is a camera or a recorder, by what it says of itself."""

from __future__ import annotations

import re

from inventory.identity import text_of
from inventory.record import Kind
from probe.model import DeviceReport, value_of

# The word itself, or a model series that leaves it out: Hikvision DS-76xx to DS-96xx recorders, Dahua HCVR.
_RECORDER_WORD = re.compile(
    r"(?<![a-z])h?c?(nvr|dvr|xvr|hvr|hcvr)|network[ _-]?video[ _-]?(recorder|storage)|video_recorder|录像机|"
    r"\bds-(7[1-9]|8[0-9]|9[0-9])\d\d[a-z]*-",
    re.IGNORECASE,
)
_TRANSMITTER_WORD = re.compile(
    r"network_?video_?transmitter|video_?encoder|\bipc|\bip[ _-]?cam|摄像机", re.IGNORECASE
)
# Panoramic housings carry two to eight sensors; nothing sold as one camera carries more.
_MOST_LENSES = 8


def decide(report: DeviceReport) -> Kind:
    """Return the kind: the maker's own word, else what its other words tell; `unknown` where none does."""
    match text_of(report, "device_kind"):
        case "recorder":
            return "recorder"
        case "camera":
            return "camera"
        case _:
            pass
    said = " ".join(_words(report))
    stated = value_of(report.evidence, "video_sources")
    sources = stated if isinstance(stated, int) else len(report.channels)
    if names_a_recorder(said):
        return "recorder"
    if sources > _MOST_LENSES:
        return "recorder"
    if _TRANSMITTER_WORD.search(said) or (sources and _speaks_onvif(report)):
        return "camera"
    return "unknown"


def names_a_recorder(model: str) -> bool:
    """Say whether a model's name is that of a recorder."""
    return _RECORDER_WORD.search(model) is not None


def shows_video(report: DeviceReport) -> bool:
    """Say whether anything at all proves video here: a device of unknown kind is a camera only then."""
    if any(value_of(report.evidence, metric) in ("supported", "off") for metric in ("onvif", "rtsp")):
        return True
    return any(channel.channel.streams for channel in report.channels)


def _speaks_onvif(report: DeviceReport) -> bool:
    return text_of(report, "onvif") == "supported"


def _words(report: DeviceReport) -> list[str]:
    scopes = value_of(report.evidence, "scopes")
    return [
        text_of(report, "model"),
        text_of(report, "hardware_id"),
        *report.target.scopes,
        *(str(scope) for scope in (scopes if isinstance(scopes, list) else ())),
        *(word for sighting in report.target.sightings for word in sighting.types),
    ]
