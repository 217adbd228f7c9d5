"""MPEG-4 part 2 out of RTP, as cameras before 2010 send it. RFC 6416"""

from __future__ import annotations

from dataclasses import dataclass, field

from probe.wire.coded import Coded
from probe.wire.rtp import Packet


@dataclass(slots=True)
class _Open:
    """The picture that is being put together."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    damaged: bool = False


class Mpeg4Assembler:
    """Puts the packets of one picture together; a picture coded for itself is a keyframe."""

    def __init__(self) -> None:
        self._timestamp = 0
        self._marked = False
        self._open = _Open()

    def feed(self, packet: Packet, *, broken: bool = False) -> Coded | None:
        """See Assembler."""
        done = None
        if self._open.size and packet.timestamp != self._timestamp:
            done = self._take(cut=broken and not self._marked)
        self._open.damaged = self._open.damaged or broken
        self._timestamp, self._marked = packet.timestamp, packet.marker
        self._open.size += len(packet.payload)
        self._open.parts.append(packet.payload)
        return done

    def close(self) -> Coded | None:
        """See Assembler."""
        return self._take(cut=not self._marked) if self._open.size else None

    def _take(self, *, cut: bool) -> Coded:
        payload = b"".join(self._open.parts)
        key = _is_intra(payload)
        coded = Coded(
            self._timestamp, key, payload if key else b"", self._open.size, self._open.damaged or cut
        )
        self._open = _Open()
        return coded


_PICTURE = b"\x00\x00\x01\xb6"


def _is_intra(payload: bytes) -> bool:
    at = payload.find(_PICTURE)
    return at >= 0 and at + 4 < len(payload) and payload[at + 4] >> 6 == 0
