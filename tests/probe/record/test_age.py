"""When a channel's age is known: nothing of it may have been overwritten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from probe.model import Gap, Measured, NotMeasured, Reading
from probe.record.age import NO_LIMIT, age_of
from probe.record.days import Day, dates
from probe.record.history import History
from probe.record.plays import Plays
from probe.wire.recorder import Disk

TODAY = date(2026, 9, 15)
DAY = timedelta(days=1)
ROOMY = (Disk("1", is_good=True, capacity_mib=1000, free_mib=600),)


def aged(
    *recorded: bool | None,
    expiry: Reading = NO_LIMIT,
    plays: Plays | None = None,
    disks: tuple[Disk, ...] = ROOMY,
) -> Reading:
    first = TODAY - len(recorded) * DAY
    days = {day: Day(one) for day, one in zip(dates(first, TODAY), (*recorded, True), strict=True)}
    return age_of(History("isapi-days", first, days, 6), TODAY, expiry, plays or {}, disks)


def test_a_young_recorder_with_room_tells_its_age() -> None:
    assert aged(False, True, True, True) == Measured(3, "since 2026-09-12; nothing has been overwritten yet")


def test_a_limit_that_has_not_run_out_gives_up_nothing() -> None:
    assert isinstance(aged(False, True, True, expiry=Measured(30)), Measured)


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (aged(True, True, True), "older"),
        (aged(None, True, True), "older"),
        (aged(True, False, True), "older"),
        (aged(False, True, False), "yesterday"),
        (aged(False, True, True, expiry=Measured(2)), "kept for 2 days"),
        (aged(False, True, True, expiry=NotMeasured(Gap.UNSUPPORTED, "LAPI")), "set time"),
        (aged(False, True, True, plays={TODAY - DAY: True, TODAY - 2 * DAY: False}), "do not play"),
        (aged(False, True, disks=()), "no disks"),
        (aged(False, True, disks=(Disk("1", is_good=None, capacity_mib=9, free_mib=9),)), "good"),
        (aged(False, True, disks=(Disk("1", is_good=True, capacity_mib=9),)), "how full"),
        (aged(False, True, disks=(Disk("1", is_good=True, capacity_mib=100, free_mib=4),)), "overwritten"),
    ],
)
def test_any_doubt_leaves_the_age_unknown(reading: Reading, why: str) -> None:
    assert isinstance(reading, NotMeasured)
    assert (reading.gap, why in reading.detail) == (Gap.UNCLEAR, True)
