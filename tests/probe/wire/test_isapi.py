"""Hikvision's words for what stands on a picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.isapi import VideoOverlay, parse_channel_name, parse_overlay

OVERLAY = """<?xml version="1.0" encoding="UTF-8"?>
<VideoOverlay version="2.0"{space}>
<fontSize>adaptive</fontSize>
<TextOverlayList size="3">
<TextOverlay><id>1</id><enabled>true</enabled><displayText>食堂 后厨</displayText></TextOverlay>
<TextOverlay><id>2</id><enabled>false</enabled><displayText>not shown</displayText></TextOverlay>
<TextOverlay><id>3</id><enabled>true</enabled><displayText></displayText></TextOverlay>
</TextOverlayList>
<{clock}><enabled>true</enabled><positionX>0</positionX><dateStyle>YYYY-MM-DD</dateStyle></{clock}>
<channelNameOverlay><enabled>true</enabled>{name}</channelNameOverlay>
</VideoOverlay>"""


def overlay(space: str = "", clock: str = "DateTimeOverlay", name: str = "") -> str:
    return OVERLAY.format(space=f' xmlns="{space}"' if space else "", clock=clock, name=name)


@pytest.mark.parametrize(
    "space", ["", "http://www.hikvision.com/ver20/XMLSchema", "urn:psialliance-org", "http://www.isapi.org/x"]
)
def test_an_overlay_is_read_in_any_namespace(space: str) -> None:
    assert parse_overlay(overlay(space).encode()) == VideoOverlay(("食堂 后厨",), True, True)


def test_words_in_gbk_are_read() -> None:
    assert parse_overlay(overlay().encode("gbk")).texts == ("食堂 后厨",)


def test_the_clock_is_known_in_either_spelling() -> None:
    assert parse_overlay(overlay(clock="dateTimeOverlay").encode()).shows_clock is True


def test_what_is_switched_off_is_not_shown() -> None:
    off = parse_overlay(overlay().replace("<enabled>true", "<enabled>false").encode())
    assert off == VideoOverlay((), False, False)


def test_what_is_not_spoken_of_is_neither_shown_nor_hidden() -> None:
    assert parse_overlay(b"<VideoOverlay><fontSize>0</fontSize></VideoOverlay>") == VideoOverlay(
        (), None, None
    )


def test_a_name_in_the_overlay_itself_is_taken() -> None:
    assert parse_overlay(overlay(name="<name>正门</name>").encode()).name == "正门"


@pytest.mark.parametrize("root", ["VideoInputChannel", "InputProxyChannel"])
def test_a_channel_has_a_name(root: str) -> None:
    said = f'<{root} xmlns="http://www.hikvision.com/ver20/XMLSchema"><id>1</id><name>正门</name></{root}>'
    assert parse_channel_name(said.encode()) == "正门"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "empty"),
        (b"<html><body>404</body></html>", "<html>"),
        (b'{"statusCode": 4}', "not XML"),
        (
            b"<ResponseStatus><statusCode>4</statusCode><subStatusCode>notSupport</subStatusCode></ResponseStatus>",
            "notSupport",
        ),
    ],
    ids=["empty", "page", "json", "status"],
)
def test_a_refusal_is_malformed_and_says_why(said: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse_overlay(said)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: overlay(name=text).encode()))
def test_any_bytes_are_an_overlay_or_malformed(raw: bytes) -> None:
    try:
        parse_overlay(raw)
    except Malformed:
        return
