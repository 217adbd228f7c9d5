"""How sharp the picture is, by itself and against the baseline. 清晰度 失焦"""

from __future__ import annotations

import numpy as np

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look
from probe.picture.reference import Comparison, Reference, against_of
from probe.picture.tvl.lines import samples_per_height


def read(look: Look) -> Readings:
    """In TV lines: the sharp end of the median place, and of the sharpest places. The ratios are those
    of fine to coarse gradients in the same places, which coding and light hardly change, and of the edges."""
    frame, sharpness = look.last.frame, look.last.sharpness
    lines = samples_per_height(frame.width, frame.height, frame.sar, look.outfit.picture.shown_as)
    stretch = lines / frame.height
    return {
        "sharpness": _lines(sharpness.typical, stretch),
        "sharpness_best": _lines(sharpness.best, stretch) if lines >= _LEAST_LINES else _TOO_SMALL,
        **_against_the_baseline(look),
    }


CHECK = Check(
    id="picture.defocus", metrics=("sharpness", "sharpness_best", "sharpness_ratio", "edges_ratio"), read=read
)

_LEAST_LINES = 330  # below, sharp and blurred are not far enough apart to tell by lines alone
_TOO_SMALL = NotMeasured(Gap.UNCLEAR, "the format itself carries few lines")
_LEAST_CELLS = 12
_STEEP = 1.0  # mean square of the baseline's gradient, levels per pixel
_LEFT = 0.12  # of the coarse gradient: where less is left, something else is in the way


def _lines(lines: float | None, stretch: float) -> Reading:
    if lines is None:
        return NotMeasured(Gap.UNCLEAR, "too few edges")
    return Measured(round(lines * stretch))


def _against_the_baseline(look: Look) -> Readings:
    match against_of(look.against, look.sights):
        case NotMeasured() as gap:
            return dict.fromkeys(_RATIOS, gap)
        case Comparison(same_light=False):
            return dict.fromkeys(_RATIOS, NotMeasured(Gap.NO_BASELINE, "none in this light"))
        case Comparison(reference=reference) if reference.grey.shape != look.last.grey.shape:
            return dict.fromkeys(_RATIOS, NotMeasured(Gap.UNCLEAR, "the baseline is of another size"))
        case Comparison(reference=reference):
            return {"sharpness_ratio": _slopes_ratio(look, reference), "edges_ratio": _edges(look, reference)}


_RATIOS = ("sharpness_ratio", "edges_ratio")


def _edges(look: Look, reference: Reference) -> Reading:
    now = look.last.sharpness.typical
    if now is None or reference.sharpness is None:
        return NotMeasured(Gap.UNCLEAR, "too few edges")
    return Measured(round(now / reference.sharpness, 3))


def _slopes_ratio(look: Look, reference: Reference) -> Reading:
    fine, coarse = look.last.slopes
    steep = (reference.fine > np.median(reference.fine)) & (reference.fine > _STEEP)
    judged = steep & (reference.coarse > 0) & (coarse > _LEFT * reference.coarse)
    if int(judged.sum()) < _LEAST_CELLS:
        return NotMeasured(Gap.UNCLEAR, "too little of the baseline's scene is there")
    now, before = fine[judged] / coarse[judged], reference.fine[judged] / reference.coarse[judged]
    return Measured(round(float(np.median(np.sqrt(now / before))), 3))
