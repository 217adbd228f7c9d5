"""RTP packets, their order and their time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.rtp import Clock, Order, Packet, format_packet, parse_packet

WORDS = st.lists(st.binary(min_size=4, max_size=4), max_size=3).map(b"".join)
PLAIN = st.builds(
    Packet,
    st.integers(0, 127).filter(lambda kind: not 64 <= kind <= 95),
    st.booleans(),
    st.integers(0, 65535),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=60),
    st.just(b""),
    st.just(0),
)
EXTENDED = st.builds(
    lambda packet, words, profile: packet._replace(extension=words, profile=profile),
    PLAIN,
    WORDS,
    st.integers(1, 65535),
)


@given(PLAIN | EXTENDED)
def test_what_is_written_is_read_again(packet: Packet) -> None:
    assert parse_packet(format_packet(packet)) == packet


@given(st.binary(max_size=60))
def test_any_bytes_are_a_packet_or_malformed(received: bytes) -> None:
    try:
        parse_packet(received)
    except Malformed:
        return


def test_reports_on_the_same_channel_are_not_video() -> None:
    with pytest.raises(Malformed, match="RTCP"):
        parse_packet(b"\x80\xc8" + bytes(26))


def test_sources_extension_and_padding_are_cut_off() -> None:
    raw = b"\xb1\x60\x00\x01" + bytes(8) + b"SRC1" + b"\xab\xcd\x00\x01" + b"EXT1" + b"video" + b"\0\0\x03"
    packet = parse_packet(raw)
    assert (packet.payload, packet.extension, packet.profile) == (b"video", b"EXT1", 0xABCD)


def numbered(*sequences: int, ssrc: int = 1) -> list[Packet]:
    return [Packet(96, False, number & 0xFFFF, 0, ssrc, b"") for number in sequences]


def through(order: Order, packets: list[Packet]) -> list[tuple[int, bool]]:
    out = [pair for packet in packets for pair in order.feed(packet)]
    return [(packet.sequence, broken) for packet, broken in out + order.flush()]


@given(st.integers(0, 65535), st.randoms(use_true_random=False))
def test_datagrams_that_overtake_each_other_come_out_in_order(start: int, chance: object) -> None:
    late = sorted(range(1, 30), key=lambda place: place + chance.randint(0, 4))  # type: ignore[attr-defined]
    order = Order(depth=8)
    came = through(order, numbered(start, *(start + place for place in late)))
    assert came == [((start + place) & 0xFFFF, False) for place in range(30)]


def test_a_lost_packet_is_counted_and_marked() -> None:
    order = Order()
    assert through(order, numbered(1, 2, 5, 6)) == [(1, False), (2, False), (5, True), (6, False)]
    assert order.lost == 2


def test_a_double_is_dropped() -> None:
    assert through(Order(), numbered(1, 2, 2, 1, 3)) == [(1, False), (2, False), (3, False)]


def test_a_new_source_starts_a_new_count_without_a_loss() -> None:
    order = Order()
    through(order, numbered(1, 2))
    assert through(order, numbered(9000, 9001, ssrc=2)) == [(9000, False), (9001, False)]
    assert order.lost == 0


def test_a_count_that_starts_anew_is_followed() -> None:
    assert through(Order(), numbered(30000, 30001, 5, 6))[-1] == (6, False)


def test_time_runs_on_where_the_counter_turns_over() -> None:
    clock = Clock(90000)
    assert [clock.seconds(stamp) for stamp in (2**32 - 90000, 0, 90000)] == [0.0, 1.0, 2.0]


def test_time_may_step_back_for_pictures_sent_out_of_order() -> None:
    clock = Clock(90000)
    assert [clock.seconds(stamp) for stamp in (0, 9000, 4500)] == [0.0, 0.1, 0.05]


def test_a_leap_is_no_time() -> None:
    clock = Clock(90000)
    assert [clock.seconds(stamp) for stamp in (0, 2**31 - 5, 2**31 - 5 + 90000)] == [0.0, 0.0, 1.0]
    assert clock.jumps == 1
