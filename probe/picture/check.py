"""What a picture check is: a name, the metrics it promises, and a function over decoded keyframes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Picture as PictureSettings
from probe.model import Grab, Readings
from probe.picture.frames import Frame


@dataclass(frozen=True, slots=True)
class Look:
    """All that a check may see. `frames` holds the first and the last good keyframe; one of them, or both."""

    frames: tuple[Frame, ...]
    grab: Grab
    settings: PictureSettings

    @property
    def last(self) -> Frame:
        return self.frames[-1]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `read` is a pure function; it may leave a metric out only where it gives its gap."""

    id: str
    metrics: tuple[str, ...]
    read: Callable[[Look], Readings]
