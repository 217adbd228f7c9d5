"""What no structure in the picture exceeds: an upper bound of the resolution.

Two blurs of known width tell an edge's own from the ratio of its gradients. Lines and corners read sharper
than steps, so that the sharp end over the picture bounds the lens from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.picture.text_mask import Mask

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Structure:
    """`pixels` on strong near-vertical edges in `cells` of the 8 x 8; `at_most` in cycles per pixel."""

    pixels: int
    cells: int
    at_most: float | None

    @property
    def is_enough(self) -> bool:
        """Tell whether there is structure in enough places to say that nothing is sharp."""
        return self.pixels >= 300 and self.cells >= 12 and self.at_most is not None


def structure(luma: NDArray[np.uint8], scene: Mask, cycles: float) -> Structure:
    """Return the upper bound, by filters laid out for a needed resolution of `cycles` per pixel."""
    height, width = luma.shape
    if min(height, width) < 4 * _RIM:
        return Structure(0, 0, None)
    needed = F10_TIMES_SIGMA / cycles
    reach = math.ceil(5.0 * needed) + _RIM
    resolved, cells = [], []
    # Band by band: an 8K picture in floating point, five times over, would not fit into a worker.
    for top in range(0, height, _BAND):
        first, last = max(0, top - reach), min(height, top + _BAND + reach)
        row, column, found = _edge_pixels(luma[first:last], scene[first:last], needed)
        row += first
        own = (row >= max(top, _RIM)) & (row < min(top + _BAND, height - _RIM))
        resolved.append(found[own])
        cells.append(row[own] * _ACROSS // height * _ACROSS + column[own] * _ACROSS // width)
    return _sharp_end(np.concatenate(resolved), np.concatenate(cells))


def _edge_pixels(
    luma: NDArray[np.uint8], scene: Mask, needed: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Levels]:
    """Return row, column and resolved cycles per pixel of the strong pixels on near-vertical edges.

    `needed` is the blur in pixels, as the sigma of a Gaussian, that the needed resolution allows.
    """
    fine, coarse = max(0.5, 0.5 * needed), max(1.1, 1.2 * needed)
    sharp = np.asarray(cv2.GaussianBlur(luma.astype(np.float32), (0, 0), fine), np.float32)
    # One after the other makes a blur of both widths: a second pass over little is cheaper than a wide one.
    dull = cv2.GaussianBlur(sharp, (0, 0), math.sqrt(coarse**2 - fine**2))
    across, down = _gradient(sharp, 1), _gradient(sharp, 0)
    steep = cv2.magnitude(across, down)
    least = 0.6 * _CONTRAST / math.sqrt(2 * math.pi * ((1.6 * needed) ** 2 + fine**2))
    row, column = (place + 1 for place in np.nonzero(steep[1:-1, _RIM:-_RIM] > least))
    column += _RIM - 1
    strong = steep[row, column]
    is_edge = (
        (strong >= steep[row, column - 1])
        & (strong > steep[row, column + 1])
        & (np.abs(across[row, column]) > 1.2 * np.abs(down[row, column]))
        & scene[row, column]
    )
    row, column, strong = row[is_edge], column[is_edge], strong[is_edge]

    weak = np.hypot(
        0.5 * (dull[row, column + 1] - dull[row, column - 1]),
        0.5 * (dull[row + 1, column] - dull[row - 1, column]),
    )
    ratio = (strong / np.maximum(weak, 1e-3)) ** 2
    variance = np.clip((coarse**2 - ratio * fine**2) / np.maximum(ratio - 1.0, 1e-3), 0.05, 400.0)
    real = strong * np.sqrt(2 * np.pi * (variance + fine**2)) > _CONTRAST
    # The difference over two pixels and the pixel itself blur by a third of a square pixel.
    resolved = F10_TIMES_SIGMA / np.sqrt(np.maximum(variance[real] - 0.33, 0.03))
    return row[real], column[real], np.asarray(resolved, np.float32)


# A Gaussian of sigma px falls to 10 % contrast at this over sigma: sqrt(ln(10) / 2) / pi.
F10_TIMES_SIGMA = math.sqrt(math.log(10.0) / 2.0) / math.pi

_CONTRAST = 30.0  # levels of a step worth looking at
_RIM = 6  # px at the border, where coders pad
_BAND = 540  # rows
_ACROSS = 8  # cells each way


def _gradient(plane: Levels, axis: int) -> Levels:
    kernel = np.array([[-0.5, 0.0, 0.5]], np.float32)
    return np.asarray(cv2.filter2D(plane, -1, kernel if axis else kernel.T), np.float32)


def _sharp_end(resolved: NDArray[np.float32], cell: NDArray[np.int64]) -> Structure:
    """Take the 90 % point of each cell, and the 85 % point of those: a caption fills few cells."""
    counts = np.bincount(cell, minlength=_ACROSS * _ACROSS)
    full = np.flatnonzero(counts >= 10)
    if resolved.size < 50 or full.size < 6:
        return Structure(int(resolved.size), int(full.size), None)
    sharpest = [float(np.quantile(resolved[cell == one], 0.9)) for one in full]
    return Structure(int(resolved.size), int(full.size), float(np.quantile(sharpest, 0.85)))
