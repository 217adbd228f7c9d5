"""Reads a chart card whose place is known: whether it still hangs there, and what its edges resolve."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.memory import ChartCard
from probe.picture.card.sheet import CELLS, MARKER, SQUARE_CENTRE, TILT_DEG, marker_cells, square
from probe.picture.tvl.slanted_edge import Limits, response_of

Luma = NDArray[np.uint8]
Points = NDArray[np.float32]


def still_hangs(luma: Luma, card: ChartCard) -> bool:
    """Tell whether the marker is where it was, by its cells; not in a picture of another size."""
    if luma.shape != (card.height, card.width):
        return False
    side = CELLS * _CELL
    flat = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32) - 0.5
    to_marker = cv2.getPerspectiveTransform(np.array(card.corners, np.float32), flat)
    seen = cv2.warpPerspective(luma, to_marker, (side, side), flags=cv2.INTER_LINEAR)
    levels = seen.reshape(CELLS, _CELL, CELLS, _CELL)[:, 2:-2, :, 2:-2].mean((1, 3))
    white = marker_cells(card.marker)
    light, dark = float(levels[white].mean()), float(levels[~white].mean())
    if light - dark < _LEAST_CONTRAST:
        return False
    return int(((levels > 0.5 * (light + dark)) == white).sum()) >= CELLS * CELLS - _ODD_CELLS


def shows_square(luma: Luma, card: ChartCard) -> bool:
    """Tell whether a dark square stands beside the marker, as on our card and on no other marker."""
    to_picture = _to_picture(card)
    middle = np.array([SQUARE_CENTRE], np.float32)
    around = middle + 0.68 * _turned(np.array([[-1, 0], [1, 0], [0, -1], [0, 1]], np.float32))
    inside = middle + 0.3 * _turned(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [0, 0]], np.float32))
    dark, light = (_levels_at(luma, _warped(points, to_picture)) for points in (inside, around))
    if dark is None or light is None:
        return False
    return float(light.min()) - float(dark.max()) > max(10.0, 0.5 * float(light.mean() - dark.mean()))


def square_side(card: ChartCard) -> float:
    """Return the length in pixels of the square's near-vertical sides."""
    corners = _square(card)
    return float(np.linalg.norm(corners[[3, 2]] - corners[[0, 1]], axis=1).mean())


def read_card(luma: Luma, card: ChartCard) -> tuple[float, ...]:
    """Return, for each near-vertical side that reads, where its contrast falls to 10 %, in cycles per pixel.

    It is that of a Gaussian through the response: the estimate with the least error on coded pictures.
    """
    corners = _square(card).astype(np.float64)
    reach = int(np.clip(0.36 * square_side(card), 6, 24))
    read = (_side(luma, corners[top], corners[bottom], reach) for top, bottom in ((0, 3), (1, 2)))
    return tuple(one for one in read if one is not None)


_CELL = 8  # px of the flattened marker
_ODD_CELLS = 2  # that glare or a leaf may spoil
_LEAST_CONTRAST = 15.0  # levels
_LIMITS = Limits(contrast=8.0, crooked=0.6, brightest=256.0, darkest=-1.0)


def _to_picture(card: ChartCard) -> NDArray[np.float64]:
    return np.asarray(cv2.getPerspectiveTransform(MARKER, np.array(card.corners, np.float32)))


def _square(card: ChartCard) -> Points:
    return _warped(square(), _to_picture(card))


def _warped(points: Points, matrix: NDArray[np.float64]) -> Points:
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32)


def _turned(points: Points) -> Points:
    turn = math.radians(TILT_DEG)
    cosine, sine = math.cos(turn), math.sin(turn)
    return points @ np.array([[cosine, sine], [-sine, cosine]], np.float32)


def _levels_at(luma: Luma, points: Points) -> NDArray[np.float64] | None:
    """Return the levels at these points, or None where one lies outside the picture."""
    column, row = np.round(points).astype(np.int64).T
    height, width = luma.shape
    if min(column.min(), row.min()) < 0 or column.max() >= width or row.max() >= height:
        return None
    return np.asarray(luma[row, column], np.float64)


def _side(luma: Luma, top: NDArray[np.float64], bottom: NDArray[np.float64], reach: int) -> float | None:
    if top[1] > bottom[1]:
        top, bottom = bottom, top
    length = float(bottom[1] - top[1])
    row = np.arange(math.ceil(top[1] + 0.12 * length), math.floor(bottom[1] - 0.12 * length) + 1)
    if row.size < 8:
        return None
    middle = np.round(top[0] + (row - top[1]) * (bottom[0] - top[0]) / length).astype(np.int64)
    height, width = luma.shape
    if row[0] < 0 or row[-1] >= height or middle.min() < reach or middle.max() + reach >= width:
        return None
    strip = luma[row[:, None], middle[:, None] + np.arange(-reach, reach + 1)].astype(np.float64)
    response = response_of(strip, (middle - middle[0]).astype(np.float64), _LIMITS)
    return None if response is None else response.f10_fit
