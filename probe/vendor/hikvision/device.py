"""What a Hikvision recorder tells of itself, its channels and its disks. 海康威视"""

from __future__ import annotations

import re
from typing import Literal

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io, StreamOffer
from probe.vendor.protocol import Card, Identity, Registration, StreamPlace, Streams, Who
from probe.wire import isapi_device, isapi_inputs
from probe.wire.recorder import Disk, Input, WallTime

_PROXY = "/ISAPI/ContentMgmt/InputProxy/channels"
_PATH = re.compile(r"/(?:ISAPI/)?Streaming/Channels/(\d{1,4})0([1-9])(?![0-9])", re.IGNORECASE)


async def fetch_identity(io: Io) -> Identity:
    said = await _fetch_info(io)
    firmware = f"{said.firmware} {said.built}".strip()
    return Identity(said.manufacturer or "HIKVISION", said.model, firmware, said.serial, said.mac)


async def fetch_who(io: Io) -> Who:
    said = await _fetch_info(io)
    return Who(said.records_others, f"ISAPI deviceType {said.kind}")


async def fetch_inputs(io: Io) -> tuple[Input, ...]:
    """Return the network cameras with their state, and the analogue inputs, by number.

    Raise Malformed where the list of the network cameras breaks off: what is left of it is not all.
    """
    refused: DeviceError | None = None
    found: dict[int, Input] = {}
    try:
        analogue = isapi_inputs.parse_video_inputs(await io.get("/ISAPI/System/Video/inputs/channels"))
        found = {one.number: one for one in analogue}
    except (Unsupported, Malformed) as error:  # a recorder without analogue inputs
        refused = error
    try:
        network = isapi_inputs.parse_proxy_inputs(await io.get(_PROXY))
        found |= {one.number: one for one in await _with_statuses(network, io)}
    except Unsupported as error:
        if not found:
            raise refused or error from None
    return tuple(found[number] for number in sorted(found))


async def fetch_streams(io: Io) -> Streams:
    """Return the main and sub-stream that each channel is set to."""
    told = isapi_inputs.parse_streams(await io.get("/ISAPI/Streaming/channels"))
    found: dict[int, list[StreamOffer]] = {}
    roles: tuple[Literal["main", "sub"], ...] = ("main", "sub")
    for one in sorted(told, key=lambda one: (one.number, one.stream)):
        if one.stream <= len(roles) and one.enabled is not False:
            path = f"/Streaming/Channels/{one.number}0{one.stream}"
            offer = StreamOffer(
                roles[one.stream - 1], path, "", one.codec, one.width, one.height, one.fps, one.kbps
            )
            found.setdefault(one.number, []).append(offer)
    return {number: tuple(offers) for number, offers in found.items()}


async def fetch_disks(io: Io) -> tuple[Disk, ...]:
    return isapi_device.parse_disks(await io.get("/ISAPI/ContentMgmt/Storage"))


async def fetch_clock(io: Io) -> WallTime:
    """Return what its clock shows; `offset_s` is that of its zone where it is said."""
    clock = isapi_device.parse_clock(await io.get("/ISAPI/System/time", fresh=True))
    offset_s = clock.now.offset_s if clock.now.offset_s is not None else clock.offset_s
    return WallTime(clock.now.local, "none" if offset_s is None else "offset", offset_s)


async def fetch_cards(io: Io) -> tuple[Card, ...]:
    told = isapi_device.parse_interfaces(await io.get("/ISAPI/System/Network/interfaces"))
    return tuple(Card(one.address, one.mac, one.by_dhcp) for one in told)


async def fetch_registration(io: Io) -> Registration:
    """Return its stored GB28181 settings; no SIP session is opened. Raise Unsupported for none."""
    platforms = isapi_device.parse_platforms(await io.get("/ISAPI/System/Network/SIP"))
    used = [one for one in platforms if one.enabled is not False and one.device_code]
    if not used:
        raise Unsupported("ISAPI Network/SIP: GB28181 is not set up")
    codes = dict(used[0].channel_codes)
    if not codes:
        try:
            codes = isapi_device.parse_channel_codes(await io.get("/ISAPI/System/Network/SIP/1/SIPInfo"))
        except (Unsupported, Malformed):
            codes = {}  # the recorder's own code stands without them
    place = f"{used[0].address}:{used[0].port}" if used[0].port else used[0].address
    return Registration(place, used[0].device_code, used[0].registered, codes)


def place_of(uri: str) -> StreamPlace | None:
    found = _PATH.search(uri)
    return StreamPlace(int(found[1]), "main" if found[2] == "1" else "sub") if found else None


async def _fetch_info(io: Io) -> isapi_device.Identity:
    return isapi_device.parse_identity(await io.get("/ISAPI/System/deviceInfo"))


async def _with_statuses(inputs: tuple[Input, ...], io: Io) -> tuple[Input, ...]:
    try:
        statuses = isapi_inputs.parse_proxy_statuses(await io.get(f"{_PROXY}/status"))
    except (Unsupported, Malformed):
        return inputs  # who is on line is then not known; the cameras are
    return isapi_inputs.with_statuses(inputs, statuses)
