"""What is wrong with a system, in the one cell that a form has for it. 系统目前的故障点"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.watching import Watching
from inventory.case_points import fault_points_of_cases
from inventory.causes import cameras_under
from inventory.condition import condition_of
from inventory.in_use import is_out_of_use
from inventory.record import CameraRecord, DeviceRecord
from inventory.watch import Case, Watched


def fault_points(
    watched: Watched, devices: Iterable[DeviceRecord], cameras: Iterable[CameraRecord], watching: Watching
) -> str | None:
    """Return the open faults of these devices and cameras in one sentence; None where there are none of them.

    A camera whose picture nobody could judge is told as not measured, unless a fault that is told says why.
    """
    by_id = {device.id: device for device in devices}
    wanted = {one.id: one for one in cameras if one.device_id in by_id and not is_out_of_use(one)}
    if not wanted and not by_id:
        return None
    own = [case for case in watched.cases.values() if _concerns(case, watched.cases, wanted, by_id)]
    under = {case.id: cameras_under(case, watched.cases, wanted.values()) for case in own}

    def named(case: Case) -> str:
        if case.camera_id in wanted:
            return _name(wanted[case.camera_id], by_id)
        return by_id[case.subject.device_id].address

    faulty = {case.camera_id for case in own}
    unseen = {camera for many in under.values() for camera in many}
    works = {one.id: condition_of(one, watched.results, watching).works for one in wanted.values()}
    unmeasured = [
        _name(one, by_id)
        for one in wanted.values()
        if one.id not in unseen and (works[one.id] is None or (not works[one.id] and one.id not in faulty))
    ]
    counted = {number: sum(one in wanted for one in many) for number, many in under.items()}
    return fault_points_of_cases(own, named, watching, counted, unmeasured)


def _concerns(
    case: Case,
    cases: Mapping[int, Case],
    cameras: Mapping[str, CameraRecord],
    devices: Mapping[str, DeviceRecord],
) -> bool:
    if case.subject.is_shared:
        return any(_concerns(cases[one], cases, cameras, devices) for one in case.explains if one in cases)
    return case.camera_id in cameras if case.camera_id else case.subject.device_id in devices


def _name(camera: CameraRecord, devices: Mapping[str, DeviceRecord]) -> str:
    said = camera.fields.get("point_name") or camera.fields.get("channel_name")
    name = str(said.value).strip()[:20] if said and said.value is not None else ""
    if name:
        return name
    address = devices[camera.device_id].address
    return f"{address}#{camera.channel}" if camera.channel > 1 else address
