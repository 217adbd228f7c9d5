"""What is otherwise than the night before, from two views and the results of the nights between. 变化"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from config.schema import Catalogue
from config.watching import Limits
from inventory.brand import is_placeholder
from inventory.in_use import is_out_of_use
from inventory.own_faults import is_number
from inventory.record import DeviceRecord, Scalar, View
from inventory.watch import Change, ChangeKind, Look, Result, Subject
from probe.model import ChannelReport, value_of

# What a channel says of itself, by the metric that reads it.
_SETTINGS: Mapping[ChangeKind, str] = {
    "codec": "codec",
    "record-mode": "recording_mode",
    "expiry": "recording_expiry_days",
}


def changes(
    before: View, after: View, look: Look, past: Sequence[Result], catalogue: Catalogue, day: date
) -> list[Change]:
    """Return what changed from one view to a later one. Of the earlier one only the devices are asked for.

    `look` is what the later one's run found, `past` the results of the nights before, oldest first. A device
    that gave no answer has changed in nothing but that; and what was unknown before cannot have changed.
    """
    if before.run is None:
        return []
    found = [
        *_devices(before, after, day),
        *_replaced(before, after, catalogue, day),
        *_settings(before, after, day),
        *_values(look, past, catalogue.watch.limits, day),
    ]
    return sorted(set(found), key=lambda one: (one.subject, one.kind))


def _devices(before: View, after: View, day: date) -> Iterator[Change]:
    was = {device.id: device for device in before.devices}
    for device in after.devices:
        subject, old = Subject(device.id), was.get(device.id)
        if old is None:
            yield Change("new", subject, None, device.address, day)
            continue
        if not device.asked:
            continue
        if old.answered and not device.answered:
            yield Change("gone", subject, old.address, None, day)
        if device.answered and not old.answered:
            yield Change("back", subject, None, device.address, day)
        if device.answered and old.address != device.address:
            yield Change("moved-address", subject, old.address, device.address, day)
    listed = {one.id: {c.channel.number for c in one.report.channels} for one in before.devices}
    for device in after.devices:
        if device.id in was and device.asked and device.answered and listed[device.id]:
            for shown in device.report.channels:
                if shown.channel.number not in listed[device.id]:
                    place = Subject(device.id, shown.channel.number)
                    yield Change("new", place, None, shown.channel.name or None, day)


def _replaced(before: View, after: View, catalogue: Catalogue, day: date) -> Iterator[Change]:
    """Another device at the address of one that is gone; or another camera behind a recorder's channel."""
    was = {device.id for device in before.devices}
    gone = {device.address: device for device in before.devices}
    still = {device.id: device for device in after.devices}
    for device in after.devices:
        old = gone.get(device.address)
        if device.id in was or old is None or old.id == device.id:
            continue
        now = still.get(old.id)
        if now is None or not now.answered or now.address != device.address:
            yield Change("replaced", Subject(device.id), _who(old), _who(device), day)
    for old_device, device in _both(before, after):
        for old_shown, shown in _channels(old_device, device):
            one, other = (_behind(each, catalogue) for each in (old_shown, shown))
            if one and other and one != other:
                yield Change("replaced", Subject(device.id, shown.channel.number), one, other, day)


def _settings(before: View, after: View, day: date) -> Iterator[Change]:
    for old_device, device in _both(before, after):
        firmware = [value_of(one.report.evidence, "firmware") for one in (old_device, device)]
        yield from _change("firmware", Subject(device.id), firmware[0], firmware[1], day)
        for old, new in _channels(old_device, device):
            place = Subject(device.id, new.channel.number)
            yield from _change("renamed", place, old.channel.name or None, new.channel.name or None, day)
            yield from _change("resolution", place, _size(old), _size(new), day)
            for kind, metric in _SETTINGS.items():
                pair = [value_of(one.evidence, metric) for one in (old, new)]
                yield from _change(kind, place, pair[0], pair[1], day)


def _values(look: Look, past: Sequence[Result], limits: Limits, day: date) -> Iterator[Change]:
    """View, clock and the days that are kept are measured anew each night: small steps are no change."""
    before: dict[Subject, list[Result]] = {}
    for one in past:
        before.setdefault(one.subject, []).append(one)
    for result in look.results:
        earlier = before.get(result.subject, [])
        for kind, name, step in (
            ("view", "view_shift_pct", limits.view_step_pct),
            ("clock", "clock_offset_s", limits.clock_step_s),
        ):
            old, new = _newest(earlier, name), result.values.get(name)
            if is_number(old) and is_number(new) and abs(new - old) > step:
                yield Change(kind, result.subject, old, new, day)  # type: ignore[arg-type]  # the two above
        yield from _shrinking(result, earlier, limits, day)


def _shrinking(result: Result, earlier: Sequence[Result], limits: Limits, day: date) -> Iterator[Change]:
    """Fewer days than the nights before had for certain. It is told once: on the night that goes below."""
    nights = earlier[-limits.retention_over_nights :]
    most = max((v for one in nights if is_number(v := one.values.get("days_at_least"))), default=None)
    now, last = result.values.get("days_at_most"), _newest(nights, "days_at_most")
    if most is None or not is_number(now) or now > most - limits.retention_drop_days:
        return
    if not is_number(last) or last > most - limits.retention_drop_days:
        yield Change("retention", result.subject, most, now, day)


def _both(before: View, after: View) -> Iterator[tuple[DeviceRecord, DeviceRecord]]:
    """Yield each device that answered in both, as it was and as it is."""
    was = {device.id: device for device in before.devices}
    out = {camera.device_id for camera in after.cameras if is_out_of_use(camera)}
    for device in after.devices:
        old = was.get(device.id)
        if (
            old is not None
            and device.asked
            and device.answered
            and (device.kind == "recorder" or device.id not in out)
        ):
            yield old, device


def _channels(old: DeviceRecord, new: DeviceRecord) -> Iterator[tuple[ChannelReport, ChannelReport]]:
    was = {one.channel.number: one for one in old.report.channels}
    for one in new.report.channels:
        if one.channel.number in was:
            yield was[one.channel.number], one


def _change(kind: ChangeKind, subject: Subject, old: object, new: object, day: date) -> Iterator[Change]:
    scalars = (str, int, float, bool)
    if isinstance(old, scalars) and isinstance(new, scalars) and old != new:
        yield Change(kind, subject, old, new, day)


def _size(shown: ChannelReport) -> str | None:
    """Return the main stream's size; a sub-stream that was looked at instead says nothing of it."""
    width, height = (value_of(shown.evidence, side) for side in ("width", "height"))
    if not width or not height or value_of(shown.evidence, "stream_role") == "sub":
        return None
    return f"{width}x{height}"


def _behind(shown: ChannelReport, catalogue: Catalogue) -> str:
    """Return what tells the camera behind a channel from another: its MAC, else its serial number."""
    camera = shown.channel.camera
    if camera is None:
        return ""
    serial = "" if is_placeholder(camera.serial, catalogue.brands) else camera.serial
    return camera.mac.upper() or serial


def _who(device: DeviceRecord) -> str:
    evidence = device.report.evidence
    words = (value_of(evidence, name) for name in ("manufacturer", "model", "serial"))
    return " ".join(str(word) for word in words if word) or device.id


def _newest(results: Sequence[Result], name: str) -> Scalar:
    return next((one.values[name] for one in reversed(results) if one.values.get(name) is not None), None)
