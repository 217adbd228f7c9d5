"""Item 13: the checks that were made, the faults that came and went, the settings that were changed."""

from __future__ import annotations

from inventory.record import RunInfo
from reports.guannan.changes import Change, set_anew
from reports.guannan.page import Box, EvidencePage, Line, line
from reports.guannan.scene import Scene
from reports.guannan.troubles import Trouble, look_back


def upkeep_page(scene: Scene) -> EvidencePage:
    runs = scene.course.runs
    past = look_back(scene.course, scene.catalogue)
    found = past.troubles
    checks = [_run_row(scene, n, run, past.wrong_in.get(run.id, 0)) for n, run in enumerate(runs, 1)]
    tables = [
        scene.table("care_runs", "runs", checks, scene.said("no_run")),
        scene.table(
            "care_faults", "faults", [_row(scene, one) for one in found], scene.said("care_faults_none")
        ),
    ]
    if len(runs) > 1:
        settings = [_setting_row(scene, change) for change in set_anew(scene.course)]
        tables.append(scene.table("care_settings", "settings", settings, scene.said("care_settings_none")))
    else:
        tables.append(scene.table("care_settings", "settings", [], scene.said("one_run")))
    return EvidencePage(
        13, scene.said("care_name"), _lead(scene, found), tuple(tables), (scene.said("care_note"),)
    )


def _lead(scene: Scene, found: tuple[Trouble, ...]) -> tuple[str, ...]:
    runs = scene.course.runs
    if not runs:
        return (scene.said("no_run"),)
    still = sum(one.over is None for one in found)
    said = scene.said(
        "care_lead",
        first=scene.time(runs[0].finished),
        last=scene.time(runs[-1].finished),
        runs=len(runs),
        faults=len(found),
        mended=len(found) - still,
        open=still,
    )
    return (said,)


def _run_row(scene: Scene, number: int, run: RunInfo, wrong: int) -> Line:
    kind = scene.said(f"run_{run.kind}")
    return line(number, scene.time(run.finished), kind, run.asked, run.answered, wrong)


def _row(scene: Scene, one: Trouble) -> Line:
    device, channel = one.subject
    known = scene.catalogue.faults.get(one.fault)
    name = known.name if known else scene.said(f"fault_{one.fault}")
    first = scene.time(one.first)
    if one.from_the_start:
        first = f"{first}\n{scene.said('fault_before')}"
    if one.over is None:
        over = Box(scene.said("fault_open"), "bad")
        lasted = scene.said("fault_since", hours=f"{one.hours:.0f}")
    else:
        over = Box(scene.time(one.over))
        lasted = scene.said("fault_at_most", hours=f"{one.hours:.0f}")
    return line(scene.spot(device, channel), name, first, scene.time(one.last), over, lasted)


def _setting_row(scene: Scene, change: Change) -> Line:
    name = scene.catalogue.metrics[change.what].name
    return line(
        scene.spot(change.device, change.channel),
        name,
        change.before,
        change.after,
        scene.time(change.seen),
    )
