"""The ways into a simulated recorder over real sockets: one login for all pages, one count of wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from probe.sim.model import Campus, Device
from probe.wire import dahua_device, isapi_records, lapi
from probe.wire.dahua_rpc import challenge_request, login_request, parse_challenge, parse_login

Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Client = Any  # the client of conftest.py; pytest hands it over

PAGES = {
    "hikvision": "/ISAPI/System/deviceInfo",
    "dahua": dahua_device.SYSTEM_INFO,
    "uniview": lapi.DEVICE_INFO,
}


async def asked(client: Client, device: Device, head: str, password: str, body: bytes = b"") -> Any:  # noqa: ANN401
    """Ask once without login and once with what the challenge wants; `head` is method and target."""
    method, target = head.split()
    async with client.line(device.address, device.http_port) as line:
        refused = await line.ask(f"{head} HTTP/1.1", body)
        assert refused.status == 401
        challenge = refused.header("www-authenticate")[0]
        header = client.digest(device, challenge, method, urlsplit(target).path, password)
        return await line.ask(f"{head} HTTP/1.1\r\n{header}", body)


@pytest.mark.parametrize("maker", PAGES)
async def test_a_makers_page_wants_a_digest(one_recorder: Start, client: Client, maker: str) -> None:
    campus, device = await one_recorder(maker)
    answer = await asked(client, device, f"GET {PAGES[maker]}", device.password)
    assert (answer.status, device.serial in answer.text) == (200, True)
    assert campus.marks[device.number].wrong_logins == 0


@pytest.mark.parametrize("maker", PAGES)
async def test_wrong_passwords_count_with_those_of_onvif(
    one_recorder: Start, client: Client, maker: str
) -> None:
    campus, device = await one_recorder(maker, "wrong-password")
    password = campus.credentials[0].password
    await asked(client, device, f"GET {PAGES[maker]}", password)
    await client.soap(replace(device, password=password), "GetDeviceInformation/")
    assert campus.marks[device.number].wrong_logins == 2


async def test_a_question_with_a_body_wants_a_digest_too(one_recorder: Start, client: Client) -> None:
    campus, device = await one_recorder("hikvision")
    path, body = isapi_records.days_request("101", 2026, 9)
    answer = await asked(client, device, f"POST {path}", device.password, body)
    assert answer.status == 200
    assert campus.marks[device.number].asked.by_channel == {1: 1}


async def test_a_challenge_holds_for_the_next_question_of_the_same_page(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("dahua")
    path = urlsplit(dahua_device.CURRENT_TIME).path
    async with client.line(device.address, device.http_port) as line:
        refused = await line.ask(f"GET {dahua_device.CURRENT_TIME} HTTP/1.1")
        header = client.digest(device, refused.header("www-authenticate")[0], "GET", path, device.password)
        answers = [await line.ask(f"GET {dahua_device.CURRENT_TIME} HTTP/1.1\r\n{header}") for _ in range(3)]
    assert {one.status for one in answers} == {200}


async def test_rpc2_lets_in_where_the_cgi_is_off(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("dahua", "cgi-off")
    async with client.line(device.address, device.http_port) as line:
        off = await line.ask(f"GET {dahua_device.SYSTEM_INFO} HTTP/1.1")
        first = await line.ask("POST /RPC2_Login HTTP/1.1", challenge_request(device.user))
        request = login_request(parse_challenge(first.body), device.user, device.password)
        second = await line.ask("POST /RPC2_Login HTTP/1.1", request)
    assert off.status == 404
    assert parse_login(second.body).keep_alive_s == 60


async def test_an_onvif_client_sees_each_channel_as_a_source(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("no-name")
    answer = await client.soap(device, "GetVideoSources/", service="trt")
    assert answer.text.count("<trt:VideoSources ") == len(device.lenses)


async def test_hikvision_has_no_profile_g(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("hikvision")
    answer = await client.soap(device, "GetServices/")
    assert "http://www.onvif.org/ver10/search/wsdl" not in answer.text.split("<env:Body>")[1]
