"""Which TCP ports are open: connections with a bounded number of sockets, for any user. 端口扫描"""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import AsyncIterable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

# This PC is short of something: the port was never asked. Windows has its own numbers.
_WINDOWS = frozenset({10024, 10048, 10055})  # WSAEMFILE, WSAEADDRINUSE, WSAENOBUFS
_SHORT = _WINDOWS | {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN}
_TRIES = 6
_PAUSE_S = 0.25
_RESERVE = 64  # descriptors left to the rest of the program


@dataclass(slots=True)
class Swept:
    """What the ports said so far. `lost` counts connections that this PC itself could not make."""

    open: dict[str, set[int]] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)  # open or refused: somebody is there
    lost: int = 0


async def sweep(
    addresses: AsyncIterable[str],
    ports: Callable[[str], Sequence[int]],
    swept: Swept,
    *,
    slots: asyncio.Semaphore,
    connect_s: float,
    settled: Callable[[str], None] = lambda _: None,
) -> None:
    """Ask every port of every address for `connect_s` each; `slots` bounds the sockets of all sweeps."""
    left: dict[str, int] = {}

    async def ask(address: str, port: int) -> None:
        try:
            await _ask(address, port, connect_s, swept)
        finally:
            slots.release()
            left[address] -= 1
            if not left[address]:
                del left[address]
                settled(address)

    async with asyncio.TaskGroup() as group:
        async for address in addresses:
            wanted = ports(address)
            left[address] = len(wanted)
            for port in wanted:
                await slots.acquire()
                group.create_task(ask(address, port))


def socket_budget(wanted: int) -> int:
    """Return how many sockets may be open at once here: `wanted`, or what the limit of open files allows."""
    if sys.platform == "win32":
        return wanted
    import resource  # Unix only

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = psutil.Process().num_fds() + _RESERVE
    needed = wanted + used
    if soft != resource.RLIM_INFINITY and soft < needed:
        # Every program may raise its own limit as far as the hard one; macOS starts with 256.
        raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        except (OSError, ValueError):
            raised = soft
        return max(1, min(wanted, raised - used))
    return wanted


async def _ask(address: str, port: int, connect_s: float, swept: Swept) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            if await _is_open(address, port, connect_s):
                swept.open.setdefault(address, set()).add(port)
                swept.present.add(address)
        except ConnectionRefusedError:
            swept.present.add(address)
        except OSError as error:  # not connected is one
            if _is_our_shortage(error, address):
                await asyncio.sleep(_PAUSE_S * attempt)
                continue
        return
    swept.lost += 1


def _is_our_shortage(error: OSError, address: str) -> bool:
    # All local ports in use; for IPv6 also: this PC has no address to speak from, and waiting will not help.
    if error.errno == errno.EADDRNOTAVAIL:
        return ":" not in address
    return error.errno in _SHORT


async def _is_open(address: str, port: int, connect_s: float) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as opened:
        opened.setblocking(False)
        # A busy PC looks late: what has answered by then is there. Where nothing has, getpeername() raises.
        with suppress(TimeoutError):
            async with asyncio.timeout(connect_s):
                await asyncio.get_running_loop().sock_connect(opened, (address, port))
        # On loopback a closed port in the ephemeral range (34567, 37777) can be connected to itself.
        return bool(opened.getsockname() != opened.getpeername())
