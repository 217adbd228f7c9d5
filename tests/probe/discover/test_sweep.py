"""The connect sweep: what is open, how many sockets it takes, and what it says when this PC runs short."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import pytest

from probe.discover.sweep import Swept, sweep

Listen = Callable[[str], Awaitable[int]]


async def each(addresses: Iterable[str]) -> AsyncIterator[str]:
    for address in addresses:
        yield address


async def swept(ports: Iterable[int], *addresses: str, sockets: int = 50) -> Swept:
    found = Swept()
    wanted = tuple(ports)
    slots = asyncio.Semaphore(sockets)
    await sweep(each(addresses), lambda _: wanted, found, slots=slots, connect_s=0.5)
    return found


async def test_an_open_port_is_found(listen: Listen) -> None:
    port = await listen("127.9.0.1")
    assert (await swept([port], "127.9.0.1")).open == {"127.9.0.1": {port}}


async def test_a_closed_port_shows_that_somebody_is_there() -> None:
    found = await swept([1], "127.9.0.1")
    assert (found.open, found.present) == ({}, {"127.9.0.1"})


async def test_every_open_port_of_many_addresses_is_found(listen: Listen) -> None:
    opened = {f"127.9.3.{number}": await listen(f"127.9.3.{number}") for number in range(1, 60)}
    found = await swept(set(opened.values()), *(f"127.9.3.{number}" for number in range(255)))
    assert all(port in found.open[address] for address, port in opened.items())


async def test_no_more_sockets_are_open_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    open_now, most = 0, 0

    async def slow(_socket: socket.socket, _address: object) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        raise ConnectionRefusedError

    monkeypatch.setattr(loop, "sock_connect", slow)
    await swept(range(1, 12), *(f"127.9.4.{number}" for number in range(20)), sockets=7)
    assert most == 7


async def test_silence_costs_the_connect_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()

    async def silence(_socket: socket.socket, _address: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(loop, "sock_connect", silence)
    started = loop.time()
    await swept(range(1, 12), "127.9.0.1")
    assert loop.time() - started < 1.5


async def test_what_answers_while_this_pc_is_busy_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch, listen: Listen
) -> None:
    loop = asyncio.get_running_loop()
    port = await listen("127.9.0.1")
    connect = loop.sock_connect

    async def noticed_late(opened: socket.socket, address: tuple[str, int]) -> None:
        await connect(opened, address)
        loop.call_soon(time.sleep, 0.6)  # longer than a connection may take
        await asyncio.sleep(0.01)

    monkeypatch.setattr(loop, "sock_connect", noticed_late)
    assert (await swept([port], "127.9.0.1")).open == {"127.9.0.1": {port}}


async def test_a_port_that_this_pc_could_not_ask_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, listen: Listen
) -> None:
    loop = asyncio.get_running_loop()
    port = await listen("127.9.0.1")
    connect, failures = loop.sock_connect, [errno.EADDRNOTAVAIL, errno.ENOBUFS]

    async def short(opened: socket.socket, address: tuple[str, int]) -> None:
        if failures:
            raise OSError(failures.pop(), "short")
        await connect(opened, address)

    monkeypatch.setattr(loop, "sock_connect", short)
    assert (await swept([port], "127.9.0.1")).open == {"127.9.0.1": {port}}


async def test_a_port_that_could_never_be_asked_is_counted_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    async def short(_socket: socket.socket, _address: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr("probe.discover.sweep._PAUSE_S", 0.001)
    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", short)
    assert (await swept([1], "127.9.0.1")).lost == 1


async def test_a_pc_without_ipv6_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def without(_socket: socket.socket, _address: object) -> None:
        raise OSError(errno.EADDRNOTAVAIL, "no address to speak from")

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", without)
    assert (await swept([1], "fd00::1")).lost == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no such limit on sockets")
def test_the_limit_of_open_files_is_raised_where_it_may_be() -> None:
    assert budget_of_500(soft=128, hard=1024) == 500


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no such limit on sockets")
def test_the_limit_of_open_files_bounds_the_sockets() -> None:
    assert 1 <= budget_of_500(soft=128, hard=128) < 128 - 60


def budget_of_500(*, soft: int, hard: int) -> int:
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "from probe.discover.sweep import socket_budget; print(socket_budget(500))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
    return int(said.stdout)
