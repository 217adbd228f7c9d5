"""A picture that is the same to the bit as hours ago is stuck, however it moved between. 冻结（与上次比对）

A visit leaves hashes of some textured blocks, less than a kilobyte; the next one looks at the same places.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from probe.memory import Job
from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.blocks import blocks_of, grain_of
from probe.picture.check import Check, Look
from probe.picture.frames import Plane
from probe.picture.sight import Sight


def read(look: Look) -> Readings:
    """The share, 0..1, of an earlier visit's blocks that are the same; 0 hours: there was no such visit."""
    age_h = _age_h(look.job)
    return {"same_as_before_share": _same_share(look), "before_h": Measured(round(age_h, 2))}


def sample_of(sight: Sight, codec: str) -> bytes:
    """Return what a later visit needs, at most 1 KB; nothing of a picture with too little texture."""
    grain = grain_of(codec)
    textured = sight.textured(grain)
    if textured is None:
        return b""
    blocks = blocks_of(sight.frame.luma, grain.side)
    places = np.argwhere(textured)
    places = places[:: -(-len(places) // _MOST_BLOCKS)]
    entries = b"".join(
        _ENTRY.pack(row, column, _hash(blocks, row, column)) for row, column in places.tolist()
    )
    return _HEAD.pack(_MAGIC, sight.frame.width, sight.frame.height, grain.side) + entries


CHECK = Check(id="picture.texture_sample", metrics=("same_as_before_share", "before_h"), read=read)

_MAGIC = b"tex1"  # the figure is the version
_HEAD = struct.Struct("<4sHHH")
_ENTRY = struct.Struct("<HHI")
_MOST_BLOCKS = 120


def _age_h(job: Job) -> float:
    sampled = job.memory.sampled
    if sampled is None or not job.memory.sample:
        return 0.0
    return max(0.0, (job.at - sampled).total_seconds() / 3600)


def _same_share(look: Look) -> Reading:
    sample = look.job.memory.sample
    if not sample:
        return NotMeasured(Gap.TOO_SHORT, "no earlier visit left a sample")
    side = grain_of(look.job.grab.codec).side
    frame = look.last.frame
    if len(sample) < _HEAD.size or (len(sample) - _HEAD.size) % _ENTRY.size:
        return NotMeasured(Gap.UNCLEAR, "the earlier sample is damaged")
    if _HEAD.unpack_from(sample) != (_MAGIC, frame.width, frame.height, side):
        return NotMeasured(Gap.TOO_SHORT, "the earlier sample is of a picture of another kind")
    blocks = blocks_of(frame.luma, side)
    rows, _, columns, _ = blocks.shape
    entries = list(_ENTRY.iter_unpack(sample[_HEAD.size :]))
    if not entries or any(row >= rows or column >= columns for row, column, _ in entries):
        return NotMeasured(Gap.UNCLEAR, "the earlier sample is damaged")
    same = sum(_hash(blocks, row, column) == kept for row, column, kept in entries)
    return Measured(round(same / len(entries), 4))


def _hash(blocks: Plane, row: int, column: int) -> int:
    return zlib.crc32(np.ascontiguousarray(blocks[row, :, column]).tobytes())
