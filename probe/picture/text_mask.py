"""Finds captions and clocks burnt into a picture, so that they are not taken for the scene. 字符叠加"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def usable(luma: NDArray[np.uint8]) -> Mask:
    """Return True where there is scene, False on and closely around lines of text. Same size as `luma`.

    Strokes are thin and stand out from what is round them (top-hat, black-hat); a row of them, wider than
    high and with many changes along it, is text.
    """
    height, width = luma.shape
    scale = min(1.0, _WORK_WIDTH / width)
    small = luma
    if scale < 1:
        size = (_WORK_WIDTH, max(1, round(height * scale)))
        small = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)

    text = np.zeros(small.shape, np.uint8)
    for strokes in _strokes(small):
        for left, top, right, bottom in _lines(strokes):
            text[top:bottom, left:right] = 1
    if scale < 1:
        text = np.asarray(cv2.resize(text, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.equal(text, 0)


_WORK_WIDTH = 960


def _strokes(luma: NDArray[np.uint8]) -> tuple[Mask, Mask]:
    """Return where bright and where dark strokes are."""
    reach = max(7, int(luma.shape[0] * 0.022) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    above = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, kernel)
    below = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, kernel)
    return (luma > 185) & (above > 60), (luma < 50) & (below > 90)


def _lines(strokes: Mask) -> list[tuple[int, int, int, int]]:
    """Return the boxes of lines of text: left, top, right, bottom, with a margin."""
    height, width = strokes.shape
    ink = strokes.astype(np.uint8)
    bridge = cv2.getStructuringElement(cv2.MORPH_RECT, (max(9, int(width * 0.022)), 3))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[tuple[int, int, int, int]] = []
    for left, top, wide, high, _area in boxes[1:count].tolist():
        shaped = wide >= 0.04 * width and wide >= 1.8 * high and max(5, 0.01 * height) <= high <= 0.1 * height
        if shaped and _reads_like_text(ink[top : top + high, left : left + wide]):
            margin = max(3, high // 3)
            found.append(
                (
                    max(0, left - 2 * margin),
                    max(0, top - margin),
                    left + wide + 2 * margin,
                    top + high + margin,
                )
            )
    return found


def _reads_like_text(ink: NDArray[np.uint8]) -> bool:
    high, wide = ink.shape
    if not 0.12 < float(ink.mean()) < 0.75:
        return False
    middle = ink[high // 4 : high - high // 4]
    changes = float(np.abs(np.diff(middle.astype(np.int8), axis=1)).sum()) / max(1, middle.shape[0])
    return bool(changes >= max(5.0, 1.3 * wide / high))
