"""Grain and snow, told from gravel, from night, from people and from a change of light."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import Job
from probe.model import Gap
from probe.picture.check import Outfit
from probe.picture.faults import PictureFaults, picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]
Pixels = NDArray[np.uint8]
FINE = {"crf": "23"}


def judged(one: Job, outfit: Outfit) -> PictureFaults:
    readings = look_at(one, outfit).readings
    return picture_faults(outfit.faults, readings.__getitem__)


def snowy(pixels: Pixels, seed: int, share: float = 0.18) -> Pixels:
    chance, out = np.random.default_rng(seed), pixels.copy()
    hit = chance.random(pixels.shape[:2]) < share
    out[hit] = chance.integers(0, 256, (int(hit.sum()), 1))
    return out


@pytest.mark.parametrize("sigma", [0.5, 4.5])
def test_the_grain_of_a_working_camera_is_no_fault(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make, sigma: float
) -> None:
    pictures = [noisy(make_scene(), number, sigma) for number in range(3)]
    assert "noise" not in judged(job(grab_of(pictures, options=FINE)), outfit).found


@pytest.mark.parametrize("sigma", [18.0, 28.0])
def test_strong_grain_is_noise(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make, sigma: float
) -> None:
    pictures = [noisy(make_scene(), number, sigma) for number in range(3)]
    assert "noise" in judged(job(grab_of(pictures, options=FINE)), outfit).found


def test_snow_is_noise(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    pictures = [snowy(make_scene(), number) for number in range(3)]
    assert "noise" in judged(job(grab_of(pictures, options=FINE)), outfit).found


def test_gravel_stays_and_is_no_noise(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    gravel = snowy(make_scene(), 5)
    pictures = [noisy(gravel, number, 1.0) for number in range(3)]
    assert "noise" not in judged(job(grab_of(pictures, options=FINE)), outfit).found


def test_people_and_a_change_of_light_are_no_noise(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    pictures = []
    for number in range(3):
        pixels = np.asarray(np.clip(make_scene() * (1 + 0.12 * number), 0, 255), np.uint8)
        pixels[120:, 100 + 120 * number : 260 + 120 * number] = make_scene(160, 240, seed=8)
        pictures.append(noisy(pixels, number))
    assert "noise" not in judged(job(grab_of(pictures)), outfit).found


def test_one_grainy_keyframe_leaves_it_open(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    assert judged(job(grab_of([snowy(make_scene(), 1)], options=FINE)), outfit).gaps["noise"] is Gap.TOO_SHORT
