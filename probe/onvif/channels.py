"""The lenses and inputs of a device, with the streams that it declares for each. 通道与码流"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Channel, Io, Measured, Probe, Reading, StreamOffer, Target, channel_value
from probe.onvif.profiles import fetch_profiles
from probe.wire.onvif_media import MediaProfile, parse_uri_answer, parse_video_sources
from probe.wire.soap import escaped
from probe.wire.uri import mend_uri, redact_uri

# A slow recorder of 64 channels loses addresses, the last and the least first, but never its channels.
_EXTRAS = timedelta(seconds=20)
_MAINS = timedelta(seconds=30)
_MAIN_TRIES = 3
_MOST_KBPS = 1_000_000

# "VideoSourceConfig", "VideoS_000", "V_SRC_000": made by firmware, not by a person; they name no place.
_TECHNICAL = re.compile(
    r"(?:video|media|source|config(?:uration)?|profile|stream|main|default|channel|camera|input|sensor|token"
    r"|onvif|user|vsc|src|cfg|cam|vi|vs|ch|in|v|s|[\W\d_])*",
    re.IGNORECASE,
)


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    begun = io.now()
    profiles = await fetch_profiles(io)
    sources = await _fetch_sources(io)
    inputs = group(profiles, sources)

    async with asyncio.TaskGroup() as asking:
        mains = [asking.create_task(_fetch_main(one, target, io, begun + _MAINS)) for one in inputs]
    async with asyncio.TaskGroup() as asking:
        extras = [
            asking.create_task(_fetch_extras(one, main.result(), target, io, begun + _EXTRAS))
            for one, main in zip(inputs, mains, strict=True)
        ]
    channels = [found for extra in extras if (found := extra.result()) is not None]
    return {
        "channels": Measured([channel_value(channel) for channel in channels]),
        "video_sources": Measured(len(sources) or len(inputs)),
    }


@dataclass(frozen=True, slots=True)
class Input:
    """A video source and its profiles, the one to be proved first. `number` is its place on the device."""

    number: int
    source: str
    profiles: tuple[MediaProfile, ...]


def group(profiles: Sequence[MediaProfile], sources: Sequence[str] = ()) -> tuple[Input, ...]:
    """Return the inputs that have a profile, in the device's order of sources, else in that of the profiles.

    A profile belongs to the source that it names and to no other: who pairs by position asks a recorder for
    an "Unrecognized configuration" (Hikvision DS-7732NI, agsh/onvif#369).
    """
    named = [one.source for one in profiles if one.source]
    order = list(dict.fromkeys((*sources, *named)))
    lone = order[0] if len(order) == 1 else ""
    found = []
    for number, source in enumerate(order or [""], 1):
        own = [one for one in profiles if (one.source or lone) == source]
        encoded = [one for one in own if one.encoder is not None]
        if own:
            found.append(Input(number, source, tuple(_main_first(encoded or own))))
    # An empty slot of a recorder may have profiles, of no size at all; a lone input is a camera all the same.
    real = [one for one in found if not all(_is_of_no_size(profile) for profile in one.profiles)]
    return tuple(real or found)


def _is_of_no_size(profile: MediaProfile) -> bool:
    encoder = profile.encoder
    return encoder is not None and encoder.width == 0 and encoder.height == 0


def _main_first(profiles: Sequence[MediaProfile]) -> list[MediaProfile]:
    # A JPEG profile may be the largest (AXIS P3818: 5120x2560) and is still not the video.
    video = [one for one in profiles if one.encoder is None or one.encoder.codec != "JPEG"]
    stills = [one for one in profiles if one not in video]
    # Where the device hides a size (H.265 from Media1), sizes cannot be compared: its own order counts.
    if all(_area(one) for one in video):
        video.sort(key=_area, reverse=True)
    return video + stills


def _area(profile: MediaProfile) -> int:
    encoder = profile.encoder
    return (encoder.width or 0) * (encoder.height or 0) if encoder else 0


async def _fetch_sources(io: Io) -> tuple[str, ...]:
    for service in ("media", "deviceio"):
        try:
            found = parse_video_sources(await io.soap(service, "GetVideoSources"))
        except (Unsupported, Malformed):
            continue
        if found:
            return tuple(dict.fromkeys(one.token for one in found))
    return ()


async def _fetch_main(one: Input, target: Target, io: Io, until: datetime) -> StreamOffer | None:
    """Return the first profile with an address: Bosch's panoramic cameras declare some without."""
    for profile in one.profiles[:_MAIN_TRIES]:
        if io.now() < until and (uri := await _fetch_uri(profile, target, io)):
            return _offer("main", profile, uri)
    profile = one.profiles[0]
    # Neither an encoder nor an address: an empty slot of a recorder.
    return _offer("main", profile, "") if profile.encoder else None


async def _fetch_extras(
    one: Input, main: StreamOffer | None, target: Target, io: Io, until: datetime
) -> Channel | None:
    if main is None:
        return None
    streams = [main]
    rest = [profile for profile in one.profiles if profile.token != main.profile]
    if rest:
        uri = await _fetch_uri(rest[0], target, io) if io.now() < until else ""
        streams.append(_offer("sub", rest[0], uri))
    names = {profile.source_name for profile in one.profiles if not _TECHNICAL.fullmatch(profile.source_name)}
    return Channel(
        number=one.number,
        name=names.pop() if len(names) == 1 else "",
        source=one.source,
        streams=tuple(streams),
        snapshot_uri=await _fetch_snapshot_uri(main.profile, target, io) if io.now() < until else "",
    )


async def _fetch_uri(profile: MediaProfile, target: Target, io: Io) -> str:
    setup = (
        "<trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>"
        "<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></trt:StreamSetup>"
        f"<trt:ProfileToken>{escaped(profile.token)}</trt:ProfileToken>"
    )
    simple = (
        "<tr2:Protocol>RtspUnicast</tr2:Protocol>"
        f"<tr2:ProfileToken>{escaped(profile.token)}</tr2:ProfileToken>"
    )
    ways = [("media", setup), ("media2", simple)]
    if profile.encoder is not None and profile.encoder.codec == "H265":
        ways.reverse()  # Media1 has no word for H.265
    return await _first_uri("GetStreamUri", ways, target, io)


async def _fetch_snapshot_uri(token: str, target: Target, io: Io) -> str:
    ways = [
        (service, f"<{prefix}:ProfileToken>{escaped(token)}</{prefix}:ProfileToken>")
        for service, prefix in (("media", "trt"), ("media2", "tr2"))
    ]
    return await _first_uri("GetSnapshotUri", ways, target, io)


async def _first_uri(operation: str, ways: list[tuple[str, str]], target: Target, io: Io) -> str:
    """Return the first address given, or an empty string: one channel's silence must not cost the others."""
    for service, body in ways:
        try:
            uri = parse_uri_answer(await io.soap(service, operation, body))
            return redact_uri(mend_uri(uri, target.address))
        except DeviceError:
            continue
    return ""


def _offer(role: Literal["main", "sub"], profile: MediaProfile, uri: str) -> StreamOffer:
    encoder = profile.encoder
    if encoder is None:
        return StreamOffer(role, uri, profile.token)
    # Zeroes are not sizes (Artosyn), and 2147483647 means "no limit" (AXIS).
    kbps = encoder.kbps if encoder.kbps and encoder.kbps <= _MOST_KBPS else None
    return StreamOffer(
        role=role,
        uri=uri,
        profile=profile.token,
        codec=encoder.codec,
        width=encoder.width or None,
        height=encoder.height or None,
        fps=encoder.fps or None,
        kbps=kbps,
    )


PROBE = Probe(id="onvif.channels", metrics=("channels", "video_sources"), seconds=45.0, measure=measure)
