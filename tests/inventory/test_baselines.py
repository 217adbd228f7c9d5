"""The normal picture of a channel: proposed by agreeing nights, decided by a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.load import load_catalogue
from inventory.database import reading
from inventory.store import Store, open_store
from inventory.tables import BASELINE
from probe.memory import REMEMBERED, Baseline, ChartCard, Kept, Memory, Mode, Past
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    ScanReport,
    StreamOffer,
    Target,
)

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 14, tzinfo=UTC)
CARD = ChartCard(7, ((1.5, 2.0), (9.0, 2.0), (9.0, 8.0), (1.0, 8.0)), 1920, 1080)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "camcensus.db"
    open_store(path, CATALOGUE).close()
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    store = open_store(Path(shutil.copy(empty, tmp_path / "camcensus.db")), CATALOGUE)
    yield store
    store.close()


def camera(
    kept: Kept | None,
    at: datetime,
    address: str = "10.0.2.9",
    serial: str = "SER-AAA-0001",
    lines: Reading | None = None,
) -> DeviceReport:
    said = {"onvif": Measured("supported"), "serial": Measured(serial)}
    stream = StreamOffer("main", f"rtsp://{address}/1")
    read = (Evidence("tvl_live_at_least", lines, "picture.tvl", at),) if lines else ()
    seen = (*read, Evidence("alive", Measured(True), "rtsp.alive", at))
    channel = ChannelReport(Channel(1, streams=(stream,)), seen, b"jpeg", kept=kept)
    evidence = tuple(Evidence(metric, Measured(one.value), "onvif", at) for metric, one in said.items())
    return DeviceReport(Target(address, (80, 554)), evidence, (channel,))


def run(store: Store, device: DeviceReport) -> None:
    at = device.channels[0].evidence[-1].at
    store.record(ScanReport("check", at, at + timedelta(minutes=3), (), 1, 1, (device,)))


def remembered(store: Store, device: DeviceReport) -> Memory:
    return store.recall()(replace(device, channels=())).get(1, Memory())


def night(
    store: Store,
    number: float,
    view: str = "yard",
    *,
    mode: Mode = "day",
    preset: str = "",
    fit: bool = True,
    address: str = "10.0.2.9",
    serial: str = "SER-AAA-0001",
) -> None:
    """Look at the camera as a run does: shown what is remembered, it says with which baseline it agrees."""
    at = MONDAY + timedelta(days=number)
    record = f"{view} {number}".encode()
    memory = remembered(store, camera(None, at, address, serial))
    same = [one for one in memory.baselines if (one.mode, one.preset) == (mode, preset)]
    agrees = next((one.id for one in same if one.record.split()[0] == view.encode()), None)
    run(store, camera(Kept(mode, preset, record if fit else b"", b"", agrees), at, address, serial))


def standing(
    store: Store, address: str = "10.0.2.9", serial: str = "SER-AAA-0001"
) -> list[tuple[str, str, bytes]]:
    shown = remembered(store, camera(None, MONDAY, address, serial)).baselines
    return [(one.by, one.mode, one.record) for one in shown]


def records(store: Store) -> int:
    with reading(store.engine) as connection:
        return connection.scalar(select(func.count()).select_from(BASELINE)) or 0


def test_the_first_healthy_picture_is_a_candidate(store: Store) -> None:
    night(store, 0)
    assert standing(store) == [("candidate", "day", b"yard 0")]


def test_a_picture_that_is_not_fit_is_no_candidate(store: Store) -> None:
    night(store, 0, fit=False)
    assert standing(store) == []


def test_two_agreeing_nights_are_not_enough(store: Store) -> None:
    for number in range(2):
        night(store, number)
    assert standing(store) == [("candidate", "day", b"yard 0")]


def test_three_agreeing_nights_make_a_baseline(store: Store) -> None:
    for number in range(3):
        night(store, number)
    assert standing(store) == [("nights", "day", b"yard 0")]


def test_looks_of_one_evening_are_one_night(store: Store) -> None:
    for number in (0, 0.1, 0.2, 1, 1.1):
        night(store, number)
    assert standing(store) == [("candidate", "day", b"yard 0")]


def test_a_night_with_a_faulty_picture_does_not_count(store: Store) -> None:
    night(store, 0)
    night(store, 1)
    night(store, 2, fit=False)
    assert standing(store) == [("candidate", "day", b"yard 0")]


def test_a_healthy_picture_of_another_view_starts_a_new_candidate(store: Store) -> None:
    night(store, 0)
    night(store, 1)
    night(store, 2, "gate")
    assert standing(store) == [("candidate", "day", b"gate 2")]


def test_nights_before_a_disagreement_do_not_count_for_the_new_candidate(store: Store) -> None:
    for number, view in enumerate(["yard", "yard", "gate", "gate"]):
        night(store, number, view)
    assert standing(store) == [("candidate", "day", b"gate 2")]
    night(store, 4, "gate")
    assert standing(store) == [("nights", "day", b"gate 2")]


def test_nothing_is_written_any_more_once_there_is_a_baseline(store: Store) -> None:
    for number in range(10):
        night(store, number)
    assert records(store) == 1


def test_a_view_that_never_agrees_leaves_fewer_and_fewer_records(store: Store) -> None:
    written = []
    for number in range(17):
        night(store, number, f"crowd{number}")
        written.append(records(store))
    new = [night for night, (before, after) in enumerate(pairwise([0, *written])) if after > before]
    assert new == [0, 1, 2, 4, 8, 16]


def test_a_view_that_settles_after_all_becomes_a_baseline(store: Store) -> None:
    for number in range(6):
        night(store, number, f"crowd{number}")
    for number in range(6, 40):
        night(store, number)
    assert [by for by, _, _ in standing(store)] == ["nights"]


def test_day_and_night_have_baselines_of_their_own(store: Store) -> None:
    for number in range(3):
        night(store, number)
        night(store, number + 0.5, mode="night")
    assert [(by, mode) for by, mode, _ in standing(store)] == [("nights", "day"), ("nights", "night")]


def test_every_preset_has_a_baseline_of_its_own(store: Store) -> None:
    for number in range(3):
        night(store, number, preset="1")
    night(store, 3, "road", preset="2")
    assert standing(store) == [("nights", "day", b"yard 0"), ("candidate", "day", b"road 3")]


def test_what_a_person_set_wins_over_nights(store: Store) -> None:
    for number in range(3):
        night(store, number)
    store.set_baseline("d1", 1, Kept("day", record=b"typed"), b"jpeg", "李老师", MONDAY)
    assert standing(store) == [("person", "day", b"typed")]


def test_nights_propose_nothing_where_a_person_has_spoken(store: Store) -> None:
    night(store, 0, fit=False)
    store.set_baseline("d1", 1, Kept("day", record=b"typed"), b"jpeg", "李老师", MONDAY)
    for number in range(1, 5):
        night(store, number)
    assert standing(store) == [("person", "day", b"typed")]


def test_the_last_word_of_a_person_counts(store: Store) -> None:
    night(store, 0)
    for number, record in enumerate([b"first", b"second"]):
        at = MONDAY + timedelta(days=number)
        store.set_baseline("d1", 1, Kept("day", record=record), b"jpeg", "李老师", at)
    assert standing(store) == [("person", "day", b"second")]


def test_a_person_confirms_what_nights_proposed(store: Store) -> None:
    night(store, 0)
    store.accept_baselines("d1", 1, "李老师", MONDAY)
    assert standing(store) == [("person", "day", b"yard 0")]


def test_what_a_person_confirmed_is_not_confirmed_again(store: Store) -> None:
    night(store, 0)
    store.accept_baselines("d1", 1, "李老师", MONDAY)
    assert store.accept_baselines("d1", 1, "王老师", MONDAY) == []


def test_a_baseline_that_is_taken_back_is_gone_and_nights_begin_anew(store: Store) -> None:
    for number in range(3):
        night(store, number)
    store.drop_baselines("d1", 1, "李老师", MONDAY)
    assert standing(store) == []
    night(store, 3, "gate")
    assert standing(store) == [("candidate", "day", b"gate 3")]


def test_a_camera_that_replaced_another_at_its_address_does_not_get_its_baseline(store: Store) -> None:
    for number in range(3):
        night(store, number)
    assert standing(store, serial="SER-BBB-0002") == []


def test_a_camera_that_moved_to_another_address_keeps_its_baseline(store: Store) -> None:
    for number in range(3):
        night(store, number)
    assert standing(store, address="10.0.2.77") == [("nights", "day", b"yard 0")]


def test_two_records_that_prove_to_be_one_device_share_their_baseline(store: Store) -> None:
    night(store, 0, serial="SER-AAA-0001")
    both = camera(None, MONDAY)
    mac = Evidence("mac", Measured("C0:51:7E:00:00:01"), "onvif", MONDAY)
    run(store, replace(camera(None, MONDAY, "10.0.2.30", ""), evidence=(mac,)))
    recalled = store.recall()(replace(both, evidence=(*both.evidence, mac), channels=()))
    assert [one.record for one in recalled[1].baselines] == [b"yard 0"]


def test_of_two_clones_with_one_serial_in_a_run_the_second_is_not_taken_for_the_first(store: Store) -> None:
    night(store, 0)
    recall = store.recall()
    first, second = (
        replace(one, evidence=(*one.evidence, Evidence("mac", Measured(mac), "onvif", MONDAY)))
        for mac, one in (
            ("C0:51:7E:00:00:01", camera(None, MONDAY)),
            ("C0:51:7E:00:00:02", camera(None, MONDAY, "10.0.2.10")),
        )
    )
    assert recall(first)[1].baselines != ()
    assert recall(second) == {}


def test_agreement_with_a_baseline_of_another_device_changes_nothing(store: Store) -> None:
    night(store, 0)
    night(store, 1, serial="SER-BBB-0002", address="10.0.2.10")
    at = MONDAY + timedelta(days=2)
    kept = Kept("day", record=b"yard 2", agrees_with=1)
    run(store, camera(kept, at, "10.0.2.10", "SER-BBB-0002"))
    assert standing(store, serial="SER-BBB-0002", address="10.0.2.10") == [("candidate", "day", b"yard 1")]


def test_a_device_nobody_met_has_no_past(store: Store) -> None:
    assert store.recall()(camera(None, MONDAY)) == {}


def test_the_newest_sample_comes_back_with_its_time(store: Store) -> None:
    for number in range(2):
        at = MONDAY + timedelta(days=number)
        run(store, camera(Kept("day", sample=b"texture %d" % number), at))
    run(store, camera(None, MONDAY + timedelta(days=2)))
    memory = remembered(store, camera(None, MONDAY))
    assert (memory.sample, memory.sampled) == (b"texture 1", MONDAY + timedelta(days=1))


def test_a_chart_card_comes_back_as_it_was_found(store: Store) -> None:
    run(store, camera(Kept("day", card=CARD), MONDAY))
    assert remembered(store, camera(None, MONDAY)).card == CARD


def test_the_newest_measured_value_is_remembered_over_later_gaps(store: Store) -> None:
    run(store, camera(None, MONDAY, lines=Measured(300)))
    later = MONDAY + timedelta(days=1)
    run(store, camera(None, later, lines=Measured(420)))
    run(store, camera(None, later, lines=NotMeasured(Gap.UNCLEAR)))
    assert remembered(store, camera(None, MONDAY)).last == {"tvl_live_at_least": Past(420, later)}


def test_what_is_remembered_is_a_metric_of_the_catalogue() -> None:
    assert [metric for metric in REMEMBERED if metric not in CATALOGUE.metrics] == []


def test_the_record_comes_back_byte_for_byte(store: Store) -> None:
    record = bytes(range(256)) * 200
    run(store, camera(Kept("night", "3", record), MONDAY))
    (baseline,) = remembered(store, camera(None, MONDAY)).baselines
    assert baseline == Baseline(1, "night", "candidate", MONDAY, record, "3")
