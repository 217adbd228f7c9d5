"""The past, run by run, as the evidence looks back on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.course import Course, load_course
from inventory.database import reading
from inventory.store import Store, open_store
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    Sighting,
    StreamOffer,
    Target,
)

NIGHT = datetime(2026, 9, 7, 18, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", load_catalogue())
    yield store
    store.close()


def camera(address: str, name: str, *, serial: str = "SER-AAA-0001") -> DeviceReport:
    read = tuple(
        Evidence(metric, Measured(said), "onvif.identity", NIGHT)
        for metric, said in (("onvif", "supported"), ("model", "DS-1"), ("serial", serial))
    )
    stream = StreamOffer("main", f"rtsp://{address}/1", "p1", "H264")
    alive = Evidence("alive", Measured(True), "rtsp.alive", NIGHT)
    sighting = Sighting(address, "ws-discovery", "", (), ())
    return DeviceReport(
        Target(address, (80,), (sighting,)),
        read,
        (ChannelReport(Channel(1, name, "v1", (stream,)), (alive,)),),
    )


def night(number: int, *devices: DeviceReport, targets: tuple[str, ...] = ("10.0.2.0/24",)) -> ScanReport:
    at = NIGHT + timedelta(days=number)
    return ScanReport("check", at, at + timedelta(minutes=3), targets, 254, len(devices), devices)


def course(store: Store, *, back_days: int = 60) -> Course:
    since = NIGHT + timedelta(days=10 - back_days)
    with reading(store.engine) as connection:
        return load_course(connection, since, {"alive", "serial"})


def test_an_empty_inventory_has_no_course(store: Store) -> None:
    assert course(store) == Course()


def test_every_run_keeps_what_it_was_told(store: Store) -> None:
    store.record(night(0, camera("10.0.2.9", "东门")))
    store.record(night(1, camera("10.0.2.9", "东门外")))
    assert [visit.channels[0].name for visit in course(store).visits] == ["东门", "东门外"]


def test_only_the_metrics_that_were_asked_for_are_loaded(store: Store) -> None:
    store.record(night(0, camera("10.0.2.9", "东门")))
    (visit,) = course(store).visits
    assert (set(visit.readings), set(visit.channels[0].readings)) == ({"serial"}, {"alive"})


def test_runs_before_the_day_are_left_out(store: Store) -> None:
    store.record(night(0, camera("10.0.2.9", "东门")))
    store.record(night(8, camera("10.0.2.9", "东门")))
    assert [run.id for run in course(store, back_days=5).runs] == [2]


def test_a_known_device_that_was_asked_and_silent_counts_as_asked(store: Store) -> None:
    store.record(night(0, camera("10.0.2.9", "东门")))
    store.record(night(1))
    assert course(store).asked == {1: {"d1"}, 2: {"d1"}}


def test_a_device_that_was_not_asked_for_is_not_among_the_asked(store: Store) -> None:
    store.record(night(0, camera("10.0.2.9", "东门")))
    store.record(night(1, targets=("10.0.3.0/24",)))
    assert course(store).asked[2] == set()


def test_a_device_is_asked_for_only_once_it_is_known(store: Store) -> None:
    store.record(night(0))
    store.record(night(1, camera("10.0.2.9", "东门")))
    assert course(store).asked[1] == set()
