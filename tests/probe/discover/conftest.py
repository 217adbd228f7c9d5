"""Settings that make discovery quick, and devices in software that answer on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import IPv4Interface
from typing import Any

import pytest

from config.settings import Discover
from probe.discover.interfaces import Interface
from probe.wire.wsd import GROUP, parse_probe

Reply = Callable[[str, str], bytes | None]  # (types, message id) → what is answered, or silence


@pytest.fixture
def settings() -> Discover:
    return Discover(
        sweep_ports=(1,),
        sockets=200,
        connect_s=1.0,
        new_neighbours_per_s=1000,
        max_addresses=4096,
        wsd_rounds=2,
        wsd_round_s=0.1,
        wsd_listen_s=0.3,
    )


@pytest.fixture
def loopback() -> Interface:
    return Interface("lo", IPv4Interface("127.0.0.1/8"), is_loopback=True, resolves=False)


@pytest.fixture
def wsd_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
async def listen() -> AsyncIterator[Callable[[str], Awaitable[int]]]:
    """Open a TCP port on an address of loopback; gives its number."""
    async with contextlib.AsyncExitStack() as stack:

        async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async def on(address: str) -> int:
            server = await asyncio.start_server(close, address, 0)
            stack.push_async_callback(server.wait_closed)
            stack.callback(server.close)
            return int(server.sockets[0].getsockname()[1])

        yield on


class Responder(asyncio.DatagramProtocol):
    """Answers probes from its own address, by multicast and unicast alike."""

    def __init__(self, reply: Reply, delay_s: float) -> None:
        self._reply = reply
        self._delay_s = delay_s
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401  the base class says BaseTransport
        self._transport = transport

    def datagram_received(self, datagram: bytes, source: tuple[str, int]) -> None:
        probe = parse_probe(datagram)
        answer = self._reply(" ".join(probe.types), probe.message_id)
        if answer is not None and self._transport is not None:
            asyncio.get_running_loop().call_later(self._delay_s, self._answer, answer, source)

    def _answer(self, answer: bytes, source: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(answer, source)


@pytest.fixture
async def answer(wsd_port: int) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Start a device: answer(address, reply), found by multicast and by unicast on `wsd_port`."""
    loop = asyncio.get_running_loop()
    devices: dict[str, Responder] = {}

    class Group(asyncio.DatagramProtocol):
        def datagram_received(self, datagram: bytes, source: tuple[str, int]) -> None:
            for device in devices.values():
                device.datagram_received(datagram, source)

    async with contextlib.AsyncExitStack() as stack:
        shared = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        shared.bind((GROUP, wsd_port))
        membership = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
        shared.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        group, _ = await loop.create_datagram_endpoint(Group, sock=shared)
        stack.callback(group.close)

        async def start(address: str, reply: Reply, delay_s: float = 0.0) -> None:
            own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            own.bind((address, wsd_port))
            transport, device = await loop.create_datagram_endpoint(
                lambda: Responder(reply, delay_s), sock=own
            )
            stack.callback(transport.close)
            devices[address] = device

        yield start
    await asyncio.sleep(0)
