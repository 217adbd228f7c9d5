"""What a look at the scene itself says of the resolution in TV lines: bounds, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from probe.picture.text_mask import Mask
from probe.picture.tvl.dense_blur import structure
from probe.picture.tvl.enlargement import Enlargement, enlargement
from probe.picture.tvl.lines import cycles_of, lines_of
from probe.picture.tvl.natural_edges import Edge, find_edges, lower_bound

Keyframe = tuple[NDArray[np.uint8], Mask]  # luma as stored, and where there is scene and no caption


@dataclass(frozen=True, slots=True)
class Bounds:
    """TV lines of the scene. `at_least` and `at_most` hold; `structure_at_most` only if another night agrees.

    `edges` are the verified edges, sharpest first, of the keyframe `keyframe`.
    """

    at_most: float
    by: Literal["format", "enlarged", "edges", "none"]
    at_least: float | None = None
    structure_at_most: float | None = None
    edges: tuple[Edge, ...] = ()
    keyframe: int = 0
    enlarged_from: tuple[int, int] | None = None
    is_resampled: bool = False


def measure(pictures: Sequence[Keyframe], samples: float, need: float) -> Bounds:
    """Return the bounds that keyframes of one size show. `samples` per picture height; `need` in TV lines.

    Each step costs more than the one before and is taken only where that one did not settle the need.
    """
    if samples < need:
        return Bounds(samples, "format")
    grids = _grids(pictures)
    source, cap = _source(pictures[-1][0].shape, grids, samples)
    if cap < need:
        return Bounds(cap, "enlarged", enlarged_from=source, is_resampled=True)

    is_resampled = any(grid.is_resampled for grid in grids)
    edges, keyframe, lowest = _edges(pictures, samples, need)
    at_least = None if lowest is None or is_resampled else _proved(lowest, samples)
    sharp_enough = lowest is not None and lowest >= need
    return Bounds(
        cap,
        "edges" if at_least is not None else "none",
        at_least,
        None if sharp_enough else _structure_at_most(pictures, samples, need),
        edges,
        keyframe,
        source,
        is_resampled,
    )


_READS_HIGH = 1.15  # the k-th sharpest edge, at most, in all but one look of twenty
_STRUCTURE_SLACK = 0.9


def _proved(lowest: float, samples: float) -> float:
    return samples if lowest >= 0.98 * samples else lowest / _READS_HIGH


def _grids(pictures: Sequence[Keyframe]) -> list[Enlargement]:
    """Look at the last keyframe; at the first only where that one shows a grid."""
    grids: list[Enlargement] = []
    for luma, _ in reversed(pictures):
        grids.append(enlargement(luma))
        if not grids[-1].is_resampled:
            break
    return grids


def _source(
    shape: tuple[int, ...], grids: Sequence[Enlargement], samples: float
) -> tuple[tuple[int, int] | None, float]:
    """Return the size that every keyframe says it was enlarged from, and the most lines that leaves."""
    height, width = shape
    if not all(grid.width or grid.height for grid in grids):
        return None, samples
    wide = min((grid.width for grid in grids if grid.width), default=width)
    high = min((grid.height for grid in grids if grid.height), default=height)
    return (wide, high), samples * min(1.0, wide / width, high / height)


def _edges(
    pictures: Sequence[Keyframe], samples: float, need: float
) -> tuple[tuple[Edge, ...], int, float | None]:
    """Return the edges of the keyframe with the best lower bound; the first is asked if it must be."""
    best: tuple[tuple[Edge, ...], int, float | None] = ((), len(pictures) - 1, None)
    for number in reversed(range(len(pictures))):
        luma, scene = pictures[number]
        edges = tuple(sorted(find_edges(luma, scene, samples), key=lambda edge: -edge.lines))
        lowest = lower_bound(edges, samples)
        if lowest is not None and (best[2] is None or lowest > best[2]):
            best = edges, number, lowest
        elif not best[0]:
            best = edges, number, None
        if len(edges) == 0 or (lowest is not None and not _is_near(lowest, samples, need)):
            break
    return best


def _is_near(lowest: float, samples: float, need: float) -> bool:
    """Tell whether a keyframe falls so little short of the need that another may reach it."""
    return 0.8 * need <= _proved(lowest, samples) < need


def _structure_at_most(pictures: Sequence[Keyframe], samples: float, need: float) -> float | None:
    """Return the sharp end of the sharpest keyframe; None unless every one has structure enough."""
    most = 0.0
    for luma, scene in reversed(pictures):
        seen = structure(luma, scene, cycles_of(need, samples))
        if not seen.is_enough or seen.at_most is None:
            return None
        most = max(most, lines_of(seen.at_most, samples) / _STRUCTURE_SLACK)
        if most >= need:
            break
    return most
