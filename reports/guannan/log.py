"""Item 5: whether checks were made every day, and what points to recordings that were lost or deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from probe.model import Measured
from reports.guannan.changes import ClockBack, Jump, clocks_back, jumps
from reports.guannan.page import EvidencePage, Line, Table, line
from reports.guannan.scene import Lens, Scene

_SHOWN = 8  # stretches of one channel


def log_page(scene: Scene) -> EvidencePage:
    return EvidencePage(
        5,
        scene.said("log_name"),
        _lead(scene),
        (_holes(scene), _jumps(scene), _clocks(scene)),
        (scene.said("log_note"),),
    )


def _lead(scene: Scene) -> tuple[str, ...]:
    runs = scene.course.runs
    if not runs:
        return (scene.said("no_run"),)
    last = scene.day(runs[-1].finished)
    first_run = scene.day(runs[0].finished)
    asked = scene.words.daily_days
    window = [last - timedelta(days=number) for number in range(asked)]
    # Before the first run nobody could have checked: these days are told apart, not counted as missed.
    counted = [day for day in window if day >= first_run] if _is_whole(scene) else window
    checked = {scene.day(run.finished) for run in runs}
    missed = [day for day in counted if day not in checked]
    lead = [scene.said("log_lead", days=len(counted), checked=len(counted) - len(missed), missed=len(missed))]
    if missed:
        lead.append(scene.said("log_missed", days=scene.dates(missed)))
    if len(counted) < asked:
        lead.append(scene.said("log_short", first=first_run.isoformat()))
    return tuple(lead)


def _is_whole(scene: Scene) -> bool:
    """Say whether the history shown begins with the very first run."""
    return bool(scene.course.runs) and scene.course.runs[0].id == 1


def _holes(scene: Scene) -> Table:
    recorders = [lens for lens in scene.used if lens.device.kind == "recorder"]
    told = [(lens, _stretches(lens)) for lens in recorders]
    lines = [_hole_row(scene, lens, holes) for lens, holes in told if holes]
    unknown = sum(holes is None for _, holes in told)
    said = []
    if len(told) > unknown and not lines:
        minutes = f"{scene.catalogue.settings.record.hole_min:g}"
        said.append(scene.said("log_holes_none", minutes=minutes))
    if unknown or not told:
        said.append(scene.said("log_holes_unknown", count=unknown) if told else scene.said("not_checked"))
    table = scene.table("log_holes", "holes", lines, "".join(said))
    below = "".join([table.below, *(said if lines else [])])
    return Table(table.title, table.headings, table.lines, table.instead, below)


def _stretches(lens: Lens) -> list[tuple[datetime, datetime]] | None:
    """Return the stretches without recordings, the longest first; None where no hours are told."""
    match lens.read("recording_holes"):
        case Measured(value=list(holes)):
            both = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in holes]
            return sorted(both, key=lambda hole: hole[0] - hole[1])
        case _:
            return None


def _hole_row(scene: Scene, lens: Lens, holes: list[tuple[datetime, datetime]]) -> Line:
    words = [
        scene.said("day_range", first=scene.time(start), last=scene.time(end))
        for start, end in holes[:_SHOWN]
    ]
    if len(holes) > _SHOWN:
        words.append(scene.said("cut", count=len(holes) - _SHOWN))
    longest = (holes[0][1] - holes[0][0]).total_seconds() / 3600
    return line(scene.title(lens), len(holes), scene.said("hours", hours=f"{longest:.1f}"), "\n".join(words))


def _jumps(scene: Scene) -> Table:
    found = jumps(scene.course, scene.words.oldest_jump_days, scene.catalogue.settings.zone)
    lines = [_jump_row(scene, jump) for jump in found]
    return scene.table("log_jump", "jump", lines, _instead(scene, "log_jump_none"))


def _jump_row(scene: Scene, jump: Jump) -> Line:
    return line(
        scene.spot(jump.device, jump.channel),
        scene.time(jump.seen_before),
        scene.time(jump.seen),
        scene.said("jump_said", before=scene.time(jump.before), after=scene.time(jump.after)),
        scene.said("jump_more", elapsed=f"{jump.elapsed_days:.1f}", moved=f"{jump.moved_days:.1f}"),
    )


def _clocks(scene: Scene) -> Table:
    recorders = {device.id for device in scene.ledger.view.devices if device.kind == "recorder"}
    found = [one for one in clocks_back(scene.course, scene.words.clock_back_s) if one.device in recorders]
    lines = [_clock_row(scene, one) for one in found]
    return scene.table("log_clock", "clock", lines, _instead(scene, "log_clock_none"))


def _clock_row(scene: Scene, one: ClockBack) -> Line:
    right = abs(one.after) <= scene.words.clock_back_s
    return line(
        scene.spot(one.device),
        scene.time(one.seen_before),
        scene.time(one.seen),
        scene.said("clock_said", before=scene.offset(one.before), after=scene.offset(one.after)),
        scene.said("clock_right" if right else "clock_wrong", seconds=f"{abs(one.after):.0f}"),
    )


def _instead(scene: Scene, key: str) -> str:
    return scene.said(key) if len(scene.course.runs) > 1 else scene.said("one_run")
