"""Small pictures that show a fault to people: what was there, and what is there now. 证据图

All are in the aspect that is meant. No words are drawn into them: what they show is said beside them.
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
from probe.picture.frames import full_range
from probe.picture.reference import Comparison
from probe.picture.sight import Sight
from probe.picture.snapshot import shown_size

Bgr = NDArray[np.uint8]
Size = tuple[int, int]  # width, height

MOST_BYTES = 40_000


def crops_of(look: Look, readings: Readings, found: frozenset[str]) -> Mapping[str, bytes]:
    """Return a JPEG of at most MOST_BYTES for each fault that was found, by its id."""
    return {fault: _jpeg(_drawn(look, fault)) for fault in sorted(found)}


_WIDTH = 320  # of one picture of a pair
_GAP_PX = 4
_MARK, _ARROW = (0, 200, 255), (0, 255, 255)  # BGR: both are seen on grey, by day and by night
_BLOCK = 8


def _drawn(look: Look, fault: str) -> Bgr:
    size = _size(look, _WIDTH)
    match fault, look.against, look.pair:
        case "moved", Comparison(reference=reference), _:
            return _overlaid(reference.view, look.last.view, _size(look, _OVERLAY_WIDTH))
        case "frozen", _, (first, last):
            return _beside(*_still_blocks(first, last, size))
        case "stripes", _, _:
            return _striped(look, size)
        case _, Comparison(reference=reference), _:
            return _beside(_grey_bgr(reference.grey, size), _colours(look.last, size))
        case _:
            return _colours(look.last, size)


def _size(look: Look, width: int) -> Size:
    """Return the size of the drawn picture; a baseline stored in another shape is drawn to it too."""
    return shown_size(look.last.frame, look.outfit.picture.shown_as, width)


def _colours(sight: Sight, size: Size) -> Bgr:
    """Return a small picture in colour, full range (BT.601)."""
    y = full_range(_drawn_to(sight.luma, size), is_full=sight.frame.full_range)
    u, v = (cv2.resize(plane, size) for plane in sight.colour)
    bgr = np.stack([y + 1.772 * u, y - 0.344 * u - 0.714 * v, y + 1.402 * v], axis=-1)
    return np.asarray(np.clip(bgr, 0, 255), np.uint8)


def _grey_bgr(grey: NDArray[np.uint8], size: Size) -> Bgr:
    return np.asarray(cv2.cvtColor(_drawn_to(grey, size), cv2.COLOR_GRAY2BGR), np.uint8)


def _drawn_to(plane: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _beside(left: Bgr, right: Bgr) -> Bgr:
    """Return two pictures of one size side by side."""
    return np.hstack([left, np.full((left.shape[0], _GAP_PX, 3), 255, np.uint8), right])


def _still_blocks(first: Sight, last: Sight, size: Size) -> tuple[Bgr, Bgr]:
    """Mark on both keyframes the blocks that are the same to the bit."""
    down, across = (side // _BLOCK for side in first.luma.shape)
    if not down or not across:
        return _colours(first, size), _colours(last, size)
    same = np.equal(first.luma, last.luma)[: down * _BLOCK, : across * _BLOCK]
    still = np.asarray(same.reshape(down, _BLOCK, across, _BLOCK).all((1, 3)), np.uint8)
    marked = cv2.resize(still, size, interpolation=cv2.INTER_NEAREST) > 0
    pictures = _colours(first, size), _colours(last, size)
    for picture in pictures:
        picture[marked] = (0.6 * picture[marked] + 0.4 * np.array(_MARK)).astype(np.uint8)
    return pictures


def _striped(look: Look, size: Size) -> Bgr:
    """Mark at both sides the rows that stand out, from the baseline or else the earlier keyframe."""
    picture = _colours(look.last, size)
    rows = _drawn_to(look.last.luma, size).mean(1, dtype=np.float64)
    usual = np.zeros_like(rows)
    match look.against, look.pair:
        case Comparison(reference=reference), _:
            usual = _drawn_to(reference.grey, size).mean(1, dtype=np.float64)
        case _, (first, _):
            usual = _drawn_to(first.luma, size).mean(1, dtype=np.float64)
        case _:
            pass
    change = rows - usual
    rise = change - np.convolve(np.pad(change, 20, mode="edge"), np.full(41, 1 / 41), mode="valid")
    for row in np.flatnonzero(rise > max(1.0, float(rise.std()))):
        picture[row, :12] = picture[row, -12:] = _MARK
    return picture


def _overlaid(before: ViewMap, now: ViewMap, size: Size) -> Bgr:
    """Lay both views over each other: what was in red, what is in cyan.

    Where the displacement is known, the frame of the earlier view is drawn where it lies now, with arrows.
    """
    now = now.at_size_of(before)
    was, is_ = (_drawn_to(view.evened, size) for view in (before, now))
    picture = np.asarray(cv2.merge([is_, is_, was]), np.uint8)
    found = displacement(before, now)
    if found is not None:
        high, wide = before.grey.shape
        _draw_path(picture, found.path, (size[0] / wide, size[1] / high))
    return picture


_OVERLAY_WIDTH = 480


def _draw_path(picture: Bgr, path: Affine, scale: tuple[float, float]) -> None:
    """Draw the earlier view's frame where it lies now, and the ways of some of its points.

    `path` is in the views' pixels, `scale` the picture's pixels per one of these, across and down.
    """
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
