"""Captions are found whatever their script and size, and scenes are left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.picture.frames import Frame
from probe.picture.sight import Sight
from probe.sim.lettering import Lettering

Make = Callable[..., Any]


def sight_of(luma: NDArray[np.uint8]) -> Sight:
    return Sight(Frame(0.0, luma, None, bits=8, full_range=True), 480)


@pytest.fixture(scope="module")
def lettering() -> Lettering:
    return Lettering()


@pytest.mark.parametrize(
    "text", ["2026年03月02日 星期一 08:00:11", "教学楼东侧走廊 01", "GATE NORTH 2026-03-02"]
)
@pytest.mark.parametrize(
    ("width", "height", "size"), [(704, 576, 20), (1280, 720, 28), (1920, 1080, 32), (1920, 1080, 72)]
)
def test_a_line_of_text_is_left_out(
    make_scene: Make, lettering: Lettering, text: str, width: int, height: int, size: int
) -> None:
    luma = cv2.cvtColor(cv2.GaussianBlur(make_scene(width, height), (0, 0), 2), cv2.COLOR_BGR2GRAY)
    pixels = np.asarray(luma, np.uint8).copy()
    left, top, right, bottom = lettering.write(pixels, text, 24, height // 12 + size, size)
    covered = ~sight_of(pixels).scene[top + 3 : bottom - 3, left:right]
    assert covered.mean() > 0.85


@pytest.mark.parametrize("size", [(352, 288), (1280, 720)])
def test_a_scene_without_text_is_used_as_a_whole(make_scene: Make, size: tuple[int, int]) -> None:
    luma = np.asarray(cv2.cvtColor(make_scene(*size), cv2.COLOR_BGR2GRAY), np.uint8)
    assert sight_of(luma).scene.mean() > 0.99


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (17, 5)])
def test_a_tiny_picture_has_no_captions(size: tuple[int, int]) -> None:
    assert sight_of(np.full((size[1], size[0]), 255, np.uint8)).captions == ()
