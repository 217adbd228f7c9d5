"""A calendar that lies: which listed days count once some of them were played."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from probe.errors import DeviceError, Malformed, NoPicture, NotThere, Silent, Unsupported
from probe.model import AccessUnit, Gap, Grab, Measured, NotMeasured, Reading
from probe.record.days import Day, dates, day_span
from probe.record.history import History
from probe.record.playback import Played, outcome, search_oldest
from probe.record.plays import Plays, playable_since
from probe.record.retention import readings_of
from tests.probe.record.fakes import ZONE

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
TODAY = date(2026, 9, 15)
DAY = timedelta(days=1)
RUN = tuple(dates(TODAY - 30 * DAY, TODAY - DAY))
KEY = AccessUnit(b"key", 0.0, keyframe=True)
GRAB = Grab("H264", b"", (KEY,), 9, 2.0, 900, 0, 4.0, 900.0, 2.0, "tcp", "rtsp://h/")


def read(plays: Plays) -> dict[str, Reading]:
    days = {day: Day(day in (*RUN, TODAY)) for day in dates(RUN[0] - 3 * DAY, TODAY)}
    return readings_of(History("isapi-days", RUN[0] - 3 * DAY, days, 6), NOW, ZONE, 600.0, 4 * 3600.0, plays)


async def searched(plays_from: int) -> tuple[Plays, list[date]]:
    """Return what a search leaves where the days play from that place on, and which ones it played."""
    asked: list[date] = []

    async def play(day: date) -> Played:
        asked.append(day)
        minute = day_span(day, ZONE)
        return Played(minute, GRAB) if day >= RUN[plays_from] else Played(minute, refused=Silent("nothing"))

    newest = Played(day_span(RUN[-1], ZONE), GRAB)
    plays = {RUN[0]: False, RUN[-1]: True}
    await search_oldest(RUN, plays, play, newest, timedelta(), ZONE)
    return plays, asked


@pytest.mark.parametrize("plays_from", [1, 6, 17, 28, 29])
async def test_the_search_never_claims_a_day_that_does_not_play(plays_from: int) -> None:
    plays, asked = await searched(plays_from)
    since = playable_since(RUN, plays)
    assert since is None or since >= RUN[plays_from]
    assert len(asked) <= 4


async def test_the_search_comes_near_the_oldest_day_that_plays() -> None:
    plays, _ = await searched(6)
    since = playable_since(RUN, plays)
    assert since is not None
    assert since - RUN[6] <= 2 * DAY


def test_days_that_play_at_both_ends_stand_as_they_are_listed() -> None:
    told = read({RUN[0]: True, RUN[-1]: True})
    assert told["continuous_days"] == Measured(30, "by isapi-days")


def test_an_oldest_day_that_does_not_play_leaves_the_days_from_the_first_that_does() -> None:
    told = read({RUN[0]: False, RUN[10]: True, RUN[-1]: True})
    assert isinstance(told["continuous_days"], Measured)
    assert (told["continuous_days"].value, told["continuous_days_at_most"]) == (20, Measured(30))


@pytest.mark.parametrize(
    "plays", [{RUN[0]: True, RUN[-1]: False}, {RUN[0]: False, RUN[-1]: True}], ids=["yesterday", "oldest"]
)
def test_without_a_proved_day_nothing_is_claimed(plays: Plays) -> None:
    told = read(plays)["continuous_days"]
    assert isinstance(told, NotMeasured)
    assert told.gap is Gap.CONTRADICTED


@pytest.mark.parametrize(
    "plays", [{RUN[0]: False, RUN[-1]: False}, {RUN[-1]: False}], ids=["both", "the only one that was tried"]
)
def test_where_no_day_plays_the_list_bounds_the_days_from_above_alone(plays: Plays) -> None:
    told = read(plays)
    assert isinstance(told["continuous_days"], NotMeasured)
    assert (told["continuous_days"].gap, told["continuous_days_at_most"]) == (Gap.CONTRADICTED, Measured(30))


def test_what_could_not_be_played_contradicts_nothing() -> None:
    assert read({})["continuous_days"] == Measured(30, "by isapi-days")


@pytest.mark.parametrize(
    "error", [NotThere("DESCRIBE: 404 Not Found"), NoPicture("PLAY was accepted, but no picture came")]
)
def test_a_day_that_is_answered_without_a_picture_does_not_play(error: DeviceError) -> None:
    refused = Played(day_span(RUN[0], ZONE), refused=error)
    assert outcome(RUN[0], refused, refused, timedelta(), ZONE) == {RUN[0]: False}


@pytest.mark.parametrize(
    "error",
    [
        Unsupported("PLAY: 551 Option not supported"),
        Unsupported("it names no RTSP address for the channel"),
        Silent("no whole answer in 8 s"),
        Malformed("bytes and no answer among them"),
    ],
)
def test_a_day_that_could_not_be_tried_says_nothing(error: DeviceError) -> None:
    refused = Played(day_span(RUN[0], ZONE), refused=error)
    assert outcome(RUN[0], refused, refused, timedelta(), ZONE) == {}


def test_a_day_that_is_refused_while_another_plays_does_not_play() -> None:
    refused = Played(day_span(RUN[0], ZONE), refused=Unsupported("PLAY: 451"))
    newest = Played(day_span(RUN[-1], ZONE), GRAB)
    assert outcome(RUN[0], refused, newest, timedelta(), ZONE) == {RUN[0]: False}
