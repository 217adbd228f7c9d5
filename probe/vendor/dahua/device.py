"""What a Dahua recorder tells of itself, its channels and its disks. 大华"""

from __future__ import annotations

import re
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from probe.errors import Malformed, Unsupported
from probe.model import Io, StreamOffer
from probe.vendor.dahua.ask import (
    CAMERA_STATES,
    CURRENT_TIME,
    STORAGE,
    SYSTEM_INFO,
    VERSION,
    config,
    fetch_table,
    fetch_way,
)
from probe.vendor.protocol import Card, Identity, StreamPlace, Streams, Who
from probe.wire import dahua_device, dahua_inputs
from probe.wire.recorder import Disk, Input, Track, WallTime

_RECORDS = re.compile(r"NVR|[HX]C?VR|DVR|EVS", re.IGNORECASE)
_HAS_PLUGS = re.compile(r"[HX]C?VR|DVR", re.IGNORECASE)  # analogue ones
_PATH = re.compile(r"[?&]channel=(\d{1,4})&subtype=(\d)\b", re.IGNORECASE)
Read = TypeVar("Read")


async def fetch_who(io: Io) -> Who:
    """Return who it is. A recorder names 31 as its type, so what counts is that it lists cameras."""
    model = await _fetch_model(io)
    listed: tuple[Input, ...] = ()
    if not _RECORDS.search(model):
        listed = await _or(_fetch_remote(io), ())
    return Who(bool(listed) or bool(_RECORDS.search(model)), f"{await fetch_way(io)} type {model}")


async def fetch_identity(io: Io) -> Identity:
    """Return who it is. The maker's name is its protocol's: OEM brands speak it under theirs."""
    said = await _fetch_info(io)
    firmware = await _or(_fetch_version(io), "")
    mac = next((card.mac for card in await _or(fetch_cards(io), ()) if card.mac), "")
    return Identity("Dahua", said.model, firmware, said.serial, mac)


async def fetch_cards(io: Io) -> tuple[Card, ...]:
    told = dahua_device.network_cards_of(await fetch_table(io, config("Network")))
    return tuple(Card(one.address, one.mac, one.has_dhcp) for one in told)


async def fetch_inputs(io: Io) -> tuple[Input, ...]:
    """Return the channels that it lists, with names and states, by number.

    Raise Malformed where the table of its cameras breaks off: titles alone would make cameras of empty slots.
    """
    try:
        remote = await _fetch_remote(io)
    except Unsupported:
        remote = ()
    titles = await _or(_fetch_titles(io), {})
    if not (remote or titles):
        raise Unsupported("neither RemoteDevice nor ChannelTitle")
    states = await _or(_fetch_states(io), {})
    known = {one.number for one in remote} | titles.keys()
    of_known = {number: word for number, word in states.items() if number in known}
    lost = await _or(_fetch_lost(io), ())
    merged = dahua_inputs.merged(remote, titles, of_known, lost)
    if not (remote or _HAS_PLUGS.search(await _fetch_model(io))):
        return merged
    network = {one.number for one in remote}
    # What is no network camera's row is a plug of its own.
    return tuple(
        one if one.number in network or one.is_slot else replace(one, kind="analogue") for one in merged
    )


async def fetch_streams(io: Io) -> Streams:
    """Return the main and sub-stream that each channel is set to; zeroes are no sizes."""
    settings = dahua_inputs.stream_settings_of(await fetch_table(io, config("Encode")))
    found: dict[int, tuple[StreamOffer, ...]] = {}
    for one in settings:
        path = f"/cam/realmonitor?channel={one.number}&subtype={0 if one.role == 'main' else 1}"
        sizes = (one.width or None, one.height or None, one.fps or None, one.kbps or None)
        offer = StreamOffer(one.role, path, "", one.codec, *sizes)
        found[one.number] = (*found.get(one.number, ()), offer)
    return found


async def fetch_disks(io: Io) -> tuple[Disk, ...]:
    return dahua_device.disks_of(await fetch_table(io, STORAGE))


async def fetch_tracks(io: Io) -> tuple[Track, ...]:
    modes = await fetch_table(io, config("RecordMode"))
    plans = await _or(fetch_table(io, config("Record")), None)
    held = await _or(fetch_table(io, config("StorageGlobal")), {})
    return dahua_device.tracks_of(modes, plans, dahua_device.hold_days_of(held))


async def fetch_clock(io: Io) -> WallTime:
    return dahua_device.time_of(await fetch_table(io, CURRENT_TIME, fresh=True))


def place_of(uri: str) -> StreamPlace | None:
    found = _PATH.search(uri)
    return StreamPlace(int(found[1]), "main" if found[2] == "0" else "sub") if found else None


async def _fetch_model(io: Io) -> str:
    return (await _fetch_info(io)).model


async def _fetch_info(io: Io) -> dahua_device.SystemInfo:
    return dahua_device.system_info_of(await fetch_table(io, SYSTEM_INFO))


async def _fetch_version(io: Io) -> str:
    return dahua_device.version_of(await fetch_table(io, VERSION))


async def _fetch_remote(io: Io) -> tuple[Input, ...]:
    return dahua_inputs.remote_devices_of(await fetch_table(io, config("RemoteDevice")))


async def _fetch_titles(io: Io) -> Mapping[int, str]:
    return dahua_inputs.titles_of(await fetch_table(io, config("ChannelTitle")))


async def _fetch_states(io: Io) -> Mapping[int, str]:
    return dahua_inputs.camera_states_of(await fetch_table(io, CAMERA_STATES))


async def _fetch_lost(io: Io) -> tuple[int, ...]:
    if await fetch_way(io) != "CGI":
        raise Unsupported("RPC2 tells of lost pictures only to who subscribes to events")
    return dahua_inputs.parse_lost_pictures(await io.get(dahua_inputs.LOST_PICTURES))


async def _or(asking: Coroutine[Any, Any, Read], otherwise: Read) -> Read:
    """Return what is told, or the other where the device cannot tell it: no table of a CGI is sure."""
    try:
        return await asking
    except (Unsupported, Malformed):
        return otherwise
