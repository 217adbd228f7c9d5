"""Cameras that send as fast as they are let: what this computer receives stays below the run's limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import pytest

from config.load import load_catalogue
from config.settings import Rtsp
from probe.model import Grab
from probe.rtsp.client import grab
from probe.transport.login import Login
from probe.transport.pace import Pace
from tests.busiest import most_in_a_window

# The fixture's camera and its packets, sent over and over; see conftest.py.
MBIT = 4.0
SECONDS = 7.0


class Fixture(Protocol):
    packets: list[bytes]

    def uri(self) -> str: ...


async def received(
    monkeypatch: pytest.MonkeyPatch,
    camera: Fixture,
    login: Login,
    settings: Rtsp,
    mbit: float,
    streams: int = 4,
) -> tuple[list[tuple[float, int]], list[Grab]]:
    """Return the bytes that arrived during some grabs at once, with their moments, and the grabs."""
    camera.packets = camera.packets * 8
    limits = load_catalogue().settings.run.model_copy(update={"mbit_per_s": mbit})
    pace = Pace(limits)
    long = settings.model_copy(
        update={"grab_s": SECONDS, "span_s": 1e9, "max_bytes": 1 << 30, "answer_s": 5.0}
    )
    arrived: list[tuple[float, int]] = []
    feed: Callable[[asyncio.StreamReader, bytes], None] = asyncio.StreamReader.feed_data
    loop = asyncio.get_running_loop()

    def counted(reader: asyncio.StreamReader, some: bytes) -> None:
        if b"User-Agent: camcensus" not in some:  # what the camera here is asked
            arrived.append((loop.time(), len(some)))
        feed(reader, some)

    monkeypatch.setattr(asyncio.StreamReader, "feed_data", counted)
    grabs = await asyncio.gather(*(grab(camera.uri(), login, long, pace=pace) for _ in range(streams)))
    await asyncio.sleep(0.3)  # the camera sees the ends of its connections
    return arrived, grabs


@pytest.mark.slow
async def test_four_streams_at_once_stay_below_the_limit(
    monkeypatch: pytest.MonkeyPatch, camera: Fixture, login: Login, settings: Rtsp
) -> None:
    arrived, _ = await received(monkeypatch, camera, login, settings, MBIT)
    assert 0 < most_in_a_window(arrived) <= 1.1 * MBIT


@pytest.mark.slow
async def test_without_a_limit_they_take_far_more(
    monkeypatch: pytest.MonkeyPatch, camera: Fixture, login: Login, settings: Rtsp
) -> None:
    arrived, _ = await received(monkeypatch, camera, login, settings, 0.0)
    assert most_in_a_window(arrived) > 3 * MBIT


async def test_what_arrived_counts_though_the_connection_ended_before_it_was_read(
    monkeypatch: pytest.MonkeyPatch, camera: Fixture, login: Login, settings: Rtsp
) -> None:
    noted: list[int] = []
    note = Pace.note

    def counted(pace: Pace, count: int) -> float:
        noted.append(count)
        return note(pace, count)

    monkeypatch.setattr(Pace, "note", counted)
    arrived, _ = await received(monkeypatch, camera, login, settings, 1.0)
    assert sum(noted) == sum(count for _, count in arrived) > 0


async def test_a_stream_that_was_held_back_says_so(
    monkeypatch: pytest.MonkeyPatch, camera: Fixture, login: Login, settings: Rtsp
) -> None:
    _, grabs = await received(monkeypatch, camera, login, settings, 1.0, streams=1)
    assert "held back" in grabs[0].note, grabs[0].note
