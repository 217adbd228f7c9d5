"""What ONVIF's questions about a minute, and a replay from a minute on, prove of a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, cast

import pytest

from probe.errors import Unsupported
from probe.model import Channel, Io
from probe.record.by_range import fetch_by_range
from probe.record.clock import local_day
from probe.record.days import Bounds, continuous
from probe.wire.onvif_search import Recording
from probe.wire.recorder import WallTime
from tests.probe.record.fakes import DAY, NOW, RECORD, TODAY, YESTERDAY, ZONE

AGO = 40  # its oldest recording is so many days old
HOLE = TODAY - 10 * DAY


@dataclass
class FakeRecorder:
    """Has recorded for forty days without one, and tells it as `tells` and `plays` say.

    `tells`: by the minute that is asked for, of "any" minute, or "none" at all. `plays`: from that minute on,
    or "live" whatever is asked.
    """

    tells: str = "minute"
    plays: str = "minute"
    record: Any = RECORD
    zone = ZONE

    def now(self) -> datetime:
        return NOW

    async def once(self, _: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever it is
        return await fetch()

    async def soap(self, *_: str) -> object:
        raise Unsupported("no clock")

    def holds(self, at: datetime) -> bool:
        return TODAY - AGO * DAY <= local_day(at, ZONE) <= TODAY and local_day(at, ZONE) != HOLE

    async def first_recorded(self, _: str, at: datetime) -> datetime | None:
        if self.plays == "live":
            return NOW
        at = max(at, START)
        return at if self.holds(at) else datetime.combine(HOLE + DAY, time(), ZONE)

    async def recorded_at(self, _: Io, recordings: Sequence[str], at: datetime) -> frozenset[str]:
        if self.tells == "none":
            raise Unsupported("GetMediaAttributes")
        return frozenset(recordings) if self.tells == "any" or self.holds(at) else frozenset()


START = datetime.combine(TODAY - AGO * DAY, time(12), ZONE)
RECORDING = Recording(
    "r",
    start=WallTime(START.astimezone(UTC).replace(tzinfo=None), "z"),
    end=WallTime(NOW.replace(tzinfo=None), "z"),
    status="Recording",
)


async def days(monkeypatch: pytest.MonkeyPatch, recorder: FakeRecorder) -> Bounds:
    async def recordings(_: Io) -> tuple[Recording, ...]:
        return (RECORDING,)

    async def recording(*_: object) -> Recording:
        return RECORDING

    async def uri(*_: object) -> str:
        return "rtsp://10.1.2.3/r"

    monkeypatch.setattr("probe.onvif.profile_g.fetch_recordings", recordings)
    monkeypatch.setattr("probe.onvif.profile_g.fetch_recorded_at", recorder.recorded_at)
    monkeypatch.setattr("probe.onvif.profile_g.fetch_replay_uri", uri)
    monkeypatch.setattr("probe.record.by_range.fetch_recording", recording)
    history = await fetch_by_range(cast("Io", recorder), Channel(1))
    return continuous(history.days, YESTERDAY)


@pytest.mark.parametrize("tells", ["minute", "any", "none"])
async def test_a_hole_is_found_however_it_answers(monkeypatch: pytest.MonkeyPatch, tells: str) -> None:
    assert await days(monkeypatch, FakeRecorder(tells)) == Bounds(9, 9)


async def test_one_that_tells_the_same_of_any_minute_proves_no_day(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await days(monkeypatch, FakeRecorder("any", plays="live")) == Bounds(0, AGO)


async def test_one_that_plays_the_same_from_any_minute_on_shows_no_hole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await days(monkeypatch, FakeRecorder("none", plays="live")) == Bounds(0, AGO)
    assert await days(monkeypatch, FakeRecorder("minute", plays="live")) == Bounds(9, AGO)
