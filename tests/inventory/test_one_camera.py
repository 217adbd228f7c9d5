"""One camera, one record: seen by itself, through one recorder or several, tonight or last week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.record import CameraRecord, Sight
from inventory.store import Store, open_store
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    ScanReport,
    StreamOffer,
    Target,
    Value,
)

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
MAC, OTHER_MAC, THIRD_MAC = "C0:51:7E:00:00:01", "C0:51:7E:00:00:02", "C0:51:7E:00:00:03"
SERIAL = "DS-2CD2T47G1-L20200612AAWRE12345678"
HERE, THERE = "10.0.2.9", "10.0.2.88"
INSIDE = "192.168.254.3"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


def readings(**values: Value | NotMeasured) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(name, value if isinstance(value, NotMeasured) else Measured(value), "test.probe", MONDAY)
        for name, value in values.items()
    )


def camera(
    address: str = HERE, *, mac: str = MAC, serial: str = "", model: str = "DS-2CD2T47", lenses: int = 1
) -> DeviceReport:
    keys: dict[str, Value] = {name: word for name, word in (("mac", mac), ("serial", serial)) if word}
    read = readings(onvif="supported", manufacturer="HIKVISION", model=model, device_kind="camera", **keys)
    shown = tuple(
        ChannelReport(
            Channel(number, f"镜头{number}", streams=(StreamOffer("main", f"rtsp://{address}/{number}"),)),
            readings(width=2560, height=1440),
        )
        for number in range(1, lenses + 1)
    )
    return DeviceReport(Target(address, (80, 554)), read, shown)


def locked(address: str = HERE) -> DeviceReport:
    """A camera that lets nobody in: it answers, and tells nothing of itself."""
    return DeviceReport(
        Target(address, (80, 554)), readings(onvif="supported", model=NotMeasured(Gap.AUTH_REFUSED))
    )


def plug(
    number: int = 5,
    camera: Behind | None = None,
    *,
    name: str = "",
    kind: str = "network",
    online: bool = True,
    days: int | None = None,
    **read: Value,
) -> ChannelReport:
    behind = Channel(
        number,
        name or f"通道{number}",
        streams=(StreamOffer("main", f"rtsp://10.0.2.200/{number}"),),
        kind=kind,  # type: ignore[arg-type]
        online=online,
        camera=camera,
    )
    held: dict[str, Value] = {} if days is None else {"continuous_days": days}
    return ChannelReport(behind, readings(width=1920, height=1080, **held, **read))


def recorder(
    *plugs: ChannelReport, address: str = "10.0.2.200", serial: str = "REC-0000-77", **read: Value
) -> DeviceReport:
    said = readings(onvif="supported", model="X-16", serial=serial, device_kind="recorder", **read)
    return DeviceReport(Target(address, (80, 554)), said, plugs)


def run(*devices: DeviceReport, day: int = 0) -> ScanReport:
    at = MONDAY + timedelta(days=day)
    return ScanReport("scan", at, at + timedelta(minutes=3), (), 254, len(devices), devices)


def the_camera(store: Store) -> CameraRecord:
    (camera,) = store.view().cameras
    return camera


def ids(store: Store) -> list[str]:
    return [one.id for one in store.view().cameras]


def why(store: Store) -> list[tuple[str, str, str]]:
    (tie,) = store.view().ties
    return [(one.key, one.listed, one.own) for one in tie.why]


def typed(store: Store, camera_id: str, remark: str, day: int = 0) -> None:
    store.claim(camera_id, "remark", remark, "person", "李老师", MONDAY + timedelta(days=day, hours=1))


def remark(store: Store, camera_id: str) -> object:
    (camera,) = (one for one in store.view().cameras if one.id == camera_id)
    return camera.fields["remark"].value if "remark" in camera.fields else None


def test_an_equal_mac_ties_a_channel_to_the_camera_on_the_network(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind("172.31.0.5", mac=MAC.lower()))), camera()))
    assert (len(ids(store)), why(store)) == (1, [("mac", MAC, MAC)])


def test_an_equal_serial_ties_too_also_where_the_list_has_its_end_only(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(serial="E12345678"))), camera(serial=SERIAL)))
    assert (len(ids(store)), why(store)) == (1, [("serial", "E12345678", SERIAL)])


def test_an_address_that_answered_in_the_same_run_ties(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, 8000))), camera()))
    assert (len(ids(store)), why(store)) == (1, [("address", f"{HERE}:8000", HERE)])


def test_an_address_does_not_tie_where_the_macs_differ(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, mac=OTHER_MAC))), camera()))
    assert len(ids(store)) == 2


def test_an_address_does_not_tie_where_the_models_differ(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, model="IPC322SR3"))), camera()))
    assert len(ids(store)) == 2


def test_an_address_that_answered_in_another_run_does_not_tie(store: Store) -> None:
    store.record(run(camera()))
    store.record(run(recorder(plug(5, Behind(HERE))), day=1))
    assert len(ids(store)) == 2


def test_an_equal_mac_with_another_serial_does_not_tie(store: Store) -> None:
    behind = Behind("172.31.0.5", mac=MAC, serial="ZZ-OTHER-0001")
    store.record(run(recorder(plug(5, behind)), camera(serial=SERIAL)))
    assert len(ids(store)) == 2


def test_a_mac_that_a_recorder_writes_at_several_addresses_ties_nothing(store: Store) -> None:
    plugs = [plug(n, Behind(f"172.31.0.{n}", mac=MAC)) for n in (1, 2)]
    store.record(run(recorder(*plugs), camera()))
    assert len(ids(store)) == 3


def test_both_sights_of_a_camera_are_named(store: Store) -> None:
    store.record(run(camera(), recorder(plug(5, Behind(HERE)))))
    one = the_camera(store)
    assert (one.sights, one.recorders, one.also_seen_as) == (
        (Sight("d1", 1), Sight("d2", 5)),
        (Sight("d2", 5),),
        ("d2/5",),
    )


def test_the_camera_itself_gives_identity_and_live_picture(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC, firmware="V0"))), camera()))
    one = the_camera(store)
    assert (one.device_id, one.channel, one.fields["resolution"].value) == ("d2", 1, "2560×1440")


def test_a_camera_behind_a_poe_recorder_has_the_fields_of_its_list(store: Store) -> None:
    behind = Behind(INSIDE, 80, mac=MAC.lower(), serial=SERIAL, model="DS-2CD2T47", brand="HIKVISION")
    store.record(run(recorder(plug(5, replace(behind, firmware="V5.6.4")))))
    fields = the_camera(store).fields
    told = {name: fields[name].value for name in ("ip", "mac", "serial", "model", "brand", "firmware")}
    assert told == {
        "ip": INSIDE,
        "mac": MAC,
        "serial": SERIAL,
        "model": "DS-2CD2T47",
        "brand": "海康威视",
        "firmware": "V5.6.4",
    }


def test_what_a_list_says_names_the_channel_it_is_from(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(INSIDE, mac=MAC)))))
    assert the_camera(store).fields["mac"].via == "d1/5"


def test_the_list_of_a_recorder_ranks_below_the_cameras_own_word(store: Store) -> None:
    behind = Behind(HERE, mac=MAC, model="DS-2CD2T4")
    store.record(run(camera(), recorder(plug(5, behind)), day=0))
    store.record(run(recorder(plug(5, behind)), day=1))
    assert the_camera(store).fields["model"].value == "DS-2CD2T47"


def enlarged(picture: Value | NotMeasured) -> DeviceReport:
    """The camera as it is met on the network, and from what size its picture was enlarged."""
    (shown,) = camera().channels
    (lens,) = (replace(shown, evidence=(*shown.evidence, *readings(enlarged_from=picture))),)
    return replace(camera(), channels=(lens,))


def later(device: DeviceReport, days: int) -> DeviceReport:
    """The same device with every reading so many days later."""
    at = MONDAY + timedelta(days=days)
    shown = tuple(
        replace(one, evidence=tuple(replace(e, at=at) for e in one.evidence)) for one in device.channels
    )
    return replace(device, evidence=tuple(replace(e, at=at) for e in device.evidence), channels=shown)


def hd(store: Store) -> tuple[object, bool]:
    said = the_camera(store).fields["hd"]
    return said.value, said.confirmed


def test_an_enlarged_picture_is_not_made_hd_by_the_recorders_channel(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind("172.31.0.5", mac=MAC))), enlarged([352, 288])))
    assert hd(store) == ("否", False)


@pytest.mark.parametrize(
    ("tonight", "expected"),
    [(NotMeasured(Gap.HIDDEN), ("否", False)), ([], ("是", True))],
    ids=["too dark to tell", "clear, and not enlarged"],
)
def test_that_a_picture_was_enlarged_stands_until_a_look_can_tell_otherwise(
    store: Store, tonight: Value | NotMeasured, expected: tuple[object, bool]
) -> None:
    for day, picture in enumerate(([], [352, 288], tonight)):
        store.record(run(later(enlarged(picture), day), day=day))
    assert hd(store) == expected


def test_the_recorders_list_does_not_hide_that_a_camera_may_be_relabelled(store: Store) -> None:
    relabelled = replace(camera(mac="3C:EF:8C:00:00:01"), channels=())
    listed = Behind("172.31.0.5", brand="HIKVISION", serial=SERIAL)
    own = replace(relabelled, evidence=(*relabelled.evidence, *readings(serial=SERIAL)))
    store.record(run(recorder(plug(5, listed)), own))
    brand = the_camera(store).fields["brand"]
    assert (brand.confirmed, brand.via) == (False, "")


def test_the_words_of_a_recorder_behind_are_not_the_cameras(store: Store) -> None:
    behind = Behind("10.0.9.9", mac=MAC, model="DS-7816N-K2/16P", channel=3)
    store.record(run(recorder(plug(5, behind))))
    assert not {"ip", "mac", "model"} & set(the_camera(store).fields)


def test_an_analogue_channel_is_a_camera_of_its_own(store: Store) -> None:
    store.record(run(recorder(plug(1, kind="analogue"), plug(2, Behind(HERE))), camera()))
    assert len(ids(store)) == 2


def test_a_channel_without_stream_is_a_camera_where_the_list_says_so(store: Store) -> None:
    silent = replace(plug(5, Behind(INSIDE), online=False).channel, streams=())
    store.record(run(recorder(ChannelReport(silent))))
    assert (len(ids(store)), the_camera(store).answered) == (1, False)


def test_one_camera_behind_two_recorders_is_one(store: Store) -> None:
    behind = Behind("172.31.0.5", mac=MAC)
    two = recorder(plug(9, behind), address="10.0.2.201", serial="REC-0000-88")
    store.record(run(recorder(plug(5, behind)), two))
    assert the_camera(store).recorders == (Sight("d1", 5), Sight("d2", 9))


def test_two_poe_cameras_at_one_inside_address_are_two(store: Store) -> None:
    two = recorder(plug(5, Behind(INSIDE)), address="10.0.2.201", serial="REC-0000-88")
    store.record(run(recorder(plug(5, Behind(INSIDE))), two))
    assert len(ids(store)) == 2


def test_a_cascaded_channel_is_the_camera_behind_the_other_recorder(store: Store) -> None:
    inner = recorder(plug(3, Behind(INSIDE, mac=MAC)), address="10.0.2.201", serial="REC-0000-88")
    outer = recorder(plug(7, Behind("10.0.2.201", serial="REC-0000-88", channel=3)))
    store.record(run(outer, inner))
    assert (the_camera(store).recorders, [key for key, *_ in why(store)]) == (
        (Sight("d2", 3), Sight("d1", 7)),
        ["serial", "address", "channel"],
    )


def test_a_cascaded_channel_without_a_number_is_not_counted(store: Store) -> None:
    inner = recorder(plug(3, name="东门"), plug(4, name="西门"), address="10.0.2.201", serial="REC-0000-88")
    outer = recorder(plug(7, Behind("10.0.2.201"), name="？"))
    store.record(run(outer, inner))
    assert (len(ids(store)), store.view().unplaced) == (2, (Sight("d1", 7),))


def test_channels_of_a_recorder_that_nobody_asked_are_cameras_each(store: Store) -> None:
    plugs = [plug(n, Behind("10.9.9.9", mac=MAC, model="DS-7816N-K2", channel=n)) for n in (1, 2, 3)]
    store.record(run(recorder(*plugs)))
    assert len(ids(store)) == 3


def test_lenses_of_one_housing_behind_a_recorder_are_one_camera(store: Store) -> None:
    plugs = [plug(n, Behind(HERE, mac=MAC, channel=n)) for n in (1, 2)]
    store.record(run(recorder(*plugs), camera(lenses=2)))
    one = the_camera(store)
    assert (one.channels, len(one.sights), len(one.recorders)) == ((1, 2), 4, 2)


def test_a_camera_first_seen_through_a_recorder_keeps_its_id(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC)))))
    (first,) = ids(store)
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC))), camera(), day=1))
    one = the_camera(store)
    assert (one.id, one.device_id) == (first, "d2")


def test_a_camera_is_recognised_while_its_recorder_is_off(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC)))))
    store.record(run(camera(THERE), day=1))
    assert (ids(store), len(store.view().ties)) == (["d1.5"], 1)


def test_a_tie_by_address_outlives_a_night_without_the_camera(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE))), camera()))
    before = ids(store)
    store.record(run(recorder(plug(5, Behind(HERE))), day=1))
    assert ids(store) == before


def test_what_was_typed_on_either_record_stays_when_they_become_one(store: Store) -> None:
    store.record(run(recorder(plug(5)), camera()))
    typed(store, "d1.5", "录像机这边填的")
    store.claim("d2.1", "position", "正门", "person", "李老师", MONDAY)
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC))), camera(), day=1))
    fields = the_camera(store).fields
    assert (fields["remark"].value, fields["position"].value) == ("录像机这边填的", "正门")


def test_a_case_goes_by_the_name_of_its_camera_after_a_join(store: Store) -> None:
    store.record(run(camera()))
    for day in (1, 2):
        store.record(run(recorder(plug(5, recording_now=False, recording_mode="continuous")), day=day))
    (before,) = (case.camera_id for case in store.book().open_cases() if case.subject.channel)
    store.record(run(recorder(plug(5, Behind("172.31.0.5", mac=MAC), recording_now=False)), camera(), day=3))
    (after,) = {case.camera_id for case in store.book().open_cases() if case.subject.channel}
    assert (before, after, ids(store)) == ("d2.5", "d1.1", ["d1.1"])


def test_every_claim_is_found_under_both_ids_after_a_join(store: Store) -> None:
    store.record(run(recorder(plug(5)), camera()))
    typed(store, "d1.5", "一")
    typed(store, "d2.1", "二")
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC))), camera(), day=1))
    said = [{c.said.value for c in store.claims(one) if c.field == "remark"} for one in ("d1.5", "d2.1")]
    assert said == [{"一", "二"}, {"一", "二"}]


def test_cameras_that_changed_plugs_take_their_records_along(store: Store) -> None:
    one, other = Behind("172.31.0.5", mac=MAC), Behind("172.31.0.6", mac=OTHER_MAC)
    store.record(run(recorder(plug(5, one), plug(6, other))))
    typed(store, "d1.5", "正门那台")
    store.record(run(recorder(plug(5, other), plug(6, one)), day=1))
    (moved,) = (camera for camera in store.view().cameras if camera.id == "d1.5")
    assert (moved.sights, moved.fields["remark"].value) == ((Sight("d1", 6),), "正门那台")


def test_another_camera_at_the_same_plug_keeps_the_spots_words_and_is_told(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(INSIDE, mac=MAC)))))
    typed(store, "d1.5", "正门")
    store.record(run(recorder(plug(5, Behind(INSIDE, mac=OTHER_MAC))), day=1))
    (swap,) = store.view().identity_conflicts
    assert (remark(store, "d1.5"), swap.seen, swap.known) == ("正门", OTHER_MAC, MAC)


def test_a_plug_that_shows_another_camera_leaves_the_first_one_its_record(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC)))))
    typed(store, "d1.5", "操场")
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC))), camera(), day=1))
    store.record(run(recorder(plug(5, Behind("172.31.0.9", mac=OTHER_MAC))), camera(), day=2))
    cameras = {one.id: one for one in store.view().cameras}
    assert (cameras["d1.5"].sights, sorted(cameras)) == ((Sight("d2", 1),), ["d1.1005", "d1.5"])
    assert remark(store, "d1.1005") is None


def test_a_camera_that_is_off_but_seen_through_its_recorder_answers(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE))), camera()))
    store.record(run(recorder(plug(5, Behind(HERE))), day=1))
    assert the_camera(store).answered


def test_a_locked_camera_is_tied_by_the_address_it_answers_at(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC, model="DS-2CD2T47"))), locked()))
    assert (len(ids(store)), the_camera(store).fields["mac"].value) == (1, MAC)


def test_a_camera_is_kept_for_as_long_as_its_best_recorder_keeps_it(store: Store) -> None:
    two = recorder(plug(9, Behind(HERE), days=91), address="10.0.2.201", serial="REC-0000-88")
    store.record(run(recorder(plug(5, Behind(HERE), days=30)), two, camera()))
    days = the_camera(store).fields["retention_days"]
    assert (days.value, days.source, days.via) == (91, "measured", "d2/9")


def test_days_that_could_not_be_counted_stay_blank(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE), days=30)), camera()))
    store.record(run(recorder(plug(5, Behind(HERE))), camera(), day=1))
    assert "retention_days" not in the_camera(store).fields


def test_a_recorder_that_fell_silent_proves_no_days(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(HERE), days=30)), camera()))
    store.record(run(camera(), day=1))
    assert "retention_days" not in the_camera(store).fields


def test_days_whose_oldest_recording_does_not_play_are_not_proven(store: Store) -> None:
    store.record(run(recorder(plug(5, Behind(INSIDE), days=30, playback_oldest_alive=False))))
    assert "retention_days" not in the_camera(store).fields


def test_a_channels_code_is_the_cameras(store: Store) -> None:
    codes: Value = {"5": "32072400001320000005", "6": "34020000001320000006"}
    store.record(run(recorder(plug(5), plug(6), gb_channel_codes=codes)))
    found = [one.fields["gb_code"].value for one in store.view().cameras if "gb_code" in one.fields]
    assert found == ["32072400001320000005"]


def test_a_code_that_two_channels_have_is_nobodys(store: Store) -> None:
    code = "32072400001320000005"
    store.record(run(recorder(plug(5), plug(6), gb_channel_codes={"5": code, "6": code})))
    assert all("gb_code" not in one.fields for one in store.view().cameras)


def test_a_person_wins_over_the_code_that_is_set(store: Store) -> None:
    store.record(run(recorder(plug(5), gb_channel_codes={"5": "32072400001320000005"})))
    store.claim("d1.5", "gb_code", "32072400001320000099", "person", "李老师", MONDAY)
    (conflict,) = store.view().conflicts
    assert (the_camera(store).fields["gb_code"].value, conflict.field) == ("32072400001320000099", "gb_code")


def test_an_earlier_view_shows_what_was_known_then(store: Store) -> None:
    first = store.record(run(recorder(plug(5)), camera()))
    store.record(run(recorder(plug(5, Behind(HERE, mac=MAC))), camera(), day=1))
    assert (len(store.view(first).cameras), len(store.view().cameras)) == (2, 1)
