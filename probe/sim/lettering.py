"""Chinese and Latin letters on a picture, white with a dark rim, as cameras overlay them."""

from __future__ import annotations

import threading

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.sim.people import Box

_WHITE, _DARK = 235, 16


class Lettering:
    """The one font of a campus: it takes 8 MB, and two threads must not draw with it at once."""

    def __init__(self) -> None:
        self._font = cv2.FontFace("uni")
        self._one_at_a_time = threading.Lock()

    def write(self, luma: NDArray[np.uint8], text: str, left: int, base: int, size: int) -> Box:
        """Draw text on the line `base` and return what was touched. Negative `left` counts from the right."""
        height, width = luma.shape
        rim = max(1, size // 16)
        with self._one_at_a_time:
            wide = cv2.getTextSize((width, height), text, (0, 0), self._font, size)[2]
            if left < 0:
                left = width - wide + left
            for dx, dy in ((-rim, 0), (rim, 0), (0, -rim), (0, rim)):
                cv2.putText(luma, text, (left + dx, base + dy), _DARK, self._font, size)
            cv2.putText(luma, text, (left, base), _WHITE, self._font, size)
        return (
            max(0, (left - rim - 2) & ~1),
            max(0, (base - size - rim - 2) & ~1),
            min(width, (left + wide + rim + 4) & ~1),
            min(height, (base + size // 3 + rim + 2) & ~1),
        )
