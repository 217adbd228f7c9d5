"""Where a movable head stood while its stream was received: the look is told, or told that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from config.load import load_catalogue
from probe import session
from probe.errors import DeviceError, Unreachable
from probe.memory import Job, Memory, Place
from probe.model import AccessUnit, Channel, Grab, Measured, Picture, StreamOffer, Target
from probe.picture.worker import Workers
from probe.session import DeviceSession
from probe.transport.http import Http
from probe.transport.login import Login

SETTINGS = load_catalogue().settings
CHANNEL = Channel(1, streams=(StreamOffer("main", "rtsp://10.1.2.3/m"),))
AT_1, AT_2, AWAY = (Place(moves=True, preset=preset) for preset in ("1", "2", None))


class Stored:
    def credential(self, name: str) -> Any:  # noqa: ANN401  never asked for
        raise KeyError(name)


class Decoder:
    def __init__(self) -> None:
        self.jobs: list[Job] = []

    async def picture(self, job: Job) -> Picture:
        self.jobs.append(job)
        return Picture({"width": Measured(1920), "keyframes": Measured(2)})


async def job_of(
    monkeypatch: pytest.MonkeyPatch, places: Iterable[Place | DeviceError], *, find_card: bool = False
) -> Job:
    """Return the job of a look at a camera whose head is found at these places, one after the other."""
    said = iter(places)

    async def fetch_place(*_: object) -> Place:
        place = next(said)
        if isinstance(place, DeviceError):
            raise place
        return place

    async def grab(uri: str, *_: object, **__: object) -> Grab:
        keys = tuple(AccessUnit(b"key", at, keyframe=True) for at in (0.0, 4.0))
        return Grab("H264", b"", keys, 101, 4.0, 9000, 0, 25.0, 900.0, 2.0, "tcp", uri)

    monkeypatch.setattr(session, "fetch_place", fetch_place)
    monkeypatch.setattr(session, "grab", grab)
    decoder = Decoder()
    made = DeviceSession(
        Target("10.1.2.3", (80, 554)),
        Login(Stored(), ()),
        SETTINGS,
        lambda: datetime(2026, 11, 20, tzinfo=UTC),
        cast("Http", None),
        cast("Workers", decoder),
        find_card=find_card,
    )
    made.memories = {1: Memory(sample=b"yesterday"), 2: Memory(sample=b"another channel's")}
    await made.picture(CHANNEL)
    (job,) = decoder.jobs
    return job


async def test_a_fixed_camera_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await job_of(monkeypatch, [Place()])).place == Place()


async def test_a_head_that_stays_at_its_preset_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await job_of(monkeypatch, [AT_1, AT_1])).place == AT_1


@pytest.mark.parametrize("after", [AT_2, AWAY, Unreachable("gone")])
async def test_a_head_on_its_way_is_at_no_preset(
    monkeypatch: pytest.MonkeyPatch, after: Place | DeviceError
) -> None:
    assert (await job_of(monkeypatch, [AT_1, after])).place == AWAY


async def test_a_device_that_tells_nothing_of_a_head_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await job_of(monkeypatch, [Unreachable("no ONVIF")])).place == Place()


async def test_a_look_is_given_what_is_remembered_of_its_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await job_of(monkeypatch, [Place()])).memory == Memory(sample=b"yesterday")


@pytest.mark.parametrize("find_card", [True, False])
async def test_a_card_is_looked_for_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, find_card: bool
) -> None:
    assert (await job_of(monkeypatch, [Place()], find_card=find_card)).find_card is find_card
