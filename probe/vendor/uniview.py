"""Uniview's LAPI. 宇视"""

from __future__ import annotations

import re

from probe.errors import Malformed, Unsupported
from probe.model import Io, StreamOffer
from probe.vendor.protocol import Identity, Month, StreamPlace, Streams, Vendor, Who
from probe.wire import lapi
from probe.wire.recorder import Disk, Input, Track, WallTime

_PATH = re.compile(r"/c(\d{1,4})/s(\d)(?:/|$)", re.IGNORECASE)


async def fetch_identity(io: Io) -> Identity:
    said = lapi.parse_device(await io.get(lapi.DEVICE_INFO))
    return Identity("UNIVIEW", said.model, said.firmware, said.serial)


async def fetch_who(io: Io) -> Who:
    device = lapi.parse_device(await io.get(lapi.DEVICE_INFO))
    try:
        is_recorder = bool(lapi.parse_channel_details(await io.get(lapi.CHANNEL_DETAILS)))
    except (Unsupported, Malformed):
        is_recorder = "NVR" in device.model.upper()
    return Who(is_recorder, f"LAPI {device.model}")


async def fetch_inputs(io: Io) -> tuple[Input, ...]:
    inputs = lapi.parse_channel_details(await io.get(lapi.CHANNEL_DETAILS))
    try:
        return lapi.with_devices(inputs, await io.get(lapi.CHANNEL_DEVICES))
    except (Unsupported, Malformed):
        return inputs  # serials and firmware are then not known; the channels are


async def fetch_streams(io: Io) -> Streams:
    """Return where the streams of each channel are; LAPI does not tell how they are set."""
    return {
        one.number: (
            StreamOffer("main", f"/unicast/c{one.number}/s0/live"),
            StreamOffer("sub", f"/unicast/c{one.number}/s1/live"),
        )
        for one in await fetch_inputs(io)
        if not one.is_slot
    }


async def fetch_disks(io: Io) -> tuple[Disk, ...]:
    return lapi.parse_containers(await io.get(lapi.CONTAINERS))


async def fetch_clock(io: Io) -> WallTime:
    return lapi.parse_time(await io.get(lapi.TIME, fresh=True))


async def fetch_tracks(_: Io) -> tuple[Track, ...]:
    raise Unsupported("LAPI: how it is set to record is not known to be told")


async def fetch_month(io: Io, number: int, year: int, month: int) -> Month:
    told = await io.get(lapi.recorded_days_path(number, year, month))
    return Month(lapi.parse_recorded_days(told, year, month))


def place_of(uri: str) -> StreamPlace | None:
    found = _PATH.search(uri)
    return StreamPlace(int(found[1]), "main" if found[2] == "0" else "sub") if found else None


VENDOR = Vendor(
    id="uniview",
    fetch_who=fetch_who,
    fetch_identity=fetch_identity,
    fetch_inputs=fetch_inputs,
    fetch_streams=fetch_streams,
    fetch_disks=fetch_disks,
    fetch_tracks=fetch_tracks,
    fetch_clock=fetch_clock,
    place_of=place_of,
    by_month="lapi-days",
    fetch_month=fetch_month,
)
