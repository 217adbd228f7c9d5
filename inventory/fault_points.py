"""What is wrong with a system after the last run, in one sentence for a form. 故障点"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from config.evidence import FaultPoints, load_fault_points
from config.schema import Catalogue
from inventory.case_points import fault_points_of_cases
from inventory.record import CameraRecord, DeviceRecord
from inventory.watch import Case
from probe.model import ChannelReport, reading_of, value_of
from probe.picture.faults import picture_faults

_OUT_OF_USE = ("停用", "拆除")


def fault_points(
    devices: Iterable[DeviceRecord], cameras: Iterable[CameraRecord], catalogue: Catalogue
) -> str | None:
    """Return what the last run found wrong, or that it found nothing; None where there is nothing to tell of.

    What could not be measured is said too: it is not known to be sound.
    """
    held = tuple(devices)
    by_id = {device.id: device for device in held}
    wanted = [one for one in cameras if one.device_id in by_id and not _is_out_of_use(one)]
    if not wanted and not held:
        return None
    words = load_fault_points()
    parts = [*_cameras(wanted, by_id, catalogue, words), *_disks(held, words), *_clocks(held, words)]
    unknown = [one for one in wanted if one.answered and _is_unknown(one, by_id)]
    if unknown:
        parts.append(
            words.said("unknown", count=len(unknown), names=_names([_name(o, by_id) for o in unknown], words))
        )
    elif not parts:
        parts.append(words.said("none"))
    return words.said("semicolon").join(parts) + words.said("stop")


def points_of_cases(
    cases: Iterable[Case],
    devices: Iterable[DeviceRecord],
    cameras: Iterable[CameraRecord],
    catalogue: Catalogue,
) -> str | None:
    """Return the open cases of a system in one sentence; None where there is nothing to tell of."""
    by_id = {device.id: device for device in devices}
    wanted = {one.id: one for one in cameras if one.device_id in by_id and not _is_out_of_use(one)}
    if not wanted and not by_id:
        return None
    every = {case.id: case for case in cases}

    def concerns(case: Case) -> bool:
        if case.subject.is_shared:
            return any(concerns(every[one]) for one in case.explains if one in every)
        return case.camera_id in wanted if case.camera_id else case.subject.device_id in by_id

    def named(case: Case) -> str:
        if case.camera_id in wanted:
            return _name(wanted[case.camera_id], by_id)
        return by_id[case.subject.device_id].address

    own = [case for case in every.values() if concerns(case)]
    under = {case.id: [every[one] for one in case.explains if one in every] for case in own}
    took = {number: len({named(one) for one in many if concerns(one)}) for number, many in under.items()}
    unknown = [_name(one, by_id) for one in wanted.values() if one.answered and _is_unknown(one, by_id)]
    return fault_points_of_cases(own, named, catalogue.watch, took, unknown)


def _cameras(
    cameras: Sequence[CameraRecord],
    devices: dict[str, DeviceRecord],
    catalogue: Catalogue,
    words: FaultPoints,
) -> Iterator[str]:
    heard = [one for one in cameras if one.answered]
    lost = [one for one in heard if any(c.channel.online is False for c in _shown(one, devices))]
    seen = [one for one in heard if one not in lost]
    silent = [one for one in seen if _says(one, devices, "recording_now", said=False)]
    wrong = {one.id: found for one in seen if (found := _wrongs(one, devices, catalogue, words))}
    gone = [one.address for one in devices.values() if one.kind != "camera" and not one.answered]
    told = (
        ("recorder", gone),
        ("offline", [_name(one, devices) for one in cameras if not one.answered]),
        ("video_lost", [_name(one, devices) for one in lost]),
        ("not_recording", [_name(one, devices) for one in silent]),
        (
            "picture",
            [
                words.said("picture_of", name=_name(one, devices), faults=wrong[one.id])
                for one in seen
                if one.id in wrong
            ],
        ),
    )
    for key, names in told:
        if names:
            yield words.said(key, count=len(names), names=_names(names, words))


def _disks(devices: Sequence[DeviceRecord], words: FaultPoints) -> Iterator[str]:
    bad: list[str] = []
    uncounted = []
    for device in devices:
        disks = value_of(device.report.evidence, "disks")
        if disks is None and value_of(device.report.evidence, "storage_state") == "bad":
            uncounted.append(device.address)
        for number, disk in enumerate(disks if isinstance(disks, list) else (), start=1):
            if isinstance(disk, dict) and disk.get("is_good") is False:
                bad.append(words.said("disk_of", address=device.address, disk=disk.get("id") or number))
    if bad:
        yield words.said("disks", count=len(bad), names=_names(bad, words))
    if uncounted:
        yield words.said("disks_uncounted", names=_names(uncounted, words))


def _clocks(devices: Sequence[DeviceRecord], words: FaultPoints) -> Iterator[str]:
    off = []
    for device in devices:
        seconds = value_of(device.report.evidence, "clock_offset_s")
        if device.answered and isinstance(seconds, (int, float)) and abs(seconds) > words.clock_limit_s:
            key = "clock_ahead" if seconds > 0 else "clock_behind"
            off.append(words.said(key, address=device.address, seconds=f"{abs(seconds):.0f}"))
    if off:
        yield words.said("clock", names=_names(off, words))


def _wrongs(
    camera: CameraRecord, devices: dict[str, DeviceRecord], catalogue: Catalogue, words: FaultPoints
) -> str:
    found: dict[str, None] = {}
    for shown in _shown(camera, devices):
        faults = picture_faults(catalogue.faults.values(), partial(reading_of, shown.evidence))
        found.update(dict.fromkeys(catalogue.faults[fault].name for fault in faults.found))
    if not found and _says(camera, devices, "alive", said=False):
        return words.said("no_picture")
    return words.said("comma").join(found)


def _is_unknown(camera: CameraRecord, devices: dict[str, DeviceRecord]) -> bool:
    shown = [one for one in _shown(camera, devices) if one.channel.online is not False]
    return bool(shown) and all(value_of(one.evidence, "alive") is None for one in shown)


def _says(camera: CameraRecord, devices: dict[str, DeviceRecord], metric: str, *, said: bool) -> bool:
    return any(value_of(one.evidence, metric) is said for one in _shown(camera, devices))


def _shown(camera: CameraRecord, devices: dict[str, DeviceRecord]) -> list[ChannelReport]:
    numbers = camera.channels or (camera.channel,)
    return [one for one in devices[camera.device_id].report.channels if one.channel.number in numbers]


def _name(camera: CameraRecord, devices: dict[str, DeviceRecord]) -> str:
    said = camera.fields.get("point_name") or camera.fields.get("channel_name")
    name = str(said.value).strip()[:20] if said and said.value is not None else ""
    if name:
        return name
    address = devices[camera.device_id].address
    return f"{address}#{camera.channel}" if camera.channel > 1 else address


def _names(names: Sequence[str], words: FaultPoints) -> str:
    listed = words.said("comma").join(names[: words.most_names])
    return words.said("and_more", names=listed) if len(names) > words.most_names else listed


def _is_out_of_use(camera: CameraRecord) -> bool:
    state = camera.fields.get("life_state")
    return state is not None and state.value in _OUT_OF_USE
