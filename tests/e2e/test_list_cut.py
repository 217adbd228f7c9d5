"""A night on which recorders do not get their list of channels out changes no camera's record."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.record import View
from inventory.store import open_store
from probe.model import ScanReport, value_of
from probe.sim.truth import truth
from tests.bench.recorders import planned, scanned, serving

pytestmark = pytest.mark.e2e

BIND = f"127.{90 + os.getpid() % 30}.{os.getpid() // 30 % 250}.64/28"
MAKERS = (1, 2, 3)  # Hikvision, Dahua, Uniview: those with a list of their own
FEW = 5

Records = dict[str, tuple[list[str], list[object]]]
NAMED = ("position", "mac", "serial", "model")


def night(folder: Path, *faults: str) -> tuple[ScanReport, dict[str, dict[int, object]]]:
    """Return what a scan reports, and by address and channel the days that are really there."""
    campus = planned(dict.fromkeys(MAKERS, ("empty-slot", *faults)), 4, BIND, most_used=FEW)

    async def run() -> ScanReport:
        async with serving(campus):
            return await scanned(campus, folder)

    report = asyncio.run(run())
    true = {
        one["address"]: {row["number"]: row["recording"]["continuous_days"] for row in one["channels"]}
        for one in truth(campus)["devices"]
    }
    return report, true


def records(view: View) -> Records:
    return {
        one.id: (
            [str(sight) for sight in one.sights],
            [one.fields[name].value for name in NAMED if name in one.fields],
        )
        for one in view.cameras
    }


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Records, Records, ScanReport, object]]:
    folder = tmp_path_factory.mktemp("nights")
    store = open_store(folder / "camcensus.db", load_catalogue())
    store.record(night(folder)[0])
    first = records(store.view())
    report, true = night(folder, "list-cut")
    store.record(report)
    yield first, records(store.view()), report, true
    store.close()


def test_no_camera_is_new_gone_or_elsewhere(nights: tuple[Records, Records, ScanReport, object]) -> None:
    first, second, _, _ = nights
    assert second == first
    assert len(first) > len(MAKERS)


def test_the_days_of_every_channel_are_its_own(
    nights: tuple[Records, Records, ScanReport, dict[str, dict[int, object]]],
) -> None:
    _, _, report, true = nights
    told = {
        (one.target.address, seen.channel.number): value_of(seen.evidence, "continuous_days")
        for one in report.devices
        for seen in one.channels
    }
    assert {place: true[place[0]].get(place[1]) for place in told} == told
