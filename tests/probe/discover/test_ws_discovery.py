"""WS-Discovery on loopback: who is heard, and as what."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from config.settings import Discover
from probe.discover.interfaces import Interface
from probe.discover.ws_discovery import Ear, Heard, Unicast, multicast, unicast, union
from probe.model import Sighting

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
Answer = Callable[..., Awaitable[None]]


def matches(epr: str, *xaddrs: str, types: str = "dn:NetworkVideoTransmitter", scopes: str = "") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
        ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
        "<s:Header><a:MessageID>urn:uuid:always-the-same</a:MessageID></s:Header><s:Body><d:ProbeMatches>"
        f"<d:ProbeMatch><a:EndpointReference><a:Address>{epr}</a:Address></a:EndpointReference>"
        f"<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{' '.join(xaddrs)}</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


FAULT = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code>'
    b"<s:Value>s:Sender</s:Value></s:Code></s:Fault></s:Body></s:Envelope>"
)


def heard(*datagrams: tuple[str, bytes]) -> Heard:
    ear = Ear()
    for address, datagram in datagrams:
        ear.datagram_received(datagram, (address, 3702))
    return ear.heard("ws-discovery")


def test_what_is_said_twice_is_one_sighting() -> None:
    said = matches("urn:uuid:1", "http://10.5.0.1/o")
    assert heard(("10.5.0.1", said), ("10.5.0.1", said.replace(b"same", b"other"))).sightings == (
        Sighting(
            "10.5.0.1", "ws-discovery", "urn:uuid:1", ("http://10.5.0.1/o",), ("dn:NetworkVideoTransmitter",)
        ),
    )


def test_two_devices_with_one_endpoint_are_two() -> None:
    said = matches("urn:uuid:1", "http://192.168.1.64/o")
    assert len(heard(("10.5.0.1", said), ("10.5.0.2", said)).sightings) == 2


def test_two_devices_behind_one_address_are_two() -> None:
    first, second = (
        matches("urn:uuid:1", "http://10.5.0.1:81/o"),
        matches("urn:uuid:1", "http://10.5.0.1:82/o"),
    )
    assert len(heard(("10.5.0.1", first), ("10.5.0.1", second)).sightings) == 2


def test_types_and_scopes_of_all_answers_are_joined() -> None:
    first = matches("urn:uuid:1", "http://10.5.0.1/o", types="tds:Device", scopes="onvif://a")
    second = matches("urn:uuid:1", "http://10.5.0.1/o", scopes="onvif://a onvif://b")
    (told,) = heard(("10.5.0.1", first), ("10.5.0.1", second)).sightings
    assert (told.types, told.scopes) == (
        ("tds:Device", "dn:NetworkVideoTransmitter"),
        ("onvif://a", "onvif://b"),
    )


def test_a_bad_service_address_is_mended_to_the_one_that_answered() -> None:
    (told,) = heard(("10.5.0.1", matches("urn:uuid:1", "http://0.0.0.0:8000/o"))).sightings
    assert told.xaddrs == ("http://10.5.0.1:8000/o",)


def test_a_fault_shows_that_somebody_is_there() -> None:
    assert heard(("10.5.0.1", FAULT)).sightings == (Sighting("10.5.0.1", "ws-discovery"),)


def test_a_fault_adds_nothing_to_a_device_that_also_matched() -> None:
    assert (
        len(heard(("10.5.0.1", FAULT), ("10.5.0.1", matches("urn:uuid:1", "http://10.5.0.1/o"))).sightings)
        == 1
    )


def test_babble_shows_that_somebody_is_there() -> None:
    assert heard(("10.5.0.1", b"\xff\x00nonsense")).sightings == (Sighting("10.5.0.1", "ws-discovery"),)


def test_a_windows_pc_is_no_camera() -> None:
    assert heard(("10.5.0.1", matches("urn:uuid:1", "http://10.5.0.1/o", types="wsdp:Device"))) == Heard(
        others=("10.5.0.1",)
    )


def test_a_camera_to_one_is_no_printer_to_another() -> None:
    camera = Heard(sightings=(Sighting("10.5.0.1", "ws-discovery"),))
    assert union((Heard(others=("10.5.0.1",)), camera)) == camera


def test_a_flood_from_one_address_is_cut_and_named() -> None:
    flood = [("10.5.0.1", b"%d" % number) for number in range(9000)]
    assert heard(*flood).flooding == ("10.5.0.1",)


@pytest.mark.parametrize("wanted", ["dn:NetworkVideoTransmitter", "tds:Device", ""])
async def test_a_device_that_likes_only_one_type_is_found(
    wanted: str, answer: Answer, settings: Discover, loopback: Interface, wsd_port: int
) -> None:
    said = matches("urn:uuid:1", "http://127.9.0.1/o")
    await answer("127.9.0.1", lambda types, _id: said if types == wanted else None)
    told = await multicast(loopback, settings, port=wsd_port)
    assert [one.address for one in told.sightings] == ["127.9.0.1"]


async def test_a_device_that_refuses_the_urn_form_of_our_message_id_is_read(
    answer: Answer, settings: Discover, loopback: Interface, wsd_port: int
) -> None:
    said = matches("urn:uuid:1", "http://127.9.0.1/o")
    await answer("127.9.0.1", lambda _types, message_id: said if message_id.startswith("uuid:") else FAULT)
    told = await multicast(loopback, settings, port=wsd_port)
    assert [one.epr for one in told.sightings] == ["urn:uuid:1"]


async def test_no_two_probes_carry_the_same_message_id(
    answer: Answer, settings: Discover, loopback: Interface, wsd_port: int
) -> None:
    ids: list[str] = []
    await answer("127.9.0.1", lambda _types, message_id: ids.append(message_id))
    await multicast(loopback, settings, port=wsd_port)
    assert len(set(ids)) == 3 * settings.wsd_rounds


async def answers(line: Unicast) -> Sequence[Sighting]:
    """Return the first answers."""
    async with asyncio.timeout(10):
        while not (told := line.heard().sightings):  # noqa: ASYNC110  what was heard is asked, nobody is called
            await asyncio.sleep(0.02)
    return told


async def test_an_address_is_asked_without_multicast(answer: Answer, wsd_port: int) -> None:
    await answer("127.9.0.1", lambda _types, _id: matches("urn:uuid:1", "http://127.9.0.1/o"))
    async with unicast(port=wsd_port) as line:
        line.ask("127.9.0.1")
        assert [one.seen_by for one in await answers(line)] == ["ws-unicast"]


async def test_250_repliers_with_one_endpoint_and_one_message_id_are_all_found(
    answer: Answer, settings: Discover, loopback: Interface, wsd_port: int
) -> None:
    # A device waits up to 0.5 s before it answers (APP_MAX_DELAY), so that answers do not all come at once.
    patient = settings.model_copy(update={"wsd_listen_s": 1.0})
    for number in range(250):
        said = matches("urn:uuid:1", f"http://127.9.1.{number}/o")
        await answer(f"127.9.1.{number}", lambda _types, _id, said=said: said, delay_s=number / 500)
    told = await multicast(loopback, patient, port=wsd_port)
    assert len(told.sightings) == 250


@pytest.mark.skipif(not SHARED.is_dir(), reason="the replay tool is not beside this project")
@pytest.mark.parametrize("capture", ["Amcrest_IP5M-B1186E/probeResponse2.xml"])
async def test_a_replayed_camera_is_found(capture: str, wsd_port: int) -> None:
    command = [sys.executable, "-u", str(SHARED / "tools" / "replay.py"), "wsd", f"wsdiscovery/{capture}"]
    replay = await asyncio.create_subprocess_exec(
        *command, "--port", str(wsd_port), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert replay.stdout is not None
        await replay.stdout.readline()
        async with unicast(port=wsd_port) as line:
            line.ask("127.0.0.1")
            told = await answers(line)
    finally:
        replay.terminate()
        await replay.wait()
    assert [one.xaddrs for one in told] == [("http://127.0.0.1/onvif/device_service",)]
