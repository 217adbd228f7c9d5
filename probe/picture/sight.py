"""One decoded keyframe, and what several checks want to know of it, worked out once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.picture.blocks import Grain, blocks_of, textured_blocks
from probe.picture.displacement import VIEW_WIDTH, ViewMap
from probe.picture.frames import Frame, full_range, luma_8bit, to_width
from probe.picture.sharpness import WORK_WIDTH, Sharpness, sharpness_of
from probe.picture.text_mask import Caption, Mask, captions_on, scene_without
from probe.picture.tint import Tint, tint_of

Levels = NDArray[np.float32]
GRID = (12, 16)  # cells down and across, for all that is compared cell by cell


class Sight:
    """Views of one frame at the sizes that checks work at. Nothing in it may be written to."""

    def __init__(self, frame: Frame, width: int) -> None:
        self.frame = frame
        self._width = width
        self._textured: dict[Grain, Mask | None] = {}

    @property
    def time_s(self) -> float:
        return self.frame.time_s

    @cached_property
    def luma(self) -> NDArray[np.uint8]:
        """The luma as stored, in 8 bits, height x width."""
        return luma_8bit(self.frame)

    @cached_property
    def captions(self) -> tuple[Caption, ...]:
        """The lines of text burnt into the picture."""
        return captions_on(self.middling, self.luma.shape)

    @cached_property
    def scene(self) -> Mask:
        """Where there is scene and no caption, at the luma's size."""
        height, width = self.luma.shape
        return scene_without(self.captions, (height, width))

    @cached_property
    def middling(self) -> NDArray[np.uint8]:
        """The luma at most WORK_WIDTH wide: smaller sizes are made of it at a tenth of the cost."""
        return to_width(self.luma, WORK_WIDTH)

    @cached_property
    def small(self) -> NDArray[np.uint8]:
        """The luma at the analysis width or less."""
        return to_width(self.middling if self._width < WORK_WIDTH else self.luma, self._width)

    @cached_property
    def levels(self) -> Levels:
        """The luma in full range, 0..255, at the analysis width or less."""
        return full_range(self.small, is_full=self.frame.full_range)

    @cached_property
    def tones(self) -> tuple[float, float]:
        """The 5th and the 95th percentile of `levels`."""
        low, high = tones_of(self.small, (0.05, 0.95))
        ends = full_range(np.array([low, high], np.uint8), is_full=self.frame.full_range)
        return float(ends[0]), float(ends[1])

    @cached_property
    def colour(self) -> tuple[Levels, Levels]:
        """U and V around 0, in full range, at half the size of `levels`; zeroes where there is no colour."""
        high, wide = self.levels.shape
        size = (max(1, wide // 2), max(1, high // 2))
        if self.frame.chroma is None:
            nothing = np.zeros((size[1], size[0]), np.float32)
            return nothing, nothing
        gain = np.float32(1.0 if self.frame.full_range else 255.0 / 224.0)
        depth = np.float32(1 << (self.frame.bits - 8))
        u, v = (
            (np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32) / depth - 128.0)
            * gain
            for plane in self.frame.chroma
        )
        return u, v

    @cached_property
    def detail(self) -> Levels:
        """What is finer than some pixels of `levels`: the picture less its blurred self."""
        return self.levels - cv2.GaussianBlur(self.levels, (0, 0), 2.0)

    @cached_property
    def texture(self) -> Levels:
        """The rms of `detail` in each cell of GRID."""
        return np.asarray(np.sqrt(cells(self.detail**2).mean((1, 3))), np.float32)

    @cached_property
    def sharpness(self) -> Sharpness:
        """How blurred the scene's edges are."""
        return sharpness_of(self.middling, _as_large_as(self.middling, self.scene))

    @cached_property
    def tint(self) -> Tint:
        """Which way the colours lean."""
        return tint_of(self.levels, *self.colour)

    @cached_property
    def view(self) -> ViewMap:
        """What the view is recognised by."""
        return ViewMap(self.grey, _as_large_as(self.grey, self.scene))

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """The luma at most VIEW_WIDTH wide."""
        return to_width(self.luma, VIEW_WIDTH)

    @cached_property
    def slopes(self) -> tuple[Levels, Levels]:
        """The mean squared gradient in each cell of GRID, of the view a little and much softened."""
        fine, coarse = (_steepness(cv2.GaussianBlur(self.grey, (0, 0), px)) for px in (0.7, 3.0))
        return fine, coarse

    def textured(self, grain: Grain) -> Mask | None:
        """Return which blocks of this grain are textured and free of captions; None: too few of them."""
        if grain not in self._textured:
            blocks, scene = (
                blocks_of(one, grain.side) for one in (self.frame.luma, self.scene.view(np.uint8))
            )
            self._textured[grain] = textured_blocks(blocks, scene, grain, self.frame.bits)
        return self._textured[grain]


def tones_of(levels: NDArray[np.uint8], shares: tuple[float, ...]) -> tuple[int, ...]:
    """Return the levels below which these shares, 0..1, of the pixels lie: percentiles by counting."""
    below = np.cumsum(np.bincount(levels.ravel(), minlength=256))
    return tuple(int(np.searchsorted(below, share * below[-1])) for share in shares)


def cells(plane: Levels) -> Levels:
    """Return a view of shape (cells down, rows each, cells across, columns each); what does not fit is cut.

    A picture smaller than the grid has cells of one pixel, drawn out to the grid's size.
    """
    down, across = GRID
    if plane.shape[0] < down or plane.shape[1] < across:
        size = (max(across, plane.shape[1]), max(down, plane.shape[0]))
        plane = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST), np.float32)
    high, wide = plane.shape[0] // down, plane.shape[1] // across
    return plane[: down * high, : across * wide].reshape(down, high, across, wide)


def _as_large_as(grey: NDArray[np.uint8], scene: Mask) -> Mask:
    if grey.shape == scene.shape:
        return scene
    size = (grey.shape[1], grey.shape[0])
    return np.asarray(cv2.resize(scene.view(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.bool_)


def _steepness(grey: Any) -> Levels:  # noqa: ANN401  what cv2 returns
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order, scale=0.125) for order in ((1, 0), (0, 1)))
    return np.asarray(cells(np.asarray(across**2 + down**2, np.float32)).mean((1, 3)), np.float32)
