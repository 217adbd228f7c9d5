"""Recorders of a school from a seed: what is behind them, and what the truth says of cameras seen twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.sim.footage import BEIJING
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school
from probe.sim.ports import Layout
from probe.sim.recorder import Recorder
from probe.sim.truth import truth

NETWORK = "127.77.0.0/24"
TODAY = date(2026, 9, 15)
NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)


def school(seed: int, devices: int = 24, recorders: int = 8) -> Campus:
    layout = Layout("real", tuple(f"127.77.0.{i}" for i in range(1, devices + recorders + 1)))
    return plan_school(seed, devices, NETWORK, layout=layout, recorders=recorders, today=TODAY)


def recorders_of(campus: Campus) -> list[tuple[Device, Recorder]]:
    return [(one, one.recorder) for one in campus.devices if one.recorder]


@pytest.mark.parametrize("seed", range(3))
def test_the_cameras_of_a_school_are_the_same_with_and_without_recorders(seed: int) -> None:
    assert school(seed).devices[:24] == school(seed, recorders=0).devices


@pytest.mark.parametrize("seed", range(3))
def test_a_further_recorder_leaves_the_others_the_same(seed: int) -> None:
    assert school(seed, recorders=8).devices[24:30] == school(seed, recorders=6).devices[24:]


@given(st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_the_same_seed_gives_the_same_recorders(seed: int) -> None:
    assert school(seed, recorders=3) == school(seed, recorders=3)


@pytest.mark.parametrize("most_used", [1, 3])
def test_a_demonstration_keeps_its_recorders_small(most_used: int) -> None:
    layout = Layout("real", tuple(f"127.77.0.{i}" for i in range(1, 29)))
    campus = plan_school(1, 24, NETWORK, layout=layout, recorders=4, most_used=most_used, today=TODAY)
    used = [sum(not one.is_slot for one in recorder.channels) for _, recorder in recorders_of(campus)]
    assert used == [most_used] * 4


def test_eight_recorders_have_two_hundred_slots() -> None:
    built = recorders_of(school(1))
    assert sum(len(recorder.channels) for _, recorder in built) == 200
    assert {device.maker for device, _ in built} == {"hikvision", "dahua", "uniview", "no-name"}
    assert max(len(recorder.channels) for _, recorder in built) == 64


def test_some_recorders_have_four_profiles_to_a_channel() -> None:
    counts = {len(lens.streams) for device, _ in recorders_of(school(1)) for lens in device.lenses}
    assert counts == {2, 4}


@pytest.mark.parametrize("seed", range(4))
def test_every_stream_of_a_recorder_has_its_own_token_and_path(seed: int) -> None:
    for device, _ in recorders_of(school(seed)):
        streams = [stream for lens in device.lenses for stream in lens.streams]
        assert len({one.token for one in streams}) == len({one.path for one in streams}) == len(streams)


@pytest.mark.parametrize("seed", range(4))
def test_lenses_are_the_channels_that_have_a_camera(seed: int) -> None:
    for device, recorder in recorders_of(school(seed)):
        numbers = [one.number for one in recorder.channels if not one.is_slot]
        assert [lens.number for lens in device.lenses] == numbers
        assert [one.number for one in recorder.channels] == list(range(1, len(recorder.channels) + 1))


@pytest.mark.parametrize("seed", range(4))
def test_most_cameras_of_the_network_are_on_a_recorder(seed: int) -> None:
    campus = school(seed)
    own = {lens.camera_id for one in campus.devices[:24] for lens in one.lenses}
    behind = {lens.camera_id for one, _ in recorders_of(campus) for lens in one.lenses}
    assert len(own & behind) >= 14
    assert len(behind - own) >= 50


def test_the_truth_names_every_place_at_which_a_camera_is_seen() -> None:
    campus = school(1)
    sheet = truth(campus, now=NOW)
    places = {one["camera_id"]: one["seen_as"] for one in sheet["cameras"]}
    for device, recorder in recorders_of(campus):
        for lens in device.lenses:
            channel = recorder.channel(lens.number)
            assert channel is not None
            assert {"address": device.address, "channel": lens.number} in places[lens.camera_id]
            if channel.behind and channel.behind.serial and lens.camera_id.startswith("cam-0"):
                assert any(one["address"] == channel.behind.address for one in places[lens.camera_id])


def test_a_cascaded_channel_is_no_second_camera() -> None:
    campus = school(1)
    first, second = campus.devices[24], campus.devices[28]
    assert second.recorder is not None
    cascaded = [one for one in second.recorder.channels if one.behind and one.behind.address == first.address]
    ids = {lens.number: lens.camera_id for lens in second.lenses}
    theirs = {lens.number: lens.camera_id for lens in first.lenses}
    assert [ids[one.number] for one in cascaded] == [
        theirs[one.behind.channel] for one in cascaded if one.behind
    ]
    assert len(cascaded) == 2


def test_no_camera_is_listed_twice_in_the_truth() -> None:
    counted = Counter(one["camera_id"] for one in truth(school(1), now=NOW)["cameras"])
    assert set(counted.values()) == {1}


def test_a_camera_that_is_dead_is_off_line_on_its_recorder() -> None:
    campus = school(2)
    dead = {one.address for one in campus.devices[:24] if not one.answers}
    listed = [
        channel
        for _, recorder in recorders_of(campus)
        for channel in recorder.channels
        if channel.behind and channel.behind.address in dead
    ]
    assert listed
    assert {channel.why_offline for channel in listed} == {"unreachable"}


def test_the_truth_asks_for_no_size_where_a_channel_is_off_line() -> None:
    sheet = truth(school(2), now=NOW)
    rows = [channel for device in sheet["devices"][24:] for channel in device["channels"]]
    assert {row["width"] is None for row in rows if not row["source"]["online"]} == {True}
    assert {row["width"] is None for row in rows if row["source"]["online"]} == {False}


def test_some_names_are_given_twice() -> None:
    names = Counter(
        (device.number, channel.name)
        for device, recorder in recorders_of(school(1))
        for channel in recorder.channels
        if not channel.is_slot
    )
    assert 2 in names.values()


def test_schools_have_every_sort_of_recording() -> None:
    rows = [
        channel["recording"]
        for seed in range(3)
        for device in truth(school(seed), now=NOW)["devices"][24:]
        for channel in device["channels"]
    ]
    assert {row["mode"] for row in rows} == {"continuous", "motion", "schedule", "off"}
    assert any(row["locked_clips"] for row in rows)
    assert any(row["continuous_days"] == 0 and row["days_recorded"] > 5 for row in rows)
    assert any(row["continuous_days"] == 12 == row["days_recorded"] - 1 for row in rows)
    assert any(row["continuous_days"] > 90 for row in rows)
    assert any(row["width"] in (640, 352) for row in rows)


def test_the_truth_counts_days_in_a_row_up_to_yesterday() -> None:
    for device in truth(school(3), now=NOW)["devices"][24:]:
        for channel in device["channels"]:
            days, count = set(channel["recording"]["days"]), channel["recording"]["continuous_days"]
            row = [(TODAY - timedelta(days=ago)).isoformat() for ago in range(1, count + 2)]
            assert days.issuperset(row[:count])
            assert row[count] not in days


def test_times_of_recordings_are_local_with_their_offset() -> None:
    channel = truth(school(3), now=NOW)["devices"][24]["channels"][0]
    assert datetime.fromisoformat(channel["recording"]["oldest"]).utcoffset() == BEIJING.utcoffset(None)


def test_faults_are_put_on_a_recorder_by_its_number() -> None:
    layout = Layout("real", tuple(f"127.77.0.{i}" for i in range(1, 9)))
    campus = plan_school(1, 4, NETWORK, {6: ("no-days",)}, layout=layout, recorders=2, today=TODAY)
    assert campus.devices[5].faults == ("no-days",)
    assert campus.devices[5].recorder is not None
    assert campus.devices[5].recorder.ills.no_days


def test_a_school_may_have_recorders_alone() -> None:
    campus = school(1, devices=0, recorders=1)
    assert truth(campus, now=NOW)["devices"][0]["kind"] == "recorder"


def test_what_was_recorded_counts_from_the_day_that_is_given() -> None:
    layout = Layout("real", ("127.77.0.1",))
    days = [
        plan_school(1, 0, NETWORK, layout=layout, recorders=1, today=one).devices[0].recorder
        for one in (TODAY, TODAY + timedelta(days=3))
    ]
    starts = [one.channels[0].footage.stretches[0].start for one in days if one]
    assert starts[1] - starts[0] == timedelta(days=3)


def test_no_password_is_in_a_printed_recorder() -> None:
    campus = school(1, devices=0, recorders=1)
    assert campus.credentials[0].password not in repr(replace(campus, credentials=()))
