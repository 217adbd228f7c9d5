"""How bright, how even and how coloured the picture is: too dark, too bright, or black. 黑屏 过暗 过亮"""

from __future__ import annotations

import cv2
import numpy as np

from probe.model import Measured, Readings
from probe.picture.check import Check, Look
from probe.picture.sight import Levels, Sight, cells


def read(look: Look) -> Readings:
    """Full-range levels, 0..255, of the last keyframe, captions left out."""
    scene = _scene_levels(look.last)
    dark, median, bright = (float(level) for level in np.percentile(scene, (3, 50, 97)))
    figures = {
        "luma_p97": bright,
        "luma_spread": bright - dark,
        "luma_mean": float(scene.mean()),
        "luma_median": median,
        "luma_structure": _structure(look.last, median),
        "chroma_mean": float(np.hypot(*look.last.colour).mean()),
    }
    clipped = float((scene >= _CLIPPED).mean())
    levels = {metric: Measured(round(level, 2)) for metric, level in figures.items()}
    return {**levels, "clipped_share": Measured(round(clipped, 4))}


CHECK = Check(
    id="picture.exposure",
    metrics=(
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


def _scene_levels(sight: Sight) -> Levels:
    levels, scene = sight.levels, _scene_of(sight)
    return np.asarray(levels[scene], np.float32) if scene.mean() >= _LEAST_SCENE else levels.ravel()


def _structure(sight: Sight, median: float) -> float:
    """Return how far the cells' means stray from their own: a lens cap has none, a dark yard has."""
    levels, scene = sight.levels, _scene_of(sight)
    if scene.mean() >= _LEAST_SCENE:
        levels = np.where(scene, levels, np.float32(median))
    return float(cells(np.asarray(levels, np.float32)).mean((1, 3)).std())


def _scene_of(sight: Sight) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    height, width = sight.levels.shape
    scene = cv2.resize(sight.scene.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(scene, np.bool_)
