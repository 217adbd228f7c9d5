"""The picture size that a parameter set declares. H.264 §7.3.2.1.1, H.265 §7.3.2.2"""

from __future__ import annotations

from typing import Literal

from probe.errors import Malformed
from probe.wire.bits import Bits
from probe.wire.h26x import H264, H265


def declared_size(codec: str, units: tuple[bytes, ...] | list[bytes]) -> tuple[int, int] | None:
    """Return width and height of the first SPS that can be read; None when there is none."""
    for unit in units:
        try:
            if codec == "H264" and len(unit) > 4 and H264.kind(unit) == H264.sps:
                return parse_sps("H264", unit)
            if codec == "H265" and len(unit) > 4 and H265.kind(unit) == H265.sps:
                return parse_sps("H265", unit)
        except Malformed:
            continue
    return None


def parse_sps(codec: Literal["H264", "H265"], unit: bytes) -> tuple[int, int]:
    """Return width and height after cropping. Raise Malformed when it cannot be read."""
    header = 1 if codec == "H264" else 2
    bits = Bits(unit[header : header + _LONGEST].replace(b"\x00\x00\x03", b"\x00\x00"))
    try:
        width, height = _h264(bits) if codec == "H264" else _h265(bits)
    except Malformed as error:
        raise Malformed(f"{codec} SPS: {error}") from None
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        raise Malformed(f"{codec} SPS: {width}x{height}")
    return width, height


_LONGEST = 1024
_LARGEST = 1 << 16
_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})


def _h264(bits: Bits) -> tuple[int, int]:
    profile = bits.read(8)
    bits.skip(16)  # constraints, level
    bits.golomb()  # id
    chroma, planes_apart = 1, False
    if profile in _HIGH_PROFILES:
        chroma = bits.golomb()
        planes_apart = chroma == 3 and bits.flag()
        bits.golomb()
        bits.golomb()
        bits.skip(1)
        if bits.flag():
            for number in range(12 if chroma == 3 else 8):
                if bits.flag():
                    _skip_scaling_list(bits, 16 if number < 6 else 64)
    bits.golomb()  # frame number
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.skip(1)
        bits.signed_golomb()
        bits.signed_golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.signed_golomb()
    bits.golomb()  # reference frames
    bits.skip(1)
    columns, rows = bits.golomb() + 1, bits.golomb() + 1
    frames_only = bits.flag()
    if not frames_only:
        bits.skip(1)
    bits.skip(1)
    fields = 1 if frames_only else 2
    left = right = top = bottom = 0
    if bits.flag():
        left, right, top, bottom = (bits.golomb() for _ in range(4))
    across = 2 if chroma in (1, 2) and not planes_apart else 1
    down = (2 if chroma == 1 and not planes_apart else 1) * fields
    return 16 * columns - across * (left + right), 16 * fields * rows - down * (top + bottom)


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _h265(bits: Bits) -> tuple[int, int]:
    bits.skip(4)
    layers = bits.read(3)
    bits.skip(1)
    bits.skip(96)  # general profile, tier and level
    present = [(bits.flag(), bits.flag()) for _ in range(layers)]
    if layers:
        bits.skip(2 * (8 - layers))
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))
    bits.golomb()  # id
    chroma = bits.golomb()
    planes_apart = chroma == 3 and bits.flag()
    width, height = bits.golomb(), bits.golomb()
    if bits.flag():
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        across = 2 if chroma in (1, 2) and not planes_apart else 1
        down = 2 if chroma == 1 and not planes_apart else 1
        width, height = width - across * (left + right), height - down * (top + bottom)
    return width, height
