"""Uniview's JSON: the device, a recorder's channels, disks and recorded days."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import DeviceError, Malformed, Unsupported
from probe.wire import lapi
from probe.wire.recorder import Input


def answer(held: object, code: int = 0, said: str = "Succeed") -> bytes:
    response = {"ResponseCode": code, "ResponseString": said, "StatusCode": 0, "Data": held}
    return json.dumps({"Response": response}).encode()


def details(*rows: dict[str, object]) -> bytes:
    return answer({"Nums": len(rows), "DetailInfos": list(rows)})


CAMERA: dict[str, object] = {
    "ID": 1,
    "Name": "厨房",
    "Status": 1,
    "Manufacturer": "HIKVISION",
    "DeviceModel": "DS-X",
    "AddressInfo": {"Address": "192.0.2.67", "Port": 80, "MAC": "F8:4D:FC:00:11:22"},
}


def test_a_device_says_who_it_is() -> None:
    said = {"DeviceName": "a", "DeviceModel": "NVR-X", "SerialNumber": "S", "FirmwareVersion": "F"}
    assert lapi.parse_device(answer(said)) == lapi.LapiDevice("a", "NVR-X", "S", "F")


def test_a_device_that_says_neither_model_nor_serial_is_malformed() -> None:
    with pytest.raises(Malformed, match="DeviceInfo"):
        lapi.parse_device(answer({"DeviceName": "a"}))


def test_a_channel_is_read_with_its_camera() -> None:
    assert lapi.parse_channel_details(details(CAMERA)) == (
        Input(
            number=1,
            name="厨房",
            kind="network",
            online=True,
            address="192.0.2.67",
            port=80,
            mac="f8:4d:fc:00:11:22",
            model="DS-X",
            brand="HIKVISION",
        ),
    )


@pytest.mark.parametrize(
    ("said", "online", "why"),
    [
        ({"Status": 0, "OffReason": "netUnreachable"}, False, "netUnreachable"),
        ({"Status": 2}, None, ""),
        ({"Status": None, "Online": True}, True, ""),
        ({"Status": None, "ConnectStatus": "1"}, True, ""),
        ({"Status": None}, None, ""),
    ],
)
def test_a_channel_is_online_when_one_of_its_words_says_so(
    said: dict[str, object], online: bool | None, why: str
) -> None:
    (one,) = lapi.parse_channel_details(details({**CAMERA, **said}))
    assert (one.online, one.why_offline) == (online, why)


def test_an_unassigned_channel_is_a_slot() -> None:
    row = {"ID": 2, "Name": "IP Camera 2", "Status": 0, "AddressInfo": {"Address": "", "MAC": ""}}
    assert lapi.parse_channel_details(details(row)) == (Input(2, "IP Camera 2", is_slot=True),)


@pytest.mark.parametrize("number", [0, -1, 99999, None, "x"])
def test_a_channel_that_cannot_be_one_is_left_out(number: object) -> None:
    assert lapi.parse_channel_details(details({**CAMERA, "ID": number})) == ()


def test_serial_and_firmware_come_from_the_other_list() -> None:
    inputs = lapi.parse_channel_details(details(CAMERA))
    devices = answer({"DeviceInfos": [{"ID": 1, "SerialNumber": "S1", "FirmwareVersion": "F1"}, {"ID": 9}]})
    (one,) = lapi.with_devices(inputs, devices)
    assert (one.serial, one.firmware, one.model) == ("S1", "F1", "DS-X")


@pytest.mark.parametrize(
    ("status", "is_good"), [(1, False), (2, None), (3, True), (4, True), (5, False), (7, False), (42, None)]
)
def test_a_disks_number_says_whether_it_is_good(status: int, is_good: bool | None) -> None:
    row = {"ID": 1, "TotalCapacity": 3815447, "RemainCapacity": 0, "Status": status}
    (disk,) = lapi.parse_containers(answer({"LocalHDDNum": 1, "LocalHDDList": [row]}))
    assert (disk.is_good, disk.capacity_mib, disk.free_mib, disk.kind) == (is_good, 3815447, 0, "local")


def test_arrays_and_network_stores_are_told_apart_and_empty_bays_left_out() -> None:
    said = {
        "LocalHDDList": [{"ID": 1, "Status": 0}],
        "ArrayList": [{"ID": 1, "Status": 3}],
        "NASList": [{"ID": 1, "Status": 3, "TotalCapacity": -1}],
    }
    disks = lapi.parse_containers(answer(said))
    assert [(one.id, one.kind, one.capacity_mib) for one in disks] == [
        ("Array 1", "raid", None),
        ("NAS 1", "nas", None),
    ]


def test_the_days_of_a_month_are_those_with_a_one() -> None:
    said = answer({"DailyStatus": [1, 0, 1] + [0] * 28})
    told = lapi.parse_recorded_days(said, 2026, 2)
    assert len(told) == 28
    assert [day for day, is_recorded in told.items() if is_recorded] == [date(2026, 2, 1), date(2026, 2, 3)]


def test_a_word_that_is_neither_one_nor_nought_tells_nothing_of_its_day() -> None:
    told = lapi.parse_recorded_days(answer({"DailyStatus": [1, 2, 0] + [None] * 28}), 2026, 2)
    assert told == {date(2026, 2, 1): True, date(2026, 2, 3): False}


@pytest.mark.parametrize("told", [None, [], [1] * 27, [1] * 500])
def test_a_month_of_another_length_is_malformed(told: object) -> None:
    with pytest.raises(Malformed, match="2026-02"):
        lapi.parse_recorded_days(answer({"DailyStatus": told}), 2026, 2)


def test_the_days_of_a_channel_are_asked_for_by_year_and_month() -> None:
    assert lapi.recorded_days_path(10, 2026, 8) == (
        "/LAPI/V1.0/Channels/10/Media/Video/Streams/0/Records/DailyDistribution?Year=2026&Month=8"
    )


@pytest.mark.parametrize(
    ("code", "said", "meant"),
    [
        (1, "Common Error", Unsupported),
        (3, "Not Authorized", Unsupported),
        (99, "Not Supported", Unsupported),
        (-5, "Busy", Malformed),
    ],
)
def test_a_refusal_is_what_its_code_means(code: int, said: str, meant: type[DeviceError]) -> None:
    with pytest.raises(DeviceError, match=said) as raised:
        lapi.parse_device(answer(None, code, said))
    assert type(raised.value) is meant


@pytest.mark.parametrize("said", [b"", b"<html>404</html>", b"[]", b'{"Response":1}', b'{"Response":{}}'])
def test_what_is_no_answer_of_lapi_is_malformed(said: bytes) -> None:
    with pytest.raises(Malformed, match="LAPI DeviceInfo"):
        lapi.parse_device(said)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["ID", "Status", "DetailInfos", "AddressInfo", "Address", "Port", "LocalHDDList"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("zone", "hour"), [("GMT+08:00", 8), ("GMT-05:30", 18), ("UTC+0", 0), ("GMT+0800", 8)]
)
def test_the_clock_is_told_in_seconds_and_a_zone(zone: str, hour: int) -> None:
    told = lapi.parse_time(answer({"TimeZone": zone, "DeviceTime": 1_789_430_400}))  # midnight in UTC
    assert (told.local.hour, told.local.minute) == (hour, 30 if zone == "GMT-05:30" else 0)


@pytest.mark.parametrize(
    "said", [{}, {"DeviceTime": 1}, {"TimeZone": "GMT+08:00"}, {"TimeZone": "GMT+8", "DeviceTime": 10**14}]
)
def test_a_clock_without_a_time_and_a_zone_is_malformed(said: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        lapi.parse_time(answer(said))


@given(JSON_VALUES.map(answer) | st.binary(max_size=100) | st.just(b"[" * 100_000))
def test_any_json_is_a_value_or_a_refusal(said: bytes) -> None:
    for read in (lapi.parse_device, lapi.parse_channel_details, lapi.parse_containers, lapi.parse_time):
        try:
            read(said)
        except DeviceError:
            continue
