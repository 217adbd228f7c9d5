"""The card that a recorder draws where a camera is lost, told from scenes, covers and darkness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import Job
from probe.model import Gap, NotMeasured
from probe.picture.check import Outfit
from probe.picture.faults import PictureFaults, picture_faults
from probe.picture.look import look_at

Make = Callable[..., Any]
Pixels = NDArray[np.uint8]


def judged(one: Job, outfit: Outfit) -> PictureFaults:
    readings = look_at(one, outfit).readings
    return picture_faults(outfit.faults, readings.__getitem__)


def card(size: tuple[int, int], colour: tuple[int, int, int], text: str) -> Pixels:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[:] = colour
    place = (size[0] // 4, size[1] // 2)
    cv2.putText(pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, size[1] / 300, (255, 255, 255), 2)
    return pixels


def bars(size: tuple[int, int]) -> Pixels:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    colours = [(191, 191, 191), (0, 191, 191), (191, 191, 0), (0, 191, 0), (191, 0, 191), (0, 0, 191)]
    for number, colour in enumerate(colours):
        left, right = (size[0] * edge // len(colours) for edge in (number, number + 1))
        pixels[:, left:right] = colour
    return pixels


SIZES = [(1280, 720), (640, 360), (352, 288), (240, 180)]


@pytest.mark.parametrize("size", SIZES)
def test_a_living_scene_is_no_card(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make, size: tuple[int, int]
) -> None:
    pictures = [noisy(make_scene(*size), number) for number in range(3)]
    assert "no-signal" not in judged(job(grab_of(pictures)), outfit).found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colour", [(200, 20, 10), (110, 110, 110), (120, 0, 0)])
def test_a_card_of_one_colour_is_no_signal(
    grab_of: Make, outfit: Outfit, job: Make, size: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    assert judged(job(grab_of([card(size, colour, "NO SIGNAL")] * 3)), outfit).found == ("no-signal",)


@pytest.mark.parametrize("size", SIZES)
def test_colour_bars_are_no_signal(grab_of: Make, outfit: Outfit, job: Make, size: tuple[int, int]) -> None:
    assert judged(job(grab_of([bars(size)] * 3)), outfit).found == ("no-signal",)


def test_a_card_hides_that_it_stands_still(grab_of: Make, outfit: Outfit, job: Make) -> None:
    blue = card((640, 360), (200, 20, 10), "NO SIGNAL")
    assert judged(job(grab_of([blue] * 3)), outfit).gaps["frozen"] is Gap.HIDDEN


def test_a_covered_lens_is_no_card(noisy: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    cloth = cv2.resize(np.random.default_rng(1).integers(60, 90, (5, 7, 3)).astype(np.uint8), (640, 360))
    pictures = [noisy(np.asarray(cloth, np.uint8), number, 1.5) for number in range(3)]
    assert "no-signal" not in judged(job(grab_of(pictures)), outfit).found


def test_one_keyframe_of_a_card_leaves_it_open(grab_of: Make, outfit: Outfit, job: Make) -> None:
    one = job(grab_of([card((640, 360), (200, 20, 10), "NO SIGNAL")]))
    assert isinstance(look_at(one, outfit).readings["unchanged_share"], NotMeasured)
    assert judged(one, outfit).gaps["no-signal"] is Gap.TOO_SHORT


def test_of_one_keyframe_a_card_is_not_called_a_cover(grab_of: Make, outfit: Outfit, job: Make) -> None:
    faults = judged(job(grab_of([card((1280, 720), (200, 20, 10), "NO VIDEO")])), outfit)
    assert faults.found == ()
    assert {faults.gaps[one] for one in ("no-signal", "covered")} == {Gap.TOO_SHORT}


def test_of_one_keyframe_a_card_is_neither_remembered_nor_measured(
    grab_of: Make, outfit: Outfit, job: Make
) -> None:
    picture = look_at(job(grab_of([bars((1280, 720))])), outfit)
    assert picture.kept is not None
    assert picture.kept.record == b""
    assert isinstance(gap := picture.readings["tvl_live_at_least"], NotMeasured)
    assert gap.gap is Gap.HIDDEN
