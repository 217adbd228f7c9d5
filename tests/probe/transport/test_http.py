"""The HTTP client against devices that are none, over real sockets on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from probe.errors import DeviceError, Malformed, Silent, Unreachable
from probe.transport.http import Http, HttpReply

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    connect_s: float = 1.0
    request_s: float = 0.5
    max_bytes: int = 1 << 20
    requests_per_device: int = 1
    device_ports: tuple[int, ...] = (80,)
    device_paths: tuple[str, ...] = ("/onvif/device_service",)


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[str]:
    open_writers: list[asyncio.StreamWriter] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_writers.append(writer)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    finally:
        server.close()
        for writer in open_writers:
            writer.transport.abort()
        await asyncio.sleep(0)


async def question(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"ength" in line), 0)
    return head + await reader.readexactly(length)


def says(answer: bytes, *, then_close: bool = True) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await question(reader)
        writer.write(answer)
        await writer.drain()
        if then_close:
            writer.close()

    return serve


async def ask(
    url: str, *, body: bytes = b"<q/>", once: bool = False, limits: Limits | None = None
) -> HttpReply:
    async with Http(limits or Limits()) as http:
        return await http.request("POST", url, body=body, once=once)


async def test_an_answer_keeps_status_headers_and_bytes() -> None:
    answer = (
        b"HTTP/1.1 401 No\r\nWWW-Authenticate: A\r\nWWW-Authenticate: B\r\nContent-Length: 2\r\n\r\n\xff\x00"
    )
    async with served(says(answer)) as url:
        reply = await ask(url)
    assert (reply.status, reply.body, reply.lines("www-authenticate")) == (401, b"\xff\x00", ("A", "B"))


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x00POST /x HTTP/1.1\r\n\x00\r\n\r\n",
        b"<html>no header</html>",
        b"SSH-2.0-dropbear\r\n",
        bytes(range(256)) * 8,
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=["nul-echo", "http-0.9", "ssh", "garbage", "status", "huge-header"],
)
async def test_what_is_no_http_is_malformed(answer: bytes) -> None:
    async with served(says(answer)) as url:
        with pytest.raises(Malformed, match="not HTTP"):
            await ask(url)


async def test_a_silent_device_costs_the_deadline() -> None:
    async with served(says(b"", then_close=False)) as url:
        with pytest.raises(Silent):
            await ask(url)


@pytest.mark.parametrize("drip", [b"H", b"X-Header: y\r\n"], ids=["bytes", "headers"])
async def test_a_dripping_device_costs_the_deadline_and_no_more(drip: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await question(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(drip)
            await writer.drain()
            await asyncio.sleep(0.05)

    begun = asyncio.get_running_loop().time()
    async with served(serve) as url:
        with pytest.raises((Silent, Malformed)):
            await ask(url)
    assert asyncio.get_running_loop().time() - begun < 5


async def test_a_closed_port_is_unreachable() -> None:
    async with served(says(b"")) as url:
        pass
    with pytest.raises(Unreachable, match="no connection"):
        await ask(url)


async def test_closing_without_an_answer_is_unreachable() -> None:
    async with served(says(b"")) as url:
        with pytest.raises(Unreachable, match="without an answer"):
            await ask(url)


async def test_an_answer_beyond_the_limit_is_malformed() -> None:
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000
    async with served(says(answer)) as url:
        with pytest.raises(Malformed, match="more than"):
            await ask(url)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<a/>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n9\r\n",
    ],
    ids=["length", "chunked"],
)
async def test_a_cut_answer_is_handed_over_as_far_as_it_came(answer: bytes) -> None:
    async with served(says(answer)) as url:
        reply = await ask(url)
    assert (reply.body, reply.complete) == (b"<a/>", False)


async def test_a_length_that_is_too_long_does_not_cost_the_deadline() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<s:Envelope></s:Envelope>"
    async with served(says(answer, then_close=False)) as url:
        assert (await ask(url)).body.endswith(b"</s:Envelope>")


async def test_no_redirect_is_followed() -> None:
    async with served(
        says(b"HTTP/1.1 302 Go\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n")
    ) as url:
        assert (await ask(url)).status == 302


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with served(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url:
        assert (await ask(url)).status == 200


async def _twice(*, once: bool) -> int:
    """Ask twice a device that drops every kept connection; count the connections."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await question(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await question(reader)
        writer.close()

    async with served(serve) as url, Http(Limits()) as http:
        for _ in range(2):
            await http.request("POST", url, body=b"<q/>", once=once)
    return connections


async def test_a_question_lost_in_a_dying_connection_is_asked_again() -> None:
    assert await _twice(once=False) == 2


async def test_a_login_goes_over_a_connection_of_its_own() -> None:
    assert await _twice(once=True) == 2


async def test_a_login_that_got_no_answer_is_not_sent_again() -> None:
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await question(reader)
        asked += 1
        writer.close()

    async with served(serve) as url:
        with pytest.raises(Unreachable):
            await ask(url, once=True)
    assert asked == 1


async def test_errors_do_not_repeat_what_was_sent() -> None:
    async with served(says(b"garbage")) as url, Http(Limits()) as http:
        with pytest.raises(DeviceError) as caught:
            await http.request("POST", url, body=b"<q/>", headers={"Authorization": "Basic S3ntinel"})
    assert "S3ntinel" not in f"{caught.value!r}{caught.value.__cause__!r}"
