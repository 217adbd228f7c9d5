"""The table a technician reads after a scan, and the sentences under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.schema import Catalogue, Rule, Standard
from config.words import language, say
from probe.model import NO_PROTOCOL, Gap
from reports import scan_json as out
from reports.console import plain
from reports.lines import FORMAT_RULE, Line, brief, lines, place_id, verdict_words
from reports.picture_words import fault_words
from reports.recorded import METRICS
from reports.recorder_page import days_sentence, recorders_table, short_of
from reports.snapshots import snapshot_name

_STATE_STYLE = {"good": "green", "faulty": "bold red", "unknown": "yellow"}
_VERDICT_STYLE = {"met": "green", "not-met": "bold red", "unknown": "yellow"}
_NAMED = 12  # addresses in one sentence
_WIDE = 120  # columns of a terminal that has room for make, model and remark


def show(console: Console, document: out.Document, catalogue: Catalogue) -> None:
    """Print the table, the counts, and what the reader should do next."""
    listed = lines(document, catalogue)
    if not listed:
        console.print(plain(say("result.none"), "bold"))
    else:
        shown = brief(document, catalogue)
        console.print(_table(shown, catalogue, wide=console.width >= _WIDE))
        if console.width < _WIDE:
            _remarks(console, shown)
        if len(shown) < len(listed):
            console.print(plain(say("result.shortened", count=len(listed) - len(shown))))
        if (recorders := recorders_table(document, catalogue)) is not None:
            console.print(recorders)
            for words in short_of(document, catalogue):
                console.print(plain(words))
        _counts(console, document, listed, catalogue)
        _where_pictures_are(console, document)
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


def not_met(document: out.Document, rules: Collection[str]) -> bool:
    """Say whether anything at all is not met, of what judges its subject by one of these rules."""
    return any(
        finding.verdict == "not-met" and finding.rule in rules for finding in _binding_findings(document)
    )


def _binding_findings(document: out.Document) -> list[out.Finding]:
    return [
        finding
        for device in document.devices
        for findings in (device.findings, *(channel.findings for channel in device.channels))
        for finding in findings
        if finding.binding
    ]


def _table(listed: list[Line], catalogue: Catalogue, *, wide: bool) -> Table:
    table = Table(title=say("table.title"), title_style="bold", title_justify="left", expand=False)
    whole = {"id", "address", "minimum", *(["lines"] if wide else [])}
    limit = say("table.limit", **{c.metric: c.limit for c in catalogue.rule(FORMAT_RULE).all})
    shown = [key for key in _COLUMNS if wide or key not in ("brand", "remark")]
    for key in shown:
        title = limit if key == "minimum" else say(f"table.{key}")
        table.add_column(title, overflow="fold", no_wrap=key in whole, min_width=_LEAST.get(key))
    for line in listed:
        cells = {
            "id": plain(line.id),
            "place": plain(line.name),
            "address": plain(line.address),
            "brand": plain(line.brand_model),
            "resolution": plain(line.resolution),
            "picture": plain(line.picture, _STATE_STYLE[line.state]),
            "lines": plain(line.tv_lines),
            "minimum": _verdict(line, catalogue),
            "remark": plain(line.remark),
        }
        table.add_row(*(cells[key] for key in shown))
    return table


_COLUMNS = ("id", "place", "address", "brand", "resolution", "picture", "lines", "minimum", "remark")
# Narrower than this, and words break in the middle.
_LEAST = {"place": 8, "resolution": 9, "picture": 10, "lines": 8}


def _remarks(console: Console, listed: list[Line]) -> None:
    """Print under a table that has no room for them what it says of its lines, each once with its places."""
    places: dict[str, list[str]] = {}
    for line in listed:
        if line.remark:
            places.setdefault(line.remark, []).append(f"{line.id} {line.address}")
    for remark, addresses in places.items():
        console.print(plain(say("result.remark", remark=remark, addresses=_some(addresses))))
    console.print(plain(say("result.narrow", columns=_WIDE)))


def _where_pictures_are(console: Console, document: out.Document) -> None:
    """Print how a picture is found by the id in the table, with one that was really taken."""
    seen = (
        (device, channel)
        for device in document.devices
        for channel in device.channels
        if channel.picture.get("alive") is not None
    )
    if (first := next(seen, None)) is not None:
        device, channel = first
        file = snapshot_name(device.id, channel.number)
        console.print(plain(say("result.pictures", id=place_id(device, channel), file=file)))


def _verdict(line: Line, catalogue: Catalogue) -> Text:
    if not line.is_binding:
        return plain(say("result.advisory"))
    return plain(verdict_words(catalogue, line.verdict), _VERDICT_STYLE.get(line.verdict, ""))


def _counts(console: Console, document: out.Document, listed: list[Line], catalogue: Catalogue) -> None:
    states = Counter(line.state for line in listed)
    counted = say(
        "result.counted",
        cameras=len(document.cameras),
        channels=len(listed),
        good=states["good"],
        faulty=states["faulty"],
        unknown=states["unknown"],
    )
    console.print(plain(counted, "bold"))
    told = [_count(console, standard, rule, document) for standard, rule in _twins_together(catalogue)]
    if any(told):
        console.print(plain(say("result.once")))
    if words := days_sentence(document):
        console.print(plain(words))
    _without_baseline(console, document, catalogue)


def _twins_together(catalogue: Catalogue) -> list[tuple[Standard, Rule]]:
    """Return the clauses, the one on the format first, those that read the same beside each other."""
    every = [(standard, rule) for standard in catalogue.standards.values() for rule in standard.rules]
    every.sort(key=lambda one: one[1].id != FORMAT_RULE)
    first = {rule.all[0].metric: place for place, (_, rule) in reversed(list(enumerate(every)))}
    return sorted(every, key=lambda one: first[one[1].all[0].metric])


def _count(console: Console, standard: Standard, rule: Rule, document: out.Document) -> bool:
    """Print how often a clause is met; one that nothing settles so far stays unsaid, but for the format's.

    A device that shows no channel stays in the count, as unknown. Say whether a camera was left out because
    a recorder's channel is judged for it.
    """
    mute = sum(1 for device in document.devices if not device.channels) if rule.subject != "device" else 0
    verdicts = Counter(one.verdict for one in _binding_findings(document) if one.rule == rule.id)
    if rule.id != FORMAT_RULE and not verdicts["met"] + verdicts["not-met"] + verdicts["not-due"]:
        return False
    counted = say(
        "result.verdicts",
        rule=f"{_clause(standard, rule)} {rule.name}" if language() == "zh" else rule.id,
        unit=say("result.of_devices" if rule.subject == "device" else "result.of_channels"),
        met=verdicts["met"],
        not_met=verdicts["not-met"],
        unknown=verdicts["unknown"] + mute,
    )
    if verdicts["not-due"]:
        counted += say("result.verdicts_early", count=verdicts["not-due"])
    console.print(plain(counted))
    return any(
        rule.all[0].metric in METRICS and finding.rule == rule.id and not finding.binding
        for device in document.devices
        for channel in device.channels
        for finding in channel.findings
    )


def _clause(standard: Standard, rule: Rule) -> str:
    """Name the document with the clause."""
    return rule.clause if standard.number in rule.clause else f"{standard.number} {rule.clause}"


def _without_baseline(console: Console, document: out.Document, catalogue: Catalogue) -> None:
    """Print once how many channels have no picture to compare with, and what is therefore not judged."""
    channels = [channel for device in document.devices for channel in device.channels]
    for gap, key in ((Gap.NO_BASELINE, "result.no_baseline"), (Gap.OFF_PRESET, "result.off_preset")):
        open_faults = [{f for f, why in channel.gaps.items() if why == gap} for channel in channels]
        faults = [fault for fault in catalogue.faults if any(fault in some for some in open_faults)]
        if not faults:
            continue
        note = say(
            key,
            count=sum(1 for some in open_faults if not some.isdisjoint(faults)),
            faults=say("reading.comma").join(fault_words(catalogue, fault) for fault in faults),
            nights=catalogue.settings.baseline.nights,
        )
        console.print(plain(note))


def _next_steps(console: Console, document: out.Document) -> None:
    refused = {Gap.AUTH_REFUSED, Gap.NO_CREDENTIAL, Gap.LOCKED}
    locked_out = [d for d in document.devices if refused & _gaps(d)]
    if locked_out:
        named = _some([device.address for device in locked_out])
        console.print(plain(say("result.login", count=len(locked_out), addresses=named), "yellow"))
    mute = [one.address for one in document.silent if one.why.startswith(NO_PROTOCOL)]
    silent = [one.address for one in document.silent if not one.why.startswith(NO_PROTOCOL)]
    for key, addresses in (("result.silent", silent), ("result.no_protocol", mute)):
        if addresses:
            console.print(plain(say(key, addresses=_some(addresses)), "yellow"))
    if document.suggestions:
        console.print(plain(say("result.suggestions", count=len(document.suggestions)), "yellow"))
    if document.conflicts:
        console.print(plain(say("result.conflicts", count=len(document.conflicts)), "yellow"))
    if found := bugs(document):
        console.print(plain(say("result.bug", count=len(found), where="、".join(found[:8])), "bold red"))


def _some(addresses: list[str]) -> str:
    names = list(dict.fromkeys(addresses))
    return say("reading.comma").join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


def _gaps(device: out.Device) -> set[str]:
    """Every gap of a device and its channels: RTSP may refuse a login that ONVIF accepts."""
    return {*device.gaps.values(), *(gap for channel in device.channels for gap in channel.gaps.values())}
