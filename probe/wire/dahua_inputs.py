"""The channels of a Dahua recorder: RemoteDevice, ChannelTitle, camera states, Encode, lost pictures. 大华"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from probe.errors import DeviceError, Malformed
from probe.wire.dahua_table import MOST_ROWS, Table, first, flag, parse_table, rows, whole
from probe.wire.onvif_media import codec_word
from probe.wire.recorder import Input, plain_mac

CAMERA_STATES = "/cgi-bin/LogicDeviceManager.cgi?action=getCameraState&uniqueChannels=-1"
LOST_PICTURES = "/cgi-bin/eventManager.cgi?action=getEventIndexes&code=VideoLoss"


@dataclass(frozen=True, slots=True)
class StreamSetting:
    """How a channel is set to encode. Zeroes stay as they were said; None is what was not said."""

    number: int
    role: Literal["main", "sub"]
    codec: str  # H264 H265 JPEG MPEG4, or another word as it stands
    width: int | None
    height: int | None
    fps: float | None
    kbps: int | None


def remote_devices_of(table: Table) -> tuple[Input, ...]:
    """Return the cameras of the table RemoteDevice, whose slot N is channel N+1.

    A row that is switched off `is_slot` and loses what it remembers of a camera that was there once.
    """
    slots: dict[int, dict[str, str]] = {}
    unread = ""
    for key, value in table.items():
        if found := _REMOTE.fullmatch(key):
            slots.setdefault(int(found[1] or found[2]), {})[found[3].lower()] = value
        elif key.lower().startswith("remotedevice"):
            unread = key
    if not slots:
        raise Malformed(f"CGI RemoteDevice: {unread[:60] or 'nothing'} instead of numbered rows")
    return tuple(_camera(slot + 1, row) for slot, row in sorted(slots.items()) if slot < MOST_ROWS)


def titles_of(table: Table) -> dict[int, str]:
    """Return channel number → name of the table ChannelTitle; a recorder names empty channels too."""
    return {index + 1: row.get("name", "") for index, row in rows(table, "ChannelTitle").items()}


def camera_states_of(table: Table) -> dict[int, str]:
    """Return channel number → Connected, Unconnect, Empty or another word of getCameraState."""
    said: dict[int, str] = {}
    for row in (row for name in ("states", "channels", "state") for row in rows(table, name).values()):
        channel = whole(first(row, "channel", "uniquechannel"))
        word = first(row, "connectionstate", "state")
        if channel is not None and channel <= MOST_ROWS and word:
            said[channel] = word
    # They count from 0, but a whole list that begins at 1 counts from 1.
    counts_from_one = said and set(said) == set(range(1, len(said) + 1))
    return said if counts_from_one else {channel + 1: word for channel, word in said.items()}


def parse_lost_pictures(raw: bytes) -> tuple[int, ...]:
    """Return the numbers of the channels without a picture now; `Error: No Events` says that all have one."""
    try:
        table = parse_table(raw, "getEventIndexes")
    except DeviceError as error:
        if re.search(r"no events", str(error), re.IGNORECASE):
            return ()
        raise
    indexes = (whole(row.get("", "")) for row in rows(table, "channels").values())
    return tuple(sorted({index + 1 for index in indexes if index is not None and index < MOST_ROWS}))


def stream_settings_of(table: Table) -> tuple[StreamSetting, ...]:
    """Return the main and the sub stream of each channel of the table Encode; one switched off is none."""
    found: list[StreamSetting] = []
    for index, row in rows(table, "Encode").items():
        for role, name in _FORMATS:
            own = {
                key.removeprefix(f"{name}[0]."): value
                for key, value in row.items()
                if key.startswith(f"{name}[0].")
            }
            if any(key.startswith("video.") for key in own) and flag(own.get("videoenable")) is not False:
                found.append(_stream(index + 1, role, own))
    return tuple(found)


def merged(
    inputs: tuple[Input, ...],
    titles: Mapping[int, str],
    states: Mapping[int, str],
    lost: Collection[int] = (),
) -> tuple[Input, ...]:
    """Return the channels with the names and states that other tables give them, and those only they name."""
    known = {one.number: one for one in inputs}
    numbers = sorted({*known, *titles, *states})
    return tuple(
        _with_state(
            _named(known.get(number, Input(number)), titles.get(number, "")), states.get(number, ""), lost
        )
        for number in numbers
    )


_REMOTE = re.compile(r"RemoteDevice(?:\.uuid:\w*?_(\d{1,4})|\[(\d{1,4})\])\.([\w.\[\]]+)", re.IGNORECASE)
_NO_ADDRESS = {"", "0.0.0.0", "192.168.0.0", "127.0.0.1", "::"}  # noqa: S104  what unused slots say
_GENERIC = {"ip camera", "ipc", "ipcamera", "camera", "ip dome", "unknown"}
_FORMATS: tuple[tuple[Literal["main", "sub"], str], ...] = (("main", "mainformat"), ("sub", "extraformat"))


def _camera(number: int, row: Mapping[str, str]) -> Input:
    name = first(row, "videoinputs[0].name", "name")
    streamed = re.match(r"(?i)rtsp://(?:[^/@\s]*@)?([^/:\s]+)", row.get("videoinputs[0].mainstreamurl", ""))
    address = row.get("address", "")
    if address in _NO_ADDRESS:
        address = streamed[1] if streamed else ""
    serial = row.get("serialno", "")
    if flag(row.get("enable")) is False or not (address or serial):
        return Input(number, name, is_slot=True)
    port = whole(row.get("port", ""))
    model = row.get("devicetype", "")
    return Input(
        number=number,
        name=name,
        kind="network",
        address=address,
        port=port if port and port < 65536 else None,
        protocol=first(row, "protocoltype", "vendor"),
        mac=plain_mac(row.get("mac", "")),
        serial=serial,
        model="" if model.lower() in _GENERIC else model,
        # Onvif and Private are ways to fetch the picture, no makers.
        brand=brand if (brand := row.get("vendor", "")).lower() not in _WAYS else "",
        firmware=first(row, "version", "softwareversion"),
    )


_WAYS = {"onvif", "private", "general", "rtsp", "gb28181"}


def _named(one: Input, title: str) -> Input:
    return replace(one, name=title) if title else one


def _with_state(one: Input, word: str, lost: Collection[int]) -> Input:
    match word.lower():
        case "empty":
            return Input(one.number, one.name, is_slot=True)
        case "connected":
            has_picture = one.number not in lost
            return replace(one, online=has_picture, why_offline="" if has_picture else "VideoLoss")
        case "":
            if one.number in lost and not one.is_slot:
                return replace(one, online=False, why_offline="VideoLoss")
            return one
        case _:
            return one if one.is_slot else replace(one, online=False, why_offline=word)


def _stream(number: int, role: Literal["main", "sub"], own: Mapping[str, str]) -> StreamSetting:
    size = re.fullmatch(r"(\d{1,5})[x*X](\d{1,5})", own.get("video.resolution", ""))
    rate = own.get("video.fps", "")
    return StreamSetting(
        number=number,
        role=role,
        codec=codec_word(own.get("video.compression", "")),
        width=int(size[1]) if size else whole(own.get("video.width", "")),
        height=int(size[2]) if size else whole(own.get("video.height", "")),
        fps=float(rate) if re.fullmatch(r"\d{1,3}(?:\.\d{1,6})?", rate) else None,
        kbps=whole(own.get("video.bitrate", "")),
    )
