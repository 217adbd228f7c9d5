"""How much of the scene's texture is still there. 遮挡"""

from __future__ import annotations

import numpy as np

from probe.model import Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look
from probe.picture.reference import Comparison, Reference, against_of, textured_cells, uncaptioned
from probe.picture.sight import Levels


def read(look: Look) -> Readings:
    """Shares, 0..1, of the cells without text; `baseline` is the light of the one compared with, or "none".

    A cell counts with its more textured keyframe: whoever walks past the lens does not cover it twice.
    """
    texture = np.maximum.reduce([sight.texture for sight in look.sights])
    free = texture[uncaptioned(look.last)]
    readings: dict[str, Reading] = {
        "baseline": Measured(_light(look.against)),
        "texture_share": Measured(round(float((free > _BARE).mean()), 3) if free.size else 0.0),
    }
    match against_of(look.against, look.sights):
        case NotMeasured() as gap:
            return {**readings, "covered_share": gap}
        case Comparison(reference=reference):
            return {**readings, "covered_share": Measured(round(_covered(texture, look, reference), 3))}


CHECK = Check(id="picture.covered", metrics=("baseline", "texture_share", "covered_share"), read=read)

_BARE = 2.0  # rms of the detail: what a cover, blurred by its nearness, stays below
_LOST, _NOTHING = 0.22, 1.0  # of what the baseline had; levels that noise alone reaches


def _light(against: Comparison | NotMeasured) -> str:
    if isinstance(against, NotMeasured):
        return "none"
    return "same-light" if against.same_light else "other-light"


def _covered(texture: Levels, look: Look, reference: Reference) -> float:
    """Return the share of the baseline's textured cells that have lost theirs, less contrast allowed for."""
    textured = textured_cells(reference)
    low, high = look.last.tones
    gain = np.clip((high - low) / max(reference.tones[1] - reference.tones[0], 1.0), 0.2, 1.5)
    return float((texture < np.maximum(_NOTHING, _LOST * gain * reference.texture))[textured].mean())
