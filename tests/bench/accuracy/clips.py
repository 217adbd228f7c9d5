"""Makes the coded clips of a base and keeps them in a folder outside the repository."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from probe.model import Grab
from tests.bench.accuracy.coding import coded, grab_of, read_grab, write_grab
from tests.bench.accuracy.effects import with_captions
from tests.bench.accuracy.scenes import GOP, Frames, frames_of
from tests.bench.accuracy.sources import Base, content
from tests.bench.accuracy.variants import BASELINE, EVERY, NIGHT_BASELINE, Scene, Variant

EDITION = 2  # counts up when the same base and variant become another clip


def default_folder() -> Path:
    """Return where this system keeps what can be made again."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "camcensus-accuracy"


def clip_path(folder: Path, base: Base, variant: Variant) -> Path:
    return folder / f"clips-{EDITION}" / base.split / f"{base.name}__{variant.id}.grab"


def variants_for(base: Base, wanted: Iterable[Variant]) -> list[Variant]:
    return [one for one in wanted if not one.stills or not base.is_clip]


def ensure_clips(base: Base, variants: Iterable[Variant], clips: Path, sources: Path) -> int:
    """Make the clips of a base that are not there yet; return how many were made."""
    wanted = [BASELINE, NIGHT_BASELINE, *variants_for(base, variants)]
    absent = [one for one in wanted if not clip_path(clips, base, one).is_file()]
    if not absent:
        return 0
    cv2.setNumThreads(1)
    raw = content(base, sources)
    for variant in absent:
        path = clip_path(clips, base, variant)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_grab(make_grab(base, variant, raw), path)
    return len(absent)


def load(base: Base, variant_id: str, clips: Path) -> Grab:
    return read_grab(clip_path(clips, base, EVERY[variant_id]))


def make_grab(base: Base, variant: Variant, raw: bytes) -> Grab:
    """Return the grab of one variant; the same every time, whatever else is made."""
    chance = np.random.default_rng(zlib.crc32(f"{base.name} {variant.id}".encode()))
    when: Literal["baseline", "look"] = "baseline" if variant in (BASELINE, NIGHT_BASELINE) else "look"
    scene = Scene(frames_of(base, raw, when, chance), is_still=not base.is_clip, chance=chance)
    frames = variant.make(scene)
    before = 0 if variant.codec == "JPEG" else variant.settled * GOP
    led_in = (frames[:0:-1] * variant.settled)[-before:] if before else []
    frames = _captioned(led_in + frames, variant, before, chance)
    sets, packets = coded(frames, variant.codec, rate=variant.rate)
    return grab_of(variant.codec, sets, packets[before:])


def _captioned(frames: Frames, variant: Variant, before: int, chance: np.random.Generator) -> Frames:
    start = datetime(2018, 11, 12, 13, tzinfo=UTC) + timedelta(seconds=int(chance.integers(0, 3000)))
    if variant.clock == "none":
        return frames
    return with_captions(frames, start, runs=variant.clock == "runs", before=before)
