"""A stuck picture, told from a living scene that stands still, with and without a clock that runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import Job
from probe.model import Gap, Measured, NotMeasured
from probe.picture.check import Outfit
from probe.picture.faults import PictureFaults, picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]
Pixels = NDArray[np.uint8]


def judged(one: Job, outfit: Outfit) -> PictureFaults:
    readings = look_at(one, outfit).readings
    return picture_faults(outfit.faults, readings.__getitem__)


@pytest.fixture
def clocked(make_scene: Make, noisy: Make, captioned: Make) -> Callable[..., list[Pixels]]:
    """Return a maker of three pictures with a clock, of a living or a stuck scene."""

    def make(*, sigma: float = 0.0, runs: bool = True, text: str = "2026-03-02 08:00:{:02}") -> list[Pixels]:
        scenes = [noisy(make_scene(), number, sigma) if sigma else make_scene() for number in range(3)]
        return [captioned(one, text.format(11 + 2 * n * runs), 0.9) for n, one in enumerate(scenes)]

    return make


@pytest.mark.parametrize(
    ("codec", "sigma"), [("H264", 0.5), ("H264", 2.0), ("H265", 0.5), ("JPEG", 0.5), ("MPEG4", 0.5)]
)
def test_a_living_scene_that_stands_still_is_not_frozen(
    clocked: Make, grab_of: Make, outfit: Outfit, job: Make, codec: str, sigma: float
) -> None:
    outcome = judged(job(grab_of(clocked(sigma=sigma), codec=codec)), outfit)
    assert "frozen" not in outcome.found
    assert "frozen" not in outcome.gaps


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG"])
def test_a_stuck_scene_is_frozen(clocked: Make, grab_of: Make, outfit: Outfit, job: Make, codec: str) -> None:
    assert "frozen" in judged(job(grab_of(clocked(runs=False), codec=codec)), outfit).found


@pytest.mark.parametrize("codec", ["H264", "H265", "JPEG"])
def test_a_clock_that_runs_does_not_hide_it_and_is_told(
    clocked: Make, grab_of: Make, outfit: Outfit, job: Make, codec: str
) -> None:
    one = job(grab_of(clocked(), codec=codec))
    assert "frozen" in judged(one, outfit).found
    assert look_at(one, outfit).readings["clock_runs"] == Measured(True)


def test_a_clock_that_stands_is_told_too(clocked: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    one = job(grab_of(clocked(runs=False)))
    assert look_at(one, outfit).readings["clock_runs"] == Measured(False)


def test_without_a_caption_nothing_is_said_of_a_clock(
    noisy: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    plain = [noisy(np.full((360, 640, 3), 90, np.uint8), number, 2.0) for number in range(3)]
    reading = look_at(job(grab_of(plain)), outfit).readings["clock_runs"]
    assert isinstance(reading, NotMeasured)
    assert reading.gap is Gap.UNCLEAR


def test_one_keyframe_sent_twice_is_frozen_however_little_it_shows(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    grab = grab_of([cv2.GaussianBlur(make_scene(), (0, 0), 12)], codec="JPEG")
    again = replace(grab.keyframes[0], time_s=4.0)
    twice = replace(grab, keyframes=(grab.keyframes[0], again), span_s=4.0)
    assert "frozen" in judged(job(twice), outfit).found


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_or_too_near_keyframes_leave_it_open(
    clocked: Make, grab_of: Make, outfit: Outfit, job: Make, count: int
) -> None:
    one = job(grab_of(clocked(runs=False)[:count], seconds_apart=1.0))
    assert judged(one, outfit).gaps["frozen"] is Gap.TOO_SHORT


def test_a_lost_keyframe_makes_no_living_scene_frozen(
    clocked: Make, grab_of: Make, outfit: Outfit, job: Make
) -> None:
    grab = grab_of(clocked(sigma=1.0))
    lost = replace(grab, keyframes=(grab.keyframes[0], replace(grab.keyframes[2], damaged=True)))
    assert "frozen" not in judged(job(lost), outfit).found
