"""What happens between a scene and the encoder: noise, people, infrared light, captions, broken lines."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.bench.accuracy.scenes import FPS, FRAMES, Frames, Pixels, each

Chance = np.random.Generator


def with_noise(frames: Frames, chance: Chance, sigma: float, fresh: float = 1.0) -> Frames:
    """Add grey noise of `sigma` levels, and half as much colour; `fresh` < 1 averages it in time as 3DNR."""
    high, wide = frames[0].shape[:2]
    # One large field; every frame sees another part of it, mirrored or not.
    shape = (high + _ROAM, wide + _ROAM)
    grey = chance.standard_normal((*shape, 1), np.float32) * sigma
    field = grey + chance.standard_normal((*shape, 3), np.float32) * (sigma / 2)
    noisy: Frames = []
    held: NDArray[np.float32] | None = None
    for frame in frames:
        top, left = (int(n) for n in chance.integers(0, _ROAM, 2))
        now = field[top : top + high, left : left + wide]
        now = now[:: int(chance.choice([-1, 1])), :: int(chance.choice([-1, 1]))]
        if fresh < 1:
            now = now if held is None else cv2.addWeighted(now, fresh, held, 1 - fresh, 0)
            held = np.asarray(now, np.float32)
        noisy.append(np.asarray(cv2.add(frame, np.ascontiguousarray(now), dtype=cv2.CV_8U), np.uint8))
    return noisy


def with_passer_by(frames: Frames, chance: Chance, size: float = 0.25) -> Frames:
    """Let something textured move across, a quarter of the picture high."""
    high, wide = frames[0].shape[:2]
    tall, broad = min(int(high * size * 1.6), high - 2), int(wide * size * 0.5)
    coat = 20 + 180 * _stretched(chance.integers(0, 255, (tall, broad, 3), np.uint8), blur=3)
    outline = np.zeros((tall, broad), np.float32)
    cv2.ellipse(outline, (broad // 2, tall // 2), (broad // 2 - 1, tall // 2 - 1), 0, 0, 360, 1, -1)
    alpha = cv2.GaussianBlur(outline, (0, 0), 2)[..., None]
    start, step = float(chance.uniform(0, wide - broad)), wide * 1.2 / FRAMES * float(chance.choice([-1, 1]))
    crossed: Frames = []
    for number, frame in enumerate(frames):
        there = (start + number * step) % (2 * (wide - broad))
        left = int(min(there, 2 * (wide - broad) - there))
        frame = frame.copy()
        place = frame[high - tall - 1 : high - 1, left : left + broad]
        place[:] = to_levels(place * (1 - alpha) + coat * alpha)
        crossed.append(frame)
    return crossed


def with_person_near(frames: Frames, chance: Chance, share: float = 0.38) -> Frames:
    """Let somebody stand so near that `share` of the width is hidden, and move on slowly."""
    high, wide = frames[0].shape[:2]
    dark = chance.integers(20, 110, (high, wide, 3), np.uint8)
    dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), 12), np.uint8)
    top, broad = int(high * 0.15), int(wide * share)
    near: Frames = []
    for number, frame in enumerate(frames):
        left = int(number / FRAMES * wide * 0.5 + wide * 0.1)
        frame = frame.copy()
        frame[top:, left : left + broad] = dark[top:, left : left + broad]
        near.append(frame)
    return near


def under_infrared(frames: Frames, chance: Chance) -> Frames:
    """Grey, lit from the camera, with the lamp's fall-off; reds are bright under infrared light."""
    high, wide = frames[0].shape[:2]
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    x, y = wide * chance.uniform(0.35, 0.65), high * chance.uniform(0.4, 0.7)
    lamp = np.exp(-(((columns - x) / (wide * 0.45)) ** 2) - ((rows - y) / (high * 0.5)) ** 2)
    gain = (200 * (0.15 + 0.85 * lamp)).astype(np.float32)

    def relit(frame: Pixels) -> Pixels:
        blue, green, red = (frame[..., plane].astype(np.float32) / 255 for plane in range(3))
        reflected = 0.14 * blue + 0.18 * green + 0.68 * red
        return np.repeat(to_levels(reflected**0.8 * gain)[..., None], 3, axis=2)

    return each(frames, relit)


def with_captions(frames: Frames, start: datetime, *, runs: bool = True, before: int = 0) -> Frames:
    """Write a clock and a name onto every frame, white with a black rim. The clock `runs`, or stands."""
    high, wide = frames[0].shape[:2]
    scale = max(0.4, high / 800)
    written: Frames = []
    for number, frame in enumerate(frames):
        now = start + timedelta(seconds=int((number - before) / FPS) if runs else 0)
        frame = frame.copy()
        for text, place in (
            (f"{now:%Y-%m-%d %H:%M:%S}", (int(10 * scale) + 4, int(26 * scale) + 4)),
            ("Camera 01", (wide - int(170 * scale), high - int(14 * scale))),
        ):
            cv2.putText(frame, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), int(3 * scale) + 1)
            cv2.putText(frame, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 1)
        written.append(frame)
    return written


def out_of_focus(frames: Frames, share: float) -> Frames:
    """Blur by a disc with a radius of `share` of the height."""
    radius = max(2.5, share * frames[0].shape[0])
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    disc /= disc.sum()
    return each(frames, lambda one: np.asarray(cv2.filter2D(one, -1, disc), np.uint8))


def with_torn_lines(frames: Frames, chance: Chance) -> Frames:
    """Shift three bands of every frame sideways, somewhere else each time."""
    torn: Frames = []
    for frame in frames:
        frame = frame.copy()
        for _ in range(3):
            top = int(chance.integers(0, frame.shape[0] - 62))
            rows = slice(top, top + int(chance.integers(12, 60)))
            frame[rows] = np.roll(frame[rows], int(chance.choice([-1, 1]) * chance.integers(10, 60)), axis=1)
        torn.append(frame)
    return torn


def with_snow(frames: Frames, chance: Chance, share: float = 0.18) -> Frames:
    """Replace a share of the pixels by grey ones of any level."""
    snowy: Frames = []
    for frame in frames:
        frame = frame.copy()
        struck = chance.random(frame.shape[:2], np.float32) < share
        frame[struck] = chance.integers(0, 256, (int(struck.sum()), 1), np.uint8)
        snowy.append(frame)
    return snowy


def with_stripes(frames: Frames, amplitude: float, period: float, step: float) -> Frames:
    """Add a sine down the picture; `step` is how many periods it rolls from frame to frame."""
    rows = np.arange(frames[0].shape[0], dtype=np.float32)[:, None, None] / period
    return [
        to_levels(frame + amplitude * np.sin(2 * np.pi * (rows + number * step)))
        for number, frame in enumerate(frames)
    ]


def relit(frames: Frames, gain: float | tuple[float, float, float], lift: float = 0.0) -> Frames:
    """Multiply the levels, or blue, green and red each by its own, and add `lift`."""
    factor = np.asarray(gain, np.float32)
    return each(frames, lambda one: to_levels(one.astype(np.float32) * factor + lift))


def cloth(shape: tuple[int, ...], chance: Chance) -> NDArray[np.float32]:
    """Return a soft texture, 0..1, such as a hand or a rag close to the lens has."""
    high, wide = shape[:2]
    return _stretched(chance.integers(0, 255, (high, wide, 3), np.uint8), blur=max(high / 9, 10))


def to_levels(values: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _stretched(rough: Pixels, blur: float) -> NDArray[np.float32]:
    """Return it blurred, and stretched to 0..1."""
    soft = np.asarray(cv2.GaussianBlur(rough.astype(np.float32), (0, 0), blur), np.float32)
    return np.asarray((soft - soft.min()) / (soft.max() - soft.min()), np.float32)


_ROAM = 64  # px
