"""How far the device clock is from ours. 校时偏差"""

from __future__ import annotations

from datetime import timedelta

from probe.model import Io, Measured, Probe, Reading, Target
from probe.wire.onvif_device import parse_utc_time


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    # The first question also finds the way in and opens the connection; the quicker of two is the truer.
    exchanges = [await _exchange(io) for _ in range(2)]
    _, offset = min(exchanges)
    return {"clock_offset_s": Measured(round(offset.total_seconds(), 3))}


async def _exchange(io: Io) -> tuple[timedelta, timedelta]:
    asked = io.now()
    reply = await io.soap("device", "GetSystemDateAndTime")
    answered = io.now()

    # The device read its clock somewhere between the two; the middle halves the error.
    midpoint = asked + (answered - asked) / 2
    return answered - asked, parse_utc_time(reply) - midpoint


PROBE = Probe(id="onvif.clock", metrics=("clock_offset_s",), seconds=20.0, measure=measure)
