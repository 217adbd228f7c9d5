"""Item 4: how many days each channel holds without a break, and what is missing between."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from probe.model import Gap, Measured, NotMeasured
from reports.guannan.once import Once, each_once, lead
from reports.guannan.page import Box, EvidencePage, Line, line
from reports.guannan.scene import LOOKS, Lens, Scene, findings_of_item, is_of_item, order, outcome

_ITEM = 4
_TOLD = (
    "continuous_days",
    "continuous_days_at_most",
    "recording_oldest",
    "recording_newest",
    "recording_now",
)


def retention_page(scene: Scene) -> EvidencePage:
    cameras = each_once(scene)
    listed = sorted((_best_held(scene, camera) for camera in cameras), key=order)
    counted = Counter(outcome(findings_of_item(lens, scene.words.standard, _ITEM)) for lens in listed)
    known = {verdict: counted[verdict] for verdict in ("met", "not-met", "not-due")}
    said = [
        scene.said(
            "keep_lead",
            channels=len(listed),
            met=known["met"],
            not_met=known["not-met"],
            not_due=known["not-due"],
            unknown=len(listed) - sum(known.values()),
        ),
        *lead(scene, cameras),
    ]
    if by_plan := sum(_is_continuous(lens) is False for lens in listed):
        said.append(scene.said("keep_by_plan", count=by_plan))
    if worst := _worst(listed):
        lens, days = worst
        said.append(scene.said("keep_worst", camera=scene.title(lens).replace("\n", " "), days=days))
    return EvidencePage(
        _ITEM,
        scene.said("keep_name"),
        tuple(said),
        (scene.table("keep_table", "keep", [_row(scene, lens) for lens in listed], scene.said("no_run")),),
        (scene.said("keep_note"), *_notes_of_the_rules(scene), scene.said("keep_note_continuous")),
    )


def missing_days(lens: Lens, until: date) -> list[date] | None:
    """Return the days without recordings from the oldest one to `until`; None where none are listed.

    Those of which nobody could say are not among them.
    """
    match lens.read("recording_days"):
        case Measured(value=list(days)):
            there = {date.fromisoformat(str(day)) for day in days}
        case _:
            return None
    if not there:
        return []
    first = min(there)
    unclear = lens.value("recording_unknown_days")
    there |= {date.fromisoformat(str(day)) for day in unclear} if isinstance(unclear, list) else set()
    every = (first + timedelta(days=number) for number in range((until - first).days + 1))
    return [day for day in every if day not in there]


def bounds(lens: Lens) -> tuple[int | None, int | None]:
    """Return the continuous days that are proved, and those that are not disproved."""
    low, high = lens.value("continuous_days"), lens.value("continuous_days_at_most")
    return (low if isinstance(low, int) else None, high if isinstance(high, int) else None)


def _best_held(scene: Scene, camera: Once) -> Lens:
    """Return the place that holds enough of a camera, or else most of it."""

    def worth(lens: Lens) -> tuple[bool, bool, int, int]:
        is_met = outcome(findings_of_item(lens, scene.words.standard, _ITEM)) == "met"
        low, high = bounds(lens)
        return is_met, (low, high) != (None, None), low or 0, high or 0

    return max(camera.held, key=worth)


def _is_continuous(lens: Lens) -> bool | None:
    """Say whether a channel is set to be recorded all the time; None where nobody knows."""
    mode = lens.value("recording_mode")
    return None if mode is None else mode == "continuous"


def _notes_of_the_rules(scene: Scene) -> tuple[str, ...]:
    standard = scene.catalogue.standards[scene.words.standard]
    own = (rule for rule in standard.rules if is_of_item(rule.id, scene.words.standard, _ITEM))
    return tuple(rule.note for rule in own if rule.note)


def _worst(listed: list[Lens]) -> tuple[Lens, int] | None:
    found = [(lens, low) for lens in listed if (low := bounds(lens)[0]) is not None]
    return min(found, key=lambda one: one[1]) if found else None


def _row(scene: Scene, lens: Lens) -> Line:
    if all(isinstance(lens.read(metric), NotMeasured) for metric in _TOLD):
        return _bare_row(scene, lens)
    return line(
        scene.title(lens),
        _days(scene, lens),
        _moment(scene, lens, "recording_oldest"),
        _moment(scene, lens, "recording_newest"),
        _missing(scene, lens),
        _longest(scene, lens),
        _now(scene, lens),
        _verdict(scene, lens),
        _settings(scene, lens),
    )


def _bare_row(scene: Scene, lens: Lens) -> Line:
    """A channel of which nothing is known: the reason once, and not in every cell."""
    why = lens.read("continuous_days")
    is_camera = lens.device.kind == "camera" and isinstance(why, NotMeasured) and why.gap is Gap.NOT_ASKED
    note = scene.said("keep_no_recorder") if is_camera else ""
    blanks = [scene.said("dash")] * 5
    return line(scene.title(lens), scene.reading(why), *blanks, _verdict(scene, lens), note)


def _verdict(scene: Scene, lens: Lens) -> Box:
    findings = findings_of_item(lens, scene.words.standard, _ITEM)
    words = [*dict.fromkeys(str(scene.verdict(finding).text) for finding in findings)]
    words = words or [scene.said("unknown")]
    look = LOOKS.get(outcome(findings), "")
    if _is_continuous(lens) is False:
        # The clause asks for more than days, and of that nothing is measured.
        words.append(scene.said("keep_real_time"))
        look = look if look == "bad" else "unknown"
    return Box("\n".join(words), look)


def _days(scene: Scene, lens: Lens) -> Box:
    match bounds(lens):
        case None, None:
            return scene.reading(lens.read("continuous_days"))
        case int(low), None:
            return Box(scene.said("bounds_at_least", days=low))
        case None, int(high):
            return Box(scene.said("bounds_at_most", days=high))
        case low, high:
            if low == high:
                return Box(scene.said("bounds_exact", days=low))
            return Box(scene.said("bounds_between", at_least=low, at_most=high))


def _moment(scene: Scene, lens: Lens, metric: str) -> Box:
    match lens.read(metric):
        case Measured(value=str(moment)):
            return Box(moment[:16].replace("T", " "))
        case reading:
            return scene.reading(reading)


def _missing(scene: Scene, lens: Lens) -> Box:
    measured = scene.ledger.view.run.finished if scene.ledger.view.run else scene.ledger.made
    days = missing_days(lens, scene.day(measured) - timedelta(days=1))
    if days is None:
        return scene.reading(lens.read("recording_days"))
    count = lens.read("days_recorded")
    unclear = count.detail.split(" ")[0] if isinstance(count, Measured) and "unknown" in count.detail else ""
    parts = [scene.dates(days) if days else scene.said("none_missing")]
    if unclear:
        parts.append(scene.said("keep_unclear", days=unclear))
    return Box(scene.said("semicolon").join(parts))


def _longest(scene: Scene, lens: Lens) -> Box:
    match lens.read("longest_hole_h"):
        case Measured(value=(int() | float()) as hours):
            return Box(scene.said("hours", hours=f"{hours:g}"))
        case reading:
            return scene.reading(reading)


def _now(scene: Scene, lens: Lens) -> Box:
    match lens.read("recording_now"):
        case Measured(value=True):
            return Box(scene.said("yes"), "good")
        case Measured(value=False):
            return Box(scene.said("no"), "bad")
        case reading:
            return scene.reading(reading)


def _settings(scene: Scene, lens: Lens) -> str:
    """Say how the recorder is set to record: it explains many a short stretch."""
    parts = []
    expiry, mode = lens.value("recording_expiry_days"), lens.value("recording_mode")
    if isinstance(expiry, int):
        parts.append(scene.said("keep_expiry", days=expiry))
    if f"mode_{mode}" in scene.words.words:
        parts.append(scene.said(f"mode_{mode}"))
    forecast = lens.value("retention_forecast_days")
    if isinstance(forecast, (int, float)):
        parts.append(scene.said("keep_forecast", days=int(forecast)))
    return scene.said("semicolon").join(parts)
