"""What a camera in front of a base sees: some seconds of frames, from the middle so that it can be turned."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.bench.accuracy.sources import Base

Pixels = NDArray[np.uint8]
Frames = list[Pixels]

FPS = 12.5
GOP = 25
FRAMES = 63  # keyframes at 0, 2 and 4 s; the encoder must not know that the last is near the end
KEEP = 0.76  # of the base's width and height is what the camera delivers


def frames_of(
    base: Base, raw: bytes, when: Literal["baseline", "look"], chance: np.random.Generator
) -> Frames:
    """Return FRAMES pictures, BGR, wider than the view. A photo is lit a little differently for a look."""
    if base.is_clip:
        start_s = base.baseline_s if when == "baseline" else base.look_s
        return [_fitted(frame, base.wide) for frame in _clip(raw, start_s)]
    pixels = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)
    assert isinstance(pixels, np.ndarray), f"{base.file} is no picture"
    still = _fitted(_not_taller(np.asarray(pixels, np.uint8)), base.wide)
    light = 1.0 if when == "baseline" else float(chance.uniform(0.8, 1.15))
    lit = np.clip(still.astype(np.float32) * light, 0, 255).astype(np.uint8)
    return [lit] * FRAMES


def seen(
    frames: Frames, *, right: float = 0.0, down: float = 0.0, turn: float = 0.0, zoom: float = 1.0
) -> Frames:
    """Return what the camera delivers: the middle, or beside it by shares of the view, turned by degrees."""
    high, wide = frames[0].shape[:2]
    across, along = int(wide * KEEP) & ~1, int(high * KEEP) & ~1
    if right == down == turn == 0 and zoom == 1:
        top, left = (high - along) // 2, (wide - across) // 2
        return _each(frames, lambda one: np.ascontiguousarray(one[top : top + along, left : left + across]))
    centre = (wide / 2 + right * across, high / 2 + down * along)
    matrix = cv2.getRotationMatrix2D(centre, turn, zoom)
    matrix[:, 2] += (across / 2 - centre[0], along / 2 - centre[1])
    return _each(
        frames,
        lambda one: np.asarray(
            cv2.warpAffine(
                one, matrix, (across, along), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
            ),
            np.uint8,
        ),
    )


def each(frames: Frames, change: Any) -> Frames:  # noqa: ANN401  a function of pixels
    """Apply a change to every frame; frames that are one and the same object are changed once."""
    return _each(frames, change)


def _each(frames: Frames, change: Any) -> Frames:  # noqa: ANN401
    done: dict[int, Pixels] = {}
    for one in frames:
        if id(one) not in done:
            done[id(one)] = change(one)
    return [done[id(one)] for one in frames]


def _clip(raw: bytes, start_s: float) -> Frames:
    """Return FRAMES pictures at FPS from there on, to and fro where the clip is too short."""
    taken: Frames = []
    for time_s, picture in decoded(raw):
        while len(taken) < FRAMES and time_s - start_s >= len(taken) / FPS - 1e-6:
            taken.append(np.asarray(picture.to_ndarray(format="bgr24"), np.uint8))
        if len(taken) >= FRAMES:
            return taken
    to_and_fro = taken + taken[-2:0:-1]
    return [to_and_fro[number % len(to_and_fro)] for number in range(FRAMES)]


def decoded(raw: bytes) -> Iterator[tuple[float, av.VideoFrame]]:
    with av.open(io.BytesIO(raw), "r") as container:
        rate = float(container.streams.video[0].average_rate or 10)
        for number, picture in enumerate(container.decode(video=0)):
            yield (number / rate if picture.pts is None else picture.time), picture


def _fitted(pixels: Pixels, wide: int) -> Pixels:
    scale = min(1.0, wide / pixels.shape[1])
    size = (int(pixels.shape[1] * scale) & ~1, int(pixels.shape[0] * scale) & ~1)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def _not_taller(pixels: Pixels) -> Pixels:
    """Cut it to 4:3 at most, a large one to 16:9, as cameras have it."""
    high, wide = pixels.shape[:2]
    most = wide * 9 // 16 if wide >= _HD else wide * 3 // 4
    top = max(0, (high - most) // 2)
    return pixels[top : top + most]


_HD = 1600
