"""Who a Dahua device is, its clock, network, disks, and how it records."""

from __future__ import annotations

import pytest

from probe.errors import Malformed
from probe.wire import dahua_device as device
from probe.wire.dahua_table import flattened, parse_table
from probe.wire.recorder import Track

GIB = 1024**3


def table(*lines: str) -> dict[str, str]:
    return parse_table("\r\n".join(lines).encode(), "probe")


@pytest.mark.parametrize(
    ("lines", "model"),
    [
        (("deviceType=31", "updateSerial=NVR-A"), "NVR-A"),
        (("updateSerial=XVR-B", "serialNumber=S"), "XVR-B"),
        (("deviceType=IPC-C", "updateSerial=IPC-SIBLING"), "IPC-C"),
        (("deviceType=IP Camera", "serialNumber=S"), "IP Camera"),
    ],
)
def test_the_model_is_the_word_that_names_one(lines: tuple[str, ...], model: str) -> None:
    assert device.system_info_of(table(*lines)).model == model


def test_an_answer_about_something_else_is_malformed_and_shows_no_value() -> None:
    with pytest.raises(Malformed, match="getSystemInfo") as raised:
        device.system_info_of(table("cookie=sentinel"))
    assert "sentinel" not in str(raised.value)


@pytest.mark.parametrize(
    "said",
    [
        table("version=2.8,build:2020-01-31"),
        table("version=2.8", "build=2020-01-31"),
        table("version=2.8", "BuildDate=2020-01-31"),
        flattened({"version": {"Version": "2.8", "BuildDate": "2020-01-31"}}),
    ],
)
def test_a_version_is_one_text_however_its_date_stands(said: dict[str, str]) -> None:
    assert device.version_of(said) == "2.8,build:2020-01-31"


def test_single_words_are_read_and_their_absence_is_malformed() -> None:
    assert device.device_type_of(table("type=DH-XVR5108C-X ")) == "DH-XVR5108C-X"
    with pytest.raises(Malformed, match="sn="):
        device.serial_of(table("vendor=Dahua"))


def test_the_clock_is_read_and_a_broken_one_is_malformed() -> None:
    assert str(device.time_of(table("result=2026-07-02 19:09:25")).local) == "2026-07-02 19:09:25"
    with pytest.raises(Malformed, match="no time"):
        device.time_of(table("result=2000-00-00 00:00:00"))


def test_a_card_without_address_and_mac_is_left_out() -> None:
    cards = device.network_cards_of(
        table(
            "table.Network.DefaultInterface=eth0",
            "table.Network.eth0.IPAddress=192.0.2.8",
            "table.Network.eth0.SubnetMask=255.255.255.0",
            "table.Network.eth0.PhysicalAddress=9C-14-63-00-11-22",
            "table.Network.eth0.DhcpEnable=false",
            "table.Network.eth1.PhysicalAddress=ff:ff:ff:ff:ff:ff",
        )
    )
    assert [(one.name, one.address, one.mac, one.has_dhcp) for one in cards] == [
        ("eth0", "192.0.2.8", "9c:14:63:00:11:22", False)
    ]


def test_a_disk_is_the_sum_of_its_parts() -> None:
    (disk,) = device.disks_of(
        table(
            "list.info[0].Name=/dev/sda",
            "list.info[0].State=Success",
            *(f"list.info[0].Detail[{part}].TotalBytes={GIB}.000000" for part in (0, 1)),
            *(f"list.info[0].Detail[{part}].UsedBytes={GIB // 4}.000000" for part in (0, 1)),
            "list.info[0].Detail[2].IsError=false",
        )
    )
    assert (disk.id, disk.kind, disk.is_good) == ("/dev/sda", "local", True)
    assert (disk.capacity_mib, disk.free_mib) == (2048, 1536)


def test_a_disk_that_is_full_is_good_and_one_with_a_bad_part_is_not() -> None:
    full, bad = device.disks_of(
        table(
            "list.info[0].State=Success",
            f"list.info[0].Detail[0].TotalBytes={GIB}",
            f"list.info[0].Detail[0].UsedBytes={GIB}",
            "list.info[1].State=Success",
            "list.info[1].Detail[0].IsError=true",
        )
    )
    assert (full.is_good, full.free_mib, bad.is_good) == (True, 0, False)


def test_a_state_that_nobody_knows_is_neither_good_nor_bad() -> None:
    (disk,) = device.disks_of(table("Storage[0].TotalBytes=-5", "Storage[0].State=Pondering"))
    assert (disk.is_good, disk.capacity_mib, disk.free_mib, disk.status) == (None, None, None, "Pondering")


def test_an_array_is_one_and_a_removed_disk_is_none() -> None:
    disks = device.disks_of(
        table(
            "list.info[0].Name=/dev/md0",
            "list.info[0].State=Degraded",
            "list.info[1].Name=/dev/sdb",
            "list.info[1].State=NotExist",
        )
    )
    assert [(one.kind, one.is_good) for one in disks] == [("raid", False)]


def test_an_answer_that_speaks_of_no_disk_is_not_one_of_a_device_without_disks() -> None:
    with pytest.raises(Malformed, match="getDeviceAllInfo"):
        device.disks_of(table("type=IPC"))


def week(section: str) -> dict[str, str]:
    return {f"Record[0].TimeSection[{day}][0]": section for day in range(8)}


@pytest.mark.parametrize(
    ("mode", "plan", "meant"),
    [
        ("0", week("1 00:00:00-23:59:59"), "continuous"),
        ("0", week("7 00:00:00-24:00:00"), "continuous"),
        ("0", week("6 00:00:00-23:59:59"), "motion"),
        ("0", week("1 08:00:00-18:00:00"), "schedule"),
        ("0", week("0 00:00:00-23:59:59"), "off"),
        ("0", week("nonsense"), "schedule"),
        ("0", {}, "schedule"),
        ("1", week("6 00:00:00-23:59:59"), "continuous"),
        ("2", week("1 00:00:00-23:59:59"), "off"),
        ("9", {}, ""),
    ],
)
def test_the_mode_of_a_channel_is_what_its_switch_and_its_week_amount_to(
    mode: str, plan: dict[str, str], meant: str
) -> None:
    (track,) = device.tracks_of({"RecordMode[0].Mode": mode}, plan)
    assert track.mode == meant


def test_a_day_joined_of_two_halves_is_whole_and_one_with_a_pause_is_not() -> None:
    halves = {
        **week("1 00:00:00-12:00:00"),
        **{f"Record[0].TimeSection[{day}][1]": "1 12:00:00-23:59:59" for day in range(7)},
    }
    paused = {**halves, "Record[0].TimeSection[3][1]": "1 13:00:00-23:59:59"}
    modes = {"RecordMode[0].Mode": "0"}
    assert [device.tracks_of(modes, plan)[0].mode for plan in (halves, paused)] == ["continuous", "schedule"]


def test_a_track_counts_its_channel_from_one_and_may_expire() -> None:
    (track,) = device.tracks_of({"RecordMode[3].Mode": "2"}, expiry_days=30)
    assert track == Track(4, "3", enabled=False, mode="off", expiry_days=30)


@pytest.mark.parametrize(("sub", "mode"), [("1", "continuous"), ("0", "schedule"), ("2", "off"), ("", "off")])
def test_a_channel_that_records_its_sub_stream_alone_is_not_off(sub: str, mode: str) -> None:
    (track,) = device.tracks_of({"RecordMode[0].Mode": "2", "RecordMode[0].ModeExtra1": sub})
    assert track.mode == mode


@pytest.mark.parametrize(("held", "days"), [("30", 30), ("0", None), ("-1", None)])
def test_recordings_are_held_for_days_or_without_a_limit(held: str, days: int | None) -> None:
    assert device.hold_days_of({"StorageGlobal.FileHoldTime": held}) == days


def test_groups_that_are_held_differently_name_no_one_number() -> None:
    assert (
        device.hold_days_of({"StorageGroup[0].FileHoldTime": "7", "StorageGroup[1].FileHoldTime": "30"})
        is None
    )


def test_a_table_without_record_modes_is_malformed() -> None:
    with pytest.raises(Malformed, match="RecordMode"):
        device.tracks_of({"Network.eth0.IPAddress": "192.0.2.1"})
