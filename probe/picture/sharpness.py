"""How blurred the edges of a picture are: a figure that follows the lens, not the scene. 清晰度

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
    edges = edge_pixels(luma, judged, MTF10 / min(0.4, 75.0 / height), least_contrast=22.0)
    # Finer lines would fall between the pixels.
    lines = np.minimum(2 * height * edges.cycles, height)
    ends = sharp_ends(lines, edges.cells(luma.shape), 10)
    if len(lines) < _LEAST_EDGES or len(ends) < _LEAST_CELLS:
        return Sharpness(None, None, edges.count)
    return Sharpness(float(np.median(ends)), float(np.quantile(ends, SHARP_CELLS)), edges.count)


@dataclass(frozen=True, slots=True)
class EdgePixels:
    """Pixels on near-vertical edges: rows, columns, and the cycles per pixel that each resolves.

    Where there were more than enough, about one in `every` was taken.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    cycles: NDArray[np.float32]
    every: int

    @property
    def count(self) -> int:
        """The number of edge pixels, those included that were left out."""
        return len(self.cycles) * self.every

    def cells(self, shape: tuple[int, ...]) -> NDArray[np.intp]:
        """Return the cell of 8 x 8 over a picture of this shape that each lies in."""
        return (self.row * _CELLS // shape[0]) * _CELLS + self.column * _CELLS // shape[1]


def edge_pixels(
    luma: NDArray[np.uint8],
    judged: NDArray[np.bool_],
    wanted_px: float,
    *,
    least_contrast: float,
    apart_px: int = 1,
) -> EdgePixels:
    """Return the crests of gradient outside captions and the border, each with its own blur.

    `wanted_px`: the sigma of a Gaussian blur that the two scales tell best from a larger one.
    `least_contrast`: levels of a step worth looking at. `apart_px`: how far apart the rows given were.
    """
    fine_px, coarse_px = max(0.5, 0.5 * wanted_px), max(1.1, 1.2 * wanted_px)
    levels = luma.astype(np.float32)
    fine, coarse = (
        np.asarray(cv2.GaussianBlur(levels, (0, 0), px, sigmaY=px / apart_px), np.float32)
        for px in (fine_px, coarse_px)
    )
    along, across = _slopes(fine, apart_px)
    steep: Any = cv2.magnitude(along, across)
    floor = 0.6 * least_contrast / math.sqrt(2 * math.pi * ((1.6 * wanted_px) ** 2 + fine_px**2))
    crest = (steep > floor) & judged & (np.abs(along) > 1.2 * np.abs(across))
    crest[:, 1:-1] &= (steep[:, 1:-1] >= steep[:, :-2]) & (steep[:, 1:-1] > steep[:, 2:])
    crest[:BORDER], crest[-BORDER:], crest[:, :BORDER], crest[:, -BORDER:] = False, False, False, False
    places = np.flatnonzero(crest)
    every = 1 + len(places) // _ENOUGH_PLACES
    # By chance, as it were: every second of them would be one side of each line.
    places = places[(places * _SCATTERED >> 8) % every == 0]

    steepness = steep.ravel()[places]
    gentle = _steepness_at(coarse.ravel(), places, luma.shape[1], apart_px)
    ratio = np.square(steepness / np.maximum(gentle, 1e-3))
    variance = np.clip((coarse_px**2 - ratio * fine_px**2) / np.maximum(ratio - 1.0, 1e-3), 0.05, 400.0)
    strong = steepness * np.sqrt(2 * math.pi * (variance + fine_px**2)) > least_contrast
    # The pixel's own box and the central difference have widened the edge by a third of a pixel squared.
    cycles = MTF10 / np.sqrt(np.maximum(variance[strong] - 0.33, 0.03))
    down, right = np.divmod(places[strong], luma.shape[1])
    return EdgePixels(down, right, np.asarray(cycles, np.float32), every)


def sharp_ends(values: NDArray[np.float32], cell: NDArray[np.intp], least: int) -> NDArray[np.float64]:
    """Return the 90 % point of each cell that holds `least` values: a caption fills few cells."""
    if len(values) == 0:
        return np.zeros(0)
    counts = np.bincount(cell, minlength=_CELLS**2)
    filled = np.flatnonzero(counts >= least)
    # All cells in one sort: each cell's values lie in a span of their own.
    span = float(values.max()) + 1.0
    by_cell = np.sort(cell * span + values)
    place = (np.cumsum(counts) - counts + 0.9 * (counts - 1))[filled]
    return np.asarray(np.interp(place, np.arange(len(by_cell)), by_cell) - filled * span)


# A Gaussian of sigma px falls to 10 % contrast at this over sigma: sqrt(ln(10) / 2) / pi.
MTF10 = math.sqrt(math.log(10) / 2) / math.pi
SHARP_CELLS = 0.85  # of the cells' sharp ends, the share that the picture's own lies above
BORDER = 6  # px, where coders pad

_LEAST_SIDE = 48
_CELLS = 8
_ENOUGH_PLACES = 8000  # more say the same again
_SCATTERED = 2654435761  # Knuth's multiplicative hash
_LEAST_EDGES, _LEAST_CELLS = 50, 6


def _slopes(plane: Any, apart_px: int) -> tuple[Any, Any]:  # noqa: ANN401  what cv2 returns
    """Return the central differences along x and y, per pixel."""
    kernel = np.array([[-0.5, 0.0, 0.5]], np.float32)
    return cv2.filter2D(plane, -1, kernel), cv2.filter2D(plane, -1, kernel.T / apart_px)


def _steepness_at(
    levels: NDArray[np.float32], places: NDArray[np.intp], width: int, apart_px: int
) -> NDArray[np.float32]:
    """Return the gradient at some inner places of a picture, both given row after row."""
    along = levels[places + 1] - levels[places - 1]
    across = (levels[places + width] - levels[places - width]) / apart_px
    return np.asarray(0.5 * np.sqrt(along**2 + across**2), np.float32)
