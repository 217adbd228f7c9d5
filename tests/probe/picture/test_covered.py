"""A covered lens, with a baseline and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from probe.memory import Memory
from probe.model import Gap, Grab, Measured, NotMeasured
from probe.picture.check import Outfit
from probe.picture.faults import PictureFaults, picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]


@pytest.fixture
def clip(make_scene: Make, noisy: Make, grab_of: Make, captioned: Make) -> Make:
    """Return a maker of two keyframes 4 s apart: the scene as `change` leaves it, noise and a clock on it."""

    def make(change: Callable[[Any], Any] = lambda pixels: pixels) -> Grab:
        pictures = [noisy(change(make_scene()), seed) for seed in (1, 2)]
        times = ["2026-11-20 22:00:00", "2026-11-20 22:00:04"]
        grab = grab_of([captioned(*both) for both in zip(pictures, times, strict=True)], seconds_apart=4.0)
        assert isinstance(grab, Grab)
        return grab

    return make


@pytest.fixture
def judged(outfit: Outfit, job: Make) -> Make:
    def judge(grab: Grab, memory: Memory) -> PictureFaults:
        readings = look_at(job(grab, memory=memory), outfit).readings
        return picture_faults(outfit.faults, lambda metric: readings[metric])

    return judge


def cloth(pixels: Any) -> Any:  # noqa: ANN401  a picture
    high, wide = pixels.shape[:2]
    folds = cv2.resize(np.random.default_rng(3).normal(0, 12, (4, 6, 3)), (wide, high))
    return np.clip(folds + np.array([60, 80, 110]), 0, 255).astype(np.uint8)


def bag(pixels: Any) -> Any:  # noqa: ANN401
    return (cv2.GaussianBlur(pixels, (0, 0), 20) * 0.35 + 110).astype(np.uint8)


def board(pixels: Any) -> Any:  # noqa: ANN401
    out = pixels.copy()
    out[:, 140:] = cloth(pixels)[:, 140:]
    return out


@pytest.mark.parametrize("cover", [cloth, bag, board])
def test_a_cover_is_found_against_the_baseline(
    clip: Make, judged: Make, baseline_of: Make, cover: Callable[[Any], Any]
) -> None:
    assert "covered" in judged(clip(cover), Memory((baseline_of(clip()),))).found


@pytest.mark.parametrize("cover", [cloth, bag])
def test_a_whole_cover_is_found_without_a_baseline(
    clip: Make, judged: Make, cover: Callable[[Any], Any]
) -> None:
    assert judged(clip(cover), Memory()).found == ("covered",)


def test_without_a_baseline_a_scene_with_texture_is_left_open(clip: Make, judged: Make) -> None:
    assert judged(clip(), Memory()).gaps["covered"] is Gap.NO_BASELINE


def test_the_same_scene_is_not_covered(clip: Make, judged: Make, baseline_of: Make) -> None:
    outcome = judged(clip(), Memory((baseline_of(clip()),)))
    assert outcome.found == ()
    assert "covered" not in outcome.gaps


def test_half_a_view_behind_a_person_is_not_covered(clip: Make, judged: Make, baseline_of: Make) -> None:
    def person(pixels: Any) -> Any:  # noqa: ANN401
        out = pixels.copy()
        out[60:, 200:440] = cloth(pixels)[60:, 200:440]
        return out

    assert "covered" not in judged(clip(person), Memory((baseline_of(clip()),))).found


def test_a_cover_in_the_dark_is_found_against_the_baseline_of_the_day(
    clip: Make, judged: Make, baseline_of: Make, night_of: Make
) -> None:
    def dark_cloth(pixels: Any) -> Any:  # noqa: ANN401
        return night_of(cloth(pixels))

    assert "covered" in judged(clip(dark_cloth), Memory((baseline_of(clip()),))).found


def test_a_night_is_not_a_cover_of_the_day(
    clip: Make, judged: Make, baseline_of: Make, night_of: Make
) -> None:
    assert judged(clip(night_of), Memory((baseline_of(clip()),))).found == ()


def test_what_could_never_be_compared_does_not_wait_for_a_baseline(
    grab_of: Make, noisy: Make, outfit: Outfit, job: Make
) -> None:
    wall = np.full((360, 640, 3), 150, np.uint8)
    readings = look_at(job(grab_of([noisy(wall, 1), noisy(wall, 2)])), outfit).readings
    assert readings["covered_share"] == NotMeasured(
        Gap.UNCLEAR, "too little texture to be compared with anything"
    )


def test_the_reading_says_which_light_the_baseline_is_of(
    clip: Make, outfit: Outfit, job: Make, baseline_of: Make, night_of: Make
) -> None:
    memory = Memory((baseline_of(clip()),))
    assert look_at(job(clip(night_of), memory=memory), outfit).readings["baseline"] == Measured("other-light")
