"""One RTSP connection: requests and their answers, with the login where it is asked for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from config.settings import Rtsp
from probe.errors import AuthRefused, Malformed, Silent, Unreachable
from probe.transport.login import Login
from probe.transport.pace import Pace
from probe.wire.digest import parse_challenges
from probe.wire.rtsp import Event, Headers, Interleaved, Request, Response, Splitter, format_message

Heard = Callable[[str, bytes], None]

# Some cameras answer 401 to a client that does not name itself (go2rtc #235).
USER_AGENT = "camcensus"


class Dialog:
    """Asks one thing at a time. `frames` holds the RTP that came between the answers."""

    def __init__(
        self,
        host: str,
        port: int,
        login: Login,
        settings: Rtsp,
        heard: Heard | None,
        pace: Pace | None = None,
    ) -> None:
        self.frames: list[Interleaved] = []
        self.received = 0
        self._host = host
        self._port = port
        self._login = login
        self._settings = settings
        self._heard = heard or _nobody
        self.pace = pace
        self.held_back_s = 0.0  # how long reading waited for the run's limit
        self._cseq = 0
        self._challenges: tuple[str, ...] = ()
        self._connection: _Connection | None = None

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def local_host(self) -> str:
        return str(self._wire.writer.get_extra_info("sockname")[0])

    @property
    def peer_host(self) -> str:
        return str(self._wire.writer.get_extra_info("peername")[0])

    async def open(self) -> None:
        """Connect, anew if need be. Raise Unreachable when nothing accepts within `connect_s`."""
        await self.close()
        try:
            async with asyncio.timeout(self._settings.connect_s):
                reader, writer = await self._connect()
        except TimeoutError:
            raise Unreachable(
                f"no connection to port {self._port} in {self._settings.connect_s:g} s"
            ) from None
        except OSError as error:
            raise Unreachable(f"port {self._port}: {error.strerror or error}") from None
        self._connection = _Connection(reader, writer)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.pace is None:
            return await asyncio.open_connection(self._host, self._port, limit=_READ_BYTES)
        loop = asyncio.get_running_loop()
        asked = loop.time()
        pace, reader = self.pace, asyncio.StreamReader(limit=self.pace.read_bytes)
        transport, protocol = await loop.create_connection(
            lambda: _Counted(reader, pace), self._host, self._port
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        pace.connected(loop.time() - asked)
        if pace.is_limited:
            # The system takes up to megabytes in advance for each connection: past our limit, unread.
            line: socket.socket = writer.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, max(_LEAST_AHEAD, 2 * pace.read_bytes))
        return reader, writer

    async def close(self) -> None:
        """Close the connection; what is still under way is dropped."""
        if self._connection is None:
            return
        writer, self._connection = self._connection.writer, None
        writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await writer.wait_closed()
        except (OSError, TimeoutError):
            writer.transport.abort()

    async def ask(self, method: str, uri: str, headers: Headers = ()) -> Response:
        """Return the answer; log in when it is wanted. Raise AuthRefused, Locked or NoCredential."""
        proven = self._login.proven("rtsp")
        known = await self._proof(method, uri) if self._challenges and proven else ()
        response = await self._exchange(Request(method, uri, (*headers, *known)))
        while response.status == 401:
            asked = response
            async with self._login.turn("rtsp") as turn:
                self._challenges = asked.all("WWW-Authenticate")
                response = await self._prove(turn.authorization, method, uri, headers, asked)
                if response.status == 401 and _says_stale(response):
                    self._challenges = response.all("WWW-Authenticate")
                    response = await self._prove(turn.authorization, method, uri, headers, response)
                if response.status not in (401, 403):
                    turn.accepted()
                    return response
                turn.refused(f"{response.said} {_body_text(response)}".strip())
            if proven or response.status == 403:
                break
        if response.status in (401, 403):
            raise AuthRefused(f"{method}: {response.said}")
        return response

    async def ask_openly(self, method: str, uri: str) -> Response:
        """Return the answer to a request without a login, whatever it says."""
        return await self._exchange(Request(method, uri))

    async def read(self) -> list[Event]:
        """Return what came next. Raise Unreachable when the connection ended, Malformed over the byte cap."""
        wire = self._wire
        try:
            received = await wire.reader.read(self.pace.read_bytes if self.pace else _READ_BYTES)
        except OSError as error:
            await self.close()
            raise Unreachable(f"the connection broke: {error.strerror or error}") from None
        if not received:
            await self.close()
            raise Unreachable("it closed the connection")
        self.received += len(received)
        if self.pace is not None:
            self.held_back_s += await self.pace.turn()
        return wire.splitter.feed(received)

    def send(self, method: str, uri: str, headers: Headers = ()) -> int:
        """Send a request without waiting for its answer; return its CSeq."""
        self._cseq += 1
        own = (("CSeq", str(self._cseq)), ("User-Agent", USER_AGENT))
        raw = format_message(Request(method, uri, (*own, *headers)))
        self._heard(">", raw)
        self._wire.writer.write(raw)
        return self._cseq

    async def proof(self, method: str, uri: str) -> Headers:
        """Return the login for a request that `ask` does not send; nothing when none was wanted so far."""
        return await self._proof(method, uri) if self._challenges and self._login.proven("rtsp") else ()

    async def answer(self, cseq: int, seconds: float) -> Response:
        """Wait for the answer to a request; frames on the way are kept in `frames`."""
        try:
            async with asyncio.timeout(seconds):
                return await self._wait_for(cseq)
        except TimeoutError:
            rest = self._wire.splitter.rest()
            if isinstance(rest, Response) and rest.body:
                return rest  # a Content-Length that counts more than was sent
            raise Silent(f"no whole answer in {seconds:g} s") from None

    @property
    def _wire(self) -> _Connection:
        if self._connection is None:
            raise Unreachable("the connection is closed")
        return self._connection

    async def _wait_for(self, cseq: int) -> Response:
        while True:
            events = await self.read()
            found = None
            for event in events:
                match event:
                    case Interleaved():
                        self.frames.append(event)
                    case Response():
                        self._heard("<", format_message(event))
                        # An answer that comes late belongs to an earlier request.
                        if event.cseq is None or event.cseq >= cseq:
                            found = found or event
                    case Request(method=method):
                        self._heard("<", format_message(event))
                        if method in _OURS:  # Tapo C120 1.1.7 sends the request back (scrypted#1246)
                            raise Malformed("it sends our own request back")
            if found is not None:
                return found
            if self.received > self._settings.max_bytes:
                raise Malformed(f"{self.received} bytes and no answer among them")

    async def _exchange(self, request: Request) -> Response:
        cseq = self.send(request.method, request.uri, request.headers)
        try:
            return await self.answer(cseq, self._settings.answer_s)
        except (Silent, Unreachable, Malformed) as error:
            raise type(error)(f"{request.method}: {error}") from None

    async def _proof(self, method: str, uri: str) -> Headers:
        async with self._login.turn("rtsp") as turn:
            return (("Authorization", turn.authorization(self._challenges, method, uri)),)

    async def _prove(
        self, authorization: Callable[..., str], method: str, uri: str, headers: Headers, asked: Response
    ) -> Response:
        proof = authorization(self._challenges, method, uri)
        # A first refusal often ends the connection too; the login then goes over a new one.
        if not self.is_open or self._wire.reader.at_eof() or asked.header("Connection").lower() == "close":
            await self.open()
        return await self._exchange(Request(method, uri, (*headers, ("Authorization", proof))))


class _Counted(asyncio.StreamReaderProtocol):
    """Tells the pace of every byte as it arrives: what nobody reads, since the connection ends, came too."""

    def __init__(self, reader: asyncio.StreamReader, pace: Pace) -> None:
        super().__init__(reader)
        self._pace = pace

    def data_received(self, data: bytes) -> None:
        self._pace.note(len(data))
        super().data_received(data)


@dataclass(frozen=True, slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    splitter: Splitter = field(default_factory=Splitter)


_CLOSE_S = 0.2
_OURS = frozenset({"DESCRIBE", "SETUP", "PLAY", "TEARDOWN"})
_READ_BYTES = 1 << 18
_LEAST_AHEAD = 1 << 14  # below, TCP waits for its timers instead of sending


def _nobody(way: str, raw: bytes) -> None:
    """Hear nothing: no record is kept."""


def _says_stale(response: Response) -> bool:
    return any(challenge.stale for challenge in parse_challenges(response.all("WWW-Authenticate")))


def _body_text(response: Response) -> str:
    return response.body[:2000].decode(errors="replace")
