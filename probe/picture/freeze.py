"""How much of the picture's texture stands still to the bit between two keyframes. 冻结

Encoders send tiny P pictures for any still scene, so those prove nothing. Keyframes are coded anew from the
sensor: a live one, with noise of a third of a level, flips textured blocks; a stuck source does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probe.model import Gap, Measured, NotMeasured, Readings
from probe.picture.check import Check, Look
from probe.picture.frames import Frame, Plane, luma_8bit
from probe.picture.text_mask import usable


def read(look: Look) -> Readings:
    """Bit-identical share, 0..1, of the most textured blocks of the first keyframe against the last."""
    first, last = look.frames[0], look.last
    still_s = round(last.time_s - first.time_s, 3)
    if still_s < LEAST_SPAN_S:
        return _gap(Gap.TOO_SHORT, f"two keyframes {LEAST_SPAN_S:g} s apart are needed, {_came(look)}")
    if first.luma.shape != last.luma.shape or first.bits != last.bits:
        return _gap(Gap.TOO_SHORT, "the picture's size changed between the keyframes")

    grain = COARSE if look.grab.codec in _BLOCKS_CODED_ALONE else FINE
    share = identical_textured_share(first, last, grain)
    if share is None:
        return _gap(Gap.UNCLEAR, "too little texture to tell a stuck picture from an empty scene")
    return {"identical_textured_share": Measured(round(share, 4)), "still_s": Measured(still_s)}


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


def identical_textured_share(first: Frame, last: Frame, grain: Grain = FINE) -> float | None:
    """Return the share over luma blocks at native size, captions left out; None with too few blocks."""
    before, after = _blocks(first.luma, grain.side), _blocks(last.luma, grain.side)
    if not before.size:
        return None
    # One axis after the other: eight times as fast as both at once.
    contrast = before.max(1).max(-1).astype(np.int32) - before.min(1).min(-1)
    same = (before == after).all(1).all(-1)
    least_contrast = _LEAST_CONTRAST << (first.bits - 8)

    rough = _share(same, contrast, np.ones_like(same), grain, least_contrast)
    if rough is None or rough < _CAPTIONS_MATTER:
        return rough
    free = (usable(luma_8bit(first)) & usable(luma_8bit(last))).astype(np.uint8)
    return _share(same, contrast, _blocks(free, grain.side).min(1).min(-1) > 0, grain, least_contrast)


def _share(
    same: Blocks, contrast: NDArray[np.int32], judged: Blocks, grain: Grain, least_contrast: int
) -> float | None:
    """Return the share of `same` among the blocks that are judged and textured."""
    if int(judged.sum()) < grain.least:
        return None
    limit = max(float(np.quantile(contrast[judged], 1 - grain.textured)), least_contrast)
    textured = judged & (contrast >= limit)
    if int(textured.sum()) < grain.least:
        return None
    return float(same[textured].mean())


Blocks = NDArray[np.bool_]

# Looking for captions costs more than all the rest. Where less than this stands still, they change little.
_CAPTIONS_MATTER = 0.01

# Below, two pictures of one GOP may repeat each other on a live scene; vision.md measured from 3.9 s on.
LEAST_SPAN_S = 3.0
_LEAST_CONTRAST = 12
_MOST_ROWS = 60
_BLOCKS_CODED_ALONE = frozenset({"JPEG", "MPEG4"})


def _blocks(plane: Plane, side: int) -> Plane:
    """Return rows x side x columns x side; of a large picture every n-th row of blocks."""
    down, across = plane.shape[0] // side, plane.shape[1] // side
    rows = plane[: down * side, : across * side].reshape(down, side, across * side)
    step = max(1, down // _MOST_ROWS)
    return np.ascontiguousarray(rows[::step]).reshape(-1, side, across, side)


def _came(look: Look) -> str:
    if len(look.frames) == 1:
        return f"one came in {look.grab.span_s:.1f} s"
    return f"these are {look.last.time_s - look.frames[0].time_s:.1f} s apart"


def _gap(gap: Gap, why: str) -> Readings:
    return dict.fromkeys(CHECK.metrics, NotMeasured(gap, why))


CHECK = Check(id="picture.freeze", metrics=("identical_textured_share", "still_s"), read=read)
