"""A pair of UDP ports for one stream. RFC 3550 §11: RTP on the even one, RTCP on the next."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from probe.errors import Unreachable


class Ports:
    """Two open ports; every datagram from the camera goes to `take`."""

    def __init__(self, rtp: asyncio.DatagramTransport, rtcp: asyncio.DatagramTransport, port: int) -> None:
        self.port = port
        self._rtp = rtp
        self._rtcp = rtcp

    def knock(self, host: str, ports: tuple[int, int]) -> None:
        """Send one empty packet each way, so that a firewall on this PC lets the answers in."""
        self._rtp.sendto(_EMPTY_RTP, (host, ports[0]))
        self._rtcp.sendto(_EMPTY_REPORT, (host, ports[1]))


@asynccontextmanager
async def open_ports(
    local_host: str, allowed: set[str], take: Callable[[bytes], None]
) -> AsyncIterator[Ports]:
    """Yield a pair of ports on the address that the camera was reached from; only `allowed` may send."""
    loop = asyncio.get_running_loop()
    rtp_socket, rtcp_socket = _bind_pair(local_host)
    rtp, _ = await loop.create_datagram_endpoint(lambda: _Receiver(allowed, take), sock=rtp_socket)
    rtcp, _ = await loop.create_datagram_endpoint(lambda: _Receiver(allowed, _ignore), sock=rtcp_socket)
    try:
        yield Ports(rtp, rtcp, rtp_socket.getsockname()[1])
    finally:
        rtp.close()
        rtcp.close()


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, allowed: set[str], take: Callable[[bytes], None]) -> None:
        self._allowed = allowed
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        if addr[0] in self._allowed:
            self._take(data)


# A keyframe of 4K comes in one burst; the kernel's own limit may cut this down.
_BUFFER_BYTES = 4 << 20
_TRIES = 50
_EMPTY_RTP = b"\x80" + bytes(11)
_EMPTY_REPORT = b"\x80\xc9\x00\x01" + bytes(4)


def _ignore(datagram: bytes) -> None:
    """RTCP: the times of one stream alone need no report."""


def _bind_pair(host: str) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(_TRIES):
        first, second = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
        try:
            first.bind((host, 0))
            port = cast(int, first.getsockname()[1])
            if port % 2 == 0:
                second.bind((host, port + 1))
                first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
                first.setblocking(False)
                second.setblocking(False)
                return first, second
        except OSError:
            pass  # the neighbour port is taken: the next pair may be free
        first.close()
        second.close()
    raise Unreachable("no free pair of UDP ports on this PC")
