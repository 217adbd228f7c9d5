"""Finds captions and clocks burnt into a picture, so that they are not taken for the scene. 字符叠加"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Caption(NamedTuple):
    """The box of a line of text with a margin around it, in pixels; right and bottom are not part of it."""

    left: int
    top: int
    right: int
    bottom: int


def captions_on(small: NDArray[np.uint8], shape: tuple[int, ...]) -> tuple[Caption, ...]:
    """Return the lines of text on a picture reduced to some 960 pixels, in pixels of its full shape.

    Strokes are thin and stand out from what is round them (top-hat, black-hat); a row of them, wider than
    high and with many changes along it, is text.
    """
    height, width = shape
    across, down = width / small.shape[1], height / small.shape[0]
    return tuple(
        Caption(int(left * across), int(top * down), int(right * across + 0.5), int(bottom * down + 0.5))
        for strokes in _strokes(small)
        for left, top, right, bottom in _lines(strokes)
    )


def scene_without(captions: tuple[Caption, ...], shape: tuple[int, int]) -> Mask:
    """Return True where there is scene, False on captions. `shape` is height, width."""
    scene = np.ones(shape, np.bool_)
    for left, top, right, bottom in captions:
        scene[top:bottom, left:right] = False
    return scene


Ink = NDArray[np.uint8]  # 1 on a stroke


def _strokes(luma: NDArray[np.uint8]) -> tuple[Ink, Ink]:
    """Return where bright and where dark strokes are."""
    reach = max(7, int(luma.shape[0] * 0.022) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    above = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, kernel)
    below = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, kernel)
    bright, dark = (luma > 185) & (above > 60), (luma < 50) & (below > 90)
    return bright.view(np.uint8), dark.view(np.uint8)


def _lines(ink: Ink) -> list[Caption]:
    """Return the boxes of lines of text."""
    height, width = ink.shape
    bridge = cv2.getStructuringElement(cv2.MORPH_RECT, (max(9, int(width * 0.022)), 3))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge)
    # Outlines cost a twentieth of labelled components. Level 0 of CCOMP: the outer ones, also inside a hole.
    outlines, levels = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if levels is None:
        return []
    found: list[Caption] = []
    for outline, level in zip(outlines, np.asarray(levels)[0].tolist(), strict=True):
        left, top, wide, high = cv2.boundingRect(outline)
        is_hole = level[3] >= 0
        shaped = wide >= 0.04 * width and wide >= 1.8 * high and max(5, 0.01 * height) <= high <= 0.1 * height
        if shaped and not is_hole and _reads_like_text(ink[top : top + high, left : left + wide]):
            margin = max(3, high // 3)
            found.append(
                Caption(
                    max(0, left - 2 * margin),
                    max(0, top - margin),
                    min(width, left + wide + 2 * margin),
                    min(height, top + high + margin),
                )
            )
    return found


def _reads_like_text(ink: Ink) -> bool:
    high, wide = ink.shape
    if not 0.12 < float(ink.mean()) < 0.75:
        return False
    middle = ink[high // 4 : high - high // 4]
    changes = float(np.abs(np.diff(middle.astype(np.int8), axis=1)).sum()) / max(1, middle.shape[0])
    return bool(changes >= max(5.0, 1.3 * wide / high))
