"""Pages of a device's own web service, over real sockets on loopback: within the login's budget."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential, Unsupported
from probe.model import Target
from probe.transport.http import Http
from probe.transport.login import Credential, Door, Login
from probe.transport.web import Entrance, WebClient

PASSWORD = "S3ntinel-pw"
DIGEST = 'WWW-Authenticate: Digest realm="IP", nonce="n{}", qop="auth"'
BASIC = 'WWW-Authenticate: Basic realm="IP"'


@dataclass(frozen=True)
class Limits:
    connect_s: float = 1.0
    request_s: float = 1.0
    max_bytes: int = 1 << 20
    requests_per_device: int = 4
    device_ports: tuple[int, ...] = (80,)
    device_paths: tuple[str, ...] = ("/onvif/device_service",)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    authorization: str


@dataclass
class Web:
    """A web service; `answers` gives status, header lines and body for each request, which is noted."""

    answers: Callable[[Asked], tuple[int, tuple[str, ...], bytes]]
    asked: list[Asked] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                method, path, _ = head.split(" ", 2)
                shown = re.search(r"(?im)^authorization: (.*?)\r", head)
                one = Asked(method, path, shown[1] if shown else "")
                self.asked.append(one)
                if length := re.search(r"(?im)^content-length: (\d+)", head):
                    self.bodies.append(await reader.readexactly(int(length[1])))
                status, lines, body = self.answers(one)
                fields = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *lines]
                writer.write("\r\n".join(fields).encode() + b"\r\n\r\n" + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class Stored:
    def credential(self, name: str) -> Credential:
        return Credential(name, 1, name, PASSWORD)


def a_login(*doors: Door, names: tuple[str, ...] = ("admin",)) -> Login:
    """Return a login that these doors have accepted."""
    login = Login(Stored(), names)
    for door in doors:
        login._note_accepted(door, Stored().credential("admin"))
    return login


@asynccontextmanager
async def client(web: Web, login: Login, *, is_camera: bool = True) -> AsyncIterator[WebClient]:
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    entrance = Entrance(lambda: None, lambda: is_camera, asyncio.Semaphore(4))
    try:
        async with Http(Limits()) as http:
            yield WebClient(Target("127.0.0.1", pinned=web.port), http, login, entrance)
    finally:
        server.close()
        await asyncio.sleep(0)


def wants(challenge: str, *, status: int = 200, body: bytes = b"page") -> Web:
    """Return a service that wants a login and takes any."""

    def answers(one: Asked) -> tuple[int, tuple[str, ...], bytes]:
        if not one.authorization:
            return 401, (challenge.format(len(one.path)),), b""
        return status, (), body

    return Web(answers)


async def gets(web: Web, login: Login, *paths: str, is_camera: bool = True) -> list[bytes | DeviceError]:
    got: list[bytes | DeviceError] = []
    async with client(web, login, is_camera=is_camera) as pages:
        for path in paths:
            try:
                got.append(await pages.get(path))
            except DeviceError as error:
                got.append(error)
    return got


async def test_an_open_page_is_fetched_once_and_shows_no_login() -> None:
    web = Web(lambda _: (200, (), b"page"))
    assert await gets(web, a_login("soap"), "/a?b=c", "/a?b=c") == [b"page", b"page"]
    assert web.asked == [Asked("GET", "/a?b=c", "")]


async def test_a_login_that_onvif_has_accepted_opens_the_page() -> None:
    web = wants(DIGEST)
    assert await gets(web, a_login("soap"), "/a") == [b"page"]
    assert 'uri="/a"' in web.asked[-1].authorization
    assert PASSWORD not in web.asked[-1].authorization


async def test_no_login_is_tried_here_first() -> None:
    web = wants(DIGEST)
    (refused,) = await gets(web, a_login(), "/a")
    assert isinstance(refused, NoCredential)
    assert [one.authorization for one in web.asked] == [""]


async def test_a_refused_login_is_shown_once_and_no_other_follows() -> None:
    web = Web(lambda _: (401, (DIGEST,), b"no"))
    got = await gets(web, a_login("soap", names=("admin", "second")), "/a", "/a", "/b")
    assert [type(one) for one in got] == [AuthRefused] * 3
    assert sum(bool(one.authorization) for one in web.asked) == 1


async def test_a_word_of_locks_ends_it_for_every_door() -> None:
    login = a_login("soap")
    web = Web(lambda _: (401, (DIGEST,), b"<lockStatus>lock</lockStatus>"))
    (locked,) = await gets(web, login, "/a")
    assert isinstance(locked, Locked)
    assert not any(one.authorization for one in web.asked)
    with pytest.raises(Locked):
        login.current("rtsp")


@pytest.mark.parametrize("status", [403, 404, 500, 501, 302])
async def test_a_page_that_is_not_there_is_unsupported_and_no_refusal(status: int) -> None:
    login, web = a_login("soap"), wants(DIGEST, status=status)
    gone, other = await gets(web, login, "/a", "/b")
    assert isinstance(gone, Unsupported)
    assert isinstance(other, Unsupported)
    assert str(status) in str(gone)
    assert login.refusals == ()


async def test_a_nonce_belongs_to_its_path() -> None:
    web = wants(DIGEST)
    await gets(web, a_login("soap"), "/a", "/bcd")
    shown = [one.authorization for one in web.asked if one.authorization]
    assert ['nonce="n2"' in shown[0], 'nonce="n4"' in shown[1]] == [True, True]


@pytest.mark.parametrize("is_camera", [False, True])
async def test_a_password_goes_in_clear_to_a_camera_alone(is_camera: bool) -> None:
    web = wants(BASIC)
    (got,) = await gets(web, a_login("rtsp"), "/a", is_camera=is_camera)
    assert (got == b"page") is is_camera
    assert any(one.authorization for one in web.asked) is is_camera


async def test_nothing_but_get_is_sent() -> None:
    web = wants(DIGEST)
    await gets(web, a_login("soap"), "/a", "/b", "/c")
    assert {one.method for one in web.asked} == {"GET"}


SEARCH = "/ISAPI/ContentMgmt/search"


async def test_a_question_with_a_body_is_asked_once_by_path_and_body() -> None:
    web = Web(lambda _: (200, (), b"<a/>"))
    async with client(web, a_login("soap")) as pages:
        answers = [await pages.post(SEARCH, body, "application/xml") for body in (b"1", b"2", b"1")]
    assert answers == [b"<a/>"] * 3
    assert web.bodies == [b"1", b"2"]


async def test_a_question_proves_the_login_as_a_page_does() -> None:
    web = wants(DIGEST)
    async with client(web, a_login("soap")) as pages:
        assert await pages.post(SEARCH, b"1", "application/xml") == b"page"
    assert [(one.method, bool(one.authorization)) for one in web.asked] == [("POST", False), ("POST", True)]
    assert web.bodies == [b"1", b"1"]


@pytest.mark.parametrize("path", ["/ISAPI/System/time", "/ISAPI/ContentMgmt/record/tracks/101", "/ISAPI/x"])
async def test_what_might_change_a_device_is_never_sent(path: str) -> None:
    web = Web(lambda _: (200, (), b"<a/>"))
    async with client(web, a_login("soap")) as pages:
        with pytest.raises(ValueError, match="might change"):
            await pages.post(path, b"1", "application/xml")
    assert web.asked == []


async def test_a_fresh_page_is_fetched_anew_and_not_kept() -> None:
    pages_sent = iter((b"one", b"two", b"three"))
    web = Web(lambda _: (200, (), next(pages_sent)))
    async with client(web, a_login("soap")) as pages:
        got = [await pages.get("/a", fresh=True), await pages.get("/a", fresh=True), await pages.get("/a")]
    assert got == [b"one", b"two", b"three"]


async def test_half_a_page_is_no_page() -> None:
    web = Web(lambda _: (200, ("Transfer-Encoding: chunked",), b"8\r\nitems[0]\r\n"))
    (cut,) = await gets(web, a_login("soap"), "/a")
    assert isinstance(cut, DeviceError)


async def test_what_a_refusal_says_in_plain_words_is_handed_on() -> None:
    web = Web(lambda _: (400, (), b"Error\r\nInvalid session in request data!\r\n"))
    (refused,) = await gets(web, a_login("soap"), "/a")
    assert str(refused) == "HTTP 400 Invalid session in request data!"


async def again(bind: Callable[[], Awaitable[asyncio.Server]]) -> asyncio.Server:
    """Bind a port as soon as it is free."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await bind()
            except OSError:
                await asyncio.sleep(0.02)


async def test_a_device_that_answered_and_is_gone_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.transport.web._PAUSE_S", 0.05)
    web = Web(lambda _: (200, (), b"page"))
    async with Http(Limits()) as http:
        server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        entrance = Entrance(lambda: None, lambda: True, asyncio.Semaphore(4))
        target = Target("127.0.0.1", pinned=port)
        pages = WebClient(target, http, a_login("soap"), entrance, patience_s=5.0)
        assert await pages.get("/a") == b"page"
        server.close()
        await server.wait_closed()
        asking = asyncio.create_task(pages.get("/b"))
        await asyncio.sleep(0.2)
        # Its port may be taken by our own asking for a moment: a connection to oneself.
        back = await again(lambda: asyncio.start_server(web.serve, "127.0.0.1", port))
        assert await asking == b"page"
        back.close()
