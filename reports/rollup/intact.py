"""Whether a camera is in order: it answers, its picture is good, it is recorded, its clock is right. 完好"""

from __future__ import annotations

from config.evidence import load_fault_points
from config.schema import Catalogue
from inventory.record import CameraRecord, DeviceRecord
from probe.model import ChannelReport, Gap, reading_of, value_of
from probe.picture.faults import picture_faults

# What these leave open is told beside the rate: without them no new camera could count for days.
_ALLOWED = frozenset({Gap.NO_BASELINE, Gap.OFF_PRESET})


def intact(camera: CameraRecord, device: DeviceRecord | None, catalogue: Catalogue) -> str | None:
    """Return 是 or 否, or None where not all of it was measured: such a camera is never taken for a good one.

    One thing that is measured to be wrong is enough; a camera that was never reached is unknown.
    """
    if device is None or device.kind == "unknown":
        return None
    if not camera.answered:
        return "否"
    numbers = camera.channels or (camera.channel,)
    channels = [one for one in device.report.channels if one.channel.number in numbers]
    said = [_clock(device), *(_picture(one, catalogue) for one in channels)]
    said += [value_of(one.evidence, "recording_now") for one in channels]
    if False in said:
        return "否"
    return "是" if channels and None not in said else None


def _clock(device: DeviceRecord) -> bool | None:
    offset = value_of(device.report.evidence, "clock_offset_s")
    if not isinstance(offset, int | float):
        return None
    return abs(offset) <= load_fault_points().clock_limit_s


def _picture(channel: ChannelReport, catalogue: Catalogue) -> bool | None:
    faults = picture_faults(catalogue.faults.values(), lambda metric: reading_of(channel.evidence, metric))
    if faults.found:
        return False
    return None if set(faults.gaps.values()) - _ALLOWED else True
