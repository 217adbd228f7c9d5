"""How far the colours have leant since the baseline. 偏色

One picture cannot tell a faulty sensor from a lawn or a street lamp; two of one place can.
"""

from __future__ import annotations

from probe.model import Gap, Measured, NotMeasured, Readings
from probe.picture.check import Check, Look
from probe.picture.reference import Comparison
from probe.picture.tint import lean


def read(look: Look) -> Readings:
    """Changes of the log ratios of red and blue to green, over the picture and over its bright fifth."""
    match look.against:
        case NotMeasured() as gap:
            return dict.fromkeys(CHECK.metrics, gap)
        case Comparison(same_light=False):
            return dict.fromkeys(CHECK.metrics, NotMeasured(Gap.NO_BASELINE, "none in this light"))
        case Comparison(reference=reference) if look.mode == "day":
            whole, bright = lean(look.last.tint, reference.tint)
        case Comparison():
            whole, bright = 0.0, 0.0  # a grey picture has no colours that could lean
    return {"cast_shift": Measured(round(whole, 3)), "cast_shift_bright": Measured(round(bright, 3))}


CHECK = Check(id="picture.cast", metrics=("cast_shift", "cast_shift_bright"), read=read)
