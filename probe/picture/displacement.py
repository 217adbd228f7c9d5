"""How far a view has moved: outlines laid over each other, and matched corners where those do not tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Affine = NDArray[np.float64]  # 2 x 3, from the baseline's pixels to those of now

VIEW_WIDTH = 640


class ViewMap:
    """What a view is recognised by. `grey` is at most VIEW_WIDTH wide, `scene` False where text is."""

    def __init__(self, grey: Grey, scene: Mask) -> None:
        self.grey = grey
        self.scene = scene
        self._moved_from: dict[ViewMap, Displacement | None] = {}

    @cached_property
    def evened(self) -> Grey:
        """The grey picture with its contrast made alike everywhere, so that light matters little."""
        return np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(self.grey), np.uint8)

    @cached_property
    def outline(self) -> NDArray[np.float32]:
        """Gradient over its local mean, _OUTLINE in size, around 0."""
        soft = cv2.GaussianBlur(self.evened, (0, 0), 1.2).astype(np.float32)
        slope = cv2.magnitude(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1))
        around = cv2.blur(cv2.blur(slope, (25, 25)), (25, 25))
        relative = np.where(self.scene, slope / (around + 8.0), np.float32(0.0))
        small = cv2.resize(relative, _OUTLINE, interpolation=cv2.INTER_AREA)
        return np.asarray(small - small.mean(), np.float32)

    @cached_property
    def corners(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Places (n x 2) and RootSIFT descriptors (n x 128; Arandjelovic and Zisserman 2012)."""
        sift = cv2.SIFT_create(nfeatures=800, contrastThreshold=0.015, edgeThreshold=12)  # type: ignore[attr-defined]
        # It doubles the picture first: a smaller one loses nothing and saves most of the time.
        scale = min(1.0, _CORNER_WIDTH / self.grey.shape[1])
        small = cv2.resize(self.evened, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        size = (small.shape[1], small.shape[0])
        scene = cv2.resize(self.scene.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        points, found = sift.detectAndCompute(small, scene * 255)
        if found is None:
            return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
        roots = np.sqrt(found / np.maximum(found.sum(1, keepdims=True), 1e-6)).astype(np.float32)
        return np.array([point.pt for point in points], np.float32) / np.float32(scale), roots

    def moved_from(self, before: ViewMap) -> Displacement | None:
        """Return displacement(before, self), worked out once."""
        if before not in self._moved_from:
            self._moved_from[before] = displacement(before, self)
        return self._moved_from[before]

    def at_size_of(self, other: ViewMap) -> ViewMap:
        """Return this view drawn to another's size: one lens may be stored in several shapes."""
        high, wide = other.grey.shape
        if self.grey.shape == (high, wide):
            return self
        grey = cv2.resize(self.grey, (wide, high), interpolation=cv2.INTER_AREA)
        scene = cv2.resize(self.scene.view(np.uint8), (wide, high), interpolation=cv2.INTER_NEAREST)
        return ViewMap(np.asarray(grey, np.uint8), np.asarray(scene, np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class Displacement:
    """`pct`: the largest way of the centre and the quarter points, in percent of the picture's width.

    `path` maps the baseline's pixels to those of now.
    """

    pct: float
    path: Affine
    by: Literal["outline", "corners"]


def likeness(before: ViewMap, now: ViewMap) -> float:
    """Return how alike, -1..1, two views' outlines are as they lie; about 0 for views of different things."""
    return _likeness(before.outline, now.at_size_of(before).outline)


def displacement(before: ViewMap, now: ViewMap) -> Displacement | None:
    """Return how the view has moved; None where that cannot be told."""
    now = now.at_size_of(before)
    unmoved = _likeness(before.outline, now.outline)
    slid, path, moved = _slide(before, now)
    if unmoved > _PLAIN_MATCH and slid < _PLAIN_SLIDE_PCT:
        return Displacement(slid, path, "outline")
    found = _by_corners(before, now)
    if found is not None:
        return Displacement(_largest_way(found, before.grey), found, "corners")
    if unmoved > _LEAST_MATCH and slid < _NEAR_PCT:
        return Displacement(slid, path, "outline")
    if moved > _LEAST_MATCH and slid >= _NEAR_PCT and moved - unmoved > _LEAST_GAIN:
        return Displacement(slid, path, "outline")
    return None


_OUTLINE = (320, 240)
_CORNER_WIDTH = 400
_PLAIN_MATCH, _PLAIN_SLIDE_PCT = 0.55, 1.2  # so alike that corners need not be looked for
_LEAST_MATCH, _LEAST_GAIN, _NEAR_PCT = 0.30, 0.12, 2.5
_RATIO = 0.85  # Lowe's test, between the nearest descriptor and the second
_REACH_PX = 4.0
_LEAST_CORNERS, _LEAST_AGREEING, _LEAST_SHARE = 8, 12, 0.25
# Of moved views 65 % and more of the corners agreed, in 9 of 4 x 4 cells and more; of a thing that was moved
# before a bare wall 42 % at most, in 6 at most.
_LEAST_CELLS, _LEAST_IN_MOVED = 7, 0.5


def _slide(before: ViewMap, now: ViewMap) -> tuple[float, Affine, float]:
    """Return the shift in percent of the width, its path, and the outlines' likeness after it."""
    window = cv2.createHanningWindow(_OUTLINE, cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(before.outline, now.outline, window)
    width, height = _OUTLINE
    step = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    likeness = _likeness(cv2.warpAffine(before.outline, step, _OUTLINE), now.outline)
    high, wide = before.grey.shape
    path = np.array([[1.0, 0.0, right * wide / width], [0.0, 1.0, down * high / height]])
    return _largest_way(path, before.grey), path, likeness


def _by_corners(before: ViewMap, now: ViewMap) -> Affine | None:
    """Return the turn, zoom and shift that most matched corners agree on."""
    (places, roots), (places_now, roots_now) = before.corners, now.corners
    if len(places) < _LEAST_CORNERS or len(places_now) < _LEAST_CORNERS:
        return None
    alike = roots @ roots_now.T
    nearest = alike.argmax(1)
    rows = np.arange(len(alike))
    mutual = alike.argmax(0)[nearest] == rows
    first = alike[rows, nearest]
    alike[rows, nearest] = -1.0
    second = alike.max(1)
    kept = mutual & (_distance(first) < _RATIO * _distance(second))
    if int(kept.sum()) < _LEAST_AGREEING:
        return None
    cv2.setRNGSeed(1)  # one picture, one answer
    path, agreeing = cv2.estimateAffinePartial2D(
        places[kept],
        places_now[nearest[kept]],
        method=cv2.RANSAC,
        ransacReprojThreshold=_REACH_PX,
        maxIters=2000,
        confidence=0.995,
    )
    if path is None or int(agreeing.sum()) < max(_LEAST_AGREEING, _LEAST_SHARE * int(kept.sum())):
        return None
    if _largest_way(path, before.grey) > _NEAR_PCT and not _is_the_view(
        places[kept], agreeing.ravel() > 0, before.grey
    ):
        return None
    return np.asarray(path, np.float64)


def _is_the_view(places: NDArray[np.float32], agreeing: NDArray[np.bool_], grey: Grey) -> bool:
    """Tell whether so many corners, all over the picture, agree that it is the view that moved.

    Before a bare wall the corners of one thing that was moved agree too, but they are few and close together.
    """
    high, wide = grey.shape
    column, row = (places[agreeing] * 4 / (wide, high)).astype(np.int64).T
    return len(np.unique(row * 4 + column)) >= _LEAST_CELLS and float(agreeing.mean()) >= _LEAST_IN_MOVED


def _distance(cosine: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.maximum(2.0 - 2.0 * cosine, 0.0)), np.float32)


def _largest_way(path: Affine, grey: Grey) -> float:
    high, wide = grey.shape
    points = np.array([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75), (0.5, 0.5)]) * (wide, high)
    ways = points @ path[:, :2].T + path[:, 2] - points
    return float(np.hypot(ways[:, 0], ways[:, 1]).max() / wide * 100.0)


def _likeness(one: Any, other: Any) -> float:  # noqa: ANN401  what cv2 returns
    """Return the correlation, -1..1, of two outlines, a little softened."""
    a, b = cv2.GaussianBlur(one, (0, 0), 1.0), cv2.GaussianBlur(other, (0, 0), 1.0)
    return float((a * b).sum() / (math.sqrt(float((a * a).sum() * (b * b).sum())) + 1e-6))
