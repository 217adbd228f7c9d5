"""How much of the picture's texture stands still to the bit between two keyframes. 冻结

Encoders send tiny P pictures for any still scene, so those prove nothing. Keyframes are coded anew from the
sensor: a live one, with noise of a third of a level, flips textured blocks; a stuck source does not. Where
little noise meets coarse coding some blocks repeat in a living scene too, but then all others differ much: so
the mean change is read beside the share. A running clock proves the encoder, not the sensor.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.blocks import blocks_of, grain_of
from probe.picture.check import Check, Look
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


CHECK = Check(
    id="picture.freeze",
    metrics=("identical_textured_share", "keyframe_bpp", "still_s", "clock_runs"),
    read=read,
)

# Living cameras were measured from here on; the setting rtsp.span_s asks for a little more, clocks jitter.
LEAST_SPAN_S = 3.9


def _identical(look: Look, first: Sight, last: Sight) -> Reading:
    if _one_payload(look):
        return Measured(1.0, "two keyframes came in the same bytes")
    grain = grain_of(look.job.grab.codec)
    before, after = (blocks_of(sight.frame.luma, grain.side) for sight in (first, last))
    textured = last.textured(grain)
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
