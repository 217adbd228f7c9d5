"""Whether two H.264 slices are the two fields of one frame. ITU-T H.264 §7.3.2.1.1, §7.3.3"""

from __future__ import annotations

from typing import NamedTuple

from probe.errors import Malformed
from probe.wire.bits import Bits

_PLAIN_PROFILES = frozenset({66, 77, 88})


class Field(NamedTuple):
    """One field of an interlaced frame. Two with one number and other parity are one frame."""

    frame_number: int
    is_bottom: bool


def are_one_frame(sps: bytes, first: bytes, second: bytes) -> bool:
    """Say whether `second` begins the other field of the frame that `first` is a field of."""
    one, two = field_of(sps, first), field_of(sps, second)
    if one is None or two is None:
        return False
    return one.frame_number == two.frame_number and one.is_bottom is not two.is_bottom


def field_of(sps: bytes, unit: bytes) -> Field | None:
    """Return the field that a slice belongs to; None for a frame, and where it cannot be read."""
    try:
        number_bits = _frame_number_bits(sps)
        if number_bits is None:
            return None
        bits = Bits(_plain(unit[1:24]))
        for _ in range(3):  # first macroblock, slice type, parameter set
            bits.golomb()
        number = bits.read(number_bits)
        return Field(number, bits.flag()) if bits.flag() else None
    except Malformed:
        return None


def _frame_number_bits(sps: bytes) -> int | None:
    """Return how long frame numbers are; None where there are no fields, or it is more than 4:2:0."""
    bits = Bits(_plain(sps[1:256]))
    profile = bits.read(8)
    bits.skip(16)
    bits.golomb()
    if profile not in _PLAIN_PROFILES:
        if bits.golomb() != 1:
            return None
        bits.golomb()
        bits.golomb()
        bits.skip(1)
        if bits.flag():  # scaling lists: no camera is known to send them with fields
            return None
    number_bits = bits.golomb() + 4
    order = bits.golomb()
    if order == 1:
        return None
    if order == 0:
        bits.golomb()
    bits.golomb()
    bits.skip(1)
    bits.golomb()
    bits.golomb()
    frames_only = bits.flag()
    return None if frames_only else number_bits


def _plain(unit: bytes) -> bytes:
    return unit.replace(b"\x00\x00\x03", b"\x00\x00")
