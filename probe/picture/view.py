"""Whether the camera still looks where its baseline did. 视角 场景变更"""

from __future__ import annotations

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look
from probe.picture.displacement import Displacement, likeness
from probe.picture.reference import Comparison, against_of


def read(look: Look) -> Readings:
    """The shift in percent of the picture's width, and how alike, -1..1, the outlines are as they lie."""
    match against_of(look.against, look.sights):
        case NotMeasured() as gap:
            return dict.fromkeys(CHECK.metrics, gap)
        case Comparison(reference=reference, same_light=same_light):
            before, now = reference.view, look.last.view
            return {
                "view_shift_pct": _shift(now.moved_from(before), same_light=same_light),
                "scene_match": Measured(round(likeness(before, now), 3)),
            }


CHECK = Check(id="picture.view", metrics=("view_shift_pct", "scene_match"), read=read)


def _shift(found: Displacement | None, *, same_light: bool) -> Reading:
    if found is None:
        return NotMeasured(Gap.UNCLEAR, "too little of the baseline's view is recognised")
    light = "" if same_light else "; its baseline is of the other light"
    return Measured(round(found.pct, 2), f"by {found.by}{light}")
