"""The channels of a device: from ONVIF, a recorder's own list, or the one stream of a usual path. 通道"""

from __future__ import annotations

import asyncio

from probe.errors import AuthRefused, DeviceError, Locked, Malformed, NoCredential, Silent, Unsupported
from probe.joint.recorder_channels import joined, listed, names_its_place, numbered
from probe.model import (
    Channel,
    Gap,
    Io,
    Measured,
    NotMeasured,
    Probe,
    Reading,
    Readings,
    StreamOffer,
    Target,
    channel_from,
    channel_value,
)
from probe.onvif import channels as onvif_channels
from probe.onvif import profile_g
from probe.vendor.find import Recorder, fetch_recorder, has_a_list, place_of
from probe.vendor.protocol import Streams

_LIST_S = 20.0
_KEPT = "joint.channels"


async def measure(target: Target, io: Io) -> Readings:
    try:
        told = await onvif_channels.measure(target, io)
    except (AuthRefused, Locked, NoCredential):
        raise  # RTSP counts the same password: another door is no second try
    except DeviceError as error:
        return await _without_onvif(target, io, error)
    reading = told["channels"]
    values = reading.value if isinstance(reading, Measured) and isinstance(reading.value, list) else []
    channels = tuple(channel_from(value) for value in values)
    recorder: Recorder | None = None
    try:
        async with asyncio.timeout(_LIST_S):
            recorder = await fetch_recorder(io)
            channels = await _with_sources(channels, recorder, io)
            whole, detail = await _of_recorder(channels, recorder, target, io)
    except (DeviceError, TimeoutError) as error:
        return {**told, "channels": await _without_list(channels, recorder, error, io)}
    return {**told, "channels": await _kept(whole, io, detail)}


async def fetch_channels(io: Io) -> tuple[Channel, ...]:
    """Return the channels that the device was found to have. Raise Unsupported before it was asked."""

    async def none() -> tuple[Channel, ...]:
        raise Unsupported("the device was not asked for its channels")

    return await io.once(_KEPT, none)


async def _of_recorder(
    channels: tuple[Channel, ...], recorder: Recorder, target: Target, io: Io
) -> tuple[tuple[Channel, ...], str]:
    """Return the channels with what the recorder's own list adds, and by what. Raise why it is not had."""
    may_be_one = recorder.is_recorder or not recorder.is_sure
    if may_be_one and recorder.vendor is None and recorder.why_not is not None:
        raise recorder.why_not
    if recorder.vendor is None or not recorder.is_recorder:
        return channels, ""
    inputs = await recorder.vendor.fetch_inputs(io)
    whole = joined(channels, inputs, recorder.vendor.place_of)
    if all(_has_main(one) for one in whole):
        return whole, f"ONVIF and {recorder.vendor.id}"
    streams = await _streams(recorder, io)
    return listed(whole, inputs, streams, _rtsp_root(channels, target)), f"ONVIF and {recorder.vendor.id}"


async def _without_list(
    channels: tuple[Channel, ...], recorder: Recorder | None, error: DeviceError | TimeoutError, io: Io
) -> Reading:
    """Return ONVIF's channels in the recorder's own numbers, as the addresses of their streams name them.

    ONVIF's own count shifts with every empty slot: it stands only where no other night has another, which is
    a device that never gives a list. Where it may on other nights, a channel that no address names is left
    out: better not measured than taken for its neighbour.
    """
    said = str(error) or "no whole answer"
    why = "" if isinstance(error, NoCredential) else f"the recorder's own list: {said}"
    if recorder is None and len(channels) <= 1:
        return await _kept(channels, io, why)  # a camera, as far as anybody knows
    own = numbered(channels, place_of)
    if all(names_its_place(one, place_of) for one in channels):
        return await _kept(own, io, why)
    if recorder is None or recorder.vendor is None:
        is_refused = recorder is not None and isinstance(error, (Unsupported, NoCredential))
        if is_refused or not await has_a_list(io):
            return await _kept(channels, io, why if recorder is None else "")
    told = await _kept(own, io, f"{why}; {len(channels) - len(own)} without a number are left out")
    if own:
        return told
    gap = error.gap if isinstance(error, DeviceError) else Gap.TIMEOUT
    return NotMeasured(gap, f"{why}; no address names a channel")


async def _without_onvif(target: Target, io: Io, error: DeviceError) -> Readings:
    """Return the recorder's own channels, or the one stream that answers; raise what the latter raised."""
    # The login that this stream proves opens the maker's own door as well, even where no path has a video.
    lone: tuple[Channel, ...] = ()
    none: DeviceError = error
    try:
        lone = (Channel(number=1, streams=(await io.once("rtsp.usual", io.usual_stream),)),)
    except (Unsupported, Malformed, Silent) as refusal:
        none = refusal
    try:
        async with asyncio.timeout(_LIST_S):
            recorder = await fetch_recorder(io)
            if recorder.is_recorder and recorder.vendor is not None:
                inputs = await recorder.vendor.fetch_inputs(io)
                channels = listed((), inputs, await _streams(recorder, io), _rtsp_root(lone, target))
                sources: Reading = Measured(
                    sum(not one.is_slot for one in inputs), f"by {recorder.vendor.id}"
                )
                told = await _kept(channels, io, f"by {recorder.vendor.id}; ONVIF: {error}")
                return {"channels": told, "video_sources": sources}
    except (DeviceError, TimeoutError):
        pass  # the one stream stands, if there is one
    if not lone:
        # That no usual path has a video is no wonder with a recorder; that it did not answer says why.
        raise Silent(f"{error}; {none}") if isinstance(error, Silent) else none
    return {
        "channels": await _kept(lone, io, f"by its RTSP path; ONVIF: {error}"),
        "video_sources": NotMeasured(Gap.UNSUPPORTED, str(error)),
    }


async def _streams(recorder: Recorder, io: Io) -> Streams:
    assert recorder.vendor is not None  # noqa: S101  the callers have looked
    try:
        return await recorder.vendor.fetch_streams(io)
    except (Unsupported, Malformed):
        return {}


async def _with_sources(channels: tuple[Channel, ...], recorder: Recorder, io: Io) -> tuple[Channel, ...]:
    """Return the channels with the camera that Profile G names behind each, where no maker's list does."""
    if recorder.vendor is not None or not (recorder.is_recorder and recorder.has_search):
        return channels
    try:
        recordings = await profile_g.fetch_recordings(io)
    except (Unsupported, Malformed, Silent):
        return channels
    return tuple(profile_g.with_source(one, recordings, channels) for one in channels)


async def _kept(channels: tuple[Channel, ...], io: Io, detail: str) -> Reading:
    async def them() -> tuple[Channel, ...]:
        return channels

    await io.once(_KEPT, them)
    return Measured([channel_value(one) for one in channels], detail)


def _has_main(channel: Channel) -> bool:
    return any(one.role == "main" and one.uri for one in channel.streams)


def _rtsp_root(channels: tuple[Channel, ...], target: Target) -> str:
    """Return an address of the device's RTSP server: a known stream's, else that of the usual port."""
    known: StreamOffer | None = next((s for one in channels for s in one.streams if s.uri), None)
    if known is not None:
        return known.uri
    port = 8554 if 8554 in target.ports and 554 not in target.ports else 554
    return f"rtsp://{target.address}:{port}/"


PROBE: Probe[Target] = Probe(
    id="rtsp.channels", metrics=onvif_channels.PROBE.metrics, seconds=58.0, measure=measure
)
