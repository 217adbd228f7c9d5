"""JPEG out of RTP: the headers that the payload format leaves out are built anew. RFC 2435"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from probe.errors import Malformed
from probe.wire.coded import Coded
from probe.wire.rtp import Packet


@dataclass(slots=True)
class _Open:
    """The picture that is being put together."""

    head: bytes = b""
    scan: list[bytes] = field(default_factory=list)
    scanned: int = 0
    size: int = 0
    damaged: bool = False


class JpegAssembler:
    """Puts the fragments of one JPEG together; every picture is a keyframe."""

    def __init__(self, width: int | None = None, height: int | None = None) -> None:
        """`width` and `height`: what the SDP declares, for pictures wider than the format can say (2040)."""
        self._declared = (width or 0, height or 0)
        self._tables: dict[int, bytes] = {}
        self._timestamp = 0
        self._marked = False
        self._open = _Open()

    def feed(self, packet: Packet, *, broken: bool = False) -> Coded | None:
        """See Assembler."""
        done = None
        if self._open.size and (packet.timestamp != self._timestamp or self._marked):
            done = self._take(cut=broken and not self._marked)
        self._open.damaged = self._open.damaged or broken
        self._timestamp, self._marked = packet.timestamp, packet.marker
        self._open.size += len(packet.payload)
        try:
            self._add(packet)
        except Malformed:
            self._open.damaged = True
        return done

    def close(self) -> Coded | None:
        """See Assembler."""
        return self._take(cut=not self._marked) if self._open.size else None

    def _take(self, *, cut: bool) -> Coded:
        damaged = self._open.damaged or cut or not self._open.head
        payload = b"".join([self._open.head, *self._open.scan, b"\xff\xd9"]) if self._open.head else b""
        coded = Coded(self._timestamp, bool(payload), payload, self._open.size, damaged)
        self._open = _Open()
        return coded

    def _add(self, packet: Packet) -> None:
        payload = packet.payload
        if len(payload) < 8:
            raise Malformed("JPEG: no header")
        offset, kind, quality = int.from_bytes(payload[1:4]), payload[4], payload[5]
        width, height = 8 * payload[6] or self._declared[0], 8 * payload[7] or self._declared[1]
        at, restart = 8, 0
        if 64 <= kind <= 127:
            if len(payload) < 12:
                raise Malformed("JPEG: no restart header")
            restart, at = int.from_bytes(payload[8:10]), 12
        if offset == 0:
            tables, at = self._quantization(payload, at, quality)
            # ONVIF streaming §5.1.3.2: profile FFD8 carries the size that eight bits cannot hold.
            if packet.profile in _ONVIF_PROFILES:
                width, height = frame_size(packet.extension) or (width, height)
            if not (width and height):
                raise Malformed("JPEG: no size")
            self._open.head = _file_head(kind, width, height, tables, restart)
        if offset != self._open.scanned:
            self._open.damaged = True
        self._open.scan.append(payload[at:])
        self._open.scanned = offset + len(payload) - at

    def _quantization(self, payload: bytes, at: int, quality: int) -> tuple[bytes, int]:
        if quality < 128:
            return _standard_tables(quality), at
        if len(payload) < at + 4:
            raise Malformed("JPEG: no table header")
        size = int.from_bytes(payload[at + 2 : at + 4])
        tables = payload[at + 4 : at + 4 + size]
        if len(tables) < size:
            raise Malformed("JPEG: tables cut off")
        # A length of 0 means: as sent before for this quality.
        self._tables[quality] = tables = tables or self._tables.get(quality, b"")
        if len(tables) not in (64, 128):
            raise Malformed(f"JPEG: tables of {len(tables)} bytes")
        return tables, at + 4 + size


def frame_size(segments: bytes) -> tuple[int, int] | None:
    """Return width and height of a frame header among JPEG segments."""
    at = 0
    while at + 4 <= len(segments) and segments[at] == 0xFF:
        if segments[at + 1] in (0xD8, 0xFF):
            at += 1 if segments[at + 1] == 0xFF else 2
            continue
        if segments[at + 1] in (0xC0, 0xC1, 0xC2) and at + 9 <= len(segments):
            height, width = struct.unpack_from(">HH", segments, at + 5)
            return (width, height) if width and height else None
        at += 2 + int.from_bytes(segments[at + 2 : at + 4])
    return None


_ONVIF_PROFILES = (0xFFD8, 0xFFFF)

# RFC 2435 appendix A, in zigzag order as a file has them.
_LUMA = bytes.fromhex(
    "100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d5157"
    "5f626768673e4d71797064785c656763"
)
_CHROMA = bytes.fromhex(
    "1112121815182f1a1a2f634238426363636363636363636363636363636363636363636363636363636363636363"
    "636363636363636363636363636363636363"
)
# RFC 2435 appendix B: the Huffman tables of every baseline JPEG (ITU-T T.81 annex K).
_DC_LUMA = bytes.fromhex("00010501010101010100000000000000") + bytes(range(12))
_DC_CHROMA = bytes.fromhex("00030101010101010101010000000000") + bytes(range(12))
_AC_LUMA = bytes.fromhex(
    "0002010303020403050504040000017d"
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728"
    "292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889"
    "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2"
    "e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_AC_CHROMA = bytes.fromhex(
    "00020102040403040705040400010277"
    "0001020311040521310612415107617113223281081442 91a1b1c109233352f0156272d10a162434e125f11718191a26"
    "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384858687"
    "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da"
    "e2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
)


def _standard_tables(quality: int) -> bytes:
    if not 1 <= quality <= 99:
        raise Malformed(f"JPEG: quality {quality}")
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return bytes(min(255, max(1, (step * scale + 50) // 100)) for step in _LUMA + _CHROMA)


def _file_head(kind: int, width: int, height: int, tables: bytes, restart: int) -> bytes:
    luma, chroma = tables[:64], tables[64:] or tables[:64]
    sampling = 0x21 if kind & 0x3F == 0 else 0x22
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes([0, sampling, 0, 1, 0x11, 1, 2, 0x11, 1])
    scan = bytes([3, 0, 0x00, 1, 0x11, 2, 0x11, 0, 63, 0])
    segments = [
        (0xDB, b"\x00" + luma),
        (0xDB, b"\x01" + chroma),
        *([(0xDD, struct.pack(">H", restart))] if restart else []),
        (0xC0, frame),
        (0xC4, b"\x00" + _DC_LUMA),
        (0xC4, b"\x10" + _AC_LUMA),
        (0xC4, b"\x01" + _DC_CHROMA),
        (0xC4, b"\x11" + _AC_CHROMA),
        (0xDA, scan),
    ]
    return b"\xff\xd8" + b"".join(
        bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments
    )
