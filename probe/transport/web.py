"""The device's own web service (ISAPI, CGI): pages are fetched, once each, and nothing is ever set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from probe.errors import AuthRefused, DeviceError, Unsupported
from probe.model import Target
from probe.transport.challenges import Challenges, forbid_basic
from probe.transport.http import Http, HttpReply
from probe.transport.login import Login
from probe.wire.uri import Uri
from probe.wire.xml_repair import decoded

Record = Callable[[Literal["<", ">"], bytes], None]
_PORTS = (80, 443, 8080)


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the ONVIF client has found out and shares: its place, if it found one, and its few connections."""

    place: Callable[[], Uri | None]
    is_camera: Callable[[], bool]
    places: asyncio.Semaphore


class WebClient:
    """Each page is fetched once and kept, refusals too."""

    def __init__(
        self, target: Target, http: Http, login: Login, entrance: Entrance, record: Record | None = None
    ) -> None:
        self._target = target
        self._http = http
        self._login = login
        self._entrance = entrance
        self._record = record
        self._challenges = Challenges()
        self._pages: dict[str, bytes | DeviceError] = {}
        self._one_at_a_time = asyncio.Lock()

    async def get(self, path: str) -> bytes:
        """Return a page's body. Raise a DeviceError for every refusal and every status that is no success."""
        async with self._one_at_a_time:
            if path not in self._pages:
                try:
                    self._pages[path] = await self._fetch(path)
                except DeviceError as error:
                    self._pages[path] = error
        page = self._pages[path]
        if isinstance(page, DeviceError):
            raise page.with_traceback(None)
        return page

    async def _fetch(self, path: str) -> bytes:
        if (challenges := self._challenges.of(path)) and self._login.proven("web"):
            return await self._fetch_with_login(path, challenges, reused=True)
        answer = await self._send(path, "")
        if answer.is_refusal:
            self._login.heard(answer.said)
            return await self._fetch_with_login(path, answer.challenges, reused=False)
        return answer.body

    async def _fetch_with_login(self, path: str, challenges: tuple[str, ...], *, reused: bool) -> bytes:
        forbid_basic(challenges, is_camera=self._entrance.is_camera())
        once = not self._login.proven("web")
        async with self._login.turn("web") as turn:
            answer = await self._challenges.prove(
                turn,
                ("GET", path, b""),
                challenges,
                lambda header: self._send(path, header, once=once),
                reused=reused,
            )
            if answer.is_refusal:
                turn.refused(answer.said)
                raise AuthRefused(f"{turn.label} may not see {path.partition('?')[0]}")
            turn.accepted()
            return answer.body

    async def _send(self, path: str, authorization: str, *, once: bool = False) -> _Page:
        url = f"{self._root()}{path}"
        headers = {"Authorization": authorization} if authorization else None
        async with self._entrance.places:
            if self._record is not None:
                self._record(">", f"GET {url}\n".encode())
            reply = await self._http.request("GET", url, headers=headers, once=once)
            if self._record is not None:
                self._record("<", f"HTTP {reply.status}\n".encode() + reply.body)
        return _Page(reply)

    def _root(self) -> str:
        known = self._entrance.place()
        if known is not None:
            return str(Uri(known.scheme, known.host, known.port, ""))
        open_ports = self._target.ports or _PORTS
        port = self._target.pinned or next((one for one in _PORTS if one in open_ports), None)
        if port is None:
            raise Unsupported("no web port is open")
        return str(Uri("https" if port == 443 else "http", self._target.address, port, ""))


@dataclass(frozen=True, slots=True)
class _Page:
    reply: HttpReply

    @property
    def is_refusal(self) -> bool:
        return self.reply.status == 401

    @property
    def challenges(self) -> tuple[str, ...]:
        return self.reply.lines("WWW-Authenticate")

    @property
    def said(self) -> str:
        return decoded(self.reply.body[:65536])

    @property
    def body(self) -> bytes:
        """The body of a success. Raise Unsupported for any other status: 403 is said of unknown paths too."""
        if not 200 <= self.reply.status < 300:
            raise Unsupported(f"HTTP {self.reply.status}")
        return self.reply.body
