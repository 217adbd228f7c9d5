"""What a session keeps of a recorder, and how it plays: once, one stream at a time, within its limits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from config.load import load_catalogue
from config.settings import Rtsp
from probe import session
from probe.errors import Unreachable, Unsupported
from probe.memory import Job
from probe.model import AccessUnit, Channel, Grab, Picture, Target
from probe.picture.worker import Workers
from probe.session import DeviceSession
from probe.transport.http import Http
from probe.transport.login import Login

SETTINGS = load_catalogue().settings
AT = datetime(2026, 9, 14, 4, tzinfo=UTC)
KEY = AccessUnit(b"key", 0.0, keyframe=True)
GRAB = Grab("H264", b"", (KEY,), 9, 2.0, 900, 0, 4.0, 900.0, 2.0, "tcp", "rtsp://h/", recorded_at=AT)


class Stored:
    def credential(self, name: str) -> Any:  # noqa: ANN401  never asked for
        raise KeyError(name)


class Decoder:
    def __init__(self, jpeg: bytes) -> None:
        self.jpeg = jpeg
        self.jobs: list[Job] = []

    async def picture(self, job: Job) -> Picture:
        self.jobs.append(job)
        return Picture({}, self.jpeg)


def a_session(live: Decoder, playback: Decoder | None = None) -> DeviceSession:
    return DeviceSession(
        Target("10.1.2.3", (80, 554)),
        Login(Stored(), ()),
        SETTINGS,
        lambda: AT,
        cast("Http", None),
        cast("Workers", live),
        playback=cast("Workers", playback),
    )


async def test_what_is_asked_once_is_kept_and_so_is_its_refusal() -> None:
    io, asked = a_session(Decoder(b"")), []

    async def answer() -> int:
        asked.append("answer")
        return 7

    async def refuse() -> int:
        asked.append("refuse")
        raise Unsupported("no")

    assert [await io.once("a", answer), await io.once("a", answer)] == [7, 7]
    for _ in range(2):
        with pytest.raises(Unsupported):
            await io.once("b", refuse)
    assert asked == ["answer", "refuse"]


async def test_a_device_that_was_gone_is_asked_again() -> None:
    io = a_session(Decoder(b""))
    outcomes: list[int | Exception] = [Unreachable("gone"), 7]

    async def answer() -> int:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    with pytest.raises(Unreachable):
        await io.once("a", answer)
    assert await io.once("a", answer) == 7


async def test_a_recording_has_its_own_limits_and_says_when_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Rtsp, Any]] = []

    async def grab(uri: str, _: Login, limits: Rtsp, *, play: Any = None, **__: object) -> Grab:  # noqa: ANN401
        seen.append((uri, limits, play))
        return GRAB

    monkeypatch.setattr(session, "grab", grab)
    io = a_session(Decoder(b""))
    assert (await io.play("rtsp://10.1.2.3/r", AT)).role == "recorded"
    await io.play("rtsp://10.1.2.3/r?starttime=1")
    assert await io.first_recorded("rtsp://10.1.2.3/r", AT) == AT
    (_, limits, headers), (_, _, none), (_, _, fast) = seen
    assert limits.grab_s == SETTINGS.record.play_s
    assert dict(headers)["Range"] == "clock=20260914T040000.000Z-"
    assert none is None
    assert dict(fast)["Rate-Control"] == "no"


async def test_two_streams_of_a_device_never_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0

    async def grab(*_: object, **__: object) -> Grab:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return GRAB

    monkeypatch.setattr(session, "grab", grab)
    io = a_session(Decoder(b""))
    await asyncio.gather(io.play("rtsp://10.1.2.3/a"), io.play("rtsp://10.1.2.3/b"))
    assert most == 1


async def test_a_recording_is_decoded_by_its_own_workers_and_the_first_is_kept() -> None:
    live, playback = Decoder(b"live"), Decoder(b"played")
    io = a_session(live, playback)
    assert (await io.played(Channel(1), GRAB)).jpeg == b"played"
    shown = io.replayed(Channel(1))
    assert shown is not None
    assert (shown.jpeg, live.jobs, io.replayed(Channel(2))) == (b"played", [], None)
