"""Item 3: how fine each channel's picture is, live and recorded, as sizes and as bounds in TV lines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from probe.model import Measured
from reports import scan_json as out
from reports.guannan.page import Box, EvidencePage, Line, Look, line
from reports.guannan.scene import Lens, Scene, findings_of_item, outcome, signal_of
from reports.snapshots import snapshot_name

_ITEM = 3


def pictures_page(scene: Scene) -> EvidencePage:
    judged = [(lens, _findings(scene, lens)) for lens in scene.lenses]
    counted = Counter(outcome(findings) for _, findings in judged)
    lead = [
        scene.said(
            "size_lead",
            channels=len(judged),
            met=counted["met"],
            not_met=counted["not-met"],
            unknown=len(judged) - counted["met"] - counted["not-met"],
        )
    ]
    if advisory := sum(not finding.binding for _, findings in judged for finding in findings):
        lead.append(scene.said("size_advisory", count=advisory))
    lines = [_row(scene, lens, findings, place) for place, (lens, findings) in enumerate(judged)]
    return EvidencePage(
        _ITEM,
        scene.said("size_name"),
        tuple(lead),
        (scene.table("size_table", "size", lines, scene.said("no_run")),),
        (scene.said("size_note"), scene.said("size_note_lines")),
    )


def _findings(scene: Scene, lens: Lens) -> list[out.Finding]:
    """Return what binds, and of what does not only what was settled: the rest tells nobody anything."""
    found = findings_of_item(lens, scene.words.standard, _ITEM)
    return [finding for finding in found if finding.binding or finding.verdict in ("met", "not-met")]


def _row(scene: Scene, lens: Lens, findings: list[out.Finding], place: int) -> Line:
    verdicts = []
    looks = []
    for finding in findings:
        box = scene.verdict(finding)
        verdicts.append(f"{_clause(scene, finding)}：{box.text}")
        looks += [box.look] if finding.binding else []
    ranks: tuple[Look, ...] = ("bad", "unknown", "good")
    worst: Look = next((look for look in ranks if look in looks), "")
    notes = [scene.said("sub_stream")] if lens.value("stream_role") == "sub" else []
    return line(
        scene.title(lens),
        scene.said(f"signal_{signal_of(lens)}"),
        _size(scene, lens, "width", "height"),
        _size(scene, lens, "playback_width", "playback_height"),
        _lines(scene, lens, "tvl_live_at_least", "tvl_live_at_most"),
        _lines(scene, lens, "tvl_playback_at_least", "tvl_playback_at_most"),
        Box("\n".join(verdicts), worst),
        scene.said("semicolon").join(notes),
        Box("", picture=_picture(scene, lens) if place < scene.words.most_pictures else None),
    )


def _clause(scene: Scene, finding: out.Finding) -> str:
    if "playback" in finding.rule:
        return scene.said("playback_clause")
    return scene.said("live_clause" if "live" in finding.rule else "size_clause")


def _size(scene: Scene, lens: Lens, width: str, height: str) -> Box:
    across, down = lens.value(width), lens.value(height)
    if isinstance(across, int) and isinstance(down, int):
        return Box(scene.said("size", width=across, height=down))
    return scene.reading(lens.read(width))


def _lines(scene: Scene, lens: Lens, least: str, most: str) -> Box:
    """Return the bounds that are known; else why there are none."""
    match lens.read(least), lens.read(most):
        case Measured(value=low), Measured(value=high):
            return Box(scene.said("lines_between", at_least=low, at_most=high))
        case Measured(value=low), _:
            return Box(scene.said("lines_at_least", at_least=low))
        case _, Measured(value=high):
            return Box(scene.said("lines_at_most", at_most=high))
        case reading, _:
            return scene.reading(reading)


def _picture(scene: Scene, lens: Lens) -> Path | None:
    """Return the newest picture of the channel, where one is kept."""
    if scene.snapshots is None:
        return None
    path = scene.snapshots / snapshot_name(lens.device.id, lens.number)
    return path if path.is_file() else None
