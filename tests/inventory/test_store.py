"""Runs go in, an inventory comes out: one record per camera, silence shown, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from config.errors import UsageError
from config.load import load_catalogue
from config.words import say
from inventory import recording
from inventory.database import reading
from inventory.record import CameraRecord
from inventory.rows import load_reports
from inventory.store import Store, open_store
from inventory.tables import VISIT
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
    Sighting,
    SilentTarget,
    StreamOffer,
    Target,
    Value,
    reading_of,
)

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
REFUSED = NotMeasured(Gap.AUTH_REFUSED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


def readings(probe: str, at: datetime, **values: Value | Reading) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(metric, value if isinstance(value, Measured | NotMeasured) else Measured(value), probe, at)
        for metric, value in values.items()
    )


def channel(number: int, name: str, at: datetime = MONDAY) -> ChannelReport:
    stream = StreamOffer("main", f"rtsp://10.0.2.9/{number}", "p1", "H264", 1920, 1080, 25.0, 2048)
    read = readings("rtsp.stream", at, width=1920, height=1080, fps=25.0, alive=True, codec="H264")
    return ChannelReport(Channel(number, name, f"v{number}", (stream,)), read)


def camera(
    address: str = "10.0.2.9",
    *,
    mac: str = "C0:51:7E:00:00:01",
    serial: str = "SER-AAA-0001",
    epr: str = "urn:uuid:5f1e0c3a-0001",
    name: str = "正门",
    at: datetime = MONDAY,
) -> DeviceReport:
    sighting = Sighting(
        address, "ws-discovery", epr, (f"http://{address}/onvif",), ("dn:NetworkVideoTransmitter",)
    )
    read = readings(
        "onvif.identity", at, onvif="supported", manufacturer="HIKVISION", model="DS-2CD2T47", video_sources=1
    )
    keys = readings("onvif.network", at, **{k: v for k, v in {"mac": mac, "serial": serial}.items() if v})
    return DeviceReport(
        Target(address, (80, 554), (sighting,) if epr else ()), (*read, *keys), (channel(1, name, at),)
    )


def rtsp_only(address: str = "10.0.2.9", ports: tuple[int, ...] = (554,)) -> DeviceReport:
    return DeviceReport(
        Target(address, ports), readings("rtsp.stream", MONDAY, rtsp="supported", onvif="absent")
    )


def recorder(*channels: ChannelReport) -> DeviceReport:
    read = readings(
        "onvif.identity", MONDAY, onvif="supported", model="NVR-4216", serial="REC-0000-77", video_sources=16
    )
    return DeviceReport(Target("10.0.2.200", (80, 554)), read, channels)


def hung(address: str = "10.0.2.9") -> DeviceReport:
    gaps = readings(
        "onvif.identity", MONDAY, onvif="unknown", model=NotMeasured(Gap.TIMEOUT, "no answer in 8 s")
    )
    return DeviceReport(Target(address, (80, 554)), gaps)


def run(*devices: DeviceReport, day: int = 0, targets: tuple[str, ...] = (), **rest: Any) -> ScanReport:  # noqa: ANN401
    at = MONDAY + timedelta(days=day)
    return ScanReport("scan", at, at + timedelta(minutes=3), targets, 254, len(devices), devices, **rest)


def the_camera(store: Store) -> CameraRecord:
    (camera,) = store.view().cameras
    return camera


def test_an_empty_inventory_shows_nothing(store: Store) -> None:
    assert (store.view().run, store.view().cameras) == (None, ())


def test_scanning_twice_adds_no_camera(store: Store) -> None:
    store.record(run(camera(), rtsp_only("10.0.2.30")))
    first = [one.id for one in store.view().cameras]
    store.record(run(camera(), rtsp_only("10.0.2.30"), day=1))
    assert [one.id for one in store.view().cameras] == first


def test_a_camera_that_changed_its_address_stays_the_same_record(store: Store) -> None:
    store.record(run(camera("10.0.2.9")))
    before = the_camera(store)
    store.record(run(camera("10.0.2.88"), day=1))
    after = the_camera(store)
    assert (after.id, after.fields["ip"].value) == (before.id, "10.0.2.88")


def test_another_camera_at_the_same_address_is_another_record(store: Store) -> None:
    store.record(run(camera()))
    store.record(
        run(camera(mac="C0:51:7E:00:00:02", serial="SER-BBB-0002", epr="urn:uuid:5f1e0c3a-0002"), day=1)
    )
    assert len(store.view().cameras) == 2


def test_clones_with_one_serial_and_one_epr_stay_two_cameras_on_every_scan(store: Store) -> None:
    clones = [camera("10.0.2.9", mac="", serial="123456"), camera("10.0.2.10", mac="", serial="123456")]
    store.record(run(*clones))
    store.record(run(*clones, day=1))
    assert len(store.view().cameras) == 2


def test_a_camera_without_any_key_is_shown_as_provisional(store: Store) -> None:
    store.record(run(rtsp_only()))
    assert [one.provisional for one in store.view().devices] == [True]


def test_a_provisional_record_is_upgraded_when_a_key_appears(store: Store) -> None:
    store.record(run(rtsp_only()))
    before = the_camera(store).id
    store.record(run(camera(), day=1))
    assert (the_camera(store).id, store.view().devices[0].provisional) == (before, False)


def test_keys_that_contradict_each_other_are_shown(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(camera(serial="SER-ZZZ-9999"), day=1))
    (conflict,) = store.view().identity_conflicts
    assert (conflict.key, conflict.seen, conflict.known) == ("serial", "SER-ZZZ-9999", "SER-AAA-0001")


def test_a_conflict_of_keys_is_told_once(store: Store) -> None:
    store.record(run(camera()))
    for day in (1, 2):
        store.record(run(camera(serial="SER-ZZZ-9999"), day=day))
    assert len(store.view().identity_conflicts) == 1


def test_two_records_that_prove_to_be_one_keep_what_was_typed_on_either(store: Store) -> None:
    store.record(run(camera("10.0.2.9", serial="", epr="")))
    store.record(run(camera("10.0.2.70", mac="", epr=""), day=1))
    store.claim("d2.1", "remark", "新换", "person", "李老师", MONDAY)
    store.record(run(camera("10.0.2.70", epr=""), day=2))
    assert the_camera(store).fields["remark"].value == "新换"


def test_a_silent_camera_stays_as_unknown(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(day=1))
    assert (the_camera(store).answered, store.view().devices[0].answered) == (False, False)


def test_the_last_readings_of_a_silent_camera_are_not_shown_as_current(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(day=1))
    (device,) = store.view().devices
    parts = [device.report.evidence, *(one.evidence for one in device.report.channels)]
    gaps = {one.reading for part in parts for one in part}
    assert gaps == {NotMeasured(Gap.UNREACHABLE, "last seen 2026-09-07T01:33:00+00:00")}


def test_a_silent_camera_keeps_its_make_with_the_time_it_was_read(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(day=1))
    brand = the_camera(store).fields["brand"]
    assert (brand.value, brand.at) == ("海康威视", MONDAY)


def test_a_camera_that_hangs_is_no_answer(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(hung(), day=1))
    (device,) = store.view().devices
    alive = reading_of(device.report.channels[0].evidence, "alive")
    assert (device.answered, isinstance(alive, NotMeasured) and alive.gap) == (False, Gap.TIMEOUT)


def test_a_device_that_was_not_asked_is_shown_as_the_last_run_that_asked_it_left_it(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(day=1, targets=("10.9.0.0/24",)))
    (device,) = store.view().devices
    assert (device.asked, device.answered) == (False, True)
    assert isinstance(reading_of(device.report.evidence, "model"), Measured)


@pytest.mark.parametrize("targets", [("10.0.2.9",), ("10.0.2.0/24",), ("10.0.2.9:81",), ("eth0",), ()])
def test_a_device_behind_a_port_is_not_asked_by_a_run_that_never_came_to_that_port(
    store: Store, targets: tuple[str, ...]
) -> None:
    store.record(run(replace(rtsp_only(), target=Target("10.0.2.9", (8554,), pinned=8554))))
    store.record(run(day=1, targets=targets))
    (device,) = store.view().devices
    assert (device.asked, device.answered) == (False, True)


@pytest.mark.parametrize("target", ["10.0.2.9:8554", "10.0.2.9：８５５４"])
def test_a_device_behind_a_port_that_was_asked_and_is_silent_is_unreachable(
    store: Store, target: str
) -> None:
    store.record(run(replace(rtsp_only(), target=Target("10.0.2.9", (8554,), pinned=8554))))
    store.record(run(day=1, targets=(target,)))
    (device,) = store.view().devices
    assert (device.asked, device.answered) == (True, False)


def test_a_device_behind_a_port_of_a_v6_address_is_asked_by_its_brackets(store: Store) -> None:
    store.record(run(replace(rtsp_only(), target=Target("fd00::9", (8554,), pinned=8554))))
    store.record(run(day=1, targets=("[fd00:0::9]:8554",)))
    assert store.view().devices[0].asked


def test_a_device_that_fell_silent_stays_silent_while_others_are_asked(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(day=1))
    store.record(run(day=2, targets=("10.9.0.0/24",)))
    (device,) = store.view().devices
    assert not device.answered
    assert isinstance(reading_of(device.report.evidence, "model"), NotMeasured)


def test_a_refused_login_keeps_the_channel_counted_with_its_reason(store: Store) -> None:
    store.record(run(camera()))
    locked_out = replace(
        camera(),
        evidence=readings("onvif.channels", MONDAY, onvif="supported", channels=REFUSED),
        channels=(),
    )
    store.record(run(locked_out, day=1))
    (device,) = store.view().devices
    alive = reading_of(device.report.channels[0].evidence, "alive")
    assert (device.answered, isinstance(alive, NotMeasured) and alive.gap) == (True, Gap.AUTH_REFUSED)


def test_an_older_view_shows_the_inventory_as_it_stood_then(store: Store) -> None:
    first = store.record(run(camera()))
    store.record(run(rtsp_only("10.0.2.30"), day=1))
    assert [(one.id, one.answered) for one in store.view(first).cameras] == [("d1.1", True)]


def test_a_run_that_never_was_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match=say("inventory.run", run=77)):
        store.view(77)


def test_a_recorder_is_one_camera_per_channel_with_a_stream(store: Store) -> None:
    empty = ChannelReport(Channel(3, "空"))
    store.record(run(recorder(channel(1, "正门"), channel(2, "食堂"), empty)))
    assert [one.channel for one in store.view().cameras] == [1, 2]


def test_a_multi_lens_camera_is_one_camera_with_several_channels(store: Store) -> None:
    lenses = replace(camera(), channels=(channel(1, "操场东"), channel(2, "操场西")))
    store.record(run(lenses))
    assert the_camera(store).channels == (1, 2)


def test_a_recorder_channel_that_is_gone_is_unknown(store: Store) -> None:
    store.record(run(recorder(channel(1, "正门"), channel(2, "食堂"))))
    store.record(run(recorder(channel(1, "正门")), day=1))
    assert [one.answered for one in store.view().cameras] == [True, False]


def test_a_device_without_any_video_is_no_camera(store: Store) -> None:
    printer = DeviceReport(
        Target("10.0.2.60", (80,)), readings("onvif.services", MONDAY, onvif="absent", rtsp="absent")
    )
    store.record(run(printer))
    assert (len(store.view().devices), store.view().cameras) == (1, ())


def test_one_camera_at_two_addresses_is_one_record(store: Store) -> None:
    store.record(run(camera("10.0.2.9"), camera("10.0.2.10")))
    assert the_camera(store).also_seen_as in {("10.0.2.9#1",), ("10.0.2.10#1",)}


def test_what_a_person_typed_survives_the_next_scan(store: Store) -> None:
    store.record(run(camera(name="正门")))
    store.claim("d1.1", "position", "后门", "person", "李老师", MONDAY)
    store.record(run(camera(name="正门"), day=1))
    assert the_camera(store).fields["position"].value == "后门"


def test_the_resource_class_follows_the_typed_position(store: Store) -> None:
    store.record(run(camera(name="操场")))
    store.claim("d1.1", "position", "后门", "person", "李老师", MONDAY)
    assert the_camera(store).fields["resource_class"].value == "单位主要出入口"


def test_a_typed_make_that_differs_is_shown_as_a_conflict(store: Store) -> None:
    store.record(run(camera()))
    store.claim("d1.1", "brand", "大华", "person", "李老师", MONDAY)
    (conflict,) = store.view().conflicts
    assert (conflict.field, conflict.typed.value, conflict.measured.value) == ("brand", "大华", "海康威视")


def test_every_word_on_a_camera_can_be_read_again(store: Store) -> None:
    store.record(run(camera()))
    for value in ("大华", "宇视", None):
        store.claim("d1.1", "brand", value, "person", "李老师", MONDAY)
    assert [one.said.value for one in store.claims("d1.1") if one.field == "brand"] == [
        "海康威视",
        "大华",
        "宇视",
        None,
    ]


def test_the_same_reading_every_night_is_claimed_once(store: Store) -> None:
    for day in range(3):
        store.record(run(camera(), day=day))
    assert [one.field for one in store.claims("d1.1")].count("brand") == 1


@pytest.mark.parametrize(
    ("camera_id", "field", "said"),
    [
        ("d9.1", "brand", say("inventory.camera", camera="d9.1")),
        ("10.0.2.9", "brand", say("inventory.camera", camera="10.0.2.9")),
        ("d1.1", "colour", say("inventory.field", field="colour")),
    ],
)
def test_a_word_on_nothing_is_refused(store: Store, camera_id: str, field: str, said: str) -> None:
    store.record(run(camera()))
    with pytest.raises(UsageError, match=re.escape(said)):
        store.claim(camera_id, field, "x", "person", "李老师", MONDAY)


def test_a_known_device_is_recognised_wherever_it_is_heard(store: Store) -> None:
    store.record(run(camera()))
    is_known = store.recogniser()
    (moved,) = camera("10.0.2.88").target.sightings
    (stranger,) = camera(epr="urn:uuid:5f1e0c3a-0002").target.sightings
    assert (is_known(moved), is_known(stranger)) == (True, False)


def test_only_the_devices_that_are_meant_are_recognised(store: Store) -> None:
    other = camera("10.0.2.10", epr="urn:uuid:5f1e0c3a-0002", mac="C0:51:7E:00:00:02", serial="SER-AAA-0002")
    store.record(run(camera(), other))
    is_meant = store.recogniser(["d1"])
    assert [is_meant(one.target.sightings[0]) for one in (camera(), other)] == [True, False]


def test_an_epr_that_two_devices_share_recognises_neither(store: Store) -> None:
    store.record(run(camera("10.0.2.9"), camera("10.0.2.10", mac="C0:51:7E:00:00:02", serial="SER-AAA-0002")))
    (seen,) = camera("10.0.2.88").target.sightings
    assert not store.recogniser()(seen)


def test_every_known_device_has_one_target(store: Store) -> None:
    store.record(run(camera("10.0.2.9"), replace(rtsp_only(), target=Target("127.0.0.5", pinned=8554))))
    store.record(run(camera("10.0.2.88"), day=1))
    assert store.known_targets() == ("10.0.2.88", "127.0.0.5:8554")


def test_the_last_run_of_a_kind_is_found(store: Store) -> None:
    store.record(replace(run(), kind="check"))
    store.record(run(day=1))
    last = store.last_run("check")
    assert last is not None
    assert last.finished == MONDAY + timedelta(minutes=3)


def test_before_the_first_run_there_is_none(store: Store) -> None:
    assert store.last_run("check") is None


def test_both_addresses_of_one_device_lead_to_it(store: Store) -> None:
    run_id = store.record(run(camera("10.0.2.9"), camera("10.0.2.10")))
    assert store.devices_of(run_id) == {"10.0.2.9": "d1", "10.0.2.10": "d1"}


def test_a_crash_in_the_middle_leaves_no_half_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(recording, "tie_refusals", crash)  # the last thing a run writes
    with pytest.raises(MemoryError):
        store.record(run(camera()))
    assert (store.view().run, store.known_targets()) == (None, ())


def test_the_silent_addresses_of_the_run_are_kept(store: Store) -> None:
    silent = SilentTarget("10.0.2.77", "connected, no answer")
    store.record(run(silent=(silent,)))
    assert store.view().silent == (silent,)


words = st.text(max_size=12)
values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
first, last = datetime(1970, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  hypothesis wants naive bounds
moments = st.datetimes(first, last, timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))
evidence = st.lists(
    st.builds(
        Evidence,
        st.sampled_from(sorted(CATALOGUE.metrics)),
        st.one_of(st.builds(Measured, values, words), st.builds(NotMeasured, st.sampled_from(Gap), words)),
        st.sampled_from(["onvif.clock", "rtsp.stream"]),
        moments,
    ),
    max_size=6,
).map(tuple)
many_words = st.lists(words, max_size=2).map(tuple)
offers = st.builds(
    StreamOffer, st.sampled_from(["main", "sub"]), words, words, words, st.none() | st.integers(0, 9000)
)
channels = st.builds(
    Channel, st.integers(1, 64), words, words, st.lists(offers, max_size=2).map(tuple), words
)
sightings = st.builds(
    Sighting, st.just("10.0.2.9"), st.sampled_from(["tcp", "rtsp"]), words, many_words, many_words, many_words
)
reports = st.builds(
    DeviceReport,
    st.builds(
        Target,
        st.just("10.0.2.9"),
        st.lists(st.integers(1, 65535), max_size=3).map(tuple),
        st.lists(sightings, max_size=2).map(tuple),
        st.just(""),
        st.none() | st.integers(1, 65535),
    ),
    evidence,
    st.lists(
        st.builds(ChannelReport, channels, evidence), max_size=2, unique_by=lambda one: one.channel.number
    ).map(tuple),
    st.lists(st.sampled_from(["hik@1", "dahua@3"]), max_size=2).map(tuple),
    st.floats(0, 100),
)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(tmp_path_factory.mktemp("store") / "camcensus.db", CATALOGUE)
    yield store
    store.close()


@settings(max_examples=50, deadline=None)
@given(reports)
def test_what_is_loaded_is_what_was_recorded(lasting: Store, report: DeviceReport) -> None:
    run_id = lasting.record(run(report))
    with reading(lasting.engine) as connection:
        visits = connection.scalars(select(VISIT.c.id).where(VISIT.c.run_id == run_id)).all()
        loaded = load_reports(connection, visits)
    assert repr(list(loaded.values())) == repr([report])


@settings(max_examples=50, deadline=None)
@given(reports)
def test_whatever_a_device_says_can_be_viewed(lasting: Store, report: DeviceReport) -> None:
    run_id = lasting.record(run(report))
    view = lasting.view()
    assert view.run is not None
    assert view.run.id == run_id
