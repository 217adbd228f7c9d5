"""The small pictures that show a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from probe.memory import Memory
from probe.model import Picture
from probe.picture.check import Look, Outfit
from probe.picture.evidence import MOST_BYTES, crops_of
from probe.picture.frames import Frame
from probe.picture.look import look_at
from probe.picture.sight import Sight

Make = Callable[..., Any]
FAULTS = frozenset(
    {"black", "no-signal", "frozen", "under", "over", "noise", "stripes", "covered", "defocus", "cast"}
)


def pixels_of(jpeg: bytes) -> Any:  # noqa: ANN401  a picture
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def noise_sight(time_s: float, height: int = 1080, width: int = 1920) -> Sight:
    plane = np.random.default_rng(int(time_s)).integers(0, 255, (height, width), np.uint8)
    return Sight(Frame(time_s, plane, None, bits=8, full_range=True), 480)


@pytest.fixture
def turned(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make, baseline_of: Make) -> Picture:
    scene = make_scene(800, 360)
    memory = Memory((baseline_of(grab_of([scene[:, :640]])),))
    return look_at(job(grab_of([scene[:, 64:704]]), memory=memory), outfit)


def test_a_moved_camera_leaves_a_picture_of_the_move(turned: Picture) -> None:
    assert set(turned.crops) == {"moved"}


def test_a_healthy_picture_leaves_none(make_scene: Make, grab_of: Make, outfit: Outfit, job: Make) -> None:
    assert look_at(job(grab_of([make_scene()])), outfit).crops == {}


def test_each_fault_has_its_own_picture_of_at_most_40_kb(make_scene: Make, outfit: Outfit, job: Make) -> None:
    look = Look((noise_sight(0.0), noise_sight(4.0)), job(None), outfit)
    crops = crops_of(look, {}, FAULTS)
    assert set(crops) == FAULTS
    assert all(0 < len(jpeg) <= MOST_BYTES for jpeg in crops.values())


def test_a_cover_is_shown_beside_what_was_there(
    make_scene: Make, noisy: Make, grab_of: Make, outfit: Outfit, job: Make, baseline_of: Make
) -> None:
    memory = Memory((baseline_of(grab_of([make_scene()])),))
    wall = np.full((360, 640, 3), 130, np.uint8)
    crop = look_at(job(grab_of([noisy(wall, 1)]), memory=memory), outfit).crops["covered"]
    before, now = np.array_split(pixels_of(crop), 2, axis=1)
    assert before.std() > 4 * now[:, 8:].std()


def test_still_blocks_are_marked_in_both_keyframes(outfit: Outfit, job: Make) -> None:
    first, last = noise_sight(0.0, 360, 640), noise_sight(4.0, 360, 640)
    last.luma[:, 320:] = first.luma[:, 320:]
    picture = pixels_of(crops_of(Look((first, last), job(None), outfit), {}, frozenset({"frozen"}))["frozen"])
    yellow = picture[..., 2].astype(int) - picture[..., 0] > 40
    halves = [float(part.mean()) for part in np.array_split(yellow, 4, axis=1)]
    assert min(halves[1], halves[3]) > 0.5 > max(halves[0], halves[2]) + 0.4


def test_a_picture_smaller_than_a_block_is_shown_too(outfit: Outfit, job: Make) -> None:
    look = Look((noise_sight(0.0, 2, 2), noise_sight(4.0, 2, 2)), job(None), outfit)
    assert set(crops_of(look, {}, FAULTS)) == FAULTS


def test_a_move_is_drawn_in_two_colours(turned: Picture) -> None:
    drawn = pixels_of(turned.crops["moved"]).astype(int)
    assert np.abs(drawn[..., 2] - drawn[..., 1]).mean() > 20


@pytest.mark.parametrize("fault", ["black", "frozen", "stripes"])
def test_a_fault_is_shown_in_the_aspect_that_is_meant(fault: str, outfit: Outfit, job: Make) -> None:
    look = Look((noise_sight(0.0, 1080, 960), noise_sight(4.0, 1080, 960)), job(None), outfit)
    high, wide = pixels_of(crops_of(look, {}, frozenset({fault}))[fault]).shape[:2]
    shown = (wide - 4) / 2 if fault == "frozen" else wide
    assert shown / high == pytest.approx(16 / 9, rel=0.01)


def test_a_move_is_shown_in_the_aspect_that_is_meant(
    make_scene: Make, grab_of: Make, outfit: Outfit, job: Make, baseline_of: Make
) -> None:
    scene = make_scene(800, 576)
    memory = Memory((baseline_of(grab_of([scene[:, :704]])),))
    crop = look_at(job(grab_of([scene[:, 64:768]]), memory=memory), outfit).crops["moved"]
    assert pixels_of(crop).shape == (360, 480, 3)
