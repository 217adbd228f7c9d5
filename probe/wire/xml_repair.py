"""Bytes that a device calls XML, made into text that a parser survives. Every repair is named."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.charset import codec_name, eight_bit


@dataclass(frozen=True, slots=True)
class Repaired:
    """XML without a declaration, and what was mended on the way: empty when nothing was."""

    text: str
    repairs: tuple[str, ...]


def repaired(raw: bytes) -> Repaired:
    """Return the text of an XML answer. Raise Malformed when it is empty or defines entities."""
    text, repairs = _decoded(raw)
    for name, mend in _MENDS:
        mended = mend(text)
        if name and mended.strip() != text.strip():
            repairs = (*repairs, name)
        text = mended
    if not text.strip():
        raise Malformed("an empty answer")
    if re.search(r"<!ENTITY", text, re.IGNORECASE):
        raise Malformed("it defines XML entities, which no camera needs")
    return Repaired(text, repairs)


def decoded(raw: bytes) -> str:
    """Return the bytes as text: as declared, as UTF-8 or as GB18030, whichever they are. Never raises."""
    return _decoded(raw)[0]


_DECLARATION = re.compile(r"\A[^<]*<\?\s*xml\b[^>]*>", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?\s*xml\b[^>]{0,200}?encoding\s*=\s*[^\w>]*([\w.:-]+)", re.IGNORECASE)


def _decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(codec, "replace"), ()
    head = raw[:200].lstrip()
    if head[:1] == b"<" and head[1:2] == b"\0":
        return raw.decode("utf-16-le", "replace"), ("utf-16 without a mark",)
    if head[:1] == b"\0" and head[1:2] == b"<":
        return raw.decode("utf-16-be", "replace"), ("utf-16 without a mark",)

    found = _DECLARED.search(raw[:1000])
    declared = found[1].decode("ascii", "replace").lower() if found else ""
    guess, how = eight_bit(raw, declared)
    declared = declared or "utf-8"
    asked = codec_name(declared)
    if how == asked or raw.isascii():
        # utf-16 declared over plain bytes (agsh/onvif's mock server).
        return guess, (f"declared {declared}, is 8-bit",) if asked.startswith("utf-16") else ()
    return guess, (f"declared {declared}, is {how}",)


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _unescape_literal(text: str) -> str:
    # The whole answer as a JSON string: "<?xml version=\"1.0\"...\n" (a fixture of hammeraj/onvif).
    if not re.search(r'=\s*\\"', text[:2000]):
        return text
    literal = text.strip()
    if not (literal.startswith('"') and literal.endswith('"')):
        literal = '"' + literal.strip('"').replace("\n", "\\n").replace("\r", "") + '"'
    try:
        opened = json.loads(literal, strict=False)
    except ValueError:
        opened = None
    if isinstance(opened, str):
        return opened
    return re.sub(r"\\([\"/\\])", r"\1", literal[1:-1]).replace("\\n", "\n").replace("\\t", "\t")


def _straight_quotes(text: str) -> str:
    return re.sub(r"=\s*[“”„″]([^“”„″<>]*)[“”„″]", r'="\1"', text)


def _without_declaration(text: str) -> str:
    return _DECLARATION.sub("", text, count=1)


def _from_first_tag(text: str) -> str:
    start, end = text.find("<"), text.rfind(">")
    return text[start : end + 1] if 0 <= start < end else text


def _without_controls(text: str) -> str:
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")


def _escaped_ampersands(text: str) -> str:
    # A recovering parser silently drops "&onvif" of XM's stream URI (ZoneMinder#3767): mend it first.
    if "&" not in text:
        return text
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    return "".join(
        part if part.startswith("<![CDATA[") else _BARE_AMPERSAND.sub("&amp;", part) for part in parts
    )


# In this order. A mend without a name takes away nothing that says something.
_MENDS = (
    ("escaped literal", _unescape_literal),
    ("typographic quotes", _straight_quotes),
    ("", _without_declaration),
    ("text around the document", _from_first_tag),
    ("control characters", _without_controls),
    ("unescaped &", _escaped_ampersands),
)
