"""What stands inside RTSP headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.rtsp_headers import (
    Session,
    Transport,
    control_uri,
    parse_session,
    parse_transport,
    stream_base,
)

ASKED = "rtsp://10.0.0.5:554/main"


@pytest.mark.parametrize(
    ("given_base", "base"),
    [
        ("", ASKED),
        ("rtsp://10.0.0.5:554/main/", "rtsp://10.0.0.5:554/main/"),
        ("rtsp://192.168.1.9/other/", "rtsp://10.0.0.5:554/other/"),
        ("192.168.1.9:554/stream0/", "rtsp://10.0.0.5:554/stream0/"),
        ("rtsp://rtsp://10.0.0.5/main", "rtsp://10.0.0.5:554/main"),
        ("10.0.0.5", ASKED),
        ("rtsp://", ASKED),
    ],
)
def test_the_base_is_on_the_address_that_answered(given_base: str, base: str) -> None:
    assert stream_base(ASKED, given_base) == base


@pytest.mark.parametrize(
    ("base", "control", "uri"),
    [
        ("rtsp://h/a", "*", "rtsp://h/a"),
        ("rtsp://h/a", "", "rtsp://h/a"),
        ("rtsp://h/a", "trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a/", "trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a?b=c", "trackID=1", "rtsp://h/a?b=c/trackID=1"),
        ("rtsp://h/a", "?ctype=video", "rtsp://h/a?ctype=video"),
        ("rtsp://h/a/", "/track1", "rtsp://h/a/track1"),
        ("rtsp://h/a", "rtsp://u:p@other/x?y", "rtsp://other/x?y"),
    ],
)
def test_control_urls_are_joined_as_cameras_expect(base: str, control: str, uri: str) -> None:
    assert control_uri(base, control) == uri


@pytest.mark.parametrize(
    ("value", "transport"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=2-3;ssrc= d6d6627", Transport(tcp=True, channels=(2, 3))),
        ("RTP/AVP;unicast;interleaved=0", Transport(tcp=True, channels=(0, 1))),
        (
            "RTP/AVP/UDP;unicast;client_port=10-11;server_port=20-21;source=10.0.0.5",
            Transport(tcp=False, server_ports=(20, 21), source="10.0.0.5"),
        ),
        ("RTP/AVP;unicast;server_port=99999-100000", Transport(tcp=False)),
        ("MP2T/H2221", None),
        ("", None),
    ],
)
def test_transports(value: str, transport: Transport | None) -> None:
    assert parse_transport(value) == transport


@pytest.mark.parametrize(
    ("value", "session"),
    [
        ("9b0d0e54; timeout=30", Session("9b0d0e54", 30)),
        ("634214675641;timeout=0", Session("634214675641", 60)),
        ("0xAB cd ", Session("0xAB cd", 60)),
        ("-5;Timeout = 10", Session("-5", 10)),
        (" ;timeout=60", None),
    ],
)
def test_sessions(value: str, session: Session | None) -> None:
    assert parse_session(value) == session


@given(st.text())
def test_any_header_is_a_value_or_nothing(value: str) -> None:
    parse_transport(value)
    parse_session(value)


@given(st.text(), st.text())
def test_any_base_and_control_give_an_address_or_malformed(base: str, control: str) -> None:
    try:
        assert control_uri(stream_base(ASKED, base), control).startswith("rtsp")
    except Malformed:
        return
