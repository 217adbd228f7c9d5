"""Whether an RTSP server answers at all. OPTIONS needs no login on any camera that was seen. RTSP 协议"""

from __future__ import annotations

from probe.errors import DeviceError, Unsupported
from probe.model import Io, Measured, Probe, Readings, Target
from probe.onvif import channels as onvif_channels
from probe.wire.uri import parse_uri


async def measure(target: Target, io: Io) -> Readings:
    try:
        return {"rtsp": Measured("supported", await io.rtsp_server(await _named_ports(target, io)))}
    except Unsupported as error:
        return {"rtsp": Measured("absent", str(error))}


async def _named_ports(target: Target, io: Io) -> tuple[int, ...]:
    """Return the ports that ONVIF names. Its answers are kept, so nothing is asked twice."""
    try:
        told = (await onvif_channels.measure(target, io)).get("channels")
    except DeviceError:
        told = None
    channels = told.value if isinstance(told, Measured) and isinstance(told.value, list) else []
    uris = [stream["uri"] for channel in channels for stream in channel["streams"] if stream["uri"]]
    return tuple(dict.fromkeys(parse_uri(uri).port or 554 for uri in uris))


PROBE: Probe[Target] = Probe(id="rtsp.server", metrics=("rtsp",), seconds=15.0, measure=measure)
