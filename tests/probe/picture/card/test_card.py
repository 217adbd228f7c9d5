"""The chart card in pictures: found once, known while it hangs, read to its stated error."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import ChartCard
from probe.picture.card.find import find_card
from probe.picture.card.read import read_card, shows_square, square_side, still_hangs
from probe.picture.card.sheet import HEIGHT, MARKER_ID, WIDTH, draw, least_side, marker_cells

N = 720.0
PLACE = (180, 300)  # row and column of the card's corner
SIDE = 60.0
Luma = NDArray[np.uint8]


def shown(side: float = SIDE, lines: float = 600.0, noise: float = 1.5, level: float = 0.8) -> Luma:
    """Return a 720p picture of a room with the card in it, behind a lens of so many TV lines."""
    return _shown(side, lines, noise, level).copy()


@cache
def _shown(side: float, lines: float, noise: float, level: float) -> Luma:
    chance = np.random.default_rng(2)
    light = cv2.resize(chance.uniform(0.05, 0.5, (18, 32)), (1280, 720), interpolation=cv2.INTER_CUBIC)
    card = draw(side) * level
    top, left = PLACE
    light[top : top + card.shape[0], left : left + card.shape[1]] = card
    f10 = lines / (2.0 * N)
    sigma = math.sqrt(math.log(abs(np.sinc(f10)) / 0.1) / 2.0) / (math.pi * f10)
    light = np.clip(cv2.GaussianBlur(light, (0, 0), sigma), 0.0, 1.0)
    coded = np.where(light < 0.018, 4.5 * light, 1.099 * np.maximum(light, 0.018) ** 0.45 - 0.099)  # BT.709
    return np.clip(np.round(16 + 219 * coded + chance.normal(0, noise, coded.shape)), 0, 255).astype(np.uint8)


def found(luma: Luma) -> ChartCard:
    card = find_card(luma)
    assert card is not None
    return card


def test_the_card_is_found_where_it_hangs() -> None:
    card = found(shown())
    assert card.marker == MARKER_ID
    assert card.corners[0] == pytest.approx((PLACE[1] + 0.3 * SIDE, PLACE[0] + 0.45 * SIDE), abs=1.0)
    assert square_side(card) == pytest.approx(SIDE, rel=0.03)


@pytest.mark.parametrize("lines", [240.0, 380.0, 500.0])
@pytest.mark.parametrize("side", [40.0, 60.0])
@pytest.mark.parametrize("noise", [1.5, 4.0])
def test_it_reads_the_lens_within_a_tenth(lines: float, side: float, noise: float) -> None:
    card = found(shown(side))
    sides = read_card(shown(side, lines, noise), card)
    assert len(sides) == 2
    assert 2.0 * N * float(np.median(sides)) == pytest.approx(lines, rel=0.1)


def test_it_is_known_while_it_hangs_even_blurred_and_darker() -> None:
    assert still_hangs(shown(lines=300.0, level=0.4), found(shown()))


def test_it_is_missed_once_it_is_taken_down() -> None:
    card = found(shown())
    assert not still_hangs(np.random.default_rng(1).integers(0, 255, (720, 1280), np.uint8), card)


def test_it_is_not_looked_for_in_a_picture_of_another_size() -> None:
    card = found(shown())
    assert not still_hangs(np.asarray(cv2.resize(shown(), (640, 360)), np.uint8), card)


def test_a_card_that_moved_by_half_its_marker_does_not_hang_there_any_more() -> None:
    card = found(shown())
    a, b, c, d = ((x + 0.45 * SIDE, y) for x, y in card.corners)
    assert not still_hangs(shown(), replace(card, corners=(a, b, c, d)))


def test_a_marker_without_our_square_is_no_card() -> None:
    luma = shown()
    top, left = PLACE
    luma[top : top + int(HEIGHT * SIDE), left + int(1.35 * SIDE) : left + int(WIDTH * SIDE)] = 150
    assert find_card(luma) is None


@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (31, 2000), (180, 320)])
def test_no_card_is_found_where_there_is_none(shape: tuple[int, int]) -> None:
    assert find_card(np.random.default_rng(0).integers(0, 255, shape, np.uint8)) is None


def test_corners_outside_the_picture_read_nothing() -> None:
    card = ChartCard(
        MARKER_ID, ((1230.0, 680.0), (1330.0, 680.0), (1330.0, 780.0), (1230.0, 780.0)), 1280, 720
    )
    assert not shows_square(shown(), card)
    assert read_card(shown(), card) == ()


def test_the_square_must_be_larger_on_larger_pictures() -> None:
    assert [round(least_side(samples)) for samples in (720, 1080, 1440)] == [34, 41, 55]


def test_the_drawn_card_has_the_markers_cells_and_four_to_one_contrast() -> None:
    card = draw(50.0)
    assert card.shape == (round(HEIGHT * 50), round(WIDTH * 50))
    assert float(card[5, 5]) / float(card[45, 105]) == pytest.approx(4.1, abs=0.1)
    assert marker_cells()[0].sum() == 0  # its rim is black
