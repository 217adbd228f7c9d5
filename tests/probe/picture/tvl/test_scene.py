"""What a scene proves: edges bound the resolution from below, structure from above, captions not at all."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.picture.frames import Frame
from probe.picture.sight import Sight
from probe.picture.tvl.bounds import Bounds, measure
from probe.picture.tvl.dense_blur import structure
from probe.picture.tvl.lines import cycles_of, lines_of
from probe.picture.tvl.natural_edges import Edge, find_edges, lower_bound

N = 540.0
NEED = 380.0
Luma = NDArray[np.uint8]
Blocks = Callable[..., Luma]


def scene_of(luma: Luma) -> NDArray[np.bool_]:
    return Sight(Frame(0.0, luma, None, bits=8, full_range=True), 480).scene


def seen(luma: Luma, samples: float = N) -> Bounds:
    return measure([(luma, scene_of(luma))], samples, NEED)


@pytest.mark.parametrize("sigma", [0.9, 1.3, 2.0])
def test_the_edges_of_a_scene_come_near_its_resolution(
    blocks_of: Blocks, truth: Callable[..., float], sigma: float
) -> None:
    luma = blocks_of(sigma=sigma)
    lowest = lower_bound(find_edges(luma, scene_of(luma), N), N)
    assert lowest is not None
    assert 0.8 < lowest / min(truth(sigma, N), N) < 1.1


def test_one_edge_that_reads_too_sharp_does_not_count() -> None:
    edges = [Edge(0, 0, 900.0), Edge(0, 0, 880.0), *[Edge(0, 0, 300.0)] * 5]
    assert lower_bound(edges, 1080.0) == 300.0


def test_two_edges_are_too_few() -> None:
    assert lower_bound([Edge(0, 0, 500.0)] * 2, 540.0) is None


def test_a_sharp_scene_proves_the_need(blocks_of: Blocks) -> None:
    bounds = seen(blocks_of(sigma=0.6))
    assert bounds.at_least is not None
    assert bounds.at_least >= NEED


@pytest.mark.parametrize("sigma", [1.6, 2.5, 4.0])
def test_a_dull_scene_never_proves_the_need(blocks_of: Blocks, sigma: float) -> None:
    assert (seen(blocks_of(sigma=sigma)).at_least or 0.0) < NEED


def test_structure_of_a_dull_scene_stays_below_the_need(blocks_of: Blocks) -> None:
    most = seen(blocks_of(sigma=3.0)).structure_at_most
    assert most is not None
    assert most < NEED


@pytest.mark.parametrize("sigma", [0.6, 1.0])
def test_structure_of_a_sharp_scene_reaches_the_need(blocks_of: Blocks, sigma: float) -> None:
    luma = blocks_of(sigma=sigma)
    most = structure(luma, scene_of(luma), cycles_of(NEED, N)).at_most
    assert most is not None
    assert lines_of(most, N) >= NEED


def test_a_plain_wall_has_too_little_structure_to_say_anything() -> None:
    wall = np.full((540, 960), 120, np.uint8)
    bounds = seen(wall)
    assert (bounds.at_least, bounds.structure_at_most, bounds.by) == (None, None, "none")


@pytest.mark.parametrize("size", [66, 100, 132])
def test_large_letters_burnt_into_a_dull_picture_prove_nothing(blocks_of: Blocks, size: int) -> None:
    luma = blocks_of(sigma=3.0)
    for base in (180, 380):
        for level, thick in ((0, size // 5), (255, size // 10)):
            cv2.putText(luma, "AMWVX 2026", (20, base), 0, size / 30, level, thick, cv2.LINE_AA)
    assert (seen(luma).at_least or 0.0) < NEED


def enlarged(luma: Luma, width: int, height: int, how: int = cv2.INTER_CUBIC) -> Luma:
    return np.asarray(cv2.resize(luma, (width, height), interpolation=how), np.uint8)


def test_a_small_picture_sold_as_a_large_one_is_capped(blocks_of: Blocks) -> None:
    luma = enlarged(blocks_of(352, 288, noise=4.0), 1920, 1080, cv2.INTER_LINEAR)
    bounds = seen(luma, 1080.0)
    assert bounds.by == "enlarged"
    assert bounds.enlarged_from == (352, 288)
    assert bounds.at_most < NEED


def test_a_format_that_is_too_small_is_not_looked_at() -> None:
    assert measure([], 264.0, NEED) == Bounds(264.0, "format")


def test_rows_left_out_of_a_tall_picture_do_not_change_its_bound(blocks_of: Blocks) -> None:
    luma = blocks_of(sigma=2.0)
    wide = np.concatenate([luma, luma[::-1]])
    once, twice = (structure(one, scene_of(one), cycles_of(NEED, N)) for one in (luma, wide))
    assert twice.pixels == pytest.approx(2 * once.pixels, rel=0.05)
    assert once.at_most == pytest.approx(twice.at_most, rel=0.05)
