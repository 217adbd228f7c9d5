"""Whether the device speaks ONVIF, and which services it offers. 协议支持"""

from __future__ import annotations

from probe.errors import AuthRefused, DeviceError, Locked, Malformed, NoCredential, Unsupported
from probe.model import Io, Measured, NotMeasured, Probe, Reading, Target
from probe.onvif.entry import NotOnvif
from probe.wire.onvif_device import GET_CAPABILITIES, GET_SERVICES, parse_capabilities, parse_services
from probe.wire.uri import parse_uri


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    try:
        services = await fetch_services(io)
    except NotOnvif as error:
        # It answered discovery as a camera, yet the service is gone: switched off, which a person can mend.
        return {"onvif": Measured("off" if target.eprs else "absent", str(error))}
    except (AuthRefused, NoCredential, Locked, Unsupported, Malformed) as error:
        return {"onvif": Measured("supported"), "services": NotMeasured(error.gap, str(error))}
    return {"onvif": Measured("supported"), "services": Measured(dict(services))}


async def fetch_services(io: Io) -> dict[str, str]:
    """Return namespace → path, from GetServices or, where that fails or is empty, from GetCapabilities."""
    try:
        services = parse_services(await io.soap("device", "GetServices", GET_SERVICES))
    except NotOnvif:
        raise
    except (Unsupported, Malformed):
        services = {}
    if not services:
        services = parse_capabilities(await io.soap("device", "GetCapabilities", GET_CAPABILITIES))
    return {namespace: _path(xaddr) for namespace, xaddr in services.items()}


def _path(xaddr: str) -> str:
    try:
        return parse_uri(xaddr).path or "/"
    except DeviceError:
        return ""


PROBE = Probe(id="onvif.services", metrics=("onvif", "services"), seconds=25.0, measure=measure)
