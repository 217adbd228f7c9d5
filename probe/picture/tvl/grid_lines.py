"""The lines that a sampling grid draws in the spectrum of a picture's second derivative.

Interpolation leaves a variance of the second derivative that repeats with the old samples, and coding does
not wipe it out (Gallagher 2005, "Detection of linear and cubic interpolation in JPEG images").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GridLines:
    """A spectrum along one axis of `size` pixels, at `_POINTS` points a cycle per pixel, up to a half.

    `prominence` is the power around a point over the strongest beside it, 0 where coding blocks draw lines.
    """

    size: int
    power: Reals
    prominence: Reals

    def power_at(self, frequency: float) -> float:
        """Return the power at a frequency in cycles per pixel, folded to what the samples can show."""
        return float(self.power[round(folded(frequency) * _POINTS)])

    def prominence_at(self, frequency: float) -> float:
        """Return how far a frequency stands out: below 1 unless it is stronger than all beside it."""
        return float(self.prominence[round(folded(frequency) * _POINTS)])


def grid_lines(luma: NDArray[np.uint8], axis: int) -> GridLines:
    """Return the lines along x (`axis` 1) or y (0)."""
    # What repeats in one part of the picture, as a fence does, must not outweigh the rest of it.
    everywhere = np.asarray(np.clip(_levelled(_bends(luma, axis)), -_LOUDEST, _LOUDEST).sum(0))
    return _read(_without_blocks(everywhere), luma.shape[axis])


def mean_lines(lines: Sequence[GridLines]) -> GridLines:
    """Return the mean over keyframes."""
    power = np.mean([one.power for one in lines], axis=0)
    return GridLines(lines[0].size, power, np.mean([one.prominence for one in lines], axis=0))


def folded(frequency: float) -> float:
    """Return what a frequency looks like to samples one pixel apart, 0 to 0.5."""
    return abs(frequency - round(frequency))


_POINTS = 8192
_BANDS = 12
_STEEPEST = 12  # levels: real edges must not drown the rest
_LOUDEST = 0.5  # times the usual of the neighbourhood
_FAINT = 0.05  # levels
_BLOCK = 64  # px, the largest coding block; smaller ones divide it
_QUARTER = 0.012  # cycles per pixel around a quarter where the sidebands of 4-pixel blocks lie
_BESIDE = 256  # points


def _bends(luma: NDArray[np.uint8], axis: int) -> Reals:
    """Return the mean second derivative of each band across the axis, bands x pixels."""
    kernel = np.array([[1.0, -2.0, 1.0]], np.float32)
    kernel = kernel if axis else kernel.T
    edges = np.linspace(0, luma.shape[1 - axis], _BANDS + 1).astype(int)
    means = []
    for first, last in pairwise(edges):
        band = luma[first:last] if axis else luma[:, first:last]
        bend = cv2.convertScaleAbs(cv2.filter2D(band, cv2.CV_16S, kernel))
        sums = cv2.reduce(np.minimum(bend, _STEEPEST), 1 - axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
        means.append(np.asarray(sums, np.float64).reshape(-1)[1:-1] / (last - first))
    return np.stack(means)


def _levelled(rows: Reals) -> Reals:
    """Return each row less its running mean, over the running rms of what is left."""
    rest = rows - _running_mean(rows, 33)
    return np.asarray(rest / (np.sqrt(np.maximum(_running_mean(rest * rest, 97), 0.0)) + _FAINT))


def _running_mean(rows: Reals, width: int) -> Reals:
    before = np.pad(rows, ((0, 0), (width // 2 + 1, width // 2)), mode="edge").cumsum(1)
    return np.asarray((before[:, width:] - before[:, :-width]) / width)


def _without_blocks(row: Reals) -> Reals:
    """Take away what repeats with the coding blocks."""
    place = np.arange(row.size) % _BLOCK
    usual = np.bincount(place, row, _BLOCK) / np.maximum(np.bincount(place, minlength=_BLOCK), 1)
    return np.asarray(row - usual[place])


def _read(row: Reals, size: int) -> GridLines:
    power = np.abs(np.fft.rfft(row * np.hanning(row.size), _POINTS)) ** 2
    frequency = np.arange(power.size) / _POINTS
    from_block = np.abs(frequency * 16 - np.round(frequency * 16)) / 16
    is_block = (from_block < 2.2 / size) | (np.abs(frequency - 0.25) < _QUARTER)
    power[is_block] = 0.0
    # A line is as wide as the window makes it: four of the transform's own points.
    line, skirt = int(1.2 * _POINTS / size) + 1, int(3.5 * _POINTS / size) + 1
    peak = _highest(np.pad(power, line), 2 * line + 1)
    beside = _highest(np.pad(power, _BESIDE), _BESIDE - skirt + 1)
    rival = np.maximum(beside[: power.size], beside[_BESIDE + skirt :][: power.size])
    is_readable = ~is_block & (frequency > 0.03) & (frequency < 0.488) & (peak > 0.0)
    prominence = np.where(is_readable, peak / (rival + 1e-6 * power.max() + 1e-9), 0.0)
    return GridLines(size, np.where(is_readable, peak, 0.0), prominence)


def _highest(values: Reals, count: int) -> Reals:
    """Return the largest of each `count` values in a row."""
    wide = np.asarray(cv2.dilate(values[None], np.ones((1, count), np.uint8)), np.float64)[0]
    return np.asarray(wide[count // 2 :][: values.size - count + 1])
