"""Which number a channel has on a night on which the recorder's own list of channels is not had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from probe.errors import DeviceError, Malformed, NoCredential, Silent, Unsupported
from probe.joint import channels
from probe.model import (
    Channel,
    Gap,
    Io,
    Measured,
    NotMeasured,
    Reading,
    StreamOffer,
    Target,
    channel_from,
    channel_value,
)
from probe.onvif import channels as onvif_channels
from probe.vendor import hikvision
from probe.vendor.find import Recorder
from probe.wire.recorder import Input

INPUTS = (Input(1, "正门"), Input(2, is_slot=True), Input(3, "食堂"), Input(4, "操场"))
CUT = Malformed("an answer that breaks off")


class Kept:
    """The part of a session that keeps what was told."""

    async def once(self, name: str, fetch: Callable[[], Awaitable[object]]) -> object:
        return await fetch()


def by_onvif(number: int, uri: str) -> Channel:
    """Return a channel in ONVIF's own count."""
    return Channel(number, source=f"Source_{number}", streams=(StreamOffer("main", uri),))


def at(channel: int) -> str:
    return f"rtsp://10.0.0.1:554/Streaming/Channels/{channel}01"


NAMED = tuple(by_onvif(n, at(channel)) for n, channel in enumerate((1, 3, 4), 1))
NAMELESS = tuple(by_onvif(n, f"rtsp://10.0.0.1/live/{n}") for n in (1, 2, 3))


def that_gives(told: tuple[Input, ...] | DeviceError) -> Recorder:
    async def fetch_inputs(_: Io) -> tuple[Input, ...]:
        if isinstance(told, DeviceError):
            raise told
        return told

    return Recorder(True, "test", replace(hikvision.VENDOR, fetch_inputs=fetch_inputs))


async def read(
    monkeypatch: pytest.MonkeyPatch,
    shown: tuple[Channel, ...],
    recorder: Recorder | DeviceError,
    maker: str = "hikvision",
) -> Reading:
    async def measure(*_: object) -> dict[str, Reading]:
        return {"channels": Measured([channel_value(one) for one in shown])}

    async def fetch_recorder(_: Io) -> Recorder:
        if isinstance(recorder, DeviceError):
            raise recorder
        return recorder

    async def has_a_list(_: Io) -> bool:
        return maker == "hikvision"

    monkeypatch.setattr(onvif_channels, "measure", measure)
    monkeypatch.setattr(channels, "fetch_recorder", fetch_recorder)
    monkeypatch.setattr(channels, "has_a_list", has_a_list)
    return (await channels.measure(Target("10.0.0.1", (80,)), cast("Io", Kept())))["channels"]


def numbers(told: Reading) -> list[int]:
    assert isinstance(told, Measured)
    return [channel_from(one).number for one in cast("list[Any]", told.value)]


@pytest.mark.parametrize(
    "recorder",
    [
        that_gives(INPUTS),
        that_gives(CUT),
        that_gives(Unsupported("HTTP 503")),
        Recorder(True, "3 video sources", None, Silent("no answer")),
        Recorder(False, "3 video sources", None, Silent("no answer"), is_sure=False),
        Silent("no whole answer"),
    ],
    ids=["listed", "list cut off", "list refused", "maker's door shut", "nobody said so", "too slow"],
)
async def test_a_channel_behind_an_empty_slot_has_the_same_number_every_night(
    monkeypatch: pytest.MonkeyPatch, recorder: Recorder | DeviceError
) -> None:
    assert numbers(await read(monkeypatch, NAMED, recorder)) == [1, 3, 4]


async def test_a_channel_that_no_address_names_is_not_taken_for_its_neighbour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = await read(monkeypatch, (*NAMED, by_onvif(4, "rtsp://10.0.0.1/live/4")), that_gives(CUT))
    assert (numbers(told), told.detail.partition(";")[2]) == ([1, 3, 4], " 1 without a number are left out")


@pytest.mark.parametrize("maker", ["hikvision", "a name of its own"])
async def test_where_no_address_names_any_the_channels_are_a_gap(
    monkeypatch: pytest.MonkeyPatch, maker: str
) -> None:
    told = await read(monkeypatch, NAMELESS, that_gives(CUT), maker)
    assert isinstance(told, NotMeasured)
    assert told.gap is Gap.MALFORMED


@pytest.mark.parametrize(
    ("why", "maker"),
    [
        (Unsupported("no protocol of Acme is known"), "acme"),
        (Silent("no answer"), "acme"),
        (NoCredential("no login may be shown"), "hikvision"),
    ],
    ids=["unknown maker", "unknown maker that is mute", "no login"],
)
async def test_a_recorder_that_never_gives_a_list_keeps_the_count_of_onvif(
    monkeypatch: pytest.MonkeyPatch, why: DeviceError, maker: str
) -> None:
    recorder = Recorder(True, "3 video sources", None, why)
    assert numbers(await read(monkeypatch, NAMELESS, recorder, maker)) == [1, 2, 3]


async def test_a_lone_channel_of_a_slow_camera_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbers(await read(monkeypatch, NAMELESS[:1], Silent("no answer"))) == [1]


async def test_the_lenses_of_a_camera_keep_the_count_of_onvif(monkeypatch: pytest.MonkeyPatch) -> None:
    camera = Recorder(False, "ISAPI deviceType IPCamera", hikvision.VENDOR)
    assert numbers(await read(monkeypatch, NAMED, camera)) == [1, 2, 3]
