"""The device's own web service (ISAPI, CGI, LAPI): pages and questions, once each; nothing is ever set."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from probe.errors import AuthRefused, DeviceError, Malformed, Unreachable, Unsupported
from probe.model import Target
from probe.transport.challenges import Challenges, forbid_basic
from probe.transport.http import Http, HttpReply
from probe.transport.login import Login
from probe.wire.dahua_rpc import LOGIN_PATH, RPC_PATH
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


@dataclass(frozen=True, slots=True)
class _Question:
    method: Literal["GET", "POST"]
    path: str
    body: bytes = b""
    content_type: str = ""


class WebClient:
    """Each page is fetched once and kept, refusals too; so is the answer to each question with a body."""

    def __init__(
        self,
        target: Target,
        http: Http,
        login: Login,
        entrance: Entrance,
        record: Record | None = None,
        *,
        patience_s: float = 0.0,
    ) -> None:
        """`patience_s`: how long in all a device is waited for that answered and then was gone."""
        self._target = target
        self._http = http
        self._login = login
        self._entrance = entrance
        self._record = record
        self._patience_s = patience_s
        self._has_answered = False
        self._challenges = Challenges()
        self._kept: dict[_Question, bytes | DeviceError] = {}
        self._one_at_a_time = asyncio.Lock()

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        """Return a page's body. Raise a DeviceError for every refusal and every status that is no success.

        `fresh`: ask anew and keep nothing, as for the next page of a search.
        """
        return await self._answer(_Question("GET", path), fresh=fresh)

    async def post(self, path: str, body: bytes, content_type: str, *, fresh: bool = False) -> bytes:
        """Return the answer to a question of the kinds that change nothing; otherwise as `get`."""
        if not _ASKS.fullmatch(path):
            raise ValueError(f"{path} might change the device")
        return await self._answer(_Question("POST", path, body, content_type), fresh=fresh)

    async def tell(self, path: str, body: bytes) -> bytes:
        """Send a request of RPC2, which proves its login in its own words; it is never sent twice."""
        if path not in (LOGIN_PATH, RPC_PATH):
            raise ValueError(f"{path} is none of RPC2's")
        async with self._one_at_a_time:
            answer = await self._send_once(_Question("POST", path, body, "application/json"), "")
        if answer.is_refusal:
            self._login.heard(answer.said)
        return answer.body

    async def _answer(self, asked: _Question, *, fresh: bool) -> bytes:
        async with self._one_at_a_time:
            if fresh:
                return await self._fetch(asked)
            if asked not in self._kept:
                try:
                    self._kept[asked] = await self._fetch(asked)
                except Unreachable:
                    raise  # it may come back
                except DeviceError as error:
                    self._kept[asked] = error
            kept = self._kept[asked]
        if isinstance(kept, DeviceError):
            raise kept.with_traceback(None)
        return kept

    async def _fetch(self, asked: _Question) -> bytes:
        if (challenges := self._challenges.of(asked.path)) and self._login.proven("web"):
            return await self._fetch_with_login(asked, challenges, reused=True)
        answer = await self._send_patiently(asked)
        if answer.is_refusal:
            self._login.heard(answer.said)
            return await self._fetch_with_login(asked, answer.challenges, reused=False)
        return answer.body

    async def _fetch_with_login(
        self, asked: _Question, challenges: tuple[str, ...], *, reused: bool
    ) -> bytes:
        forbid_basic(challenges, is_camera=self._entrance.is_camera())
        was_proven = self._login.proven("web")
        send = self._send_patiently if was_proven else self._send_once
        async with self._login.turn("web") as turn:
            answer = await self._challenges.prove(
                turn,
                (asked.method, asked.path, asked.body),
                challenges,
                lambda header: send(asked, header),
                reused=reused,
            )
            if answer.is_refusal:
                turn.refused(answer.said)
                raise AuthRefused(f"{turn.label} may not see {asked.path.partition('?')[0]}")
            turn.accepted()
            return answer.body

    async def _send_patiently(self, asked: _Question, authorization: str = "") -> _Page:
        """Ask, and ask again where a device that answered before is gone: recorders reboot."""
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                return await self._send(asked, authorization)
            except Unreachable:
                is_known = self._has_answered or self._entrance.place() is not None
                if not is_known or self._patience_s <= 0.0:
                    raise
                await asyncio.sleep(_PAUSE_S)
                self._patience_s -= asyncio.get_running_loop().time() - begun

    async def _send_once(self, asked: _Question, authorization: str) -> _Page:
        return await self._send(asked, authorization, once=True)

    async def _send(self, asked: _Question, authorization: str, *, once: bool = False) -> _Page:
        url = f"{self._root()}{asked.path}"
        headers = {"Authorization": authorization} if authorization else {}
        if asked.content_type:
            headers["Content-Type"] = asked.content_type
        async with self._entrance.places:
            if self._record is not None:
                self._record(">", f"{asked.method} {url}\n".encode() + asked.body)
            reply = await self._http.request(asked.method, url, body=asked.body, headers=headers, once=once)
            if self._record is not None:
                self._record("<", f"HTTP {reply.status}\n".encode() + reply.body)
        self._has_answered = True
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
        """The body of a success. Raise Unsupported for any other status: 403 is said of unknown paths too.

        Dahua and LAPI say in the body what is wrong; it goes with the status. Raise Malformed for half a
        page: what is missing may be half of the recordings.
        """
        if not 200 <= self.reply.status < 300:
            raise Unsupported(f"HTTP {self.reply.status}{_reason(self.reply.body)}")
        if not self.reply.complete and not self.reply.body.rstrip().endswith(b">"):
            raise Malformed(f"an answer that breaks off after {len(self.reply.body)} bytes")
        return self.reply.body


# What may be asked with a body: searches alone.
_ASKS = re.compile(r"/ISAPI/ContentMgmt/(?:search|record/tracks/\d{1,6}/dailyDistribution)")
_PAUSE_S = 2.0
_PLAIN_REASON = re.compile(rb"Error\r?\n(?:ErrorID=\d+, )?([ -~]{1,60})")


def _reason(body: bytes) -> str:
    found = _PLAIN_REASON.match(body)
    return f" {found[1].decode().strip()}" if found else ""
