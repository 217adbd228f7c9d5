"""Finding a Dahua recorder's clips."""

from __future__ import annotations

from datetime import datetime

import pytest

from probe.errors import DeviceError, Malformed, Unsupported
from probe.wire import dahua_records as records
from probe.wire.dahua_table import SessionLost, flattened
from probe.wire.recorder import Clips

START, END = datetime(2026, 1, 31, 8), datetime(2026, 1, 31, 9)  # noqa: DTZ001  the device's own clock


def page(found: int | str, *clips: dict[str, str]) -> dict[str, str]:
    items = {
        f"items[{place}].{key}": value for place, clip in enumerate(clips) for key, value in clip.items()
    }
    return {"found": str(found), **items}


def clip(**said: str) -> dict[str, str]:
    return {"StartTime": "2026-01-31 08:00:00", "EndTime": "2026-01-31 09:00:00", **said}


def test_a_search_is_asked_with_blanks_as_percent_twenty() -> None:
    assert records.find_path("817", 3, START, END) == (
        "/cgi-bin/mediaFileFind.cgi?action=findFile&object=817&condition.Channel=3"
        "&condition.StartTime=2026-01-31%2008:00:00&condition.EndTime=2026-01-31%2009:00:00"
        "&condition.Types[0]=dav&condition.VideoStream=Main"
    )


def test_a_recorder_that_knows_no_types_is_asked_without() -> None:
    assert records.find_path("1", 0, START, END, kind="", stream="").endswith("09:00:00")


def test_no_more_than_a_hundred_clips_are_asked_for() -> None:
    assert records.next_path("817", 5000).endswith("action=findNextFile&object=817&count=100")


def test_by_rpc_the_same_channel_counts_from_zero() -> None:
    condition = records.condition(3, START, END)["condition"]
    assert isinstance(condition, dict)
    assert (condition["Channel"], condition["StartTime"]) == (2, "2026-01-31 08:00:00")


def test_playback_is_addressed_by_underscores() -> None:
    assert records.playback_path(3, START, END) == (
        "/cam/playback?channel=3&subtype=0&starttime=2026_01_31_08_00_00&endtime=2026_01_31_09_00_00"
    )


@pytest.mark.parametrize("said", ["", "0", "a b", "1&x=2", "9" * 50])
def test_what_is_no_handle_is_malformed(said: str) -> None:
    with pytest.raises(Malformed, match="handle"):
        records.handle_of({"result": said})


def test_a_handle_keeps_its_zeroes() -> None:
    assert records.handle_of({"result": "08137"}) == "08137"


@pytest.mark.parametrize("said", [b"OK\r\n", b"ok", b"result=true"])
def test_a_bare_ok_is_done(said: bytes) -> None:
    records.parse_done(said, "findFile")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b"Error\nBad Request!", Unsupported),
        (b"Error: Invalid session in request data!", SessionLost),
        (b"", Malformed),
        (b"Okapi", Malformed),
    ],
)
def test_anything_but_ok_is_a_refusal(said: bytes, meant: type[DeviceError]) -> None:
    with pytest.raises(DeviceError) as raised:
        records.parse_done(said, "findFile")
    assert type(raised.value) is meant


def test_found_none_is_an_empty_page_and_the_last() -> None:
    assert records.clips_of({"found": "0"}) == Clips((), more=False)


def test_a_clip_is_read_with_all_that_is_said_of_it() -> None:
    (one,) = records.clips_of(
        page(1, clip(**{"Flags[0]": "Timing", "Flags[1]": "Locked", "Length": "77", "FilePath": "/a.dav"}))
    ).clips
    assert (one.kind, one.locked, one.size, one.source) == ("continuous", True, 77, "/a.dav")
    assert (one.start.local, one.start.zone, one.end.local) == (START, "none", END)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"Flags[0]": "Event", "Events[0]": "VideoMotion"}, "motion"),
        ({"Flags[0]": "Event", "Events[0]": "AlarmLocal"}, "alarm"),
        ({"Flags": "Manual"}, "manual"),
        ({"FilePath": "/mnt/dvr/12.00.00-13.00.00[R][0@0][0].dav"}, "continuous"),
        ({"FilePath": "/mnt/dvr/12.00.00-13.00.00[M][0@0][0].dav"}, "motion"),
        ({"Flags[0]": "Dreaming"}, ""),
    ],
)
def test_why_a_clip_was_recorded_is_told_by_its_flags_its_events_or_its_path(
    said: dict[str, str], kind: str
) -> None:
    assert records.clips_of(page(1, clip(**said))).clips[0].kind == kind


def test_a_clip_that_knows_its_offset_says_so() -> None:
    (one,) = records.clips_of(page(1, clip(UTCOffset="28800"))).clips
    assert (one.start.zone, one.start.offset_s) == ("offset", 28800)


def test_an_offset_that_is_none_is_not_believed() -> None:
    assert records.clips_of(page(1, clip(UTCOffset="99999"))).clips[0].start.zone == "none"


@pytest.mark.parametrize("length", ["-1", "", "x"])
def test_a_size_that_is_none_is_none(length: str) -> None:
    assert records.clips_of(page(1, clip(Length=length))).clips[0].size is None


def test_a_clip_without_its_two_times_in_order_is_left_out() -> None:
    backwards = {"StartTime": "2026-01-31 09:00:00", "EndTime": "2026-01-31 08:00:00"}
    unfinished = {"StartTime": "2026-01-31 09:00:00"}
    assert len(records.clips_of(page(3, clip(), backwards, unfinished)).clips) == 1


def test_a_page_that_counts_clips_and_lists_none_is_malformed() -> None:
    with pytest.raises(Malformed, match="found=100"):
        records.clips_of({"found": "100"})
    with pytest.raises(Malformed, match="found=2, but 1"):
        records.clips_of(page(2, clip()))


@pytest.mark.parametrize("word", ["Marked", "Important"])
def test_a_clip_that_somebody_marked_is_not_said_to_be_locked(word: str) -> None:
    (one,) = records.clips_of(page(1, clip(**{"Flags[0]": "Timing", "Flags[1]": word}))).clips
    assert (one.locked, one.marked) == (None, True)


def test_a_page_with_a_clip_may_not_be_the_last_however_short() -> None:
    assert records.clips_of(page(1, clip())).more


def test_rpc_says_the_same_in_json() -> None:
    told = flattened({"found": 1, "infos": [{**clip(), "Channel": 0, "Flags": ["Timing"], "Length": 5}]})
    (one,) = records.clips_of(told).clips
    assert (one.kind, one.size, records.channels_of(told)) == ("continuous", 5, frozenset({0}))


def test_an_answer_about_something_else_is_malformed() -> None:
    with pytest.raises(Malformed, match="found="):
        records.clips_of({"type": "IPC"})
