"""Whether a picture was enlarged before it was coded, and from what size.

Interpolation leaves a variance of the second derivative that repeats with the old sampling grid, and coding
does not wipe it out (Gallagher 2005, "Detection of linear and cubic interpolation in JPEG images").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Enlargement:
    """The size a picture had, each way, where that shows. `is_resampled`: a grid not its own shows."""

    width: int | None = None
    height: int | None = None
    is_resampled: bool = False


def enlargement(luma: NDArray[np.uint8]) -> Enlargement:
    """Look for the grid of a size that cameras and recorders know, then for any grid at all."""
    if min(luma.shape) < _LEAST_SIZE:
        return Enlargement()
    across, down = (_spectrum(luma, axis) for axis in (1, 0))
    wide = _listed(across, luma.shape[1], _WIDTHS, _WIDE)
    high = _listed(down, luma.shape[0], _HEIGHTS, _HIGH)
    both = wide[0] > _WIDE and high[0] > _HIGH
    if both or wide[0] > 2.0 * _WIDE or high[0] > 2.4 * _HIGH:
        return Enlargement(
            wide[1] if wide[0] > _WIDE else None, high[1] if high[0] > _HIGH else None, is_resampled=True
        )
    return Enlargement(is_resampled=_any_grid(luma))


_WIDTHS = (352, 480, 640, 704, 720, 768, 800, 928, 944, 960, 1024, 1280, 1440)
_HEIGHTS = (240, 288, 352, 360, 432, 448, 480, 540, 576, 600, 704, 720, 768, 960)
_LEAST_SIZE = 128
_LEAST_RATIO = 1.2
_WIDE, _HIGH = 60.0, 25.0  # over the local median; in 369 native keyframe sets none came to both
_POINTS = 8192
_STEEPEST = 12.0  # levels: real edges must not drown the rest


@dataclass(frozen=True, slots=True)
class _Spectrum:
    """The power of the second derivative's mean, over its local median, at `_POINTS` points a pixel."""

    power: Reals
    length: int


def _spectrum(luma: NDArray[np.uint8], axis: int) -> _Spectrum:
    plane = luma.astype(np.int16)
    bend = np.abs(np.diff(plane, 2, axis=axis))
    mean = np.minimum(bend, int(_STEEPEST)).mean(1 - axis)
    return _Spectrum(_over_median(mean, 1), mean.size - 32)


def _at(spectrum: _Spectrum, frequency: float) -> float:
    """Return the power near a frequency, folded; 0 where coding blocks have their own lines."""
    folded = abs(frequency - round(frequency))
    if not 0.03 <= folded <= 0.49 or abs(folded * 16 - round(folded * 16)) < 16 * _BLOCKED:
        return 0.0
    around = int(1.6 * _POINTS / spectrum.length) + 1
    middle = round(folded * _POINTS)
    return float(spectrum.power[max(0, middle - around) : middle + around + 1].max())


_BLOCKED = 0.006


def _listed(spectrum: _Spectrum, size: int, sources: Sequence[int], least: float) -> tuple[float, int | None]:
    """Return the strongest line of a listed size, and the largest size that accounts for half of it."""
    lines = {
        source: max(_at(spectrum, source / size), _at(spectrum, 2 * source / size))
        for source in sources
        if size >= _LEAST_RATIO * source
    }
    strongest = max(lines.values(), default=0.0)
    if strongest == 0.0:
        return 0.0, None
    largest = max(source for source, line in lines.items() if line >= 0.5 * strongest)
    # Half that size draws the same lines and others between them, which the size itself cannot draw.
    between = max(_at(spectrum, 0.5 * largest / size), _at(spectrum, 1.5 * largest / size))
    is_half = largest // 2 in sources and between > max(2.0 * least, 0.3 * strongest)
    return strongest, largest // 2 if is_half else largest


def _any_grid(luma: NDArray[np.uint8]) -> bool:
    """Tell whether the scene's edges gather at even distances: an interpolated edge keeps to the old samples.

    That shows at any ratio, and through coding that leaves nothing of the second derivative.
    """
    across, down = _gathering(luma), _gathering(luma.T)
    return max(across.line, down.line) > _GATHERED or min(across.halves, down.halves) > _HALVED


class _Gathering(NamedTuple):
    line: float  # the strongest in the spectrum of where edges lie, over its local median
    halves: float  # the line of every second pixel over those of coding blocks


def _gathering(luma: NDArray[np.uint8]) -> _Gathering:
    """Return how edges across x gather, less the lines at every eighth of a cycle that coding blocks draw."""
    size = luma.shape[1]
    places = (_edge_places(luma) * _FINER).astype(np.int64)
    counts = np.bincount(places, minlength=size * _FINER).astype(np.float64)
    # One long edge down the columns must not count for more than many short ones.
    power = _over_median(np.minimum(counts, np.quantile(counts, 0.9) + 1.0), _FINER)
    frequency = np.arange(power.size) / _POINTS
    from_block = np.abs(frequency * 8 - np.round(frequency * 8)) / 8
    free = (frequency > 0.2) & (frequency < 0.492) & (from_block > 2.0 / size)
    eighths = max(_peak(power, eighth) for eighth in (0.125, 0.25, 0.375))
    return _Gathering(float(power[free].max()), _peak(power, 0.5) / max(eighths, _FAINT))


def _peak(power: Reals, frequency: float) -> float:
    middle = round(frequency * _POINTS)
    return float(power[middle - 6 : middle + 7].max())


def _edge_places(luma: NDArray[np.uint8]) -> Reals:
    """Return where along x the edges across it lie, to a part of a pixel, by a parabola on the gradient."""
    step = max(1, luma.shape[0] // 540)
    plane = luma[step // 2 :: step].astype(np.int16)
    steep = np.abs(plane[:, 2:] - plane[:, :-2])
    row, column = np.nonzero(steep[1:-1, 8:-8] > 20)
    row, column = row + 1, column + 8
    peak, before, after = steep[row, column], steep[row, column - 1], steep[row, column + 1]
    along = np.abs(plane[row + 1, column + 1] - plane[row - 1, column + 1])
    good = (peak >= before) & (peak > after) & (peak > 1.2 * along)
    peak, before, after = (one[good].astype(np.float64) for one in (peak, before, after))
    shift = np.clip((after - before) / (2.0 * np.maximum(2.0 * peak - before - after, 1e-3)), -0.5, 0.5)
    return np.asarray(column[good] + 1.0 + shift)


_FINER = 4  # bins per pixel
# Of 180 native pictures 3 % came to the first, one to the second; of enlarged ones that edges would have
# proved sharp enough, more than 80 % did.
_GATHERED = 22.0
_HALVED = 4.5
_FAINT = 5.0


def _over_median(values: Reals, finer: int) -> Reals:
    """Return the power spectrum up to half a cycle per pixel, each point over the median of those around."""
    wide = 33 * finer
    flat = (values - np.convolve(values, np.ones(wide) / wide, "same"))[16 * finer : -16 * finer]
    power = np.abs(np.fft.rfft(flat * np.hanning(flat.size), _POINTS * finer))[: _POINTS // 2 + 1] ** 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(power, 160, mode="reflect"), 321)[::40]
    usual = np.interp(np.arange(power.size), np.arange(0, power.size, 40), np.median(around, 1))
    return np.asarray(power / (usual + 1e-9))
