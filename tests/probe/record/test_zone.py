"""A school whose clock is not Beijing's: its days, and the times that are told, are by its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from probe.model import Io, Measured
from probe.record.by_file import fetch_by_file, spans_of
from probe.record.by_range import range_of
from probe.record.clock import Clock, fetch_clock, local_day
from probe.record.days import days_of
from probe.record.history import History
from probe.record.playback import minute_of
from probe.record.retention import readings_of
from probe.vendor.protocol import Take
from probe.wire.onvif_search import Recording
from probe.wire.recorder import WallTime, parse_wall_time
from tests.probe.record.fakes import DAY, HOUR, NOW, ZONE, FakeIo, FakeRecorder, run_of

URUMQI = ZoneInfo("Asia/Urumqi")  # two hours behind Beijing
NIGHT = datetime(2026, 9, 14, 1)  # noqa: DTZ001  one in the morning by a recorder's clock


async def test_a_recorder_set_to_beijing_is_two_hours_ahead_there() -> None:
    async def clock(_: Io) -> WallTime:
        return parse_wall_time("2026-09-15T14:30:00")

    class Once(FakeIo):
        async def once(self, _: str, fetch: object) -> object:
            return await fetch()  # type: ignore[operator]

    vendor = replace(FakeRecorder(run_of(1)).vendor(), fetch_clock=clock)
    told = await fetch_clock(cast("Io", Once(zone=URUMQI)), vendor)
    assert (told.ahead, told.zone) == (timedelta(hours=2), URUMQI)


def test_what_is_recorded_after_midnight_by_beijing_is_of_the_day_before_there() -> None:
    beijing, urumqi = Clock(timedelta(), ZONE), Clock(timedelta(hours=2), URUMQI)
    days = [local_day(clock.moment(NIGHT), clock.zone) for clock in (beijing, urumqi)]
    assert days == [date(2026, 9, 14), date(2026, 9, 13)]


async def test_files_are_asked_for_from_midnight_to_midnight_of_the_school() -> None:
    recorder = FakeRecorder(run_of(5))
    clock = Clock(timedelta(hours=2), URUMQI)
    await fetch_by_file(cast("Io", FakeIo(zone=URUMQI)), recorder.vendor(), 1, clock)
    assert {(start.hour, end.hour) for start, end in recorder.asked} == {(2, 2)}


def test_the_times_of_readings_carry_the_schools_offset() -> None:
    (span,) = spans_of([Take(NIGHT, NIGHT + HOUR)], Clock(timedelta(hours=2), URUMQI))
    first = date(2026, 9, 10)
    days = days_of([span], first, first + 5 * DAY, URUMQI)
    history = History("dahua-files", first, days, 1, spans=(span,), oldest=span.start, newest=span.end)
    told = readings_of(history, NOW, URUMQI, 600.0, 4 * 3600.0)
    assert told["recording_oldest"] == Measured("2026-09-13T23:00:00+06:00")
    assert told["recording_days"] == Measured(["2026-09-13"])


def test_a_time_without_a_zone_is_the_schools() -> None:
    recording = Recording("r", start=parse_wall_time("2026-09-10T08:00:00"), status="Stopped")
    assert range_of(recording, timedelta(), NOW, URUMQI).start == datetime(2026, 9, 10, 2, tzinfo=UTC)


def test_a_minute_to_play_is_sought_within_the_schools_day() -> None:
    spans = spans_of([Take(NIGHT, NIGHT + HOUR)], Clock(timedelta(hours=2), URUMQI))
    assert minute_of(spans, date(2026, 9, 13), URUMQI) is not None
    assert minute_of(spans, date(2026, 9, 13), ZONE) is None
