"""Item 9: cameras turned away from where they looked, devices swapped, channels renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from probe.model import Measured
from reports.guannan.changes import Change, Swap, come_and_gone, renamed, swapped
from reports.guannan.page import Box, EvidencePage, Line, Table, line
from reports.guannan.scene import LOOKS, Lens, Scene, findings_of_item, outcome

_ITEM = 9


def moves_page(scene: Scene) -> EvidencePage:
    counted = Counter(outcome(findings_of_item(lens, scene.words.standard, _ITEM)) for lens in scene.lenses)
    lead = [
        scene.said(
            "move_lead",
            channels=len(scene.lenses),
            met=counted["met"],
            not_met=counted["not-met"],
            unknown=len(scene.lenses) - counted["met"] - counted["not-met"],
        )
    ]
    runs = scene.course.runs
    views = [_view_row(scene, lens) for lens in scene.lenses]
    tables = [scene.table("move_view", "view", views, scene.said("no_run"))]
    if len(runs) > 1:
        first, last = scene.time(runs[0].finished), scene.time(runs[-1].finished)
        lead.append(scene.said("move_since", first=first, last=last, runs=len(runs)))
        tables += _compared(scene)
    else:
        lead.append(scene.said("one_run"))
    return EvidencePage(
        _ITEM, scene.said("move_name"), tuple(lead), tuple(tables), (scene.said("move_note"),)
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


def _view_row(scene: Scene, lens: Lens) -> Line:
    findings = findings_of_item(lens, scene.words.standard, _ITEM)
    words = dict.fromkeys(str(scene.verdict(finding).text) for finding in findings)
    shift = lens.read("view_shift_pct")
    light = lens.value("baseline")
    baseline = {"same-light": "baseline_same", "other-light": "baseline_other", "none": "baseline_none"}
    key = baseline.get(str(light))
    faults = [scene.catalogue.faults[one].name for one in lens.judged.faults if one in ("moved", "covered")]
    return line(
        scene.title(lens),
        scene.said(key) if key else scene.reading(lens.read("baseline")),
        Box(f"{shift.value:.2g}%")
        if isinstance(shift, Measured) and isinstance(shift.value, (int, float))
        else scene.reading(shift),
        Box("\n".join(words) or scene.said("unknown"), LOOKS.get(outcome(findings), "")),
        scene.said("comma").join(faults),
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
