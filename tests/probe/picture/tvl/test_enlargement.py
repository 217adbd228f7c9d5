"""A size is named only where the picture was enlarged from it: never on scenery, never one too small."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.model import AccessUnit, Grab
from probe.picture.frames import decode, frames_of, luma_8bit
from probe.picture.tvl.bounds import measure
from probe.picture.tvl.edge_grid import gathers
from probe.picture.tvl.enlargement import enlargement
from probe.sim.encode import render
from probe.sim.lettering import Lettering
from probe.sim.model import Codec, Lens, Scene, Stream
from probe.sim.view import View, sensor_grain

Luma = NDArray[np.uint8]
Blocks = Callable[..., Luma]
FULL_HD, QUAD_HD, HD = (1920, 1080), (2560, 1440), (1280, 720)
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def resized(luma: Luma, size: tuple[int, int], how: int = cv2.INTER_LINEAR) -> Luma:
    return np.asarray(cv2.resize(luma, size, interpolation=how), np.uint8)


@cache
def grain(width: int, height: int) -> NDArray[np.int8]:
    return sensor_grain(width, height)


def filmed(
    scene: Scene, size: tuple[int, int], codec: Codec, image: Literal["live", "enlarged"] = "live"
) -> list[Luma]:
    """Return two keyframes of a drawn place, 4 s apart, as its camera codes them."""
    stream = Stream("main", "t", "/p", codec, *size, 10, 900)
    view = View(Lens(1, "01", "cam-1", scene, (stream,), image), stream, "1/cam-1", grain(*size), Lettering())
    units = []
    for second in (0, 4):
        parts = render(view, stream, AT + timedelta(seconds=second))
        coded = b"".join(b"\0\0\0\1" + nal for nal in next(parts)[0].nals)
        parts.close()
        units.append(AccessUnit(coded, float(second), keyframe=True))
    grab = Grab(codec, b"", tuple(units), 41, 4.0, 1000, 0, 10.0, 900.0, 2.0, "tcp", "rtsp://h/")
    return [luma_8bit(frame) for frame in frames_of(decode(grab, 1 << 24))]


@pytest.mark.parametrize(
    ("scene", "size", "codec"),
    [
        ("corridor", FULL_HD, "H264"),
        ("dormitory", FULL_HD, "H265"),
        ("gate", HD, "H264"),
        ("dormitory", (1280, 960), "H264"),
    ],
)
def test_facades_fences_and_lanes_are_no_grid_of_samples(
    scene: Scene, size: tuple[int, int], codec: Codec
) -> None:
    assert enlargement(filmed(scene, size, codec)).source is None


@pytest.mark.parametrize(("scene", "codec"), [("gate", "H264"), ("parking", "H264"), ("corridor", "H265")])
def test_cif_sold_as_full_hd_is_named(scene: Scene, codec: Codec) -> None:
    assert enlargement(filmed(scene, FULL_HD, codec, "enlarged")).source == (352, 288)


@pytest.mark.parametrize(
    ("small", "large", "how"),
    [
        ((352, 288), FULL_HD, cv2.INTER_CUBIC),
        ((352, 288), HD, cv2.INTER_LINEAR),
        ((704, 288), FULL_HD, cv2.INTER_LINEAR),
        ((704, 576), FULL_HD, cv2.INTER_LINEAR),
        ((704, 576), HD, cv2.INTER_LINEAR),
        ((640, 480), FULL_HD, cv2.INTER_LINEAR),
    ],
)
def test_one_size_is_not_taken_for_its_half_or_double(
    blocks_of: Blocks, small: tuple[int, int], large: tuple[int, int], how: int
) -> None:
    assert enlargement([resized(blocks_of(*small, noise=4.0), large, how)]).source == small


@pytest.mark.parametrize("small", [(640, 360), (1280, 720)])
def test_what_a_reduced_sensor_picture_looks_like_too_is_a_doubt(
    blocks_of: Blocks, small: tuple[int, int]
) -> None:
    seen = enlargement([resized(blocks_of(*small, noise=4.0), FULL_HD)])
    assert (seen.source, seen.is_resampled) == (None, True)


def test_a_sensor_s_picture_reduced_for_its_stream_is_not_called_enlarged() -> None:
    texture = np.random.default_rng(3).integers(40, 200, QUAD_HD[::-1], np.uint8)
    seen = enlargement([resized(texture, FULL_HD, cv2.INTER_AREA)])
    assert (seen.source, seen.is_resampled) == (None, True)


def test_one_keyframe_alone_names_no_size(blocks_of: Blocks) -> None:
    large = resized(blocks_of(704, 576, noise=4.0), FULL_HD)
    assert enlargement([blocks_of(*FULL_HD), large]).source is None


def test_one_axis_alone_names_no_size(blocks_of: Blocks) -> None:
    assert enlargement([resized(blocks_of(704, 1080, noise=4.0), FULL_HD)]).source is None


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_fence_as_wide_as_the_samples_of_cif_names_no_size(blocks_of: Blocks, share: float) -> None:
    luma = blocks_of(*FULL_HD)
    across = np.sin(2 * np.pi * np.arange(1920) * 352 / 1920) > 0
    down = np.sin(2 * np.pi * np.arange(1080) * 288 / 1080) > 0
    bars = (60 + 100 * (across[None, :] ^ down[:, None])).astype(np.uint8)
    rows, columns = round(1080 * share), round(1920 * 0.5 * share)
    luma[:rows, :columns] = bars[:rows, :columns]
    assert enlargement([luma, luma]).source is None


@pytest.mark.parametrize("size", [(16, 16), (127, 400), (400, 127), (128, 128)])
def test_a_small_or_empty_picture_says_nothing(size: tuple[int, int]) -> None:
    assert enlargement([np.full(size, 90, np.uint8)]) == (None, False)


def test_rows_that_are_missing_are_no_limit_to_lines_across(blocks_of: Blocks) -> None:
    luma = resized(blocks_of(704, 288, noise=4.0), FULL_HD)
    bounds = measure([(luma, np.ones(luma.shape, np.bool_))], 1080.0, 380.0)
    assert (bounds.enlarged_from, bounds.at_most) == ((704, 288), 396.0)


@pytest.mark.parametrize("ratio", [1.7, 2.3, 2.9])
def test_edges_enlarged_by_any_ratio_keep_to_the_old_samples(blocks_of: Blocks, ratio: float) -> None:
    small = blocks_of(round(1280 / ratio), round(720 / ratio), across=18)
    assert gathers(resized(small, HD, cv2.INTER_CUBIC))


@pytest.mark.parametrize("seed", range(4))
def test_the_edges_of_a_native_picture_keep_to_none(blocks_of: Blocks, seed: int) -> None:
    assert not gathers(blocks_of(seed=seed))
