"""What a device refused is remembered of that device, with its reason, and held against nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.store import Store, open_store
from probe.model import DeviceReport, Evidence, Gap, Measured, NotMeasured, ScanReport, Sighting, Target
from probe.transport.login import Refusal

MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
EPR = "urn:uuid:5f1e0c3a-0001"
HERE = Target("10.0.2.9", (80, 554), (Sighting("10.0.2.9", "ws-discovery", EPR),))
PINNED = Target("127.0.0.5", (8081,), pinned=8081)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", load_catalogue())
    yield store
    store.close()


def answer(target: Target, *refused: str, gap: Gap = Gap.AUTH_REFUSED, mac: str = "") -> DeviceReport:
    read = [Evidence("onvif", Measured("supported"), "onvif.identity", MONDAY)]
    read.append(Evidence("model", NotMeasured(gap), "onvif.identity", MONDAY))
    if mac:
        read.append(Evidence("mac", Measured(mac), "onvif.network", MONDAY))
    return DeviceReport(target, tuple(read), refused=refused)


def record(store: Store, *devices: DeviceReport, day: int = 0) -> None:
    at = MONDAY + timedelta(days=day)
    names = tuple(one.target.name for one in devices)
    store.record(ScanReport("scan", at, at, names, len(devices), len(devices), devices))


def labels(store: Store, target: Target) -> set[str]:
    return set(store.refusals([target])[target.name])


def test_what_was_refused_is_not_shown_there_again(store: Store) -> None:
    record(store, answer(HERE, "hik@2"))
    assert store.refusals([HERE]) == {HERE.name: {"hik@2": Refusal(Gap.AUTH_REFUSED, MONDAY)}}


def test_it_follows_the_device_to_its_new_address(store: Store) -> None:
    record(store, answer(HERE, "hik@2"))
    moved = Target("10.0.2.88", (80,), (Sighting("10.0.2.88", "ws-discovery", EPR),))
    assert labels(store, moved) == {"hik@2"}


def test_a_stranger_at_the_old_address_has_refused_nothing(store: Store) -> None:
    record(store, answer(HERE, "hik@2"))
    stranger = replace(HERE, sightings=(Sighting("10.0.2.9", "ws-discovery", "urn:uuid:5f1e0c3a-0002"),))
    assert labels(store, stranger) == set()


def test_a_target_that_shows_no_key_is_held_to_what_its_place_refused(store: Store) -> None:
    record(store, answer(HERE, "hik@2"))
    assert labels(store, Target("10.0.2.9", (554,))) == {"hik@2"}


def test_another_port_of_the_address_has_refused_nothing(store: Store) -> None:
    record(store, answer(PINNED, "hik@1"), answer(Target("127.0.0.5", (8082,), pinned=8082)))
    assert labels(store, Target("127.0.0.5", (8082,), pinned=8082)) == set()
    assert labels(store, PINNED) == {"hik@1"}


def test_another_port_of_the_address_that_is_new_has_refused_nothing(store: Store) -> None:
    record(store, answer(PINNED, "hik@1"))
    assert labels(store, Target("127.0.0.5", (8082,), pinned=8082)) == set()


def test_only_the_last_device_at_a_place_speaks_for_it(store: Store) -> None:
    record(store, answer(Target("10.0.2.9", (80,)), "hik@1", mac="C0:51:7E:00:00:01"))
    record(store, answer(Target("10.0.2.9", (80,)), "hik@2", mac="C0:51:7E:00:00:02"), day=1)
    assert labels(store, Target("10.0.2.9", (80,))) == {"hik@2"}


def test_a_lock_stays_a_lock_in_later_runs(store: Store) -> None:
    record(store, answer(HERE, "hik@1", gap=Gap.LOCKED))
    record(store, answer(HERE, "hik@1"), day=1)
    assert store.refusals([HERE])[HERE.name] == {"hik@1": Refusal(Gap.LOCKED, MONDAY)}


def test_without_a_run_a_refusal_is_kept_at_once(store: Store) -> None:
    store.refuse(HERE, {"hik@1": Gap.LOCKED}, MONDAY)
    assert store.refusals([HERE]) == {HERE.name: {"hik@1": Refusal(Gap.LOCKED, MONDAY)}}
    assert (store.view().run, store.known_targets()) == (None, ())


def test_without_a_run_it_follows_the_keys_too(store: Store) -> None:
    store.refuse(HERE, {"hik@1": Gap.AUTH_REFUSED}, MONDAY)
    moved = Target("10.0.2.88", (80,), (Sighting("10.0.2.88", "ws-discovery", EPR),))
    assert labels(store, moved) == {"hik@1"}


def test_without_a_run_it_is_held_against_no_stranger(store: Store) -> None:
    store.refuse(HERE, {"hik@1": Gap.AUTH_REFUSED}, MONDAY)
    stranger = replace(HERE, sightings=(Sighting("10.0.2.9", "ws-discovery", "urn:uuid:5f1e0c3a-0002"),))
    assert labels(store, stranger) == set()


def test_what_a_bare_address_refused_counts_for_the_port_that_it_was_asked_on(store: Store) -> None:
    store.refuse(Target("127.0.0.5", (80, 8081)), {"hik@1": Gap.AUTH_REFUSED}, MONDAY)
    assert labels(store, PINNED) == {"hik@1"}


def test_a_refusal_from_before_the_first_run_becomes_that_of_the_device(store: Store) -> None:
    store.refuse(HERE, {"hik@1": Gap.LOCKED}, MONDAY)
    record(store, answer(HERE, "hik@1", mac="C0:51:7E:00:00:01"), day=1)
    moved = Target("10.0.2.88", (80,), mac="C0:51:7E:00:00:01")
    assert store.refusals([moved]) == {moved.name: {"hik@1": Refusal(Gap.LOCKED, MONDAY)}}


def test_once_it_is_the_devices_it_no_longer_hangs_on_the_place(store: Store) -> None:
    keyless = Target("10.0.2.9", (80,))
    store.refuse(keyless, {"hik@1": Gap.AUTH_REFUSED}, MONDAY)
    record(store, answer(keyless, "hik@1", mac="C0:51:7E:00:00:01"), day=1)
    record(store, answer(keyless, mac="C0:51:7E:00:00:02"), day=2)
    assert labels(store, replace(keyless, mac="C0:51:7E:00:00:02")) == set()
