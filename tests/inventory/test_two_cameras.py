"""Two cameras stay two, whatever MAC, serial or address the lists of recorders give to both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.store import Store, open_store
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    StreamOffer,
    Target,
)

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
MAC, OTHER_MAC = "C0:51:7E:00:00:01", "C0:51:7E:00:00:02"
SERIAL = "E12345678"
INSIDE = "192.168.254.2"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


def read(**said: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(name, Measured(word), "test.probe", MONDAY) for name, word in said.items() if word)


def camera(address: str, *, mac: str = MAC, model: str = "IPC-A") -> DeviceReport:
    streams = (StreamOffer("main", f"rtsp://{address}/1"),)
    said = read(onvif="supported", model=model, device_kind="camera", mac=mac)
    return DeviceReport(Target(address, (80, 554)), said, (ChannelReport(Channel(1, streams=streams)),))


def recorder(*behind: Behind, at: str = "10.0.2.200", online: bool = True) -> DeviceReport:
    said = read(onvif="supported", model="X-16", serial=f"REC-{at}", device_kind="recorder")
    channels = tuple(
        ChannelReport(Channel(n, f"通道{n}", kind="network", online=online, camera=one))
        for n, one in enumerate(behind, 1)
    )
    return DeviceReport(Target(at, (80, 554)), said, channels)


def one(behind: Behind) -> DeviceReport:
    return recorder(behind)


def other(behind: Behind, *, online: bool = True) -> DeviceReport:
    return recorder(behind, at="10.0.2.201", online=online)


def record(store: Store, *devices: DeviceReport, day: int = 0) -> None:
    at = MONDAY + timedelta(days=day)
    store.record(ScanReport("scan", at, at + timedelta(minutes=3), (), 254, len(devices), tuple(devices)))


def cameras(store: Store) -> int:
    return len(store.view().cameras)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Behind("10.2.0.11", mac=MAC), Behind("10.3.0.12", mac=MAC)),
        (Behind("10.2.0.11", mac=MAC, model="IPC-A"), Behind("10.3.0.12", mac=MAC, model="IPC-B")),
        (
            Behind("10.2.0.11", serial=SERIAL, model="IPC-A"),
            Behind("10.3.0.12", serial=SERIAL, model="IPC-B"),
        ),
        (Behind(INSIDE, mac=MAC, model="IPC-A"), Behind(INSIDE, mac=MAC, model="IPC-B")),
        (Behind(INSIDE, mac=MAC), Behind(INSIDE, mac=MAC)),
        (Behind("10.2.0.11", mac=MAC, serial="SER-0001"), Behind("10.2.0.11", mac=MAC, serial="SER-0002")),
    ],
    ids=["router", "router, two models", "serial", "clones inside", "both plugged in", "two serials"],
)
def test_a_key_that_two_recorders_give_to_two_cameras_ties_nothing(
    store: Store, first: Behind, second: Behind
) -> None:
    record(store, one(first), other(second))
    assert cameras(store) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Behind(INSIDE, mac=MAC, model="IPC-A"), Behind("10.0.2.200", mac=MAC, model="IPC-A")),
        (Behind("10.2.0.11", mac=MAC, model="IPC-A"), Behind("10.2.0.11", mac=MAC, model="General A")),
        (Behind("10.2.0.11", mac=MAC, serial=SERIAL), Behind("10.2.0.99", mac=MAC, serial=SERIAL)),
    ],
    ids=["inside and outside", "one address", "two keys"],
)
def test_a_key_that_nothing_contradicts_ties(store: Store, first: Behind, second: Behind) -> None:
    record(store, one(first), other(second))
    assert cameras(store) == 1


def test_a_camera_that_was_unplugged_here_and_plugged_in_there_is_one(store: Store) -> None:
    record(store, one(Behind(INSIDE, mac=MAC)), other(Behind(INSIDE, mac=MAC), online=False))
    assert cameras(store) == 1


def test_a_key_of_a_camera_on_the_network_does_not_tie_a_channel_of_another_model(store: Store) -> None:
    record(store, camera("10.0.2.9"), one(Behind("10.3.0.12", mac=MAC, model="IPC-B")))
    assert cameras(store) == 2


def test_a_model_that_is_written_otherwise_does_not_undo_a_key_and_an_address(store: Store) -> None:
    record(store, camera("10.0.2.9"), one(Behind("10.0.2.9", mac=MAC, model="General B")))
    assert cameras(store) == 1


def test_a_camera_met_later_does_not_take_the_record_of_a_channel_of_another_model(store: Store) -> None:
    row = one(Behind("10.3.0.12", mac=MAC, model="IPC-B"))
    record(store, row)
    record(store, row, camera("10.0.2.9"), day=1)
    record(store, camera("10.0.2.9"), day=2)
    assert cameras(store) == 2


def test_a_shared_key_ties_nothing_on_a_night_with_one_of_its_lists(store: Store) -> None:
    first, second = one(Behind("10.2.0.11", mac=MAC)), other(Behind("10.3.0.12", mac=MAC))
    record(store, first, second)
    record(store, first, day=1)
    record(store, second, day=2)
    record(store, first, second, day=3)
    assert [camera.id for camera in store.view().cameras] == ["d1.1", "d2.1"]


@pytest.mark.parametrize("address", ["192.168.254.2", "10.1.1.65", "172.16.0.2"])
def test_a_device_at_an_inside_address_is_no_camera_of_a_recorder(store: Store, address: str) -> None:
    record(store, camera(address), one(Behind(address)), other(Behind(address)))
    assert cameras(store) == 3


def test_in_a_school_that_has_this_network_itself_the_address_ties(store: Store) -> None:
    record(store, camera("10.1.1.65"), recorder(Behind("10.1.1.65"), at="10.1.1.200"))
    assert cameras(store) == 1


@pytest.mark.parametrize(
    "second",
    [Behind("192.168.100.2", mac=OTHER_MAC), Behind("192.168.100.2", model="IPC-B")],
    ids=["two MACs", "two models"],
)
def test_an_address_that_two_recorders_give_to_two_cameras_ties_nothing(store: Store, second: Behind) -> None:
    first = Behind("192.168.100.2", mac=MAC, model="IPC-A")
    record(store, camera("192.168.100.2", mac="", model=""), one(first), other(second))
    assert cameras(store) == 3


def test_that_a_channel_is_not_tied_leaves_the_tie_of_the_right_one(store: Store) -> None:
    rows: Sequence[DeviceReport] = (
        one(Behind("10.0.2.9", mac=MAC, model="IPC-A")),
        other(Behind("10.3.0.12", mac=MAC, model="IPC-B")),
    )
    record(store, camera("10.0.2.9"), *rows)
    assert (cameras(store), len(store.view().ties)) == (2, 1)
