"""The channel probes of the picture: one for each check, all over the same decoded keyframes."""

from __future__ import annotations

from probe.model import Channel, Io, Probe, Readings
from probe.picture.check import Check, Proof
from probe.picture.checks import ALL


def probe_of(check: Check | Proof) -> Probe[Channel]:
    """Return the probe that hands out one check's readings."""

    async def measure(channel: Channel, io: Io) -> Readings:
        picture = await io.picture(channel)
        return {metric: picture.readings[metric] for metric in check.metrics if metric in picture.readings}

    return Probe(id=check.id, metrics=check.metrics, seconds=70.0, measure=measure)


PROBES: tuple[Probe[Channel], ...] = tuple(probe_of(check) for check in ALL)
