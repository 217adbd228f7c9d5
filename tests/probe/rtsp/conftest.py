"""A camera in software for these tests: real H.264 over RTP, and a fault where a test wants one."""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
import pytest

from config.settings import Rtsp
from probe.transport.login import Credential, Login
from probe.wire.h26x import split_annex_b

FPS, GOP, SECONDS = 10, 10, 6
SDP = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"


@pytest.fixture
def settings() -> Rtsp:
    return Rtsp(
        connect_s=1.0,
        answer_s=0.4,
        grab_s=1.5,
        span_s=4.0,
        max_bytes=1 << 22,
        ports=(554,),
        paths=("/first", "/second", "/third"),
    )


@dataclass
class OneCredential:
    password: str = "secret"

    def credential(self, name: str) -> Credential:
        return Credential(name, 1, "user", self.password)


@pytest.fixture
def login() -> Login:
    return Login(OneCredential(), ["school"])


@pytest.fixture
def wrong_login() -> Login:
    return Login(OneCredential("wrong"), ["school"])


@pytest.fixture(scope="session")
def packets() -> list[bytes]:
    """Six seconds of video as RTP packets, sent as fast as they are taken."""
    return packetize(encode_clip())


def encode_clip() -> list[list[bytes]]:
    """Return the NAL units of each picture."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 160, 120, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FPS), Fraction(1, FPS)
    encoder.gop_size = GOP
    encoder.options = {"preset": "ultrafast", "bf": "0", "sc_threshold": "0", "tune": "zerolatency"}
    noise = np.random.default_rng(7)
    pictures = []
    for _ in range(FPS * SECONDS):
        pixels = noise.integers(0, 255, (120, 160, 3), dtype=np.uint8)
        pictures += encoder.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24"))
    pictures += encoder.encode(None)
    return [split_annex_b(bytes(packet)) for packet in pictures]


def packetize(pictures: list[list[bytes]], ssrc: int = 7) -> list[bytes]:
    packets: list[bytes] = []
    for number, units in enumerate(pictures):
        payloads = [part for unit in units for part in fragments(unit)]
        for index, payload in enumerate(payloads):
            marker = 0x80 if index == len(payloads) - 1 else 0
            head = bytes([0x80, 96 | marker]) + (len(packets) & 0xFFFF).to_bytes(2)
            head += (number * 90000 // FPS).to_bytes(4) + ssrc.to_bytes(4)
            packets.append(head + payload)
    return packets


def fragments(unit: bytes, size: int = 1000) -> list[bytes]:
    if len(unit) <= size:
        return [unit]
    parts = [unit[at : at + size] for at in range(1, len(unit), size)]
    flags = [0x80, *([0] * (len(parts) - 2)), 0x40]
    return [
        bytes([unit[0] & 0xE0 | 28, flag | unit[0] & 0x1F]) + part
        for flag, part in zip(flags, parts, strict=True)
    ]


@dataclass
class Camera:
    """What the camera does. Each field is one way to differ from a good one."""

    packets: list[bytes] = field(default_factory=list)
    sdp: str = SDP
    auth: str = "none"
    transports: tuple[str, ...] = ("tcp", "udp")
    answers: dict[str, bytes] = field(default_factory=dict)  # method: raw bytes instead of the answer
    silent_at: str = ""
    close_at: str = ""
    drip_s: float = 0.0
    paths: tuple[str, ...] = ()  # all, when empty
    headers: dict[str, str] = field(default_factory=dict)  # further headers of DESCRIBE
    session: str = "12345678;timeout=60"
    cseq: str = "CSeq"
    between: bytes = b""  # sent after every answer to SETUP and PLAY
    stale: bool = False
    hang_up_after_404: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    proofs: int = 0
    heard: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _playing: set[asyncio.Task[None]] = field(default_factory=set)
    _client_port: int = 0

    def uri(self, path: str = "/main") -> str:
        return f"rtsp://127.0.0.1:{self.port}{path}"

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := (await reader.readuntil(b"\r\n\r\n")).decode():
                if not await self._answer(request, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            for task in self._playing:
                task.cancel()
            await asyncio.gather(*self._playing, return_exceptions=True)
            writer.close()

    async def _answer(self, request: str, writer: asyncio.StreamWriter) -> bool:
        method, uri = request.split()[:2]
        self.asked.append(method)
        self.heard[method].set()
        self.requests.append(request)
        if method == self.silent_at:
            await asyncio.sleep(30)
        if method == self.close_at:
            return False
        if method in self.answers:
            await self._send(writer, self.answers[method])
            return True
        status, headers, body = self._reply(method, uri, request)
        number = re.search(r"CSeq: (\d+)", request)
        assert number is not None
        lines = [f"RTSP/1.0 {status}", f"{self.cseq}: {number[1]}", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        raw = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        if method in ("SETUP", "PLAY"):
            raw += self.between
        await self._send(writer, raw)
        if status.startswith("404") and self.hang_up_after_404:
            return False
        if method == "PLAY" and status.startswith("200"):
            task = asyncio.create_task(self._play(writer))
            self._playing.add(task)
            task.add_done_callback(self._playing.discard)
        return True

    def _reply(self, method: str, uri: str, request: str) -> tuple[str, list[str], str]:
        if refusal := self._refuses(method, request):
            return "401 Unauthorized", refusal, ""
        match method:
            case "DESCRIBE":
                if self.paths and not uri.endswith(self.paths):
                    return "404 Not Found", [], ""
                further = [f"{name}: {value}" for name, value in self.headers.items()]
                return "200 OK", ["Content-Type: application/sdp", *further], self.sdp
            case "SETUP":
                return self._setup(request)
            case _:
                return "200 OK", [f"Session: {self.session}"], ""

    def _setup(self, request: str) -> tuple[str, list[str], str]:
        wanted = re.search(r"Transport: (.*)\r", request)
        assert wanted is not None
        way = "tcp" if "TCP" in wanted[1] else "udp"
        if way == "udp" and (ports := re.search(r"client_port=(\d+)", wanted[1])):
            self._client_port = int(ports[1])
        if way not in self.transports:
            if "udp-always" in self.transports:
                granted = "RTP/AVP;unicast;client_port=1-2;server_port=3-4"
                return "200 OK", [f"Session: {self.session}", f"Transport: {granted}"], ""
            return "461 Unsupported Transport", [], ""
        return "200 OK", [f"Session: {self.session}", f"Transport: {wanted[1]}"], ""

    def _refuses(self, method: str, request: str) -> list[str]:
        found = re.search(r"Authorization: (.*)\r", request)
        if self.auth == "none":
            return []
        challenge = 'Digest realm="here", nonce="n1"' if self.auth == "digest" else 'Basic realm="here"'
        if found is None:
            return [f"WWW-Authenticate: {challenge}"]
        self.proofs += 1
        if self.stale:
            self.stale = False
            return [f"WWW-Authenticate: {challenge}, stale=true"]
        return [] if found[1] == self._right(method, found[1]) else [f"WWW-Authenticate: {challenge}"]

    def _right(self, method: str, proof: str) -> str:
        if self.auth == "basic":
            return "Basic " + b64encode(b"user:secret").decode()
        uri = re.search(r'uri="([^"]*)"', proof)
        assert uri is not None
        secret, asked = md5("user:here:secret"), md5(f"{method}:{uri[1]}")
        return re.sub(r'response="\w*"', f'response="{md5(f"{secret}:n1:{asked}")}"', proof)

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        if self._client_port:
            datagrams, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=("127.0.0.1", self._client_port)
            )
            try:
                for count, packet in enumerate(self.packets):
                    datagrams.sendto(packet)
                    if count % 20 == 0:
                        await asyncio.sleep(0.001)
            finally:
                datagrams.close()
                await asyncio.sleep(0)
            return
        for packet in self.packets:
            if writer.is_closing():
                return
            writer.write(b"$\x00" + len(packet).to_bytes(2) + packet)
            await writer.drain()

    async def _send(self, writer: asyncio.StreamWriter, raw: bytes) -> None:
        if not self.drip_s:
            writer.write(raw)
            return
        for byte in raw:
            writer.write(bytes([byte]))
            await asyncio.sleep(self.drip_s)


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@asynccontextmanager
async def serving(camera: Camera) -> AsyncIterator[Camera]:
    meetings: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        meetings.add(task)
        try:
            await camera.meet(reader, writer)
        except asyncio.CancelledError:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    camera.port = server.sockets[0].getsockname()[1]
    try:
        yield camera
    finally:
        server.close()
        for task in meetings:
            task.cancel()
        await asyncio.gather(*meetings, return_exceptions=True)


@pytest.fixture
async def camera(packets: list[bytes]) -> AsyncIterator[Camera]:
    async with serving(Camera(packets=packets)) as one:
        yield one
