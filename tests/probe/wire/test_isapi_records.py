"""What a Hikvision recorder has recorded, asked and answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed, Unsupported
from probe.wire.isapi_records import (
    Quota,
    days_request,
    main_track,
    parse_clips,
    parse_days,
    parse_quotas,
    parse_tracks,
    search_request,
)
from probe.wire.recorder import Clip, Clips, Track, WallTime

START, END = datetime.fromisoformat("2026-09-01T00:00:00"), datetime.fromisoformat("2026-09-02T00:00:00")
URI = "rtsp://10.0.0.1/Streaming/tracks/101/?starttime=20260901T000000Z&amp;name=00&amp;size={size}"
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

PARSERS: tuple[Callable[[bytes], Any], ...] = (
    parse_tracks,
    parse_clips,
    parse_quotas,
    partial(parse_days, year=2026, month=9),
)


def item(
    start: str = "2026-09-01T00:00:00Z",
    end: str = "2026-09-01T01:00:00Z",
    *,
    track: str = "101",
    lock: str = "unlock",
    kind: str = "recordType.meta.std-cgi.com/timing",
    uri: str = "",
) -> str:
    return (
        f"<searchMatchItem><trackID>{track}</trackID><timeSpan><startTime>{start}</startTime>"
        f"<endTime>{end}</endTime></timeSpan><mediaSegmentDescriptor><codecType>H.264-BP</codecType>"
        f"<playbackURI>{uri}</playbackURI><lockStatus>{lock}</lockStatus></mediaSegmentDescriptor>"
        f"<metadataMatches><metadataDescriptor>{kind}</metadataDescriptor></metadataMatches></searchMatchItem>"
    )


def page(*items: str, status: str = "OK", head: str = "", tag: str = "responseStatusStrg") -> bytes:
    return (
        f"<CMSearchResult><searchID>X</searchID><{tag}>{status}</{tag}>{head}"
        f"<matchList>{''.join(items)}</matchList></CMSearchResult>"
    ).encode()


def test_a_clip_is_read_whole() -> None:
    uri = URI.format(size=1400788)
    assert parse_clips(page(item(uri=uri))) == Clips(
        (
            Clip(
                WallTime(START, "z"),
                WallTime(datetime.fromisoformat("2026-09-01T01:00:00"), "z"),
                locked=False,
                kind="continuous",
                codec="H264",
                size=1400788,
                source=uri.replace("&amp;", "&"),
            ),
        ),
        more=False,
    )


def test_an_address_that_is_broken_over_lines_is_joined() -> None:
    (only,) = parse_clips(page(item(uri="rtsp://10.0.0.1/101/?\nstarttime=1&amp;endtime=2"))).clips
    assert only.source == "rtsp://10.0.0.1/101/?starttime=1&endtime=2"


@pytest.mark.parametrize("tag", ["responseStatusStrg", "responseStatusStrip"])
def test_more_is_said_in_either_spelling(tag: str) -> None:
    assert parse_clips(page(item(), status="MORE", tag=tag)).more


@pytest.mark.parametrize(
    ("head", "total"),
    [
        ("<numOfMatches>276</numOfMatches>", 276),
        ("<totalMatches>276</totalMatches><numOfMatches>1</numOfMatches>", 276),
        ("<numOfMatches>1</numOfMatches>", None),
        ("<numOfMatches>-4</numOfMatches>", None),
        ("", None),
    ],
)
def test_what_a_device_counts_is_the_whole_search_or_nothing(head: str, total: int | None) -> None:
    assert parse_clips(page(item(), status="MORE", head=head)).total == total


def test_nothing_matched_is_an_answer() -> None:
    assert parse_clips(page(status="NO MATCHES", head="<numOfMatches>0</numOfMatches>")) == Clips(
        (), False, 0
    )


def test_an_empty_page_may_say_that_there_is_more() -> None:
    assert parse_clips(page(status="MORE")) == Clips((), True)


@pytest.mark.parametrize(
    ("status", "head"),
    [
        ("", ""),
        ("OK", "<numOfMatches>7</numOfMatches>"),
        ("FAILED", "<responseStatus>false</responseStatus>"),
    ],
    ids=["silent", "contradicts itself", "failed"],
)
def test_an_empty_page_that_does_not_say_that_nothing_matched_is_no_proof(status: str, head: str) -> None:
    with pytest.raises(Malformed, match="ContentMgmt/search"):
        parse_clips(page(status=status, head=head))


@pytest.mark.parametrize(("said", "locked"), [("lock", True), ("unlock", False), ("", None), ("?", None)])
def test_a_locked_clip_is_known(said: str, locked: bool | None) -> None:
    assert parse_clips(page(item(lock=said))).clips[0].locked is locked


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("recordType.meta.hikvision.com/timing", "continuous"),
        ("recordType.meta.hikvision.com/MOTION", "motion"),
        ("recordType.meta..com/alarm", "alarm"),
        ("//recordType.meta.std-cgi.com/manual", "manual"),
        ("recordType.meta.hikvision.com/linedetection", ""),
        ("", ""),
    ],
)
def test_a_clip_says_why_it_was_recorded(said: str, kind: str) -> None:
    assert parse_clips(page(item(kind=said))).clips[0].kind == kind


@pytest.mark.parametrize("size", ["-1", "0", "99999999999999", "x"])
def test_an_absurd_size_is_not_said(size: str) -> None:
    assert parse_clips(page(item(uri=URI.format(size=size)))).clips[0].size is None


@pytest.mark.parametrize("year", ["1970", "2038"])
def test_times_of_a_lost_clock_are_kept_for_the_judge(year: str) -> None:
    clip = item(f"{year}-01-01T00:00:00Z", f"{year}-01-01T01:00:00Z")
    assert parse_clips(page(clip)).clips[0].start.local.year == int(year)


@pytest.mark.parametrize(
    "bad", [item(start="0000-00-00T00:00:00Z"), item(end=""), item(end="2026-08-01T00:00:00Z")]
)
def test_a_clip_that_is_no_stretch_of_time_is_left_out(bad: str) -> None:
    assert len(parse_clips(page(bad, item())).clips) == 1


def test_clips_that_are_all_unreadable_are_malformed() -> None:
    with pytest.raises(Malformed, match="without a readable time"):
        parse_clips(page(item(start="")))


def test_clips_of_another_track_do_not_count() -> None:
    assert len(parse_clips(page(item(track="201"), item(track="101")), "101").clips) == 1


def test_an_answer_about_another_track_is_malformed() -> None:
    with pytest.raises(Malformed, match="clips of track 201 instead of 101"):
        parse_clips(page(item(track="201")), "101")


def test_a_search_asks_in_the_words_that_devices_take() -> None:
    body = search_request("101", START, END, search_id="{A}", position=40, most=500).decode()
    assert "<trackIDList><trackID>101</trackID></trackIDList>" in body
    assert "<startTime>2026-09-01T00:00:00Z</startTime><endTime>2026-09-02T00:00:00Z</endTime>" in body
    assert "<maxResults>50</maxResults><searchResultPostion>40</searchResultPostion><metadataList>" in body
    assert "xmlns" not in body


def test_a_search_can_name_its_list_in_the_other_way() -> None:
    body = search_request("101", START, END, search_id="{A}", track_list="trackList").decode()
    assert "<trackList><trackID>101</trackID></trackList>" in body


def test_the_days_are_asked_per_track_and_month() -> None:
    path, body = days_request(main_track(16), 2026, 9)
    assert path == "/ISAPI/ContentMgmt/record/tracks/1601/dailyDistribution"
    assert body == b"<trackDailyParam><year>2026</year><monthOfYear>9</monthOfYear></trackDailyParam>"


def days(*rows: tuple[object, object]) -> bytes:
    body = "".join(
        f"<day><id>{number}</id><dayOfMonth>{number}</dayOfMonth><record>{said}</record></day>"
        for number, said in rows
    )
    return f"<trackDailyDistribution><dayList>{body}</dayList></trackDailyDistribution>".encode()


def test_a_month_tells_its_days() -> None:
    assert parse_days(days((1, "true"), (2, "false"), (31, "false")), 2026, 9) == {
        date(2026, 9, 1): True,
        date(2026, 9, 2): False,
    }


def test_a_day_that_is_not_told_of_is_absent() -> None:
    assert parse_days(days((1, "true"), (2, ""), (-3, "true"), (77, "true")), 2026, 9) == {
        date(2026, 9, 1): True
    }


def test_a_recording_on_a_day_that_the_month_has_not_is_malformed() -> None:
    with pytest.raises(Malformed, match="2026-2-30"):
        parse_days(days((1, "true"), (30, "true")), 2026, 2)


def test_a_month_without_days_is_no_proof_of_anything() -> None:
    with pytest.raises(Malformed, match="no day"):
        parse_days(days(), 2026, 9)


def action(day: int, start: str = "00:00:00", end: str = "24:00:00", mode: str = "CMR") -> str:
    name = DAY_NAMES[day]
    return (
        f"<ScheduleAction><ScheduleActionStartTime><DayOfWeek>{name}</DayOfWeek><TimeOfDay>{start}</TimeOfDay>"
        f"</ScheduleActionStartTime><ScheduleActionEndTime><DayOfWeek>{name}</DayOfWeek>"
        f"<TimeOfDay>{end}</TimeOfDay></ScheduleActionEndTime><Actions><Record>true</Record>"
        f"<ActionRecordingMode>{mode}</ActionRecordingMode></Actions></ScheduleAction>"
    )


def track(more: str = "<DefaultRecordingMode>CMR</DefaultRecordingMode>", number: str = "101") -> Track:
    (only,) = parse_tracks(f"<TrackList><Track><id>{number}</id>{more}</Track></TrackList>".encode())
    return only


def scheduled(*actions: str) -> Track:
    return track(f"<TrackSchedule><ScheduleBlock>{''.join(actions)}</ScheduleBlock></TrackSchedule>")


def test_a_track_tells_its_settings() -> None:
    said = track(
        "<Channel>101</Channel><Enable>true</Enable><Duration>P30DT0H0M0S</Duration>"
        "<durationEnabled>true</durationEnabled><DefaultRecordingMode>CMR</DefaultRecordingMode>"
        "<LoopEnable>true</LoopEnable>"
    )
    assert said == Track(1, "101", True, "continuous", 30, loop=True)


@pytest.mark.parametrize(
    ("said", "days_kept"),
    [
        ("<Duration>P7DT0H</Duration><durationEnabled>false</durationEnabled>", None),
        ('<Duration min="0" max="750">P0DT0H</Duration>', None),
        ("<Duration>P90DT0H</Duration>", 90),
        ("<Duration>forever</Duration>", None),
        ("", None),
    ],
)
def test_an_expiry_that_is_off_or_nought_is_none(said: str, days_kept: int | None) -> None:
    assert track(said).expiry_days == days_kept


@pytest.mark.parametrize(
    "off", ["<Enable>false</Enable>", "<Enable>true</Enable><enableSchedule>false</enableSchedule>"]
)
def test_a_track_that_is_switched_off_records_nothing(off: str) -> None:
    assert (track(off).enabled, track(off).mode) == (False, "off")


def test_all_of_the_week_is_continuous() -> None:
    assert scheduled(*(action(day) for day in range(7))).mode == "continuous"


def test_a_day_may_end_one_minute_early() -> None:
    assert scheduled(*(action(day, end="23:59:59") for day in range(7))).mode == "continuous"


def test_a_day_may_end_on_the_next_at_midnight() -> None:
    until_midnight = [action(day, end="00:00:00") for day in range(7)]
    for day in range(7):
        ends = f"<ScheduleActionEndTime><DayOfWeek>{DAY_NAMES[day]}<"
        tomorrow = f"<ScheduleActionEndTime><DayOfWeek>{DAY_NAMES[(day + 1) % 7]}<"
        until_midnight[day] = until_midnight[day].replace(ends, tomorrow)
    assert scheduled(*until_midnight).mode == "continuous"


def test_school_hours_are_a_schedule() -> None:
    assert scheduled(*(action(day, "07:00:00", "18:00:00") for day in range(5))).mode == "schedule"


def test_motion_all_week_is_motion() -> None:
    assert scheduled(*(action(day, mode="MOTION") for day in range(7))).mode == "motion"


def test_motion_at_night_beside_continuous_days_is_a_schedule() -> None:
    assert scheduled(*(action(day, mode="MOTION" if day else "CMR") for day in range(7))).mode == "schedule"


def test_an_empty_schedule_says_nothing() -> None:
    assert scheduled().mode == ""


@pytest.mark.parametrize(
    ("number", "more", "channel"),
    [
        ("101", "<Channel>101</Channel>", 1),
        ("6401", "", 64),
        ("2", "<SrcDescriptor><SrcChannel>2</SrcChannel></SrcDescriptor>", 2),
        ("1", "<Channel>5</Channel>", 5),
    ],
)
def test_the_channel_stands_in_the_tracks_id(number: str, more: str, channel: int) -> None:
    assert track(more, number).number == channel


def test_tracks_without_a_channel_are_malformed() -> None:
    with pytest.raises(Malformed, match="no track"):
        parse_tracks(b"<TrackList><Track><id>-1</id></Track></TrackList>")


def test_a_quota_is_told_per_channel() -> None:
    said = (
        b"<diskQuotaList><diskQuota><id>3</id><videoQuotaRatio>95</videoQuotaRatio>"
        b"<totalVideoVolume>4000</totalVideoVolume><freeVideoQuota>0</freeVideoQuota></diskQuota>"
        b"<diskQuota><id>4</id><totalVideoVolume>0</totalVideoVolume></diskQuota></diskQuotaList>"
    )
    assert parse_quotas(said) == (Quota(3, 95, 4000, 0), Quota(4, None, None, None))


@pytest.mark.parametrize("parse", PARSERS)
def test_a_refusal_is_unsupported(parse: Callable[[bytes], Any]) -> None:
    with pytest.raises(Unsupported, match="methodNotAllowed"):
        parse(b"<ResponseStatus><subStatusCode>methodNotAllowed</subStatusCode></ResponseStatus>")


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: page(item(text, text, kind=text))))
def test_any_bytes_are_a_value_or_a_device_error(raw: bytes) -> None:
    for parse in PARSERS:
        try:
            parse(raw)
        except (Malformed, Unsupported):
            continue
