"""The record of a healthy look, and its bytes: a checksum, fixed numbers, then a mask and a JPEG."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.picture.displacement import VIEW_WIDTH, ViewMap
from probe.picture.sight import GRID
from probe.picture.tint import Tint
from probe.wire.jpeg import frame_size

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What is kept of a healthy look; the size is that of its last picture.

    `texture` is the least over the keyframes, so that nobody walking by is part of it, and 0 where text is.
    `sharpness` is in TV lines, None where too few edges showed. `tones` are the 5th and the 95th percentile
    of the levels.
    """

    width: int
    height: int
    view: ViewMap
    texture: Levels  # GRID
    fine: Levels  # GRID; this and the next as in Sight.slopes
    coarse: Levels
    sharpness: float | None
    tint: Tint
    tones: tuple[float, float]

    @property
    def grey(self) -> NDArray[np.uint8]:
        """The picture itself, at most VIEW_WIDTH wide, in levels as stored."""
        return self.view.grey


LEAST_SIDE = 96  # px
MOST_BYTES = 60_000


def pack(reference: Reference) -> bytes:
    """Return the bytes of a record, at most MOST_BYTES; none where even the poorest JPEG does not fit."""
    tint = reference.tint
    numbers = _NUMBERS.pack(
        reference.width,
        reference.height,
        math.nan if reference.sharpness is None else reference.sharpness,
        *(tint.red, tint.blue, tint.red_bright, tint.blue_bright),
        *reference.tones,
    )
    grids = np.stack([reference.texture, reference.fine, reference.coarse]).astype("<f4").tobytes()
    mask = zlib.compress(np.packbits(reference.view.scene).tobytes(), 9)
    head = numbers + grids + _LENGTH.pack(len(mask)) + mask
    jpeg = _jpeg(reference.view.grey, MOST_BYTES - len(head) - _HEAD.size)
    body = head + jpeg
    return b"" if not jpeg else _HEAD.pack(_MAGIC, zlib.crc32(body)) + body


def unpack(kept: bytes) -> Reference | None:
    """Return what was packed; None for a record of another version, a damaged one, or anything else."""
    least = _HEAD.size + _NUMBERS.size + _GRIDS + _LENGTH.size
    if not least <= len(kept) <= MOST_BYTES:
        return None
    magic, checksum = _HEAD.unpack_from(kept)
    body = kept[_HEAD.size :]
    if magic != _MAGIC or checksum != zlib.crc32(body):
        return None
    width, height, sharpness, *others = _NUMBERS.unpack_from(body)
    at = _NUMBERS.size
    texture, fine, coarse = np.frombuffer(body, "<f4", _GRIDS // 4, at).astype(np.float32).reshape(3, *GRID)
    at += _GRIDS
    (long,) = _LENGTH.unpack_from(body, at)
    at += _LENGTH.size
    grey = _grey(body[at + long :])
    if grey is None or min(width, height) < LEAST_SIDE or not _all_finite(texture, fine, coarse, others):
        return None
    scene = _mask(body[at : at + long], (int(grey.shape[0]), int(grey.shape[1])))
    if scene is None:
        return None
    red, blue, red_bright, blue_bright, low, high = others
    return Reference(
        width,
        height,
        ViewMap(grey, scene),
        texture,
        fine,
        coarse,
        sharpness=sharpness if math.isfinite(sharpness) else None,
        tint=Tint(red, blue, red_bright, blue_bright),
        tones=(low, high),
    )


_MAGIC = b"look1"  # the figure is the version: what any field means is part of it
_HEAD = struct.Struct("<5sI")
_NUMBERS = struct.Struct("<HH7f")
_LENGTH = struct.Struct("<H")
_GRIDS = 3 * 4 * GRID[0] * GRID[1]  # bytes
_QUALITIES = (85, 70, 50, 30, 10)


def _jpeg(grey: NDArray[np.uint8], most_bytes: int) -> bytes:
    """Return the best JPEG that fits, if any: a picture of noise takes several times the room of others."""
    for quality in _QUALITIES:
        _, jpeg = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if jpeg.nbytes <= most_bytes:
            return jpeg.tobytes()
    return b""


def _grey(jpeg: bytes) -> NDArray[np.uint8] | None:
    size = frame_size(jpeg)
    if size is None or not 8 <= size[0] <= VIEW_WIDTH or not 8 <= size[1] <= _MOST_ROWS:
        return None
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if pixels is None or pixels.shape != size[::-1] else np.asarray(pixels, np.uint8)


_MOST_ROWS = 4 * VIEW_WIDTH


def _mask(packed: bytes, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    pixels = shape[0] * shape[1]
    try:
        bits = zlib.decompressobj().decompress(packed, (pixels + 7) // 8)
    except zlib.error:
        return None
    if len(bits) != (pixels + 7) // 8:
        return None
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=pixels).reshape(shape).astype(np.bool_)


def _all_finite(*numbers: Levels | list[float]) -> bool:
    return all(bool(np.isfinite(one).all()) for one in numbers)
