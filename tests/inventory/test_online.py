"""What a light look saw is kept where it changes, and that somebody looked is known to the hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.database import reading
from inventory.online import load_proofs, load_spells
from inventory.store import Store, open_store
from probe.light import Door
from probe.model import DeviceReport, Evidence, Measured, ScanReport, Target

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
TEN_MIN = timedelta(minutes=10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", load_catalogue())
    evidence = (Evidence("onvif", Measured("supported"), "onvif.identity", NOON),)
    devices = (
        DeviceReport(Target("10.0.0.1", (80, 554)), evidence),
        DeviceReport(Target("10.0.0.2", (), (), "", 8554), evidence),
    )
    store.record(ScanReport("scan", NOON, NOON, (), 254, 2, devices))
    yield store
    store.close()


def spells(store: Store) -> list[tuple[str, bool, datetime]]:
    with reading(store.engine) as connection:
        return [(one.device_id, one.answers, one.since) for one in load_spells(connection, NOON)]


def test_devices_are_looked_for_where_they_were_open(store: Store) -> None:
    assert store.doors() == {"d1": Door("10.0.0.1", (80, 554)), "d2": Door("10.0.0.2", (8554,))}


def test_the_same_again_is_not_written(store: Store) -> None:
    for n in range(6):
        store.looked({"d1": "", "d2": ""}, NOON + n * TEN_MIN)
    assert spells(store) == [("d1", True, NOON), ("d2", True, NOON)]


def test_a_device_that_goes_and_comes_back_has_three_spells(store: Store) -> None:
    for n, why in enumerate(["", "no-connection", "no-connection", ""]):
        store.looked({"d1": why}, NOON + n * TEN_MIN)
    assert [(answers, since) for _, answers, since in spells(store)] == [
        (True, NOON),
        (False, NOON + TEN_MIN),
        (True, NOON + 3 * TEN_MIN),
    ]


def test_that_somebody_looked_is_written_once_an_hour(store: Store) -> None:
    for n in range(19):
        store.looked({"d1": "", "d2": ""}, NOON + n * TEN_MIN)
    with reading(store.engine) as connection:
        proofs = load_proofs(connection, NOON)
    assert [one.at for one in proofs] == [NOON + timedelta(hours=n) for n in range(4)]
    assert {(one.asked, one.answered) for one in proofs} == {(2, 2)}


def test_a_clock_that_was_set_back_does_not_stop_the_proofs(store: Store) -> None:
    store.looked({"d1": ""}, NOON + timedelta(days=9))
    store.looked({"d1": ""}, NOON)
    with reading(store.engine) as connection:
        assert len(load_proofs(connection, NOON)) == 2
