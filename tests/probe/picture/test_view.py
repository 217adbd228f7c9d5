"""How far a camera has been turned since its baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from probe.memory import Memory, Place
from probe.model import Gap, Grab, Measured, NotMeasured, Picture
from probe.picture.check import Outfit
from probe.picture.faults import picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]


@pytest.fixture
def clip(make_scene: Make, noisy: Make, grab_of: Make) -> Make:
    """Return a maker of pictures of a wider scene: turned by percents of the width, rolled, zoomed."""
    wide_scene = make_scene(900, 520)

    def make(
        right: float = 0.0,
        down: float = 0.0,
        roll: float = 0.0,
        zoom: float = 1.0,
        change: Callable[[Any], Any] = lambda pixels: pixels,
    ) -> Grab:
        path = cv2.getRotationMatrix2D((450, 260), roll, zoom)
        path[:, 2] -= np.array([130 + 6.4 * right, 80 + 6.4 * down])
        seen = change(cv2.warpAffine(wide_scene, path, (640, 360)))
        grab = grab_of([noisy(seen, seed) for seed in (1, 2)], seconds_apart=4.0)
        assert isinstance(grab, Grab)
        return grab

    return make


@pytest.fixture
def looked(outfit: Outfit, job: Make, baseline_of: Make, clip: Make) -> Make:
    """Return what a look gives that is set against the baseline of the unturned camera."""

    def look(grab: Grab, **known: Any) -> Picture:  # noqa: ANN401  any field of a job
        return look_at(job(grab, memory=Memory((baseline_of(clip()),)), **known), outfit)

    return look


def shift(picture: Picture) -> float:
    reading = picture.readings["view_shift_pct"]
    assert isinstance(reading, Measured), reading
    return float(str(reading.value))


@pytest.mark.parametrize(("right", "down"), [(0, 0), (0.4, -0.3), (3, 0), (12, 0), (-8, 6)])
def test_a_turn_is_read_in_percent_of_the_width(clip: Make, looked: Make, right: float, down: float) -> None:
    assert shift(looked(clip(right, down))) == pytest.approx(float(np.hypot(right, down)), abs=0.2)


@pytest.mark.parametrize("turned", [{"right": 4}, {"right": 12}, {"roll": 8}, {"zoom": 1.3}])
def test_a_turned_camera_is_found_and_nothing_else(
    clip: Make, looked: Make, outfit: Outfit, turned: dict[str, float]
) -> None:
    readings = looked(clip(**turned)).readings
    assert picture_faults(outfit.faults, lambda metric: readings[metric]).found == ("moved",)


def test_what_the_wind_does_is_no_fault(clip: Make, looked: Make, outfit: Outfit) -> None:
    readings = looked(clip(0.4, -0.3)).readings
    assert picture_faults(outfit.faults, lambda metric: readings[metric]).found == ()


def test_a_night_is_set_against_the_day_where_there_is_no_other(
    clip: Make, looked: Make, night_of: Make
) -> None:
    picture = looked(clip(10, change=night_of))
    assert shift(picture) == pytest.approx(10, abs=0.3)


def test_the_reading_says_that_its_baseline_is_of_the_other_light(
    clip: Make, looked: Make, night_of: Make
) -> None:
    reading = looked(clip(change=night_of)).readings["view_shift_pct"]
    assert reading.detail.endswith("its baseline is of the other light")


def test_a_view_of_something_else_is_a_gap_and_no_number(
    make_scene: Make, grab_of: Make, looked: Make
) -> None:
    reading = looked(grab_of([make_scene(seed=99)])).readings["view_shift_pct"]
    assert isinstance(reading, NotMeasured)
    assert reading.gap is Gap.UNCLEAR


def test_a_head_between_its_presets_is_not_compared(clip: Make, looked: Make) -> None:
    readings = looked(clip(12), place=Place(moves=True, preset=None)).readings
    assert getattr(readings["view_shift_pct"], "gap", None) is Gap.OFF_PRESET


def test_another_size_of_the_same_view_is_the_same_view(
    make_scene: Make, grab_of: Make, looked: Make
) -> None:
    seen = make_scene(900, 520)[80:440, 130:770]
    assert shift(looked(grab_of([cv2.resize(seen, (704, 576))]))) < 1
