"""A picture out of focus, with a baseline and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from probe.memory import Memory
from probe.model import Gap, Grab, Measured
from probe.picture.check import Outfit
from probe.picture.faults import picture_faults
from probe.picture.look import look_at
from probe.picture.sharpness import sharpness_of

Make = Callable[..., Any]


@pytest.fixture
def street(make_scene: Make) -> Any:  # noqa: ANN401  a picture
    """A scene with hard edges: signs and windows on it."""
    pixels = make_scene()
    for left in range(30, 620, 60):
        for top in range(30, 330, 60):
            shade = 40 if (left + top) % 120 else 220
            cv2.rectangle(pixels, (left, top), (left + 24, top + 30), (shade, shade, shade), cv2.FILLED)
    return pixels


@pytest.fixture
def clip(street: Any, noisy: Make, grab_of: Make) -> Make:  # noqa: ANN401
    def make(change: Callable[[Any], Any] = lambda pixels: pixels, **coded: Any) -> Grab:  # noqa: ANN401
        grab = grab_of([noisy(change(street), seed) for seed in (1, 2)], seconds_apart=4.0, **coded)
        assert isinstance(grab, Grab)
        return grab

    return make


@pytest.fixture
def found(outfit: Outfit, job: Make) -> Make:
    def judge(grab: Grab, memory: Memory) -> tuple[str, ...]:
        readings = look_at(job(grab, memory=memory), outfit).readings
        return picture_faults(outfit.faults, lambda metric: readings[metric]).found

    return judge


def blurred(radius: int) -> Callable[[Any], Any]:
    """Return what a lens out of focus does: every point becomes a disc."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.float32)
    return lambda pixels: cv2.filter2D(pixels, -1, disc / disc.sum())


@pytest.mark.parametrize("radius", [3, 6])
def test_a_blur_is_found_against_the_baseline(
    clip: Make, found: Make, baseline_of: Make, radius: int
) -> None:
    assert found(clip(blurred(radius)), Memory((baseline_of(clip()),))) == ("defocus",)


def test_a_strong_blur_is_found_without_a_baseline(clip: Make, found: Make) -> None:
    assert found(clip(blurred(6)), Memory()) == ("defocus",)


def test_coarse_coding_is_no_blur(clip: Make, found: Make, baseline_of: Make) -> None:
    coarse = {"options": {"preset": "ultrafast", "bf": "0", "tune": "zerolatency", "crf": "38"}}
    assert found(clip(**coarse), Memory((baseline_of(clip()),))) == ()


def test_a_dim_day_is_no_blur(clip: Make, found: Make, baseline_of: Make) -> None:
    def dim(pixels: Any) -> Any:  # noqa: ANN401
        return (pixels * 0.5).astype(np.uint8)

    assert found(clip(dim), Memory((baseline_of(clip()),))) == ()


def test_a_baseline_of_the_other_light_says_nothing_of_sharpness(
    clip: Make, outfit: Outfit, job: Make, baseline_of: Make, night_of: Make
) -> None:
    memory = Memory((baseline_of(clip()),))
    readings = look_at(job(clip(night_of), memory=memory), outfit).readings
    assert picture_faults(outfit.faults, lambda metric: readings[metric]).gaps["defocus"] is Gap.NO_BASELINE


def test_a_sharp_picture_without_a_baseline_is_left_open(clip: Make, outfit: Outfit, job: Make) -> None:
    readings = look_at(job(clip()), outfit).readings
    assert picture_faults(outfit.faults, lambda metric: readings[metric]).gaps["defocus"] is Gap.NO_BASELINE


@pytest.mark.parametrize("lines", [120, 180])
def test_the_lines_are_those_of_the_blur(street: Any, lines: int) -> None:  # noqa: ANN401
    # A Gaussian passes 10 % at 0.3415 / sigma cycles per pixel; one cycle is two lines.
    sigma = 0.3415 * 2 * 360 / lines
    grey = cv2.GaussianBlur(cv2.cvtColor(street, cv2.COLOR_BGR2GRAY), (0, 0), sigma)
    typical = sharpness_of(np.asarray(grey, np.uint8), np.ones(grey.shape, np.bool_)).typical
    assert typical == pytest.approx(lines, rel=0.25)


def test_no_sharpness_goes_beyond_the_picture_s_own_lines(street: Any) -> None:  # noqa: ANN401
    grey = np.asarray(cv2.cvtColor(street, cv2.COLOR_BGR2GRAY), np.uint8)
    best = sharpness_of(grey, np.ones(grey.shape, np.bool_)).best
    assert best is not None
    assert best <= 360


def test_stored_pixels_that_are_not_square_are_counted_as_shown(
    clip: Make,
    outfit: Outfit,
    job: Make,
    grab_of: Make,
    street: Any,  # noqa: ANN401
) -> None:
    narrow = cv2.resize(street, (704, 576))
    reading = look_at(job(grab_of([narrow])), outfit).readings["sharpness_best"]
    assert isinstance(reading, Measured)
    assert float(str(reading.value)) <= 528


def test_a_smaller_stream_of_the_same_view_is_no_blur(
    clip: Make,
    found: Make,
    baseline_of: Make,
    grab_of: Make,
    noisy: Make,
    street: Any,  # noqa: ANN401
) -> None:
    small = cv2.resize(street, (352, 198), interpolation=cv2.INTER_AREA)
    grab = grab_of([noisy(small, 1), noisy(small, 2)], seconds_apart=4.0)
    assert found(grab, Memory((baseline_of(clip()),))) == ()
