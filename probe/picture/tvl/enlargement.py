"""Whether a picture was enlarged before it was coded, and from what size.

A size is named only where its lines stand out along both axes and in every keyframe, and where no larger
size, nor the reduction of a larger sensor's picture, would draw the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from probe.picture.tvl.grid_lines import GridLines, folded, grid_lines, mean_lines

Size = tuple[int, int]


class Enlargement(NamedTuple):
    """`source` is the size the picture had before. `is_resampled`: some other grid than its own shows."""

    source: Size | None = None
    is_resampled: bool = False


def enlargement(lumas: Sequence[NDArray[np.uint8]]) -> Enlargement:
    """Look for the grid of a size that cameras and recorders know in keyframes of one size."""
    high, wide = lumas[-1].shape
    if min(high, wide) < _LEAST_SIZE:
        return Enlargement()
    seen: list[_Axes] = []
    sizes = [size for size in _SIZES if _is_resized(size, (wide, high))]
    for luma in reversed(lumas):
        seen.append(_Axes(grid_lines(luma, 1), grid_lines(luma, 0)))
        sizes = [size for size in sizes if _evidence(seen[-1], size) >= _IN_EACH]
        if not sizes:
            return Enlargement()
    both = _Axes(mean_lines([one.across for one in seen]), mean_lines([one.down for one in seen]))
    sizes = [size for size in sizes if _evidence(both, size) >= _IN_MEAN]
    largest = _largest_needed(both, sizes)
    if largest is None:
        return Enlargement()
    return Enlargement(largest if largest[0] < wide else None, is_resampled=True)


# What recorders and encoders enlarge from, then what sensors have that is reduced to a smaller stream.
_SIZES: tuple[Size, ...] = (
    *((352, 240), (352, 288), (640, 360), (640, 480), (704, 240), (704, 288), (704, 480), (704, 576)),
    *((720, 480), (720, 576), (960, 480), (960, 540), (960, 576), (1280, 720), (1280, 960)),
    *((1920, 1080), (2048, 1536), (2304, 1296), (2560, 1440), (2592, 1520), (2592, 1944), (2688, 1520)),
    *((2880, 1620), (3072, 1728), (3072, 2048), (3200, 1800), (3840, 2160)),
)
_LEAST_SIZE = 128
_LEAST_RATIO = 1.2
_MOST_OF_ONE = 3.0  # a single line that stands out more proves no more
_IN_EACH, _IN_MEAN = 1.8, 2.4  # over all native pictures tried, the most was 2.13 in the mean
_OWN = 1.4
_SHARE, _OWN_SHARE = 0.25, 0.1  # of the strongest line: fainter ones come of its meeting the coding blocks


class _Axes(NamedTuple):
    across: GridLines
    down: GridLines

    def each(self, size: Size) -> Iterator[tuple[GridLines, int]]:
        """Return the lines along each axis with the extent of a size along it."""
        yield self.across, size[0]
        yield self.down, size[1]


def _is_resized(size: Size, to: Size) -> bool:
    """Tell whether both sides differ enough to show, and in the same direction."""
    ratios = (to[0] / size[0], to[1] / size[1])
    return min(ratios) >= _LEAST_RATIO or max(ratios) <= 1.0 / _LEAST_RATIO


def _harmonics(lines: GridLines, source: int, count: int = 3) -> list[float]:
    """Return the frequencies at which a grid of so many samples draws lines."""
    return [folded(k * source / lines.size) for k in range(1, count + 1)]


def _evidence(axes: _Axes, size: Size) -> float:
    """Return how far a size's lines stand out, along the axis where they do so less."""
    return min(
        sum(min(lines.prominence_at(one), _MOST_OF_ONE) for one in _harmonics(lines, source))
        for lines, source in axes.each(size)
    )


def _power(lines: GridLines, source: int) -> float:
    return max(lines.power_at(one) for one in _harmonics(lines, source))


def _largest_needed(axes: _Axes, sizes: Sequence[Size]) -> Size | None:
    """Return the largest size that accounts for the strongest lines and for all that a smaller one draws."""
    for axis, _ in enumerate(axes):
        strongest = max((_power(axes[axis], size[axis]) for size in sizes), default=0.0)
        sizes = [size for size in sizes if _power(axes[axis], size[axis]) >= _SHARE * strongest]
    for large in sorted(sizes, key=_area, reverse=True):
        smaller = (size for size in sizes if _area(size) < _area(large))
        if not any(
            _draws_more(axes, small, large) and not _draws_more(axes, large, small) for small in smaller
        ):
            return large
    return None


def _draws_more(axes: _Axes, size: Size, than: Size) -> bool:
    """Tell whether a line stands out that one size draws and the other cannot."""
    for (lines, source), (_, other) in zip(axes.each(size), axes.each(than), strict=True):
        taken = _harmonics(lines, other, 4)
        least = _OWN_SHARE * _power(lines, source)
        for line in _harmonics(lines, source):
            is_own = min(abs(line - one) for one in taken) > 3.0 / lines.size
            if is_own and lines.power_at(line) >= least and lines.prominence_at(line) >= _OWN:
                return True
    return False


def _area(size: Size) -> int:
    return size[0] * size[1]
