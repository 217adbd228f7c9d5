"""Whether the scene's edges gather at even distances: an interpolated edge keeps to the old samples.

That shows at any ratio, listed or not, and through coding that leaves nothing of the second derivative; but
a scene of bars gathers too. So it is a doubt, and names no size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


def gathers(luma: NDArray[np.uint8]) -> bool:
    """Tell whether the edges across x or across y keep to a grid that is not the picture's own."""
    across, down = _gathering(luma), _gathering(luma.T)
    return max(across.line, down.line) > _GATHERED or min(across.halves, down.halves) > _HALVED


# Of 180 native pictures 3 % came to the first, one to the second; of enlarged ones that edges would have
# proved sharp enough, more than 80 % did.
_GATHERED = 22.0
_HALVED = 4.5
_FAINT = 5.0
_POINTS = 8192  # of the spectrum, a cycle per pixel
_FINER = 4  # bins per pixel
_ROWS = 540
_STEEP = 20  # levels over two pixels


class _Gathering(NamedTuple):
    line: float  # the strongest in the spectrum of where edges lie, over its local median
    halves: float  # the line of every second pixel over those of coding blocks


def _gathering(luma: NDArray[np.uint8]) -> _Gathering:
    """Return how edges across x gather, less the lines at every eighth of a cycle that coding blocks draw."""
    size = luma.shape[1]
    counts = np.bincount((_edge_places(luma) * _FINER).astype(np.int64), minlength=size * _FINER)
    # One long edge down the columns must not count for more than many short ones.
    power = _over_median(np.minimum(counts, np.quantile(counts, 0.9) + 1.0))
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
    step = max(1, luma.shape[0] // _ROWS)
    plane = luma[step // 2 :: step].astype(np.int16)
    steep = np.abs(plane[:, 2:] - plane[:, :-2])
    row, column = np.nonzero(steep[1:-1, 8:-8] > _STEEP)
    row, column = row + 1, column + 8
    peak, before, after = steep[row, column], steep[row, column - 1], steep[row, column + 1]
    along = np.abs(plane[row + 1, column + 1] - plane[row - 1, column + 1])
    good = (peak >= before) & (peak > after) & (peak > 1.2 * along)
    peak, before, after = (one[good].astype(np.float64) for one in (peak, before, after))
    shift = np.clip((after - before) / (2.0 * np.maximum(2.0 * peak - before - after, 1e-3)), -0.5, 0.5)
    return np.asarray(column[good] + 1.0 + shift)


def _over_median(counts: Reals) -> Reals:
    """Return the power spectrum up to half a cycle per pixel, each point over the median of those around."""
    wide = 33 * _FINER
    flat = (counts - np.convolve(counts, np.ones(wide) / wide, "same"))[16 * _FINER : -16 * _FINER]
    power = np.abs(np.fft.rfft(flat * np.hanning(flat.size), _POINTS * _FINER))[: _POINTS // 2 + 1] ** 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(power, 160, mode="reflect"), 321)[::40]
    usual = np.interp(np.arange(power.size), np.arange(0, power.size, 40), np.median(around, 1))
    return np.asarray(power / (usual + 1e-9))
