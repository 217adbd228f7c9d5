"""Pictures of known TV lines, coded and read: real frames and photos blurred to a target, and enlarged ones.

The truth is the frequency at which a Gaussian's contrast falls to a tenth: 0.3415 / sigma cycles per pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from probe.picture.frames import decode, frames_of
from probe.picture.sight import Sight
from probe.picture.tvl.bounds import Bounds, measure
from tests.bench.accuracy.coding import coded, grab_of
from tests.bench.accuracy.effects import with_noise
from tests.bench.accuracy.scenes import Pixels, decoded
from tests.bench.accuracy.sources import Base, content
from tests.bench.accuracy.variants import Codec

LIVE_LINES = 380.0
Said = Literal["PASS", "FAIL", "UNDETERMINED"]
Coding = tuple[Codec, int]  # with a constant QP
MOST_PIXELS = 1 << 25
ANALYSIS_WIDTH = 480  # of what is not read here

REAL_CODINGS: tuple[Coding, ...] = (("H264", 26), ("H264", 32), ("H265", 32))
REAL_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, None)  # true / needed; None: not blurred
REAL_NEED = 0.55  # of the lines the format can carry
# Where each clip is looked at, and how far apart the keyframes are: a clip of several shots has them near.
REAL_TIMES: dict[str, tuple[tuple[float, ...], float]] = {
    "vtest": ((2, 12, 22, 32, 45, 60), 4.0),
    "cup": ((0.2, 2, 4), 2.0),
    "box": ((0.5, 3, 6, 9), 4.0),
    "tree": ((0.5, 8, 15, 22), 4.0),
    "bikes": ((0.4, 5.0, 6.0, 6.8, 8.0), 0.2),
}

STILL_CODINGS: tuple[Coding, ...] = (("H264", 24), ("H264", 32), ("H265", 32))
STILL_SHARES = (0.5, 0.7, 0.84, 0.95, 1.1, 1.4, 2.0, None)
FORMATS = {"704x576": (704, 576, 528.0), "1280x720": (1280, 720, 720.0), "1920x1080": (1920, 1080, 1080.0)}
REDUCED_BLUR = 0.45  # px, of a photo averaged down

ENLARGED_CODINGS: tuple[Coding, ...] = (("H264", 24), ("H264", 30), ("H264", 36), ("H265", 30))
LISTED = ((352, 288), (640, 360), (704, 576), (1280, 720))
UNLISTED = (0.75, 0.6)  # lines of the source / needed
FILTERS = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "Lanczos": cv2.INTER_LANCZOS4}
FULL_HD = (1920, 1080)
ENLARGED_SCENES = 6


@dataclass(frozen=True, slots=True)
class LinesLook:
    """One look. `share` is true / needed, None where the source was left as it is."""

    kind: Literal["real", "still", "listed", "unlisted"]
    scene: str
    cell: str  # the format, or the size it was enlarged from
    coding: str
    share: float | None
    said: Said
    by: str
    says_enlarged: bool
    how: str = ""  # the filter it was enlarged by


def real_looks(base: Base, sources: Path) -> list[LinesLook]:
    """Blur frames of a real clip to each share of the need, and read each in every coding."""
    raw = content(base, sources)
    times, apart_s = REAL_TIMES[base.name]
    looks = []
    for start_s in times:
        pair = _frames_at(raw, (start_s, start_s + apart_s))
        high, wide = pair[0].shape[:2]
        samples, need = float(high), REAL_NEED * high
        for share in REAL_SHARES:
            shown = pair if share is None else _blurred(pair, share * need / (2 * samples), already=0.0)
            for coding in REAL_CODINGS:
                said = _read(shown, coding, samples, need)
                looks.append(_look("real", base, f"{wide}x{high}", coding, share, need, said))
    return looks


def still_looks(base: Base, sources: Path) -> list[LinesLook]:
    """Reduce a photo to each format it is large enough for, blur it to each share, and read it."""
    photo = _photo(base, sources)
    looks = []
    for name, (wide, high, samples) in FORMATS.items():
        reduced = _reduced(photo, wide, high, samples)
        if reduced is None:
            continue
        for share in (one for one in STILL_SHARES if one is None or one * LIVE_LINES <= 0.95 * samples):
            pair = [reduced, reduced]
            if share is not None:
                pair = _blurred(pair, share * LIVE_LINES / (2 * samples), already=REDUCED_BLUR)
            pair = _noisy(pair)
            for coding in STILL_CODINGS:
                said = _read(pair, coding, samples, LIVE_LINES)
                looks.append(_look("still", base, name, coding, share, LIVE_LINES, said))
    return looks


def enlarged_looks(base: Base, sources: Path) -> list[LinesLook]:
    """Reduce a photo to a size, enlarge it to 1080p, and read it: sizes that are sold, and others."""
    photo = _photo(base, sources)
    looks = []
    for size, is_listed in _enlarged_sizes(base):
        small = _reduced(photo, *size, 0.0, least=1.0)
        if small is None:
            continue
        for how, by in FILTERS.items():
            pair = _noisy([small, small])
            pair = [np.asarray(cv2.resize(one, FULL_HD, interpolation=by), np.uint8) for one in pair]
            share = size[0] * 9 / 16 / LIVE_LINES
            cell = f"{size[0]}x{size[1]}" if is_listed else f"{share:.3f}"
            for coding in ENLARGED_CODINGS:
                said = _read(pair, coding, float(FULL_HD[1]), LIVE_LINES)
                kind: Literal["listed", "unlisted"] = "listed" if is_listed else "unlisted"
                looks.append(_look(kind, base, cell, coding, share, LIVE_LINES, said, how))
    return looks


def verdict_of(bounds: Bounds, need: float) -> Said:
    """Return what the bounds amount to, where a second night has said the same of the structure."""
    if bounds.at_least is not None and bounds.at_least >= need:
        return "PASS"
    if bounds.at_most < need:
        return "FAIL"
    if bounds.structure_at_most is not None and bounds.structure_at_most < need:
        return "FAIL"
    return "UNDETERMINED"


def _enlarged_sizes(base: Base) -> Iterator[tuple[tuple[int, int], bool]]:
    for size in LISTED:
        yield size, True
    # No two photos have the same ratio: nobody can list them.
    off = 1 + 0.004 * (sum(map(ord, base.name)) % 11 - 5)
    for share in UNLISTED:
        high = round(share * LIVE_LINES * off)
        yield (round(high * 16 / 9), high), False


def _read(pair: Sequence[Pixels], coding: Coding, samples: float, need: float) -> Bounds:
    codec, qp = coding
    # Every picture a keyframe, four seconds apart.
    grab = grab_of(codec, *coded(pair, codec, fps=0.25, gop=1, qp=qp), fps=0.25)
    sights = [Sight(frame, ANALYSIS_WIDTH) for frame in frames_of(decode(grab, MOST_PIXELS))]
    return measure([(sight.luma, sight.scene) for sight in sights], samples, need)


def _look(
    kind: Literal["real", "still", "listed", "unlisted"],
    base: Base,
    cell: str,
    coding: Coding,
    share: float | None,
    need: float,
    bounds: Bounds,
    how: str = "",
) -> LinesLook:
    return LinesLook(
        kind=kind,
        scene=base.name,
        cell=cell,
        coding=f"{coding[0]} QP {coding[1]}",
        share=share,
        said=verdict_of(bounds, need),
        by=bounds.by,
        says_enlarged=bounds.is_resampled,
        how=how,
    )


def _blurred(pictures: Sequence[Pixels], cycles: float, already: float) -> list[Pixels]:
    """Blur to a tenth of contrast at `cycles` per pixel; `already` is the sigma that is in them."""
    sigma = float(np.sqrt(max(0.01, (0.3415 / cycles) ** 2 - already**2)))
    return [np.asarray(cv2.GaussianBlur(one, (0, 0), sigma), np.uint8) for one in pictures]


def _noisy(pictures: Sequence[Pixels]) -> list[Pixels]:
    return with_noise(list(pictures), np.random.default_rng(3), 1.5)


def _frames_at(raw: bytes, times: Sequence[float]) -> list[Pixels]:
    found: list[Pixels] = []
    last: Pixels | None = None
    for time_s, picture in decoded(raw):
        last = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
        if time_s >= times[len(found)] - 1e-6:
            found.append(last)
        if len(found) == len(times):
            return found
    assert last is not None, "an empty clip"
    return [*found, *[last] * (len(times) - len(found))]


def _photo(base: Base, sources: Path) -> Pixels:
    read = cv2.imdecode(np.frombuffer(content(base, sources), np.uint8), cv2.IMREAD_COLOR)
    assert isinstance(read, np.ndarray), f"{base.file} is no picture"
    return np.asarray(read, np.uint8)


def _reduced(photo: Pixels, wide: int, high: int, samples: float, least: float = 1.7) -> Pixels | None:
    """Cut to the shape it is shown in and average down; None where it is not `least` times as large."""
    shape = wide / high if not samples else wide / samples
    across = min(photo.shape[1], int(photo.shape[0] * shape))
    down = int(across / shape)
    if across < least * wide or down < min(1.0, least) * high:
        return None
    left, top = (photo.shape[1] - across) // 2, (photo.shape[0] - down) // 2
    cut = photo[top : top + down, left : left + across]
    return np.asarray(cv2.resize(cut, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
