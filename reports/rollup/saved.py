"""When a program last saved a workbook: edits show here, while the sheet's own time of making stays."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

_PART = "docProps/core.xml"
_MOST = 1 << 20


def saved_at(path: Path) -> datetime | None:
    """Return the time in UTC, None where the file does not say."""
    try:
        with zipfile.ZipFile(path) as packed, packed.open(_PART) as part:
            root = etree.fromstring(
                part.read(_MOST), etree.XMLParser(resolve_entities=False, no_network=True)
            )
        said = datetime.fromisoformat((root.findtext("{http://purl.org/dc/terms/}modified") or "").strip())
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (OSError, KeyError, ValueError, OverflowError, zipfile.BadZipFile, etree.XMLSyntaxError):
        return None
