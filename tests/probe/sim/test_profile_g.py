"""A simulated recorder by ONVIF Profile G, without a socket: the client's own parsers read it as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from probe.sim.footage import Footage, Stretch
from probe.wire import onvif_search
from probe.wire.onvif_replay import as_utc, get_replay_uri, parse_replay_uri
from probe.wire.recorder import WallTime
from probe.wire.soap import Fault, Reply

Make = Callable[..., Any]  # the bench of conftest.py; pytest hands it over

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def asked(bench: Any, operation: str, prefix: str = "tse") -> Reply:  # noqa: ANN401
    reply = bench.soap(prefix, operation)
    assert isinstance(reply, Reply), reply
    return reply


def begun(bench: Any) -> str:  # noqa: ANN401
    return onvif_search.parse_search_token(asked(bench, onvif_search.find_recordings()))


def found(bench: Any) -> list[onvif_search.Recording]:  # noqa: ANN401
    token = begun(bench)
    recordings: list[onvif_search.Recording] = []
    while True:
        page = onvif_search.parse_search_results(asked(bench, onvif_search.get_search_results(token)))
        recordings += page.recordings
        if page.is_complete:
            asked(bench, onvif_search.end_search(token))
            return recordings


def is_near(written: WallTime | None, true: datetime) -> bool:
    """Whether a time is true but for what a healthy recorder's clock is off."""
    said = as_utc(written) if written else None
    return said is not None and abs(said - true) < timedelta(seconds=10)


def test_a_search_finds_a_recording_for_each_channel(bench: Make) -> None:
    one = bench("no-name")
    assert [(row.source_name, row.source) for row in found(one)] == [
        (channel.name, f"VideoSource_{channel.number}") for channel in one.archive.cameras()
    ]


def test_a_search_of_many_channels_comes_in_pages(bench: Make) -> None:
    one = bench("uniview")
    token = begun(one)
    page = onvif_search.parse_search_results(asked(one, onvif_search.get_search_results(token)))
    assert (len(page.recordings), page.is_complete) == (16, False)


def test_a_recording_begins_with_its_oldest_and_ends_with_its_newest(bench: Make) -> None:
    footage = Footage((Stretch(NOW - 20 * DAY, NOW - 9 * DAY), Stretch(NOW - 3 * DAY, NOW - DAY)))
    (first, *_) = found(bench("no-name", footage=footage))
    (track,) = first.tracks
    assert is_near(track.start, NOW - 20 * DAY)
    assert is_near(track.end, NOW - DAY)


def test_a_locked_clip_makes_a_recording_old(bench: Make) -> None:
    locked = Stretch(NOW - 200 * DAY, NOW - 200 * DAY + timedelta(minutes=5), locked=True)
    (first, *_) = found(bench("no-name", footage=Footage((locked, Stretch(NOW - 3 * DAY, None)))))
    assert is_near(first.start, NOW - 200 * DAY)


def test_a_recording_without_data_has_no_track_and_no_times(bench: Make) -> None:
    (first, *_) = found(bench("no-name", footage=Footage()))
    assert (first.tracks, first.start) == ((), None)


def test_a_summary_is_of_the_whole_device(bench: Make) -> None:
    one = bench("uniview")
    summary = onvif_search.parse_summary(asked(one, onvif_search.GET_RECORDING_SUMMARY))
    with_data = [channel for channel in one.archive.cameras() if channel.footage.stretches]
    oldest = min(channel.footage.stretches[0].start for channel in with_data)
    assert summary.recordings == len(with_data)
    assert is_near(summary.start, oldest)


def test_media_attributes_are_of_the_recorded_stream(bench: Make) -> None:
    one = bench("no-name", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    (first, *_) = found(one)
    ask = onvif_search.get_media_attributes([first.token], NOW - DAY)
    (video,) = onvif_search.parse_media_attributes(asked(one, ask))
    true = one.true(1)["recording"]
    assert (video.width, video.height, video.codec) == (true["width"], true["height"], true["codec"])


def test_media_attributes_of_a_minute_that_was_not_recorded_have_no_track(bench: Make) -> None:
    one = bench("no-name", footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    ask = onvif_search.get_media_attributes(["Recording_001"], NOW - 5 * DAY)
    assert onvif_search.parse_media_attributes(asked(one, ask)) == ()


def test_the_list_of_recordings_says_how_long_they_are_kept(bench: Make) -> None:
    one = bench("no-name")
    rows = onvif_search.parse_recordings(asked(one, onvif_search.GET_RECORDINGS, "trc"))
    assert [row.retention_s for row in rows] == [
        channel.expiry_days * 86400 if channel.expiry_days else None for channel in one.archive.cameras()
    ]


def test_replay_has_an_address_for_each_recording(bench: Make) -> None:
    one = bench("uniview")
    uris = [parse_replay_uri(asked(one, get_replay_uri(row.token), "trp")) for row in found(one)]
    assert len(set(uris)) == len(one.archive.cameras())


def test_a_search_without_questions_dies_after_ten_seconds(bench: Make) -> None:
    one = bench("no-name")
    token = begun(one)
    one.archive.now = lambda: NOW + timedelta(seconds=11)
    refused = one.soap("tse", onvif_search.get_search_results(token))
    assert isinstance(refused, Fault)


def test_searches_that_nobody_ends_stop_the_next_one(bench: Make) -> None:
    one = bench("no-name")
    asked_four_times = [begun(one) for _ in range(4)]
    refused = one.soap("tse", onvif_search.find_recordings())
    assert len(set(asked_four_times)) == 4
    assert isinstance(refused, Fault)
    assert (one.marks.asked.searches_opened, one.marks.asked.searches_closed) == (4, 0)


def test_an_ended_search_is_gone(bench: Make) -> None:
    one = bench("no-name")
    token = begun(one)
    asked(one, onvif_search.end_search(token))
    assert isinstance(one.soap("tse", onvif_search.end_search(token)), Fault)
