"""What a look at the scene itself says of the resolution in TV lines: bounds, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from probe.picture.text_mask import Mask
from probe.picture.tvl.dense_blur import structure
from probe.picture.tvl.edge_grid import gathers
from probe.picture.tvl.enlargement import enlargement
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
    source, is_resampled = enlargement([one for one, _ in pictures])
    # Lines are counted across: how many rows there were is no limit to them.
    cap = samples if source is None else samples * min(1.0, source[0] / pictures[-1][0].shape[1])
    if cap < need:
        return Bounds(cap, "enlarged", enlarged_from=source, is_resampled=True)

    sharpest = _structure_at_most(pictures, samples, need)
    # Where nothing comes near the need, some edges must still agree, and no more are looked for.
    tries = _TRIES if sharpest is None or sharpest >= need else _TRIES_OF_DULL
    edges, lowest = _edges(pictures[-1], samples, tries)
    keyframe = len(pictures) - 1
    is_near = bool(edges) and (lowest is None or 0.8 * need <= _proved(lowest, samples) < need)
    if keyframe and is_near:
        # So little short of the need, the other keyframe may reach it.
        others, other = _edges(pictures[0], samples, tries)
        if other is not None and other > (lowest or 0.0):
            edges, lowest, keyframe = others, other, 0
    at_least = None
    if lowest is not None and source is None:
        # What an enlarged picture's edges would prove too needs no look at how they lie, nor what they
        # prove in neither case.
        at_least = lowest / _READS_HIGH_ENLARGED
        if at_least < need <= _proved(lowest, samples) and not is_resampled:
            is_resampled = gathers(pictures[keyframe][0])
            at_least = at_least if is_resampled else _proved(lowest, samples)
    sharp_enough = lowest is not None and lowest >= need
    return Bounds(
        cap,
        "edges" if at_least is not None else "none",
        at_least,
        None if sharp_enough else sharpest,
        edges,
        keyframe,
        source,
        is_resampled,
    )


_READS_HIGH = 1.15  # the k-th sharpest edge, at most, in all but one look of twenty
_READS_HIGH_ENLARGED = 1.6  # of the old samples' lines; 1.55 was the most in 432 looks at enlarged pictures
_STRUCTURE_SLACK = 0.9
_TRIES, _TRIES_OF_DULL = 200, 40


def _edges(picture: Keyframe, samples: float, tries: int) -> tuple[tuple[Edge, ...], float | None]:
    """Return a keyframe's edges, sharpest first, and their lower bound."""
    edges = tuple(sorted(find_edges(*picture, samples, tries), key=lambda edge: -edge.lines))
    return edges, lower_bound(edges, samples)


def _proved(lowest: float, samples: float) -> float:
    return samples if lowest >= 0.98 * samples else lowest / _READS_HIGH


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
