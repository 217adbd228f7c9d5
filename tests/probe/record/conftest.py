"""Recorders to be asked: simulated ones on loopback, by the client as it is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from config.load import load_catalogue
from probe.model import Channel, Evidence, Measured, Target, value_of
from probe.picture.check import outfit_of
from probe.picture.worker import Workers
from probe.probes import DEVICE_PROBES
from probe.run import measured
from probe.session import DeviceSession, channels_of
from probe.sim.footage import Footage
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school
from probe.sim.recorder_builds import BUILDS
from probe.sim.serve import serve
from probe.sim.truth import truth
from probe.transport.http import Http
from probe.transport.login import Credential, Login

CATALOGUE = load_catalogue()
# Each process of a parallel test run has its own network, so that no two ask for the same port.
OWN_NETWORK = f"127.{130 + os.getpid() % 40}.{os.getpid() // 40 % 250}"


@dataclass
class Recorder:
    """A simulated recorder that is being served, and the client's session with it."""

    campus: Campus
    device: Device
    session: DeviceSession
    evidence: tuple[Evidence, ...] = ()

    async def ask_device(self) -> tuple[Channel, ...]:
        """Run the probes of the device as a scan does; return its channels."""
        deadline = asyncio.get_running_loop().time() + 120
        for probe in DEVICE_PROBES:
            self.evidence += await measured(probe, self.target, self.session, deadline)
        return channels_of(self.evidence)

    async def ask(self, probe: Any, channel: Channel) -> dict[str, Any]:  # noqa: ANN401  a Probe of channels
        """Return the readings of one probe for a channel: values, and gaps as they are."""
        deadline = asyncio.get_running_loop().time() + 120
        told = await measured(probe, channel, self.session, deadline)
        return {
            one.metric: one.reading.value if isinstance(one.reading, Measured) else one.reading
            for one in told
        }

    def value(self, metric: str) -> Any:  # noqa: ANN401  JSON
        return value_of(self.evidence, metric)

    @property
    def target(self) -> Target:
        return target_of(self.device)

    @property
    def true(self) -> dict[int, dict[str, Any]]:
        (sheet,) = truth(self.campus)["devices"]
        return {one["number"]: one for one in sheet["channels"]}

    @property
    def asked(self) -> dict[int, int]:
        """Return how often the recorder was asked about each channel's recordings."""
        return self.campus.marks[self.device.number].asked.by_channel


def target_of(device: Device) -> Target:
    return Target(device.address, (device.http_port, device.rtsp_port))


def place_of(maker: str, nth: int = 0) -> int:
    return [at for at, one in enumerate(BUILDS) if one.maker.id == maker][nth]


def a_recorder(
    maker: str, *faults: str, footage: Footage | None = None, nth: int = 0, seed: int = 4, cameras: int = 0
) -> Campus:
    """Return a campus of one recorder. `footage` is what its first channel recorded."""
    count = place_of(maker, nth) + 1
    number = cameras + count
    campus = plan_school(seed, cameras, f"{OWN_NETWORK}.0/25", {number: faults}, recorders=count)
    device = campus.devices[number - 1]
    if footage is not None:
        assert device.recorder is not None
        first, *others = device.recorder.channels
        channels = (replace(first, footage=footage), *others)
        device = replace(device, recorder=replace(device.recorder, channels=channels))
    return replace(campus, devices=(device,))


Serve = Callable[..., Awaitable[Recorder]]


def slowed(campus: Campus, answers_after_s: float) -> Campus:
    """Return the campus with a recorder that takes so long for each answer: a test has no 20 seconds."""
    (device,) = campus.devices
    quirks = replace(device.quirks, answers_after_s=answers_after_s)
    return replace(campus, devices=(replace(device, quirks=quirks),))


@asynccontextmanager
async def served(
    campus: Campus, now: Callable[[], datetime], request_s: float = 8.0
) -> AsyncIterator[Recorder]:
    ready = asyncio.Event()
    serving = asyncio.create_task(serve(campus, ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({serving, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    (device,) = campus.devices
    settings = CATALOGUE.settings
    short = settings.record.model_copy(update={"play_s": 4.0, "play_span_s": 0.5})
    patience = settings.http.model_copy(update={"request_s": request_s})
    settings = settings.model_copy(update={"record": short, "http": patience})
    login = Login(_Stored(device), ("admin",))
    one_worker = settings.picture.model_copy(update={"workers": 1})
    outfit = outfit_of(settings.model_copy(update={"picture": one_worker}), CATALOGUE.faults.values())
    try:
        if serving.done():
            await serving
        async with Http(settings.http) as http, Workers(outfit) as workers:
            yield Recorder(
                campus,
                device,
                DeviceSession(target_of(device), login, settings, now, http, workers),
            )
    finally:
        waiting.cancel()
        serving.cancel()
        await asyncio.gather(serving, waiting, return_exceptions=True)


class _Stored:
    def __init__(self, device: Device) -> None:
        self._device = device

    def credential(self, name: str) -> Credential:
        return Credential(name, 1, self._device.user, self._device.password)


@pytest.fixture
async def recorder() -> AsyncIterator[Serve]:
    """Return a function that serves one recorder of a maker until the test ends."""
    open_ones: list[Any] = []

    async def begin(
        maker: str,
        *faults: str,
        answers_after_s: float = 0.0,
        **more: Any,  # noqa: ANN401  what a_recorder takes
    ) -> Recorder:
        campus = a_recorder(maker, *faults, **more)
        if answers_after_s:
            campus = slowed(campus, answers_after_s)
        request_s = answers_after_s / 2 or 8.0
        serving = served(campus, lambda: datetime.now(UTC), request_s)
        open_ones.append(serving)
        return await serving.__aenter__()

    yield begin
    for serving in open_ones:
        await serving.__aexit__(None, None, None)
