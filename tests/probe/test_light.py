"""The light look: who answers, asked without a login and without a picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from config.load import load_catalogue
from probe import light
from probe.light import Door, look
from probe.transport.login import Credential, Login

Meet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class NoVault:
    def credential(self, name: str) -> Credential:
        raise AssertionError(name)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "_PAUSE_S", 0.05)


@asynccontextmanager
async def device(meet: Meet) -> AsyncIterator[int]:
    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def seen(port: int, *, rtsp: bool = True) -> str:
    settings = load_catalogue().settings.rtsp.model_copy(update={"answer_s": 0.2, "connect_s": 0.5})
    if rtsp:
        settings = settings.model_copy(update={"ports": (port,)})
    return (await look({"d1": Door("127.0.0.1", (port,))}, Login(NoVault(), ()), settings))["d1"]


def answering(raw: bytes, heard: list[bytes] | None = None) -> Meet:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.read(4096)
        if heard is not None:
            heard.append(asked)
        writer.write(raw)
        await writer.drain()
        writer.close()

    return meet


OK = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"


async def test_a_camera_that_answers_is_there() -> None:
    async with device(answering(OK)) as port:
        assert await seen(port) == ""


async def test_it_is_asked_without_a_login() -> None:
    heard: list[bytes] = []
    async with device(answering(OK, heard)) as port:
        await seen(port)
    assert heard[0].startswith(b"OPTIONS ")
    assert b"Authorization" not in heard[0]


async def test_a_camera_that_wants_a_login_even_for_that_is_there() -> None:
    async with device(answering(b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n")) as port:
        assert await seen(port) == ""


async def test_nobody_at_the_door_is_no_connection() -> None:
    async with device(answering(OK)) as port:
        pass
    assert await seen(port) == "no-connection"


async def test_a_camera_that_hangs_is_told_from_one_that_is_gone() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with device(hang) as port:
        assert await seen(port) == "no-answer"


async def test_a_lost_answer_costs_a_second_try_and_no_alarm() -> None:
    tries = 0

    async def second_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        if tries > 1:
            await answering(OK)(reader, writer)
        writer.close()

    async with device(second_time) as port:
        assert (await seen(port), tries) == ("", 2)


async def test_at_a_web_port_a_connection_is_enough() -> None:
    async with device(answering(b"")) as port:
        assert await seen(port, rtsp=False) == ""
