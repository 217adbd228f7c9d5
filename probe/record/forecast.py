"""How long a recorder will keep recordings once its disks are full: an estimate, no measurement. 预计"""

from __future__ import annotations

from probe.errors import DeviceError
from probe.joint.channels import fetch_channels
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Readings
from probe.record.storage import readings_of
from probe.vendor.find import fetch_recorder

METRIC = "retention_forecast_days"
_BITS_PER_GIB = 8 * 2**30
_DAY_S = 86400


async def measure(channel: Channel, io: Io) -> Readings:
    """Return the capacity of the good disks over the bit rate of all channels that share them."""
    recorder = await fetch_recorder(io)
    if not recorder.is_recorder or recorder.vendor is None:
        return {METRIC: NotMeasured(Gap.NOT_ASKED, "no disks are told of")}
    disks = [one for one in await recorder.vendor.fetch_disks(io) if one.is_good is not False]
    capacity = readings_of(disks)["storage_capacity_gib"]
    if not isinstance(capacity, Measured) or not isinstance(capacity.value, float) or not capacity.value:
        return {METRIC: NotMeasured(Gap.UNSUPPORTED, "the size of its disks is not known")}
    kbps = [await _kbps(one, channel, io) for one in await fetch_channels(io) if one.online is not False]
    told = [rate for rate in kbps if rate]
    if not told or len(told) < len(kbps):
        why = f"the bit rate of {len(kbps) - len(told)} of {len(kbps)} channels is not known"
        return {METRIC: NotMeasured(Gap.UNSUPPORTED, why)}
    days = capacity.value * _BITS_PER_GIB / (sum(told) * 1000) / _DAY_S
    detail = f"estimate: {capacity.value:g} GiB for {sum(told):.0f} kbit/s of {len(told)} channels"
    return {METRIC: Measured(round(days, 1), detail)}


async def _kbps(one: Channel, own: Channel, io: Io) -> float | None:
    """Return the measured rate of the channel itself, and of the others what they are set to."""
    if one.number == own.number:
        try:
            grab = await io.grab(own)
            if grab.kbps and grab.role == "main":
                return grab.kbps
        except DeviceError:
            pass  # then what it is set to has to do
    return next((stream.kbps for stream in one.streams if stream.role == "main"), None)


PROBE: Probe[Channel] = Probe(
    id="record.forecast", metrics=(METRIC,), seconds=20.0, measure=measure, of_recordings=True
)
