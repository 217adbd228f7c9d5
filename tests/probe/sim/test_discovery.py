"""WS-Discovery of the campus on loopback: every camera answers, each from its own address."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Callable, Coroutine
from typing import Any

from probe.sim.discovery import GROUP, PORT, parse_probe
from probe.sim.model import Campus
from probe.sim.plan import plan_school

Start = Callable[[Campus], Coroutine[Any, Any, Campus]]
PROBE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header><a:MessageID>{id}</a:MessageID></s:Header>'
    "<s:Body><d:Probe><d:Types>{types}</d:Types></d:Probe></s:Body></s:Envelope>"
)


async def heard(campus: Campus, types: str, message_id: str = "urn:uuid:7") -> dict[str, str]:
    """Probe the group on loopback; return answers by source address, from this campus only."""
    loop = asyncio.get_running_loop()
    mine = {one.address for one in campus.devices}
    answers: dict[str, str] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("b", 0))
        sock.bind(("127.0.0.1", 0))
        sock.sendto(PROBE.format(id=message_id, types=types).encode(), (GROUP, PORT))
        try:
            async with asyncio.timeout(0.8):
                while True:
                    datagram, source = await loop.sock_recvfrom(sock, 65536)
                    if source[0] in mine:
                        answers[source[0]] = datagram.decode()
        except TimeoutError:
            return answers


async def test_every_camera_answers_from_its_own_address(start: Start, own_network: str) -> None:
    campus = await start(plan_school(1, 6, own_network, {}))
    answers = await heard(campus, "dn:NetworkVideoTransmitter")
    assert set(answers) == {one.address for one in campus.devices}


async def test_an_answer_relates_to_the_probe(start: Start, own_network: str) -> None:
    campus = await start(plan_school(1, 1, own_network, {}))
    (answer,) = (await heard(campus, "dn:NetworkVideoTransmitter", "urn:uuid:our-own")).values()
    assert "RelatesTo>urn:uuid:our-own</" in answer


async def test_nobody_answers_a_probe_for_printers(start: Start, own_network: str) -> None:
    campus = await start(plan_school(1, 3, own_network, {}))
    assert await heard(campus, "wprt:PrintDeviceType") == {}


async def test_scopes_carry_the_maker(start: Start, own_network: str) -> None:
    campus = await start(plan_school(252, 1, own_network, {}))
    (answer,) = (await heard(campus, "dn:NetworkVideoTransmitter")).values()
    assert re.search(r"onvif://www\.onvif\.org/name/HIKVISION%20DS-", answer)


def test_what_is_no_probe_is_left_alone() -> None:
    assert [parse_probe(one) for one in (b"", b"<a/>", b"\xff\xfe", b"<a><Body><Hello/></Body></a>")] == [
        None
    ] * 4
