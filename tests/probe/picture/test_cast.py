"""Colours that lean away from those of the baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from probe.memory import Memory
from probe.model import Gap, Grab
from probe.picture.check import Outfit
from probe.picture.faults import PictureFaults, picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]


@pytest.fixture
def clip(make_scene: Make, noisy: Make, grab_of: Make) -> Make:
    def make(blue: float = 1.0, green: float = 1.0, red: float = 1.0) -> Grab:
        tinted = np.clip(make_scene() * np.array([blue, green, red]), 0, 255).astype(np.uint8)
        grab = grab_of([noisy(tinted, 1), noisy(tinted, 2)], seconds_apart=4.0)
        assert isinstance(grab, Grab)
        return grab

    return make


@pytest.fixture
def judged(outfit: Outfit, job: Make) -> Make:
    def judge(grab: Grab, memory: Memory) -> PictureFaults:
        readings = look_at(job(grab, memory=memory), outfit).readings
        return picture_faults(outfit.faults, lambda metric: readings[metric])

    return judge


@pytest.mark.parametrize(
    "gains", [(0.75, 0.8, 1.5), (0.7, 1.35, 0.7), (1.6, 0.85, 0.65)], ids=["red", "green", "blue"]
)
def test_a_cast_is_found_against_the_baseline(
    clip: Make, judged: Make, baseline_of: Make, gains: tuple[float, float, float]
) -> None:
    assert judged(clip(*gains), Memory((baseline_of(clip()),))).found == ("cast",)


def test_warmer_light_is_no_cast(clip: Make, judged: Make, baseline_of: Make) -> None:
    assert judged(clip(0.9, 1.0, 1.1), Memory((baseline_of(clip()),))).found == ()


def test_a_coloured_scene_alone_is_left_open(clip: Make, judged: Make) -> None:
    outcome = judged(clip(0.7, 1.35, 0.7), Memory())
    assert outcome.found == ()
    assert outcome.gaps["cast"] is Gap.NO_BASELINE


def test_a_grey_night_is_not_set_against_the_colours_of_the_day(
    make_scene: Make, grab_of: Make, clip: Make, judged: Make, baseline_of: Make, night_of: Make
) -> None:
    night = grab_of([night_of(make_scene())])
    assert judged(night, Memory((baseline_of(clip()),))).gaps["cast"] is Gap.NO_BASELINE


def test_two_nights_have_no_cast_between_them(
    make_scene: Make, noisy: Make, grab_of: Make, judged: Make, baseline_of: Make, night_of: Make
) -> None:
    grab = grab_of([noisy(night_of(make_scene()), 1)])
    outcome = judged(grab, Memory((baseline_of(grab),)))
    assert "cast" not in outcome.found
    assert "cast" not in outcome.gaps
