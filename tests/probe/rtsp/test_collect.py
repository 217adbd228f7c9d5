"""When a grab has enough, and what it says then."""

from __future__ import annotations

from typing import Literal

from probe.model import Grab
from probe.rtsp.collect import Collector
from probe.wire.rtp import Packet, format_packet
from probe.wire.sdp import VideoTrack

TRACK = VideoTrack("H264", 96, 90000, "", (b"\x67sps", b"\x68pps"))
KEY, OTHER = b"\x65\x88" + bytes(998), b"\x41\x9a" + bytes(98)


def collected(
    times: list[float],
    *,
    keys_at: tuple[float, ...] = (0.0, 2.0, 4.0),
    lost: tuple[int, ...] = (),
    ssrc_from: int = 999,
    transport: Literal["tcp", "udp"] = "tcp",
) -> Collector:
    """Feed one packet for each time, in seconds."""
    collector = Collector(TRACK, span_s=4.0, transport=transport)
    for number, time_s in enumerate(times):
        if number not in lost:
            payload = KEY if time_s in keys_at else OTHER
            ssrc, shift = (2, 50000) if number >= ssrc_from else (1, 0)
            packet = Packet(96, True, number + shift, round(time_s * 90000), ssrc, payload)
            collector.feed(format_packet(packet))
    return collector


def steady(seconds: float, fps: int = 5) -> list[float]:
    return [number / fps for number in range(int(seconds * fps) + 1)]


def finished(collector: Collector) -> Grab:
    return collector.finish("rtsp://h/")


def test_two_keyframes_the_span_apart_are_enough() -> None:
    assert collected(steady(4.2)).enough
    assert not collected(steady(3.8)).enough


def test_rates_are_those_of_the_rtp_time() -> None:
    grab = finished(collected(steady(4.2)))
    assert (grab.fps, grab.span_s, grab.keyframe_interval_s) == (5.0, 4.0, 2.0)
    assert grab.kbps == round((2 * 1000 + 18 * 100) * 8 / 4.0 / 1000, 1)


def test_one_picture_gives_no_rate() -> None:
    grab = finished(collected([0.0]))
    assert (grab.fps, grab.kbps, grab.keyframe_interval_s, len(grab.keyframes)) == (None, None, None, 1)


def test_a_time_that_stands_still_gives_no_rate() -> None:
    grab = finished(collected([0.0, 0.0, 0.0], keys_at=(0.0,)))
    assert (grab.pictures, grab.span_s, grab.fps) == (3, 0.0, None)


def test_a_damaged_keyframe_is_not_enough() -> None:
    collector = collected(steady(4.2), lost=(19,))
    assert not collector.enough
    assert [key.damaged for key in finished(collector).keyframes] == [False, False, True]


def test_losses_are_counted() -> None:
    assert finished(collected(steady(3.0), lost=(3, 4), transport="udp")).packets_lost == 2


def test_a_changed_source_in_mid_stream_is_followed() -> None:
    grab = finished(collected(steady(4.2), ssrc_from=7))
    assert (grab.fps, grab.packets_lost, len(grab.keyframes)) == (5.0, 0, 3)


def test_of_many_keyframes_only_some_are_kept_but_all_are_counted() -> None:
    times = steady(4.2)
    grab = finished(collected(times, keys_at=tuple(times)))
    assert [key.time_s for key in grab.keyframes] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert grab.keyframe_interval_s == 0.2


def test_parameter_sets_of_the_sdp_go_along() -> None:
    assert finished(collected([0.0])).parameter_sets == b"\0\0\0\1\x67sps\0\0\0\1\x68pps"


def test_what_is_no_packet_is_left_out() -> None:
    collector = collected([0.0])
    collector.feed(b"\x80\xc8" + bytes(26))
    collector.feed(b"?")
    assert finished(collector).pictures == 1
