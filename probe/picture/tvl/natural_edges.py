"""What the scene's own step edges prove: a lower bound of the resolution.

Natural-scene SFR after van Zwanenberg, Triantaphillidou, Jenkin and Psarrou 2021 (JIST 65(6) 060402): the
sharpest edges of an ordinary picture stand for the system. A single one may read too high, the k-th hardly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.picture.text_mask import Mask
from probe.picture.tvl.lines import lines_of
from probe.picture.tvl.slanted_edge import Limits, response_of

Luma = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Edge:
    """One verified edge: its middle in pixels, and the TV lines that it resolves."""

    x: float
    y: float
    lines: float


def find_edges(luma: Luma, scene: Mask, samples: float, tries: int = 200) -> list[Edge]:
    """Return near-vertical step edges of a picture, outside captions, the longest first.

    `samples` per picture height; so many pieces of edges are tried at most.
    """
    reach = int(np.clip(round(0.013 * samples), 10, 26))
    least_rows = max(15.0, 0.016 * samples)
    found: list[Edge] = []
    tried = 0
    for segment in _segments(luma, least_rows):
        pieces = _pieces(segment, least_rows, luma.shape[0])
        edges = (_edge(luma, scene, segment, rows, reach, samples) for rows in pieces)
        found += [edge for edge in edges if edge is not None]
        tried += len(pieces)
        if len(found) >= _ENOUGH_EDGES or tried >= tries:
            break
    return found


def lower_bound(edges: Sequence[Edge], samples: float) -> float | None:
    """Return the TV lines of the k-th sharpest edge, k = 3 or 15 % of them; None where there are fewer."""
    k = max(3, math.ceil(0.15 * len(edges)))
    if len(edges) < k:
        return None
    return min(sorted((edge.lines for edge in edges), reverse=True)[k - 1], samples)


Segment = tuple[float, float, float, float]

_LIMITS = Limits()
_ENOUGH_EDGES = 24  # more say the same again
_MOST_SEGMENTS = 200
_SEARCH_WIDTH, _SEARCH_SCALE = 960, 2 / 3  # the detector reduces once more: it finds as many, sooner
_LEAST_NOISE = 0.3  # levels; coding can leave less
_LEAST_CONTRAST_TO_NOISE = 5.0


def _segments(luma: Luma, least_rows: float) -> list[Segment]:
    """Return straight segments 2.5 to 40 degrees off the vertical as x, y, x, y, top first, longest first."""
    height, width = luma.shape
    scale = max(1.0, width / _SEARCH_WIDTH)
    small = luma
    if scale > 1.0:
        size = (_SEARCH_WIDTH, max(1, round(height / scale)))
        small = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
    lines = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, _SEARCH_SCALE if scale > 1.0 else 0.8).detect(
        small
    )[0]
    if lines is None:
        return []
    ends = (lines.reshape(-1, 4).astype(np.float64) + 0.5) * scale - 0.5
    ends = np.where((ends[:, 1] > ends[:, 3])[:, None], ends[:, [2, 3, 0, 1]], ends)
    across, down = np.abs(ends[:, 2] - ends[:, 0]), ends[:, 3] - ends[:, 1]
    angle = np.degrees(np.arctan2(across, down))
    ends = ends[(down >= least_rows) & (angle >= 2.5) & (angle <= 40.0)]
    longest = np.argsort(-np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]))[:_MOST_SEGMENTS]
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in ends[longest]]


def _pieces(segment: Segment, least_rows: float, height: int) -> list[tuple[int, int]]:
    """Cut a segment into pieces of rows short enough not to bend."""
    top, bottom = max(0, math.ceil(segment[1]) + 1), min(height - 1, math.floor(segment[3]) - 1)
    if bottom - top < max(10.0, least_rows - 4.0):
        return []
    step = int(max(least_rows, min(bottom - top, 64)))
    starts = range(top, max(top + 1, bottom - step + 1), step)
    return [(start, min(start + step, bottom)) for start in starts]


def _edge(
    luma: Luma, scene: Mask, segment: Segment, rows: tuple[int, int], reach: int, samples: float
) -> Edge | None:
    row = np.arange(*rows)
    x0, y0, x1, y1 = segment
    along = x0 + (row - y0) * (x1 - x0) / (y1 - y0)
    middle = np.round(along).astype(np.int64)
    left, right = int(middle.min()) - reach, int(middle.max()) + reach
    if left < 0 or right >= luma.shape[1] or not scene[rows[0] : rows[1] : 4, left : right + 1 : 4].all():
        return None
    columns = middle[:, None] + np.arange(-reach, reach + 1)[None, :]
    strip = luma[row[:, None], columns].astype(np.float64)
    response = response_of(strip, (middle - middle[0]).astype(np.float64), _LIMITS)
    if response is None or response.contrast / max(response.noise, _LEAST_NOISE) < _LEAST_CONTRAST_TO_NOISE:
        return None
    lines = lines_of(min(response.f10, response.f10_fit), samples)
    return Edge(float(along.mean()), float(row.mean()), lines)
