"""What no structure in the picture exceeds: an upper bound of the resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probe.picture.sharpness import BORDER, MTF10, SHARP_CELLS, edge_pixels, sharp_ends
from probe.picture.text_mask import Mask


@dataclass(frozen=True, slots=True)
class Structure:
    """`pixels` on strong near-vertical edges in `cells` of the 8 x 8; `at_most` in cycles per pixel."""

    pixels: int
    cells: int
    at_most: float | None

    @property
    def is_enough(self) -> bool:
        """Tell whether there is structure in enough places to say that nothing is sharp."""
        return self.pixels >= 300 and self.cells >= 12 and self.at_most is not None


def structure(luma: NDArray[np.uint8], scene: Mask, cycles: float) -> Structure:
    """Return the upper bound, by filters laid out for a needed resolution of `cycles` per pixel."""
    height, width = luma.shape
    if min(height, width) < 4 * BORDER:
        return Structure(0, 0, None)
    # Near-vertical edges are many rows long: of a large picture every second or third row is enough. An 8K
    # picture in floating point, some times over, would not even fit into a worker.
    apart = max(1, height // _ROWS)
    rows = np.ascontiguousarray(luma[::apart])
    edges = edge_pixels(rows, scene[::apart], MTF10 / cycles, least_contrast=30.0, apart_px=apart)
    count = edges.count * apart
    ends = sharp_ends(edges.cycles, edges.cells(rows.shape), math.ceil(10 / apart))
    if count < 50 or len(ends) < 6:
        return Structure(count, len(ends), None)
    return Structure(count, len(ends), float(np.quantile(ends, SHARP_CELLS)))


_ROWS = 540
