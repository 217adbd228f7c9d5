"""Which way a picture's colours lean: log ratios of red and blue to green. 偏色"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tint:
    """Medians of log(R/G) and log(B/G) over the picture, and over its bright fifth."""

    red: float
    blue: float
    red_bright: float
    blue_bright: float


def tint_of(levels: Levels, u: Levels, v: Levels) -> Tint:
    """Return it for full-range luma of any size and chroma around 0 (BT.601); every fourth pixel tells."""
    u, v = u[::2, ::2], v[::2, ::2]
    luma = cv2.resize(levels, (u.shape[1], u.shape[0]), interpolation=cv2.INTER_AREA)
    lit = (luma > _DARKEST) & (luma < _BRIGHTEST)
    if int(lit.sum()) < _LEAST_PIXELS:
        lit = np.ones_like(lit)
    y, blueness, redness = np.asarray(luma, np.float32)[lit], u[lit], v[lit]
    green = _log(y - 0.344 * blueness - 0.714 * redness)
    red, blue = _log(y + 1.402 * redness) - green, _log(y + 1.772 * blueness) - green
    bright = y >= np.percentile(y, 80)
    return Tint(
        float(np.median(red)),
        float(np.median(blue)),
        float(np.median(red[bright])),
        float(np.median(blue[bright])),
    )


def lean(now: Tint, before: Tint) -> tuple[float, float]:
    """Return by how much one tint differs from another: over the picture, and over its bright fifth."""
    return (
        _step(now.red - before.red, now.blue - before.blue),
        _step(now.red_bright - before.red_bright, now.blue_bright - before.blue_bright),
    )


_DARKEST, _BRIGHTEST = 20.0, 245.0  # beyond, a channel is clipped or all noise
_LEAST_PIXELS = 60


def _log(channel: Levels) -> Levels:
    return np.asarray(np.log(np.maximum(channel, 1.0) + 6.0), np.float32)


def _step(red: float, blue: float) -> float:
    # Red against blue moves by both at once when the light turns warmer: it counts for less.
    return max(abs(red), abs(blue), 0.7 * abs(red - blue))
