"""How blurred the edges of a picture are, in TV lines: a figure that follows the lens, not the scene. 清晰度

Where a gradient is taken at two scales, an edge that is sharper than both loses much at the coarser one, a
blurred edge hardly any; for a Gaussian edge the ratio gives its width. Lines and corners read sharper than
steps, so a place's sharp end bounds what the lens does there from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

WORK_WIDTH = 960


@dataclass(frozen=True, slots=True)
class Sharpness:
    """`typical` is the median over cells of each cell's sharp end, `best` their sharp end, in TV lines.

    Both are None where fewer than six cells have edges. `edges` counts the edge pixels.
    """

    typical: float | None
    best: float | None
    edges: int


def sharpness_of(luma: NDArray[np.uint8], judged: NDArray[np.bool_]) -> Sharpness:
    """Return it for a picture of square pixels at most WORK_WIDTH wide; `judged` is False where text is."""
    height, width = luma.shape
    if height < _LEAST_SIDE or width < _LEAST_SIDE:
        return Sharpness(None, None, 0)
    # The filters are laid out for an edge that just carries 150 lines: there a ratio tells most.
    wanted_px = _MTF10 / min(0.4, 75.0 / height)
    fine_px, coarse_px = max(0.5, 0.5 * wanted_px), max(1.1, 1.2 * wanted_px)
    levels = luma.astype(np.float32)
    fine, coarse = cv2.GaussianBlur(levels, (0, 0), fine_px), cv2.GaussianBlur(levels, (0, 0), coarse_px)
    along, across = _slopes(fine)
    steep = cv2.magnitude(along, across)
    floor = 0.6 * _LEAST_CONTRAST / math.sqrt(2 * math.pi * ((1.6 * wanted_px) ** 2 + fine_px**2))

    crest = (steep > floor) & judged & (np.abs(along) > 1.2 * np.abs(across))
    crest[:, 1:-1] &= (steep[:, 1:-1] >= steep[:, :-2]) & (steep[:, 1:-1] > steep[:, 2:])
    crest[:_BORDER], crest[-_BORDER:], crest[:, :_BORDER], crest[:, -_BORDER:] = False, False, False, False
    down, right = np.nonzero(crest)
    steepness = steep[down, right]
    gentle = cv2.magnitude(*_slopes(coarse))[down, right]

    ratio = np.square(steepness / np.maximum(gentle, 1e-3))
    variance = np.clip((coarse_px**2 - ratio * fine_px**2) / np.maximum(ratio - 1.0, 1e-3), 0.05, 400.0)
    contrast = steepness * np.sqrt(2 * math.pi * (variance + fine_px**2))
    strong = contrast > _LEAST_CONTRAST
    # The pixel's own box and the central difference have widened the edge by a third of a pixel squared.
    lines = 2 * height * _MTF10 / np.sqrt(np.maximum(variance[strong] - 0.33, 0.03))
    lines = np.minimum(lines, height)  # finer ones would fall between the pixels
    return _summed_up(lines, (down[strong] * _CELLS // height) * _CELLS + right[strong] * _CELLS // width)


_MTF10 = math.sqrt(math.log(10) / 2) / math.pi  # the frequency, times sigma, where a Gaussian passes 10 %
_LEAST_CONTRAST = 22.0
_LEAST_SIDE = 48
_BORDER = 6
_CELLS = 8
_LEAST_EDGES, _LEAST_CELLS, _LEAST_IN_CELL = 50, 6, 10


def _slopes(plane: Any) -> tuple[Any, Any]:  # noqa: ANN401  what cv2 returns
    kernel = np.array([[-0.5, 0.0, 0.5]], np.float32)
    return cv2.filter2D(plane, -1, kernel), cv2.filter2D(plane, -1, kernel.T)


def _summed_up(lines: NDArray[np.floating[Any]], cell: NDArray[np.intp]) -> Sharpness:
    if len(lines) < _LEAST_EDGES:
        return Sharpness(None, None, len(lines))
    filled = np.nonzero(np.bincount(cell, minlength=_CELLS**2) >= _LEAST_IN_CELL)[0]
    if len(filled) < _LEAST_CELLS:
        return Sharpness(None, None, len(lines))
    ends = [float(np.quantile(lines[cell == one], 0.9)) for one in filled]
    return Sharpness(float(np.median(ends)), float(np.quantile(ends, 0.85)), len(lines))
