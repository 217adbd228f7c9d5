"""MPEG-4 part 2 out of RTP."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.wire.mpeg4 import Mpeg4Assembler
from probe.wire.rtp import Packet

INTRA, PREDICTED = b"\x00\x00\x01\xb6\x10", b"\x00\x00\x01\xb6\x50"


def packet(payload: bytes, time: int, *, marker: bool = False) -> Packet:
    return Packet(96, marker, 0, time, 1, payload)


def test_parts_of_one_time_are_one_picture() -> None:
    assembler = Mpeg4Assembler()
    assembler.feed(packet(INTRA, 1))
    assembler.feed(packet(b"rest", 1, marker=True))
    done = assembler.feed(packet(PREDICTED, 2))
    assert done is not None
    assert (done.keyframe, done.payload, done.damaged) == (True, INTRA + b"rest", False)


def test_a_predicted_picture_is_no_keyframe() -> None:
    assembler = Mpeg4Assembler()
    assembler.feed(packet(PREDICTED, 1, marker=True))
    done = assembler.close()
    assert done is not None
    assert (done.keyframe, done.payload) == (False, b"")


@given(st.lists(st.binary(max_size=20), max_size=6))
def test_any_payloads_give_pictures(payloads: list[bytes]) -> None:
    assembler = Mpeg4Assembler()
    for number, payload in enumerate(payloads):
        assembler.feed(packet(payload, number // 2))
    assembler.close()
