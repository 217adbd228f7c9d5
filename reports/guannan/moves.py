"""Item 9: cameras turned away from where they looked, devices swapped, channels renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from probe.model import Measured
from reports import scan_json as out
from reports.guannan.changes import Change, Swap, come_and_gone, renamed, swapped
from reports.guannan.once import Once, each_once, lead
from reports.guannan.page import Box, EvidencePage, Line, Table, line
from reports.guannan.scene import LOOKS, Lens, Scene, findings_of_item, outcome

_ITEM = 9


def moves_page(scene: Scene) -> EvidencePage:
    def judged(lens: Lens) -> list[out.Finding]:
        return findings_of_item(lens, scene.words.standard, _ITEM)

    cameras = each_once(scene)
    seen = [(camera, camera.live(judged)) for camera in cameras]
    counted = Counter(outcome(judged(lens)) for _, lens in seen)
    said = [
        scene.said(
            "move_lead",
            channels=len(seen),
            met=counted["met"],
            not_met=counted["not-met"],
            unknown=len(seen) - counted["met"] - counted["not-met"],
        ),
        *lead(scene, cameras),
    ]
    runs = scene.course.runs
    views = [_view_row(scene, camera, lens, judged(lens)) for camera, lens in seen]
    tables = [scene.table("move_view", "view", views, scene.said("no_run"))]
    if len(runs) > 1:
        first, last = scene.time(runs[0].finished), scene.time(runs[-1].finished)
        said.append(scene.said("move_since", first=first, last=last, runs=len(runs)))
        tables += _compared(scene)
    else:
        said.append(scene.said("one_run"))
    return EvidencePage(
        _ITEM, scene.said("move_name"), tuple(said), tuple(tables), (scene.said("move_note"),)
    )


def _compared(scene: Scene) -> list[Table]:
    swaps = [_swap_row(scene, swap) for swap in swapped(scene.course)]
    names = [_name_row(scene, change) for change in renamed(scene.course)]
    come, gone = come_and_gone(scene.course)
    moves = [
        line(scene.spot(device), scene.said(key), scene.time(at))
        for key, found in (("come_new", come), ("come_gone", gone))
        for device, at in found
    ]
    return [
        scene.table("move_swap", "swap", swaps, scene.said("move_swap_none")),
        scene.table("move_rename", "rename", names, scene.said("move_rename_none")),
        scene.table("move_come", "come", moves, scene.said("move_come_none")),
    ]


def _view_row(scene: Scene, camera: Once, lens: Lens, findings: list[out.Finding]) -> Line:
    words = dict.fromkeys(str(scene.verdict(finding).text) for finding in findings)
    shift = lens.read("view_shift_pct")
    light = lens.value("baseline")
    baseline = {"same-light": "baseline_same", "other-light": "baseline_other", "none": "baseline_none"}
    key = baseline.get(str(light))
    told = dict.fromkeys(fault for one in camera.places for fault in one.judged.faults)
    notes = [scene.catalogue.faults[one].name for one in told if one in ("moved", "covered")]
    if lens is not camera.own:
        notes.append(scene.said("seen_at", place=scene.place(lens.device.id, lens.number)))
    return line(
        scene.title(camera.own),
        scene.said(key) if key else scene.reading(lens.read("baseline")),
        Box(f"{shift.value:.2g}%")
        if isinstance(shift, Measured) and isinstance(shift.value, (int, float))
        else scene.reading(shift),
        Box("\n".join(words) or scene.said("unknown"), LOOKS.get(outcome(findings), "")),
        scene.said("semicolon").join(notes),
    )


def _swap_row(scene: Scene, swap: Swap) -> Line:
    if swap.place:
        place = scene.said("swap_address", address=swap.place)
    else:
        place = scene.spot(swap.device, swap.channel)
    return line(place, _face(scene, swap.before), _face(scene, swap.after), scene.time(swap.seen))


def _face(scene: Scene, said: Mapping[str, str]) -> str:
    key = said.get("mac") or said.get("serial")
    model = said.get("model") or scene.said("no_face")
    return scene.said("swap_face", model=model, key=key) if key else model


def _name_row(scene: Scene, change: Change) -> Line:
    place = scene.place(change.device, change.channel)
    return line(place, change.before, change.after, scene.time(change.seen))
