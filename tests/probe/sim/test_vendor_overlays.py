"""The texts on the picture by the makers' own pages, and the PTZ head, as a plain client reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from probe.sim.head import PRESETS, position
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school

Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Serve = Callable[[Campus], Coroutine[Any, Any, Campus]]
Client = Any  # the client of conftest.py; pytest hands it over

OVERLAYS = "/ISAPI/System/Video/inputs/channels/1/overlays"
TITLE = "/cgi-bin/configManager.cgi?action=getConfig&name=ChannelTitle"
WIDGET = "/cgi-bin/configManager.cgi?action=getConfig&name=VideoWidget"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"


async def fetched(client: Client, device: Device, target: str) -> Any:  # noqa: ANN401  conftest's Answer
    """Ask once without login and once with what the challenge wants."""
    async with client.line(device.address, device.http_port) as line:
        refused = await line.ask(f"GET {target} HTTP/1.1")
        assert refused.status == 401
        path = urlsplit(target).path
        header = client.digest(device, refused.header("www-authenticate")[0], "GET", path, device.password)
        return await line.ask(f"GET {target} HTTP/1.1\r\n{header}")


async def test_hikvision_gives_name_and_clock_by_isapi(one_device: Start, client: Client) -> None:
    _, device = await one_device("osd-only-vendor")
    page = etree.fromstring((await fetched(client, device, OVERLAYS)).body)
    channel = etree.fromstring((await fetched(client, device, OVERLAYS.removesuffix("/overlays"))).body)
    assert (
        page.findtext("{*}DateTimeOverlay/{*}enabled"),
        page.findtext("{*}channelNameOverlay/{*}enabled"),
        channel.findtext("{*}name"),
    ) == ("true", "true", device.lenses[0].name)


async def test_an_isapi_channel_that_is_not_there_is_refused(one_device: Start, client: Client) -> None:
    _, device = await one_device("osd-only-vendor")
    answer = await fetched(client, device, "/ISAPI/System/Video/inputs/channels/7/overlays")
    assert (answer.status, b"notSupport" in answer.body) == (403, True)


async def test_dahua_gives_the_name_as_key_and_value(one_device: Start, client: Client) -> None:
    _, device = await one_device("h265-hidden")
    answer = await fetched(client, device, TITLE)
    assert answer.body.decode() == f"table.ChannelTitle[0].Name={device.lenses[0].name}\r\n"


async def test_dahua_says_whether_the_clock_is_shown(one_device: Start, client: Client) -> None:
    _, device = await one_device("h265-hidden")
    answer = await fetched(client, device, WIDGET)
    assert "table.VideoWidget[0].TimeTitle.EncodeBlend=true\r\n" in answer.text


async def test_dahua_refuses_other_configurations(one_device: Start, client: Client) -> None:
    _, device = await one_device("h265-hidden")
    answer = await fetched(client, device, TITLE.replace("ChannelTitle", "Network"))
    assert (answer.status, answer.text) == (400, "Error\r\nBad Request!\r\n")


async def test_fault_gbk_title__is_no_utf_8(one_device: Start, client: Client) -> None:
    _, device = await one_device("gbk-title")
    answer = await fetched(client, device, TITLE)
    assert answer.body.decode("gbk").strip().endswith(f"Name={device.lenses[0].name}")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


async def test_fault_osd_only_vendor__onvif_knows_no_overlays(one_device: Start, client: Client) -> None:
    _, device = await one_device("osd-only-vendor")
    answer = await client.soap(device, "GetOSDs/", service="trt")
    assert (answer.status, "ActionNotSupported" in answer.text) == (500, True)


async def test_other_makers_have_no_such_pages(one_device: Start, client: Client) -> None:
    _, device = await one_device("placeholder-maker")
    async with client.line(device.address, device.http_port) as line:
        assert (await line.ask(f"GET {OVERLAYS} HTTP/1.1")).status == 404


async def ptz(client: Client, device: Device, operation: str) -> str:
    token = device.lenses[0].main.token
    body = (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:p="{PTZ}">'
        f"<s:Header>{client.token(device, device.password)}</s:Header><s:Body><p:{operation}>"
        f"<p:ProfileToken>{token}</p:ProfileToken></p:{operation}></s:Body></s:Envelope>"
    )
    async with client.line(device.address, device.http_port) as line:
        answer = await line.ask("POST /onvif/PTZ HTTP/1.1", body.encode())
    assert answer.status == 200, answer.text
    return str(answer.text)


async def standing(client: Client, device: Device) -> tuple[float, ...]:
    return tuple(map(float, re.findall(r' [xy]="([-\d.]+)"', await ptz(client, device, "GetStatus"))))


async def test_fault_ptz__stands_at_its_first_preset(one_device: Start, client: Client) -> None:
    _, device = await one_device("ptz")
    assert await standing(client, device) == position(PRESETS[0].aim)


async def test_fault_ptz_preset_2__stands_at_its_second(one_device: Start, client: Client) -> None:
    _, device = await one_device("ptz-preset-2")
    assert await standing(client, device) == position(PRESETS[1].aim)


async def test_fault_ptz_elsewhere__stands_at_none(one_device: Start, client: Client) -> None:
    _, device = await one_device("ptz-elsewhere")
    assert await standing(client, device) not in [position(one.aim) for one in PRESETS]


async def test_a_head_names_its_presets(one_device: Start, client: Client) -> None:
    _, device = await one_device("ptz")
    assert re.findall(r"<tt:Name>([^<]+)<", await ptz(client, device, "GetPresets")) == [
        one.name for one in PRESETS
    ]


async def test_services_capabilities_and_profiles_name_the_head(one_device: Start, client: Client) -> None:
    _, device = await one_device("ptz")
    services, capabilities = [
        (await client.soap(device, one)).text for one in ("GetServices/", "GetCapabilities/")
    ]
    profiles = (await client.soap(device, "GetProfiles/", service="trt")).text
    assert (PTZ in services, "<tt:PTZ><tt:XAddr>" in capabilities, "<tt:PTZConfiguration " in profiles) == (
        True,
        True,
        True,
    )


async def test_a_fixed_camera_names_no_head(one_device: Start, client: Client) -> None:
    _, device = await one_device("placeholder-maker")
    texts = [(await client.soap(device, one)).text for one in ("GetServices/", "GetCapabilities/")]
    texts.append((await client.soap(device, "GetProfiles/", service="trt")).text)
    assert [one for one in texts if "<tt:PTZ" in one or f">{PTZ}<" in one] == []


async def test_asking_a_head_to_move_is_counted_and_refused(one_device: Start, client: Client) -> None:
    campus, device = await one_device("ptz")
    with pytest.raises(AssertionError):
        await ptz(client, device, "GotoPreset")
    assert campus.marks[device.number].changes_asked == 1


def test_a_dome_is_of_a_maker_that_sells_domes_and_keeps_its_streams(own_network: str) -> None:
    devices = [device for seed in range(6) for device in plan_school(seed, 40, own_network, {}).devices]
    domes = [one for one in devices if one.head]
    assert 0 < len(domes) < len(devices) / 5
    assert {one.maker for one in domes} <= {"hikvision", "dahua", "uniview"}
    assert all(one.model in "".join(one.scopes) and not one.faults for one in domes)
