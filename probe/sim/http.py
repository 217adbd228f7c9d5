"""The web server inside a simulated camera: small, plain, and able to misbehave on purpose."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from probe.sim.model import Device

_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    500: "Internal Server Error",
    599: "Network Connect Timeout Error",
}
_MOST_BODY_BYTES = 1 << 20
_DRIP_S = 1.0


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is without query; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer. `is_cut`: in chunks, of which the last ones never come."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False


Answer = Callable[[Request], Awaitable[Response]]


async def serve_http(
    device: Device, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer requests on one connection until the client leaves."""
    while (request := await read_request(reader)) is not None:
        response = await answer(request)
        keep = request.headers.get("connection", "").lower() != "close" and not response.is_cut
        await send(device, writer, _to_bytes(device, response, keep=keep))
        if not keep or device.quirks.manner == "garbage":
            return


async def send(device: Device, writer: asyncio.StreamWriter, payload: bytes) -> None:
    """Write an answer in the device's manner."""
    match device.quirks.manner:
        case "plain":
            writer.write(payload)
            await writer.drain()
        case "silent":
            await asyncio.Event().wait()
        case "drip":
            for byte in payload:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(_DRIP_S)
        case "garbage":
            writer.write(b"\x00" * 16 + random.Random(device.mac).randbytes(1500))
            await writer.drain()


async def read_request(reader: asyncio.StreamReader, begun: bytes = b"") -> Request | None:
    """Return the next request, or None when the client is gone or does not speak HTTP or RTSP."""
    try:
        head = (begun + await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    words = first.split()
    if len(words) != 3:
        return None
    headers = {
        name.strip().lower(): value.strip()
        for name, colon, value in (one.partition(":") for one in lines)
        if colon
    }
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _MOST_BODY_BYTES:
        return None
    try:
        body = await reader.readexactly(int(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Request(words[0], words[1], headers, body)


def _to_bytes(device: Device, response: Response, *, keep: bool) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {_REASONS[response.status]}"]
    if device.speaks.http_server:
        lines.append(f"Server: {device.speaks.http_server}")
    lines += [f"{name}: {value}" for name, value in response.headers]
    lines.append(f"Content-Type: {response.content_type}")
    if response.is_cut:
        half = response.body[: len(response.body) // 2]
        head = "\r\n".join([*lines, "Transfer-Encoding: chunked", "Connection: keep-alive"]).encode()
        return head + b"\r\n\r\n%x\r\n%b\r\n%x\r\n" % (len(half), half, len(half) + 64)
    lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + response.body
