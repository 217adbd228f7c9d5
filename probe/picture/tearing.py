"""Finds bands of rows that lie sideways of where they lay one keyframe earlier. 撕裂

A fixed camera sees each row in the same place. A torn row matches itself some pixels to the side and does
not match in place; a person moves part of a row, a nudged camera moves all rows alike.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


def torn_bands(before: Grey, after: Grey) -> int:
    """Return how many bands of rows are moved sideways, both pictures of one size. 0 where too small.

    Meant for pictures some 640 pixels wide: larger ones cost more and show no more.
    """
    first, last = _rows(before), _rows(after)
    rows, columns = first.shape
    if rows < _LEAST_ROWS or columns < _LEAST_COLUMNS:
        return 0
    # A row that lies elsewhere differs from itself as much as it has contrast.
    change = np.abs(first - last).mean(1)
    contrast = np.minimum(np.abs(first).mean(1), np.abs(last).mean(1))
    shows = contrast > _LEAST_CONTRAST
    suspects = np.nonzero(shows & (change > _CHANGED * contrast))[0]
    ways = _ways(first[suspects], last[suspects])
    commonest = max((int((np.abs(ways - way) <= 1).sum()) for way in set(ways.tolist()) - {0}), default=0)
    is_nudged = commonest > _NUDGED * int(shows.sum())
    return 0 if is_nudged else _bands(suspects, ways)


_LEAST_ROWS, _LEAST_COLUMNS = 64, 128
_CHANGED = 0.6
_LEAST_CONTRAST = 1.5
_MATCH = 0.5  # correlation at the side
_BETTER = 0.3  # than in place
_FARTHEST = 1 / 8  # of the width
_NEAREST = 3  # pixels: what a mast in the wind does
_PARTS = 6  # of a row, each of which must have moved with it if there is anything to see in it
_LEAST_PARTS = 4
_CLOSER = 0.7  # of the difference in place is left at the side
_LEAST_RUN = 4  # rows of a band
_SAME_BAND = 2  # rows that may be missing
_NUDGED = 0.4  # of the rows moved one way: then it was the camera


def _rows(grey: Grey) -> NDArray[np.float32]:
    """Return the rows, each less its own course."""
    level = grey.astype(np.float32)
    return np.asarray(level - cv2.blur(level, (31, 1)), np.float32)


def _ways(first: NDArray[np.float32], last: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return for each row how many pixels it moved; 0 where it matches in place, nowhere, or in part."""
    if not len(first):
        return np.zeros(0, np.int64)
    columns = first.shape[1]
    far = int(columns * _FARTHEST)
    size = 1 << (columns + far - 1).bit_length()
    spectra = np.fft.rfft(first, size), np.fft.rfft(last, size)
    energy = np.sqrt((first**2).sum(1) * (last**2).sum(1)) + 1e-6
    match = np.fft.irfft(np.conj(spectra[0]) * spectra[1], size) / energy[:, None]
    near = np.concatenate([match[:, -far:], match[:, : far + 1]], axis=1)  # from -far to far
    sideways = near.copy()
    sideways[:, far - _NEAREST + 1 : far + _NEAREST] = 0
    best = sideways.argmax(1)
    height = sideways[np.arange(len(best)), best]
    is_torn = (height > _MATCH) & (height > near[:, far] + _BETTER)
    ways = np.where(is_torn, best - far, 0)
    for row in np.nonzero(is_torn)[0]:
        if not _moved_as_a_whole(first[row], last[row], int(ways[row])):
            ways[row] = 0
    return ways


def _moved_as_a_whole(first: NDArray[np.float32], last: NDArray[np.float32], way: int) -> bool:
    """Tell a torn row from one that somebody walks along: of that, the parts beside him stay in place."""
    far = abs(way)
    used = slice(far, len(first) - far)
    there = np.abs(last[used] - first[far - way : len(first) - far - way])
    here = np.abs(last[used] - first[used])
    sides, places = (np.array([part.mean() for part in np.array_split(one, _PARTS)]) for one in (there, here))
    shows = np.array([np.abs(part).mean() for part in np.array_split(last[used], _PARTS)]) > _LEAST_CONTRAST
    moved = shows & (sides < _CLOSER * places)
    return int(moved.sum()) >= _LEAST_PARTS and not bool((shows & ~moved).sum() > 1)


def _bands(rows: NDArray[np.int64], ways: NDArray[np.int64]) -> int:
    """Count runs of rows that moved the same way, to the pixel."""
    found, run, at, way = 0, 0, -_LEAST_ROWS, 0
    for row, moved in zip(rows.tolist(), ways.tolist(), strict=True):
        if not moved:
            continue
        follows = row - at <= 1 + _SAME_BAND and abs(moved - way) <= 1
        run = run + 1 if follows else 1
        found += run == _LEAST_RUN
        at, way = row, moved
    return found
