"""How grainy the picture is: lone pixels, grain in flat places, grain that changes with time. 噪声 雪花

Foliage and gravel look like grain in one picture. They stay, noise does not: what changes from keyframe to
keyframe in flat places decides. The median over those leaves out people, the high-pass a change of light.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look

Luma = NDArray[np.uint8]


def read(look: Look) -> Readings:
    """Sigmas are in levels as stored, read from the middle of the native picture."""
    middle = _middle(look.last.luma)
    lone = _lone(middle)
    if look.pair is not None:
        # What stays is gravel. Of one keyframe the share is the most that it can be.
        lone &= np.asarray(cv2.absdiff(middle, _middle(look.pair[0].luma)) > _LONE / 2)
    return {
        "impulse_share": Measured(round(float(lone.mean()), 4)),
        "spatial_noise": Measured(round(_spatial(middle), 2)),
        "temporal_noise": _temporal(look),
    }


CHECK = Check(id="picture.noise", metrics=("impulse_share", "spatial_noise", "temporal_noise"), read=read)

_LONE = 30  # levels from the median of its neighbours
_LEAST_SIDE = 16
_LEAST_FLAT = 500  # pixels
_FLAT = 6  # levels from the mean around it
_TO_SIGMA = 1 / 0.6745  # of a median of absolute values, Gaussian


def _middle(luma: Luma) -> Luma:
    """Return at most 480 x 360 pixels of the middle."""
    down, across = luma.shape[0] // 2, luma.shape[1] // 2
    return np.ascontiguousarray(luma[max(0, down - 180) : down + 180, max(0, across - 240) : across + 240])


def _lone(middle: Luma) -> NDArray[np.bool_]:
    """Return which pixels stand alone among their neighbours."""
    if min(middle.shape) < _LEAST_SIDE:
        return np.zeros(middle.shape, np.bool_)
    return np.asarray(cv2.absdiff(middle, cv2.medianBlur(middle, 3)) > _LONE)


def _spatial(middle: Luma) -> float:
    """Return sigma by the Laplacian difference mask (Immerkaer 1996), of the calmer fifth of the places."""
    if min(middle.shape) < _LEAST_SIDE:
        return 0.0
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = np.abs(cv2.filter2D(middle, cv2.CV_32F, mask))
    places = cv2.resize(rough, (20, 15), interpolation=cv2.INTER_AREA)
    return float(np.quantile(places, 0.2)) * math.sqrt(math.pi / 2) / 6


def _temporal(look: Look) -> Reading:
    if look.pair is None:
        return NotMeasured(Gap.TOO_SHORT, "two keyframes of one size are needed")
    before, after = (_rows(sight.luma) for sight in look.pair)
    if min(after.shape) < _LEAST_SIDE:
        return NotMeasured(Gap.UNCLEAR, "the picture is too small")
    change = cv2.subtract(after, before, dtype=cv2.CV_16S)
    change = cv2.subtract(change, cv2.blur(change, (17, 17)))
    # Of one keyframe only: where both are flat, strong noise is small by choice.
    flat = np.asarray(cv2.absdiff(before, cv2.blur(before, (5, 5))) < _FLAT)[::2]
    size = np.abs(np.asarray(change, np.int16)[::2])  # the rows between tell nothing more
    judged = size[flat] if int(flat.sum()) >= _LEAST_FLAT else size.ravel()
    return Measured(round(_median(judged) * _TO_SIGMA / math.sqrt(2), 2))


def _rows(luma: Luma) -> Luma:
    """Return at most the middle 480 rows and 640 columns."""
    down, across = luma.shape[0] // 2, luma.shape[1] // 2
    return np.ascontiguousarray(luma[max(0, down - 240) : down + 240, max(0, across - 320) : across + 320])


def _median(sizes: NDArray[np.int16]) -> float:
    """Return the median of whole numbers, between them as if each were spread over its step."""
    share = np.cumsum(np.bincount(sizes)) / sizes.size
    step = int(np.searchsorted(share, 0.5))
    below = float(share[step - 1]) if step else 0.0
    inside = (0.5 - below) / max(float(share[step]) - below, 1e-6)
    return step - 0.5 + inside if step else 0.5 * inside
