"""What the stream probes hand over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from probe.model import AccessUnit, Channel, Gap, Grab, Io, Measured, NotMeasured, Picture, Readings
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


async def read(probe: Any, taken: Grab, decoded: Any = None) -> Readings:  # noqa: ANN401  a Probe of any subject
    io = FakeIo(taken, {"keyframes": decoded} if decoded else {})
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


@pytest.mark.parametrize(
    ("taken", "decoded"),
    [(GRAB, 0), (replace(GRAB, span_s=0.0), 2), (replace(GRAB, pictures=1, span_s=0.0), 1)],
    ids=["nothing decodes", "time stands still", "one picture"],
)
async def test_a_stream_without_picture_or_time_is_not_alive(taken: Grab, decoded: int) -> None:
    reading = (await read(alive.PROBE, taken, Measured(decoded)))["alive"]
    assert isinstance(reading, Measured)
    assert reading.value is False


async def test_no_keyframe_says_neither_alive_nor_dead() -> None:
    readings = await read(alive.PROBE, replace(GRAB, keyframes=()))
    assert readings["alive"] == NotMeasured(Gap.TOO_SHORT, "no keyframe in 4.0 s")


async def test_a_picture_that_was_not_decoded_hands_its_gap_on() -> None:
    gap = NotMeasured(Gap.UNSUPPORTED, "too large")
    assert (await read(alive.PROBE, GRAB, gap))["alive"] == gap
