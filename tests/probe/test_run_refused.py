"""A refused login is handed on while the run still goes: whoever breaks the run off has not lost it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from config.load import load_catalogue
from probe import run
from probe.discover.find import Found
from probe.discover.targets import Asked
from probe.joint import channels
from probe.model import Gap, Io, Probe, Readings, Target
from probe.onvif import identity
from probe.run import Means, scan, try_login
from probe.session import DeviceSession
from probe.transport.vault import Vault

TARGET = Target("127.9.3.1", (80,))
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
CHALLENGE = ['Digest realm="r", nonce="n", qop="auth"']

Told = list[tuple[Target, Mapping[str, Gap]]]


async def refuses_and_hangs(_: Target, io: Io) -> Readings:
    async with cast("DeviceSession", io).login.turn("soap") as turn:
        turn.authorization(CHALLENGE, "POST", "/")
        turn.refused()
    await asyncio.Event().wait()
    return {}


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def means(tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> Means:
    async def find(*_: object, **__: object) -> Found:
        return Found((TARGET,))

    monkeypatch.setattr(run, "find", find)
    vault = Vault.open(tmp_path, None)
    vault.set("hik", "admin", "wrong", "all")
    return Means(
        settings=load_catalogue().settings,
        vault=vault,
        now=lambda: NOON,
        refusals=lambda _: {},
        refused=lambda target, news: told.append((target, news)),
        progress=lambda *_: None,
    )


async def test_a_run_that_is_broken_off_has_handed_on_what_was_refused(
    means: Means, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = asyncio.Event()

    async def measure(target: Target, io: Io) -> Readings:
        asyncio.get_running_loop().call_later(0.1, refused.set)
        return await refuses_and_hangs(target, io)

    asking = Probe(id="test.probe", metrics=("model",), seconds=30.0, measure=measure)
    monkeypatch.setattr(run, "DEVICE_PROBES", (asking,))
    running = asyncio.create_task(scan(Asked(()), means))
    await refused.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert told == [(TARGET, {means.vault.credential("hik").label: Gap.AUTH_REFUSED})]


async def test_trying_a_login_hands_on_what_was_refused(
    means: Means, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Probe(id="test.probe", metrics=("model",), seconds=0.1, measure=refuses_and_hangs)
    monkeypatch.setattr(identity, "PROBE", asking)
    monkeypatch.setattr(channels, "PROBE", asking)
    await try_login(Asked(()), means)
    assert told == [(TARGET, {means.vault.credential("hik").label: Gap.AUTH_REFUSED})]
