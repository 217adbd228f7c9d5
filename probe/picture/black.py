"""How bright, how even and how coloured the picture is: what a black one is judged by. 黑屏"""

from __future__ import annotations

from probe.model import Measured, Readings
from probe.picture.check import Check, Look
from probe.picture.frames import chroma_levels, luma_percentiles


def read(look: Look) -> Readings:
    """Full-range levels, 0..255, of the last keyframe. A caption covers less than 3 % of it."""
    width = look.settings.analysis_width
    dark, bright = luma_percentiles(look.last, width, (0.03, 0.97))
    return {
        "luma_p97": Measured(round(bright, 2)),
        "luma_spread": Measured(round(bright - dark, 2)),
        "chroma_mean": Measured(round(float(chroma_levels(look.last, width).mean()), 2)),
    }


CHECK = Check(id="picture.black", metrics=("luma_p97", "luma_spread", "chroma_mean"), read=read)
