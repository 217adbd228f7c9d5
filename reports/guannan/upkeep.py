"""Item 13: the checks that were made, the faults that came and went, the settings that were changed."""

from __future__ import annotations

from inventory.in_use import is_out_of_use
from inventory.nights import replaced_devices
from inventory.record import RunInfo
from inventory.watch import FaultKind, OwnKind
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
    open_now = [one for one in found if one.over is None]
    left = sum(_is_out_of_use(scene, one) for one in open_now)
    said = scene.said(
        "care_lead",
        first=scene.time(runs[0].finished),
        last=scene.time(runs[-1].finished),
        runs=len(runs),
        faults=len(found),
        mended=len(found) - len(open_now),
        open=len(open_now) - left,
    )
    return (said, scene.said("care_left", count=left)) if left else (said,)


def _is_out_of_use(scene: Scene, one: Trouble) -> bool:
    """Say whether all that the subject of a fault shows has been stopped, removed or replaced since."""
    device, channel = one.subject
    if device in replaced_devices(scene.ledger.view):
        return True
    shown = [lens for lens in scene.lenses if lens.device.id == device and channel in (0, lens.number)]
    is_box = not channel and any(lens.device.kind == "recorder" for lens in shown)
    return not is_box and bool(shown) and all(lens.camera and is_out_of_use(lens.camera) for lens in shown)


def _run_row(scene: Scene, number: int, run: RunInfo, wrong: int) -> Line:
    kind = scene.said(f"run_{run.kind}")
    return line(number, scene.time(run.finished), kind, run.asked, run.answered, wrong)


def _row(scene: Scene, one: Trouble) -> Line:
    known = scene.catalogue.watch.kinds.get(_kind(scene, one))
    name = known.name if known else scene.said(f"fault_{one.fault}")
    first = scene.time(one.first)
    if one.from_the_start:
        first = f"{first}\n{scene.said('fault_before')}"
    if one.over is None and _is_out_of_use(scene, one):
        over = Box(scene.said("fault_left"))
        lasted = scene.said("fault_since", hours=f"{one.hours:.0f}")
    elif one.over is None:
        over = Box(scene.said("fault_open"), "bad")
        lasted = scene.said("fault_since", hours=f"{one.hours:.0f}")
    else:
        over = Box(scene.time(one.over))
        lasted = scene.said("fault_at_most", hours=f"{one.hours:.0f}")
    return line(scene.spot(*one.subject), name, first, scene.time(one.last), over, lasted)


def _kind(scene: Scene, one: Trouble) -> FaultKind:
    device = scene.ledger.devices.get(one.subject[0])
    is_recorder = device is not None and device.kind == "recorder"
    away: OwnKind = "recorder-down" if is_recorder else "offline"
    return away if one.fault == "offline" else one.fault


def _setting_row(scene: Scene, change: Change) -> Line:
    name = scene.catalogue.metrics[change.what].name
    return line(
        scene.spot(change.device, change.channel),
        name,
        change.before,
        change.after,
        scene.time(change.seen),
    )
