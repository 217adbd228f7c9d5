"""Addresses that devices hand out: mended, and without logins."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.uri import host_is_itself, mend_uri, parse_uri, redact_uri


@pytest.mark.parametrize(
    ("said", "mended"),
    [
        ("rtsp://0.0.0.0:554/live", "rtsp://10.0.0.9:554/live"),
        ("rtsp://169.254.3.4/live?a=1&b=2", "rtsp://10.0.0.9/live?a=1&b=2"),
        ("http://10.0.0.9:8106:8106/onvif", "http://10.0.0.9:8106/onvif"),
        ("rtsp://10.0.0.9:80:554/", "rtsp://10.0.0.9:554/"),
        ("rtsp://rtsp://192.168.1.10/x", "rtsp://10.0.0.9/x"),
        ("rtsp://[fe80::1%25eth0]:554/x", "rtsp://10.0.0.9:554/x"),
        ("RTSP://camera.local\n/x", "rtsp://10.0.0.9/x"),
        ("rtsp://admin:p@10.1.1.1/x@y", "rtsp://10.0.0.9/x@y"),
        ("rtsp://evil.example?x", "rtsp://10.0.0.9/?x"),
        ("rtsp://h:99999/x", "rtsp://10.0.0.9/x"),
    ],
)
def test_an_address_is_mended_to_the_one_that_answered(said: str, mended: str) -> None:
    assert mend_uri(said, "10.0.0.9") == mended


def test_an_ipv6_address_gets_its_brackets() -> None:
    assert mend_uri("rtsp://1.2.3.4:554/x", "fd00::9") == "rtsp://[fd00::9]:554/x"


@pytest.mark.parametrize("said", ["", "live", "rtsp://", "rtsp:///x", "://", "rtsp://:554/"])
def test_what_is_no_address_is_malformed(said: str) -> None:
    with pytest.raises(Malformed):
        parse_uri(said)


@pytest.mark.parametrize(
    "said",
    [
        "rtsp://admin:s3cret@10.0.0.5/x",
        "rtsp://admin:s3c/r@et#s3cret@10.0.0.5:554/x",
        "rtsp://10.0.0.5/user=admin_password=s3cret_channel=1_stream=0.sdp?real_stream",
        "rtsp://10.0.0.5/user=admin&password=s3cret&channel=1",
        "http://10.0.0.5/snap.cgi?user=admin&pwd=s3cret",
        "http://10.0.0.5/snap?auth=s3cret",
        "http://10.0.0.5/snap?usr=a&PASS=s3cret",
        "rtsp://10.0.0.5/x?password=s3cret",
    ],
)
def test_a_login_never_leaves(said: str) -> None:
    assert "s3c" not in redact_uri(said)


@pytest.mark.parametrize(
    "said",
    [
        "rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0",
        "rtsp://10.0.0.5:554/Streaming/Channels/101?x=pass",
    ],
)
def test_what_is_no_login_stays(said: str) -> None:
    assert redact_uri(said) == said


def test_redacting_twice_is_redacting_once() -> None:
    once = redact_uri("rtsp://h/user=a_password=b_channel=1")
    assert redact_uri(once) == once


def test_another_host_is_another_host() -> None:
    assert host_is_itself("10.0.0.5", "10.0.0.5")
    assert not host_is_itself("10.0.0.5.evil.example", "10.0.0.5")


@given(st.text(max_size=80))
def test_any_text_gives_an_address_or_malformed(said: str) -> None:
    with suppress(Malformed):
        assert parse_uri("rtsp://" + said).host


@given(st.text(max_size=60))
def test_whatever_is_said_the_host_is_ours(said: str) -> None:
    try:
        mended = mend_uri("rtsp://" + said, "10.0.0.9")
    except Malformed:
        return
    assert parse_uri(mended).host == "10.0.0.9"
