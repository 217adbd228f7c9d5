"""Small pictures that show a fault to people: what was there, and what is there now. 证据图

No words are drawn into them: what they show is said beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Readings
from probe.picture.check import Look
from probe.picture.displacement import Affine, ViewMap, displacement
from probe.picture.frames import full_range, to_width
from probe.picture.reference import Comparison
from probe.picture.sight import Sight

Bgr = NDArray[np.uint8]

MOST_BYTES = 40_000


def crops_of(look: Look, readings: Readings, found: frozenset[str]) -> Mapping[str, bytes]:
    """Return a JPEG of at most MOST_BYTES for each fault that was found, by its id."""
    return {fault: _jpeg(_drawn(look, fault)) for fault in sorted(found)}


def shift_picture(before: ViewMap, now: ViewMap) -> bytes:
    """Return a JPEG of both views laid over each other: what was in red, what is in cyan.

    Where the displacement is known, the frame of the earlier view is drawn where it lies now, with arrows.
    """
    return _jpeg(_overlaid(before, now))


_WIDTH = 320  # of one picture of a pair
_GAP_PX = 4
_MARK, _ARROW = (0, 200, 255), (0, 255, 255)  # BGR: both are seen on grey, by day and by night
_BLOCK = 8


def _drawn(look: Look, fault: str) -> Bgr:
    match fault, look.against, look.pair:
        case "moved", Comparison(reference=reference), _:
            return _overlaid(reference.view, look.last.view)
        case "frozen", _, (first, last):
            return _beside(*_still_blocks(first, last))
        case "stripes", _, _:
            return _striped(look)
        case _, Comparison(reference=reference), _:
            return _beside(_grey_bgr(reference.grey), _colours(look.last))
        case _:
            return _colours(look.last)


def _colours(sight: Sight) -> Bgr:
    """Return a small picture in colour, full range (BT.601)."""
    levels = to_width(sight.luma, _WIDTH)
    y = full_range(levels, is_full=sight.frame.full_range)
    u, v = (cv2.resize(plane, (y.shape[1], y.shape[0])) for plane in sight.colour)
    bgr = np.stack([y + 1.772 * u, y - 0.344 * u - 0.714 * v, y + 1.402 * v], axis=-1)
    return np.asarray(np.clip(bgr, 0, 255), np.uint8)


def _grey_bgr(grey: NDArray[np.uint8]) -> Bgr:
    return np.asarray(cv2.cvtColor(to_width(grey, _WIDTH), cv2.COLOR_GRAY2BGR), np.uint8)


def _beside(left: Bgr, right: Bgr) -> Bgr:
    """Return two pictures side by side, the right one drawn to the left one's height."""
    high = left.shape[0]
    wide = max(1, round(right.shape[1] * high / right.shape[0]))
    fitted = np.asarray(cv2.resize(right, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    return np.hstack([left, np.full((high, _GAP_PX, 3), 255, np.uint8), fitted])


def _still_blocks(first: Sight, last: Sight) -> tuple[Bgr, Bgr]:
    """Mark on both keyframes the blocks that are the same to the bit."""
    down, across = (side // _BLOCK for side in first.luma.shape)
    if not down or not across:
        return _colours(first), _colours(last)
    same = np.equal(first.luma, last.luma)[: down * _BLOCK, : across * _BLOCK]
    still = np.asarray(same.reshape(down, _BLOCK, across, _BLOCK).all((1, 3)), np.uint8)
    pictures = []
    for sight in (first, last):
        picture = _colours(sight)
        marked = cv2.resize(still, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
        picture[marked] = (0.6 * picture[marked] + 0.4 * np.array(_MARK)).astype(np.uint8)
        pictures.append(picture)
    return pictures[0], pictures[1]


def _striped(look: Look) -> Bgr:
    """Mark at both sides the rows that stand out, from the baseline or else the earlier keyframe."""
    picture = _colours(look.last)
    rows = to_width(look.last.luma, _WIDTH).mean(1, dtype=np.float64)
    usual = np.zeros_like(rows)
    match look.against, look.pair:
        case Comparison(reference=reference), _:
            means = reference.grey.mean(1, dtype=np.float64)
            usual = np.interp(np.linspace(0, 1, len(rows)), np.linspace(0, 1, len(means)), means)
        case _, (first, _):
            usual = to_width(first.luma, _WIDTH).mean(1, dtype=np.float64)
        case _:
            pass
    change = rows - usual
    rise = change - np.convolve(np.pad(change, 20, mode="edge"), np.full(41, 1 / 41), mode="valid")
    for row in np.flatnonzero(rise > max(1.0, float(rise.std()))):
        picture[row, :12] = picture[row, -12:] = _MARK
    return picture


def _overlaid(before: ViewMap, now: ViewMap) -> Bgr:
    now = now.at_size_of(before)
    scale = _OVERLAY_WIDTH / before.grey.shape[1]
    size = (_OVERLAY_WIDTH, max(1, round(before.grey.shape[0] * scale)))
    was, is_ = (cv2.resize(view.evened, size, interpolation=cv2.INTER_AREA) for view in (before, now))
    picture = np.asarray(cv2.merge([is_, is_, was]), np.uint8)
    found = displacement(before, now)
    if found is not None:
        _draw_path(picture, found.path, scale)
    return picture


_OVERLAY_WIDTH = 480


def _draw_path(picture: Bgr, path: Affine, scale: float) -> None:
    """Draw the earlier view's frame where it lies now, and the ways of some of its points."""
    high, wide = picture.shape[:2]

    def lies(points: Any) -> list[tuple[int, int]]:  # noqa: ANN401  pairs of numbers
        there = (np.asarray(points, np.float64) / scale) @ path[:, :2].T + path[:, 2]
        return [(int(x), int(y)) for x, y in np.rint(there * scale)]

    frame = [(0, 0), (wide - 1, 0), (wide - 1, high - 1), (0, high - 1)]
    cv2.polylines(picture, [np.array(lies(frame), np.int32)], isClosed=True, color=_MARK, thickness=2)
    points = [(wide * x // 4, high * y // 4) for y in (1, 2, 3) for x in (1, 2, 3)]
    for start, end in zip(points, lies(points), strict=True):
        cv2.arrowedLine(picture, start, end, _ARROW, 2, cv2.LINE_AA, tipLength=0.25)


def _jpeg(picture: Bgr) -> bytes:
    for quality in (75, 50, 25):
        _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if jpeg.nbytes <= MOST_BYTES:
            return jpeg.tobytes()
    return _jpeg(
        np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    )
