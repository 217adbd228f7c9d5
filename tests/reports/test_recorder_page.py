"""A recorder's page: what a technician reads of disks, days and playback, the worst channel first."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from config.load import load_catalogue
from config.words import say
from reports import scan_json as out
from reports.lines import brief
from reports.readings import show_readings
from reports.recorder_page import camera_words, days_sentence, worst_first
from reports.recording_words import days_words, missing_words, recording_rows
from reports.results import show

CATALOGUE = load_catalogue()
KEPT = "guannan-2018.4"
MakeDocument = Callable[..., out.Document]
Json = dict[str, object]


def recording(**told: object) -> Json:
    unknown = dict.fromkeys(("source", "oldest", "newest", "days_recorded", "window_days", "holes", "mode"))
    return {**unknown, "source": "isapi-days", "continuous_days": 45, "continuous_days_at_most": 45, **told}


def finding(verdict: str) -> Json:
    return {
        "rule": KEPT,
        "clause": "附件2 第4项",
        "metric": "continuous_days,continuous_days_at_most",
        "value": [1, 1],
        "limit": 30,
        "verdict": verdict,
        "binding": True,
    }


@pytest.fixture
def recorder(document_of: MakeDocument) -> MakeDocument:
    """Give a function that returns a scan of one recorder with a channel for each part that is given."""

    def make(*parts: Json, **device: object) -> out.Document:
        document = document_of()
        (only,) = document.devices[0].channels
        channels = [
            out.Channel.model_validate(
                {
                    **only.model_dump(by_alias=True),
                    "number": number,
                    "camera_id": f"d1.{number}",
                    "recording": recording(),
                    **part,
                }
            )
            for number, part in enumerate(parts, 1)
        ]
        update = {"kind": "recorder", "channels": channels, **device}
        return document.model_copy(update={"devices": [document.devices[0].model_copy(update=update)]})

    return make


def page_of(document: out.Document) -> str:
    page = StringIO()
    show_readings(Console(file=page, width=1000), document, CATALOGUE)
    return page.getvalue()


def result_of(document: out.Document) -> str:
    page = StringIO()
    show(Console(file=page, width=1000), document, CATALOGUE)
    return page.getvalue()


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (45, 45, say("recording.days", days=45)),
        (90, None, say("recording.at_least", days=90)),
        (3, 45, say("recording.between", days=3, most=45)),
        (None, 12, say("recording.at_most", days=12, why=say("recording.unclear"))),
        (None, None, say("recording.unknown", why=say("recording.unclear"))),
    ],
)
def test_days_are_said_as_far_as_they_are_proved(low: int | None, high: int | None, words: str) -> None:
    held = out.Recording.model_validate(recording(continuous_days=low, continuous_days_at_most=high))
    assert days_words(held, {"continuous_days": "unclear"}, CATALOGUE) == words


def test_days_that_are_not_listed_are_named_in_stretches() -> None:
    listed = ["2026-02-20", "2026-02-23", "2026-02-25"]
    held = out.Recording.model_validate(recording(days=listed, read_at="2026-02-26T08:00:00+08:00"))
    stretch = say("recording.run", first="2026-02-21", last="2026-02-22", days=2)
    assert missing_words(held) == say("reading.comma").join([stretch, "2026-02-24"])


def test_days_that_are_not_known_are_not_named_as_missing() -> None:
    held = recording(
        days=["2026-02-20", "2026-02-24"],
        unknown_days=["2026-02-10", "2026-02-21", "2026-02-22"],
        read_at="2026-02-26T08:00:00+08:00",
    )
    unclear = say("recording.unclear_days", count=2)
    missing = missing_words(out.Recording.model_validate(held))
    assert missing == say("reading.comma").join(["2026-02-23", "2026-02-25", unclear])


def test_a_recorder_of_whose_days_none_is_known_lists_not_none() -> None:
    held = recording(days=[], unknown_days=["2026-02-24"], read_at="2026-02-26T08:00:00+08:00")
    assert missing_words(out.Recording.model_validate(held)) == say("recording.unclear_days", count=1)


def test_a_recorder_that_lists_no_day_at_all_is_told_so() -> None:
    held = out.Recording.model_validate(recording(days=[], read_at="2026-02-26T08:00:00+08:00"))
    assert missing_words(held) == say("recording.none_listed")


def test_many_holes_are_counted_and_a_few_named(recorder: MakeDocument) -> None:
    holes = [
        {"from": f"2026-02-{day:02}T01:00:00+08:00", "to": f"2026-02-{day:02}T02:00:00+08:00"}
        for day in range(1, 13)
    ]
    (channel,) = recorder({"recording": recording(holes=holes)}).devices[0].channels
    words = dict(recording_rows(channel, CATALOGUE))[say("recording.holes_title")]
    assert say("recording.more_holes", count=7) in words
    assert "2026-02-12 01:00" in words


@pytest.mark.parametrize("alive", [True, False])
def test_what_came_of_the_playback_is_said(recorder: MakeDocument, alive: bool) -> None:
    playback = {"at": "2026-02-25T10:00:00+08:00", "alive": alive}
    (channel,) = recorder({"recording": recording(playback=playback)}).devices[0].channels
    words = dict(recording_rows(channel, CATALOGUE))[say("recording.playback_title")]
    key = "recording.plays" if alive else "recording.plays_not"
    assert say("recording.minute", at="2026-02-25 10:00", words=say(key)) in words


def test_a_forecast_is_called_an_estimate(recorder: MakeDocument) -> None:
    (channel,) = recorder({"recording": recording(forecast_days=33.3)}).devices[0].channels
    assert dict(recording_rows(channel, CATALOGUE))[say("recording.forecast_title")] == say(
        "recording.forecast", days="33"
    )


@pytest.mark.parametrize("mode", ["continuous", "motion", "schedule", "off"])
def test_every_way_of_recording_has_words(recorder: MakeDocument, mode: str) -> None:
    (channel,) = recorder({"recording": recording(mode=mode)}).devices[0].channels
    assert say(f"recording_mode.{mode}") in dict(recording_rows(channel, CATALOGUE)).values()


@pytest.mark.parametrize(
    "source",
    ["isapi-days", "isapi-search", "dahua-files", "lapi-days", "onvif-recordings", "onvif-summary"],
)
def test_every_source_of_days_has_words_on_the_screen_and_on_paper(source: str) -> None:
    assert say(f"recording_source.{source}")
    assert CATALOGUE.sheet_words.retention.sources[source]


def test_the_worst_channels_come_first(recorder: MakeDocument) -> None:
    parts = (
        {"findings": [finding("met")]},
        {"findings": [finding("not-due")], "recording": recording(continuous_days=12)},
        {"findings": [finding("not-met")], "recording": recording(continuous_days=9)},
        {"findings": [finding("unknown")], "recording": None},
        {"findings": [finding("not-met")], "recording": recording(continuous_days=2)},
    )
    (device,) = recorder(*parts).devices
    assert [channel.number for channel in worst_first(device.channels)] == [5, 3, 4, 2, 1]


def test_a_large_recorder_takes_few_lines_of_a_scans_result(recorder: MakeDocument) -> None:
    parts: list[Json] = [{"findings": [finding("not-met")]} for _ in range(64)]
    document = recorder(*parts)
    assert len(brief(document, CATALOGUE)) < 10
    assert len(result_of(document).splitlines()) < 40


def test_faulty_channels_are_not_the_ones_that_are_left_out(recorder: MakeDocument) -> None:
    parts: list[Json] = [{"faults": ["black"]} if number == 63 else {} for number in range(64)]
    assert brief(recorder(*parts), CATALOGUE)[0].state == "faulty"


def test_a_recorders_channel_that_shows_a_listed_camera_is_not_listed_again(
    recorder: MakeDocument, document_of: MakeDocument
) -> None:
    document = recorder({})
    camera = document_of(camera_id="d1.1").devices[0].model_copy(update={"id": "d2", "address": "127.0.0.9"})
    both = document.model_copy(update={"devices": [*document.devices, camera]})
    assert [line.address for line in brief(both, CATALOGUE)] == ["127.0.0.9"]


def test_the_result_says_the_days_of_the_worst_channel_and_how_many_are_unknown(
    recorder: MakeDocument,
) -> None:
    document = recorder({}, {"recording": recording(continuous_days=7)}, {"recording": None})
    assert days_sentence(document) == say("result.days", days=7, measured=2, unknown=1)


def test_a_school_without_recorders_hears_nothing_of_days(document_of: MakeDocument) -> None:
    assert days_sentence(document_of()) == ""


def test_a_bad_disk_stands_on_the_page(recorder: MakeDocument) -> None:
    disk = out.Disk(id="1", status="smartFailed", is_good=False, capacity_mib=1024 * 100)
    storage = out.Storage(capacity_gib=100, free_gib=None, state="bad")
    page = page_of(recorder({}, disks=[disk], storage=storage))
    assert "smartFailed" in page
    assert say("storage.bad") in page
    assert say("recorder.capacity", gib="100") in page


def test_the_platform_above_stands_on_the_page(recorder: MakeDocument) -> None:
    code = "33038101001180025000"
    page = page_of(recorder({}, gb_code=code, gb_platform="192.0.2.28:5060", gb_registered=False))
    assert say("recorder.gb_code", code=code) in page
    assert say("recorder.not_registered") in page


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("netUnreachable", say("recorder.offline_why", why=say("offline.no_network"))),
        ("SomethingNew", say("recorder.offline_why", why="SomethingNew")),
        (None, say("recorder.offline")),
    ],
)
def test_a_channel_that_is_off_line_says_why(recorder: MakeDocument, why: str | None, words: str) -> None:
    document = recorder({"online": False, "why_offline": why})
    (device,) = document.devices
    assert words in camera_words(device, device.channels[0], document)


def test_a_tie_is_told_with_what_it_rests_on(recorder: MakeDocument) -> None:
    document = recorder({})
    (device,) = document.devices
    here = out.Place(device_id=device.id, address=device.address, channel=1)
    other = out.Place(device_id="d9", address="10.1.2.9", channel=1)
    why = [out.Agreement(key="mac", listed="44:19:B6:00:00:01", own="44:19:B6:00:00:01")]
    tie = out.Tie(camera_id="d9.1", channel=here, other=other, why=why, since="2026-03-01T00:00:00+00:00")
    tied = document.model_copy(update={"ties": [tie]})
    words = camera_words(device, device.channels[0], tied)
    assert "10.1.2.9" in words
    assert "44:19:B6:00:00:01" in words


def test_a_suggestion_is_told_as_one(recorder: MakeDocument) -> None:
    document = recorder({})
    (device,) = document.devices
    here = out.Place(device_id=device.id, address=device.address, channel=1)
    other = out.Place(device_id="d9", address="10.1.2.9", channel=1)
    maybe = out.Suggestion(camera=other, channel=here, score=0.83, scene=0.9, names=0.5)
    guessed = document.model_copy(update={"suggestions": [maybe]})
    words = camera_words(device, device.channels[0], guessed)
    assert say("recorder.maybe", place="10.1.2.9", likeness="83") == words


def test_what_a_recorder_left_open_is_not_put_down_to_the_picture(recorder: MakeDocument) -> None:
    page = page_of(recorder({"gaps": {"recording_now": "unclear", "recording_age_days": "unclear"}}))
    assert CATALOGUE.gaps["unclear"].name not in page
    assert say("recording.unclear_title") in page
    assert CATALOGUE.metrics["recording_age_days"].name not in page


def test_young_recordings_at_an_old_recorder_are_told_to_be_lost(recorder: MakeDocument) -> None:
    part = {"recording": recording(continuous_days=12, age_days=12), "findings": [finding("not-met")]}
    assert say("recording.not_young") in page_of(recorder(part))


def test_the_line_of_a_channel_that_is_off_line_says_so(recorder: MakeDocument) -> None:
    part: Json = {"online": False, "picture": {}, "gaps": {"alive": "unsupported"}}
    (line,) = brief(recorder(part), CATALOGUE)
    assert (line.state, line.remark) == ("unknown", say("recorder.offline"))


def test_a_channel_that_is_off_line_is_not_said_to_lack_functions(recorder: MakeDocument) -> None:
    page = page_of(recorder({"online": False, "picture": {}, "gaps": {"alive": "unsupported"}}))
    assert CATALOGUE.gaps["unsupported"].mend not in page
