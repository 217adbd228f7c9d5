"""What the stream probes hand over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from probe.model import AccessUnit, Channel, Gap, Grab, Io, Measured, NotMeasured, Picture, Reading, Readings
from probe.rtsp import alive, stream

KEY = AccessUnit(b"key", 0.0, keyframe=True)
GRAB = Grab(
    codec="H265",
    parameter_sets=b"",
    keyframes=(KEY, replace(KEY, time_s=4.0)),
    pictures=101,
    span_s=4.0,
    bytes_received=500_000,
    packets_lost=0,
    fps=25.0,
    kbps=1000.0,
    keyframe_interval_s=2.0,
    transport="tcp",
    uri="rtsp://h/",
)


@dataclass
class FakeIo:
    taken: Grab
    readings: Readings

    async def grab(self, channel: Channel) -> Grab:
        return self.taken

    async def picture(self, channel: Channel) -> Picture:
        return Picture(self.readings)


async def read(probe: Any, taken: Grab, decoded: Any = None, **seen: Any) -> Readings:  # noqa: ANN401  a Probe of any subject
    io = FakeIo(taken, {"keyframes": decoded, **seen} if decoded else {})
    return cast(Readings, await probe.measure(Channel(1), cast(Io, io)))


async def test_a_whole_grab_gives_every_reading() -> None:
    readings = await read(stream.PROBE, GRAB)
    values = {name: one.value for name, one in readings.items() if isinstance(one, Measured)}
    assert values == {
        "codec": "H265",
        "transport": "tcp",
        "fps": 25.0,
        "kbps": 1000.0,
        "keyframe_interval_s": 2.0,
    }


async def test_one_keyframe_is_too_short_for_an_interval() -> None:
    readings = await read(stream.PROBE, replace(GRAB, keyframe_interval_s=None))
    assert readings["keyframe_interval_s"] == NotMeasured(Gap.TOO_SHORT, "2 keyframes in 4.0 s")


async def test_a_decoded_keyframe_and_moving_time_are_life() -> None:
    readings = await read(alive.PROBE, GRAB, Measured(2))
    assert readings["alive"] == Measured(value=True, detail="2 decoded in 4.0 s")


STANDS = replace(GRAB, span_s=0.0)
ONLY_ONE = replace(GRAB, pictures=1, span_s=0.0)
NO_PICTURE = NotMeasured(Gap.NO_PICTURE, "each of 2 keyframes lost packets on the way")


@pytest.mark.parametrize("taken", [STANDS, ONLY_ONE], ids=["time stands still", "one picture"])
async def test_a_picture_whose_time_does_not_move_is_no_life(taken: Grab) -> None:
    reading = (await read(alive.PROBE, taken, Measured(1)))["alive"]
    assert isinstance(reading, Measured)
    assert reading.value is False


async def test_damaged_pictures_whose_time_moves_are_life() -> None:
    reading = (await read(alive.PROBE, GRAB, NO_PICTURE, width=Measured(1920)))["alive"]
    assert reading == Measured(True, "damaged pictures: each of 2 keyframes lost packets on the way")


@pytest.mark.parametrize("taken", [GRAB, STANDS, ONLY_ONE])
@pytest.mark.parametrize("width", [NO_PICTURE, Measured(1920)])
async def test_what_cannot_be_decoded_never_calls_a_camera_dead(taken: Grab, width: Reading) -> None:
    reading = (await read(alive.PROBE, taken, NO_PICTURE, width=width))["alive"]
    assert reading == NO_PICTURE or (isinstance(reading, Measured) and reading.value is True)


async def test_no_keyframe_says_neither_alive_nor_dead() -> None:
    readings = await read(alive.PROBE, replace(GRAB, keyframes=()))
    assert readings["alive"] == NotMeasured(Gap.TOO_SHORT, "no keyframe in 4.0 s")


async def test_a_picture_that_was_not_decoded_hands_its_gap_on() -> None:
    gap = NotMeasured(Gap.UNSUPPORTED, "too large")
    assert (await read(alive.PROBE, GRAB, gap))["alive"] == gap
