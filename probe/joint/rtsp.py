"""Whether an RTSP server answers, on the ports that ONVIF names too. OPTIONS needs no login. RTSP 协议"""

from __future__ import annotations

from probe.errors import DeviceError, Unsupported
from probe.model import (
    Channel,
    Gap,
    Io,
    Measured,
    NotMeasured,
    Probe,
    Reading,
    Readings,
    Target,
    channel_from,
)
from probe.onvif import channels as onvif_channels
from probe.wire.uri import parse_uri


async def measure(target: Target, io: Io) -> Readings:
    told = await _fetch_channels(target, io)
    named = _named_ports(told) if isinstance(told, tuple) else ()
    try:
        server = await io.rtsp_server(named)
    except Unsupported as error:
        return {"rtsp": Measured("absent", str(error))}
    if server is not None:
        return {"rtsp": Measured("supported", server)}
    return {"rtsp": _unasked(told, io)}


def _unasked(told: tuple[Channel, ...] | DeviceError, io: Io) -> Reading:
    """Return what a device without a known RTSP port tells: it may stand on any other, such as 10554."""
    if isinstance(told, tuple) and io.rtsp_ports_are_closed():
        return Measured("absent", "ONVIF names no stream, and no usual RTSP port is open")
    if isinstance(told, tuple) or told.gap is Gap.UNSUPPORTED:
        return NotMeasured(Gap.NOT_ASKED, "no RTSP port is known")
    return NotMeasured(told.gap, f"no RTSP port is known; ONVIF: {told}")


async def _fetch_channels(target: Target, io: Io) -> tuple[Channel, ...] | DeviceError:
    """Return what ONVIF tells, or why it does not. Its answers are kept, so nothing is asked twice."""
    try:
        told = (await onvif_channels.measure(target, io))["channels"]
    except DeviceError as error:
        return error
    values = told.value if isinstance(told, Measured) and isinstance(told.value, list) else []
    return tuple(channel_from(value) for value in values)


def _named_ports(channels: tuple[Channel, ...]) -> tuple[int, ...]:
    uris = (stream.uri for channel in channels for stream in channel.streams if stream.uri)
    return tuple(dict.fromkeys(parse_uri(uri).port or 554 for uri in uris))


PROBE: Probe[Target] = Probe(id="rtsp.server", metrics=("rtsp",), seconds=15.0, measure=measure)
