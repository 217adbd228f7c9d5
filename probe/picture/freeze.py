"""How much of the picture's texture stands still to the bit between two keyframes. 冻结

Encoders send tiny P pictures for any still scene, so those prove nothing. Keyframes are coded anew from the
sensor: a live one, with noise of a third of a level, flips textured blocks; a stuck source does not. Where
little noise meets coarse coding some blocks repeat in a living scene too, but then all others differ much: so
the mean change is read beside the share. A running clock proves the encoder, not the sensor.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look
from probe.picture.frames import Plane
from probe.picture.sight import Sight
from probe.picture.text_mask import Caption


def read(look: Look) -> Readings:
    """Bit-identical share, 0..1, of the most textured blocks; bits per pixel of the smaller keyframe."""
    if look.pair is None:
        return _gap(_why_no_pair(look))
    first, last = look.pair
    still_s = round(last.time_s - first.time_s, 3)
    if still_s < LEAST_SPAN_S:
        return _gap(f"two keyframes {LEAST_SPAN_S:g} s apart are needed, these are {still_s:.1f} s apart")
    return {
        "identical_textured_share": _identical(look, first, last),
        "keyframe_bpp": Measured(round(_bits_per_pixel(look), 3)),
        "still_s": Measured(still_s),
        "clock_runs": _clock_runs(first, last),
    }


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


def textured_blocks(blocks: Plane, scene: Plane, grain: Grain, bits: int) -> NDArray[np.bool_] | None:
    """Return which blocks (rows x side x columns x side) are textured and free of captions; None: too few."""
    contrast = blocks.max(1).max(-1).astype(np.int32) - blocks.min(1).min(-1)
    judged = scene.min(1).min(-1) > 0
    if int(judged.sum()) < grain.least:
        return None
    limit = max(float(np.quantile(contrast[judged], 1 - grain.textured)), _LEAST_CONTRAST << (bits - 8))
    textured: NDArray[np.bool_] = judged & (contrast >= limit)
    return textured if int(textured.sum()) >= grain.least else None


def blocks_of(plane: Plane, side: int) -> Plane:
    """Return rows x side x columns x side; of a large picture every n-th row of blocks."""
    down, across = plane.shape[0] // side, plane.shape[1] // side
    rows = plane[: down * side, : across * side].reshape(down, side, across * side)
    return np.ascontiguousarray(rows[:: max(1, down // _MOST_ROWS)]).reshape(-1, side, across, side)


CHECK = Check(
    id="picture.freeze",
    metrics=("identical_textured_share", "keyframe_bpp", "still_s", "clock_runs"),
    read=read,
)

# Below, two pictures of one GOP may repeat each other on a live scene; living cameras were measured from
# 3.9 s on.
LEAST_SPAN_S = 3.0
_LEAST_CONTRAST = 12
_MOST_ROWS = 60
_BLOCKS_CODED_ALONE = frozenset({"JPEG", "MPEG4"})


def _identical(look: Look, first: Sight, last: Sight) -> Reading:
    if _one_payload(look):
        return Measured(1.0, "two keyframes came in the same bytes")
    grain = grain_of(look.job.grab.codec)
    before, after = (blocks_of(sight.frame.luma, grain.side) for sight in (first, last))
    scene = blocks_of((first.scene & last.scene).view(np.uint8), grain.side)
    textured = textured_blocks(before, scene, grain, first.frame.bits) if before.size else None
    if textured is None or first.frame.bits != last.frame.bits:
        return NotMeasured(Gap.UNCLEAR, "too little texture to tell a stuck picture from an empty scene")
    same = (before == after).all(1).all(-1)
    share = float(same[textured].mean())
    if _bits_per_pixel(look) < _COARSE_BPP and _REPEATS_STILL < share < _REPEATS_STUCK:
        why = f"{share:.0%} of the texture repeats, but the picture is coded too coarsely to tell by that"
        return NotMeasured(Gap.UNCLEAR, why)
    return Measured(round(share, 4))


# Coded this coarsely, living scenes with hardly any noise repeated up to 0.12 of their texture, stuck ones
# with a running clock from 0.05 on.
_COARSE_BPP = 0.17
_REPEATS_STILL, _REPEATS_STUCK = 0.05, 0.25


def _one_payload(look: Look) -> bool:
    """Tell whether two keyframes far apart are one to the byte, and large enough to hold a scene."""
    keys = [key for key in look.job.grab.keyframes if not key.damaged]
    least = look.last.luma.size * _LEAST_BITS_PER_PIXEL / 8
    seen: dict[bytes, float] = {}
    return any(
        key.time_s - seen.setdefault(key.payload, key.time_s) >= LEAST_SPAN_S
        for key in keys
        if len(key.payload) >= least
    )


_LEAST_BITS_PER_PIXEL = 0.05


def _bits_per_pixel(look: Look) -> float:
    times = {sight.time_s for sight in look.sights}
    sizes = [len(key.payload) for key in look.job.grab.keyframes if key.time_s in times]
    return 8 * min(sizes, default=0) / max(1, look.last.luma.size)


def _clock_runs(first: Sight, last: Sight) -> Reading:
    """Tell whether a part of a caption changed while the rest of it stayed."""
    if not last.captions:
        return NotMeasured(Gap.UNCLEAR, "no caption was found on the picture")
    return Measured(any(_ticks(first.luma, last.luma, caption) for caption in last.captions))


_OTHER_INK = 90  # levels: strokes that stayed differ by less, however coarse the coding
_INK = 170
_LEAST_TICK, _MOST_TICK = 0.004, 0.5  # of the ink: a stroke of one digit, and digits all over


def _ticks(before: NDArray[np.uint8], after: NDArray[np.uint8], caption: Caption) -> bool:
    inside = np.s_[caption.top : caption.bottom, caption.left : caption.right]
    old, new = before[inside], after[inside]
    ink = (old > _INK) | (new > _INK)
    other = ink & np.asarray(cv2.absdiff(old, new) > _OTHER_INK)
    share = float(other.sum()) / max(1, int(ink.sum()))
    return _LEAST_TICK <= share <= _MOST_TICK


def _why_no_pair(look: Look) -> str:
    if len(look.sights) == 1:
        return f"two keyframes are needed, one came in {look.job.grab.span_s:.1f} s"
    return "the picture's size changed between the keyframes"


def _gap(why: str) -> Readings:
    return dict.fromkeys(CHECK.metrics, NotMeasured(Gap.TOO_SHORT, why))
