"""Profile G: what a device says that it has recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from probe.errors import Malformed
from probe.wire import onvif_search as search
from probe.wire.soap import Reply, envelope, parse_document, parse_reply


def reply(body: str) -> Reply:
    answer = parse_reply(200, "", f"<Envelope><Body>{body}</Body></Envelope>".encode())
    assert isinstance(answer, Reply)
    return answer


def summary(count: str, start: str = "2026-01-01T00:00:00Z") -> Reply:
    return reply(
        f"<x:GetRecordingSummaryResponse xmlns:x='u'><Summary><DataFrom>{start}</DataFrom>"
        f"<DataUntil>2026-02-01T00:00:00Z</DataUntil><NumberRecordings>{count}</NumberRecordings>"
        "</Summary></x:GetRecordingSummaryResponse>"
    )


def results(state: str, *recordings: str) -> Reply:
    return reply(
        f"<GetRecordingSearchResultsResponse><ResultList><SearchState>{state}</SearchState>"
        f"{''.join(recordings)}</ResultList></GetRecordingSearchResultsResponse>"
    )


def recording(token: str, earliest: str = "2026-01-01T00:00:00Z") -> str:
    return (
        f"<RecordingInformation><RecordingToken>{token}</RecordingToken><Source><SourceId>s1</SourceId>"
        f"<Name>大门</Name><Address>192.0.2.4</Address></Source><EarliestRecording>{earliest}"
        "</EarliestRecording><LatestRecording>2026-02-01T08:00:00+08:00</LatestRecording>"
        "<Track><TrackToken>v</TrackToken><TrackType>Video</TrackType><DataFrom>bad</DataFrom></Track>"
        "<RecordingStatus>Recording</RecordingStatus></RecordingInformation>"
    )


@pytest.mark.parametrize(
    "operation",
    [
        search.GET_RECORDING_SUMMARY,
        search.GET_RECORDINGS,
        search.find_recordings(["a<b"]),
        search.get_search_results("t&"),
        search.end_search("t"),
        search.get_media_attributes(["r"], datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_question_is_whole_xml(operation: str) -> None:
    body = parse_document(envelope(operation)).find("Body")
    assert body is not None
    assert len(list(body.children())) == 1
    assert next(body.children()).namespace in (search.SEARCH, search.RECORDING)


def test_a_search_lives_no_longer_than_every_device_must_grant() -> None:
    assert "<tse:KeepAliveTime>PT10S</tse:KeepAliveTime>" in search.find_recordings()


def test_a_token_is_escaped() -> None:
    assert "a&lt;b" in search.find_recordings(["a<b"])


def test_attributes_are_asked_for_in_utc() -> None:
    at = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert "<tse:Time>2026-01-01T00:00:00Z</tse:Time>" in search.get_media_attributes(["r"], at)


def test_the_dates_of_no_recordings_are_to_be_ignored() -> None:
    assert search.parse_summary(summary("0")) == search.RecordingSummary(None, None, 0)


def test_a_summary_says_from_when_until_when() -> None:
    read = search.parse_summary(summary("3"))
    assert read.start is not None
    assert (str(read.start.local), read.start.zone, read.recordings) == ("2026-01-01 00:00:00", "z", 3)


@pytest.mark.parametrize("start", ["", "0000-00-00T00:00:00Z", "yesterday"])
def test_a_summary_without_a_readable_date_has_none(start: str) -> None:
    assert search.parse_summary(summary("-1", start)) == search.RecordingSummary(
        None, search.parse_summary(summary("1")).end, None
    )


@pytest.mark.parametrize(("state", "done"), [("Completed", True), ("Searching", False), ("Queued", False)])
def test_a_page_says_whether_it_is_the_last(state: str, done: bool) -> None:
    assert search.parse_search_results(results(state)).is_complete is done


def test_a_page_that_says_no_state_is_malformed() -> None:
    with pytest.raises(Malformed, match="SearchState"):
        search.parse_search_results(results("", recording("r")))


def test_a_recording_is_read_with_its_source_its_times_and_its_tracks() -> None:
    (one,) = search.parse_search_results(results("Completed", recording("r"))).recordings
    assert (one.token, one.source, one.source_name, one.address) == ("r", "s1", "大门", "192.0.2.4")
    assert one.end is not None
    assert (one.end.zone, one.end.offset_s, one.status) == ("offset", 28800, "Recording")
    assert one.tracks == (search.RecordedTrack("v", "video"),)


@pytest.mark.parametrize(
    ("earliest", "is_odd"), [("soon", True), ("", False), ("1970-01-01T00:00:00Z", False)]
)
def test_a_time_that_cannot_be_read_is_not_none(earliest: str, is_odd: bool) -> None:
    (one,) = search.parse_search_results(
        results("Completed", recording("a", earliest).replace("bad", ""))
    ).recordings
    assert one.has_odd_times == is_odd


def test_a_recording_without_a_token_is_left_out() -> None:
    page = search.parse_search_results(results("Completed", recording(""), recording("r")))
    assert [one.token for one in page.recordings] == ["r"]


def test_a_list_without_end_is_malformed() -> None:
    many = "<RecordingInformation><RecordingToken>r</RecordingToken></RecordingInformation>"
    with pytest.raises(Malformed, match="more than"):
        search.parse_search_results(results("Completed", many * (search.MOST_RECORDINGS + 1)))


def test_what_is_set_up_tells_how_long_it_is_kept() -> None:
    (one,) = search.parse_recordings(
        reply(
            "<GetRecordingsResponse><RecordingItem><RecordingToken>r</RecordingToken><Configuration>"
            "<Source><Name>a</Name></Source><MaximumRetentionTime>P30D</MaximumRetentionTime></Configuration>"
            "<Tracks><Track><TrackToken>v</TrackToken><Configuration><TrackType>Video</TrackType>"
            "</Configuration></Track></Tracks></RecordingItem></GetRecordingsResponse>"
        )
    )
    assert (one.source_name, one.retention_s, [track.kind for track in one.tracks]) == (
        "a",
        30 * 86400,
        ["video"],
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1H", 3600),
        ("P1DT0.9S", 86400),
        ("PT0S", None),
        ("P", None),
        ("", None),
        ("-P1D", None),
        ("1h", None),
    ],
)
def test_a_duration_is_its_seconds_and_none_sets_no_limit(text: str, seconds: int | None) -> None:
    assert search.parse_duration(text) == seconds


def test_the_video_of_a_recording_is_read_and_its_sound_left_out() -> None:
    (video,) = search.parse_media_attributes(
        reply(
            "<GetMediaAttributesResponse><MediaAttributes><RecordingToken>r</RecordingToken>"
            "<TrackAttributes><TrackInformation><TrackToken>v</TrackToken></TrackInformation>"
            "<VideoAttributes><Bitrate>2048</Bitrate><Width>1920</Width><Height>1080</Height>"
            "<Encoding>H.265</Encoding><Framerate>12.5</Framerate></VideoAttributes></TrackAttributes>"
            "<TrackAttributes><AudioAttributes><Bitrate>64</Bitrate></AudioAttributes></TrackAttributes>"
            "<From>2026-01-01T00:00:00Z</From></MediaAttributes></GetMediaAttributesResponse>"
        )
    )
    assert (video.recording, video.track, video.codec, video.width, video.height, video.fps, video.kbps) == (
        "r",
        "v",
        "H265",
        1920,
        1080,
        12.5,
        2048,
    )
    assert (video.start is not None, video.end) == (True, None)


@pytest.mark.parametrize(
    "read",
    [
        search.parse_summary,
        search.parse_search_token,
        search.parse_search_results,
        search.parse_recordings,
        search.parse_media_attributes,
    ],
)
def test_an_answer_about_something_else_is_malformed(read: object) -> None:
    assert callable(read)
    with pytest.raises(Malformed, match="GetNTPResponse instead of"):
        read(reply("<GetNTPResponse/>"))


def test_a_search_without_its_token_is_malformed() -> None:
    with pytest.raises(Malformed, match="SearchToken"):
        search.parse_search_token(reply("<FindRecordingsResponse/>"))
