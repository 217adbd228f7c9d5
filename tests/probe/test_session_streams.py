"""Which stream a session takes: the main one, or the sub-stream where that cannot be had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from config.load import load_catalogue
from probe import session
from probe.errors import (
    AuthRefused,
    DeviceError,
    Locked,
    Malformed,
    NoCredential,
    Silent,
    Unreachable,
    Unsupported,
)
from probe.memory import Job, Place
from probe.model import AccessUnit, Channel, Gap, Grab, Measured, NotMeasured, Picture, StreamOffer, Target
from probe.picture.worker import Workers
from probe.rtsp import alive, stream
from probe.session import DeviceSession
from probe.transport.http import Http
from probe.transport.login import Login

SETTINGS = load_catalogue().settings
CHANNEL = Channel(
    1, streams=(StreamOffer("main", "rtsp://10.1.2.3/m"), StreamOffer("sub", "rtsp://10.1.2.3/s"))
)
NO_PICTURE = NotMeasured(Gap.NO_PICTURE, "none of 2 keyframes could be decoded whole")
UNDECODED = Picture({"width": NO_PICTURE, "keyframes": NO_PICTURE})
DAMAGED = Picture({"width": Measured(1920), "keyframes": NO_PICTURE})
Outcome = Picture | DeviceError


class Stored:
    def credential(self, name: str) -> Any:  # noqa: ANN401  never asked for
        raise KeyError(name)


def a_grab(uri: str) -> Grab:
    keys = tuple(AccessUnit(b"key", at, keyframe=True) for at in (0.0, 4.0))
    return Grab("H264", b"", keys, 101, 4.0, 9000, 0, 25.0, 900.0, 2.0, "tcp", uri)


def picture(width: int) -> Picture:
    return Picture({"width": Measured(width), "keyframes": Measured(2)})


class Decoder:
    """Gives an outcome by the stream's path."""

    def __init__(self, outcomes: Mapping[str, Outcome]) -> None:
        self.outcomes = outcomes

    async def picture(self, job: Job) -> Picture:
        outcome = self.outcomes[job.grab.uri[-1]]
        if isinstance(outcome, DeviceError):
            raise outcome
        return outcome


def a_session(
    monkeypatch: pytest.MonkeyPatch,
    streams: Mapping[str, DeviceError] | None = None,
    pictures: Mapping[str, Outcome] | None = None,
) -> tuple[DeviceSession, list[str]]:
    """Return a session, and the paths it will have asked for. `streams`: those that fail, by path."""
    asked: list[str] = []

    async def grab(uri: str, *_: object, **__: object) -> Grab:
        asked.append(uri[-1])
        if streams and uri[-1] in streams:
            raise streams[uri[-1]]
        return a_grab(uri)

    async def fixed(*_: object) -> Place:
        return Place()

    monkeypatch.setattr(session, "grab", grab)
    monkeypatch.setattr(session, "fetch_place", fixed)
    decoder = Decoder(pictures or {"m": picture(1920), "s": picture(352)})
    made = DeviceSession(
        Target("10.1.2.3", (80, 554)),
        Login(Stored(), ()),
        SETTINGS,
        lambda: datetime(2026, 11, 20, tzinfo=UTC),
        cast("Http", None),
        cast("Workers", decoder),
    )
    return made, asked


async def test_the_main_stream_is_taken_and_the_other_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    io, asked = a_session(monkeypatch)
    assert (await io.grab(CHANNEL)).role == "main"
    assert (await alive.measure(CHANNEL, io))["stream_role"] == Measured("main")
    assert asked == ["m"]


@pytest.mark.parametrize(
    "error", [Unsupported("SVAC"), Unreachable("453"), Malformed("SDP"), Silent("nothing")]
)
async def test_the_sub_stream_stands_in_and_says_so(
    error: DeviceError, monkeypatch: pytest.MonkeyPatch
) -> None:
    io, asked = a_session(monkeypatch, {"m": error})
    why = f"main stream: {error}; only the sub-stream was seen"
    readings = {**await stream.measure(CHANNEL, io), **await alive.measure(CHANNEL, io)}
    assert readings["stream_role"] == Measured("sub", why)
    assert {readings[one] for one in ("codec", "fps", "kbps", "keyframe_interval_s")} == {
        NotMeasured(error.gap, why)
    }
    assert isinstance(readings["alive"], Measured)
    assert asked == ["m", "s"]


@pytest.mark.parametrize("error", [AuthRefused("no"), Locked("left alone"), NoCredential("none")])
async def test_after_a_refused_login_no_other_stream_is_tried(
    error: DeviceError, monkeypatch: pytest.MonkeyPatch
) -> None:
    io, asked = a_session(monkeypatch, {"m": error})
    with pytest.raises(type(error)):
        await io.grab(CHANNEL)
    assert asked == ["m"]


async def test_where_both_fail_the_main_streams_reason_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    io, asked = a_session(monkeypatch, {"m": Silent("main is mute"), "s": Unsupported("404")})
    for _ in range(2):
        with pytest.raises(Silent, match="main is mute"):
            await io.grab(CHANNEL)
    assert asked == ["m", "s"]


@pytest.mark.parametrize("broken", [UNDECODED, DAMAGED, Malformed("it killed its decoder")])
async def test_a_main_stream_that_cannot_be_decoded_gives_way_too(
    broken: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    io, asked = a_session(monkeypatch, pictures={"m": broken, "s": picture(352)})
    assert (await io.picture(CHANNEL)).readings["width"] == Measured(352)
    assert (await io.grab(CHANNEL)).role == "sub"
    assert (await alive.measure(CHANNEL, io))["stream_role"].detail.startswith("main stream: ")
    assert asked == ["m", "s"]


SHORT = NotMeasured(Gap.TOO_SHORT, "no keyframe in 16 s")


@pytest.mark.parametrize(
    "sub", [UNDECODED, Silent("decoding took more than 20 s"), Picture({"keyframes": SHORT})]
)
async def test_where_neither_shows_a_whole_picture_the_main_one_is_told_of(
    sub: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    io, asked = a_session(monkeypatch, pictures={"m": DAMAGED, "s": sub})
    readings = await alive.measure(CHANNEL, io)
    assert readings["stream_role"] == Measured("main")
    assert readings["alive"] == Measured(True, f"damaged pictures: {NO_PICTURE.detail}")
    assert asked == ["m", "s"]


async def test_a_picture_without_a_keyframe_is_no_reason_for_another_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = Picture({"width": SHORT, "keyframes": SHORT})
    io, asked = a_session(monkeypatch, pictures={"m": short})
    assert await io.picture(CHANNEL) == short
    assert asked == ["m"]


async def test_no_time_left_is_no_second_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried = SETTINGS.model_copy(update={"run": SETTINGS.run.model_copy(update={"channel_s": 8.0})})
    monkeypatch.setattr(f"{__name__}.SETTINGS", hurried)
    io, asked = a_session(monkeypatch, {"m": Silent("nothing")})
    with pytest.raises(Silent):
        await io.grab(CHANNEL)
    assert asked == ["m"]
