"""What names a device for good: MAC, serial, endpoint reference. Never an address, never a filler."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from config.schema import Brands
from probe.model import DeviceReport, Target, value_of

KeyKind = Literal["mac", "serial", "epr"]
STRENGTH: tuple[KeyKind, ...] = ("mac", "serial", "epr")

_SHORTEST_SERIAL = 6
_SHORTEST_EPR = 8
# MACs printed in manuals and left in unflashed boards; 00:00:00 and ff are met in recorders' channel lists.
_FILLER_MACS = frozenset({"001122334455", "123456789ABC", "112233445566", "AABBCCDDEEFF", "0123456789AB"})


class Key(NamedTuple):
    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class Face:
    """How a device looks from outside: enough to know it again at its address, never elsewhere."""

    address: str
    pinned: int | None
    ports: frozenset[int]
    model: str = ""


def keys_of(report: DeviceReport, brands: Brands) -> frozenset[Key]:
    """Return every key of the report that may tie it to other sightings; none where all are fillers."""
    return frozenset(_keys_of(report, brands))


def keys_of_target(target: Target) -> frozenset[Key]:
    """Return what is known before a device is asked: its MAC from the neighbour table and its EPRs."""
    found = {Key("mac", mac) for mac in [trusted_mac(target.mac)] if mac}
    return frozenset(
        found | {Key("epr", epr) for said in target.eprs if (epr := trusted_epr(said, target.address))}
    )


def face_of(report: DeviceReport) -> Face:
    target = report.target
    return Face(
        target.address, target.pinned, frozenset(target.ports), printable(text_of(report, "model")).casefold()
    )


def trusted_mac(said: str) -> str:
    """Return the MAC as AA:BB:CC:DD:EE:FF, or nothing when it names no single device."""
    digits = re.sub(r"[-:. ]", "", said).upper()
    if not re.fullmatch(r"[0-9A-F]{12}", digits) or digits in _FILLER_MACS:
        return ""
    if digits.startswith("000000") or len(set(digits)) == 1 or int(digits[:2], 16) & 1:
        return ""
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def trusted_serial(said: str, address: str, brands: Brands, *, same_word: Sequence[str] = ()) -> str:
    """Return the serial, or nothing when it is a filler, the address in digits, or one of `same_word`."""
    serial = printable(said).upper()
    if len(serial) < _SHORTEST_SERIAL or len(set(serial)) == 1:
        return ""
    if any(re.fullmatch(filler, serial, re.IGNORECASE) for filler in brands.serial_placeholders):
        return ""
    if any(serial == word.strip().upper() for word in same_word if word):
        return ""
    # Reolink's SerialNumber is the address without its dots: it would follow the address, not the camera.
    parts = address.split(".")
    if serial in {address.upper(), "".join(parts), "".join(part.zfill(3) for part in parts)}:
        return ""
    return serial


def trusted_epr(said: str, address: str) -> str:
    """Return the EPR without its prefix, or nothing when it is empty, zero or made of the address."""
    epr = re.sub(r"^(urn:)?(uuid:)?", "", printable(said).casefold())
    marks = set(re.sub(r"[^0-9a-z]", "", epr))
    if len(epr) < _SHORTEST_EPR or len(marks) < 3:
        return ""
    if re.search(rf"(?<![\d.]){re.escape(address.casefold())}(?![\d.])", epr):
        return ""
    return epr


def printable(said: str) -> str:
    """Return device text without control and half characters, so that it can be compared and shown."""
    whole = said.encode("utf-8", "replace").decode()
    return "".join(character for character in whole if character.isprintable()).strip()


def text_of(report: DeviceReport, metric: str) -> str:
    """Return a text metric of the device, or nothing."""
    value = value_of(report.evidence, metric)
    return value if isinstance(value, str) else ""


def _keys_of(report: DeviceReport, brands: Brands) -> Iterator[Key]:
    target = report.target
    yield from keys_of_target(target)
    if mac := trusted_mac(text_of(report, "mac")):
        yield Key("mac", mac)
    others = [text_of(report, metric) for metric in ("manufacturer", "model", "firmware", "hardware_id")]
    if serial := trusted_serial(text_of(report, "serial"), target.address, brands, same_word=others):
        yield Key("serial", serial)
