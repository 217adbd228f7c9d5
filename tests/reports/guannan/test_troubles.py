"""Faults over the runs: what the forms call a fault is what the night watch calls one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from config.schema import Catalogue
from inventory.course import ChannelThen, Course, Visit
from inventory.nights import look_of
from inventory.record import DeviceRecord, RunInfo, View
from inventory.watch import OWN_KINDS
from probe.model import Channel, ChannelReport, DeviceReport, Measured, Target, Value
from reports.guannan.scene import Scene
from reports.guannan.troubles import VIDEO_LOST, look_back
from reports.guannan.upkeep import upkeep_page
from tests.reports.guannan.conftest import HEALTHY, NIGHT, evidence

Values = Mapping[str, Value]
RUN = RunInfo(1, "scan", NIGHT, NIGHT + timedelta(minutes=6), (), 1, 1)
SIZE: Values = {"width": 1920, "height": 1080, "codec": "H264"}
CHANNELS: list[Values] = [
    {"recording_now": True},
    {"recording_now": False},
    {"recording_now": False, "recording_mode": "motion"},
    {"recording_now": False, "recording_mode": "schedule", "continuous_days": 31},
    {"recording_now": False, "recording_mode": "continuous", "continuous_days": 31},
    {"recording_mode": "off"},
    {"recording_mode": "motion", "continuous_days_at_most": 0},
    {"recording_now": True, "continuous_days_at_most": 0},
    {"recording_days": ["2026-09-14"]},
    {"alive": False},
    {"playback_alive": False},
    {"playback_alive": True, "playback_oldest_alive": False},
    {"luma_p97": 10.0, "luma_spread": 2.0, "chroma_mean": 1.0, "luma_structure": 0.1},
]
DEVICES: list[Values] = [
    {"clock_offset_s": 61.0},
    {"clock_offset_s": -59.0},
    {"storage_state": "bad"},
    {"disks": [{"id": "1", "is_good": True}, {"id": "2", "is_good": False}], "storage_state": "good"},
    {"disks": [{"id": "1", "is_good": True}, {"id": "2", "is_good": None}], "storage_state": "bad"},
]


def told(catalogue: Catalogue, device: Values, channel: Values) -> set[str]:
    """Return the faults of one run as the evidence tells them."""
    own, of_channel = ({name: Measured(one) for name, one in said.items()} for said in (device, channel))
    shown = ChannelThen(1, readings=of_channel)
    visit = Visit(1, "d1", "10.30.1.50", True, own, (shown,))
    course = Course((RUN,), (visit,), {1: frozenset({"d1"})})
    return {one.fault for one in look_back(course, catalogue).troubles}


def watched(catalogue: Catalogue, device: Values, channel: Values) -> set[str]:
    """Return the faults of the same run as the night watch tells them, but for too few days."""
    shown = ChannelReport(Channel(1), evidence(channel, NIGHT))
    report = DeviceReport(Target("10.30.1.50"), evidence(device, NIGHT), (shown,))
    record = DeviceRecord("d1", "recorder", "10.30.1.50", report, NIGHT, NIGHT, True)
    look = look_of(View(RUN, (record,)), catalogue, ZoneInfo(catalogue.settings.watch.zone))
    assert look is not None
    return {kind for one in look.results for kind in one.faults} - {"retention"}


@pytest.mark.parametrize("said", CHANNELS, ids=str)
def test_a_channel_has_the_faults_that_the_watch_finds(catalogue: Catalogue, said: Values) -> None:
    channel = {**HEALTHY, **SIZE, **said}
    assert told(catalogue, {}, channel) == watched(catalogue, {}, channel)


@pytest.mark.parametrize("said", DEVICES, ids=str)
def test_a_device_has_the_faults_that_the_watch_finds(catalogue: Catalogue, said: Values) -> None:
    assert told(catalogue, said, {}) == watched(catalogue, said, {})


def test_a_channel_that_waits_for_movement_is_no_fault(catalogue: Catalogue) -> None:
    waiting: Values = {"recording_now": False, "recording_mode": "motion", "continuous_days": 31}
    assert told(catalogue, {}, waiting) == set()


def test_every_fault_is_a_kind_of_the_watch_or_the_recorders_own_word(scene: Scene) -> None:
    known = OWN_KINDS | scene.catalogue.faults.keys() | {VIDEO_LOST}
    assert {one.fault for one in look_back(scene.course, scene.catalogue).troubles} <= known


def test_a_fault_is_called_as_the_watch_calls_it(scene: Scene) -> None:
    named = {str(cells[1].text) for cells in upkeep_page(scene).tables[1].lines if cells[1]}
    assert named == {"视角偏移", "离线", "没有录像", "黑屏", "录像硬盘故障", "时钟不准"}
