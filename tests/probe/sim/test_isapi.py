"""A simulated Hikvision recorder by ISAPI, without a socket: the client's own parsers read it as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from probe.sim.footage import Footage, Stretch
from probe.wire import isapi, isapi_device, isapi_inputs, isapi_records

Make = Callable[..., Any]  # the bench of conftest.py; pytest hands it over

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
CHANNELS = "/ISAPI/ContentMgmt/InputProxy/channels"


def days_of(bench: Any, track: str, year: int, month: int) -> list[date]:  # noqa: ANN401
    path, body = isapi_records.days_request(track, year, month)
    answer = bench.post(path, body)
    assert answer.status == 200
    return [day for day, is_there in isapi_records.parse_days(answer.body, year, month).items() if is_there]


def search(bench: Any, track: str, start: datetime, end: datetime, **more: Any) -> Any:  # noqa: ANN401
    """Return the answer to one page; times are the digits that are written before Z."""
    body = isapi_records.search_request(track, start, end, search_id=more.pop("id", "{A}"), **more)
    return bench.post(isapi_records.SEARCH, body)


def test_it_says_who_it_is(bench: Make) -> None:
    one = bench("hikvision")
    said = isapi_device.parse_identity(one.get("/ISAPI/System/deviceInfo").body)
    device = one.device
    assert (said.model, said.serial, said.mac) == (device.model, device.serial, device.mac.lower())
    assert said.records_others


def test_a_hybrid_is_a_recorder_too(bench: Make) -> None:
    one = bench("hikvision", nth=2)
    assert isapi_device.parse_identity(one.get("/ISAPI/System/deviceInfo").body).records_others


def test_it_tells_its_clock_and_zone(bench: Make) -> None:
    one = bench("hikvision")
    clock = isapi_device.parse_clock(one.get("/ISAPI/System/time").body)
    shown = NOW + timedelta(seconds=one.device.clock_offset_s)
    assert (clock.offset_s, clock.now.offset_s) == (28800, 28800)
    assert abs(clock.now.local - timedelta(hours=8) - shown.replace(tzinfo=None)) < timedelta(seconds=1)


def test_its_channels_are_those_with_a_camera_and_slots_that_remember_one(bench: Make) -> None:
    one = bench("hikvision")
    inputs = isapi_inputs.parse_proxy_inputs(one.get(CHANNELS).body)
    cameras = [row for row in inputs if not row.is_slot]
    assert [(row.number, row.name) for row in cameras] == [
        (channel.number, channel.name) for channel in one.archive.cameras()
    ]


def test_a_camera_behind_it_comes_with_what_ties_it(bench: Make) -> None:
    one = bench("hikvision")
    inputs = {row.number: row for row in isapi_inputs.parse_proxy_inputs(one.get(CHANNELS).body)}
    for channel in one.archive.cameras():
        behind, row = channel.behind, inputs[channel.number]
        assert (row.address, row.mac, row.serial) == (behind.address, behind.mac.lower(), behind.serial)


def test_its_status_says_who_is_on_line_and_why_not(bench: Make) -> None:
    one = bench("hikvision", nth=1)
    said = isapi_inputs.parse_proxy_statuses(one.get(f"{CHANNELS}/status").body)
    assert {number: row.online for number, row in said.items()} == {
        channel.number: channel.online for channel in one.archive.cameras()
    }
    assert {row.why_offline for row in said.values()} - {""} <= {"netUnreachable", "errorUserNameOrPasswd"}


def test_a_cascaded_recorder_has_two_channels_of_one_address(bench: Make) -> None:
    one = bench("hikvision", nth=1)
    first = next(device for device in one.campus.devices if device.recorder)
    inputs = isapi_inputs.parse_proxy_inputs(one.get(CHANNELS).body)
    cascaded = [row for row in inputs if row.address == first.address]
    assert [(row.serial, row.behind) for row in cascaded] == [
        (first.serial, channel.number) for channel in first.recorder.channels if channel.online
    ][:2]


def test_analogue_inputs_of_a_hybrid_come_before_its_network_cameras(bench: Make) -> None:
    one = bench("hikvision", nth=2)
    analogue = isapi_inputs.parse_video_inputs(one.get("/ISAPI/System/Video/inputs/channels").body)
    network = isapi_inputs.parse_proxy_inputs(one.get(CHANNELS).body)
    assert [row.number for row in analogue] == list(range(1, 17))
    assert min(row.number for row in network) == 17


def test_every_stream_is_listed_with_its_size(bench: Make) -> None:
    one = bench("hikvision")
    said = isapi_inputs.parse_streams(one.get("/ISAPI/Streaming/channels").body)
    assert [(row.number, row.width, row.codec) for row in said] == [
        (lens.number, stream.width, stream.codec) for lens in one.device.lenses for stream in lens.streams
    ]


def test_one_stream_is_told_alone(bench: Make) -> None:
    (row,) = isapi_inputs.parse_streams(bench("hikvision").get("/ISAPI/Streaming/channels/102").body)
    assert (row.number, row.stream) == (1, 2)


@pytest.mark.parametrize(
    "path", [f"{CHANNELS}/17/video/overlays", "/ISAPI/System/Video/inputs/channels/1/overlays"]
)
def test_a_channel_shows_its_clock_and_name(bench: Make, path: str) -> None:
    overlay = isapi.parse_overlay(bench("hikvision", nth=2).get(path).body)
    assert (overlay.shows_clock, overlay.shows_name) == (True, True)


def test_a_channel_is_told_alone_with_its_name(bench: Make) -> None:
    one = bench("hikvision")
    assert isapi.parse_channel_name(one.get(f"{CHANNELS}/1").body) == one.archive.cameras()[0].name


def test_a_bay_without_a_disk_is_a_ghost(bench: Make) -> None:
    one = bench("hikvision")
    disks = isapi_device.parse_disks(one.get("/ISAPI/ContentMgmt/Storage").body)
    there = [disk for disk in one.archive.recorder.disks if disk.state != "missing"]
    assert [(disk.capacity_mib, disk.free_mib, disk.is_good) for disk in disks] == [
        (disk.capacity_mib, disk.free_mib, True) for disk in there
    ]


def test_its_platform_and_channels_have_codes_of_twenty_digits(bench: Make) -> None:
    one = bench("hikvision")
    (platform,) = isapi_device.parse_platforms(one.get("/ISAPI/System/Network/SIP").body)
    codes = isapi_device.parse_channel_codes(one.get("/ISAPI/System/Network/SIP/1/SIPInfo").body)
    assert len(platform.device_code) == 20
    assert set(codes) == {channel.number for channel in one.archive.cameras()}


def test_tracks_say_how_channels_are_set(bench: Make) -> None:
    one = bench("hikvision", nth=1)
    tracks = isapi_records.parse_tracks(one.get("/ISAPI/ContentMgmt/record/tracks").body)
    assert [(track.number, track.mode, track.expiry_days) for track in tracks] == [
        (channel.number, channel.mode, channel.expiry_days) for channel in one.archive.cameras()
    ]


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_the_days_of_two_months_are_the_truths(bench: Make, nth: int) -> None:
    one = bench("hikvision", nth=nth)
    for channel in one.archive.cameras():
        said = [day for month in (8, 9) for day in days_of(one, f"{channel.number}01", 2026, month)]
        locked = {stretch.start.date() for stretch in channel.footage.stretches if stretch.locked}
        true = one.true(channel.number)["recording"]["days"]
        assert [day.isoformat() for day in said if day not in locked] == [
            day for day in true if day >= "2026-08"
        ]


def test_a_month_has_as_many_days_as_the_calendar(bench: Make) -> None:
    path, body = isapi_records.days_request("101", 2028, 2)
    assert len(isapi_records.parse_days(bench("hikvision").post(path, body).body, 2028, 2)) == 29


def test_questions_about_recordings_are_counted_by_channel(bench: Make) -> None:
    one = bench("hikvision")
    for month in (7, 8, 9):
        days_of(one, "201", 2026, month)
    assert one.marks.asked.by_channel == {2: 3}


def test_a_search_gives_the_files_of_a_day_in_the_digits_of_its_own_clock(bench: Make) -> None:
    footage = Footage((Stretch(NOW - 3 * DAY, None),))
    one = bench("hikvision", footage=footage)
    start = datetime(2026, 9, 14)  # noqa: DTZ001  its own clock
    clips = isapi_records.parse_clips(search(one, "101", start, start + DAY).body, "101").clips
    # The first began the day before.
    assert len(clips) == 25
    assert (clips[0].start.local, clips[0].end.local) == tuple(
        start + timedelta(minutes=minutes) for minutes in (-37, 23)
    )


def test_a_search_is_read_in_pages_by_the_misspelt_position(bench: Make) -> None:
    one = bench("hikvision", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    start = datetime(2026, 9, 14)  # noqa: DTZ001
    pages = [search(one, "101", start, start + DAY, position=at, most=10) for at in (0, 10, 20)]
    read = [isapi_records.parse_clips(page.body) for page in pages]
    assert [(len(page.clips), page.more) for page in read] == [(10, True), (10, True), (5, False)]


def test_the_right_spelling_gives_page_one_again(bench: Make) -> None:
    one = bench("hikvision", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    start = datetime(2026, 9, 14)  # noqa: DTZ001
    body = isapi_records.search_request("101", start, start + DAY, search_id="{A}", position=10, most=5)
    first, again = (
        isapi_records.parse_clips(one.post(isapi_records.SEARCH, text).body).clips[0].start
        for text in (
            body.replace(b"<searchResultPostion>10", b"<searchResultPostion>0"),
            body.replace(b"Postion", b"Position"),
        )
    )
    assert first == again


def test_a_day_without_recordings_has_no_matches(bench: Make) -> None:
    one = bench("hikvision", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    start = datetime(2026, 8, 1)  # noqa: DTZ001
    assert isapi_records.parse_clips(search(one, "101", start, start + DAY).body).clips == ()


def test_a_locked_clip_says_so_and_brings_its_playback_address(bench: Make) -> None:
    at = NOW - 100 * DAY
    locked = Stretch(at, at + timedelta(minutes=9), locked=True)
    one = bench("hikvision", footage=Footage((locked, Stretch(NOW - DAY, None))))
    start = one.archive.stamped(at) - timedelta(hours=2)
    (clip,) = isapi_records.parse_clips(search(one, "101", start, start + DAY).body).clips
    assert clip.locked
    assert clip.source.startswith(f"rtsp://{one.device.address}/Streaming/tracks/101/?starttime=")


def test_more_results_than_fifty_are_refused(bench: Make) -> None:
    one = bench("hikvision")
    start = datetime(2026, 9, 14)  # noqa: DTZ001
    body = isapi_records.search_request("101", start, start + DAY, search_id="{A}", most=50)
    answer = one.post(isapi_records.SEARCH, body.replace(b">50<", b">100<"))
    assert (answer.status, b"badParameters" in answer.body) == (400, True)


def test_without_metadata_nothing_is_found(bench: Make) -> None:
    one = bench("hikvision", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    start = datetime(2026, 9, 14)  # noqa: DTZ001
    body = isapi_records.search_request("101", start, start + DAY, search_id="{A}")
    answer = one.post(isapi_records.SEARCH, body.replace(b"metadataDescriptor", b"descriptor"))
    assert isapi_records.parse_clips(answer.body).clips == ()


def test_a_slot_has_no_recordings_to_ask_for(bench: Make) -> None:
    one = bench("hikvision")
    slot = next(channel.number for channel in one.archive.recorder.channels if channel.is_slot)
    path, body = isapi_records.days_request(f"{slot}01", 2026, 9)
    assert one.post(path, body).status == 400


def test_a_change_is_refused_and_counted(bench: Make) -> None:
    one = bench("hikvision")
    answer = one.post("/ISAPI/ContentMgmt/Storage/hdd/1/format", b"")
    assert (answer.status, one.marks.changes_asked) == (403, 1)
