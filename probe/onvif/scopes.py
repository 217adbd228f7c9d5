"""What the device says it is for, where it hangs, which profiles it follows. 范围"""

from __future__ import annotations

from probe.errors import DeviceError
from probe.model import Io, Measured, Probe, Reading, Target
from probe.wire.onvif_device import parse_scopes


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    try:
        scopes = parse_scopes(await io.soap("device", "GetScopes"))
    except DeviceError as error:
        if not target.scopes:
            raise
        return {"scopes": Measured(list(target.scopes), f"as announced by discovery; {error}")}
    # Discovery may have told more, and what it told was not asked for with a login.
    return {"scopes": Measured(list(dict.fromkeys((*scopes, *target.scopes))))}


PROBE = Probe(id="onvif.scopes", metrics=("scopes",), seconds=15.0, measure=measure)
