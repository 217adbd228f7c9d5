"""A simulated Uniview recorder by LAPI, without a socket: the client's own parsers read it as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.wire import lapi

Make = Callable[..., Any]  # the bench of conftest.py; pytest hands it over


def test_it_says_who_it_is(bench: Make) -> None:
    one = bench("uniview")
    said = lapi.parse_device(one.get(lapi.DEVICE_INFO).body)
    assert (said.model, said.serial) == (one.device.model, one.device.serial)


def test_its_channels_are_those_with_a_camera(bench: Make) -> None:
    one = bench("uniview")
    inputs = lapi.parse_channel_details(one.get(lapi.CHANNEL_DETAILS).body)
    inputs = lapi.with_devices(inputs, one.get(lapi.CHANNEL_DEVICES).body)
    assert [
        (row.number, row.name, row.address, row.serial, row.online) for row in inputs if not row.is_slot
    ] == [
        (channel.number, channel.name, channel.behind.address, channel.behind.serial, channel.online)
        for channel in one.archive.cameras()
    ]


def test_a_bay_without_a_disk_is_a_ghost(bench: Make) -> None:
    one = bench("uniview")
    disks = lapi.parse_containers(one.get(lapi.CONTAINERS).body)
    there = [disk for disk in one.archive.recorder.disks if disk.state != "missing"]
    assert [(disk.capacity_mib, disk.is_good) for disk in disks] == [
        (disk.capacity_mib, True) for disk in there
    ]


def test_the_days_of_a_month_are_the_truths(bench: Make) -> None:
    one = bench("uniview")
    for channel in one.archive.cameras():
        answer = one.get(lapi.recorded_days_path(channel.number, 2026, 9))
        told = lapi.parse_recorded_days(answer.body, 2026, 9)
        said = [day.isoformat() for day, is_recorded in told.items() if is_recorded]
        assert said == [day for day in one.true(channel.number)["recording"]["days"] if day >= "2026-09"]


def test_a_page_that_it_does_not_have_is_599(bench: Make) -> None:
    assert bench("uniview").get("/LAPI/V1.0/Network/Basic").status == 599


def test_a_page_of_another_version_breaks_off(bench: Make) -> None:
    answer = bench("uniview").get("/LAPI/V2.0/System/DeviceInfo")
    assert (answer.status, answer.is_cut) == (404, True)


def test_a_change_is_refused_and_counted(bench: Make) -> None:
    one = bench("uniview")
    assert one.post("/LAPI/V1.0/System/Reboot", b"").status == 599
    assert one.marks.changes_asked == 1
