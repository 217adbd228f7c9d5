"""How a channel looks when all is well: what a baseline keeps, and what a look is set against. 基准画面"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from config.settings import Picture as PictureSettings
from probe.memory import Baseline, Memory, Mode, Place
from probe.model import Gap, NotMeasured
from probe.picture.record import LEAST_SIDE, pack, unpack
from probe.picture.record import Reference as Reference
from probe.picture.sight import GRID, Sight


@dataclass(frozen=True, slots=True)
class Comparison:
    """The baseline a look is set against. `same_light`: both in colour, or both under infrared."""

    baseline: Baseline
    reference: Reference
    same_light: bool


TEXTURED = 2.5  # rms of the detail in a cell, levels: what a coded empty wall never reaches
LEAST_TEXTURED = 12  # cells


def mode_of(sight: Sight, settings: PictureSettings) -> Mode:
    """Return whether this is a coloured picture or a grey one, as under infrared light."""
    return "night" if float(np.hypot(*sight.colour).mean()) < settings.night_chroma else "day"


def compare_with(memory: Memory, mode: Mode, place: Place) -> Comparison | None:
    """Return the baseline for this light and place; one of the other light where there is no other.

    What a person has set goes before what agreeing nights have, and the newest before older ones.
    """
    fitting = [
        one for one in memory.baselines if one.by != "candidate" and one.preset == (place.preset or "")
    ]
    newest = sorted(fitting, key=lambda one: one.made, reverse=True)
    for one in sorted(newest, key=lambda one: (one.mode != mode, one.by != "person")):
        reference = read_record(one.record)
        if reference is not None:
            return Comparison(one, reference, same_light=one.mode == mode)
    return None


def reference_of(sights: tuple[Sight, ...]) -> Reference:
    """Return what could be kept of a look."""
    last = sights[-1]
    fine, coarse = last.slopes
    return Reference(
        width=last.frame.width,
        height=last.frame.height,
        view=last.view,
        texture=np.where(uncaptioned(last), np.minimum.reduce([sight.texture for sight in sights]), 0.0),
        fine=fine,
        coarse=coarse,
        sharpness=last.sharpness.typical,
        tint=last.tint,
        tones=last.tones,
    )


def uncaptioned(sight: Sight) -> NDArray[np.bool_]:
    """Return which cells of GRID are free of text, but for a corner."""
    size = (GRID[1], GRID[0])
    free = cv2.resize(sight.view.scene.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(free > 0.75)


def is_comparable(sights: tuple[Sight, ...]) -> bool:
    """Say whether a look shows enough for later ones to be set against it: an empty wall never does."""
    texture = np.minimum.reduce([sight.texture for sight in sights])[uncaptioned(sights[-1])]
    return min(sights[-1].luma.shape) >= LEAST_SIDE and int((texture > TEXTURED).sum()) >= LEAST_TEXTURED


def against_of(against: Comparison | NotMeasured, sights: tuple[Sight, ...]) -> Comparison | NotMeasured:
    """Return what a look can be set against by its texture, or why it cannot.

    Where the picture itself could never be a baseline, waiting for one would be a false hope.
    """
    match against:
        case NotMeasured(gap=Gap.NO_BASELINE) if not is_comparable(sights):
            return NotMeasured(Gap.UNCLEAR, "too little texture to be compared with anything")
        case Comparison(reference=reference) if int(textured_cells(reference).sum()) < LEAST_TEXTURED:
            return NotMeasured(Gap.UNCLEAR, "the baseline has too little texture")
        case _:
            return against


def textured_cells(reference: Reference) -> NDArray[np.bool_]:
    """Return the cells of GRID that had texture worth missing: the stronger two thirds."""
    floor = max(TEXTURED, float(np.quantile(reference.texture, 0.35)))
    return np.asarray(reference.texture > floor)


def record_of(sights: tuple[Sight, ...]) -> bytes:
    """Return the record of a look, at most 60 KB; empty where the picture is not fit to be a baseline."""
    return pack(reference_of(sights)) if is_comparable(sights) else b""


def read_record(kept: bytes) -> Reference | None:
    """Return what record_of kept; None for one of another version or a damaged one."""
    return unpack(kept)
