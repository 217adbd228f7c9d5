"""HTTP clients compared on loopback: CPU per device, and what each survives.

    python tests/bench/http_clients.py            the table of docs/decisions/0002-http-client.md

The fake devices run in a process of their own, so that only the client's CPU is counted. httpx is no
dependency of ours; where it is missing its column is left out.
"""

from __future__ import annotations

import asyncio
import importlib.util
import multiprocessing
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import aiohttp

from probe.errors import DeviceError
from probe.transport.http import Http

DEVICES = 200
REQUESTS = 5
DEADLINE_S = 2.0
BODY = b"<s:Envelope><s:Body>" + b"<tt:Profile token='p'>x</tt:Profile>" * 60 + b"</s:Body></s:Envelope>"
GOOD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
)

Post = Callable[[str, bytes], Awaitable[tuple[int, bytes]]]


class Limits:
    connect_s = 1.0
    request_s = DEADLINE_S
    max_bytes = 2 << 20
    requests_per_device = 1
    device_ports = (80,)
    device_paths = ("/",)


async def _drip(writer: asyncio.StreamWriter, start: bytes, drop: bytes, pause: float) -> None:
    writer.write(start)
    while not writer.is_closing():
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(pause)


FIXED: dict[str, bytes] = {
    "garbage": bytes(range(256)) * 4,
    "too long Content-Length": GOOD.replace(b"%d" % len(BODY), b"99999"),
    "Content-Length: x": GOOD.replace(b"%d" % len(BODY), b"x"),
    "two Content-Lengths": GOOD.replace(b"\r\n\r\n", b"\r\nContent-Length: 7\r\n\r\n", 1),
    "the same Content-Length twice": GOOD.replace(
        b"\r\n\r\n", b"\r\nContent-Length: %d\r\n\r\n" % len(BODY), 1
    ),
    "no header (HTTP/0.9)": BODY,
    "NUL echo (Tapo)": b"\0\0POST / HTTP/1.1\r\n\0\0\r\n\r\n",
    "cut chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY)
    + BODY
    + b"\r\n9\r\n",
    "10 MB body": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000,
    "blank in a header name": GOOD.replace(b"Content-Type:", b"Content Type :"),
    "bare LF lines": GOOD.replace(b"\r\n", b"\n"),
    "two equal headers": GOOD.replace(
        b"\r\n\r\n", b"\r\nWWW-Authenticate: a\r\nWWW-Authenticate: b\r\n\r\n", 1
    ),
}
STALLS = ("silent", "1 byte/s", "endless headers")
CASES = (*STALLS, *FIXED)


async def _serve(answer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            await reader.readexactly(
                next(int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length"))
            )
            if answer == "good":
                await asyncio.sleep(0.02)
                writer.write(GOOD)
            elif answer == "silent":
                await asyncio.sleep(3600)
            elif answer == "1 byte/s":
                for byte in GOOD:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(1)
            elif answer == "endless headers":
                await _drip(writer, b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.01)
            else:
                writer.write(FIXED[answer])
                await writer.drain()
                if answer != "too long Content-Length":
                    break
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def devices(pipe: Connection) -> None:
    """Serve 200 good devices on 127.77.0.x and every bad one, until told to stop."""

    async def run() -> None:
        servers = []
        for number in range(DEVICES):
            host = f"127.77.{number // 200}.{number % 200 + 1}"
            servers.append(await asyncio.start_server(partial(_serve, "good"), host, 18080))
        ports = {}
        for case in CASES:
            server = await asyncio.start_server(partial(_serve, case), "127.0.0.1", 0)
            ports[case] = server.sockets[0].getsockname()[1]
        pipe.send(ports)
        await asyncio.Event().wait()

    asyncio.run(run())


@asynccontextmanager
async def by_ours() -> AsyncIterator[Post]:
    async with Http(Limits()) as http:

        async def post(url: str, body: bytes) -> tuple[int, bytes]:
            reply = await http.request("POST", url, body=body)
            return reply.status, reply.body

        yield post


@asynccontextmanager
async def by_aiohttp() -> AsyncIterator[Post]:
    timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post(url: str, body: bytes) -> tuple[int, bytes]:
            async with session.post(url, data=body) as response:
                return response.status, await response.read()

        yield post


@asynccontextmanager
async def by_httpx() -> AsyncIterator[Post]:
    import httpx

    # One client a device: one for all searches all its connections for each request (6.4 ms against 0.9).
    tls = ssl.create_default_context()
    clients: dict[str, httpx.AsyncClient] = {}

    async def post(url: str, body: bytes) -> tuple[int, bytes]:
        client = clients.setdefault(
            url, clients.get(url) or httpx.AsyncClient(timeout=DEADLINE_S, verify=tls)
        )
        response = await client.post(url, content=body)
        return response.status_code, response.content

    try:
        yield post
    finally:
        for client in clients.values():
            await client.aclose()


@asynccontextmanager
async def by_streams() -> AsyncIterator[Post]:
    """The floor: the least that speaks HTTP/1.1, with no TLS and no chunks."""
    kept: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def post(url: str, body: bytes) -> tuple[int, bytes]:
        host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
        known = url in kept
        reader, writer = kept.pop(url) if known else await asyncio.open_connection(host, int(port))
        writer.write(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-l")), -1
        )
        answer = await (reader.readexactly(length) if length >= 0 else reader.read(2 << 20))
        kept[url] = reader, writer
        return int(head.split()[1]), answer

    try:
        yield post
    finally:
        for _, writer in kept.values():
            writer.close()


CLIENTS: dict[str, Callable[[], Any]] = {
    "ours (aiohttp)": by_ours,
    "aiohttp": by_aiohttp,
    "streams": by_streams,
}
if importlib.util.find_spec("httpx"):
    CLIENTS["httpx"] = by_httpx


async def load(client: Callable[[], Any]) -> tuple[float, float]:
    """Return (wall s, CPU ms per request) of 200 devices at once, 5 requests each."""
    wall, cpu = time.perf_counter(), time.process_time()
    async with client() as post:

        async def one(number: int) -> None:
            for _ in range(REQUESTS):
                status, body = await post(
                    f"http://127.77.{number // 200}.{number % 200 + 1}:18080/", b"<q/>" * 100
                )
                if (status, body) != (200, BODY):
                    raise AssertionError(f"device {number}: {status}")

        await asyncio.gather(*(one(number) for number in range(DEVICES)))
    spent = time.process_time() - cpu
    return time.perf_counter() - wall, 1000 * spent / DEVICES / REQUESTS


async def survive(client: Callable[[], Any], port: int) -> str:
    """Return what one bad device did to the client, and how long it took; 6 s is the end of patience."""
    begun = time.perf_counter()
    try:
        async with client() as post, asyncio.timeout(6):
            status, body = await post(f"http://127.0.0.1:{port}/", b"<q/>")
            outcome = "body" if body == BODY else f"{status}, {len(body)} bytes"
    except TimeoutError:
        outcome = "timeout"
    except DeviceError as error:
        outcome = type(error).__name__
    except Exception as error:  # noqa: BLE001  every client has exceptions of its own, and their names are the result
        outcome = type(error).__name__
    took = time.perf_counter() - begun
    return f"{outcome} {took:.1f} s" if took > 0.5 else outcome


def main() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=devices, args=(theirs,), daemon=True)
    process.start()
    ports = ours.recv()
    out = sys.stdout.write
    names = list(CLIENTS)
    out("| | " + " | ".join(names) + " |\n|---|" + "---|" * len(names) + "\n")

    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(5):  # interleaved, so that other work on the machine hits all alike
        for name in names:
            rounds[name].append(asyncio.run(load(CLIENTS[name])))
    cpu = {name: sorted(ms for _, ms in rounds[name])[2] for name in names}
    wall = {name: sorted(s for s, _ in rounds[name])[2] for name in names}
    out("| CPU ms/request | " + " | ".join(f"{cpu[name]:.2f}" for name in names) + " |\n")
    out("| CPU ms/device | " + " | ".join(f"{cpu[name] * REQUESTS:.1f}" for name in names) + " |\n")
    out("| wall s, 200 devices | " + " | ".join(f"{wall[name]:.2f}" for name in names) + " |\n")
    for case in CASES:
        found = [asyncio.run(survive(CLIENTS[name], ports[case])) for name in names]
        out(f"| {case} | " + " | ".join(found) + " |\n")
    process.terminate()
    process.join()


if __name__ == "__main__":
    main()
