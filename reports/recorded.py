"""What a recorder's channel holds, as the JSON says it, and what of that the judge may believe. 录像"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from config.makers import maker_in
from config.schema import Rule
from probe.model import (
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    evidence_of,
    value_of,
)
from probe.record import forecast, playback, retention
from probe.record.clock import local_text
from reports import scan_json as out

# Metrics that stand under `recording`; a playback's TV lines stand beside the live ones.
METRICS = frozenset(
    metric
    for metric in (*retention.METRICS, *playback.METRICS, forecast.METRIC)
    if not metric.startswith("tvl_")
)
AGE = "recording_age_days"
_PROTOCOLS: Mapping[str, str] = {"hikvision": "isapi", "dahua": "dahua"}


def handed(evidence: tuple[Evidence, ...], rule: Rule, known_days: int) -> tuple[Evidence, ...]:
    """Return what the judge of a rule is handed of a device that has been on record for so many days.

    One that we have known for as long as the rule wants is not young, whatever its recordings say: those
    that are missing are lost.
    """
    limits = [one.limit for one in rule.not_due if one.metric == AGE]
    if not any(isinstance(limit, int | float) and known_days >= limit for limit in limits):
        return evidence
    known = NotMeasured(Gap.UNCLEAR, f"the device has been on record for {known_days} days")
    return tuple(replace(one, reading=known) if one.metric == AGE else one for one in evidence)


def recording_of(evidence: tuple[Evidence, ...], zone: tzinfo) -> out.Recording | None:
    """Return what was read of a channel's recordings, or None where nothing was."""
    if not any(one.metric in METRICS and isinstance(one.reading, Measured) for one in evidence):
        return None

    def read(metric: str) -> Any:  # noqa: ANN401  JSON, held to the schema below
        return value_of(evidence, metric)

    holes = read("recording_holes")
    return out.Recording(
        source=read("recording_source"),
        oldest=read("recording_oldest"),
        newest=read("recording_newest"),
        continuous_days=read("continuous_days"),
        continuous_days_at_most=read("continuous_days_at_most"),
        unbroken_days=read("unbroken_days"),
        unbroken_days_at_most=read("unbroken_days_at_most"),
        days=read("recording_days"),
        unknown_days=read("recording_unknown_days"),
        days_recorded=read("days_recorded"),
        window_days=read("window_days"),
        holes=None if holes is None else [out.Hole(**{"from": start, "to": end}) for start, end in holes],
        holed_days=read("recording_holed_days"),
        longest_hole_h=read("longest_hole_h"),
        mode=read("recording_mode"),
        recording_now=read("recording_now"),
        expiry_days=read("recording_expiry_days"),
        locked_clips=read("locked_clips"),
        read_at=_read_at(evidence, zone),
        age_days=read(AGE),
        playback=out.Playback(**{name: read(f"playback_{name}") for name in out.Playback.model_fields}),
        forecast_days=read(forecast.METRIC),
    )


def recordings_asked_at(evidence: Iterable[Evidence]) -> datetime | None:
    asked = evidence_of(evidence, "recording_source")
    return asked.at if asked else None


def recorded_stream(evidence: tuple[Evidence, ...]) -> list[out.Stream]:
    """Return the stream that a playback was, where it was decoded."""
    codec, width, height = (value_of(evidence, f"playback_{name}") for name in ("codec", "width", "height"))
    if width is None or height is None:
        return []
    undeclared = out.Declared(codec=None, width=None, height=None, fps=None)
    return [
        out.Stream(
            role="recorded",
            codec=codec,
            width=width,
            height=height,
            fps=None,
            kbps=None,
            declared=undeclared,
            uri=None,
        )
    ]


def source_of(report: ChannelReport) -> out.Source:
    """Return the camera behind the channel, as the recorder lists it."""
    behind = report.channel.camera
    if behind is None:
        return out.Source()
    return out.Source(
        address=behind.address or None,
        mac=behind.mac.upper() or None,
        serial=behind.serial or None,
        model=behind.model or None,
        brand=behind.brand or None,
    )


def disks_of(evidence: tuple[Evidence, ...]) -> list[out.Disk] | None:
    disks = value_of(evidence, "disks")
    if disks is None:
        return None
    return [out.Disk(**{name: _known(one.get(name)) for name in out.Disk.model_fields}) for one in disks]


def storage_of(evidence: tuple[Evidence, ...]) -> out.Storage | None:
    if value_of(evidence, "disks") is None:
        return None
    return out.Storage(
        capacity_gib=value_of(evidence, "storage_capacity_gib"),
        free_gib=value_of(evidence, "storage_free_gib"),
        state=value_of(evidence, "storage_state"),
    )


def protocols_of(report: DeviceReport) -> dict[str, str]:
    """Return the makers' protocols that gave readings, and GB28181 where the device is set up for it."""
    evidence = report.evidence
    sources = {value_of(one.evidence, "recording_source") for one in report.channels}
    found = {
        name: "supported" for name in _PROTOCOLS.values() if any(str(one).startswith(name) for one in sources)
    }
    maker = maker_in(str(value_of(evidence, "manufacturer") or ""))
    if value_of(evidence, "disks") is not None and maker in _PROTOCOLS:
        found[_PROTOCOLS[maker]] = "supported"
    if value_of(evidence, "gb_code"):
        found["gb28181"] = "supported"
    return found


def _read_at(evidence: tuple[Evidence, ...], zone: tzinfo) -> str | None:
    """Return when the recordings were asked for, by the school's clock."""
    at = recordings_asked_at(evidence)
    return local_text(at, zone) if at else None


def _known(value: object) -> Any:  # noqa: ANN401  JSON
    return None if value == "" else value
