"""Our ONVIF client against a camera on loopback whose every answer the test decides."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential, Unreachable, Unsupported
from probe.model import Sighting, Target
from probe.onvif.client import OnvifClient
from probe.onvif.entry import NotOnvif
from probe.transport.http import Http
from probe.transport.login import Credential, Login

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
PASSWORD = "S3ntinel-pw"
DENIED = (
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value>"
    "<s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code>"
    "<s:Reason><s:Text>Sender not Authorized</s:Text></s:Reason></s:Fault>"
)
UNKNOWN = DENIED.replace("NotAuthorized", "ActionNotSupported").replace("Sender not Authorized", "no")

CLOCK = (
    "<R><UTCDateTime><Time><Hour>3</Hour><Minute>2</Minute><Second>11</Second></Time>"
    "<Date><Year>2026</Year><Month>5</Month><Day>4</Day></Date></UTCDateTime></R>"
)
# Media2 stands first, as on many devices.
SERVICES = "<R>{}</R>".format(
    "".join(
        f"<Service><Namespace>http://www.onvif.org/{space}/wsdl</Namespace>"
        f"<XAddr>http://192.168.1.10/onvif/{path}</XAddr></Service>"
        for space, path in (("ver20/media", "media2"), ("ver10/media", "media"))
    )
)
INFORMATION = "<GetDeviceInformationResponse><Model>K8</Model></GetDeviceInformationResponse>"


@dataclass(frozen=True)
class Asked:
    """One request as the camera saw it."""

    path: str
    operation: str
    service: str
    headers: str
    body: str

    @property
    def way(self) -> str:
        found = re.search(r"(?im)^authorization: (\w+)", self.headers)
        return found[1].lower() if found else "wsse" if "UsernameToken" in self.body else ""


@dataclass(frozen=True)
class Says:
    """One answer: `inner` goes into the SOAP body, `raw` goes out as it is."""

    inner: str = ""
    status: int = 200
    headers: tuple[str, ...] = ()
    raw: bytes | None = None


Answers = Callable[[Asked], Says | None]


@dataclass
class Camera:
    """Answers what `answers` says; None closes the connection. Everything asked is noted."""

    answers: Answers
    port: int = 0
    asked: list[Asked] = field(default_factory=list)

    def operations(self, way: str | None = None) -> list[str]:
        return [one.operation for one in self.asked if way is None or one.way == way]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                found = re.search(r"(?i)content-length: (\d+)", head)
                body = (await reader.readexactly(int(found[1]) if found else 0)).decode()
                operation = re.search(r"<s:Body><(?:(\w+):)?(\w+)", body)
                assert operation is not None
                one = Asked(head.split()[1], operation[2], operation[1] or "", head, body)
                self.asked.append(one)
                says = self.answers(one)
                if says is None:
                    break
                writer.write(_bytes(says))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _bytes(says: Says) -> bytes:
    body = soap_around(says.inner) if says.raw is None else says.raw
    lines = [f"HTTP/1.1 {says.status} X", f"Content-Length: {len(body)}", *says.headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def soap_around(inner: str) -> bytes:
    return f"<s:Envelope xmlns:s='urn:soap'><s:Body>{inner}</s:Body></s:Envelope>".encode()


@dataclass(frozen=True)
class Limits:
    connect_s: float = 1.0
    request_s: float = 1.0
    max_bytes: int = 1 << 20
    requests_per_device: int = 1
    device_ports: tuple[int, ...] = (80,)
    device_paths: tuple[str, ...] = ("/onvif/device_service", "/onvif/service")


class Stored:
    def credential(self, name: str) -> Credential:
        return Credential(name, 1, "admin", PASSWORD + name)


@dataclass
class Bench:
    """A camera, its login and its client."""

    camera: Camera
    login: Login
    client: OnvifClient


@asynccontextmanager
async def on_bench(
    answers: Answers, names: tuple[str, ...] = ("a",), xaddrs: tuple[str, ...] = (), epr: str = ""
) -> AsyncIterator[Bench]:
    camera = Camera(answers)
    server = await asyncio.start_server(camera.serve, "127.0.0.1", 0)
    camera.port = server.sockets[0].getsockname()[1]
    seen = (Sighting("127.0.0.1", "ws-discovery", epr, xaddrs),) if xaddrs or epr else ()
    target = Target("127.0.0.1", (camera.port,), seen, pinned=camera.port)
    async with Http(Limits()) as http:
        login = Login(Stored(), names)
        client = OnvifClient(target, http, login, Limits(), lambda: NOW)
        yield Bench(camera, login, client)
    server.close()
    await asyncio.sleep(0.01)


OPEN = {"GetSystemDateAndTime": CLOCK, "GetServices": SERVICES}
ALL = {**OPEN, "GetDeviceInformation": INFORMATION}
CHALLENGE = 'WWW-Authenticate: Digest realm="cam", nonce="n1", qop="auth"'


def wants(way: str, *headers: str, status: int = 400, denied: str = DENIED) -> Answers:
    """A camera that lets pass what needs no login, and the rest to those who come by that way."""

    def answers(asked: Asked) -> Says | None:
        if asked.operation in OPEN or asked.way == way:
            return Says(ALL.get(asked.operation, f"<{asked.operation}Response/>"))
        return Says(denied, status, headers)

    return answers


async def test_what_needs_no_login_is_asked_without() -> None:
    async with on_bench(wants("")) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
    assert bench.camera.operations("") == ["GetSystemDateAndTime", "GetDeviceInformation"]


async def test_without_a_challenge_the_token_is_shown_with_the_clock_of_the_device() -> None:
    async with on_bench(wants("wsse")) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
    assert "<u:Created>2026-05-04T03:02:11.000Z</u:Created>" in bench.camera.asked[-1].body


async def test_once_accepted_the_token_goes_with_every_question() -> None:
    async with on_bench(wants("wsse")) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
        await bench.client.soap("device", "GetScopes")
    assert bench.camera.operations("wsse") == ["GetDeviceInformation", "GetScopes"]


async def test_a_challenge_is_answered_by_digest_and_no_token_is_shown() -> None:
    async with on_bench(wants("digest", CHALLENGE, status=401)) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
        await bench.client.soap("device", "GetScopes")
    assert bench.camera.operations("wsse") == []
    assert bench.camera.operations("digest") == ["GetDeviceInformation", "GetScopes"]
    assert "nc=00000002" in bench.camera.asked[-1].headers


async def test_each_path_has_its_own_challenge() -> None:
    async with on_bench(wants("digest", CHALLENGE, status=401)) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
        await bench.client.soap("media", "GetProfiles")
    assert [(one.operation, one.way) for one in bench.camera.asked[-2:]] == [
        ("GetProfiles", ""),
        ("GetProfiles", "digest"),
    ]
    assert 'uri="/onvif/media"' in bench.camera.asked[-1].headers


async def test_a_token_refused_with_a_challenge_is_followed_by_digest() -> None:
    def answers(asked: Asked) -> Says | None:
        if asked.way == "wsse":
            return Says(status=401, headers=(CHALLENGE,), raw=b"")
        return wants("digest")(asked)

    async with on_bench(answers) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
    assert [one.way for one in bench.camera.asked] == ["", "", "wsse", "digest"]


async def test_basic_is_answered_where_it_is_all_there_is() -> None:
    async with on_bench(wants("basic", 'WWW-Authenticate: Basic realm="gSOAP"', status=401)) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
    assert bench.camera.operations("basic") == ["GetDeviceInformation"]


async def test_no_clear_password_for_a_server_that_never_spoke_soap() -> None:
    def answers(asked: Asked) -> Says | None:
        return Says(status=401, headers=('WWW-Authenticate: Basic realm="Router"',), raw=b"<html></html>")

    async with on_bench(answers) as bench:
        with pytest.raises(AuthRefused, match="in clear"):
            await bench.client.soap("device", "GetDeviceInformation")
    assert bench.camera.operations("basic") == []


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize("header", [(), (CHALLENGE,)], ids=["token", "digest"])
async def test_a_wrong_password_is_shown_once_whatever_is_asked(status: int, header: tuple[str, ...]) -> None:
    async with on_bench(wants("never", *header, status=status)) as bench:
        for service, operation in [
            ("device", "GetScopes"),
            ("device", "GetDeviceInformation"),
            ("media", "GetProfiles"),
        ]:
            with pytest.raises(AuthRefused):
                await bench.client.soap(service, operation)
    assert len(bench.camera.operations("wsse") + bench.camera.operations("digest")) == 1
    assert bench.login.refusals == ("a@1",)


async def test_questions_at_the_same_time_show_a_wrong_password_once() -> None:
    async with on_bench(wants("never")) as bench:
        asked = [bench.client.soap("device", f"Get{number}") for number in range(12)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(outcome, AuthRefused) for outcome in outcomes)
    assert len(bench.camera.operations("wsse")) == 1


async def test_the_second_credential_is_tried_after_the_first() -> None:
    def answers(asked: Asked) -> Says | None:
        seen.extend([asked] if asked.way else [])
        return wants("wsse" if len(seen) > 1 else "never")(asked)

    seen: list[Asked] = []
    async with on_bench(answers, names=("a", "b")) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
    assert bench.login.current() == "b@1"


async def test_tries_that_are_counted_end_everything() -> None:
    counting = DENIED.replace("not Authorized", "not Authorized. You still have 3 attempt(s).")
    async with on_bench(wants("never", denied=counting), names=("a", "b")) as bench:
        with pytest.raises(Locked):
            await bench.client.soap("device", "GetDeviceInformation")
        with pytest.raises(Locked):
            await bench.client.soap("device", "GetScopes")
    # The camera said so to the question without a login already: no password was shown at all.
    assert bench.camera.operations("wsse") == []
    assert set(bench.login.refusals) == {"a@1", "b@1"}


async def test_no_stored_credential_is_said() -> None:
    async with on_bench(wants("wsse"), names=()) as bench:
        with pytest.raises(NoCredential):
            await bench.client.soap("device", "GetScopes")


async def test_a_login_lost_with_its_connection_is_not_sent_again() -> None:
    def answers(asked: Asked) -> Says | None:
        return None if asked.way else wants("wsse")(asked)

    async with on_bench(answers) as bench:
        for _ in range(2):
            with pytest.raises(DeviceError):
                await bench.client.soap("device", "GetDeviceInformation")
    assert len(bench.camera.operations("wsse")) == 1
    assert bench.login.refusals == ()


async def test_an_ended_nonce_is_renewed_without_a_fuss() -> None:
    def answers(asked: Asked) -> Says | None:
        if asked.operation == "GetScopes" and 'nonce="n2"' not in asked.headers:
            return Says(DENIED, 401, ('WWW-Authenticate: Digest realm="cam", nonce="n2", qop="auth"',))
        return wants("digest", CHALLENGE, status=401)(asked)

    async with on_bench(answers) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
        await bench.client.soap("device", "GetScopes")
    assert bench.login.refusals == ()


async def test_a_plain_user_who_may_not_see_one_thing_still_sees_the_others() -> None:
    def answers(asked: Asked) -> Says | None:
        return wants("never" if asked.operation == "GetNetworkInterfaces" else "wsse")(asked)

    async with on_bench(answers) as bench:
        await bench.client.soap("device", "GetDeviceInformation")
        with pytest.raises(AuthRefused):
            await bench.client.soap("device", "GetNetworkInterfaces")
        await bench.client.soap("device", "GetScopes")
    assert bench.login.refusals == ()


async def test_an_answer_is_fetched_once_and_a_refusal_too() -> None:
    async with on_bench(lambda asked: Says(ALL.get(asked.operation, UNKNOWN))) as bench:
        for _ in range(2):
            await bench.client.soap("device", "GetDeviceInformation")
            with pytest.raises(Unsupported):
                await bench.client.soap("device", "GetNTP")
    assert bench.camera.operations() == ["GetSystemDateAndTime", "GetDeviceInformation", "GetNTP"]


async def test_media2_first_in_the_list_is_not_asked_for_media1() -> None:
    async with on_bench(wants("")) as bench:
        await bench.client.soap("media", "GetProfiles")
    assert (bench.camera.asked[-1].path, bench.camera.asked[-1].service) == ("/onvif/media", "trt")


async def test_capabilities_serve_where_services_fail() -> None:
    media = "<R><Capabilities><Media><XAddr>http://0.0.0.0/m</XAddr></Media></Capabilities></R>"
    known = {"GetSystemDateAndTime": CLOCK, "GetCapabilities": media, "GetProfiles": "<R/>"}
    async with on_bench(lambda asked: Says(known.get(asked.operation, UNKNOWN))) as bench:
        await bench.client.soap("media", "GetProfiles")
        with pytest.raises(Unsupported, match="no media2 service"):
            await bench.client.soap("media2", "GetProfiles")
    assert "/m" in [one.path for one in bench.camera.asked]


async def test_a_web_server_without_onvif_is_told_from_a_closed_port() -> None:
    async with on_bench(
        lambda asked: Says(status=404, raw=b"<html><title>Not Found</title></html>")
    ) as bench:
        with pytest.raises(NotOnvif):
            await bench.client.soap("device", "GetScopes")
    assert [one.path for one in bench.camera.asked] == ["/onvif/device_service", "/onvif/service"]
    async with on_bench(lambda asked: None) as bench:
        with pytest.raises(Unreachable):
            await bench.client.soap("device", "GetScopes")


async def test_the_announced_place_is_asked_first_on_the_address_that_answered() -> None:
    async with on_bench(wants(""), xaddrs=("http://192.0.2.1:8999/odd/device",)) as bench:
        await bench.client.soap("device", "GetScopes")
    assert {one.path for one in bench.camera.asked} == {"/odd/device"}


async def test_only_questions_that_change_nothing_are_asked() -> None:
    async with on_bench(wants("")) as bench:
        with pytest.raises(ValueError, match="might change"):
            await bench.client.soap("device", "SetHostname")


async def test_a_login_in_a_stream_address_is_kept_for_the_connection_alone() -> None:
    uri = "<Uri>rtsp://10.0.0.1/user=admin_password=tlJwpbo6_channel=1&amp;onvif=0</Uri>"
    answer = f"<GetStreamUriResponse><MediaUri>{uri}</MediaUri></GetStreamUriResponse>"
    known = {**OPEN, "GetStreamUri": answer}
    async with on_bench(lambda asked: Says(known.get(asked.operation, UNKNOWN))) as bench:
        await bench.client.soap("media", "GetStreamUri")
    shown = "rtsp://127.0.0.1/user=***_password=***_channel=1&onvif=0"
    assert bench.login.reveal(shown) == "rtsp://127.0.0.1/user=admin_password=tlJwpbo6_channel=1&onvif=0"


async def test_no_password_shows_in_what_is_sent_logged_or_raised(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    for way, header in [("wsse", ()), ("never", ()), ("digest", (CHALLENGE,)), ("never", (CHALLENGE,))]:
        async with on_bench(wants(way, *header, status=401)) as bench:
            try:
                await bench.client.soap("device", "GetDeviceInformation")
            except DeviceError as error:
                said.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
            said += [one.body + one.headers for one in bench.camera.asked] + [repr(bench)]
    assert PASSWORD not in "".join(said) + caplog.text
