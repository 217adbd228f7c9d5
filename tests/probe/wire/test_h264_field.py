"""Interlaced frames that come as two fields, written down bit by bit: raw macroblocks need no encoder."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import pytest

from probe.wire.h26x import H26xAssembler, split_annex_b
from probe.wire.h264_field import Field, field_of
from probe.wire.rtp import Packet

ACROSS, DOWN = 4, 2  # macroblocks of a field


class Writer:
    """Bits of a NAL unit. u(n): fixed length, ue: Exp-Golomb."""

    def __init__(self, header: int) -> None:
        self.header = header
        self.bits = ""

    def u(self, length: int, *values: int) -> Writer:
        self.bits += "".join(f"{value:0{length}b}" for value in values)
        return self

    def ue(self, *values: int) -> Writer:
        for value in values:
            code = f"{value + 1:b}"
            self.bits += "0" * (len(code) - 1) + code
        return self

    def align(self) -> Writer:
        self.bits += "0" * (-len(self.bits) % 8)
        return self

    def unit(self) -> bytes:
        self.u(1, 1).align()
        return bytes([self.header]) + int(self.bits, 2).to_bytes(len(self.bits) // 8)


def sps() -> bytes:
    main = Writer(0x67).u(8, 77, 0, 30).ue(0, 0, 2, 1).u(1, 0).ue(ACROSS - 1, DOWN - 1)
    return main.u(1, 0, 0, 1, 0, 0).unit()


def pps() -> bytes:
    return Writer(0x68).ue(0, 0).u(1, 0, 0).ue(0, 0, 0).u(1, 0).u(2, 0).ue(0, 0, 0).u(1, 0, 0, 0).unit()


def field(level: int, *, bottom: bool) -> bytes:
    """Return one field of raw macroblocks: the top one as IDR, the bottom one as a plain intra slice."""
    out = Writer(0x61 if bottom else 0x65).ue(0, 7, 0).u(4, 0).u(1, 1, bottom)
    out = out.u(1, 0) if bottom else out.ue(0).u(1, 0, 0)
    out.ue(0)
    for _ in range(ACROSS * DOWN):
        out.ue(25).align().u(8, *([level] * 256), *([128] * 128))
    return out.unit()


TOP, BOTTOM = field(60, bottom=False), field(180, bottom=True)


def assembled(*packets: tuple[bytes, int, bool]) -> list[Any]:
    """Return the keyframes of packets of (payload, timestamp, marker)."""
    assembler = H26xAssembler("H264")
    coded = [
        assembler.feed(Packet(96, marker, number, stamp, 1, payload))
        for number, (payload, stamp, marker) in enumerate(packets)
    ]
    return [one for one in (*coded, assembler.close()) if one is not None]


def test_a_slice_tells_its_field() -> None:
    assert [field_of(sps(), one) for one in (TOP, BOTTOM)] == [Field(0, False), Field(0, True)]
    assert field_of(b"\x67", TOP) is None


@pytest.mark.parametrize(
    ("stamp", "marked"), [(0, False), (0, True), (1800, True)], ids=["one", "marked", "apart"]
)
def test_two_fields_are_one_picture_however_they_come(stamp: int, marked: bool) -> None:
    sets = [(sps(), 0, False), (pps(), 0, False)]
    (picture,) = assembled(*sets, (TOP, 0, marked), (BOTTOM, stamp, True))
    assert picture.keyframe
    assert [unit[0] for unit in split_annex_b(picture.payload)] == [0x67, 0x68, 0x65, 0x61]


def test_two_fields_decode_to_one_interlaced_frame() -> None:
    (picture,) = assembled((sps(), 0, False), (pps(), 0, False), (TOP, 0, True), (BOTTOM, 1800, True))
    decoder: Any = av.CodecContext.create("h264", "r")
    shown: list[Any] = decoder.decode(av.Packet(picture.payload)) + decoder.decode(None)
    luma: Any = np.frombuffer(shown[0].planes[0], np.uint8).reshape(shown[0].height, -1)
    assert [(frame.height, frame.interlaced_frame) for frame in shown] == [(32 * DOWN, True)]
    assert set(luma[::2, : shown[0].width].ravel().tolist()) == {60}
    assert set(luma[1::2, : shown[0].width].ravel().tolist()) == {180}


def test_the_next_frame_is_no_second_field() -> None:
    again = assembled((sps(), 0, False), (pps(), 0, False), (TOP, 0, True), (TOP, 3600, True))
    assert [one.keyframe for one in again] == [True, True]
