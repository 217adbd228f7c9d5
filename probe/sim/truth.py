"""What is really there: the answer sheet that any scan of the campus can be scored against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from probe.sim.effects import enlarged_from, fault_words
from probe.sim.footage import BEIJING, consecutive
from probe.sim.model import Campus, Device, Lens
from probe.sim.recorder import Channel

SCHEMA = "camcensus/truth/1"
_LEAST_HOLE_S = 600.0


def truth(campus: Campus, since_s: float = 0.0, now: datetime | None = None) -> dict[str, Any]:
    """Return the campus as JSON, as it is so many seconds after it answered.

    `now` is the time up to which recorders have recorded, aware; None: this computer's. A value is null where
    nobody could measure one: no picture, no width.
    """
    now = now or datetime.now(UTC)
    return {
        "schema": SCHEMA,
        "seed": campus.seed,
        "targets": list(campus.targets),
        "credentials": [
            {"name": one.name, "user": one.user, "password": one.password, "rule": one.rule}
            for one in campus.credentials
        ],
        "devices": [_device(one, since_s, now) for one in campus.devices],
        "cameras": _cameras(campus),
    }


def _cameras(campus: Campus) -> list[dict[str, Any]]:
    """Return each camera once, with every address and channel that shows it."""
    seen: dict[str, list[dict[str, Any]]] = {}
    for device in campus.devices:
        for lens in device.shown:
            seen.setdefault(lens.camera_id, []).append({"address": device.address, "channel": lens.number})
    return [{"camera_id": camera_id, "seen_as": places} for camera_id, places in seen.items()]


def _device(device: Device, since_s: float, now: datetime) -> dict[str, Any]:
    return {
        "address": device.address,
        "port": device.http_port if device.quirks.onvif else device.rtsp_port,
        "kind": "recorder" if device.recorder else "camera",
        "manufacturer": device.manufacturer,
        "model": device.model,
        "firmware": device.firmware,
        "serial": device.serial,
        "mac": device.mac,
        "answers": device.answers,
        "login": device.login,
        "channels": [_channel(device, lens, since_s, now) for lens in device.shown],
    }


def _channel(device: Device, lens: Lens, since_s: float, now: datetime) -> dict[str, Any]:
    main = lens.main
    channel = device.recorder.channel(lens.number) if device.recorder else None
    seen = device.quirks.sends_media and device.has_picture(lens)
    original = enlarged_from(lens, since_s) if seen else None
    return {
        "number": lens.number,
        "name": channel.name if channel else lens.name,
        "camera_id": lens.camera_id,
        "width": main.width if seen else None,
        "height": main.height if seen else None,
        "codec": main.codec if seen else None,
        "fps": main.fps if seen else None,
        "faults": list(fault_words(lens, since_s)) if seen else [],
        "enlarged_from": list(original) if original else None,
        "recording": _recording(channel, lens, now) if channel else None,
        **({"source": _source(channel)} if channel else {}),
    }


def _source(channel: Channel) -> dict[str, Any]:
    """Return what the recorder's list tells of the camera; null where it does not."""
    behind = channel.behind
    return {
        "kind": channel.kind,
        "online": channel.online,
        "address": behind.address if behind else None,
        "mac": behind.mac or None if behind else None,
        "serial": behind.serial or None if behind else None,
        "model": behind.model or None if behind else None,
    }


def _recording(channel: Channel, lens: Lens, now: datetime) -> dict[str, Any]:
    """Return what is on the disks, locked clips left out, by the school's calendar."""
    footage = channel.footage.unlocked()
    clips = footage.clips(now)
    days = footage.days(now, BEIJING)
    yesterday = now.astimezone(BEIJING).date() - timedelta(days=1)
    stream = lens.streams[1 if channel.records == "sub" and len(lens.streams) > 1 else 0]
    return {
        "oldest": _local(clips[0].start) if clips else None,
        "newest": _local(clips[-1].end) if clips else None,
        "continuous_days": consecutive(days, yesterday),
        "days_recorded": len(days),
        "days": [one.isoformat() for one in sorted(days)],
        "holes": [
            {"from": _local(start), "to": _local(end)} for start, end in footage.holes(now, _LEAST_HOLE_S)
        ],
        "mode": channel.mode,
        "locked_clips": sum(one.locked for one in channel.footage.stretches),
        "expiry_days": channel.expiry_days,
        "width": stream.width,
        "height": stream.height,
        "codec": stream.codec,
    }


def _local(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
