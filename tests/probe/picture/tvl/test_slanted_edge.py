"""The slanted edge: it reads a known blur at any angle, and refuses what is no clean edge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from probe.picture.tvl.slanted_edge import Limits, Response, response_of

REACH = 18
Reals = NDArray[np.float64]


def strip(
    sigma: float, degrees: float, rows: int = 40, noise: float = 0.5, low: float = 60.0, high: float = 180.0
) -> tuple[Reals, Reals]:
    """Return the rows around an edge that a Gaussian of `sigma` pixels blurs, and how far each is shifted."""
    slope = math.tan(math.radians(degrees))
    at = REACH + 0.3 + slope * np.arange(rows)
    shift = np.round(at - REACH)
    finer = (np.arange(0, 2 * REACH + 1, 1 / 16) - 0.5 + 1 / 32)[None, :] + shift[:, None]
    across = (finer - at[:, None]) * math.cos(math.radians(degrees)) / (sigma * math.sqrt(2.0))
    step = 0.5 + 0.5 * np.vectorize(math.erf)(across)
    pixels = low + (high - low) * step.reshape(rows, -1, 16).mean(2)
    return pixels + np.random.default_rng(1).normal(0, noise, pixels.shape), shift - shift[0]


def f10(sigma: float) -> float:
    cycles = np.linspace(0.001, 1.0, 5000)
    response = np.exp(-2.0 * (np.pi * sigma * cycles) ** 2) * np.abs(np.sinc(cycles))
    return float(cycles[np.argmax(response < 0.1)])


def read(pixels: Reals, shift: Reals) -> Response:
    response = response_of(pixels, shift, Limits())
    assert response is not None
    return response


@pytest.mark.parametrize("degrees", [-25.0, -7.0, 4.0, 12.0, 30.0])
@pytest.mark.parametrize("sigma", [0.8, 1.5, 2.5])
def test_a_known_blur_is_read_within_a_tenth(sigma: float, degrees: float) -> None:
    assert read(*strip(sigma, degrees)).f10_fit == pytest.approx(f10(sigma), rel=0.1)


@pytest.mark.parametrize("noise", [1.5, 4.0])
def test_sensor_noise_does_not_make_an_edge_sharper(noise: float) -> None:
    assert read(*strip(1.5, 8.0, noise=noise)).f10_fit < 1.1 * f10(1.5)


def test_a_falling_edge_reads_as_a_rising_one() -> None:
    rising, falling = (read(*strip(1.2, 8.0, low=a, high=b)) for a, b in ((60.0, 180.0), (180.0, 60.0)))
    assert falling.f10_fit == pytest.approx(rising.f10_fit, rel=0.05)


@pytest.mark.parametrize(("low", "high"), [(60.0, 240.0), (10.0, 180.0)])
def test_an_edge_with_a_clipped_side_proves_nothing(low: float, high: float) -> None:
    assert response_of(*strip(1.0, 8.0, low=low, high=high), Limits()) is None


def test_an_edge_along_the_columns_cannot_be_read() -> None:
    assert response_of(*strip(1.0, 0.0), Limits()) is None


def test_a_line_is_no_edge() -> None:
    pixels, shift = strip(1.0, 8.0)
    pixels[:, REACH + 4 :] = pixels[:, : REACH - 3][:, ::-1]
    assert response_of(pixels, shift, Limits()) is None


def test_an_edge_with_a_faint_line_beside_it_proves_nothing() -> None:
    """Read all the same, it would have a fifth more lines than the blur leaves."""
    pixels, shift = strip(2.5, 12.0, noise=0.3, low=60.0, high=140.0)
    step, _ = strip(2.5, 12.0, low=0.0, high=30.0, noise=0.0)
    line = step - np.pad(step, ((0, 0), (5, 0)), mode="edge")[:, :-5]  # five pixels wide
    pixels[:, :-9] += line[:, 9:]
    assert response_of(pixels, shift, Limits()) is None


def test_a_faint_edge_is_left_alone() -> None:
    assert response_of(*strip(1.0, 8.0, low=100.0, high=112.0), Limits()) is None


@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_is_no_edge(seed: int) -> None:
    pixels = np.random.default_rng(seed).uniform(20, 228, (40, 2 * REACH + 1))
    assert response_of(pixels, np.zeros(40), Limits()) is None
