"""One coded picture as it is put together from RTP packets, whatever the codec."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from probe.wire.rtp import Packet


class Coded(NamedTuple):
    """One picture. Only a keyframe carries its bytes; of the others nothing but their size is kept."""

    timestamp: int
    keyframe: bool
    payload: bytes
    size: int
    damaged: bool


class Assembler(Protocol):
    """Takes the packets of one stream in order; a picture is whole when the next one begins."""

    def feed(self, packet: Packet, *, broken: bool = False) -> Coded | None:
        """Return the picture before this packet when it begins a new one. `broken`: some were lost."""
        ...

    def close(self) -> Coded | None:
        """Return what stands open at the end; `damaged` unless its last packet was marked."""
        ...
