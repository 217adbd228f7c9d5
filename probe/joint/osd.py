"""What the device writes over the picture of a channel: from ONVIF, or else from its maker. OSD 标注"""

from __future__ import annotations

from collections.abc import Mapping

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Reading, Readings
from probe.onvif import osd
from probe.vendor.find import fetch_maker, vendor_of


async def measure(channel: Channel, io: Io) -> Readings:
    """Ask the maker's protocol where ONVIF cannot tell, or tells of nothing; never after a refused login."""
    told: dict[str, Reading]
    try:
        told = _by_onvif(await osd.measure(channel, io))
        if told["osd"] != _NOTHING or told["osd_clock"] != _NO_CLOCK:
            return told
    except (Unsupported, Malformed) as error:
        told = dict.fromkeys(METRICS, NotMeasured(error.gap, str(error)))

    vendor = vendor_of(await fetch_maker(io))
    if vendor is None or vendor.fetch_writing is None:
        return told
    try:
        writing = await vendor.fetch_writing(io, channel.number)
    except DeviceError as error:
        return {metric: _with(reading, str(error)) for metric, reading in told.items()}
    clock = writing.shows_clock
    return {
        "osd": Measured(list(writing.texts), writing.by),
        "osd_clock": NotMeasured(Gap.UNSUPPORTED, f"{writing.by}: not told")
        if clock is None
        else Measured(clock, writing.by),
    }


METRICS = ("osd", "osd_clock")
_ONVIF = "ONVIF GetOSDs"
_NOTHING, _NO_CLOCK = Measured([], _ONVIF), Measured(False, _ONVIF)


def _by_onvif(told: Mapping[str, Reading]) -> dict[str, Reading]:
    return {
        metric: Measured(reading.value, _ONVIF) if isinstance(reading, Measured) else reading
        for metric, reading in told.items()
    }


def _with(reading: Reading, why: str) -> Reading:
    detail = f"{reading.detail}; the maker's protocol: {why}"
    match reading:
        case Measured(value=value):
            return Measured(value, detail)
        case NotMeasured(gap=gap):
            return NotMeasured(gap, detail)


PROBE: Probe[Channel] = Probe(id="channel.osd", metrics=METRICS, seconds=15.0, measure=measure)
