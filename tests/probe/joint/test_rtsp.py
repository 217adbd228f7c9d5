"""Whether a device has RTSP is only said where it was asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import pytest

from config.load import load_catalogue
from probe import session
from probe.errors import AuthRefused, DeviceError, Silent, Unreachable, Unsupported
from probe.joint import rtsp
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Reading, StreamOffer, Target, channel_value
from probe.onvif import channels
from probe.onvif.entry import NotOnvif
from probe.session import DeviceSession

SETTINGS = load_catalogue().settings
NAMED = Channel(1, streams=(StreamOffer("main", "rtsp://10.1.2.3:10554/live"),))
NAMELESS = Channel(1, streams=(StreamOffer("main", ""),))


@dataclass
class FakeIo:
    server: str | DeviceError | None
    closed: bool = False
    asked: tuple[int, ...] = ()

    async def rtsp_server(self, ports: tuple[int, ...]) -> str | None:
        self.asked = ports
        if isinstance(self.server, DeviceError):
            raise self.server
        return self.server

    def rtsp_ports_are_closed(self) -> bool:
        return self.closed


async def read(
    monkeypatch: pytest.MonkeyPatch, io: FakeIo, told: Channel | DeviceError | None = None
) -> Reading:
    async def measure(*_: object) -> dict[str, Reading]:
        if isinstance(told, DeviceError):
            raise told
        return {"channels": Measured([channel_value(told)] if told else [])}

    monkeypatch.setattr(channels, "measure", measure)
    return (await rtsp.measure(Target("10.1.2.3"), cast("Io", io)))["rtsp"]


async def test_the_port_that_onvif_names_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    io = FakeIo("Rtsp Server/3.0")
    assert await read(monkeypatch, io, NAMED) == Measured("supported", "Rtsp Server/3.0")
    assert io.asked == (10554,)


async def test_what_answers_in_another_tongue_is_no_rtsp(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = await read(monkeypatch, FakeIo(Unsupported("port 10554: HTTP")), NAMED)
    assert reading == Measured("absent", "port 10554: HTTP")


async def test_closed_ports_and_an_onvif_that_names_none_are_no_rtsp(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading = await read(monkeypatch, FakeIo(None, closed=True), NAMELESS)
    assert isinstance(reading, Measured)
    assert reading.value == "absent"


@pytest.mark.parametrize(
    ("told", "closed", "gap"),
    [
        (AuthRefused("401"), True, Gap.AUTH_REFUSED),
        (Silent("nothing"), True, Gap.TIMEOUT),
        (NotOnvif("a web page"), True, Gap.NOT_ASKED),
        (NAMELESS, False, Gap.NOT_ASKED),
    ],
    ids=["refused login", "silent ONVIF", "no ONVIF", "not swept"],
)
async def test_what_nobody_asked_is_not_absent(
    monkeypatch: pytest.MonkeyPatch, told: Channel | DeviceError, closed: bool, gap: Gap
) -> None:
    reading = await read(monkeypatch, FakeIo(None, closed=closed), told)
    assert isinstance(reading, NotMeasured)
    assert reading.gap is gap


def session_of(target: Target) -> DeviceSession:
    nothing = cast("Any", None)
    return DeviceSession(target, nothing, SETTINGS, nothing, nothing, nothing)


async def server(
    monkeypatch: pytest.MonkeyPatch, target: Target, named: tuple[int, ...], heard: dict[int, Any]
) -> str | None:
    async def server_name(_: str, port: int, *__: object, **___: object) -> str:
        await asyncio.sleep(0)
        if isinstance(heard[port], DeviceError):
            raise heard[port]
        return str(heard[port])

    monkeypatch.setattr(session, "server_name", server_name)
    return await session_of(target).rtsp_server(named)


async def test_the_web_port_of_a_pinned_target_says_nothing_of_rtsp(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = Target("10.1.2.3", (8899,), pinned=8899)
    assert await server(monkeypatch, pinned, (), {8899: Unsupported("HTTP")}) is None


@pytest.mark.parametrize("named", [(), (8899,)], ids=["usual port", "named by ONVIF"])
async def test_a_port_meant_for_rtsp_that_speaks_another_tongue_does(
    monkeypatch: pytest.MonkeyPatch, named: tuple[int, ...]
) -> None:
    port = named[0] if named else 554
    pinned = Target("10.1.2.3", (port,), pinned=port)
    with pytest.raises(Unsupported, match="HTTP"):
        await server(monkeypatch, pinned, named, {port: Unsupported("HTTP")})


async def test_a_pinned_rtsp_port_is_found_whatever_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = Target("10.1.2.3", (10554,), pinned=10554)
    assert await server(monkeypatch, pinned, (), {10554: "RTSP"}) == "RTSP"


async def test_a_named_port_that_is_shut_is_not_made_up_for_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    swept = Target("10.1.2.3", (80, 554))
    with pytest.raises(Unreachable):
        await server(monkeypatch, swept, (10554,), {10554: Unreachable("shut"), 554: Unsupported("HTTP")})


@pytest.mark.parametrize(
    ("target", "closed"),
    [
        (Target("10.1.2.3", (80,)), True),
        (Target("10.1.2.3", (80, 554)), False),
        (Target("10.1.2.3", (80,), pinned=80), False),
        (Target("10.1.2.3"), False),
    ],
    ids=["swept", "open", "pinned", "heard only"],
)
def test_only_a_sweep_finds_the_ports_closed(target: Target, closed: bool) -> None:
    assert session_of(target).rtsp_ports_are_closed() is closed
