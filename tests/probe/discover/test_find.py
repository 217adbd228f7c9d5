"""Discovery as a whole, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Interface

import pytest

from config.settings import Discover
from probe.discover import find as finding
from probe.discover.find import Found, find
from probe.discover.interfaces import Interface, local_interfaces
from probe.discover.on_link import Table
from probe.discover.targets import parse_targets
from probe.model import Gap, SilentTarget
from probe.wire.neighbours import Neighbour, TableState

Listen = Callable[[str], Awaitable[int]]
Answer = Callable[..., Awaitable[None]]
CAMERA = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><ProbeMatches><ProbeMatch>'
    b"<EndpointReference><Address>urn:uuid:1</Address></EndpointReference>"
    b"<Types>dn:NetworkVideoTransmitter</Types><XAddrs>http://0.0.0.0/o</XAddrs>"
    b"</ProbeMatch></ProbeMatches></s:Body></s:Envelope>"
)


@pytest.fixture
def scan(settings: Discover, loopback: Interface, wsd_port: int) -> Callable[..., Awaitable[Found]]:
    async def run(*words: str, ports: tuple[int, ...] = (1,), **changed: object) -> Found:
        asked = parse_targets(words, (loopback,), settings.max_addresses)
        quick = settings.model_copy(update={"sweep_ports": ports, **changed})
        return await find(asked, quick, wsd_port=wsd_port)

    return run


async def test_a_camera_is_found_by_its_port(scan: Callable[..., Awaitable[Found]], listen: Listen) -> None:
    port = await listen("127.9.0.5")
    (target,) = (await scan("127.9.0.0/28", ports=(1, port))).targets
    assert (target.address, target.ports) == ("127.9.0.5", (port,))


async def test_a_camera_without_an_open_port_is_found_by_its_answer(
    scan: Callable[..., Awaitable[Found]], answer: Answer
) -> None:
    await answer("127.9.0.5", lambda _types, _id: CAMERA)
    (target,) = (await scan("127.9.0.0/28")).targets
    assert target.xaddrs == ("http://127.9.0.5/o",)


async def test_one_camera_is_one_target_however_it_was_seen(
    scan: Callable[..., Awaitable[Found]], answer: Answer, listen: Listen
) -> None:
    port = await listen("127.9.0.5")
    await answer("127.9.0.5", lambda _types, _id: CAMERA)
    (target,) = (await scan("127.9.0.0/28", "127.9.0.5", ports=(port,))).targets
    assert {one.seen_by for one in target.sightings} == {"ws-discovery", "ws-unicast", "tcp", "named"}


async def test_a_neighbour_that_was_not_asked_for_is_left_alone(
    scan: Callable[..., Awaitable[Found]], answer: Answer
) -> None:
    await answer("127.9.7.7", lambda _types, _id: CAMERA)
    found = await scan("127.9.0.0/28")
    assert (found.targets, "127.9.7.7" in found.notes[0]) == ((), True)


async def test_a_camera_asked_by_port_is_one_target_though_multicast_finds_it_too(
    scan: Callable[..., Awaitable[Found]], answer: Answer, listen: Listen
) -> None:
    pinned, other = await listen("127.9.0.5"), await listen("127.9.0.5")
    await answer("127.9.0.5", lambda _types, _id: CAMERA.replace(b"0.0.0.0/", b"0.0.0.0:%d/" % pinned))
    found = await scan(f"127.9.0.5:{pinned}", "127.9.0.6", ports=(other,))
    assert [(one.name, one.eprs) for one in found.targets] == [(f"127.9.0.5:{pinned}", ("urn:uuid:1",))]


async def test_a_known_camera_is_found_where_it_is_now(
    settings: Discover, loopback: Interface, wsd_port: int, answer: Answer, listen: Listen
) -> None:
    port = await listen("127.9.7.7")
    await answer("127.9.7.7", lambda _types, _id: CAMERA)
    quick = settings.model_copy(update={"sweep_ports": (port,)})
    asked = parse_targets(["127.9.0.5"], (loopback,), settings.max_addresses)
    found = await find(asked, quick, is_known=lambda seen: seen.epr == "urn:uuid:1", wsd_port=wsd_port)
    assert [(one.name, one.ports) for one in found.targets] == [("127.9.7.7", (port,))]


async def test_a_pinned_port_is_asked_and_nothing_else_is_sent(
    scan: Callable[..., Awaitable[Found]], answer: Answer, listen: Listen
) -> None:
    asked: list[str] = []
    await answer("127.9.0.5", lambda types, _id: asked.append(types))
    port = await listen("127.9.0.5")
    found = await scan(f"127.9.0.5:{port}")
    assert ([target.pinned for target in found.targets], asked) == ([port], [])


async def test_what_was_named_and_stays_silent_is_reported(scan: Callable[..., Awaitable[Found]]) -> None:
    found = await scan("127.9.0.5", "127.9.0.6:1")
    assert found.silent == (
        SilentTarget("127.9.0.5", Gap.UNREACHABLE.value),
        SilentTarget("127.9.0.6:1", Gap.UNREACHABLE.value),
    )


async def test_an_empty_network_is_no_error(scan: Callable[..., Awaitable[Found]]) -> None:
    assert await scan("127.9.0.0/24") == Found((), (), 254)


async def test_too_few_open_files_are_noted(
    scan: Callable[..., Awaitable[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "socket_budget", lambda _wanted: 7)
    assert "ulimit" in (await scan("127.9.0.0/30")).notes[0]


async def test_progress_reaches_its_total(settings: Discover, loopback: Interface, wsd_port: int) -> None:
    said: list[tuple[str, int, int]] = []
    asked = parse_targets(["127.9.0.0/28", "127.9.1.1:1"], (loopback,), 100)
    await find(asked, settings, lambda *event: said.append(event), wsd_port=wsd_port)
    assert ("sweep", 15, 15) in said
    assert ("ws-discovery", 1, 1) in said


async def test_an_interface_that_cannot_send_costs_a_note_and_nothing_else(
    settings: Discover, wsd_port: int
) -> None:
    gone = Interface("eth9", IPv4Interface("127.9.0.1/32"), is_loopback=True, resolves=False)
    asked = parse_targets(["127.9.0.1"], (gone,), 100)

    async def refuse(*_words: object, **_more: object) -> None:
        raise OSError(101, "Network is unreachable")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "multicast", refuse)
        found = await find(asked, settings, wsd_port=wsd_port)
    assert "eth9" in found.notes[0]


# Loopback, but taken for a network on which neighbours are resolved.
LAB = Interface("lab", IPv4Interface("127.9.255.254/16"))


async def test_a_full_neighbour_table_is_noted_and_its_open_ports_are_found(
    settings: Discover, wsd_port: int, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probe.discover.on_link._WAITS_S", (0.0,))
    monkeypatch.setattr("probe.discover.on_link._SETTLED_S", 0.0)
    port = await listen("127.9.0.5")
    fulls = iter(range(100))
    table = Table(lambda: (Neighbour("127.9.0.4", ""),), lambda: TableState(9, next(fulls)), lambda: 10)
    quick = settings.model_copy(update={"sweep_ports": (port,)})
    found = await find(parse_targets(["127.9.0.4-6"], (LAB,), 100), quick, table=table, wsd_port=wsd_port)
    assert [target.address for target in found.targets] == ["127.9.0.5"]
    assert "gc_thresh3" in found.notes[0]


async def test_where_no_table_is_shown_the_silent_ones_of_a_big_network_are_asked_twice(
    settings: Discover, wsd_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def silence(_socket: object, address: tuple[str, int]) -> None:
        asked.append(address[0])
        raise TimeoutError

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", silence)
    blind = Table(lambda: None, lambda: None, lambda: 10)
    found = await find(parse_targets(["127.9.0.1-12"], (LAB,), 100), settings, table=blind, wsd_port=wsd_port)
    assert (len(asked), "12" in found.notes[-1]) == (24, True)


def test_this_pc_has_a_loopback_interface() -> None:
    assert any(one.is_loopback and not one.resolves for one in local_interfaces())
