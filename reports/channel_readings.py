"""One channel as a technician reads it: its streams, its picture, TV lines, faults with their numbers.

The other raw numbers stay in the JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from config.schema import Catalogue, Condition, FaultRule, Rule
from config.words import language, say
from probe.gap import Gap
from probe.picture.faults import holds
from probe.picture.tvl import proof
from reports import scan_json as out
from reports.lines import WITHOUT_BASELINE, gap_words
from reports.picture_words import (
    LIVE_RULE,
    PLAYBACK_RULE,
    SHIFT,
    enlarged_words,
    fault_name,
    fault_words,
    lines_in_words,
)
from reports.reading_rows import add, add_gaps, metric_name, new_table, text_of
from reports.recorded import AGE, METRICS
from reports.recording_words import days_words, recording_rows

# Read on every channel, whether or not there is a fault.
_ALWAYS = ("alive", "clock_runs", "osd_clock", "keyframe_interval_s", "transport")
# What sharpness and the TV lines rest on.
_TV_LINES = {"sharpness", *proof.PROOF.metrics}
_RED = "bold red"
_UNITS = {"d": "limit_d", "%": "limit_pct", "TV lines": "limit_lines"}
_SIGNS = {">=": "≥", "<=": "≤", "==": "="}


def channel_table(channel: out.Channel, catalogue: Catalogue, camera: str = "") -> Table:
    """Return what was read of a channel. `camera` says which one is behind a recorder's channel."""
    title = say("reading.channel", number=channel.number, name=channel.name or "")
    table = new_table(title)
    if camera:
        add(table, say("recorder.camera"), camera)
    for text in channel.osd:
        add(table, metric_name(catalogue, "osd"), text)
    for stream in channel.streams:
        _stream(table, stream, catalogue)
    for name in _ALWAYS:
        if (value := channel.picture.get(name)) is not None:
            add(table, metric_name(catalogue, name), text_of(value))
    _picture(table, channel, catalogue)
    _baseline(table, channel)
    _tv_lines(table, channel, catalogue)
    for name, words in recording_rows(channel, catalogue):
        add(table, name, words)
    unclear = [name for name, gap in channel.gaps.items() if _is_unclear_recording(name, gap) and name != AGE]
    if unclear:
        names = say("reading.comma").join(metric_name(catalogue, name, unit=False) for name in unclear)
        add(table, say("recording.unclear_title"), names, "yellow")
    for finding in channel.findings:
        if _is_on_recordings(finding) and channel.gaps.get("recording_source") == Gap.NOT_ASKED:
            continue
        style = _RED if finding.verdict == "not-met" and finding.binding else ""
        add(table, finding.clause, _finding(channel, finding, catalogue), style)
    add_gaps(table, dict(_gaps_that_matter(channel, catalogue)), catalogue)
    return table


def _stream(table: Table, stream: out.Stream, catalogue: Catalogue) -> None:
    role = say(f"reading.{stream.role}")
    measured = stream.model_dump(exclude={"role", "declared", "uri"})
    for what, values in (("measured", measured), ("declared", stream.declared.model_dump())):
        if words := _stream_words(values):
            add(table, f"{role} {say(f'reading.{what}')}", words)
    if stream.uri:
        add(table, f"{role} {metric_name(catalogue, 'uri')}", stream.uri)


def _stream_words(values: dict[str, object]) -> str:
    units = {"fps": "{} fps", "kbps": "{} kbit/s"}
    size = [values.pop(side) for side in ("width", "height")]
    words = [text_of(size)] if all(size) else []
    words += [units.get(name, "{}").format(text_of(value)) for name, value in values.items() if value]
    return say("reading.comma").join(words)


def _picture(table: Table, channel: out.Channel, catalogue: Catalogue) -> None:
    """Add what is wrong with the picture and what is open, each with the numbers that were read."""
    for fault in channel.faults:
        numbers = _numbers(channel, list(_reasons(channel, catalogue.faults[fault])), catalogue)
        add(table, say("table.picture"), f"{fault_name(channel, fault, catalogue)}\n{numbers}".strip(), _RED)
    if words := enlarged_words(channel):
        add(table, say("table.picture"), words, _RED)
    for rule in catalogue.faults.values():
        gap = channel.gaps.get(rule.id)
        if gap is None or gap in (*WITHOUT_BASELINE, Gap.HIDDEN):
            continue
        if numbers := _numbers(channel, [one for way in rule.ways for one in way], catalogue):
            names = fault_words(catalogue, rule.id)
            said = say("picture.open", faults=names, why=gap_words(catalogue, gap))
            add(table, say("table.picture"), f"{said}\n{numbers}", "yellow")


def _baseline(table: Table, channel: out.Channel) -> None:
    """Add what the comparison with the baseline gave, where there was one."""
    light = channel.picture.get("baseline")
    if light in (None, "none"):
        return
    words = [say(f"compared.{light}")]
    for metric, key in ((SHIFT, "compared.shift"), ("sharpness_ratio", "compared.sharpness")):
        if (value := channel.picture.get(metric)) is not None:
            words.append(say(key, value=text_of(value)))
    add(table, say("reading.baseline"), say("reading.semicolon").join(words))


def _reasons(channel: out.Channel, rule: FaultRule) -> Iterator[Condition]:
    """Give what the fault needs, and the conditions of every way in which it shows."""
    yield from rule.needs
    for way in rule.ways:
        values = [channel.picture.get(condition.metric) for condition in way]
        if all(v is not None and holds(one, v) for one, v in zip(way, values, strict=True)):
            yield from way


def _numbers(channel: out.Channel, conditions: Sequence[Condition], catalogue: Catalogue) -> str:
    """Say what was read for each metric that is a number, with the limits that it was held against."""
    limits: dict[str, list[str]] = {}
    for one in conditions:
        if channel.picture.get(one.metric) is not None and not isinstance(one.limit, str):
            limits.setdefault(one.metric, []).append(f"{_SIGNS.get(one.op, one.op)} {text_of(one.limit)}")
    return "\n".join(
        say(
            "reading.number",
            metric=metric_name(catalogue, metric, unit=False),
            value=text_of(channel.picture[metric]),
            limits=say("reading.comma").join(dict.fromkeys(against)),
        )
        for metric, against in limits.items()
    )


def _tv_lines(table: Table, channel: out.Channel, catalogue: Catalogue) -> None:
    for rule, key in ((LIVE_RULE, "lines.live"), (PLAYBACK_RULE, "lines.playback")):
        condition = catalogue.rule(rule).all[0]
        if all(channel.picture.get(one or "") is None for one in (condition.metric, condition.at_most)):
            continue
        words = [lines_in_words(channel, condition)]
        if rule == LIVE_RULE:
            words += _proof(channel, catalogue)
        add(table, say(key), say("reading.semicolon").join(words))


def _proof(channel: out.Channel, catalogue: Catalogue) -> list[str]:
    """Say what the bounds were measured by and when, or that a fault of the picture hides the lens."""
    if channel.gaps.get("tvl_live_at_least") == Gap.HIDDEN:
        return [gap_words(catalogue, Gap.HIDDEN)]
    by, on = channel.picture.get("tvl_live_by"), channel.picture.get("tvl_live_on")
    return [*([say(f"lines_by.{by}")] if by else []), *([say("lines.on", date=on)] if on else [])]


def _finding(channel: out.Channel, finding: out.Finding, catalogue: Catalogue) -> str:
    words = catalogue.verdicts[finding.verdict].name if language() == "zh" else finding.verdict
    rule = catalogue.rule(finding.rule)
    limit = _limit(rule, finding, catalogue)
    said = say("reading.finding_open", verdict=words, limit=limit)
    if finding.value is not None:
        said = say(
            "reading.finding", verdict=words, value=_judged(channel, rule, finding, catalogue), limit=limit
        )
    if _is_long_on_record(channel, rule, finding):
        said += f"\n{say('recording.not_young')}"
    if finding.binding:
        return said
    reason = f"\n{rule.reason}" if language() == "zh" and finding.verdict in ("met", "not-met") else ""
    return f"{said}{say('reading.advisory')}{reason}"


def _limit(rule: Rule, finding: out.Finding, catalogue: Catalogue) -> str:
    """Say what the clause asks for, and of which cameras, where it is not known whether this is one."""
    said = text_of(finding.limit)
    if not isinstance(finding.limit, list):
        key = _UNITS.get(catalogue.metrics[rule.all[0].metric].unit, "limit_number")
        said = say(f"reading.{key}", sign=_SIGNS.get(rule.all[0].op, rule.all[0].op), limit=said)
    if rule.applies_to is None or finding.verdict != "unknown" or finding.value is None:
        return said
    field = catalogue.fields[rule.applies_to.field].name
    return say("reading.limit_at", limit=said, field=field, value=rule.applies_to.value)


def _is_long_on_record(channel: out.Channel, rule: Rule, finding: out.Finding) -> bool:
    """Say whether recordings are younger than the clause asks for at a device that is not."""
    is_young = channel.recording is not None and channel.recording.age_days is not None
    return finding.verdict == "not-met" and bool(rule.not_due) and is_young


def _is_on_recordings(finding: out.Finding) -> bool:
    return not METRICS.isdisjoint(finding.metric.split(","))


def _judged(channel: out.Channel, rule: Rule, finding: out.Finding, catalogue: Catalogue) -> str:
    bounds = next((one for one in rule.all if one.at_most is not None), None)
    if bounds is None:
        return text_of(finding.value)
    if bounds.metric in METRICS:
        return days_words(channel.recording, channel.gaps, catalogue)
    return lines_in_words(channel, bounds)


def _gaps_that_matter(channel: out.Channel, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Give every gap but those of numbers that only feed a fault or the TV lines: these are told by name."""
    rules = catalogue.faults.values()
    raw = {one.metric for rule in rules for way in (rule.needs, *rule.ways) for one in way} | _TV_LINES
    if channel.picture.get("tvl_live_at_most") is None:
        raw.discard("tvl_live_at_least")  # nothing else says that there are no TV lines
    for name, gap in channel.gaps.items():
        if channel.online is False and gap == Gap.UNSUPPORTED:
            continue  # why it shows nothing is told beside the camera
        if gap == Gap.OUR_BUG or (name not in raw and not _is_of_recorders(channel, name, gap)):
            yield name, gap


def _is_unclear_recording(metric: str, gap: str) -> bool:
    """Say whether a recorder left something open: what the gap says of pictures is no help then."""
    return metric in METRICS and gap == Gap.UNCLEAR


def _is_of_recorders(channel: out.Channel, metric: str, gap: str) -> bool:
    """Say whether a gap is told elsewhere, or only that a camera is no recorder, or has no such word."""
    if metric not in METRICS and not metric.startswith("tvl_playback"):
        return False
    if _is_unclear_recording(metric, gap):
        return True
    return gap == Gap.NOT_ASKED or (channel.recording is not None and gap == Gap.UNSUPPORTED)
