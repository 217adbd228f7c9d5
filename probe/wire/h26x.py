"""H.264 and H.265 out of RTP: pictures in Annex B form. RFC 6184, RFC 7798."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from probe.errors import Malformed
from probe.wire.bits import Bits
from probe.wire.coded import Coded
from probe.wire.h264_field import are_one_frame, field_of
from probe.wire.rtp import Packet

START_CODE = b"\x00\x00\x00\x01"


def annex_b(units: tuple[bytes, ...] | list[bytes]) -> bytes:
    """Return NAL units as one byte stream."""
    return b"".join(START_CODE + unit for unit in units)


def split_annex_b(stream: bytes) -> list[bytes]:
    """Return the NAL units of a byte stream."""
    parts = stream.split(b"\x00\x00\x01")
    return [unit for part in parts if (unit := part.rstrip(b"\x00"))]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the two codecs differ: header length and the numbers of the NAL unit types."""

    header: int
    aggregate: int  # STAP-A, AP
    fragment: int  # FU-A, FU
    sps: int
    sets: frozenset[int]
    delimiter: int
    notes: frozenset[int]  # SEI before the picture
    pictures: frozenset[int]
    keys: frozenset[int]  # pictures from which decoding may start

    def kind(self, unit: bytes) -> int:
        return unit[0] & 0x1F if self.header == 1 else (unit[0] >> 1) & 0x3F


H264 = Layout(
    header=1,
    aggregate=24,
    fragment=28,
    sps=7,
    sets=frozenset({7, 8}),
    delimiter=9,
    notes=frozenset({6}),
    pictures=frozenset(range(1, 6)),
    keys=frozenset({5}),
)
H265 = Layout(
    header=2,
    aggregate=48,
    fragment=49,
    sps=33,
    sets=frozenset({32, 33, 34}),
    delimiter=35,
    notes=frozenset({39}),
    pictures=frozenset(range(32)),
    keys=frozenset(range(16, 24)),
)


@dataclass(slots=True)
class _Open:
    """The picture that is being put together."""

    units: list[bytes] = field(default_factory=list)
    fragment: list[bytes] | None = None  # empty while a fragmented unit passes that is not worth keeping
    size: int = 0
    damaged: bool = False
    is_key: bool = False
    has_sps: bool = False
    has_slice: bool = False
    recovers: bool = False


class H26xAssembler:
    """Puts NAL units together into pictures and remembers parameter sets sent in the stream."""

    def __init__(self, codec: Literal["H264", "H265"]) -> None:
        self._layout = H264 if codec == "H264" else H265
        self._sets: dict[bytes, None] = {}  # in the order of their last coming
        self._timestamp = 0
        self._marked = False
        self._open = _Open()

    def feed(self, packet: Packet, *, broken: bool = False) -> Coded | None:
        """See Assembler. A marker alone ends nothing: some cameras mark every NAL unit (retina)."""
        payload = packet.payload
        done = None
        if (
            self._open.size
            and (packet.timestamp != self._timestamp or (self._marked and self._begins_picture(payload)))
            and not self._is_second_field(payload)
        ):
            done = self._take(cut=broken and not self._marked)
        if broken:
            self._open.fragment = None
            self._open.damaged = True
        self._timestamp, self._marked = packet.timestamp, packet.marker
        self._open.size += len(payload)
        if len(payload) > self._layout.header:
            self._add(payload)
        return done

    def close(self) -> Coded | None:
        """See Assembler."""
        return self._take(cut=not self._marked) if self._open.size else None

    def _take(self, *, cut: bool) -> Coded:
        payload = b""
        if self._open.is_key:
            # What was sent once at the start still holds for a keyframe that comes without it.
            remembered = [] if self._open.has_sps else list(self._sets)
            payload = annex_b([*remembered, *self._open.units])
        damaged = self._open.damaged or cut or self._open.fragment is not None
        coded = Coded(self._timestamp, self._open.is_key, payload, self._open.size, damaged)
        self._open = _Open()
        return coded

    def _add(self, payload: bytes) -> None:
        layout = self._layout
        kind = layout.kind(payload)
        if kind == layout.fragment:
            self._add_fragment(payload)
        elif kind == layout.aggregate:
            self._add_aggregate(payload)
        elif payload.startswith((b"\x00\x00\x01", START_CODE)):
            # Against RFC 6184, cheap cameras leave the start codes in (retina's Annex B policy).
            for unit in split_annex_b(payload):
                self._add_unit(unit)
        elif layout.header == 1 and kind > 23:
            self._open.damaged = True  # interleaved packetization: no camera is known to use it
        else:
            self._add_unit(payload)

    def _add_aggregate(self, payload: bytes) -> None:
        at = self._layout.header
        while at + 2 < len(payload):
            size = int.from_bytes(payload[at : at + 2])
            unit = payload[at + 2 : at + 2 + size]
            if not size or len(unit) < size:
                self._open.damaged = True
                return
            self._add_unit(unit)
            at += 2 + size

    def _add_fragment(self, payload: bytes) -> None:
        layout = self._layout
        if len(payload) < layout.header + 2:
            self._open.damaged = True
            return
        flags = payload[layout.header]
        rest = payload[layout.header + 1 :]
        if flags & 0x80:
            if layout.header == 1:
                head = bytes([payload[0] & 0xE0 | flags & 0x1F])
            else:
                head = bytes([payload[0] & 0x81 | (flags & 0x3F) << 1, payload[1]])
            first = head + rest
            self._open.fragment = [first] if self._worth_keeping(first) else []
            if not self._open.fragment:
                self._add_unit(first)  # counted as a picture, its bytes left alone
        elif self._open.fragment is None:
            self._open.damaged = True
            return
        elif self._open.fragment:
            self._open.fragment.append(rest)
        if flags & 0x40:
            whole, self._open.fragment = self._open.fragment, None
            if whole:
                self._add_unit(b"".join(whole))

    def _worth_keeping(self, unit: bytes) -> bool:
        kind = self._layout.kind(unit)
        return kind not in self._layout.pictures or self._open.is_key or self._is_key(kind, unit)

    def _add_unit(self, unit: bytes) -> None:
        layout = self._layout
        if len(unit) <= layout.header:
            return
        kind = layout.kind(unit)
        if kind in layout.sets:
            self._add_set(kind, unit)
        elif kind in layout.pictures:
            self._open.has_slice = True
            # Of two fields only the first is a key; without the second it cannot be decoded.
            if self._open.is_key or self._is_key(kind, unit):
                self._open.is_key = True
                self._open.units.append(unit)
        elif kind in layout.notes:
            self._open.recovers = self._open.recovers or (layout.header == 1 and unit[1] == _RECOVERY_POINT)
            self._open.units.append(unit)

    def _add_set(self, kind: int, unit: bytes) -> None:
        if len(unit) > _LONGEST_SET and b"\x00\x00\x01" in unit:
            # A whole keyframe behind one header, start codes inside: the first unit is the set itself.
            first, *others = split_annex_b(unit)
            self._add_set(kind, first)
            for other in others:
                self._add_unit(other)
            return
        self._open.has_sps = self._open.has_sps or kind == self._layout.sps
        self._sets.pop(unit, None)
        self._sets[unit] = None
        while len(self._sets) > _MOST_SETS:
            del self._sets[next(iter(self._sets))]
        self._open.units.append(unit)

    def _is_second_field(self, payload: bytes) -> bool:
        """Tell whether this packet begins the other field of the keyframe that stands open. H.264 alone."""
        layout = self._layout
        if layout.header != 1 or not self._open.is_key or len(payload) < 3:
            return False
        unit = payload
        if layout.kind(payload) == layout.fragment and payload[1] & 0x80:
            unit = bytes([payload[0] & 0xE0 | payload[1] & 0x1F]) + payload[2:]
        slices = [one for one in self._open.units if layout.kind(one) in layout.pictures]
        sps = next((one for one in reversed(self._sets) if layout.kind(one) == layout.sps), None)
        if sps is None or layout.kind(unit) not in (1, 5) or not slices:
            return False
        whole = {field_of(sps, one) for one in slices}
        return len(whole) == 1 and are_one_frame(sps, slices[0], unit)

    def _is_key(self, kind: int, unit: bytes) -> bool:
        if kind in self._layout.keys:
            return True
        # Encoders with open GOPs send I slices instead of IDR; beside an SPS or a recovery point they serve.
        return (
            self._layout.header == 1
            and kind == 1
            and (self._open.has_sps or self._open.recovers)
            and _is_intra(unit)
        )

    def _begins_picture(self, payload: bytes) -> bool:
        """Tell whether this packet can only be the start of a new picture, though the time stands still."""
        layout = self._layout
        if not self._open.has_slice or len(payload) < layout.header + 2:
            return False
        kind, at = layout.kind(payload), layout.header
        if kind == layout.fragment:
            flags = payload[at]
            if not flags & 0x80:
                return False
            kind, at = flags & (0x1F if layout.header == 1 else 0x3F), at + 1
        elif kind == layout.aggregate:
            inner = payload[at + 2 :]
            return len(inner) > layout.header and layout.kind(inner) in layout.sets
        if kind in layout.pictures:
            return bool(payload[at] & 0x80)  # first macroblock 0, or first slice segment of the picture
        return kind in layout.sets or kind == layout.delimiter or kind in layout.notes


_RECOVERY_POINT = 6
_LONGEST_SET = 256
_MOST_SETS = 32
_INTRA_SLICES = frozenset({2, 4, 7, 9})


def _is_intra(unit: bytes) -> bool:
    bits = Bits(unit[1:12])
    try:
        bits.golomb()
        return bits.golomb() in _INTRA_SLICES
    except Malformed:
        return False
