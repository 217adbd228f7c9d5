"""How bright, how even and how coloured the picture is: too dark, too bright, or black. 黑屏 过暗 过亮"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Measured, Readings
from probe.picture.check import Check, Look
from probe.picture.frames import full_range
from probe.picture.sight import Levels, Sight, cells, tones_of


def read(look: Look) -> Readings:
    """Full-range levels, 0..255, of the last keyframe, captions left out."""
    sight = look.last
    shows = _scene_of(sight)
    scene = sight.small[shows] if shows.mean() >= _LEAST_SCENE else sight.small.ravel()
    full = full_range(np.arange(256, dtype=np.uint8), is_full=sight.frame.full_range)
    shares = np.bincount(scene, minlength=256) / scene.size
    dark, median, bright = (float(full[level]) for level in tones_of(scene, (0.03, 0.50, 0.97)))
    figures = {
        "luma_p3": dark,
        "luma_p97": bright,
        "luma_spread": bright - dark,
        "luma_mean": float((full * shares).sum()),
        "luma_median": median,
        "luma_structure": _structure(sight, shows, median),
        "chroma_mean": float(np.hypot(*sight.colour).mean()),
    }
    clipped = float(shares[full >= _CLIPPED].sum())
    levels = {metric: Measured(round(level, 2)) for metric, level in figures.items()}
    return {**levels, "clipped_share": Measured(round(clipped, 4))}


CHECK = Check(
    id="picture.exposure",
    metrics=(
        "luma_p3",
        "luma_p97",
        "luma_spread",
        "luma_mean",
        "luma_median",
        "luma_structure",
        "chroma_mean",
        "clipped_share",
    ),
    read=read,
)

_CLIPPED = 247.0  # what a sensor drives to white comes out of an encoder some levels lower
_LEAST_SCENE = 0.5  # of the picture: with less, what was taken for captions is not left out


def _structure(sight: Sight, shows: NDArray[np.bool_], median: float) -> float:
    """Return how far the cells' means stray from their own: a lens cap has none, a dark yard has."""
    levels: Levels = sight.levels
    if shows.mean() >= _LEAST_SCENE:
        levels = np.where(shows, levels, np.float32(median))
    return float(cells(np.asarray(levels, np.float32)).mean((1, 3)).std())


def _scene_of(sight: Sight) -> NDArray[np.bool_]:
    height, width = sight.small.shape
    scene = cv2.resize(sight.scene.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(scene, np.bool_)
