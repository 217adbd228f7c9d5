"""Shows the edges that a resolution was read from: in words, and as small cut-outs. 证据"""

from __future__ import annotations

import re
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Readings
from probe.picture.check import Look
from probe.picture.tvl.bounds import Bounds


def told_edges(bounds: Bounds, keyframes: int) -> str:
    """Return the number of edges and the sharpest three, as `x,y=lines`; edge_crops reads them from there."""
    if not bounds.edges:
        return "no edge that can be read"
    best = " ".join(f"{edge.x:.0f},{edge.y:.0f}={edge.lines:.0f}" for edge in bounds.edges[:_SHOWN])
    which = "last" if bounds.keyframe == keyframes - 1 else "first"
    return f"{len(bounds.edges)} edges in the {which} keyframe, sharpest {best}"


def edge_crops(look: Look, readings: Readings) -> Mapping[str, bytes]:
    """Return the edges that were named as a JPEG strip of at most 30 KB, by the id `tvl`."""
    reading = readings.get("tvl_live_at_least")
    named = reading.detail if reading is not None and look.job.grab.main_gap is None else ""
    places = _PLACE.findall(named)[:_SHOWN]
    if not places:
        return {}
    luma = (look.sights[0] if "first keyframe" in named else look.last).luma
    strip = np.concatenate([_cut(luma, int(x), int(y)) for x, y in places], axis=1)
    for quality in (85, 60, 30):
        _, jpeg = cv2.imencode(".jpg", strip, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if jpeg.nbytes <= _MOST_BYTES:
            return {"tvl": jpeg.tobytes()}
    return {}


_SHOWN = 3
_PLACE = re.compile(r"(\d+),(\d+)=\d+")
_REACH = 32  # px around an edge
_LARGER = 3
_RIM = 4
_MOST_BYTES = 30_000


def _cut(luma: NDArray[np.uint8], x: int, y: int) -> NDArray[np.uint8]:
    """Return what lies around a place, drawn larger pixel by pixel, with a white rim."""
    padded = cv2.copyMakeBorder(luma, _REACH, _REACH, _REACH, _REACH, cv2.BORDER_REPLICATE)
    cut = padded[y : y + 2 * _REACH, x : x + 2 * _REACH]
    larger = cut.repeat(_LARGER, 0).repeat(_LARGER, 1)
    return np.asarray(
        cv2.copyMakeBorder(larger, _RIM, _RIM, _RIM, _RIM, cv2.BORDER_CONSTANT, value=255), np.uint8
    )
