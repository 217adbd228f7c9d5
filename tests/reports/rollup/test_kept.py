"""How long a camera's recordings are kept: bounds of what its recorders say, and when they began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from inventory.ledger import Ledger
from inventory.record import CameraRecord, DeviceRecord, FieldValue, RunInfo, Sight, Source, View
from probe.model import Channel, ChannelReport, DeviceReport, Evidence, Measured, Target
from reports.rollup.kept import Kept, kept_of
from tests.reports.rollup.conftest import MADE

FEW = {"continuous_days": 5, "continuous_days_at_most": 6, "recording_age_days": 6}


def recorder(name: str, said: Mapping[str, int], known_days: int) -> DeviceRecord:
    evidence = tuple(Evidence(metric, Measured(value), "record", MADE) for metric, value in said.items())
    report = DeviceReport(Target("10.0.0.9"), (), (ChannelReport(Channel(1, ""), evidence),))
    return DeviceRecord(
        name, "recorder", "10.0.0.9", report, MADE - timedelta(days=known_days), MADE, answered=True
    )


def kept(
    *recorders: Mapping[str, int], days: int | None = 5, source: Source = "measured", known_days: int = 0
) -> Kept:
    devices = {
        f"d{number}": recorder(f"d{number}", said, known_days) for number, said in enumerate(recorders)
    }
    said = {} if days is None else {"retention_days": FieldValue(days, source, "record", MADE, True)}
    sights = tuple(Sight(name, 1) for name in devices)
    camera = CameraRecord("d9.1", "d9", 1, (), said, answered=True, recorders=sights)
    run = RunInfo(1, "scan", MADE, MADE, (), 0, 0)
    return kept_of(camera, Ledger({}, (), (camera,), devices, View(run), MADE))


def test_a_recorder_gives_both_bounds_and_its_age() -> None:
    assert kept(FEW) == Kept(5, 6, 6)


def test_a_recorder_that_we_have_known_for_longer_is_not_young() -> None:
    assert kept(FEW, known_days=40).age == 40


def test_a_recorder_that_tells_no_upper_bound_leaves_it_open() -> None:
    assert kept(FEW, {"continuous_days": 2}).most is None


def test_of_two_recorders_the_better_one_bounds_the_days() -> None:
    assert kept(FEW, {**FEW, "continuous_days_at_most": 20}).most == 20


def test_a_persons_confirmed_word_is_both_bounds() -> None:
    assert kept(FEW, days=31, source="person") == Kept(31, 31)


def test_without_a_recorder_nothing_is_known() -> None:
    assert kept(days=None) == Kept()
