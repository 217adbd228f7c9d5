"""ONVIF Replay: its address, its headers, and the moment each packet is of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire import onvif_replay as replay
from probe.wire.recorder import WallTime
from probe.wire.rtp import Packet
from probe.wire.soap import Reply, envelope, parse_document, parse_reply

AT = datetime(2026, 1, 31, 8, 0, 0, 250_000, tzinfo=UTC)


def reply(body: str) -> Reply:
    answer = parse_reply(200, "", f"<Envelope><Body>{body}</Body></Envelope>".encode())
    assert isinstance(answer, Reply)
    return answer


def packet(extension: bytes, profile: int = replay.STAMP_PROFILE) -> Packet:
    return Packet(96, False, 1, 0, 7, b"", extension, profile)


@pytest.mark.parametrize("operation", [replay.get_replay_uri("r&1"), replay.GET_CAPABILITIES])
def test_every_question_is_whole_xml(operation: str) -> None:
    body = parse_document(envelope(operation)).find("Body")
    assert body is not None
    assert next(body.children()).namespace == replay.REPLAY


def test_the_address_is_given_as_it_was_said() -> None:
    said = "<GetReplayUriResponse><Uri>rtsp://192.0.2.1/r?a=1&amp;b=2</Uri></GetReplayUriResponse>"
    assert replay.parse_replay_uri(reply(said)) == "rtsp://192.0.2.1/r?a=1&b=2"


@pytest.mark.parametrize(
    "said", ["<GetReplayUriResponse/>", "<GetStreamUriResponse><Uri>a</Uri></GetStreamUriResponse>"]
)
def test_no_address_or_that_of_something_else_is_malformed(said: str) -> None:
    with pytest.raises(Malformed):
        replay.parse_replay_uri(reply(said))


@pytest.mark.parametrize(
    ("span", "seconds"), [("0 4294967295", 4294967295.0), ("PT1S PT60S", None), ("", None), ("60", None)]
)
def test_capabilities_are_attributes_and_may_be_silent(span: str, seconds: float | None) -> None:
    said = f'<Capabilities RTP_RTSP_TCP="true" SessionTimeoutRange="{span}"/>'
    read = replay.parse_replay_capabilities(
        reply(f"<GetServiceCapabilitiesResponse>{said}</GetServiceCapabilitiesResponse>")
    )
    assert read == replay.ReplayCapabilities(True, None, seconds)


def test_playing_names_the_moment_in_utc_whatever_zone_it_is_given_in() -> None:
    local = AT.astimezone(timezone(timedelta(hours=8)))
    assert replay.play_headers(local, at_own_speed=False, only_keyframes=True) == (
        ("Require", "onvif-replay"),
        ("Range", "clock=20260131T080000.250Z-"),
        ("Rate-Control", "no"),
        ("Frames", "intra"),
    )


@given(st.datetimes(datetime(1971, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stamp_that_was_written_is_read_back_before_2036_and_after(at: datetime) -> None:
    stamp = replay.ReplayStamp(at, is_clean_point=True, ends_stretch=False, follows_gap=True, ends_all=False)
    assert replay.parse_stamp(packet(replay.format_stamp(stamp, 5))) == stamp


@pytest.mark.parametrize("bare", [packet(b""), packet(b"\0" * 8), packet(b"\0" * 12, 0xBEDE)])
def test_a_packet_without_the_extension_is_of_no_moment(bare: Packet) -> None:
    assert replay.parse_stamp(bare) is None


@given(st.binary(min_size=12, max_size=16))
def test_any_extension_is_a_moment(extension: bytes) -> None:
    stamp = replay.parse_stamp(packet(extension))
    assert stamp is not None
    assert 1967 < stamp.at.year < 2105


def test_a_time_without_a_zone_names_no_moment() -> None:
    assert replay.as_utc(WallTime(datetime(2026, 1, 1), "none")) is None  # noqa: DTZ001


def test_a_moment_before_time_began_is_none() -> None:
    assert replay.as_utc(WallTime(datetime(1, 1, 1), "offset", 50400)) is None  # noqa: DTZ001
