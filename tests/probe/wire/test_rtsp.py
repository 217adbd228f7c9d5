"""RTSP messages: what is written is read again, and what cameras bend is understood."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.rtsp import Interleaved, Message, Request, Response, Splitter, format_message, parse_message
from probe.wire.sdp import parse_sdp, video_track

CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "captures"

TOKEN = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
WORDS = st.text(
    st.characters(
        min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")
    ),
    max_size=20,
)
HEADERS = st.lists(
    st.tuples(TOKEN.filter(lambda name: name.lower() != "content-length"), WORDS), max_size=5
).map(tuple)
BODY = st.binary(max_size=200)


def lengthened(headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[tuple[str, str], ...]:
    return (*headers, ("Content-Length", str(len(body)))) if body else headers


RESPONSES = st.builds(
    lambda status, reason, headers, body: Response(status, reason, lengthened(headers, body), body),
    st.integers(100, 999),
    WORDS,
    HEADERS,
    BODY,
)
REQUESTS = st.builds(
    lambda method, path, headers, body: Request(method, f"rtsp://h/{path}", lengthened(headers, body), body),
    st.sampled_from(["OPTIONS", "DESCRIBE", "GET_PARAMETER"]),
    TOKEN,
    HEADERS,
    BODY,
)


@given(RESPONSES | REQUESTS)
def test_what_is_written_is_read_again(message: Message) -> None:
    assert parse_message(format_message(message)) == message


@given(RESPONSES, st.integers(1, 7))
def test_pieces_of_any_size_make_the_same_message(message: Response, size: int) -> None:
    raw = format_message(message)
    splitter = Splitter()
    events = [event for at in range(0, len(raw), size) for event in splitter.feed(raw[at : at + size])]
    assert events == [message]


@given(st.binary())
def test_any_bytes_are_a_message_or_malformed(received: bytes) -> None:
    try:
        parse_message(received)
    except Malformed:
        return


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_on_a_running_connection_are_events_or_malformed(chunks: list[bytes]) -> None:
    splitter = Splitter()
    splitter.feed(b"RTSP/1.0 200 OK\r\n\r\n")
    try:
        for chunk in chunks:
            splitter.feed(chunk)
    except Malformed:
        return


def test_frames_and_messages_come_apart() -> None:
    raw = (
        b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n$\x00\x00\x03abcRTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n$\x01\x00\x01z"
    )
    kinds = [type(event) for event in Splitter().feed(raw)]
    assert kinds == [Response, Interleaved, Response, Interleaved]


def test_junk_before_the_first_answer_is_no_rtsp() -> None:
    with pytest.raises(Malformed, match="HTTP"):
        Splitter().feed(b"HTTP/1.1 200 OK\r\n\r\n")


def test_junk_later_on_is_skipped_and_counted() -> None:
    splitter = Splitter()
    splitter.feed(b"RTSP/1.0 200 OK\r\n\r\n")
    events = splitter.feed(b"\xff\xfe~~~~$\x00\x00\x01z")
    assert (events, splitter.junk) == ([Interleaved(0, b"z")], 6)


def test_endless_junk_is_malformed() -> None:
    splitter = Splitter()
    splitter.feed(b"RTSP/1.0 200 OK\r\n\r\n")
    with pytest.raises(Malformed, match="mean nothing"):
        splitter.feed(b"~" * (2 << 20))


def test_a_body_that_is_longer_than_allowed_is_malformed() -> None:
    with pytest.raises(Malformed, match="Content-Length"):
        Splitter().feed(b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n")


def test_a_body_cut_short_is_kept_as_far_as_it_came() -> None:
    splitter = Splitter()
    splitter.feed(b"RTSP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nv=0")
    rest = splitter.rest()
    assert rest is not None
    assert rest.body == b"v=0"


@pytest.mark.parametrize("name", ["CSeq", "Cseq", "CSEQ", "cseq"])
def test_the_number_is_found_in_any_case(name: str) -> None:
    assert Response(200, "OK", ((name, "12 "),)).cseq == 12


def test_two_challenges_are_both_kept() -> None:
    message = parse_message(b"RTSP/1.0 401 No\nWWW-Authenticate: Basic\nWww-Authenticate:  Digest a\n\n")
    assert isinstance(message, Response)
    assert message.all("www-authenticate") == ("Basic", "Digest a")


@pytest.mark.skipif(not CAPTURES.exists(), reason="the captures are reference material, not part of this")
def test_captured_answers_yield_what_is_expected_of_them() -> None:
    with (CAPTURES / "INDEX.csv").open(encoding="utf-8") as index:
        rows = [row for row in csv.DictReader(index) if row["protocol"] == "rtsp"]
    wrong = [row["file"] for row in rows if not _agrees(row)]
    # One file is an HTTP answer of an RTSP-over-HTTP port: it must not be taken for RTSP.
    assert (len(rows), wrong) == (58, ["rtsp/Dahua_xav/http401.txt"])


def _agrees(row: dict[str, str]) -> bool:
    raw = (CAPTURES / row["file"]).read_bytes()
    expected = json.loads(row["expected"] or "{}")
    body = raw
    if raw.startswith((b"RTSP/", b"HTTP/")):
        try:
            answer = parse_message(raw)
        except Malformed:
            return False
        assert isinstance(answer, Response)
        told = {
            "rtsp_status": answer.status,
            "content_type": answer.header("Content-Type"),
            "content_base": answer.header("Content-Base"),
            "server": answer.header("Server"),
            "www_authenticate": list(answer.all("WWW-Authenticate")),
        }
        if any(told[key] != value for key, value in expected.items() if key in told):
            return False
        body = answer.body
    return not body or _sdp_agrees(body, expected)


def _sdp_agrees(body: bytes, expected: dict[str, object]) -> bool:
    sdp = parse_sdp(body)
    found: dict[str, object] = {
        "origin": sdp.origin,
        "session_name": sdp.session_name,
        "session_control": sdp.control,
        "media": [media.kind for media in sdp.media],
    }
    media = expected.get("media", [])
    assert isinstance(media, list)
    wanted = {**expected, "media": [one["media"] for one in media]}
    track = video_track(sdp)
    known = ("H264", "H265", "JPEG", "MP4V-ES")
    codec = str(expected.get("codec", "")).split("/")[0]
    named = codec in known and any(one["media"] == "video" for one in media)
    return all(wanted[key] == value for key, value in found.items() if key in wanted) and (
        track is not None if named else True
    )
