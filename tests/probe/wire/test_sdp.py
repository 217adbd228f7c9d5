"""SDP as cameras write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.sdp import Media, Sdp, format_sdp, parse_sdp, video_track

WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-", min_size=1, max_size=10)
# Letters of two bytes in UTF-8 may be Chinese ones of GB18030 as well: test_charset.py tells which they are.
TEXT = st.text(
    st.characters(max_codepoint=0x7E, min_codepoint=0x21)
    | st.characters(min_codepoint=0x0800, max_codepoint=0x9FFF, exclude_categories=("Cc", "Cs", "Zl", "Zp")),
    max_size=30,
)
LINES = st.lists(st.tuples(st.sampled_from("vosictbaek"), TEXT), max_size=5).map(tuple)
MEDIA = st.builds(Media, WORD, st.integers(0, 65535), WORD, st.lists(WORD, max_size=3).map(tuple), LINES)
SDPS = st.builds(Sdp, LINES, st.lists(MEDIA, min_size=1, max_size=3).map(tuple))


@given(SDPS)
def test_what_is_written_is_read_again(sdp: Sdp) -> None:
    assert parse_sdp(format_sdp(sdp)) == sdp


@given(st.binary())
def test_any_bytes_are_an_sdp_or_malformed(received: bytes) -> None:
    try:
        video_track(parse_sdp(received))
    except Malformed:
        return


@given(
    st.lists(
        st.sampled_from(
            [
                b"m=video 0 RTP/AVP 96",
                b"a=rtpmap:96 ",
                b"a=fmtp:96 ",
                b"H264/",
                b"=",
                b";",
                b"sprop-parameter-sets=",
                b",",
                b"x",
                b"config=",
                b"\n",
                b"\r\n",
                b"a=control:",
            ]
        )
    )
)
def test_any_order_of_the_usual_words_gives_a_track_or_none(words: list[bytes]) -> None:
    try:
        video_track(parse_sdp(b"".join(words)))
    except Malformed:
        return


def test_html_is_no_sdp() -> None:
    with pytest.raises(Malformed):
        parse_sdp(b"<html><body>401</body></html>")


def test_a_lone_media_section_is_enough() -> None:
    track = video_track(parse_sdp(b"m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000 \na=control:trackID=0\n"))
    assert track is not None
    assert (track.codec, track.payload_type, track.control) == ("H264", 96, "trackID=0")


def test_a_media_line_that_names_none_is_set_apart_with_its_lines() -> None:
    sdp = parse_sdp(b"m=video 0 RTP/AVP 96\r\na=control:1\r\nm=whatever\r\na=control:2\r\n")
    assert [media.control for media in sdp.media] == ["1"]
    assert sdp.strange == ("whatever",)


def test_vendor_media_do_not_hide_the_video() -> None:
    sdp = parse_sdp(
        b"m=application/TP-LINK 0 RTP/AVP smart/1/90000\r\nm=vana 0 RTP/AVP 108\r\nm=video 0 RTP/AVP 97\r\n"
        b"a=rtpmap:97 H265/90000\r\n"
    )
    track = video_track(sdp)
    assert track is not None
    assert track.codec == "H265"


def test_motion_jpeg_needs_no_rtpmap() -> None:
    track = video_track(parse_sdp(b"m=video 0 RTP/AVP 26\r\na=x-dimensions:1280,960\r\n"))
    assert track is not None
    assert (track.codec, track.declared_width, track.declared_height) == ("JPEG", 1280, 960)


def test_parameter_sets_are_found_under_the_wrong_media() -> None:
    sdp = parse_sdp(
        b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 0 RTP/AVP 8\r\n"
        b"a=fmtp:96 ;sprop-parameter-sets=Z0IAKeKQ,aM48gA\r\n"
    )
    track = video_track(sdp)
    assert track is not None
    assert [unit[0] & 31 for unit in track.parameter_sets] == [7, 8]


@pytest.mark.parametrize(
    "empty", [b"sprop-parameter-sets=", b"sprop-parameter-sets=,", b"", b"packetization-mode=1"]
)
def test_empty_parameter_sets_are_none(empty: bytes) -> None:
    sdp = parse_sdp(b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 " + empty + b"\r\n")
    track = video_track(sdp)
    assert track is not None
    assert track.parameter_sets == ()


def test_a_codec_without_a_name_is_known_by_its_parameters() -> None:
    track = video_track(parse_sdp(b"m=video 0 RTP/AVP 96\r\na=fmtp:96 sprop-vps=QAE=;sprop-sps=QgE=\r\n"))
    assert track is not None
    assert track.codec == "H265"


def test_a_codec_that_is_not_read_gives_no_track() -> None:
    assert video_track(parse_sdp(b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 SVAC/90000\r\n")) is None


def test_bytes_that_are_not_utf8_are_kept_readable() -> None:
    assert parse_sdp("s=摄像机\r\n".encode("gb18030")).session_name is not None
