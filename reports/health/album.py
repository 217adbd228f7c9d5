"""The pictures of a report, made small: a data URI each, within a total that is never passed. 缩略图"""

from __future__ import annotations

import base64
from collections.abc import Callable

import cv2
import numpy as np

from config.words import say
from reports.health.parts import Picture

MOST_BYTES = 20 * 1024  # of one picture
ALL_BYTES = 21 * 1024 * 1024  # of all: base64 makes 30 MB of it
_WIDTH = 320
_STEPS = ((1.0, 72), (1.0, 55), (0.75, 60), (0.75, 40), (0.5, 50), (0.5, 25))  # of the width; JPEG quality


class Album:
    """Makes pictures small, each once, until the total is used up. `read` gives a file's bytes, or none."""

    def __init__(self, read: Callable[[str], bytes], total: int = ALL_BYTES) -> None:
        self._read = read
        self._left = total
        self._made: dict[str, Picture] = {}

    def file(self, name: str) -> Picture:
        """Return a picture of the workspace by its file name, or why it is not shown."""
        if name not in self._made:
            self._made[name] = self.jpeg(self._read(name), name)
        return self._made[name]

    def jpeg(self, content: bytes, name: str = "") -> Picture:
        """Return a picture that is at hand."""
        if not content:
            return Picture(why=say("health.no_picture"))
        small = shrink(content)
        if not small:
            return Picture(why=say("health.bad_picture"))
        if len(small) > self._left:
            return Picture(why=say("health.picture_left_out", name=name))
        self._left -= len(small)
        return Picture("data:image/jpeg;base64," + base64.b64encode(small).decode())


def shrink(content: bytes) -> bytes:
    """Return a JPEG of at most MOST_BYTES that shows the same, or nothing if it is no picture."""
    # Every picture is coded anew: whatever else a device has put into its file stays out of the report.
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        return b""
    height, width = pixels.shape[:2]
    for share, quality in _STEPS:
        wide = min(width, round(_WIDTH * share))
        size = (wide, max(1, min(2 * wide, height * wide // width)))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        is_made, coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if is_made and coded.size <= MOST_BYTES:
            return bytes(coded)
    return b""
