"""Profiles, encoders, sources, addresses and overlays, of both media services."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.onvif_media import (
    VideoEncoder,
    codec_word,
    parse_overlays,
    parse_profiles,
    parse_uri_answer,
    parse_video_encoders,
    parse_video_sources,
)
from probe.wire.soap import Reply, parse_reply


def said(inner: str) -> Reply:
    answer = parse_reply(200, "", f"<Envelope><Body>{inner}</Body></Envelope>".encode())
    assert isinstance(answer, Reply)
    return answer


ENCODER = (
    "<Encoding>{codec}</Encoding><Resolution><Width>1920</Width><Height>1080</Height></Resolution>"
    "<RateControl><FrameRateLimit>25</FrameRateLimit><BitrateLimit>4096</BitrateLimit></RateControl>"
)


def test_a_media1_profile_is_read_and_its_audio_is_not() -> None:
    (one,) = parse_profiles(
        said(
            "<GetProfilesResponse><Profiles token='p1'><Name>main</Name>"
            "<AudioEncoderConfiguration token='a'><Encoding>G711</Encoding></AudioEncoderConfiguration>"
            "<VideoSourceConfiguration token='vsc'><Name>门口</Name><SourceToken>vs</SourceToken>"
            "</VideoSourceConfiguration><VideoEncoderConfiguration token='e1'>"
            f"{ENCODER.format(codec='H264')}</VideoEncoderConfiguration></Profiles></GetProfilesResponse>"
        )
    )
    assert (one.token, one.name, one.source, one.source_configuration, one.source_name) == (
        "p1",
        "main",
        "vs",
        "vsc",
        "门口",
    )
    assert one.encoder == VideoEncoder("e1", "H264", 1920, 1080, 25.0, 4096)


def test_a_media2_profile_is_read() -> None:
    (one,) = parse_profiles(
        said(
            "<GetProfilesResponse><Profiles token='p1'><Name>main</Name><Configurations>"
            "<VideoSource token='vsc'><SourceToken>vs</SourceToken></VideoSource>"
            f"<AudioEncoder token='a'><Encoding>AAC</Encoding></AudioEncoder>"
            f"<VideoEncoder token='e1' GovLength='50'>{ENCODER.format(codec='H265')}</VideoEncoder>"
            "</Configurations></Profiles></GetProfilesResponse>"
        )
    )
    assert one.source == "vs"
    assert one.encoder == VideoEncoder("e1", "H265", 1920, 1080, 25.0, 4096)


def test_a_hidden_codec_is_empty_and_a_missing_encoder_is_none() -> None:
    hidden, without = parse_profiles(
        said(
            "<GetProfilesResponse><Profiles token='1'><VideoEncoderConfiguration token='e'/></Profiles>"
            "<Profiles token='2'/></GetProfilesResponse>"
        )
    )
    assert hidden.encoder == VideoEncoder("e", "", None, None, None, None)
    assert without.encoder is None


def test_another_answer_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_profiles(said("<GetScopesResponse/>"))


def test_video_sources_of_media_and_of_deviceio_are_read() -> None:
    picture = "<Resolution><Width>5</Width><Height>4</Height></Resolution>"
    (one,) = parse_video_sources(said(f"<R><VideoSources token='v'>{picture}</VideoSources></R>"))
    assert (one.token, one.width, one.height) == ("v", 5, 4)
    assert [two.token for two in parse_video_sources(said("<R><Token>a</Token><Token>b</Token></R>"))] == [
        "a",
        "b",
    ]


def test_encoders_are_read_in_singular_and_plural() -> None:
    for name in ("Configuration", "Configurations"):
        (one,) = parse_video_encoders(
            said(f"<R><{name} token='e'>{ENCODER.format(codec='JPEG')}</{name}></R>")
        )
        assert one.codec == "JPEG"


def test_an_answer_without_an_address_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_uri_answer(said("<GetStreamUriResponse><MediaUri><Uri/></MediaUri></GetStreamUriResponse>"))


def test_overlays_tell_words_from_clocks() -> None:
    words, time = parse_overlays(
        said(
            "<R><OSDs token='1'><VideoSourceConfigurationToken>vsc</VideoSourceConfigurationToken>"
            "<TextString><Type>Plain</Type><PlainText>食堂</PlainText></TextString></OSDs>"
            "<OSDs token='2'><Type>Text</Type><TextString><Type>DateAndTime</Type></TextString></OSDs></R>"
        )
    )
    assert (words.source_configuration, words.text, words.shows_time) == ("vsc", "食堂", False)
    assert time.shows_time


@pytest.mark.parametrize(
    ("text", "word"),
    [("h.265", "H265"), ("HEVC", "H265"), ("MJPEG", "JPEG"), ("MPV4-ES", "MPEG4"), ("VP9", "VP9"), ("", "")],
)
def test_codecs_have_one_word(text: str, word: str) -> None:
    assert codec_word(text) == word


@given(st.text(max_size=12))
def test_any_number_word_is_a_number_or_nothing(text: str) -> None:
    escaped = text.replace("&", "").replace("<", "")
    (one,) = parse_video_sources(
        said(f"<R><VideoSources><Resolution><Width>{escaped}</Width></Resolution></VideoSources></R>")
    )
    assert one.width is None or one.width >= 0
