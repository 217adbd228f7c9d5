"""What the makers' own protocols tell of the texts on a picture, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.vendor.dahua import writing as dahua
from probe.vendor.hikvision import writing as hikvision
from probe.vendor.writing import Writing

INPUT = "/ISAPI/System/Video/inputs/channels/2"
PROXY = "/ISAPI/ContentMgmt/InputProxy/channels/2"
CONFIG = "/cgi-bin/configManager.cgi?action=getConfig&name="
NAMED = (
    b"<VideoOverlay><TextOverlayList><TextOverlay><enabled>true</enabled><displayText>B2</displayText>"
    b"</TextOverlay></TextOverlayList><DateTimeOverlay><enabled>true</enabled></DateTimeOverlay>"
    b"<channelNameOverlay><enabled>true</enabled></channelNameOverlay></VideoOverlay>"
)


class Pages:
    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def get(self, path: str) -> bytes:
        self.asked.append(path)
        if path not in self.pages:
            raise Unsupported("HTTP 404")
        return self.pages[path]


def io(pages: Mapping[str, bytes]) -> Io:
    return cast("Io", Pages(pages))


async def test_a_name_that_is_shown_is_asked_for_and_stands_first() -> None:
    pages = {
        f"{INPUT}/overlays": NAMED,
        INPUT: b"<VideoInputChannel><name>Gate</name></VideoInputChannel>",
    }
    assert await hikvision.fetch_writing(io(pages), 2) == Writing(("Gate", "B2"), True, "ISAPI overlays")


async def test_a_name_that_is_hidden_is_not_asked_for() -> None:
    pages = Pages({f"{INPUT}/overlays": NAMED.replace(b"channelNameOverlay", b"other")})
    assert await hikvision.fetch_writing(cast("Io", pages), 2) == Writing(("B2",), True, "ISAPI overlays")
    assert pages.asked == [f"{INPUT}/overlays"]


async def test_a_recorders_network_channel_is_asked_at_its_own_place() -> None:
    pages = {
        f"{PROXY}/video/overlays": NAMED,
        PROXY: b"<InputProxyChannel><name>Gate</name></InputProxyChannel>",
    }
    assert (await hikvision.fetch_writing(io(pages), 2)).texts == ("Gate", "B2")


async def test_where_no_place_tells_the_first_refusal_is_raised() -> None:
    with pytest.raises(Malformed, match="ResponseStatus"):
        await hikvision.fetch_writing(io({f"{INPUT}/overlays": b"<ResponseStatus/>"}), 2)


async def test_the_cgi_counts_channels_from_nought() -> None:
    pages = {
        f"{CONFIG}VideoWidget": b"table.VideoWidget[1].ChannelTitle.EncodeBlend=true\r\n"
        b"table.VideoWidget[1].TimeTitle.EncodeBlend=false\r\n",
        f"{CONFIG}ChannelTitle": b"table.ChannelTitle[0].Name=Hall\r\ntable.ChannelTitle[1].Name=Gate\r\n",
    }
    assert await dahua.fetch_writing(io(pages), 2) == Writing(("Gate",), False, "CGI VideoWidget")


async def test_an_error_of_the_cgi_is_raised() -> None:
    with pytest.raises(DeviceError, match="Bad Request"):
        await dahua.fetch_writing(io({f"{CONFIG}VideoWidget": b"Error\nBad Request!\n"}), 1)
