"""Too dark, too bright and black: by level and by structure, with captions left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import Job
from probe.picture.check import Outfit
from probe.picture.faults import picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]
Pixels = NDArray[np.uint8]
LEVELS = {"black", "under", "over"}


def faults(one: Job, outfit: Outfit) -> set[str]:
    readings = look_at(one, outfit).readings
    return set(picture_faults(outfit.faults, readings.__getitem__).found) & LEVELS


def dimmed(pixels: Pixels, gain: float, lift: float = 0.0) -> Pixels:
    return np.asarray(np.clip(pixels * gain + lift, 0, 255), np.uint8)


@pytest.mark.parametrize(("gain", "lift"), [(1.0, 0.0), (1.25, 8.0), (0.5, 0.0)])
def test_a_scene_in_ordinary_light_has_no_fault(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make, gain: float, lift: float
) -> None:
    pixels = noisy(dimmed(make_scene(), gain, lift), 1)
    assert faults(job(grab_of([pixels])), outfit) == set()


@pytest.mark.parametrize("size", [(640, 360), (176, 144)])
def test_a_black_picture_is_black_whatever_is_written_on_it(
    noisy: Make, captioned: Make, grab_of: Make, outfit: Outfit, job: Make, size: tuple[int, int]
) -> None:
    black = noisy(np.full((size[1], size[0], 3), 3, np.uint8), 1)
    written = captioned(black, "2026-03-02 08:00:11", 0.35)
    assert faults(job(grab_of([black])), outfit) == {"black"}
    assert faults(job(grab_of([written])), outfit) == {"black"}


@pytest.mark.parametrize("gain", [0.06, 0.09, 0.12])
def test_a_scene_that_can_just_be_made_out_is_too_dark_and_not_black(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make, gain: float
) -> None:
    assert faults(job(grab_of([noisy(dimmed(make_scene(), gain), 1)])), outfit) == {"under"}


def test_a_lamp_at_night_is_neither_black_nor_too_dark(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    night = dimmed(make_scene(), 0.06)
    cv2.circle(night, (400, 150), 60, (200, 205, 210), -1)
    assert faults(job(grab_of([noisy(night, 1)])), outfit) == set()


def test_a_scene_driven_to_white_is_too_bright(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    assert faults(job(grab_of([dimmed(make_scene(), 2.6, 70)])), outfit) == {"over"}


def test_a_pale_wall_that_is_not_driven_to_white_is_not_too_bright(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    assert faults(job(grab_of([noisy(dimmed(make_scene(), 0.25, 180), 1)])), outfit) == set()


def test_a_washed_out_picture_whose_lights_are_white_is_too_bright(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    pixels = dimmed(make_scene(), 0.35, 160)
    pixels[:, :60] = 255
    assert faults(job(grab_of([pixels])), outfit) == {"over"}


@pytest.mark.parametrize("columns", [210, 380], ids=["a third", "more than half"])
def test_a_white_wall_beside_something_dark_is_not(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make, columns: int
) -> None:
    pixels = make_scene()
    pixels[:, :columns] = 252
    assert faults(job(grab_of([pixels])), outfit) == set()


def test_a_bright_wall_is_not(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    assert faults(job(grab_of([dimmed(make_scene(), 0.3, 150)])), outfit) == set()
