"""The size of the picture that was really decoded, and how many were. 实际分辨率"""

from __future__ import annotations

from probe.model import Measured, Readings
from probe.picture.check import Check, Look


def read(look: Look) -> Readings:
    frame = look.last.frame
    return {
        "width": Measured(frame.width),
        "height": Measured(frame.height),
        "keyframes": Measured(len(look.sights)),
    }


CHECK = Check(id="picture.resolution", metrics=("width", "height", "keyframes"), read=read)
