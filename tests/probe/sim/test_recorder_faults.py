"""Every fault of a recorder, seen in its answers. The guard in test_faults.py fails for one without test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from probe.errors import Malformed
from probe.sim.footage import Footage, Stretch
from probe.sim.http import Request
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school
from probe.sim.playback import clips_of, tape_at
from probe.sim.recorder_faults import RECORDER_FAULTS
from probe.sim.soap import Instead, parse_call
from probe.wire import (
    dahua_device,
    dahua_inputs,
    dahua_records,
    isapi_device,
    isapi_inputs,
    isapi_records,
    lapi,
    onvif_search,
)
from probe.wire.dahua_table import SessionLost, parse_table
from probe.wire.soap import Fault, Reply, envelope

Make = Callable[..., Any]  # the bench of conftest.py; pytest hands it over
Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Serve = Callable[[Campus], Coroutine[Any, Any, Campus]]
Client = Any  # the client of conftest.py; pytest hands it over

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MIDNIGHT = datetime(2026, 9, 14)  # noqa: DTZ001  by the recorder's own clock
DAYS = Footage((Stretch(NOW - 5 * DAY, None),))
INPUTS = "/ISAPI/ContentMgmt/InputProxy/channels"
TIME = "/ISAPI/System/time"


def search(bench: Any, start: datetime, end: datetime, position: int = 0, name: str = "{A}") -> Any:  # noqa: ANN401
    body = isapi_records.search_request("101", start, end, search_id=name, position=position, most=10)
    return bench.post(isapi_records.SEARCH, body)


def days_page(bench: Any, track: str = "101") -> Any:  # noqa: ANN401
    return bench.post(*isapi_records.days_request(track, 2026, 9))


def found_by_cgi(bench: Any, most: int = 10) -> tuple[str, Any]:  # noqa: ANN401
    """Return the handle of a search of one day and the answer to its first page."""
    handle = dahua_records.handle_of(parse_table(bench.get(dahua_records.CREATE_PATH).body, "create"))
    bench.get(dahua_records.find_path(handle, 1, MIDNIGHT, MIDNIGHT + DAY))
    return handle, bench.get(dahua_records.next_path(handle, most))


def found_by_onvif(bench: Any) -> tuple[str, Reply | Fault]:  # noqa: ANN401
    begun = bench.soap("tse", onvif_search.find_recordings())
    token = onvif_search.parse_search_token(begun)
    return token, bench.soap("tse", onvif_search.get_search_results(token))


def first_start(bench: Any) -> datetime:  # noqa: ANN401
    """Return the digits of the file that begins at 5:23 in the morning at the school."""
    asked = bench.archive.stamped(datetime(2026, 9, 13, 21, 30, tzinfo=UTC))
    (clip,) = isapi_records.parse_clips(search(bench, asked, asked + timedelta(minutes=9)).body).clips
    return clip.start.local


def test_every_fault_of_a_recorder_can_be_planned_on_a_camera_and_changes_nothing(bench: Make) -> None:
    camera = bench("hikvision").campus.devices[0]
    unchanged = {one.id for one in RECORDER_FAULTS if one.effect(camera) == camera}
    assert {one.id for one in RECORDER_FAULTS} - unchanged == {"slow-answers", "reboots"}


def test_fault_z_is_local__writes_the_wall_clock_before_z(bench: Make) -> None:
    one = bench("hikvision", "z-is-local", footage=DAYS)
    assert first_start(one) == datetime(2026, 9, 14, 5, 23)  # noqa: DTZ001


def test_fault_z_is_utc__writes_utc_before_z(bench: Make) -> None:
    one = bench("hikvision", "z-is-utc", footage=DAYS)
    assert first_start(one) == datetime(2026, 9, 13, 21, 23)  # noqa: DTZ001


def test_fault_z_is_local__is_so_in_profile_g_too(bench: Make) -> None:
    plain, local = bench("no-name", footage=DAYS), bench("no-name", "z-is-local", footage=DAYS)
    (one, other) = (
        onvif_search.parse_search_results(found_by_onvif(each)[1]).recordings[0].start.local  # type: ignore[arg-type, union-attr]
        for each in (plain, local)
    )
    assert other - one == timedelta(hours=8)


def test_fault_zone_wrong__shows_a_clock_eight_hours_slow(bench: Make) -> None:
    clock = isapi_device.parse_clock(bench("hikvision", "zone-wrong").get(TIME).body)
    assert clock.offset_s == 0
    assert abs(clock.now.local - NOW.replace(tzinfo=None)) < timedelta(seconds=20)


def test_fault_zone_wrong__counts_days_by_its_own_midnight(bench: Make) -> None:
    # Six in the morning at the school is still yesterday in Greenwich.
    at = datetime(2026, 9, 13, 22, tzinfo=UTC)
    one = bench("hikvision", "zone-wrong", footage=Footage((Stretch(at, at + HOUR),)))
    days = isapi_records.parse_days(days_page(one).body, 2026, 9)
    assert [day.day for day, is_there in days.items() if is_there] == [13]
    assert one.true(1)["recording"]["days"] == ["2026-09-14"]


def test_fault_endless_more__never_ends_and_gives_nothing(bench: Make) -> None:
    one = bench("hikvision", "endless-more", footage=DAYS)
    pages = [isapi_records.parse_clips(search(one, MIDNIGHT, MIDNIGHT + DAY, at).body) for at in (0, 10, 990)]
    assert [(page.clips, page.more) for page in pages] == [((), True)] * 3


def test_fault_endless_more__counts_what_it_does_not_list(bench: Make) -> None:
    _, answer = found_by_cgi(bench("dahua", "endless-more", footage=DAYS))
    assert parse_table(answer.body, "findNextFile") == {"found": "10"}


def test_fault_endless_more__goes_on_searching(bench: Make) -> None:
    _, reply = found_by_onvif(bench("no-name", "endless-more"))
    assert isinstance(reply, Reply)
    assert onvif_search.parse_search_results(reply) == onvif_search.RecordingPage((), is_complete=False)


def test_fault_short_pages__gives_fewer_at_once_than_were_asked_for(bench: Make) -> None:
    one = bench("dahua", "short-pages", footage=DAYS)
    handle = dahua_records.handle_of(parse_table(one.get(dahua_records.CREATE_PATH).body, "create"))
    one.get(dahua_records.find_path(handle, 1, MIDNIGHT - 4 * DAY, MIDNIGHT))
    pages = [one.get(dahua_records.next_path(handle)).body for _ in range(2)]
    assert [parse_table(page, "findNextFile")["found"] for page in pages] == ["64", "64"]


def test_fault_names_alike__names_no_source_that_is_listed(bench: Make) -> None:
    _, reply = found_by_onvif(bench("no-name", "names-alike"))
    assert isinstance(reply, Reply)
    recordings = onvif_search.parse_search_results(reply).recordings
    assert len({(one.source, one.source_name) for one in recordings}) == 1
    assert len(recordings) > 1


def test_fault_wide_window_500__answers_a_single_day(bench: Make) -> None:
    one = bench("hikvision", "wide-window-500", footage=DAYS)
    assert [search(one, MIDNIGHT - days * DAY, MIDNIGHT + DAY).status for days in (0, 40)] == [200, 500]


def test_fault_search_expires__forgets_the_first_search_after_a_page(bench: Make) -> None:
    one = bench("hikvision", "search-expires", footage=DAYS)
    pages = [
        search(one, MIDNIGHT, MIDNIGHT + DAY, position, name).status
        for name in ("{A}", "{B}")
        for position in (0, 10)
    ]
    assert pages == [200, 400, 200, 200]


def test_fault_search_expires__loses_the_handle_in_the_middle(bench: Make) -> None:
    one = bench("dahua", "search-expires", footage=DAYS)
    handle, _ = found_by_cgi(one)
    with pytest.raises(SessionLost):
        parse_table(one.get(dahua_records.next_path(handle)).body, "findNextFile")
    again, _ = found_by_cgi(one)
    assert parse_table(one.get(dahua_records.next_path(again)).body, "findNextFile")["found"] != "0"


def test_fault_search_expires__loses_the_token_in_the_middle(bench: Make) -> None:
    one = bench("no-name", "search-expires")
    token, first = found_by_onvif(one)
    assert isinstance(first, Reply)
    assert isinstance(one.soap("tse", onvif_search.get_search_results(token)), Fault)


async def test_fault_slow_answers__waits_before_each(one_recorder: Start) -> None:
    _, device = await one_recorder("hikvision", "slow-answers")
    assert device.quirks.answers_after_s == 20.0
    reader, writer = await asyncio.open_connection(device.address, device.http_port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), timeout=0.4)
    writer.close()


async def test_a_slow_recorder_counts_how_many_ask_at_once(
    start: Serve, client: Client, own_network: str
) -> None:
    campus = plan_school(4, 0, own_network, {}, recorders=1)
    (device,) = campus.devices
    slow = replace(device, quirks=replace(device.quirks, answers_after_s=0.2))
    await start(replace(campus, devices=(slow,)))
    await asyncio.gather(*(client.soap(slow, "GetSystemDateAndTime/", login=False) for _ in range(3)))
    assert campus.marks[device.number].asked.most_at_once == 3


async def test_fault_reboots__drops_everything_and_takes_nobody_for_a_while(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("hikvision", "reboots")
    for _ in range(device.quirks.reboots_after):
        assert (await client.soap(device, "GetSystemDateAndTime/", login=False)).status == 200
    for _ in range(2):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await client.soap(device, "GetSystemDateAndTime/", login=False)


def test_fault_odd_times__lists_clips_of_1970_and_2038(bench: Make) -> None:
    one = bench("hikvision", "odd-times", footage=DAYS)
    clips = isapi_records.parse_clips(search(one, MIDNIGHT, MIDNIGHT + DAY).body).clips
    assert {clip.start.local.year for clip in clips} == {1970, 2026, 2038}


def test_fault_odd_times__lists_files_of_1970_and_2038(bench: Make) -> None:
    _, answer = found_by_cgi(bench("dahua", "odd-times", footage=DAYS))
    clips = dahua_records.clips_of(parse_table(answer.body, "findNextFile")).clips
    assert {clip.start.local.year for clip in clips} == {1970, 2026, 2038}


def test_fault_odd_times__says_1970_in_the_summary_and_of_a_recording(bench: Make) -> None:
    one = bench("no-name", "odd-times", footage=DAYS)
    summary = onvif_search.parse_summary(one.soap("tse", onvif_search.GET_RECORDING_SUMMARY))
    _, reply = found_by_onvif(one)
    assert isinstance(reply, Reply)
    first = onvif_search.parse_search_results(reply).recordings[0]
    assert [each.local.year for each in (summary.start, first.start, first.end) if each] == [1970, 1970, 2038]


@pytest.mark.parametrize(
    ("maker", "path", "said"),
    [
        ("hikvision", "/ISAPI/ContentMgmt/Storage", b"<capacity>-1<"),
        ("dahua", dahua_device.STORAGE, b"TotalBytes=-1.000000"),
        ("uniview", lapi.CONTAINERS, b'"TotalCapacity": -1'),
    ],
)
def test_fault_negative_sizes__of_disks(bench: Make, maker: str, path: str, said: bytes) -> None:
    assert said in bench(maker, "negative-sizes").get(path).body


def test_fault_negative_sizes__of_clips(bench: Make) -> None:
    one = bench("hikvision", "negative-sizes", footage=DAYS)
    assert b"&amp;size=-1<" in search(one, MIDNIGHT, MIDNIGHT + DAY).body


def test_fault_stray_channels__are_in_statuses_and_tracks_but_in_no_list(bench: Make) -> None:
    one = bench("hikvision", "stray-channels")
    statuses = isapi_inputs.parse_proxy_statuses(one.get(f"{INPUTS}/status").body)
    tracks = isapi_records.parse_tracks(one.get(isapi_records.TRACKS).body)
    listed = {row.number for row in isapi_inputs.parse_proxy_inputs(one.get(INPUTS).body)}
    assert {999} == set(statuses) - listed == {track.number for track in tracks} - listed


def test_fault_stray_channels__are_among_the_clips(bench: Make) -> None:
    one = bench("hikvision", "stray-channels", footage=DAYS)
    assert b"<trackID>99901<" in search(one, MIDNIGHT, MIDNIGHT + DAY).body


def test_fault_stray_channels__have_a_state_and_files_by_cgi(bench: Make) -> None:
    one = bench("dahua", "stray-channels", footage=DAYS)
    states = dahua_inputs.camera_states_of(parse_table(one.get(dahua_inputs.CAMERA_STATES).body, "states"))
    _, answer = found_by_cgi(one)
    assert 255 in states
    assert dahua_records.channels_of(parse_table(answer.body, "findNextFile")) == {1, 254}


def test_fault_stray_channels__have_a_row_and_a_recording(bench: Make) -> None:
    one = bench("uniview", "stray-channels")
    assert b'"ID": 4999' in one.get(lapi.CHANNEL_DETAILS).body
    _, reply = found_by_onvif(one)
    assert isinstance(reply, Reply)
    tokens = [row.token for row in onvif_search.parse_search_results(reply).recordings]
    assert "Recording_999" in tokens


@pytest.mark.parametrize(("track", "is_cut"), [("101", True), ("201", False)])
def test_fault_cut_bodies__are_of_the_first_channel(bench: Make, track: str, is_cut: bool) -> None:
    assert days_page(bench("hikvision", "cut-bodies"), track).is_cut is is_cut


async def test_fault_cut_bodies__break_off_on_the_wire(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("uniview", "cut-bodies")
    path = lapi.recorded_days_path(1, 2026, 9)
    reader, writer = await asyncio.open_connection(device.address, device.http_port)
    writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    refused = (await reader.readuntil(b"\r\n\r\n")).decode()
    challenge = next(line.partition(": ")[2] for line in refused.split("\r\n") if line.startswith("WWW-"))
    writer.close()
    header = client.digest(device, challenge, "GET", urlsplit(path).path, device.password)
    reader, writer = await asyncio.open_connection(device.address, device.http_port)
    writer.write(f"GET {path} HTTP/1.1\r\n{header}\r\n\r\n".encode())
    received = await reader.read()
    writer.close()
    assert b"Transfer-Encoding: chunked" in received
    assert not received.endswith(b"0\r\n\r\n")


def test_fault_xml_bomb__expands_without_bound(bench: Make) -> None:
    answer = days_page(bench("hikvision", "xml-bomb"))
    assert len(answer.body) < 2000
    with pytest.raises(etree.XMLSyntaxError, match=r"[Ee]ntit"):
        etree.fromstring(answer.body, etree.XMLParser(resolve_entities=True))


def test_fault_xml_bomb__spares_the_second_channel(bench: Make) -> None:
    assert isapi_records.parse_days(days_page(bench("hikvision", "xml-bomb"), "201").body, 2026, 9)


def test_fault_no_days__is_404(bench: Make) -> None:
    one = bench("hikvision", "no-days", footage=DAYS)
    assert days_page(one).status == 404
    assert isapi_records.parse_clips(search(one, MIDNIGHT, MIDNIGHT + DAY).body).clips


def test_fault_calendar_lies__of_days_that_do_not_play(bench: Make) -> None:
    one = bench("hikvision", "calendar-lies", footage=DAYS)
    said = isapi_records.parse_days(days_page(one).body, 2026, 9)
    lie = NOW - 8 * DAY
    tape = tape_at(one.archive, f"/Streaming/tracks/101/?starttime={one.archive.stamped(lie):%Y%m%dT%H%M%SZ}")
    assert said[lie.date()]
    assert tape is not None
    assert clips_of(one.archive, tape, lie, lie + HOUR) == []
    assert one.true(1)["recording"]["oldest"].startswith("2026-09-10")


def test_fault_cgi_off__answers_no_cgi(bench: Make) -> None:
    one = bench("dahua", "cgi-off")
    assert not one.face.owns(Request("GET", dahua_device.SYSTEM_INFO, {}))


def test_fault_ghost_profiles__have_no_size_and_no_picture(bench: Make) -> None:
    one = bench("no-name", "ghost-profiles")
    slots = [channel.number for channel in one.archive.recorder.channels if channel.is_slot]
    ghosts = [lens for lens in one.device.lenses if lens.main.width == 0]
    assert [lens.number for lens in ghosts] == slots
    assert not any(one.device.has_picture(lens) for lens in ghosts)


async def test_fault_ghost_profiles__are_in_the_list_of_profiles(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("no-name", "ghost-profiles")
    answer = await client.soap(device, "GetProfiles/", service="trt")
    assert answer.text.count("<tt:Width>0</tt:Width>") >= 2


async def test_fault_pairs_wrong__gives_the_small_stream_another_source(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("no-name", "pairs-wrong")
    answer = await client.soap(device, "GetProfiles/", service="trt")
    profiles = answer.text.split("<trt:Profiles ")[1:5]
    sources = [one.partition("<tt:SourceToken>")[2].partition("<")[0] for one in profiles]
    assert sources == ["VideoSource_1", "VideoSource_2", "VideoSource_2", "VideoSource_1"]


def test_fault_disk_bad__says_so(bench: Make) -> None:
    disks = isapi_device.parse_disks(bench("hikvision", "disk-bad").get("/ISAPI/ContentMgmt/Storage").body)
    assert {disk.is_good for disk in disks} == {False}


def test_fault_xml_bomb__is_no_page_of_a_search(bench: Make) -> None:
    with pytest.raises(Malformed):
        found_by_onvif(bench("no-name", "xml-bomb"))


def test_fault_cut_bodies__are_pages_of_a_search(bench: Make) -> None:
    one = bench("no-name", "cut-bodies")
    begun = parse_call(envelope(onvif_search.find_recordings()))
    token = one.profile_g.operations()["tse"]["FindRecordings"](begun).split(">")[2].split("<")[0]
    asked = parse_call(envelope(onvif_search.get_search_results(token)))
    with pytest.raises(Instead) as sent:
        one.profile_g.operations()["tse"]["GetRecordingSearchResults"](asked)
    assert sent.value.response.is_cut


@pytest.mark.parametrize("maker", ["hikvision", "dahua", "uniview"])
def test_fault_empty_slot__leaves_the_others_their_numbers(bench: Make, maker: str) -> None:
    full, one = bench(maker), bench(maker, "empty-slot")
    first, second, *others = [lens.number for lens in full.device.lenses]
    assert [lens.number for lens in one.device.lenses] == [first, *others]
    assert one.archive.recorder.channel(second).is_slot


def test_fault_empty_slot__is_no_row_of_the_list(bench: Make) -> None:
    rows = isapi_inputs.parse_proxy_inputs(bench("hikvision", "empty-slot").get(INPUTS).body)
    assert 2 not in {row.number for row in rows if not row.is_slot}


@pytest.mark.parametrize(
    ("maker", "path"),
    [
        ("hikvision", INPUTS),
        ("dahua", dahua_device.CONFIG.format("RemoteDevice")),
        ("uniview", lapi.CHANNEL_DETAILS),
    ],
)
def test_fault_list_cut__breaks_off(bench: Make, maker: str, path: str) -> None:
    assert bench(maker, "list-cut").get(path).is_cut
    assert not bench(maker).get(path).is_cut
