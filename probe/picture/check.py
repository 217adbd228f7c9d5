"""What a picture check is: a name, the metrics it promises, and a function over decoded keyframes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from config.schema import FaultRule
from config.settings import Picture as PictureSettings
from config.settings import Settings
from config.settings import Tvl as TvlSettings
from probe.memory import Job, Mode
from probe.model import Gap, NotMeasured, Readings
from probe.picture.reference import Comparison
from probe.picture.sight import Sight


@dataclass(frozen=True, slots=True)
class Outfit:
    """What a worker is equipped with: the settings, the rules that say what is a fault, the school's zone."""

    picture: PictureSettings
    tvl: TvlSettings
    faults: tuple[FaultRule, ...]
    zone: tzinfo


def outfit_of(settings: Settings, faults: Iterable[FaultRule]) -> Outfit:
    return Outfit(settings.picture, settings.tvl, tuple(faults), settings.zone)


@dataclass(frozen=True, slots=True)
class Look:
    """All that a check may see. `sights` holds the first and the last good keyframe; one of them, or both.

    `mode` is the light of the last one; `against` the baseline that it is set against, if there is one.
    """

    sights: tuple[Sight, ...]
    job: Job
    outfit: Outfit
    mode: Mode = "day"
    against: Comparison | NotMeasured = field(default_factory=lambda: NotMeasured(Gap.NO_BASELINE))

    @property
    def last(self) -> Sight:
        return self.sights[-1]

    @property
    def pair(self) -> tuple[Sight, Sight] | None:
        """Both keyframes, where there are two and they are of one size."""
        first, last = self.sights[0], self.sights[-1]
        if first is last or first.luma.shape != last.luma.shape:
            return None
        return first, last


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `read` is a pure function; it may leave a metric out only where it gives its gap."""

    id: str
    metrics: tuple[str, ...]
    read: Callable[[Look], Readings]


@dataclass(frozen=True, slots=True)
class Proof:
    """A check that comes after all others: it knows what they read, and which faults the picture has."""

    id: str
    metrics: tuple[str, ...]
    read: Callable[[Look, Readings, frozenset[str]], Readings]
