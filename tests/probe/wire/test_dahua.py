"""Dahua's words for what stands on a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.dahua import Widgets, parse_config, title_of, widgets_of

WIDGETS = """table.VideoWidget[0].ChannelTitle.EncodeBlend=true
table.VideoWidget[0].ChannelTitle.PreviewBlend=false
table.VideoWidget[0].TimeTitle.EncodeBlend=true
table.VideoWidget[0].CustomTitle[0].EncodeBlend=true
table.VideoWidget[0].CustomTitle[0].Text=教学楼|一层
table.VideoWidget[0].CustomTitle[1].EncodeBlend=false
table.VideoWidget[0].CustomTitle[1].Text=not shown
table.VideoWidget[1].TimeTitle.EncodeBlend=false
"""
CAPTURES = Path(__file__).parents[4] / "shared" / "captures" / "dahua_cgi"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_shown_texts_of_a_channel_are_read(line_end: str, encoding: str) -> None:
    config = parse_config(WIDGETS.replace("\n", line_end).encode(encoding))
    assert widgets_of(config, 0) == Widgets(("教学楼", "一层"), True, True)


def test_what_is_not_spoken_of_is_neither_shown_nor_hidden() -> None:
    assert widgets_of(parse_config(WIDGETS.encode()), 1) == Widgets((), False, None)


def test_a_channel_that_it_does_not_tell_of_is_malformed() -> None:
    with pytest.raises(Malformed, match="channel 7"):
        widgets_of(parse_config(WIDGETS.encode()), 7)


def test_a_title_may_hold_an_equals_sign_and_may_be_empty() -> None:
    config = parse_config(b"table.ChannelTitle[0].Name=a=b \r\ntable.ChannelTitle[1].Name=\r\n")
    assert [title_of(config, number) for number in range(3)] == ["a=b", "", ""]


@pytest.mark.parametrize(
    "said", [b"", b"Error\nBad Request!\n", b"Error: No Events", b"<html>a=b</html>", b"OK"]
)
def test_a_refusal_with_status_200_is_malformed(said: bytes) -> None:
    with pytest.raises(Malformed, match="instead of a table"):
        parse_config(said)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (WIDGETS + text).encode()))
def test_any_bytes_are_a_table_or_malformed(raw: bytes) -> None:
    try:
        config = parse_config(raw)
        title_of(config, 0)
        widgets_of(config, 0)
    except Malformed:
        return


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not there")
def test_the_titles_of_a_captured_recorder_are_read() -> None:
    config = parse_config((CAPTURES / "Dahua_NVR6XX-4KS2" / "getConfig_ChannelTitle.txt").read_bytes())
    assert [title_of(config, number) for number in range(3)] == ["GF-Entrance", "GF-Corridor", ""]


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not there")
@pytest.mark.parametrize("name", ["bad_request", "not_implemented"])
def test_a_captured_refusal_is_malformed(name: str) -> None:
    with pytest.raises(Malformed):
        parse_config((CAPTURES / "Dahua_fleet_2026" / f"{name}.txt").read_bytes())
