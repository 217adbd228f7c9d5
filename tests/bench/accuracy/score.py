"""Looks at the clips as a worker does, and counts what was found against what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import cv2

from config.load import load_catalogue
from probe.gap import Gap
from probe.memory import Baseline, Job, Kept, Memory
from probe.model import Grab, Measured, NotMeasured, Picture, Reading
from probe.picture.check import Outfit, outfit_of
from probe.picture.faults import picture_faults
from probe.picture.look import look_at
from tests.bench.accuracy.clips import ensure_clips, load, variants_for
from tests.bench.accuracy.sources import Base
from tests.bench.accuracy.variants import BASELINE, EVERY, NIGHT_BASELINE, Variant

# What is remembered of the camera: nothing, its day, or its day and its night.
Known = Literal["none", "day", "day+night"]
KNOWN: tuple[Known, ...] = ("none", "day", "day+night")
NIGHT_BEFORE = datetime(2026, 11, 19, 14, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one clip read as. `gaps`: why a fault could not be judged; `numbers`: every measured value."""

    base: str
    variant: str
    known: Known
    found: tuple[str, ...]
    gaps: Mapping[str, Gap]
    numbers: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def truth(self) -> frozenset[str]:
        return frozenset(EVERY[self.variant].faults)

    @property
    def is_right(self) -> bool:
        return set(self.found) == self.truth


@dataclass(frozen=True, slots=True)
class Task:
    """One base with all that a process needs to make and look at its clips."""

    base: Base
    variants: tuple[str, ...]
    clips: Path
    sources: Path
    known: tuple[Known, ...] = KNOWN


@dataclass(slots=True)
class Count:
    """True and false alarms of one class; of the faults not found, how many were said to be not judged."""

    found: int = 0
    false: int = 0
    missed: int = 0
    not_judged: int = 0

    @property
    def there(self) -> int:
        return self.found + self.missed + self.not_judged

    @property
    def precision(self) -> float | None:
        return self.found / (self.found + self.false) if self.found + self.false else None

    @property
    def recall(self) -> float | None:
        return self.found / self.there if self.there else None


def look_at_all(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """Make what clips are missing and look at all of them, in `jobs` processes."""
    if jobs == 1:
        for task in tasks:
            yield from outcomes(task)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for done in pool.map(outcomes, tasks):
            yield from done


def outcomes(task: Task) -> list[Outcome]:
    """Return the outcome of every variant of one base, for everything that may be known of it."""
    cv2.setNumThreads(1)
    wanted = [EVERY[one] for one in task.variants]
    ensure_clips(task.base, wanted, task.clips, task.sources)
    outfit = _without_lines(shipped_outfit())
    day = look_at(_job(load(task.base, BASELINE.id, task.clips)), outfit)
    night = look_at(_job(load(task.base, NIGHT_BASELINE.id, task.clips)), outfit)
    found = []
    for variant in variants_for(task.base, wanted):
        grab = load(task.base, variant.id, task.clips)
        for known in task.known:
            memory = memory_of(known, day, night)
            found.append(judged(task.base, variant, known, look_at(_job(grab, memory), outfit), outfit))
    return found


def shipped_outfit() -> Outfit:
    catalogue = load_catalogue()
    return outfit_of(catalogue.settings, catalogue.faults.values())


def _without_lines(outfit: Outfit) -> Outfit:
    """Return an outfit that asks for more TV lines than any format carries, so that none are measured."""
    return replace(outfit, tvl=outfit.tvl.model_copy(update={"live_lines": 100_000}))


def memory_of(known: Known, day: Picture, night: Picture) -> Memory:
    """Return what the visits before left: a sample of the day, and baselines where fit to be one."""
    if known == "none":
        return Memory()
    kept = [one.kept for one in ((day,) if known == "day" else (day, night)) if one.kept and one.kept.record]
    return Memory(
        baselines=tuple(_baseline(number, one) for number, one in enumerate(kept, 1)),
        sample=day.kept.sample if day.kept else b"",
        sampled=NIGHT_BEFORE,
    )


def judged(base: Base, variant: Variant, known: Known, picture: Picture, outfit: Outfit) -> Outcome:
    """Return what the readings of a picture amount to by the shipped rules."""

    def read(metric: str) -> Reading:
        return picture.readings.get(metric, NotMeasured(Gap.NOT_ASKED))

    faults = picture_faults(outfit.faults, read)
    numbers = {m: r.value if isinstance(r, Measured) else f"({r.gap})" for m, r in picture.readings.items()}
    return Outcome(base.name, variant.id, known, faults.found, dict(faults.gaps), numbers)


def counts(looked: Iterable[Outcome], classes: Iterable[str]) -> dict[str, Count]:
    """Count by class. A fault that is there and was neither found nor ruled out was not judged."""
    by_class = {one: Count() for one in classes}
    for outcome in looked:
        for one, count in by_class.items():
            is_there, is_found = one in outcome.truth, one in outcome.found
            if is_there and is_found:
                count.found += 1
            elif is_found:
                count.false += 1
            elif is_there and outcome.gaps.get(one, Gap.HIDDEN) is not Gap.HIDDEN:
                count.not_judged += 1
            elif is_there:
                count.missed += 1
    return by_class


def _baseline(number: int, kept: Kept) -> Baseline:
    return Baseline(number, kept.mode, "person", NIGHT_BEFORE - timedelta(days=1), kept.record)


def _job(grab: Grab, memory: Memory | None = None) -> Job:
    return Job(grab, NIGHT_BEFORE + timedelta(days=1), memory or Memory())
