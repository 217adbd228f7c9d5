"""The pictures in snapshots/: the newest of each channel, evidence of its faults, nothing for long. 截图"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from config.schema import Catalogue
from probe.model import ChannelReport

# d3-1.jpg, d3-1.frozen.jpg, d3-1.frozen.2026-11-20.jpg, and what a broken-off run left half written.
_OURS = re.compile(
    r"d[0-9]+-[0-9]+(\.[a-z][a-z0-9_-]*)?(\.[0-9]{4}-[0-9]{2}-[0-9]{2})?\.(jpg|part)", re.ASCII
)


def snapshot_name(device_id: str, channel: int, shows: str = "", day: str = "") -> str:
    """Return the file's name. It is made of our own ids only: no word of a device becomes part of a path."""
    return ".".join(word for word in (f"{device_id}-{channel}", shows, day, "jpg") if word)


def keep_pictures(
    folder: Path, device_id: str, channel: ChannelReport, catalogue: Catalogue, at: datetime
) -> None:
    """Write a channel's newest picture and crops. Evidence of a fault that is over gets the day it showed.

    A channel that was not seen keeps what it has: nobody knows whether its faults are over.
    """
    number = channel.channel.number
    if channel.jpeg:
        for fault in catalogue.faults:
            shown = folder / snapshot_name(device_id, number, fault)
            if fault not in channel.crops and shown.exists():
                shown.replace(
                    folder / snapshot_name(device_id, number, fault, _day(shown, catalogue.settings.zone))
                )
        _write(folder / snapshot_name(device_id, number), channel.jpeg, at)
    for shows, jpeg in _safe(channel.crops).items():
        _write(folder / snapshot_name(device_id, number, shows), jpeg, at)


def drop_old(folder: Path, now: datetime, keep_days: int) -> None:
    """Delete our own pictures that are older. No file of another name is touched, and no link followed."""
    before = (now - timedelta(days=keep_days)).timestamp()
    for path in folder.iterdir():
        ours = _OURS.fullmatch(path.name) and not path.is_symlink() and path.is_file()
        if ours and path.stat().st_mtime < before:
            path.unlink()


def _safe(crops: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {shows: jpeg for shows, jpeg in crops.items() if re.fullmatch(r"[a-z][a-z0-9_-]*", shows) and jpeg}


def _write(path: Path, jpeg: bytes, at: datetime) -> None:
    """Write a file in one piece, as old as its picture: the age limit counts from there."""
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(jpeg)
    os.utime(unfinished, (at.timestamp(), at.timestamp()))
    unfinished.replace(path)


def _day(path: Path, zone: tzinfo) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, zone).date().isoformat()
