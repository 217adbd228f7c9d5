"""What a recorder tells of one camera behind it: its make, its keys, its code, how many days are kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from config.schema import Brands, Field, known_brand
from inventory.brand import brand_of_prefix, is_placeholder
from inventory.identity import printable, trusted_mac, trusted_serial
from inventory.record import FieldValue, Source
from probe.model import Behind, ChannelReport, DeviceReport, Evidence, Measured, value_of

# A GB28181 code: centre 8, trade 2, type 3, network 1, number 6. Equipment comes with a code in 34020000, the
# example of the standard.
_CODE = re.compile(r"\d{20}", re.ASCII)
_EXAMPLE = "34020000"
_CAMERA_TYPES = ("131", "132")


def listed_value(rule: Field, camera: Behind, brands: Brands, by: str, at: datetime) -> FieldValue | None:
    """Return what the recorder's list says of the camera behind a channel for one field."""

    def said(word: str, source: Source = "measured", note: str = "") -> FieldValue | None:
        return FieldValue(word, source, by, at, source != "suggested", note) if word else None

    match rule.derived or rule.metric:
        case "address":
            return said(printable(camera.address))
        case "mac":
            return said(trusted_mac(camera.mac))
        case "firmware":
            return said(_word(camera.firmware, brands))
        case "serial":
            words = (camera.brand, camera.model, camera.firmware)
            known = trusted_serial(camera.serial, camera.address, brands, same_word=words)
            return said(printable(camera.serial)) if known else None
        case "model":
            return said(_word(camera.model, brands), "derived")
        case "brand":
            return _brand(camera, brands, by, at)
        case _:
            return None


def channel_code(report: DeviceReport, numbers: Iterable[int]) -> FieldValue | None:
    """Return the 20-digit code that is set for these channels of a device; none where several share one."""
    for evidence in report.evidence:
        match evidence:
            case Evidence(metric="gb_channel_codes", reading=Measured(value=dict(codes))):
                uses = Counter(str(code) for code in codes.values())
                for number in numbers:
                    code = str(codes.get(str(number), ""))
                    if _is_code(code) and uses[code] == 1:
                        return FieldValue(code, "measured", evidence.probe, evidence.at, True)
            case _:
                continue
    return None


def device_code(report: DeviceReport) -> FieldValue | None:
    """Return the code that is set for a camera itself."""
    for evidence in report.evidence:
        match evidence:
            case Evidence(metric="gb_code", reading=Measured(value=str(code))):
                if _is_code(code) and code[10:13] in _CAMERA_TYPES:
                    return FieldValue(code, "measured", evidence.probe, evidence.at, True)
            case _:
                continue
    return None


def retention(shown: Mapping[str, ChannelReport]) -> FieldValue | None:
    """Return the days that a camera's recordings are proven to reach back, at the best of its recorders.

    `shown`: the camera's channels of recorders, by sight. A calendar that its own oldest recording belies
    proves nothing.
    """
    proven = [
        (days, sight, one)
        for sight, report in shown.items()
        for one in report.evidence
        if one.metric == "continuous_days"
        and isinstance(days := value_of((one,), one.metric), int)
        and value_of(report.evidence, "playback_oldest_alive") is not False
    ]
    if not proven:
        return None
    days, sight, evidence = max(proven, key=lambda found: (found[0], found[1]))
    return FieldValue(days, "measured", evidence.probe, evidence.at, True, via=sight)


def _brand(camera: Behind, brands: Brands, by: str, at: datetime) -> FieldValue | None:
    prefix = brand_of_prefix(trusted_mac(camera.mac), brands, by, at)
    word = _word(camera.brand, brands)
    if not word:
        return prefix
    known = known_brand(word, brands)
    name, note = known.name if known else word, f"Manufacturer: {word}"
    if prefix and prefix.value != name:
        return FieldValue(name, "suggested", by, at, False, f"{note}; {prefix.note}", doubt="raised")
    # The list may speak of another camera since: what was doubted of the one before is no doubt of this one.
    return FieldValue(name, "derived", by, at, True, note, doubt="settled")


def _word(said: str, brands: Brands) -> str:
    word = printable(said)
    return "" if is_placeholder(word, brands) else word


def _is_code(code: str) -> bool:
    return bool(_CODE.fullmatch(code)) and not code.startswith(_EXAMPLE) and len(set(code)) > 1
