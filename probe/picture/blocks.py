"""A picture cut into blocks, and which of them have texture: what a stuck source repeats to the bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probe.picture.frames import Plane


@dataclass(frozen=True, slots=True)
class Grain:
    """How a picture is cut up: side of a block, share of them taken as textured, fewest that say anything."""

    side: int
    textured: float
    least: int


FINE = Grain(side=8, textured=0.2, least=30)

# JPEG and MPEG-4 quantize every 8x8 block for itself: of a living scene with little noise 40 % of them came
# out the same to the bit. Over 64x64 pixels no living scene does; H.264 and H.265 predict across blocks.
COARSE = Grain(side=64, textured=0.5, least=6)


def grain_of(codec: str) -> Grain:
    """Return the grain at which a picture of this codec tells a stuck source from a living one."""
    return COARSE if codec in _BLOCKS_CODED_ALONE else FINE


def blocks_of(plane: Plane, side: int) -> Plane:
    """Return rows x side x columns x side; of a large picture every n-th row of blocks."""
    down, across = plane.shape[0] // side, plane.shape[1] // side
    rows = plane[: down * side, : across * side].reshape(down, side, across * side)
    return np.ascontiguousarray(rows[:: max(1, down // _MOST_ROWS)]).reshape(-1, side, across, side)


def textured_blocks(blocks: Plane, scene: Plane, grain: Grain, bits: int) -> NDArray[np.bool_] | None:
    """Return which blocks (rows x side x columns x side) are textured and free of captions; None: too few."""
    if not blocks.size:
        return None
    contrast = blocks.max(1).max(-1).astype(np.int32) - blocks.min(1).min(-1)
    judged = scene.min(1).min(-1) > 0
    if int(judged.sum()) < grain.least:
        return None
    limit = max(float(np.quantile(contrast[judged], 1 - grain.textured)), _LEAST_CONTRAST << (bits - 8))
    textured: NDArray[np.bool_] = judged & (contrast >= limit)
    return textured if int(textured.sum()) >= grain.least else None


_LEAST_CONTRAST = 12
_MOST_ROWS = 60
_BLOCKS_CODED_ALONE = frozenset({"JPEG", "MPEG4"})
