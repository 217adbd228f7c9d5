"""The transcript for a bug report: in order, bounded, and without anything that opens a camera."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.trace import Trace, redacted

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
SECRET = b"Zf9secret"


def trace() -> Trace:
    return Trace(lambda: NOON)


def test_messages_stand_in_order_with_device_protocol_and_direction() -> None:
    kept = trace()
    kept.add("10.1.2.3", "soap", ">", b"GetScopes")
    kept.add("10.1.2.3", "soap", "<", b"HTTP/1.1 200 OK")
    assert kept.text() == (
        b"--- 2026-09-01T12:00:00+00:00 10.1.2.3 soap >\nGetScopes\n\n"
        b"--- 2026-09-01T12:00:00+00:00 10.1.2.3 soap <\nHTTP/1.1 200 OK\n"
    )


@pytest.mark.parametrize(
    "message",
    [
        b"Authorization: Basic YWRtaW46%s\r\n" % SECRET,
        b'DESCRIBE rtsp://10.1.2.3/ RTSP/1.0\r\nauthorization:\tDigest username="admin", response="%s"\r\n'
        % SECRET,
        b"Proxy-Authorization: Basic %s\r\n" % SECRET,
        b'<wsse:Password Type="http://x#PasswordDigest">%s</wsse:Password>' % SECRET,
        b"<Password>%s</Password>" % SECRET,
        b"<wsse:Nonce>%s</wsse:Nonce>" % SECRET,
        b"rtsp://admin:%s@10.1.2.3:554/h264" % SECRET,
        b"<tt:Uri>http://admin:%s@10.1.2.3/snap.jpg</tt:Uri>" % SECRET,
        b"rtsp://10.1.2.3/user=admin&password=%s&channel=1" % SECRET,
        b"rtsp://10.1.2.3/user=admin_password=%s_channel=1_stream=0.sdp" % SECRET,
        b"GET /snap.jpg?usr=admin&pwd=%s HTTP/1.1" % SECRET,
    ],
)
def test_a_login_is_removed_wherever_the_protocols_put_it(message: bytes) -> None:
    assert SECRET in message
    assert SECRET not in redacted(message)


def test_a_known_secret_is_removed_from_any_place() -> None:
    assert redacted(b"<x>%s</x>" % SECRET, [SECRET]) == b"<x>[removed]</x>"


def test_what_is_no_login_stays_as_it_was_said() -> None:
    said = b'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="IPC", nonce="5f1e"\r\n\r\n'
    assert redacted(said) == said


def test_a_long_message_is_cut_and_a_long_talk_ends_with_a_count() -> None:
    kept = trace()
    kept.add("10.1.2.3", "rtsp", "<", bytes(1 << 20))
    for _ in range(3000):
        kept.add("10.1.2.3", "rtsp", "<", b"x")
    assert len(kept.messages[0].payload) == 256 * 1024
    assert (len(kept.messages), kept.dropped) == (2000, 1001)
    assert kept.text().endswith(b"--- 1001 more messages are not kept\n")


@given(st.binary(max_size=300))
def test_any_bytes_can_be_kept(payload: bytes) -> None:
    kept = trace()
    kept.add("10.1.2.3", "soap", "<", payload)
    assert kept.text().startswith(b"--- 2026-09-01")


def test_the_proofs_and_sessions_of_json_logins_are_removed() -> None:
    said = b'{"method":"global.login","params":{"password": "5F4D"},"session":77,"x":{"session":"ab"}}'
    assert b"5F4D" not in redacted(said)
    assert b"77" not in redacted(said)
    assert b'"ab"' not in redacted(said)
