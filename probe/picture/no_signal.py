"""How much of the picture is drawn rather than seen: flat areas, few colours, no change. 无信号

A recorder draws a card where a camera is lost: one colour, a word, sometimes bars. Each of its areas is one
level to the bit, which no lens and sensor ever gives.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look
from probe.picture.sight import Sight


def read(look: Look) -> Readings:
    """Shares 0..1: of blocks without contrast, of the eight most common colours, of unchanged blocks."""
    return {
        "flat_share": Measured(round(_flat_share(look.last), 4)),
        "dominant_share": Measured(round(_dominant_share(look.last), 4)),
        "unchanged_share": _unchanged_share(look),
    }


CHECK = Check(id="picture.no_signal", metrics=("flat_share", "dominant_share", "unchanged_share"), read=read)

_FLAT = 3  # levels of the stored picture: what coding leaves of a drawn area
_LEAST_BLOCKS = 50
_COLOURS = 8


def _side(sight: Sight) -> int:
    """Return the side of a block: 16 pixels of a picture 640 wide, fewer of a small one."""
    return int(np.clip(sight.frame.width // 40, 4, 16)) & ~1


def _flat_share(sight: Sight) -> float:
    side = _side(sight)
    luma = _whole_blocks(sight.luma, side)
    if not luma.size:
        return 0.0
    # One axis after the other: several times as fast as both at once.
    low, high = luma.min(1).min(-1), luma.max(1).max(-1)
    flat = (high - low) <= _FLAT
    judged = _whole_blocks(sight.scene.view(np.uint8), side).min(1).min(-1) > 0
    return float(flat[judged].mean() if judged.sum() > _LEAST_BLOCKS else flat.mean())


def _dominant_share(sight: Sight) -> float:
    """Return the share of the most common of 16 x 32 x 32 colours."""
    u, v = sight.colour
    size = (u.shape[1], u.shape[0])
    levels = cv2.resize(sight.levels, size, interpolation=cv2.INTER_NEAREST)
    steps = (np.clip(plane, 0, 255).astype(np.int32) for plane in (levels, u + 128.0, v + 128.0))
    luma, blue, red = steps
    counts = np.bincount(((luma >> 4) * 1024 + (blue >> 3) * 32 + (red >> 3)).ravel())
    return float(np.sort(counts)[-_COLOURS:].sum() / counts.sum())


def _unchanged_share(look: Look) -> Reading:
    if look.pair is None:
        return NotMeasured(Gap.TOO_SHORT, "two keyframes of one size are needed")
    before, after = look.pair
    side = _side(after)
    differ = _whole_blocks(cv2.absdiff(before.luma, after.luma), side)
    if not differ.size:
        return NotMeasured(Gap.UNCLEAR, "the picture is smaller than a block")
    return Measured(round(float((differ.max(1).max(-1) == 0).mean()), 4))


def _whole_blocks(plane: NDArray[np.uint8] | cv2.typing.MatLike, side: int) -> NDArray[np.uint8]:
    """Return rows x side x columns x side of every other row of blocks, or of all of a low picture."""
    down, across = plane.shape[0] // side, plane.shape[1] // side
    step = 2 if down >= _MANY_ROWS else 1
    rows = np.asarray(plane, np.uint8)[: down * side, : across * side].reshape(down, side, across * side)
    return np.ascontiguousarray(rows[::step]).reshape(-1, side, across, side)


_MANY_ROWS = 48
