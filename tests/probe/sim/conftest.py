"""A running campus for a test, and a plain client that asks it: its own code, to share no mistake."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from probe.sim.dahua_cgi import DahuaCgi
from probe.sim.footage import Footage
from probe.sim.guard import Guard
from probe.sim.http import Request, Response
from probe.sim.isapi import Isapi
from probe.sim.lapi import Lapi
from probe.sim.model import Campus, Device, Marks
from probe.sim.plan import plan_school
from probe.sim.ports import Layout
from probe.sim.profile_g import ProfileG
from probe.sim.recorder import Archive
from probe.sim.recorder_builds import BUILDS
from probe.sim.serve import serve
from probe.sim.soap import SOAP, Instead, SoapFault, fault, parse_call
from probe.sim.soap import envelope as written
from probe.sim.truth import truth
from probe.wire.soap import Fault, Reply, envelope, parse_reply

_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
NS = {"tds": "http://www.onvif.org/ver10/device/wsdl", "trt": "http://www.onvif.org/ver10/media/wsdl"}

# Each process of a parallel test run has its own network, so that no two ask for the same port.
OWN_NETWORK = f"127.{80 + os.getpid() % 40}.{os.getpid() // 40 % 250}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP or RTSP answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(slots=True)
class Line:
    """One connection to a device, kept open between requests."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sequence: int = field(default=0)

    async def ask(self, head: str, body: bytes = b"", *, seconds: float = 10.0) -> Answer:
        self.sequence += 1
        self.writer.write(
            f"{head}\r\nCSeq: {self.sequence}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        async with asyncio.timeout(seconds):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = tuple((name, value.strip()) for name, _, value in (one.partition(":") for one in lines))
            length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
            return Answer(int(first.split()[1]), headers, await self.reader.readexactly(length))


class Client:
    """Asks simulated devices the plain way."""

    @asynccontextmanager
    async def line(self, address: str, port: int) -> AsyncIterator[Line]:
        reader, writer = await asyncio.open_connection(address, port)
        try:
            yield Line(reader, writer)
        finally:
            writer.close()

    async def soap(
        self, device: Device, operation: str, *, header: str = "", login: bool = True, service: str = "tds"
    ) -> Answer:
        """Ask one operation, such as `GetProfiles/` or `GetStreamUri><trt:ProfileToken>…`."""
        security = self.token(device, device.password) if login else ""
        name = operation.rstrip("/").partition(">")[0]
        inside = operation.partition(">")[2]
        body = (
            f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:{service}="{NS[service]}">'
            f"<s:Header>{security}</s:Header><s:Body><{service}:{name}>{inside}</{service}:{name}></s:Body></s:Envelope>"
        )
        extra = f"\r\n{header}" if header else ""
        async with self.line(device.address, device.http_port) as line:
            return await line.ask(f"POST /onvif/device_service HTTP/1.1\r\nHost: x{extra}", body.encode())

    def token(self, device: Device, password: str, *, off_s: float = 0.0) -> str:
        here = datetime.now(UTC) + timedelta(seconds=device.clock_offset_s + off_s)
        nonce, created = secrets.token_bytes(16), here.strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = hashlib.sha1(nonce + created.encode() + password.encode()).digest()  # noqa: S324  WSS says SHA-1
        proof = base64.b64encode(digest).decode()
        return (
            f'<w:Security xmlns:w="{_WSSE}-wssecurity-secext-1.0.xsd"'
            f' xmlns:u="{_WSSE}-wssecurity-utility-1.0.xsd">'
            f"<w:UsernameToken><w:Username>{device.user}</w:Username>"
            f'<w:Password Type="{_WSSE}-username-token-profile-1.0#PasswordDigest">{proof}'
            f"</w:Password><w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>"
            "</w:UsernameToken></w:Security>"
        )

    def digest(self, device: Device, challenge: str, method: str, uri: str, password: str) -> str:
        said = dict(part.strip().split("=", 1) for part in challenge.partition(" ")[2].split(","))
        realm, nonce = said["realm"].strip('"'), said["nonce"].strip('"')
        algorithm = said.get("algorithm", "").strip('"')
        make: Callable[[bytes], Any] = hashlib.sha256 if algorithm == "SHA-256" else hashlib.md5
        ha1 = make(f"{device.user}:{realm}:{password}".encode()).hexdigest()
        ha2 = make(f"{method}:{uri}".encode()).hexdigest()
        response = make(f"{ha1}:{nonce}:00000001:abcd:auth:{ha2}".encode()).hexdigest()
        named = f", algorithm={algorithm}" if algorithm else ""
        return (
            f'Authorization: Digest username="{device.user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'qop=auth, nc=00000001, cnonce="abcd", response="{response}"{named}'
        )


Start = Callable[[Sequence[str]], Coroutine[Any, Any, Device]]


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Coroutine[Any, Any, Campus]]]:
    """Return a function that serves a campus until the test ends."""
    tasks: list[asyncio.Task[None]] = []

    async def begin(campus: Campus) -> Campus:
        ready = asyncio.Event()
        tasks.append(asyncio.create_task(serve(campus, ready.set)))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({tasks[-1], waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if tasks[-1].done():
            waiting.cancel()
            await tasks[-1]
        return campus

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def one_device(
    start: Callable[[Campus], Coroutine[Any, Any, Campus]],
) -> Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]:
    """Return a function that serves a campus of one device with these faults."""

    async def begin(*fault_ids: str, seed: int = 4) -> tuple[Campus, Device]:
        campus = await start(plan_school(seed, 1, f"{OWN_NETWORK}.0/29", {1: fault_ids}))
        return campus, campus.devices[0]

    return begin


@pytest.fixture
def own_network() -> str:
    return f"{OWN_NETWORK}.0/24"


NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)  # half past two in the afternoon at the school


@dataclass(frozen=True)
class Bench:
    """One recorder of a school, asked without any socket at a time that stands still."""

    campus: Campus
    device: Device
    archive: Archive
    marks: Marks
    face: Any
    profile_g: ProfileG
    guard: Guard

    def get(self, target: str) -> Response:
        answer: Response = self.face.answer(Request("GET", target, {}))
        return answer

    def post(self, target: str, body: bytes) -> Response:
        answer: Response = self.face.answer(Request("POST", target, {}, body))
        return answer

    def soap(self, prefix: str, operation: str) -> Reply | Fault:
        """Ask one operation of a service; return what the client's own parser makes of the answer."""
        call = parse_call(envelope(operation))
        assert call is not None
        try:
            body = written(self.device, self.profile_g.operations()[prefix][call.name](call))
        except SoapFault as refused:
            return parse_reply(refused.status, SOAP, fault(self.device, refused))
        except Instead as other:
            return parse_reply(other.response.status, other.response.content_type, other.response.body)
        return parse_reply(200, SOAP, body)

    def true(self, number: int) -> Any:  # noqa: ANN401  a row of the truth's JSON
        return next(one for one in self._sheet["channels"] if one["number"] == number)

    @cached_property
    def _sheet(self) -> dict[str, Any]:
        (sheet,) = truth(replace(self.campus, devices=(self.device,)), now=NOW)["devices"]
        return dict(sheet)


FACES = {"hikvision": Isapi, "dahua": DahuaCgi, "uniview": Lapi}


@pytest.fixture
def bench() -> Callable[..., Bench]:
    """Return a function that plans a school and gives one of its recorders: the first of a maker, or the nth.

    `footage` replaces what its first channel recorded.
    """

    def make(
        maker: str,
        *faults: str,
        seed: int = 4,
        devices: int = 6,
        nth: int = 0,
        footage: Footage | None = None,
    ) -> Bench:
        addresses = tuple(f"127.77.0.{number}" for number in range(1, devices + 9))
        layout = Layout("real", addresses)
        at = devices + 1 + _place_of(maker, nth)
        campus = plan_school(
            seed, devices, "127.77.0.0/24", {at: faults}, layout=layout, recorders=at - devices, today=TODAY
        )
        if footage is not None:
            campus = _with_footage(campus, at, footage)
        device = campus.devices[at - 1]
        assert device.recorder is not None
        marks = Marks()
        archive = Archive(device, device.recorder, marks.asked, lambda: NOW)
        face = FACES[maker](archive, marks) if maker in FACES else None
        guard = Guard(device, marks, lambda: NOW)
        return Bench(campus, device, archive, marks, face, ProfileG(archive), guard)

    return make


def _place_of(maker: str, nth: int = 0) -> int:
    return [at for at, one in enumerate(BUILDS) if one.maker.id == maker][nth]


TODAY = date(2026, 9, 15)


@pytest.fixture
def one_recorder(
    start: Callable[[Campus], Coroutine[Any, Any, Campus]],
) -> Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]:
    """Return a function that serves a recorder of a maker alone. `footage`: of its first channel."""

    async def begin(maker: str, *faults: str, footage: Footage | None = None) -> tuple[Campus, Device]:
        count = _place_of(maker) + 1
        campus = plan_school(4, 0, f"{OWN_NETWORK}.0/28", {count: faults}, recorders=count)
        if footage is not None:
            campus = _with_footage(campus, count, footage)
        campus = await start(replace(campus, devices=campus.devices[-1:]))
        return campus, campus.devices[0]

    return begin


def _with_footage(campus: Campus, number: int, footage: Footage) -> Campus:
    device = campus.devices[number - 1]
    assert device.recorder is not None
    first, *others = device.recorder.channels
    recorder = replace(device.recorder, channels=(replace(first, footage=footage), *others))
    devices = [replace(device, recorder=recorder) if one is device else one for one in campus.devices]
    return replace(campus, devices=tuple(devices))
