"""Whether a device answered, and what its report looks like when it did not: every reading a gap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from probe.model import ChannelReport, DeviceReport, Evidence, Gap, Measured, NotMeasured, reading_of

# A gap for one of these says nothing came back, or nothing was sent.
_NO_WORD_FROM_IT = frozenset({Gap.UNREACHABLE, Gap.TIMEOUT, Gap.NOT_ASKED, Gap.OUR_BUG, Gap.PRIVILEGE})
# Conclusions about a protocol, which may be drawn from silence too.
_SILENCE = ("absent", "unknown")


def answered(report: DeviceReport) -> bool:
    """Say whether anything came back from the device itself. An open port alone is no answer."""
    if any(
        sighting.seen_by in ("ws-discovery", "ws-unicast", "rtsp") for sighting in report.target.sightings
    ):
        return True
    return any(_is_word_from_it(one) for one in _all_evidence(report))


def measured_count(report: DeviceReport) -> int:
    return sum(isinstance(one.reading, Measured) for one in _all_evidence(report))


def silenced(
    last: DeviceReport, now: DeviceReport | None, gap: Gap, detail: str, at: datetime
) -> DeviceReport:
    """Return the last report with this gap for every reading, save what was read this time."""
    evidence = _with_gap(last.evidence, gap, detail, at)
    if now is not None:
        read = {one.metric for one in now.evidence}
        evidence = (*now.evidence, *(one for one in evidence if one.metric not in read))
    channels = tuple(
        ChannelReport(one.channel, _with_gap(one.evidence, gap, detail, at)) for one in last.channels
    )
    return replace(now or last, evidence=evidence, channels=channels)


def forgotten(report: DeviceReport, at: datetime) -> DeviceReport:
    """Return the report of a visit whose readings are gone: it says so, and nothing else."""
    return replace(report, evidence=(Evidence("channels", NotMeasured(Gap.FORGOTTEN), "", at),), channels=())


def with_absent_channels(now: DeviceReport, before: DeviceReport, detail: str, at: datetime) -> DeviceReport:
    """Return the report with the channels it had before and does not list now, as gaps: they stay counted."""
    listed = {one.channel.number for one in now.channels}
    absent = [one for one in before.channels if one.channel.number not in listed]
    if not absent:
        return now
    match reading_of(now.evidence, "channels"):
        case NotMeasured(gap=reason) if reason is not Gap.NOT_ASKED:
            gap = reason
        case _:
            gap = Gap.UNREACHABLE
    gone = (ChannelReport(one.channel, _with_gap(one.evidence, gap, detail, at)) for one in absent)
    return replace(now, channels=tuple(sorted((*now.channels, *gone), key=lambda one: one.channel.number)))


def _with_gap(evidence: Iterable[Evidence], gap: Gap, detail: str, at: datetime) -> tuple[Evidence, ...]:
    return tuple(Evidence(one.metric, NotMeasured(gap, detail), one.probe, at) for one in evidence)


def _is_word_from_it(evidence: Evidence) -> bool:
    match evidence.reading:
        case NotMeasured(gap=gap):
            return gap not in _NO_WORD_FROM_IT
        case Measured(value=value):
            return value not in _SILENCE and evidence.metric != "mac"


def _all_evidence(report: DeviceReport) -> Iterable[Evidence]:
    yield from report.evidence
    for channel in report.channels:
        yield from channel.evidence
