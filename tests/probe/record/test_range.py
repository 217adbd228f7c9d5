"""What a recording's range by ONVIF is worth, and what a clock on the wall means for a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest

from probe.errors import Unsupported
from probe.model import Channel, Io
from probe.onvif.profile_g import recording_of
from probe.record.by_range import fetch_ahead, range_of
from probe.record.clock import Clock
from probe.record.days import Day, Span
from probe.record.history import History
from probe.record.playback import days_to_play, minute_of
from probe.wire.onvif_search import RecordedTrack, Recording
from probe.wire.recorder import WallTime
from probe.wire.soap import Reply, parse_reply
from tests.probe.record.fakes import ZONE

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
NONE = timedelta()
DAY = timedelta(days=1)


def z(year: int, month: int, day: int, hour: int = 0) -> WallTime:
    return WallTime(datetime(year, month, day, hour), "z")  # noqa: DTZ001  digits, as written


def test_a_range_is_that_of_the_recording_and_its_video_together() -> None:
    track = RecordedTrack("v", "video", z(2026, 9, 1), z(2026, 9, 15, 6))
    one = range_of(Recording("r", start=z(2026, 9, 3), end=z(2026, 9, 14), tracks=(track,)), NONE, NOW, ZONE)
    assert (one.start, one.end) == (
        datetime(2026, 9, 1, tzinfo=UTC),
        datetime(2026, 9, 15, 6, tzinfo=UTC),
    )


def test_times_of_1970_and_2038_are_no_range_and_no_proof_that_nothing_is_recorded() -> None:
    one = range_of(Recording("r", start=z(1970, 1, 1), end=z(2038, 1, 19)), NONE, NOW, ZONE)
    assert (one.start, one.end, one.is_empty) == (None, None, False)


@pytest.mark.parametrize(
    ("status", "is_empty"),
    [
        ("Stopped", True),
        ("Initiated", True),
        ("Removed", True),
        ("Recording", False),
        ("Removing", False),
        ("Unknown", False),
        ("", False),
    ],
)
def test_a_recording_without_any_time_is_empty_only_if_it_says_that_it_does_not_run(
    status: str, is_empty: bool
) -> None:
    assert range_of(Recording("r", status=status), NONE, NOW, ZONE).is_empty == is_empty


def test_a_recording_with_a_time_that_cannot_be_read_is_not_empty() -> None:
    assert not range_of(Recording("r", status="Stopped", has_odd_times=True), NONE, NOW, ZONE).is_empty


def test_a_z_that_means_a_clock_on_the_wall_is_put_right() -> None:
    one = range_of(Recording("r", start=z(2026, 9, 1, 8), end=z(2026, 9, 14)), timedelta(hours=8), NOW, ZONE)
    assert one.start == datetime(2026, 9, 1, tzinfo=UTC)


_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_HEAD = f'<e:Envelope xmlns:e="{_SOAP}"><e:Body><R>'
_TAIL = "</R></e:Body></e:Envelope>"


@dataclass
class FakeIo:
    clock_off: timedelta | None = None
    zone = ZONE

    async def soap(self, *_: str) -> Reply:
        if self.clock_off is None:
            raise Unsupported("no clock")
        shown = NOW + self.clock_off
        told = f"{shown:<Date><Year>%Y</Year><Month>%m</Month><Day>%d</Day></Date>}"
        told += f"{shown:<Time><Hour>%H</Hour><Minute>%M</Minute><Second>%S</Second></Time>}"
        reply = parse_reply(200, "", f"{_HEAD}<UTCDateTime>{told}</UTCDateTime>{_TAIL}".encode())
        assert isinstance(reply, Reply)
        return reply

    async def once(self, _: str, fetch: Callable[[], Awaitable[timedelta]]) -> timedelta:
        return await fetch()

    def now(self) -> datetime:
        return NOW


@pytest.mark.parametrize(
    ("ends", "hours"),
    [
        ((z(2026, 9, 15, 14),), 8),
        ((z(2026, 9, 15, 6),), 0),
        # By the clock on the wall the first ended eight hours ago, which looks like now in UTC.
        ((z(2026, 9, 15, 6), z(2026, 9, 15, 14)), 8),
        ((z(2026, 9, 12), z(2038, 1, 19)), 0),
    ],
)
async def test_what_z_means_is_told_by_what_is_being_recorded(
    monkeypatch: pytest.MonkeyPatch, ends: tuple[WallTime, ...], hours: int
) -> None:
    async def recordings(_: object) -> list[Recording]:
        half_past = [replace(end, local=end.local + timedelta(minutes=30)) for end in ends]
        return [Recording(str(at), end=end) for at, end in enumerate(half_past)]

    monkeypatch.setattr("probe.onvif.profile_g.fetch_recordings", recordings)
    assert await fetch_ahead(cast("Io", FakeIo())) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("off", "end", "ahead"),
    [
        (-3 * DAY, z(2026, 9, 12, 6), -3 * DAY),  # UTC by a clock that is three days behind
        (-3 * DAY, z(2026, 9, 12, 14), -3 * DAY + timedelta(hours=8)),  # the same clock's on the wall
        (-3 * DAY, z(2026, 9, 10), NONE),  # nothing runs that would tell
        (timedelta(hours=8), z(2026, 9, 15, 14), timedelta(hours=8)),
        (timedelta(hours=8), z(2026, 9, 15, 6), NONE),
        (timedelta(minutes=3), z(2026, 9, 15, 6), NONE),
    ],
)
async def test_times_by_a_clock_that_is_wrong_are_put_right_by_what_it_is_recording(
    monkeypatch: pytest.MonkeyPatch, off: timedelta, end: WallTime, ahead: timedelta
) -> None:
    async def recordings(_: object) -> list[Recording]:
        return [Recording("r", end=replace(end, local=end.local + timedelta(minutes=30)))]

    monkeypatch.setattr("probe.onvif.profile_g.fetch_recordings", recordings)
    assert await fetch_ahead(cast("Io", FakeIo(off))) == ahead


def test_a_recording_is_the_channels_by_its_source_or_else_by_a_name_of_its_own() -> None:
    recordings = [
        Recording("a", source="v1", source_name="Gate"),
        Recording("b", source="v2", source_name="Yard"),
    ]
    assert recording_of(Channel(1, "Gate", "v2"), recordings).token == "b"
    assert recording_of(Channel(1, "Gate", "x"), recordings).token == "a"
    with pytest.raises(Unsupported):
        recording_of(Channel(1, "Hall", "x"), recordings)


def test_a_clock_that_is_ahead_is_taken_back() -> None:
    clock = Clock(timedelta(hours=1), ZONE)
    digits = datetime(2026, 9, 15, 13)  # noqa: DTZ001  by the recorder's own clock
    assert clock.moment(digits) == datetime(2026, 9, 15, 4, tzinfo=UTC)
    assert clock.digits(clock.moment(digits)) == digits
    assert not clock.shares_days


def test_a_minute_is_taken_from_the_middle_of_the_days_longest_stretch() -> None:
    noon = datetime(2026, 9, 14, 4, tzinfo=UTC)
    spans = (Span(noon - DAY * 3, noon - DAY / 2), Span(noon, noon + timedelta(hours=2)))
    assert minute_of(spans, date(2026, 9, 14), ZONE) == Span(
        noon + timedelta(minutes=59, seconds=30), noon + timedelta(minutes=60, seconds=30)
    )
    assert minute_of(spans, date(2026, 9, 13), ZONE) is not None
    assert minute_of(spans, date(2026, 9, 15), ZONE) is None


def test_the_oldest_day_and_yesterday_are_played_and_never_today() -> None:
    days = {date(2026, 9, day): Day(recorded=True) for day in (11, 12, 15)}
    history = History("x", date(2026, 9, 1), days, 1)
    assert days_to_play(history, date(2026, 9, 14)) == [date(2026, 9, 11), date(2026, 9, 12)]
