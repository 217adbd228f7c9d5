"""A simulated Dahua recorder by its CGI, without a socket: the client's own parsers read it as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probe.sim.footage import Footage, Stretch
from probe.wire import dahua_device, dahua_inputs, dahua_records
from probe.wire.dahua_table import SessionLost, parse_table
from probe.wire.recorder import Clips

Make = Callable[..., Any]  # the bench of conftest.py; pytest hands it over

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 9, 14)  # noqa: DTZ001  by the recorder's own clock


def table(bench: Any, path: str) -> dict[str, str]:  # noqa: ANN401
    return parse_table(bench.get(path).body, path)


def config(bench: Any, name: str) -> dict[str, str]:  # noqa: ANN401
    return table(bench, dahua_device.CONFIG.format(name))


def begun(bench: Any, number: int, start: datetime, end: datetime) -> str:  # noqa: ANN401
    handle = dahua_records.handle_of(table(bench, dahua_records.CREATE_PATH))
    answer = bench.get(dahua_records.find_path(handle, number, start, end))
    dahua_records.parse_done(answer.body, "findFile")
    return handle


def read_on(bench: Any, handle: str, most: int = 100) -> Clips:  # noqa: ANN401
    return dahua_records.clips_of(table(bench, dahua_records.next_path(handle, most)))


def test_it_says_who_it_is(bench: Make) -> None:
    one = bench("dahua")
    said = dahua_device.system_info_of(table(one, dahua_device.SYSTEM_INFO))
    assert (said.model, said.serial) == (one.device.model, one.device.serial)


def test_it_tells_its_clock(bench: Make) -> None:
    one = bench("dahua")
    shown = dahua_device.time_of(table(one, dahua_device.CURRENT_TIME)).local
    assert abs(shown - one.archive.wall(NOW)) < timedelta(seconds=1)


def test_it_tells_its_firmware_and_network(bench: Make) -> None:
    one = bench("dahua")
    version = dahua_device.version_of(table(one, dahua_device.VERSION))
    (card,) = dahua_device.network_cards_of(config(one, "Network"))
    assert version.startswith(one.device.firmware.split(",")[0])
    assert (card.address, card.mac) == (one.device.address, one.device.mac.lower())


def test_the_cameras_behind_it_come_with_what_ties_them(bench: Make) -> None:
    one = bench("dahua")
    cameras = dahua_inputs.remote_devices_of(config(one, "RemoteDevice"))
    assert [(row.number, row.address, row.serial, row.mac) for row in cameras if not row.is_slot] == [
        (channel.number, channel.behind.address, channel.behind.serial, channel.behind.mac.lower())
        for channel in one.archive.cameras()
    ]


def test_a_row_that_is_switched_off_is_a_slot(bench: Make) -> None:
    one = bench("dahua")
    cameras = dahua_inputs.remote_devices_of(config(one, "RemoteDevice"))
    slots = [channel.number for channel in one.archive.recorder.channels if channel.is_slot]
    assert [row.number for row in cameras if row.is_slot] == slots


def test_names_and_states_are_of_all_channels(bench: Make) -> None:
    one = bench("dahua", nth=1)
    titles = dahua_inputs.titles_of(config(one, "ChannelTitle"))
    states = dahua_inputs.camera_states_of(table(one, dahua_inputs.CAMERA_STATES))
    assert titles == {channel.number: channel.name for channel in one.archive.recorder.channels}
    assert [number for number, word in states.items() if word == "Empty"] == [
        channel.number for channel in one.archive.recorder.channels if channel.is_slot
    ]


def test_an_analogue_input_without_a_picture_is_an_event(bench: Make) -> None:
    one = bench("dahua", nth=1)
    lost = dahua_inputs.parse_lost_pictures(
        one.get("/cgi-bin/eventManager.cgi?action=getEventIndexes&code=VideoLoss").body
    )
    assert list(lost) == [row.number for row in one.archive.cameras() if row.why_offline == "no-video"]


def test_streams_are_told_with_their_size(bench: Make) -> None:
    one = bench("dahua")
    said = dahua_inputs.stream_settings_of(config(one, "Encode"))
    assert [(row.number, row.width, row.codec) for row in said] == [
        (lens.number, stream.width, stream.codec) for lens in one.device.lenses for stream in lens.streams
    ]


def test_modes_are_told_by_the_plan(bench: Make) -> None:
    one = bench("dahua", nth=1)
    tracks = dahua_device.tracks_of(config(one, "RecordMode"), config(one, "Record"))
    assert {track.number: track.mode for track in tracks} == {
        channel.number: channel.mode for channel in one.archive.recorder.channels
    }


def test_disks_are_told_in_bytes(bench: Make) -> None:
    one = bench("dahua")
    disks = dahua_device.disks_of(table(one, dahua_device.STORAGE))
    there = [disk for disk in one.archive.recorder.disks if disk.state != "missing"]
    assert [(disk.capacity_mib, disk.free_mib, disk.is_good) for disk in disks] == [
        (disk.capacity_mib, disk.free_mib, True) for disk in there
    ]


def test_a_day_is_found_in_files_of_half_an_hour(bench: Make) -> None:
    one = bench("dahua", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    page = read_on(one, begun(one, 1, MIDNIGHT, MIDNIGHT + DAY))
    assert len(page.clips) == 48
    assert {clip.kind for clip in page.clips} == {"continuous"}


@pytest.mark.parametrize("nth", [0, 1])
def test_the_days_of_a_fortnight_are_the_truths(bench: Make, nth: int) -> None:
    one = bench("dahua", nth=nth)
    for channel in one.archive.cameras():
        true = one.true(channel.number)["recording"]["days"]
        for ago in range(1, 15):
            day = MIDNIGHT + DAY - ago * DAY
            page = read_on(one, begun(one, channel.number, day, day + DAY - timedelta(seconds=1)))
            inside = [clip for clip in page.clips if clip.end.local - day > timedelta(seconds=20)]
            inside = [clip for clip in inside if day + DAY - clip.start.local > timedelta(seconds=20)]
            assert bool(inside) == (f"{day:%Y-%m-%d}" in true)
        one.face._finder._searches.clear()


def test_a_search_is_read_in_pages(bench: Make) -> None:
    one = bench("dahua", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    handle = begun(one, 1, MIDNIGHT, MIDNIGHT + timedelta(hours=10))
    pages = [read_on(one, handle, 9) for _ in range(4)]
    assert [(len(page.clips), page.more) for page in pages] == [(9, True), (9, True), (2, True), (0, False)]


def test_a_plus_is_no_blank(bench: Make) -> None:
    one = bench("dahua")
    handle = dahua_records.handle_of(table(one, dahua_records.CREATE_PATH))
    path = dahua_records.find_path(handle, 1, MIDNIGHT, MIDNIGHT + DAY).replace("%20", "+")
    assert one.get(path).status == 400


def test_a_search_that_was_destroyed_is_lost(bench: Make) -> None:
    one = bench("dahua")
    handle = begun(one, 1, MIDNIGHT, MIDNIGHT + DAY)
    for path in (dahua_records.close_path(handle), dahua_records.destroy_path(handle)):
        dahua_records.parse_done(one.get(path).body, "close")
    with pytest.raises(SessionLost):
        read_on(one, handle)
    assert (one.marks.asked.searches_opened, one.marks.asked.searches_closed) == (1, 1)


def test_handles_that_nobody_destroys_stop_the_next_search(bench: Make) -> None:
    one = bench("dahua")
    answers = [one.get(dahua_records.CREATE_PATH).status for _ in range(17)]
    assert answers == [200] * 16 + [400]


def test_a_motion_clip_says_so(bench: Make) -> None:
    clip = Stretch(NOW - DAY, NOW - DAY + timedelta(minutes=3), "motion")
    one = bench("dahua", footage=Footage((clip,)))
    (found,) = read_on(one, begun(one, 1, MIDNIGHT, MIDNIGHT + DAY)).clips
    assert found.kind == "motion"


def test_a_change_is_refused_and_counted(bench: Make) -> None:
    one = bench("dahua")
    answer = one.get("/cgi-bin/configManager.cgi?action=setConfig&RecordMode[0].Mode=2")
    assert (answer.status, one.marks.changes_asked) == (400, 1)
