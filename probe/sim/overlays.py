"""What the makers' own web pages say of the texts on the picture: Hikvision ISAPI and Dahua CGI."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from probe.sim.http import Request, Response
from probe.sim.model import Device, Lens

_ISAPI = re.compile(r"/ISAPI/System/Video/inputs/channels(?:/(\d+)(/overlays)?)?")
_HIK_NAMESPACE = 'version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"'
_CGI = "/cgi-bin/configManager.cgi"


def is_overlay_page(device: Device, request: Request) -> bool:
    """Whether the request goes to one of the maker's pages that this file answers."""
    if request.method != "GET":
        return False
    match device.maker:
        case "hikvision":
            return _ISAPI.fullmatch(request.path) is not None
        case "dahua":
            return request.path == _CGI
        case _:
            return False


def overlay_page(device: Device, request: Request) -> Response:
    """Answer a request that has a good login."""
    if device.maker == "hikvision":
        return _isapi(device, request.path)
    return _cgi(device, request.target)


def _isapi(device: Device, path: str) -> Response:
    asked = _ISAPI.fullmatch(path)
    number, overlays = (asked[1], asked[2]) if asked else (None, None)
    lenses = [one for one in device.lenses if number is None or str(one.number) == number]
    if not lenses:
        return _xml(_refusal(path), 403)
    if number is None:
        return _xml(
            f"<VideoInputChannelList {_HIK_NAMESPACE}>{''.join(map(_input, lenses))}</VideoInputChannelList>"
        )
    return _xml(video_overlay() if overlays else _input(lenses[0]))


def _input(lens: Lens) -> str:
    """One channel: its name is the text that channelNameOverlay only switches on."""
    return (
        f"<VideoInputChannel {_HIK_NAMESPACE}>\n<id>{lens.number}</id>\n"
        f"<inputPort>{lens.number}</inputPort>\n<name>{escape(lens.name)}</name>\n<videoFormat>PAL</videoFormat>\n</VideoInputChannel>\n"
    )


def video_overlay() -> str:
    texts = "".join(
        f"<TextOverlay>\n<id>{slot}</id>\n<enabled>false</enabled>\n<positionX>0</positionX>\n"
        "<positionY>0</positionY>\n<displayText></displayText>\n</TextOverlay>\n"
        for slot in range(1, 5)
    )
    return (
        f"<VideoOverlay {_HIK_NAMESPACE}>\n<normalizedScreenSize>\n"
        "<normalizedScreenWidth>704</normalizedScreenWidth>\n"
        "<normalizedScreenHeight>576</normalizedScreenHeight>\n</normalizedScreenSize>\n"
        "<attribute>\n<transparent>false</transparent>\n<flashing>false</flashing>\n</attribute>\n"
        f'<fontSize>adaptive</fontSize>\n<TextOverlayList size="4">\n{texts}</TextOverlayList>\n'
        "<DateTimeOverlay>\n<enabled>true</enabled>\n<positionX>0</positionX>\n<positionY>544</positionY>\n"
        "<dateStyle>CHR-YYYY-MM-DD</dateStyle>\n<timeStyle>24hour</timeStyle>\n"
        "<displayWeek>true</displayWeek>\n</DateTimeOverlay>\n"
        "<channelNameOverlay>\n<enabled>true</enabled>\n<positionX>512</positionX>\n"
        "<positionY>64</positionY>\n</channelNameOverlay>\n</VideoOverlay>\n"
    )


def _refusal(path: str) -> str:
    return (
        f"<ResponseStatus {_HIK_NAMESPACE}>\n<requestURL>{escape(path)}</requestURL>\n"
        "<statusCode>4</statusCode>\n<statusString>Invalid Operation</statusString>\n"
        "<subStatusCode>notSupport</subStatusCode>\n"
        "</ResponseStatus>\n"
    )


def _xml(body: str, status: int = 200) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return Response(status, text.encode(), "application/xml")


def _cgi(device: Device, target: str) -> Response:
    query = parse_qs(urlsplit(target).query)
    action, name = (query.get(key, [""])[0] for key in ("action", "name"))
    if action != "getConfig" or name not in ("ChannelTitle", "VideoWidget"):
        return Response(400, b"Error\r\nBad Request!\r\n", "text/plain")
    lines = [
        f"table.{name}[{lens.number - 1}].{line}"
        for lens in device.lenses
        for line in (_title(lens) if name == "ChannelTitle" else widget())
    ]
    text = "".join(f"{line}\r\n" for line in lines)
    return Response(200, text.encode("gbk" if device.quirks.gbk_title else "utf-8"), "text/plain")


def _title(lens: Lens) -> list[str]:
    return [f"Name={lens.name}"]


def widget() -> list[str]:
    return [
        "ChannelTitle.EncodeBlend=true",
        "ChannelTitle.PreviewBlend=true",
        "CustomTitle[0].EncodeBlend=false",
        "CustomTitle[0].PreviewBlend=false",
        "CustomTitle[0].Text=",
        "TimeTitle.EncodeBlend=true",
        "TimeTitle.PreviewBlend=true",
        "TimeTitle.ShowWeek=true",
    ]
