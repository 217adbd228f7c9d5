"""Scenes of slanted blocks with a known blur, and looks at them, for the tests of TV lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from config.load import load_catalogue
from probe.memory import Job
from probe.model import Grab
from probe.picture.check import Look, outfit_of
from probe.picture.frames import Frame
from probe.picture.sight import Sight

Luma = NDArray[np.uint8]
CATALOGUE = load_catalogue()
OUTFIT = outfit_of(CATALOGUE.settings, CATALOGUE.faults.values())
FINER = 4


def blocks(
    width: int = 960,
    height: int = 540,
    sigma: float = 0.6,
    seed: int = 3,
    across: int = 6,
    noise: float = 1.0,
) -> Luma:
    """Return tilted grey blocks behind a lens that blurs by `sigma` pixels, each averaged over its area."""
    return _blocks(width, height, sigma, seed, across, noise).copy()


@cache
def _blocks(width: int, height: int, sigma: float, seed: int, across: int, noise: float) -> Luma:
    down = across * 2 // 3
    chance = np.random.default_rng(seed)
    scene = np.full((height * FINER, width * FINER), 120, np.uint8)
    size = height * FINER / 1.5 / down
    for row in range(down):
        for column in range(across):
            middle = np.array([(column + 0.5) * width / across, (row + 0.5) * height / down]) * FINER
            turn = math.radians(float(chance.uniform(5, 14)) * float(chance.choice([-1, 1])))
            spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
            corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size / 2 @ spin.T + middle
            cv2.fillPoly(scene, [np.round(corners).astype(np.int32)], int(chance.choice([50, 65, 190, 205])))
    blurred = cv2.GaussianBlur(scene.astype(np.float32), (0, 0), sigma * FINER)
    small = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_AREA)
    noisy = small + chance.normal(0, noise, small.shape)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8)


def true_lines(sigma: float, samples: float) -> float:
    """Return the TV lines where a Gaussian of `sigma` pixels and the pixel's own area leave 10 % contrast."""
    cycles = np.linspace(0.001, 1.0, 5000)
    response = np.exp(-2.0 * (np.pi * sigma * cycles) ** 2) * np.abs(np.sinc(cycles))
    return float(2.0 * samples * cycles[np.argmax(response < 0.1)])


def look(lumas: Sequence[Luma], *, codec: str = "H264", sar: float | None = None, **known: Any) -> Look:  # noqa: ANN401
    """Return a look at these keyframes, five seconds apart; `known` is any field of the job."""
    grab = Grab(codec, b"", (), 2, 5.0, 1000, 0, 25.0, 900.0, 5.0, "tcp", "rtsp://h/")
    job = Job(**{"grab": grab, "at": datetime(2026, 11, 20, 14, 0, tzinfo=UTC), **known})
    frames = (Frame(5.0 * n, luma, None, 8, False, sar) for n, luma in enumerate(lumas))
    return Look(tuple(Sight(frame, OUTFIT.picture.analysis_width) for frame in frames), job, OUTFIT)


@pytest.fixture
def blocks_of() -> Callable[..., Luma]:
    return blocks


@pytest.fixture
def truth() -> Callable[[float, float], float]:
    return true_lines


@pytest.fixture
def look_of() -> Callable[..., Look]:
    return look
