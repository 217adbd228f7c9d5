"""What a recorder says of itself, in words that every maker's protocol is read into. 录像机"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from probe.errors import Malformed


@dataclass(frozen=True, slots=True)
class Input:
    """One channel as the recorder lists it, `number` from 1; an empty string or None is what it does not say.

    `why_offline` is the device's own word. `behind` is the channel of the device behind it, from 1: a
    cascaded recorder's. `mac` is aa:bb:cc:dd:ee:ff in lower case. A row without a camera `is_slot`.
    """

    number: int
    name: str = ""
    kind: Literal["analogue", "network", ""] = ""
    online: bool | None = None
    why_offline: str = ""
    address: str = ""
    port: int | None = None
    protocol: str = ""
    behind: int | None = None
    mac: str = ""
    serial: str = ""
    model: str = ""
    brand: str = ""
    firmware: str = ""
    is_slot: bool = False


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time as the device wrote it: `local` holds the digits; a zone "z" may still mean its own clock."""

    local: datetime
    zone: Literal["z", "offset", "none"]
    offset_s: int | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """One recorded stretch. `size` in bytes; `kind` is continuous, motion, alarm, manual, or empty.

    `marked`: somebody pointed at it, which may keep it from being overwritten; nothing says that it does.
    `source` is the playback URI or the file's path, as the device named it.
    """

    start: WallTime
    end: WallTime
    locked: bool | None = None
    kind: str = ""
    codec: str = ""
    size: int | None = None
    source: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Clips:
    """One page of a search; `more` when the device says that it has more."""

    clips: tuple[Clip, ...]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """How channel `number` is set to record. `expiry_days` is None where it is not limited or not said."""

    number: int
    id: str
    enabled: bool | None
    mode: Literal["continuous", "motion", "schedule", "off", ""]
    expiry_days: int | None
    loop: bool | None = None


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that is there. `is_good` is None where the word is not known; full and overwritten is good.

    `status` is the device's own word, `kind` is local, nas or raid.
    """

    id: str
    name: str = ""
    kind: str = ""
    status: str = ""
    is_good: bool | None = None
    capacity_mib: int | None = None
    free_mib: int | None = None


def parse_wall_time(text: str) -> WallTime:
    """Return a time as a device wrote it: 2026-09-01T08:00:00+08:00, 20260901T080000Z, 2026-09-01 08:00:00.

    Raise Malformed for what is no date of a calendar. 24:00:00 is the next day's midnight.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise Malformed(f"no time: {text.strip()[:40]!r}")
    year, month, day, hour, minute, second, zone, sign, zone_hours, zone_minutes = found.groups()
    ends_the_day = (hour, minute, second or "00") == ("24", "00", "00")
    written = f"{year}-{month}-{day}T{'00' if ends_the_day else hour}:{minute}:{second or '00'}"
    try:
        local = datetime.fromisoformat(written) + timedelta(days=ends_the_day)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"no time: {text.strip()[:40]!r}") from error
    if not zone:
        return WallTime(local, "none")
    if not sign:
        return WallTime(local, "z")
    offset_s = int(zone_hours) * 3600 + int(zone_minutes) * 60
    return WallTime(local, "offset", -offset_s if sign == "-" else offset_s)


def plain_mac(text: str) -> str:
    """Return aa:bb:cc:dd:ee:ff, or an empty string for what is none: 00:00:.., ff:ff:.., asterisks."""
    digits = re.sub(r"[\s:.-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits) or len(set(digits)) == 1:
        return ""
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


_WRITTEN = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})[T ]?"
    r"([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?(Z|([+-])([0-9]{1,2}):?([0-5][0-9]))?",
    re.IGNORECASE,
)
