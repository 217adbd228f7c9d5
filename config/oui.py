"""MAC prefixes from the IEEE's own list, in place of the shipped part of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from config.errors import ConfigError, Mistake
from config.plain import system_words
from config.schema import Brands
from config.site import FILE

_LARGEST = 32 << 20  # bytes; the list of 2026 has 6 MiB
# A line of oui.txt: "44-19-B6   (hex)\t\tHangzhou Hikvision Digital Technology Co.,Ltd."
_LINE = re.compile(r"^([0-9A-F]{2}-[0-9A-F]{2}-[0-9A-F]{2})\s+\(hex\)\s+(\S.*?)\s*$", re.MULTILINE)
_HEADER = "Registry,Assignment,Organization Name"


def with_prefixes(brands: Brands, path: Path) -> Brands:
    """Return the brands with the prefixes that the list gives them. Raise ConfigError if it is no such list.

    A brand that says how the registry writes it loses the prefixes that were shipped; others have none.
    """
    text, written = _read(path)
    found: dict[str, list[str]] = {brand.id: [] for brand in brands.brands if brand.registered_as}
    makers: dict[str, str | None] = {}
    lines = 0
    for prefix, organisation in _entries(text):
        lines += 1
        if organisation not in makers:
            makers[organisation] = _maker(brands, organisation)
        if (maker := makers[organisation]) is not None:
            found[maker].append(prefix)
    if not lines:
        raise _wrong(path, "不是 IEEE 的 oui.csv 或 oui.txt，请检查是否放错了文件；留空则用自带的一份")
    return brands.model_copy(
        update={
            "oui_source": f"{path.name} {written:%Y-%m-%d}",
            "brands": tuple(
                brand.model_copy(update={"oui": tuple(dict.fromkeys(found[brand.id]))})
                if brand.id in found
                else brand
                for brand in brands.brands
            ),
        }
    )


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield each prefix, such as 44:19:B6, and whom it is registered to."""
    if text.startswith(_HEADER):
        for row in csv.reader(io.StringIO(text)):
            if len(row) > 2 and re.fullmatch(r"[0-9A-Fa-f]{6}", row[1], re.ASCII):
                yield ":".join(re.findall("..", row[1].upper())), row[2]
        return
    for line in _LINE.finditer(text):
        yield line[1].replace("-", ":"), line[2]


def _maker(brands: Brands, organisation: str) -> str | None:
    for brand in brands.brands:
        if brand.registered_as and re.search(brand.registered_as, organisation, re.IGNORECASE):
            return brand.id
    return None


def _read(path: Path) -> tuple[str, datetime]:
    try:
        with path.open("rb") as opened:
            payload = opened.read(_LARGEST + 1)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise _wrong(
            path, f"读不出来（{system_words(error)}），请检查文件是否存在；留空则用自带的一份"
        ) from error
    if len(payload) > _LARGEST:
        raise _wrong(path, "文件超过 32 MB，不像是 IEEE 的厂商表，请检查是否放错了文件")
    return payload.decode("utf-8-sig", errors="replace"), written


def _wrong(path: Path, message: str) -> ConfigError:
    return ConfigError([Mistake(FILE, "oui_file", f"{path}：{message}")])
