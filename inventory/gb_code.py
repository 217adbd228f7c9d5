"""The 20-digit code of GB/T 28181, taken apart. It is read here and never made. 国标编码"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from config.campaign import Edition
from config.gb28181 import Gb28181, named

_GAPS = re.compile(r"[\s\u200b\u200e\u200f\ufeff'’`_\-－—]")


@dataclass(frozen=True, slots=True)
class GbCode:
    """The parts of a code, as digits. `region` is the county's code of GB/T 2260."""

    digits: str
    province: str
    region: str
    unit: str
    industry: str
    type: str
    network: str
    serial: str


def stripped(said: str) -> str:
    """Return a code as typed without blanks, apostrophes and dashes; full-width digits become plain ones."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", said))


def decode(said: str) -> GbCode | None:
    """Return the parts of a code, or None for anything but 20 digits."""
    digits = stripped(said)
    if not re.fullmatch(r"[0-9]{20}", digits):
        return None
    return GbCode(
        digits=digits,
        province=digits[:2],
        region=digits[:6],
        unit=digits[6:8],
        industry=digits[8:10],
        type=digits[10:13],
        network=digits[13],
        serial=digits[14:],
    )


def industry_of(code: GbCode, tables: Gb28181, edition: Edition) -> str | None:
    return named(tables.editions[edition].industries, code.industry)


def type_of(code: GbCode, tables: Gb28181, edition: Edition) -> str | None:
    """Return the name of the type: a later edition's where the declared one does not know it."""
    later = (tables.editions[one] for one in tables.editions)
    names = (named(one.types, code.type) for one in (tables.editions[edition], *later))
    return next((name for name in names if name is not None), None)


def network_of(code: GbCode, tables: Gb28181, edition: Edition) -> str | None:
    return named(tables.editions[edition].networks, code.network)
