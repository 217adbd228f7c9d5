"""H.264 and H.265 out of RTP."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.wire.coded import Coded
from probe.wire.h26x import START_CODE, H26xAssembler, annex_b, split_annex_b
from probe.wire.rtp import Packet

# H.264: SPS, PPS, an IDR slice, a P slice that begins a picture, one that does not. Made up, never decoded.
SPS, PPS, IDR, P, P2 = b"\x67sps", b"\x68pps", b"\x65\x88idr", b"\x41\x9ap", b"\x41\x00p"
VPS5, SPS5, PPS5, IDR5, P5 = b"\x40\x01v", b"\x42\x01s", b"\x44\x01p", b"\x26\x01\xafi", b"\x02\x01\xd0p"


def packet(payload: bytes, time: int, *, marker: bool = False) -> Packet:
    return Packet(96, marker, 0, time, 1, payload)


def pictures(codec: Literal["H264", "H265"], *packets: Packet) -> list[Coded]:
    assembler = H26xAssembler(codec)
    done = [coded for one in packets if (coded := assembler.feed(one))]
    last = assembler.close()
    return [*done, last] if last else done


def fragmented(unit: bytes, time: int, *, start: bool = True) -> list[Packet]:
    head, half = unit[0], len(unit) // 2
    parts = [(0x80, unit[1:half]), (0x40, unit[half:])][0 if start else 1 :]
    return [
        packet(bytes([head & 0xE0 | 28, flag | head & 31]) + part, time, marker=flag == 0x40)
        for flag, part in parts
    ]


def test_single_units_of_one_time_are_one_picture() -> None:
    (key, other) = pictures(
        "H264", packet(SPS, 1), packet(PPS, 1), packet(IDR, 1, marker=True), packet(P, 2, marker=True)
    )
    assert key == Coded(1, True, annex_b([SPS, PPS, IDR]), 13, False)
    assert (other.keyframe, other.payload, other.size) == (False, b"", len(P))


def test_an_aggregate_holds_several_units() -> None:
    payload = b"\x78" + b"".join(len(unit).to_bytes(2) + unit for unit in (SPS, PPS, IDR))
    (key,) = pictures("H264", packet(payload, 1, marker=True))
    assert key.payload == annex_b([SPS, PPS, IDR])


def test_a_fragmented_unit_is_put_together() -> None:
    unit = b"\x65\x88" + bytes(range(2, 200))
    (key,) = pictures("H264", *fragmented(unit, 1))
    assert (key.payload, key.damaged) == (annex_b([unit]), False)


def test_a_fragment_without_its_start_is_damage() -> None:
    (one,) = pictures("H264", *fragmented(b"\x65\x88" + bytes(50), 1, start=False))
    assert (one.keyframe, one.damaged) == (False, True)


def test_a_loss_marks_the_picture() -> None:
    assembler = H26xAssembler("H264")
    assembler.feed(packet(SPS, 1))
    assembler.feed(packet(IDR, 1, marker=True), broken=True)
    done = assembler.close()
    assert done is not None
    assert done.damaged


def test_a_picture_cut_off_at_the_end_is_damaged() -> None:
    (one,) = pictures("H264", packet(IDR, 1))
    assert one.damaged


def test_parameter_sets_sent_once_go_with_later_keyframes() -> None:
    coded = pictures("H264", packet(SPS, 1), packet(PPS, 1), packet(P, 2), packet(IDR, 3, marker=True))
    assert coded[-1].payload == annex_b([SPS, PPS, IDR])


def test_a_camera_that_marks_every_unit_still_sends_one_picture() -> None:
    coded = pictures("H264", *(packet(unit, 1, marker=True) for unit in (SPS, PPS, IDR, P2)))
    assert len(coded) == 1


def test_a_camera_whose_time_stands_still_sends_pictures_all_the_same() -> None:
    coded = pictures(
        "H264", packet(IDR, 1, marker=True), packet(P, 1, marker=True), packet(P, 1, marker=True)
    )
    assert len(coded) == 3


def test_start_codes_inside_a_packet_are_taken_out() -> None:
    (key,) = pictures("H264", packet(annex_b([SPS, PPS, IDR]), 1, marker=True))
    assert key.payload == annex_b([SPS, PPS, IDR])


def test_a_keyframe_hidden_behind_its_parameter_set_is_found() -> None:
    idr = IDR + b"\x11" * 300
    (key,) = pictures("H264", packet(SPS + annex_b([PPS, idr]), 1, marker=True))
    assert key.payload == annex_b([SPS, PPS, idr])


@pytest.mark.parametrize(("beside", "is_key"), [(SPS, True), (b"\x06\x06\x01", True), (b"\x09\xf0", False)])
def test_an_intra_slice_is_a_keyframe_beside_a_parameter_set_or_recovery_point(
    beside: bytes, *, is_key: bool
) -> None:
    intra = b"\x41\x88i"  # first macroblock 0, slice type 7
    (one,) = pictures("H264", packet(beside, 1), packet(intra, 1, marker=True))
    assert one.keyframe is is_key


def test_h265_single_units() -> None:
    coded = pictures(
        "H265", *(packet(unit, 1) for unit in (VPS5, SPS5, PPS5)), packet(IDR5, 1, marker=True), packet(P5, 2)
    )
    assert coded[0].payload == annex_b([VPS5, SPS5, PPS5, IDR5])
    assert not coded[1].keyframe


def test_h265_aggregates() -> None:
    payload = b"\x60\x01" + b"".join(len(unit).to_bytes(2) + unit for unit in (VPS5, SPS5, PPS5, IDR5))
    (key,) = pictures("H265", packet(payload, 1, marker=True))
    assert key.payload == annex_b([VPS5, SPS5, PPS5, IDR5])


def test_h265_fragments() -> None:
    unit = b"\x26\x01" + bytes(range(2, 100))
    first = packet(b"\x62\x01" + bytes([0x80 | 19]) + unit[2:50], 1)
    last = packet(b"\x62\x01" + bytes([0x40 | 19]) + unit[50:], 1, marker=True)
    (key,) = pictures("H265", first, last)
    assert key.payload == annex_b([unit])


def test_the_byte_stream_splits_into_what_it_was_made_of() -> None:
    assert split_annex_b(annex_b([SPS, PPS, IDR])) == [SPS, PPS, IDR]


@given(st.sampled_from(["H264", "H265"]), st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3))))
def test_any_payloads_give_pictures(
    codec: Literal["H264", "H265"], payloads: list[tuple[bytes, int]]
) -> None:
    for one in pictures(codec, *(packet(payload, time, marker=time == 2) for payload, time in payloads)):
        assert one.keyframe == one.payload.startswith(START_CODE)
