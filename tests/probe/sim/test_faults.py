"""Every fault of the table, seen on the wire. The guard fails for one without assertion or source."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from probe.sim.faults import FAULTS
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school

Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Serve = Callable[[Campus], Coroutine[Any, Any, Campus]]
Client = Any  # the client of conftest.py; pytest hands it over


def test_every_fault_has_an_assertion_here_and_a_source() -> None:
    here = Path(__file__).parent
    named = [
        name
        for one in here.glob("test_*.py")
        for name in re.findall(r"def (test_fault_\w+)", one.read_text("utf-8"))
    ]
    without = [
        one.id
        for one in FAULTS
        if not one.source
        or not any(name.startswith(f"test_fault_{one.id.replace('-', '_')}__") for name in named)
    ]
    assert without == []


def test_no_two_faults_share_an_id() -> None:
    assert len({one.id for one in FAULTS}) == len(FAULTS)


async def test_a_healthy_device_is_read_to_the_end(one_device: Start, client: Client) -> None:
    _, device = await one_device()
    assert f"<tds:SerialNumber>{device.serial}<" in (await client.soap(device, "GetDeviceInformation/")).text


async def test_fault_off_line__has_no_socket_at_all(one_device: Start) -> None:
    _, device = await one_device("off-line")
    for port in (device.http_port, device.rtsp_port, *device.more_ports):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(device.address, port)


@pytest.mark.parametrize("side", ["http_port", "rtsp_port"])
async def test_fault_silent__accepts_and_never_answers(one_device: Start, client: Client, side: str) -> None:
    _, device = await one_device("silent")
    async with client.line(device.address, getattr(device, side)) as line:
        with pytest.raises(TimeoutError):
            await line.ask("OPTIONS * RTSP/1.0", seconds=0.4)


async def test_fault_drip__sends_a_byte_a_second(one_device: Start) -> None:
    _, device = await one_device("drip")
    reader, writer = await asyncio.open_connection(device.address, device.http_port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    first = await reader.read(100)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(100), timeout=0.5)
    writer.close()
    assert first == b"H"


async def test_fault_garbage__sends_no_http(one_device: Start) -> None:
    _, device = await one_device("garbage")
    reader, writer = await asyncio.open_connection(device.address, device.http_port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    received = await reader.read(100)
    writer.close()
    assert received.startswith(b"\0\0\0\0")


async def test_fault_wrong_password__refuses_the_schools_password(one_device: Start, client: Client) -> None:
    campus, device = await one_device("wrong-password")
    token = client.token(device, campus.credentials[0].password)
    await asked_with(client, device, token)
    assert campus.wrong_logins(device.address) == 1


async def test_fault_wrong_password__also_on_rtsp_and_counts_both_together(
    one_device: Start, client: Client
) -> None:
    campus, device = await one_device("wrong-password")
    await asked_with(client, device, client.token(device, campus.credentials[0].password))
    await describe(client, device, campus.credentials[0].password)
    assert campus.wrong_logins(device.address) == 2


async def test_fault_attempts_left__says_how_many(one_device: Start, client: Client) -> None:
    campus, device = await one_device("attempts-left")
    refused = await asked_with(client, device, client.token(device, campus.credentials[0].password))
    assert re.search(r"You still have \d+ attempt", refused.text)


async def test_fault_locked__refuses_even_the_right_password(one_device: Start, client: Client) -> None:
    campus, device = await one_device("locked")
    refused = await client.soap(device, "GetDeviceInformation/")
    assert ("Locked" in refused.text, campus.wrong_logins(device.address)) == (True, 1)


async def test_fault_digest_only__answers_a_wsse_token_with_a_page(one_device: Start, client: Client) -> None:
    _, device = await one_device("digest-only")
    refused = await client.soap(device, "GetDeviceInformation/")
    assert (refused.status, refused.body.startswith(b"<!DOCTYPE html>")) == (401, True)


@pytest.mark.parametrize("offer", [0, 1], ids=["SHA-256", "MD5"])
async def test_fault_digest_only__takes_http_digest(one_device: Start, client: Client, offer: int) -> None:
    _, device = await one_device("digest-only")
    challenge = (await client.soap(device, "GetDeviceInformation/", login=False)).header("www-authenticate")[
        offer
    ]
    header = client.digest(device, challenge, "POST", "/onvif/device_service", device.password)
    assert (await client.soap(device, "GetDeviceInformation/", login=False, header=header)).status == 200


async def test_fault_two_challenges__come_in_two_lines(one_device: Start, client: Client) -> None:
    _, device = await one_device("two-challenges")
    refused = await client.soap(device, "GetDeviceInformation/", login=False)
    assert {one.split()[0] for one in refused.header("www-authenticate")} == {"Digest", "Basic"}


async def test_fault_onvif_off__leaves_rtsp(one_device: Start, client: Client) -> None:
    _, device = await one_device("onvif-off")
    soap = await client.soap(device, "GetSystemDateAndTime/")
    assert (soap.status, (await describe(client, device, device.password)).status) == (404, 200)


async def test_fault_clock_wrong__shows_in_the_time_and_in_the_login_window(
    one_device: Start, client: Client
) -> None:
    _, device = await one_device("clock-wrong")
    by_our_clock = client.token(device, device.password, off_s=-device.clock_offset_s)
    refused = await asked_with(client, device, by_our_clock)
    assert "NotAuthorized" in refused.text
    assert (await client.soap(device, "GetDeviceInformation/")).status == 200


async def test_fault_xaddr_zero__stands_in_every_service_address(one_device: Start, client: Client) -> None:
    found = await xaddrs(one_device, client, "xaddr-zero")
    assert [one for one in found if not one.startswith("http://0.0.0.0")] == []


async def test_fault_xaddr_other__stands_in_every_service_address(one_device: Start, client: Client) -> None:
    found = await xaddrs(one_device, client, "xaddr-other")
    assert [one for one in found if not one.startswith("http://192.168.1.10")] == []


async def test_fault_xaddr_doubled__stands_in_every_service_address(
    one_device: Start, client: Client
) -> None:
    found = await xaddrs(one_device, client, "xaddr-doubled")
    assert [one for one in found if not re.match(r"http://[\d.]+:(\d+):\1/", one)] == []


async def test_fault_raw_ampersand__stands_in_the_stream_address(one_device: Start, client: Client) -> None:
    _, device = await one_device("raw-ampersand")
    answer = await stream_uri(client, device)
    assert "&onvif=0.sdp" in answer.text
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.body)


async def test_fault_gbk__sends_a_makers_name_that_is_no_utf_8(one_device: Start, client: Client) -> None:
    _, device = await one_device("gbk")
    answer = await client.soap(device, "GetDeviceInformation/")
    assert "家安科技".encode("gbk") in answer.body
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


async def test_fault_unbound_prefix__breaks_strict_readers(one_device: Start, client: Client) -> None:
    _, device = await one_device("unbound-prefix")
    answer = await client.soap(device, "GetServices/")
    with pytest.raises(etree.XMLSyntaxError, match="tad"):
        etree.fromstring(answer.body)


async def test_fault_h265_hidden__media1_has_no_codec_and_no_address(
    one_device: Start, client: Client
) -> None:
    _, device = await one_device("h265-hidden")
    main = (await client.soap(device, "GetProfiles/", service="trt")).text.split("</trt:Profiles>")[0]
    assert ("<tt:Encoding>" in main, (await stream_uri(client, device)).status) == (False, 500)


async def test_fault_h265_hidden__media2_shows_it(one_device: Start, client: Client) -> None:
    _, device = await one_device("h265-hidden")
    answer = await media2(client, device, "<tr2:GetProfiles><tr2:Type>All</tr2:Type></tr2:GetProfiles>")
    assert "<tt:Encoding>H265</tt:Encoding>" in answer.text


async def test_fault_placeholder_maker__names_a_codec(one_device: Start, client: Client) -> None:
    _, device = await one_device("placeholder-maker")
    assert "<tds:Manufacturer>H264<" in (await client.soap(device, "GetDeviceInformation/")).text


async def test_fault_placeholder_serial__is_the_same_on_two(
    start: Serve, client: Client, own_network: str
) -> None:
    campus = await start(
        plan_school(4, 2, own_network, {1: ["placeholder-serial"], 2: ["placeholder-serial"]})
    )
    texts = [(await client.soap(one, "GetDeviceInformation/")).text for one in campus.devices]
    assert all("<tds:SerialNumber>000000000000<" in one for one in texts)


async def test_fault_shared_epr__is_the_same_on_two(start: Serve, own_network: str) -> None:
    campus = await start(plan_school(4, 2, own_network, {1: ["shared-epr"], 2: ["shared-epr"]}))
    answers = [await probed(one, "dn:NetworkVideoTransmitter") for one in campus.devices]
    eprs = [re.findall(r"urn:uuid:[0-9a-f-]+</wsadis:Address>", one or "") for one in answers]
    assert eprs[0] == eprs[1] != []


async def test_fault_nvt_only__stays_silent_to_other_types(one_device: Start) -> None:
    _, device = await one_device("nvt-only")
    asked = [await probed(device, types) for types in ("", "tds:Device", "dn:NetworkVideoTransmitter")]
    assert [one is not None for one in asked] == [False, False, True]


async def test_fault_udp_only__refuses_interleaved(one_device: Start, client: Client) -> None:
    _, device = await one_device("udp-only")
    refused = await set_up(client, device, "RTP/AVP/TCP;unicast;interleaved=0-1")
    taken = await set_up(client, device, "RTP/AVP;unicast;client_port=40000-40001")
    assert (refused, taken) == (461, 200)


async def test_fault_no_media__answers_play_and_sends_nothing(one_device: Start, client: Client) -> None:
    _, device = await one_device("no-media")
    async with client.line(device.address, device.rtsp_port) as line:
        assert (await played(client, line, device)).status == 200
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.8):
                await line.reader.readexactly(1)


async def test_fault_uri_placeholder__names_the_factory_address(one_device: Start, client: Client) -> None:
    _, device = await one_device("uri-placeholder")
    assert "rtsp://192.168.1.10:" in (await stream_uri(client, device)).text


async def test_fault_fault_200__refuses_in_that_status(one_device: Start, client: Client) -> None:
    assert await refusal(one_device, client, "fault-200") == (200, True, [])


async def test_fault_fault_401__refuses_in_that_status(one_device: Start, client: Client) -> None:
    assert await refusal(one_device, client, "fault-401") == (401, True, [])


async def test_fault_fault_500__refuses_in_that_status(one_device: Start, client: Client) -> None:
    assert await refusal(one_device, client, "fault-500") == (500, True, [])


async def xaddrs(one_device: Start, client: Client, fault: str) -> list[str]:
    _, device = await one_device(fault)
    found = re.findall(r"XAddr>([^<]+)<", (await client.soap(device, "GetServices/")).text)
    assert found
    return found


async def refusal(one_device: Start, client: Client, fault: str) -> tuple[int, bool, list[str]]:
    """Return status, whether it is a NotAuthorized fault, and the challenges."""
    _, device = await one_device(fault)
    refused = await client.soap(device, "GetDeviceInformation/", login=False)
    return refused.status, "ter:NotAuthorized" in refused.text, refused.header("www-authenticate")


async def asked_with(client: Client, device: Device, token: str) -> Any:  # noqa: ANN401  conftest's Answer
    body = (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>{token}</s:Header><s:Body>'
        '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
    )
    async with client.line(device.address, device.http_port) as line:
        return await line.ask("POST /onvif/device_service HTTP/1.1", body.encode())


async def media2(client: Client, device: Device, operation: str) -> Any:  # noqa: ANN401
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl">'
        f"<s:Header>{client.token(device, device.password)}</s:Header><s:Body>{operation}</s:Body>"
        "</s:Envelope>"
    )
    async with client.line(device.address, device.http_port) as line:
        return await line.ask("POST /onvif/Media2 HTTP/1.1", body.encode())


async def stream_uri(client: Client, device: Device) -> Any:  # noqa: ANN401
    token = device.lenses[0].main.token
    return await client.soap(
        device, f"GetStreamUri><trt:ProfileToken>{token}</trt:ProfileToken>", service="trt"
    )


async def described(client: Client, line: Any, device: Device, password: str) -> tuple[Any, str]:  # noqa: ANN401
    """Ask for the stream as a client does; return the answer and the challenge, if there was one."""
    url = f"rtsp://{device.address}:{device.rtsp_port}{device.lenses[0].main.path}"
    answer = await line.ask(f"DESCRIBE {url} RTSP/1.0")
    if answer.status != 401:
        return answer, ""
    challenge = answer.header("www-authenticate")[0]
    return await line.ask(
        f"DESCRIBE {url} RTSP/1.0\r\n{login(client, device, challenge, 'DESCRIBE', url, password)}"
    ), challenge


def login(client: Client, device: Device, challenge: str, method: str, url: str, password: str) -> str:
    if challenge.startswith("Basic"):
        return "Authorization: Basic " + base64.b64encode(f"{device.user}:{password}".encode()).decode()
    header: str = client.digest(device, challenge, method, url, password)
    return header


async def describe(client: Client, device: Device, password: str) -> Any:  # noqa: ANN401
    async with client.line(device.address, device.rtsp_port) as line:
        return (await described(client, line, device, password))[0]


async def set_up(client: Client, device: Device, transport: str) -> int:
    async with client.line(device.address, device.rtsp_port) as line:
        return int((await asked_to_set_up(client, line, device, transport))[0].status)


async def asked_to_set_up(client: Client, line: Any, device: Device, transport: str) -> tuple[Any, str]:  # noqa: ANN401
    _, challenge = await described(client, line, device, device.password)
    url = f"rtsp://{device.address}:{device.rtsp_port}{device.lenses[0].main.path}/trackID=1"
    header = f"\r\n{login(client, device, challenge, 'SETUP', url, device.password)}" if challenge else ""
    return await line.ask(f"SETUP {url} RTSP/1.0\r\nTransport: {transport}{header}"), challenge


async def played(client: Client, line: Any, device: Device) -> Any:  # noqa: ANN401
    answer, challenge = await asked_to_set_up(client, line, device, "RTP/AVP/TCP;unicast;interleaved=0-1")
    session = answer.header("session")[0].split(";")[0]
    url = f"rtsp://{device.address}:{device.rtsp_port}{device.lenses[0].main.path}/"
    header = f"\r\n{login(client, device, challenge, 'PLAY', url, device.password)}" if challenge else ""
    return await line.ask(f"PLAY {url} RTSP/1.0\r\nSession: {session}{header}")


async def probed(device: Device, types: str) -> str | None:
    """Send a unicast probe and return the answer, or None after half a second of silence."""
    probe = (
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Header><w:MessageID>urn:uuid:1</w:MessageID></e:Header>'
        f"<e:Body><d:Probe><d:Types>{types}</d:Types></d:Probe></e:Body></e:Envelope>"
    )
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind(("127.0.0.1", 0))
        await loop.sock_sendto(sock, probe.encode(), (device.address, 3702))
        try:
            async with asyncio.timeout(0.5):
                return (await loop.sock_recv(sock, 65536)).decode()
        except TimeoutError:
            return None
