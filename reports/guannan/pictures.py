"""Item 3: how fine each channel's picture is, live and recorded, as sizes and as bounds in TV lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.model import Measured
from reports import scan_json as out
from reports.guannan.once import Findings, Once, each_once, lead
from reports.guannan.page import Box, EvidencePage, Line, Look, line
from reports.guannan.scene import Lens, Scene, outcome, signal_of
from reports.snapshots import snapshot_name

_ITEM = 3
# What the rules of the item judge, by how their ids end: of the live picture, then of the recorded one.
_LIVE: Mapping[str, str] = {"": "live_size_clause", "-live": "live_lines_clause"}
_RECORDED: Mapping[str, str] = {"-recorded": "recorded_size_clause", "-playback": "recorded_lines_clause"}


@dataclass(frozen=True, slots=True)
class _Judged:
    """A camera with the places where its live and its recorded picture are judged.

    `findings` stand behind the key of what they judge: those that bind, and of the rest what was settled.
    """

    camera: Once
    live: Lens
    recorded: Lens
    findings: tuple[tuple[str, out.Finding], ...]

    @property
    def outcome(self) -> str:
        return outcome([finding for _, finding in self.findings])


def pictures_page(scene: Scene) -> EvidencePage:
    cameras = each_once(scene)
    judged = [_judged(scene, camera) for camera in cameras]
    counted = Counter(one.outcome for one in judged)
    said = [
        scene.said(
            "size_lead",
            channels=len(judged),
            met=counted["met"],
            not_met=counted["not-met"],
            unknown=len(judged) - counted["met"] - counted["not-met"],
        ),
        *lead(scene, cameras),
    ]
    if advisory := sum(not finding.binding for one in judged for _, finding in one.findings):
        said.append(scene.said("size_advisory", count=advisory))
    lines = [_row(scene, one, place) for place, one in enumerate(judged)]
    return EvidencePage(
        _ITEM,
        scene.said("size_name"),
        tuple(said),
        (scene.table("size_table", "size", lines, scene.said("no_run")),),
        (scene.said("size_note"), scene.said("size_note_lines")),
    )


def _judged(scene: Scene, camera: Once) -> _Judged:
    item = f"{scene.words.standard}.{_ITEM}"
    signal = signal_of(camera.own)

    def of(parts: Mapping[str, str]) -> Findings:
        named = [f"{item}{end}" for end in parts]
        # The camera's own signal decides what binds: a recorder may not know which kind it shows.
        return lambda lens: [
            one.model_copy(
                update={"binding": signal == "unknown" or signal in scene.catalogue.rule(one.rule).binds}
            )
            for one in lens.judged.findings
            if one.rule in named
        ]

    live, recorded = camera.live(of(_LIVE)), camera.recorded(of(_RECORDED))
    found = {one.rule: one for one in (*of(_LIVE)(live), *of(_RECORDED)(recorded))}
    told = [
        (key, finding)
        for end, key in (*_LIVE.items(), *_RECORDED.items())
        if (finding := found.get(f"{item}{end}")) is not None
        and (finding.binding or finding.verdict in ("met", "not-met"))
    ]
    return _Judged(camera, live, recorded, tuple(told))


def _row(scene: Scene, one: _Judged, place: int) -> Line:
    verdicts = []
    looks = []
    for key, finding in one.findings:
        box = scene.verdict(finding)
        verdicts.append(scene.said("clause", what=scene.said(key), verdict=box.text))
        looks += [box.look] if finding.binding else []
    ranks: tuple[Look, ...] = ("bad", "unknown", "good")
    worst: Look = next((look for look in ranks if look in looks), "")
    notes = [scene.said("sub_stream")] if one.live.value("stream_role") == "sub" else []
    own = one.camera.own
    if one.live is not own:
        notes.append(scene.said("seen_at", place=scene.place(one.live.device.id, one.live.number)))
    if one.recorded is not own:
        notes.append(
            scene.said("recorded_at", place=scene.place(one.recorded.device.id, one.recorded.number))
        )
    return line(
        scene.title(own),
        scene.said(f"signal_{signal_of(own)}"),
        _size(scene, one.live, "width", "height"),
        _size(scene, one.recorded, "playback_width", "playback_height"),
        _lines(scene, one.live, "tvl_live_at_least", "tvl_live_at_most"),
        _lines(scene, one.recorded, "tvl_playback_at_least", "tvl_playback_at_most"),
        Box("\n".join(verdicts), worst),
        "\n".join(notes),
        Box("", picture=_picture(scene, one.live) if place < scene.words.most_pictures else None),
    )


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
