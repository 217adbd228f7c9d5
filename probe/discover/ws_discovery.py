"""WS-Discovery over UDP: by multicast on one interface, and to one address after another. 设备发现"""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from config.settings import Discover
from probe.discover.interfaces import Interface
from probe.errors import Malformed
from probe.model import SeenBy, Sighting
from probe.wire.wsd import (
    GROUP,
    PORT,
    PROBE_TYPES,
    ProbeFault,
    ProbeMatch,
    ProbeMessage,
    format_probe,
    parse_answer,
)
from probe.wire.wsd_xaddr import mend_xaddrs

# With 250 repliers, 208 KiB (the Linux default) lost up to 43 of them, 1 MiB none.
_BUFFER = 4 << 20
# One address may stand for hundreds of devices (a recorder, a router), but not for a flood.
_MOST_FROM_ONE = 8192


@dataclass(frozen=True, slots=True)
class Heard:
    """What was answered: cameras, and the addresses that said they are something else."""

    sightings: tuple[Sighting, ...] = ()
    others: tuple[str, ...] = ()
    flooding: tuple[str, ...] = ()


class Ear(asyncio.DatagramProtocol):
    """Keeps datagrams as they come; they are parsed after the listening, so that a burst fits the buffer."""

    def __init__(self) -> None:
        self._datagrams: dict[tuple[str, bytes], None] = {}
        self._from: Counter[str] = Counter()

    def datagram_received(self, datagram: bytes, source: tuple[Any, ...]) -> None:
        address = str(source[0])
        self._from[address] += 1
        if self._from[address] <= _MOST_FROM_ONE:
            self._datagrams[address, datagram] = None

    def error_received(self, _error: Exception) -> None:
        """One of many addresses is closed, or not to be reached: it stays silent, which is what we report."""

    def heard(self, seen_by: SeenBy) -> Heard:
        flooding = tuple(address for address, times in self._from.items() if times > _MOST_FROM_ONE)
        return _sorted_out(self._datagrams, seen_by, flooding)


async def multicast(interface: Interface, settings: Discover, *, port: int = PORT) -> Heard:
    """Ask everybody on one interface, three types a round, and return the union. Raise OSError if unable."""
    sending = _socket(socket.AF_INET, interface.address)
    async with _ear(sending) as (_, ear):
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface.address))
        # The standard's reach: this network and no farther (WS-Discovery 1.1, 2.4).
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        sent = 0
        refused: OSError | None = None
        for number in range(settings.wsd_rounds):
            for types in PROBE_TYPES:
                try:
                    # Not through the transport, which keeps "no route" and "no permission" to itself.
                    sending.sendto(_probe(types, number), (GROUP, port))
                    sent += 1
                except OSError as error:
                    refused = error
            await asyncio.sleep(settings.wsd_round_s)
        if refused is not None and not sent:
            raise refused
        await asyncio.sleep(settings.wsd_listen_s)
        return ear.heard("ws-discovery")


class Unicast:
    """Asks one address after another. Needs no multicast, so it crosses routers and Docker's bridges."""

    def __init__(self, port: int) -> None:
        self._lines: dict[socket.AddressFamily, list[tuple[asyncio.DatagramTransport, Ear]]] = {}
        self._port = port
        self._turn = 0
        self.last_asked = 0.0

    async def open(self, stack: AsyncExitStack, sockets: int) -> None:
        for _ in range(sockets):
            line = await stack.enter_async_context(_ear(_socket(socket.AF_INET, "0.0.0.0")))  # noqa: S104  only asks
            self._lines.setdefault(socket.AF_INET, []).append(line)
        try:
            other = _socket(socket.AF_INET6, "::")
        except OSError:
            return  # this PC has no IPv6, so nobody there can be asked
        self._lines[socket.AF_INET6] = [await stack.enter_async_context(_ear(other))]

    def ask(self, address: str, types: Iterable[tuple[str, ...]] = PROBE_TYPES) -> None:
        """Send one probe per type. An address that cannot be sent to is one that stays silent."""
        lines = self._lines.get(socket.AF_INET6 if ":" in address else socket.AF_INET)
        if not lines:
            return
        self._turn += 1
        transport, _ = lines[self._turn % len(lines)]
        for number, wanted in enumerate(types):
            transport.sendto(_probe(wanted, number), (address, self._port))
        self.last_asked = asyncio.get_running_loop().time()

    def heard(self) -> Heard:
        return union(ear.heard("ws-unicast") for lines in self._lines.values() for _, ear in lines)


@asynccontextmanager
async def unicast(*, port: int = PORT, sockets: int = 1) -> AsyncIterator[Unicast]:
    """Open the sockets for asking addresses one by one; IPv6 only where this PC has it.

    A datagram to an address that is not resolved yet counts against its socket's send buffer: Linux's default
    holds 166 probes, then nothing more leaves. Whoever asks absent neighbours needs `sockets` to match.
    """
    async with AsyncExitStack() as stack:
        line = Unicast(port)
        await line.open(stack, sockets)
        yield line


def union(many: Iterable[Heard]) -> Heard:
    """Return all that was heard, each sighting once. What is a camera to one is no printer to another."""
    together = list(many)
    sightings = dict.fromkeys(sighting for one in together for sighting in one.sightings)
    cameras = {sighting.address for sighting in sightings}
    others = dict.fromkeys(address for one in together for address in one.others)
    return Heard(
        tuple(sightings),
        tuple(address for address in others if address not in cameras),
        tuple(dict.fromkeys(address for one in together for address in one.flooding)),
    )


def _sorted_out(datagrams: Iterable[tuple[str, bytes]], seen_by: SeenBy, flooding: tuple[str, ...]) -> Heard:
    sightings: dict[tuple[str, str, tuple[str, ...]], Sighting] = {}
    bare: dict[str, None] = {}
    others: dict[str, None] = {}
    for address, datagram in datagrams:
        try:
            answer = parse_answer(datagram)
        except Malformed:
            bare[address] = None  # whatever it says, something there speaks WS-Discovery
            continue
        if isinstance(answer, ProbeFault):
            bare[address] = None
            continue
        for match in answer.matches:
            if not match.is_camera:
                others[address] = None
                continue
            # Neither EPR nor MessageID is unique (DVC DCN-BM2220LPR): address, EPR and XAddr are one key.
            xaddrs = mend_xaddrs(match.xaddrs, address)
            key = (address, match.epr, xaddrs)
            sightings[key] = _joined(sightings.get(key), match, key, seen_by)

    named = {sighting.address for sighting in sightings.values()}
    faults = [
        Sighting(address, seen_by) for address in bare if address not in named and address not in others
    ]
    return Heard(
        (*sightings.values(), *faults),
        tuple(address for address in others if address not in named),
        flooding,
    )


def _joined(
    before: Sighting | None, match: ProbeMatch, key: tuple[str, str, tuple[str, ...]], seen_by: SeenBy
) -> Sighting:
    address, epr, xaddrs = key
    types = (*(before.types if before else ()), *match.types)
    scopes = (*(before.scopes if before else ()), *match.scopes)
    return Sighting(address, seen_by, epr, xaddrs, tuple(dict.fromkeys(types)), tuple(dict.fromkeys(scopes)))


def _probe(types: tuple[str, ...], number: int) -> bytes:
    # VIGI answers `urn:uuid:` with a fault and `uuid:` with a match; the standard wants the first.
    prefix = "uuid:" if number % 2 else "urn:uuid:"
    return format_probe(ProbeMessage(f"{prefix}{uuid.uuid4()}", types))


def _socket(family: socket.AddressFamily, address: str) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        if family is socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _enlarge(opened)
        opened.bind((address, 0))
    except OSError:
        opened.close()
        raise
    return opened


def _enlarge(opened: socket.socket) -> None:
    # Linux and Windows give what they can; macOS refuses what it cannot give.
    size = _BUFFER
    while size > 1 << 16:
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        except OSError:
            size //= 2
        else:
            return


@asynccontextmanager
async def _ear(opened: socket.socket) -> AsyncIterator[tuple[asyncio.DatagramTransport, Ear]]:
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(Ear, sock=opened)
    try:
        yield transport, ear
    finally:
        transport.close()
        await asyncio.sleep(0)  # closes on the loop's next turn
