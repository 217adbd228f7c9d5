"""Clocks and times that no calendar holds: a named gap for what they concern, never a broken probe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as some

from probe.errors import Malformed, Unsupported
from probe.model import Channel, Io
from probe.record.by_file import own_of, spans_of
from probe.record.by_range import fetch_device_range, range_of
from probe.record.clock import Clock, fetch_clock
from probe.record.sources import fetch_history
from probe.vendor.find import Recorder
from probe.vendor.hikvision import records as hikvision
from probe.vendor.protocol import Take, Vendor
from probe.wire.onvif_replay import as_utc
from probe.wire.onvif_search import RecordedTrack, Recording, RecordingSummary
from probe.wire.recorder import WallTime, parse_wall_time
from tests.probe.record.fakes import NOW, RECORD, ZONE, FakeRecorder, run_of

FIRST, LAST = datetime.min, datetime.max.replace(microsecond=0)  # noqa: DTZ901  digits, as written
ZONES = some.integers(-100 * 3600, 100 * 3600)
DIGITS = some.datetimes() | some.sampled_from([FIRST, FIRST + timedelta(seconds=10), LAST])
TIMES = some.builds(WallTime, DIGITS, some.sampled_from(["z", "offset", "none"]), ZONES)
AHEAD = some.sampled_from([timedelta(), timedelta(hours=8), timedelta(hours=-14)])


@dataclass
class FakeIo:
    record: Any = RECORD
    zone: Any = ZONE
    _kept: dict[str, Any] = field(default_factory=dict)

    def now(self) -> datetime:
        return NOW

    async def once(self, name: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever it is
        if name not in self._kept:
            self._kept[name] = await fetch()
        return self._kept[name]

    async def soap(self, *_: str) -> object:
        raise Unsupported("no ONVIF")


def with_clock(shown: str) -> Vendor:
    async def clock(_: Io) -> WallTime:
        return parse_wall_time(shown)

    return replace(FakeRecorder(run_of(40)).vendor(), fetch_clock=clock)


def io() -> Io:
    return cast("Io", FakeIo())


@pytest.mark.parametrize("shown", ["9999-12-31T23:59:59+08:00", "0001-01-01T00:00:10+08:00"])
async def test_a_clock_of_another_century_is_named(shown: str) -> None:
    with pytest.raises(Malformed, match="years off"):
        await fetch_clock(io(), with_clock(shown))


@pytest.mark.parametrize("shown", ["1970-01-01T00:03:15", "2000-01-01 00:00:00"])
async def test_a_clock_without_a_battery_is_put_right(shown: str) -> None:
    assert (await fetch_clock(io(), with_clock(shown))).ahead < timedelta(days=-26 * 365)


@pytest.mark.parametrize("shown", ["9999-12-31T23:59:59+08:00", "0001-01-01T00:00:10+08:00"])
async def test_no_day_is_told_by_a_clock_of_another_century(
    monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    async def recorder(_: Io) -> Recorder:
        return Recorder(is_recorder=True, by="its word", vendor=with_clock(shown))

    monkeypatch.setattr("probe.record.sources.fetch_recorder", recorder)
    with pytest.raises(Malformed, match="years off"):
        await fetch_history(Channel(1), io())


@pytest.mark.parametrize("shown", ["9999-12-31T23:59:59", "0001-01-01T00:00:10"])
async def test_hikvisions_files_are_not_asked_for_by_such_a_clock(
    monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    async def clock(_: Io) -> WallTime:
        return WallTime(parse_wall_time(shown).local, "offset", 8 * 3600)

    monkeypatch.setattr("probe.vendor.hikvision.records.fetch_clock", clock)
    with pytest.raises(Malformed, match="nothing is recorded"):
        await hikvision.fetch_recent(io(), 1)


@given(TIMES, TIMES, AHEAD)
def test_whatever_a_recording_says_of_its_times_is_a_range(
    start: WallTime, end: WallTime, ahead: timedelta
) -> None:
    track = RecordedTrack("v", "video", end, start)
    one = range_of(Recording("r", start=start, end=end, tracks=(track,)), ahead, NOW, ZONE)
    assert all(at is None or abs(at - NOW) < timedelta(days=21 * 365) for at in (one.start, one.end))


@given(TIMES, TIMES)
async def test_whatever_a_device_says_of_itself_is_a_range_or_none(start: WallTime, end: WallTime) -> None:
    async def summary(_: Io) -> RecordingSummary:
        return RecordingSummary(start, end, 1)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("probe.onvif.profile_g.fetch_summary", summary)
        try:
            first, last = await fetch_device_range(io())
        except Unsupported:
            return
    assert first <= last


@given(TIMES)
def test_a_time_is_a_moment_or_none(written: WallTime) -> None:
    moment = as_utc(written)
    assert moment is None or moment.tzinfo is UTC


@given(some.lists(some.tuples(DIGITS, DIGITS, some.booleans())), some.integers(-100 * 365, 100 * 365))
def test_whatever_files_are_listed_are_spans(files: list[tuple[datetime, datetime, bool]], days: int) -> None:
    takes = [Take(start, end, locked) for start, end, locked in files]
    spans = spans_of(own_of(takes), Clock(timedelta(days=days, hours=-8), ZONE))
    assert all(one.start < one.end for one in spans)


@given(some.datetimes(timezones=some.just(UTC)), some.integers(-100 * 365, 100 * 365))
def test_a_clock_shows_something_at_every_moment(moment: datetime, days: int) -> None:
    clock = Clock(timedelta(days=days), ZONE)
    assert clock.digits(moment).tzinfo is None
    assert clock.moment(moment.replace(tzinfo=None)).tzinfo is ZONE


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-09-01T00:00:00+99:00"]
)
def test_a_time_that_no_calendar_holds_is_worth_as_little_as_1970(written: str) -> None:
    recording = Recording("r", start=parse_wall_time(written), status="Stopped")
    one = range_of(recording, timedelta(hours=8), NOW, ZONE)
    assert (one.start, one.is_empty) == (None, False)
