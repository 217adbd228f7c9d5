"""The channels of a Hikvision recorder by ISAPI: the cameras it fetches, its analogue inputs, its streams."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from probe.errors import Malformed
from probe.wire.isapi_xml import (
    MOST_CHANNELS,
    all_of,
    child_of,
    flag_of,
    number_of,
    opened,
    text_of,
    whole_of,
)
from probe.wire.onvif_media import codec_word
from probe.wire.recorder import Input, plain_mac
from probe.wire.soap import Node


@dataclass(frozen=True, slots=True)
class InputStatus:
    """How channel `number` is now. `why_offline` is the device's word, empty while it is on line."""

    number: int
    online: bool | None
    why_offline: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class InputStream:
    """A stream of channel `number` as it is declared: `stream` 1 is the main one, 2 the sub-stream.

    `fps` is None where it is not said and where it is the camera's full rate.
    """

    number: int
    stream: int
    id: str
    name: str = ""
    enabled: bool | None = None
    codec: str = ""  # H264 H265 JPEG MPEG4
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    has_full_rate: bool = False
    kbps: int | None = None


def parse_proxy_inputs(raw: bytes) -> tuple[Input, ...]:
    """Return the network cameras of /ISAPI/ContentMgmt/InputProxy/channels, empty slots marked."""
    return tuple(_proxy_input(*row) for row in _numbered(raw, "InputProxy/channels", "inputproxychannel"))


def parse_proxy_statuses(raw: bytes) -> dict[int, InputStatus]:
    """Return channel → status of /ISAPI/ContentMgmt/InputProxy/channels/status, or of one channel's."""
    rows = _numbered(raw, "InputProxy/channels/status", "inputproxychannelstatus")
    return {number: _status(number, row) for number, row in rows}


def parse_video_inputs(raw: bytes) -> tuple[Input, ...]:
    """Return the analogue inputs of a recorder's /ISAPI/System/Video/inputs/channels.

    A camera lists its own lenses there in the same words.
    """
    return tuple(_video_input(*row) for row in _numbered(raw, "Video/inputs/channels", "videoinputchannel"))


def parse_streams(raw: bytes) -> tuple[InputStream, ...]:
    """Return the streams of /ISAPI/Streaming/channels, or the one of /ISAPI/Streaming/channels/101."""
    rows = _rows(raw, "Streaming/channels", "streamingchannel")
    streams: dict[str, InputStream] = {}
    for row in rows:
        if (one := _stream(row)) is not None:
            streams.setdefault(one.id, one)
    if rows and not streams:
        raise Malformed("ISAPI Streaming/channels: no stream has an id")
    return tuple(streams.values())


def with_statuses(inputs: Iterable[Input], statuses: dict[int, InputStatus]) -> tuple[Input, ...]:
    """Return the inputs with what the statuses of the network cameras add; one without an input adds none."""
    return tuple(_with_status(one, statuses.get(one.number)) for one in inputs)


def _rows(raw: bytes, asked: str, name: str) -> list[Node]:
    root = opened(raw, asked, f"{name}list", name)
    # `size` is not how many there are: 7 with nine channels, 14 with eighteen, 0 with eight.
    return [root] if root.name.lower() == name else list(all_of(root, name))


def _numbered(raw: bytes, asked: str, name: str) -> list[tuple[int, Node]]:
    rows = _rows(raw, asked, name)
    numbered: dict[int, Node] = {}
    for row in rows:
        if (number := number_of(row, "id")) is not None:
            numbered.setdefault(number, row)
    if rows and not numbered:
        raise Malformed(f"ISAPI {asked}: no channel has a number")
    return list(numbered.items())


def _proxy_input(number: int, row: Node) -> Input:
    source = child_of(row, "sourceinputportdescriptor") or row
    address = _address(source)
    serial = text_of(source, "serialnumber")
    model = text_of(source, "model")
    # A camera that is added by its cloud name or its stream's address has no address of its own here.
    names_a_camera = (address, serial, model, text_of(source, "deviceid"), text_of(source, "url"))
    return Input(
        number=number,
        name=text_of(row, "name"),
        kind="network",
        address=address,
        port=whole_of(source, "manageportno", least=1, most=65535),
        protocol=text_of(source, "proxyprotocol"),
        behind=number_of(source, "srcinputport"),
        mac=plain_mac(text_of(source, "macaddress")),
        # ONVIF cameras of one maker all come with twenty zeros (DS-7732NI-M4).
        serial=serial if serial.strip("0") else "",
        model=model,
        brand=text_of(source, "manufacturer"),
        firmware=text_of(source, "firmwareversion"),
        is_slot=not any(names_a_camera),
    )


def _address(source: Node) -> str:
    for name in ("ipaddress", "hostname", "ipv6address"):
        said = text_of(source, name)
        if said not in ("", "0.0.0.0", "::"):  # noqa: S104  what a device writes for "none"
            return said
    return ""


def _status(number: int, row: Node) -> InputStatus:
    online = flag_of(row, "online")
    why = text_of(row, "chandetectresult")
    if online is None and why.lower() in ("connect", "connected", "online", "normal"):
        online = True
    return InputStatus(
        number=number,
        online=online,
        why_offline="" if online else why,
        address=_address(child_of(row, "sourceinputportdescriptor") or row),
    )


def _with_status(one: Input, status: InputStatus | None) -> Input:
    if status is None or one.kind == "analogue":
        return one
    address = one.address or status.address
    return replace(
        one,
        online=status.online,
        why_offline=status.why_offline,
        address=address,
        is_slot=one.is_slot and not status.online and not address,
    )


def _video_input(number: int, row: Node) -> Input:
    # A hybrid recorder switches an analogue input off to have one more network channel.
    is_off = flag_of(row, "videoinputenabled") is False
    format_seen = text_of(row, "resdesc")
    is_dark = bool(re.search(r"no ?(?:video|signal)", format_seen, re.IGNORECASE))
    return Input(
        number=number,
        name=text_of(row, "name"),
        kind="analogue",
        online=False if is_dark else True if format_seen else None,
        why_offline=format_seen if is_dark else "",
        is_slot=is_off,
    )


def _stream(row: Node) -> InputStream | None:
    said = whole_of(row, "id", least=1, most=MOST_CHANNELS * 100 + 99)
    video = child_of(row, "video")
    if said is None or (said >= 100 and said % 100 == 0):
        return None
    declared = None
    if video is not None:
        declared = number_of(video, "videoinputchannelid") or number_of(video, "dynvideoinputchannelid")
    # Channel and stream stand in the id, 101 102 201; DS-FB2127 counts its streams 1, 2, 3.
    number, stream = divmod(said, 100) if said > 100 else (declared or 1, said)
    plain = InputStream(
        number=number,
        stream=stream,
        id=text_of(row, "id"),
        name=text_of(row, "channelname"),
        enabled=flag_of(row, "enabled"),
    )
    return plain if video is None else _with_video(plain, video)


def _with_video(stream: InputStream, video: Node) -> InputStream:
    rate = whole_of(video, "maxframerate", most=24_000)  # hundredths
    is_constant = text_of(video, "videoqualitycontroltype").lower() == "cbr"
    ceilings = ("constantbitrate", "vbruppercap") if is_constant else ("vbruppercap", "constantbitrate")
    said = text_of(video, "videocodectype")
    return replace(
        stream,
        codec=codec_word(re.sub(r"(?i)^(h\.?26[45])-.*", r"\1", said)),
        width=whole_of(video, "videoresolutionwidth", least=1, most=32_768),
        height=whole_of(video, "videoresolutionheight", least=1, most=32_768),
        fps=rate / 100 if rate else None,
        has_full_rate=rate == 0,
        kbps=next((kbps for name in ceilings if (kbps := whole_of(video, name, least=1))), None),
    )
