"""A school of four recorders, one of each sort, scanned to the end: every channel against the truth."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from probe.model import DeviceReport, ScanReport, value_of
from probe.sim.model import Campus
from tests.bench.recorders import compared, planned, scanned, serving

pytestmark = pytest.mark.e2e

# Each process of a parallel test run has its own network, so that no two ask for the same port.
BIND = f"127.{90 + os.getpid() % 30}.{os.getpid() // 30 % 250}.0/28"
RECORDERS = {1: (), 2: (), 3: ("zone-wrong",), 4: ()}  # Hikvision, Dahua, Uniview, and one without a name
FEW = 4


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campus, ScanReport]:
    """Return the school as it is, and what a scan of it reports."""
    campus = planned(RECORDERS, 4, BIND, most_used=FEW)

    async def run() -> ScanReport:
        async with serving(campus):
            return await scanned(campus, tmp_path_factory.mktemp("recorders"))

    return campus, asyncio.run(run())


def by_maker(school: tuple[Campus, ScanReport]) -> dict[str, DeviceReport]:
    campus, report = school
    makers = {one.address: one.maker for one in campus.devices}
    return {makers[one.target.address]: one for one in report.devices}


def test_no_channel_is_measured_wrong(school: tuple[Campus, ScanReport]) -> None:
    rows = compared(*school)
    assert sum(row.channels for row in rows.values()) == 4 * FEW
    assert {
        key: (row.days["wrong"], row.recorded["wrong"], row.holes["wrong"]) for key, row in rows.items()
    } == dict.fromkeys(rows, (0, 0, 0))


def test_the_continuous_days_of_every_channel_are_the_truth(school: tuple[Campus, ScanReport]) -> None:
    for row in compared(*school).values():
        assert row.days["equal"] == row.channels


@pytest.mark.parametrize(("maker", "most"), [("hikvision", 6), ("dahua", 100)])
def test_ninety_days_cost_few_requests(school: tuple[Campus, ScanReport], maker: str, most: int) -> None:
    channels = by_maker(school)[maker].channels
    spent = [value_of(one.evidence, "recording_requests") for one in channels]
    assert all(0 < one <= most for one in spent)
    # What the recorder itself has counted holds the playbacks too, which may have to list a day.
    (device,) = (one for one in school[0].devices if one.maker == maker)
    assert max(school[0].marks[device.number].asked.by_channel.values()) <= most + 1


def test_no_recorder_is_left_with_a_mark(school: tuple[Campus, ScanReport]) -> None:
    for marks in school[0].marks.values():
        asked = marks.asked
        assert (marks.changes_asked, marks.wrong_logins, marks.rtsp_left_open) == (0, 0, 0)
        assert asked.searches_opened == asked.searches_closed
        assert asked.most_tapes_at_once <= 1
        assert asked.most_at_once <= 4


def test_one_channel_of_a_recorder_is_looked_at_alone(tmp_path: Path) -> None:
    campus = planned({1: ()}, 4, BIND, most_used=FEW)
    (device,) = campus.devices

    async def run() -> ScanReport:
        async with serving(campus):
            return await scanned(campus, tmp_path, only={device.address: (2,)})

    report = asyncio.run(run())
    assert set(campus.marks[device.number].asked.by_channel) <= {1, 2}  # the first also tells the clock
    (told,) = report.devices
    sources = {one.channel.number: value_of(one.evidence, "recording_source") for one in told.channels}
    assert [number for number, source in sources.items() if source] == [2]
