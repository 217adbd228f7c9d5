"""Stripes and torn rows: told from what a scene has of its own, from people, and from a moved camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import Baseline, Memory
from probe.model import Gap, Measured, NotMeasured
from probe.picture.check import Look, Outfit
from probe.picture.frames import Frame
from probe.picture.reference import compare_with, record_of
from probe.picture.sight import Sight
from probe.picture.stripes import read

Make = Callable[..., Any]
Pixels = NDArray[np.uint8]


def waves(pixels: Pixels, rows: float, at: float = 0.0, levels: float = 15.0) -> Pixels:
    course = levels * np.sin(2 * np.pi * (np.arange(pixels.shape[0]) / rows + at))
    return np.asarray(np.clip(pixels + course[:, None, None], 0, 255), np.uint8)


def torn(pixels: Pixels, *bands: tuple[int, int, int]) -> Pixels:
    out = pixels.copy()
    for top, high, way in bands:
        out[top : top + high] = np.roll(out[top : top + high], way, 1)
    return out


@pytest.fixture
def look(outfit: Outfit, job: Make, grab_of: Make) -> Callable[..., Look]:
    """Return a maker of looks over pictures that are taken as they are, uncoded."""

    def make(*pictures: Pixels, **known: Any) -> Look:  # noqa: ANN401  any field of a job
        sights = tuple(
            Sight(Frame(4.0 * number, pixels[..., 1].copy(), None, 8, True), 480)
            for number, pixels in enumerate(pictures)
        )
        one = job(replace(grab_of([np.full((64, 64, 3), 90, np.uint8)]), span_s=4.0), **known)
        return Look(sights, one, outfit)

    return make


def level(look: Look, metric: str) -> float:
    reading = read(look)[metric]
    assert isinstance(reading, Measured)
    assert isinstance(reading.value, (int, float))
    return reading.value


def test_a_healthy_scene_has_no_stripes_and_no_tears(look: Make, make_scene: Make, noisy: Make) -> None:
    healthy = look(noisy(make_scene(), 1), noisy(make_scene(), 2))
    metrics = ("stripes_rolling", "stripes_standing", "torn_bands")
    assert [level(healthy, metric) for metric in metrics] == [0, 0, 0]


@pytest.mark.parametrize("rows", [7.0, 25.0, 90.0])
def test_stripes_that_roll_show_in_the_change(look: Make, make_scene: Make, rows: float) -> None:
    rolling = look(waves(make_scene(), rows), waves(make_scene(), rows, at=0.37))
    assert level(rolling, "stripes_rolling") > 3


def test_more_light_is_no_stripe(look: Make, make_scene: Make, noisy: Make) -> None:
    rows = waves(make_scene(), 30.0)
    brighter = np.asarray(np.clip(rows * 1.25, 0, 255), np.uint8)
    assert level(look(noisy(rows, 1), noisy(brighter, 2)), "stripes_rolling") == 0


def test_standing_stripes_stand_out_against_the_baseline(look: Make, make_scene: Make) -> None:
    usual = look(make_scene(), make_scene())
    baseline = Baseline(1, "night", "person", datetime(2026, 11, 1, tzinfo=UTC), record_of(usual.sights))
    memory = Memory(baselines=(baseline,))
    striped = look(*[waves(make_scene(), 11.0)] * 2)
    against = compare_with(memory, "night", striped.job.place)
    assert against is not None
    assert level(replace(striped, against=against), "stripes_standing") > 3
    assert level(replace(usual, against=against), "stripes_standing") == 0


def test_one_keyframe_says_nothing_of_rolling_and_tearing(look: Make, make_scene: Make) -> None:
    alone = read(look(make_scene()))
    for metric in ("stripes_rolling", "torn_bands"):
        reading = alone[metric]
        assert isinstance(reading, NotMeasured)
        assert reading.gap is Gap.TOO_SHORT


def test_bands_of_torn_rows_are_counted(look: Make, make_scene: Make, noisy: Make) -> None:
    one = torn(noisy(make_scene(), 1), (40, 20, 30), (200, 35, -22))
    other = torn(noisy(make_scene(), 2), (120, 24, 41))
    assert level(look(one, other), "torn_bands") >= 3


def test_somebody_who_walks_is_not_torn(look: Make, make_scene: Make, noisy: Make) -> None:
    pictures = []
    for number, left in enumerate((200, 225)):
        pixels = noisy(make_scene(), number)
        pixels[100:340, left : left + 90] = make_scene(90, 240, seed=9)
        pictures.append(pixels)
    assert level(look(*pictures), "torn_bands") == 0


def test_a_camera_that_moved_is_not_torn(look: Make, make_scene: Make, noisy: Make) -> None:
    moved = np.roll(make_scene(), 24, 1)
    assert level(look(noisy(make_scene(), 1), noisy(moved, 2)), "torn_bands") == 0


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (100, 40), (640, 3)])
def test_a_tiny_picture_has_neither(look: Make, make_scene: Make, size: tuple[int, int]) -> None:
    tiny = np.full((size[1], size[0], 3), 90, np.uint8)
    assert level(look(tiny, tiny), "torn_bands") == 0
