"""A sheet that somebody sent, opened with care: whatever it is, cells come out or a sentence why not."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from xml.parsers.expat import ExpatError
from zlib import error as ZlibError

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from inventory.sheet_survey import At, Survey, TooFar, column_of

Raw = str | int | float | bool | date | datetime | time | timedelta

_MB = 1024 * 1024
_MOST_BYTES = 64 * _MB
_MOST_UNPACKED = 512 * _MB
_MOST_PARTS = 3000
_MOST_CELLS = 6_000_000  # of the rectangle that holds them all: 30,000 rows of 200 columns
_MOST_LINES = 200_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_DAY = (1980, 1, 1)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One worksheet. `rows` start at A1; an empty cell is "". `broken` are the formulas without a value."""

    name: str
    visible: bool
    rows: tuple[tuple[Raw, ...], ...]
    broken: Mapping[At, str] = field(default_factory=dict)
    merged: tuple[tuple[At, At], ...] = ()  # first and last cell of each

    def at(self, line: int, place: int) -> Raw:
        """Return what stands there; beyond the last cell there is nothing."""
        if 0 <= line < len(self.rows) and 0 <= place < len(self.rows[line]):
            return self.rows[line][place]
        return ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's worksheets in its own order, and what tells this file from any other.

    `is_saved` is False for a file that no program has saved since it was made.
    """

    name: str
    digest: str
    pages: Mapping[str, SheetPage]
    is_saved: bool = True


def open_sheet(path: Path) -> Opened:
    """Read an xlsx. Raise UsageError, which names the file and the mend, for anything else."""
    packed = _read(path)
    parts = _unpack(packed, path)
    try:
        is_saved = _is_saved(packed, parts.get("docProps/core.xml", b"<none/>"))
        parts = {name: _trimmed(part) if _is_page(name) else part for name, part in parts.items()}
        broken = {name: _survey(part, name, path) for name, part in parts.items() if _is_page(name)}
        by_name = {name: broken.get(part, {}) for name, part in _parts_of(parts)}
        with CalamineWorkbook.from_filelike(io.BytesIO(_pack(parts))) as book:
            pages = {page.name: page for page in _pages(book, by_name)}
    except (CalamineError, etree.XMLSyntaxError, ExpatError) as error:
        raise UsageError(say("importing.broken", file=path.name)) from error
    return Opened(path.name, hashlib.sha256(packed).hexdigest(), pages, is_saved)


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UsageError(say("importing.folder", file=path))
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(say("importing.big_file", file=path.name, most=_MOST_BYTES // _MB))
        packed = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(say("importing.no_file", file=path)) from error
    except OSError as error:
        raise UsageError(say("importing.denied", file=path, why=system_words(error))) from error
    if packed.startswith(_OLE):
        locked = _ENCRYPTED in packed
        raise UsageError(say("importing.locked" if locked else "importing.xls", file=path.name))
    if not packed.startswith(b"PK"):
        raise UsageError(say("importing.no_xlsx", file=path.name))
    return packed


def _unpack(packed: bytes, path: Path) -> dict[str, bytes]:
    """Return the XML parts. They are unpacked here, where their size is counted, and by nobody else."""
    left = _MOST_UNPACKED
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as package:
            listed = package.infolist()
            if len(listed) > _MOST_PARTS or sum(one.file_size for one in listed) > _MOST_UNPACKED:
                raise UsageError(say("importing.bomb", file=path.name))
            for one in listed:
                name = one.filename.replace("\\", "/").lstrip("/")
                if one.flag_bits & 1:
                    raise UsageError(say("importing.locked", file=path.name))
                if name.lower().endswith("vbaproject.bin"):
                    raise UsageError(say("importing.macros", file=path.name))
                if not name.lower().endswith((".xml", ".rels")):
                    continue
                with package.open(one) as opened:
                    part = opened.read(left + 1)
                left -= len(part)
                if left < 0:
                    raise UsageError(say("importing.bomb", file=path.name))
                parts[name] = part
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UsageError(say("importing.broken", file=path.name)) from error
    if "xl/workbook.xml" not in parts:
        raise UsageError(say("importing.no_xlsx", file=path.name))
    return parts


def _pack(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()


def _is_page(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _is_saved(packed: bytes, core: bytes) -> bool:
    """Say whether the file was changed after it was made, or does not tell."""
    told = {etree.QName(one).localname: (one.text or "").strip() for one in _parsed(core).iter("{*}*")}
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        # What we write bears no time of its own, so that the same form gives the same bytes.
        timeless = all(one.date_time[:3] == _NO_DAY for one in package.infolist())
    return not timeless or not told.get("created") or told["created"] != told.get("modified")


def _trimmed(part: bytes) -> bytes:
    """Return a worksheet without the rows behind its last filled cell: a formatted one may have a million."""
    close = part.find(b"</sheetData>")
    last = max(
        part.rfind(sign, 0, close) for sign in (b"<v>", b"<v ", b"<is>", b"<is ", b"<f>", b"<f ", b"<f/")
    )
    end = part.find(b"</row>", last, close) + len(b"</row>")
    return (
        part
        if min(close, last, end - len(b"</row>")) < 0 or b"<![CDATA[" in part
        else part[:end] + part[close:]
    )


def _survey(part: bytes, name: str, path: Path) -> dict[At, str]:
    """Return the formulas of a worksheet that have no value. Raise UsageError if its cells lie too far apart.

    One cell in the last corner would make a table of 17,000 million cells of it.
    """
    try:
        return Survey(_MOST_LINES, _MOST_CELLS).read(part)
    except TooFar as error:
        raise UsageError(say("importing.far", file=path.name, cell=address(error.at), part=name)) from error


def _parts_of(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield each worksheet's name and its part."""
    rels = _parsed(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))
    target = {str(one.get("Id")): str(one.get("Target")) for one in rels.iter("{*}Relationship")}
    for sheet in _parsed(parts["xl/workbook.xml"]).iter("{*}sheet"):
        ids = (value for name, value in sheet.attrib.items() if etree.QName(name).localname == "id")
        where = target.get(str(next(ids, "")), "")
        yield str(sheet.get("name")), where.lstrip("/") if where.startswith("/") else f"xl/{where}"


def _parsed(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _pages(book: CalamineWorkbook, broken: Mapping[str, Mapping[At, str]]) -> Iterator[SheetPage]:
    for one in book.sheets_metadata:
        if one.typ is SheetTypeEnum.WorkSheet:
            page = book.get_sheet_by_name(one.name)
            rows = tuple(tuple(row) for row in page.to_python(skip_empty_area=False))
            visible = one.visible is SheetVisibleEnum.Visible
            merged = tuple(page.merged_cell_ranges or ())
            yield SheetPage(one.name, visible, rows, broken.get(one.name, {}), merged)


def address(at: At) -> str:
    """Return a cell's address as spreadsheets write it: (4, 2) is C5."""
    line, place = at
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line + 1}"


@lru_cache(maxsize=4096)
def place_of(cell: str) -> At | None:
    """Return line and place of an address, or None if it is none."""
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha() and 1 <= len(digits) <= 7):
        return None
    return int(digits) - 1, column_of(cell, 0)
