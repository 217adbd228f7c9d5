"""The spatial frequency response of one slanted edge: the e-SFR of ISO 12233, with its own guards.

Frequencies are cycles per stored pixel along x. The limiting resolution is where the contrast is 10 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Response:
    """What one edge resolves, in cycles per pixel: `f10` read at 10 %, `f10_fit` of a fitted Gaussian."""

    f10: float
    f10_fit: float
    contrast: float  # levels
    noise: float  # levels, rms around the edge's own profile
    slope: float  # columns per row


@dataclass(frozen=True, slots=True)
class Limits:
    """What an edge must be like to be read. Levels are those of 8 bits as stored."""

    contrast: float = 18.0
    crooked: float = 0.35  # px rms around a straight line
    brightest: float = 229.0  # at or above it is a caption or blown out
    darkest: float = 17.0


def response_of(strip: Reals, shift: Reals, limits: Limits) -> Response | None:
    """Return the response of the near-vertical edge in `strip`, or None where it is not a clean one.

    strip: rows x columns of luma; row i was cut out `shift[i]` columns to the right of row 0.
    """
    rising = _polarity(strip, limits)
    if rising == 0:
        return None
    strip = strip * rising
    line = _edge_line(strip, shift, limits.crooked)
    if line is None:
        return None
    from_edge = np.arange(strip.shape[1])[None, :] - line.at[:, None]
    reach = min(float(line.at.min()), float(strip.shape[1] - 1 - line.at.max())) - 0.5
    if reach < _LEAST_REACH:
        return None
    profile = _profile(strip, from_edge, reach, limits.contrast)
    return None if profile is None else _transform(profile, line.slope)


_BINS = 4  # of the edge profile, per pixel
_QUARTER_TURN = np.float32(0.5 * np.pi)
_LEAST_REACH = 5.0  # px on either side of the edge
# Of the contrast. Thin cables before the sky had more, and read 1.6 times the lines that were there.
_MOST_RIPPLE = 0.2
_STEP = 0.01  # cycles per bin-corrected pixel
_FREQUENCIES: Reals = np.arange(_STEP, 0.71, _STEP)
# The central difference and the averaging within a bin both lower the contrast by a known amount.
_GAIN: Reals = 1.0 / np.clip(np.sinc(2 * _FREQUENCIES / _BINS), 0.2, 1.0) / np.sinc(_FREQUENCIES / _BINS)


class _Line(NamedTuple):
    at: Reals  # column of the edge in each row of the strip
    slope: float


class _Profile(NamedTuple):
    levels: Reals  # across the edge, _BINS to the pixel, rising
    contrast: float
    noise: float  # of one pixel
    per_bin: float  # pixels that fell into a bin


def _polarity(strip: Reals, limits: Limits) -> int:
    """Return 1 for a rise to the right, -1 for a fall, 0 where the two sides are no plain plateaus."""
    ends = max(3, strip.shape[1] // 7)
    (left, left_spread), (right, right_spread) = _level(strip[:, :ends]), _level(strip[:, -ends:])
    low, high = sorted((left, right))
    # What the lens made is never clipped at a neat level; captions and burnt-in graphics are.
    if high >= limits.brightest or low <= limits.darkest or high - low < 0.8 * limits.contrast:
        return 0
    if max(left_spread, right_spread) > 0.22 * (high - low) + 6.0:
        return 0
    return 1 if right > left else -1


def _level(plateau: Reals) -> tuple[float, float]:
    """Return mean and standard deviation; numpy's own cost several times as much on so few."""
    values = plateau.ravel()
    mean = float(values.sum()) / values.size
    return mean, math.sqrt(max(0.0, float(values @ values) / values.size - mean * mean))


def _edge_line(strip: Reals, shift: Reals, crooked: float) -> _Line | None:
    """Fit a straight line through the centroids of the rows' gradients, closing in on the edge."""
    rows, columns = strip.shape
    gradient = np.zeros_like(strip)
    gradient[:, 1:-1] = 0.5 * (strip[:, 2:] - strip[:, :-2])
    column, row = np.arange(columns, dtype=np.float64), np.arange(rows, dtype=np.float64)
    at = np.full(rows, (columns - 1) / 2.0)
    width = columns / 2.2
    slope = scatter = 0.0
    for _ in range(3):
        # The window needs no more than single precision, in which a cosine costs a tenth.
        away = ((column[None, :] - at[:, None]) * (0.5 * np.pi / width)).astype(np.float32)
        weighted = gradient * np.cos(np.clip(away, -_QUARTER_TURN, _QUARTER_TURN)) ** 2
        weight = weighted.sum(1)
        usual = _middle(weight)
        good = weight > 0.2 * usual
        if usual < 0.5 or good.sum() < 0.8 * rows:
            return None
        place = (weighted[good] @ column) / weight[good] + shift[good]
        offset, slope = _line_through(row[good], place)
        missed = np.abs(place - slope * row[good] - offset)
        near = missed < max(3.0 * _middle(missed), 0.25)
        if near.sum() < 0.7 * near.size:
            return None
        offset, slope = _line_through(row[good][near], place[near])
        scatter = float(np.sqrt(np.mean((place[near] - slope * row[good][near] - offset) ** 2)))
        at = slope * row + offset - shift
        width = max(4.0, 0.6 * width)
    # An edge along the columns meets every pixel at the same phase and cannot be sampled finer.
    if scatter > crooked or abs(slope) * rows < 1.0:
        return None
    return _Line(at, slope)


def _middle(values: NDArray[Any]) -> float:
    """Return the upper median; numpy's own costs ten times as much on so few."""
    return float(np.sort(values)[values.size // 2])


def _line_through(x: Reals, y: Reals) -> tuple[float, float]:
    middle, level = float(x.sum()) / x.size, float(y.sum()) / y.size
    centred = x - middle
    slope = float(centred @ y) / max(float(centred @ centred), 1e-9)
    return level - slope * middle, slope


def _profile(strip: Reals, from_edge: Reals, reach: float, least_contrast: float) -> _Profile | None:
    """Return the edge profile, finer than the pixels; None where its sides are not even or have a gap."""
    count = int(reach * _BINS) * 2
    place = np.floor(from_edge * _BINS + count / 2 + 0.5).astype(np.int64)
    inside = (place >= 0) & (place < count)
    bins, levels = place[inside], strip[inside]
    filled = np.bincount(bins, minlength=count)
    have = filled > 0
    if have.sum() < 0.75 * count:
        return None
    sums = np.bincount(bins, weights=levels, minlength=count)
    profile = np.interp(np.arange(count), np.flatnonzero(have), sums[have] / filled[have])

    ends = max(6, count // 7)
    contrast = _middle(profile[-ends:]) - _middle(profile[:ends])
    if contrast < least_contrast:
        return None
    smooth = np.ones(max(3, ends // 2)) / max(3, ends // 2)
    drift = max(
        float(np.ptp(np.convolve(side, smooth, "valid"))) for side in (profile[:ends], profile[-ends:])
    )
    if drift > 0.18 * contrast:
        return None
    flat = (bins < ends) | (bins >= count - ends)
    noise = float(np.sqrt(np.mean((levels[flat] - profile[bins[flat]]) ** 2)))
    return _Profile(profile, contrast, noise, max(1.0, _middle(filled[have])))


def _transform(profile: _Profile, slope: float) -> Response | None:
    """Return the response at right angles to the edge: the spectrum of the profile's slope, less noise."""
    window = _spread(profile)
    if window is None:
        return None
    spread, taper = window
    total = float(spread.sum())
    if not 0.6 * profile.contrast < total <= 1.4 * profile.contrast:
        return None
    half = spread.size // 2
    even = spread[half:] + spread[half::-1]
    odd = spread[half:] - spread[half::-1]
    even[0] = spread[half]
    cosines, sines = _waves(half)
    measured = np.hypot(cosines @ even, sines @ odd) / total * _GAIN
    per_bin = profile.noise / math.sqrt(profile.per_bin) * float(np.sqrt((taper**2).sum())) / total
    floor = per_bin * np.abs(np.sin(2 * np.pi * _FREQUENCIES / _BINS)) * _GAIN
    response = np.sqrt(np.clip(measured**2 - floor**2, 0.0, None))
    along_normal = _FREQUENCIES * math.sqrt(1.0 + slope * slope)
    f10 = _falls_below(along_normal, response, 0.1)
    fit = _gaussian_f10(along_normal, measured, response, floor)
    return Response(f10, f10 if fit is None else fit, profile.contrast, profile.noise, slope)


@lru_cache(maxsize=64)
def _waves(half: int) -> tuple[Reals, Reals]:
    """Return cosine and sine of every frequency at the bins from the middle outwards."""
    turns = 2 * np.pi * _FREQUENCIES[:, None] * (np.arange(half + 1) / _BINS)[None, :]
    return np.cos(turns), np.sin(turns)


def _spread(profile: _Profile) -> tuple[Reals, Reals] | None:
    """Return the windowed line spread and its taper; None where there is a second edge beside the first."""
    levels = profile.levels
    slope = np.zeros_like(levels)
    slope[1:-1] = 0.5 * (levels[2:] - levels[:-2])
    smooth = np.convolve(slope, np.ones(5) / 5, "same")
    peak = int(np.argmax(smooth))
    if abs(peak - levels.size / 2) > 4 * _BINS:
        return None
    if _ripple(levels, smooth, peak) > _MOST_RIPPLE * profile.contrast:
        return None
    below = smooth <= 0.5 * smooth[peak]
    left = np.flatnonzero(below[:peak])
    right = np.flatnonzero(below[peak:])
    first = int(left[-1]) if left.size else 0
    last = peak + int(right[0]) if right.size else levels.size - 1
    half_width = (last - first) / _BINS
    half = int(min(max(2.2 * half_width, 3.0) * _BINS, peak, levels.size - 1 - peak))
    if half < 2.5 * _BINS or half < 1.1 * half_width * _BINS:
        return None
    beside = np.concatenate([slope[: peak - half], slope[peak + half :]])
    if beside.size > 8 and np.abs(np.convolve(beside, np.ones(5) / 5, "same")).max() > 0.3 * smooth[peak]:
        return None
    taper = _tukey(2 * half + 1)
    return slope[peak - half : peak + half + 1] * taper, taper


def _ripple(levels: Reals, slope: Reals, peak: int) -> float:
    """Return how much, in levels, either side of the edge goes up and down beyond the edge's foot.

    A thin line beside the edge is too faint for a second edge, and still makes the first one steeper.
    """
    even = np.convolve(levels, np.ones(5) / 5, "same")[2:-2]
    beyond = slope[2:-2] <= 0.1 * slope[peak]
    feet_left, feet_right = np.flatnonzero(beyond[: peak - 2]), np.flatnonzero(beyond[peak - 2 :])
    left = even[: feet_left[-1] + 1] if feet_left.size else even[:1]
    right = even[peak - 2 + feet_right[0] :] if feet_right.size else even[-1:]
    return max(float(np.ptp(left)), float(np.ptp(right)))


def _tukey(size: int) -> Reals:
    """Return a window that is flat over 40 % and falls as a cosine on either side."""
    from_end = np.minimum(np.arange(size), np.arange(size)[::-1]) / (0.3 * (size - 1))
    return np.asarray(0.5 * (1.0 - np.cos(np.pi * np.clip(from_end, 0.0, 1.0))))


def _falls_below(x: Reals, y: Reals, level: float) -> float:
    below = np.flatnonzero(y < level)
    if below.size == 0:
        return float(x[-1])
    i = int(below[0])
    if i == 0:
        return float(x[0])
    return float(x[i - 1] + (y[i - 1] - level) / (y[i - 1] - y[i]) * (x[i] - x[i - 1]))


def _gaussian_f10(x: Reals, measured: Reals, response: Reals, floor: Reals) -> float | None:
    """Return where a Gaussian through the well-lit part of the response falls to 10 %."""
    clear = np.logical_and.accumulate(measured > np.maximum(0.25, 4 * floor)) & (measured < 1.0)
    if clear.sum() < 3:
        return None
    square, fall = x[clear] ** 2, -np.log(np.clip(response[clear], 1e-3, None))
    rate = float(square @ fall / (square @ square))
    return min(math.sqrt(math.log(10.0) / rate), _FASTEST) if rate > 1e-6 else _FASTEST


_FASTEST = 0.9  # cycles per pixel
