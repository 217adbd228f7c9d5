"""The disks of a recorder: how many, how large, and what it says of their state. 录像硬盘"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal

from probe.errors import DeviceError
from probe.model import Gap, Io, Measured, NotMeasured, Probe, Reading, Readings, Target
from probe.vendor.find import fetch_recorder
from probe.wire.recorder import Disk

_DISKS = ("disks", "storage_capacity_gib", "storage_free_gib", "storage_state")
METRICS = ("device_kind", *_DISKS)


async def measure(target: Target, io: Io) -> Readings:
    recorder = await fetch_recorder(io)
    kind: Reading = Measured("recorder" if recorder.is_recorder else "camera", recorder.by)
    if not recorder.is_sure:
        kind = NotMeasured(Gap.UNCLEAR, recorder.by)
    if not recorder.is_recorder:
        return {"device_kind": kind, **dict.fromkeys(_DISKS, NotMeasured(Gap.NOT_ASKED, recorder.by))}
    if recorder.vendor is None:
        why = recorder.why_not
        gap = NotMeasured(why.gap, str(why)) if why else NotMeasured(Gap.UNSUPPORTED, "ONVIF has no disks")
        return {"device_kind": kind, **dict.fromkeys(_DISKS, gap)}
    try:
        disks = await recorder.vendor.fetch_disks(io)
    except DeviceError as error:
        return {"device_kind": kind, **dict.fromkeys(_DISKS, NotMeasured(error.gap, str(error)))}
    return {"device_kind": kind, **readings_of(disks)}


def readings_of(disks: Sequence[Disk]) -> dict[str, Reading]:
    """Return the disks, their room in GiB, and their state as a whole: one bad disk is enough to be bad."""
    return {
        "disks": Measured([asdict(one) for one in disks]),
        "storage_capacity_gib": _room([one.capacity_mib for one in disks]),
        "storage_free_gib": _room([one.free_mib for one in disks]),
        "storage_state": Measured(_state(disks), ", ".join(f"{one.id} {one.status}" for one in disks)),
    }


def _room(sizes: Sequence[int | None]) -> Reading:
    told = [size for size in sizes if size is not None]
    if len(told) < len(sizes):
        return NotMeasured(Gap.UNSUPPORTED, f"{len(sizes) - len(told)} of {len(sizes)} disks do not say")
    return Measured(round(sum(told) / 1024, 1))


def _state(disks: Sequence[Disk]) -> Literal["good", "bad", "none", "unknown"]:
    if not disks:
        return "none"
    if any(one.is_good is False for one in disks):
        return "bad"
    return "good" if all(one.is_good for one in disks) else "unknown"


PROBE: Probe[Target] = Probe(id="record.storage", metrics=METRICS, seconds=20.0, measure=measure)
