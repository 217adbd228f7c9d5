"""Simulated recorders on loopback, asked by the client as it is: what it reads against what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from probe.model import Channel, Gap, Measured, NotMeasured, Picture
from probe.record import forecast, playback, retention

Serve = Callable[..., Awaitable[Any]]  # the recorder of conftest.py; pytest hands it over

MAKERS = ("hikvision", "dahua", "uniview", "no-name")


def apart_s(one: str, other: str) -> float:
    """Return the seconds between two times; recorders show whole ones."""
    return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())


def without_a_decoder(one: Any) -> Any:  # noqa: ANN401
    """Return the session, which then hands over no picture of a recording."""

    async def nothing(channel: Channel, grab: object) -> Picture:
        return Picture({})

    one.session.played = nothing
    return one.session


async def days_of(one: Any, channels: tuple[Channel, ...]) -> dict[int, Any]:  # noqa: ANN401
    return {c.number: (await one.ask(retention.PROBE, c))["continuous_days"] for c in channels}


def true_days(one: Any) -> dict[int, int]:  # noqa: ANN401
    return {number: true["recording"]["continuous_days"] for number, true in one.true.items()}


@pytest.mark.slow
@pytest.mark.parametrize("maker", MAKERS)
async def test_the_continuous_days_of_every_channel_are_true(recorder: Serve, maker: str) -> None:
    one = await recorder(maker)
    assert await days_of(one, await one.ask_device()) == true_days(one)


@pytest.mark.parametrize(
    ("maker", "fault"),
    [
        ("hikvision", "no-days"),
        ("hikvision", "zone-wrong"),
        ("hikvision", "z-is-utc"),
        ("hikvision", "search-expires"),
        ("hikvision", "odd-times"),
        ("hikvision", "stray-channels"),
        ("hikvision", "onvif-off"),
        ("dahua", "zone-wrong"),
        ("dahua", "cgi-off"),
        ("dahua", "search-expires"),
        ("dahua", "odd-times"),
        ("dahua", "onvif-off"),
        ("uniview", "no-days"),
        ("uniview", "zone-wrong"),
        ("uniview", "onvif-off"),
        ("no-name", "z-is-local"),
        ("no-name", "odd-times"),
        ("no-name", "stray-channels"),
    ],
)
async def test_they_are_true_where_the_recorder_makes_it_hard(
    recorder: Serve, maker: str, fault: str
) -> None:
    one = await recorder(maker, fault)
    channels = (await one.ask_device())[:4]
    true = true_days(one)
    assert await days_of(one, channels) == {channel.number: true[channel.number] for channel in channels}


@pytest.mark.parametrize(
    ("maker", "fault"),
    [("hikvision", "cut-bodies"), ("hikvision", "xml-bomb"), ("dahua", "cut-bodies")],
)
async def test_a_channel_that_cannot_be_read_is_a_named_gap_and_costs_no_other(
    recorder: Serve, maker: str, fault: str
) -> None:
    one = await recorder(maker, fault)
    first, *others = (await one.ask_device())[:3]
    told = await days_of(one, (first, *others))
    assert told.pop(first.number).gap is Gap.MALFORMED
    assert told == {channel.number: true_days(one)[channel.number] for channel in others}


async def test_an_endless_search_ends(recorder: Serve) -> None:
    one = await recorder("dahua", "endless-more")
    (first, *_) = await one.ask_device()
    told = await one.ask(retention.PROBE, first)
    assert told["continuous_days"].gap is Gap.MALFORMED
    assert one.asked[first.number] < 20


async def test_a_summary_of_the_whole_device_proves_no_day(recorder: Serve) -> None:
    one = await recorder("no-name", "endless-more")
    (first, *_) = await one.ask_device()
    told = await one.ask(retention.PROBE, first)
    assert told["recording_source"] == "onvif-summary"
    assert told["continuous_days"].gap is Gap.UNCLEAR


@pytest.mark.parametrize(("maker", "most"), [("hikvision", 6), ("dahua", 100), ("uniview", 6)])
async def test_a_channel_costs_few_requests(recorder: Serve, maker: str, most: int) -> None:
    one = await recorder(maker)
    await days_of(one, await one.ask_device())
    assert 0 < max(one.asked.values()) <= most


@pytest.mark.parametrize("maker", MAKERS)
async def test_no_mark_is_left(recorder: Serve, maker: str) -> None:
    one = await recorder(maker)
    channels = (await one.ask_device())[:2]
    for channel in channels:
        await one.ask(retention.PROBE, channel)
    await playback.measure(channels[0], without_a_decoder(one))
    marks = one.campus.marks[one.device.number]
    assert (marks.changes_asked, marks.wrong_logins, marks.rtsp_left_open) == (0, 0, 0)
    assert marks.asked.searches_opened == marks.asked.searches_closed
    assert marks.asked.most_at_once <= 4


async def test_a_login_of_rpc2_is_ended_and_was_tried_once(recorder: Serve) -> None:
    one = await recorder("dahua", "cgi-off")
    (first, *_) = await one.ask_device()
    await one.ask(retention.PROBE, first)
    marks = one.campus.marks[one.device.number]
    assert marks.asked.sessions_open == 1
    await one.session.close()
    assert (marks.asked.sessions_open, marks.wrong_logins, marks.changes_asked) == (0, 0, 0)


async def test_rpc2_tells_the_same_as_the_cgi(recorder: Serve) -> None:
    one = await recorder("dahua", "cgi-off", "onvif-off")
    channels = await one.ask_device()
    assert {channel.number: channel.name for channel in channels} == {
        number: true["name"] for number, true in one.true.items()
    }
    assert (one.value("model"), one.value("serial")) == (one.device.model, one.device.serial)
    there = [disk.capacity_mib for disk in one.device.recorder.disks if disk.state != "missing"]
    assert one.value("storage_capacity_gib") == round(sum(there) / 1024, 1)
    assert (await one.ask(retention.PROBE, channels[0]))["recording_mode"] == one.true[1]["recording"]["mode"]


async def test_holes_and_locked_clips_show_where_files_are_listed(recorder: Serve) -> None:
    one = await recorder("dahua")
    for channel in await one.ask_device():
        told, true = await one.ask(retention.PROBE, channel), one.true[channel.number]["recording"]
        seen = [moment for hole in told["recording_holes"] for moment in hole]
        there = [moment for hole in true["holes"] for moment in (hole["from"], hole["to"])]
        assert len(seen) == len(there)
        assert all(apart_s(one, other) <= 2 for one, other in zip(seen, there, strict=True))
        assert told["locked_clips"] == true["locked_clips"]


async def test_a_calendar_of_days_shows_no_holes(recorder: Serve) -> None:
    one = await recorder("hikvision")
    (first, *_) = await one.ask_device()
    told = await one.ask(retention.PROBE, first)
    assert told["recording_holes"] == NotMeasured(Gap.UNSUPPORTED, "it tells the days, not the hours")


@pytest.mark.parametrize("maker", MAKERS)
async def test_every_channel_is_listed_with_what_is_behind_it(recorder: Serve, maker: str) -> None:
    one = await recorder(maker)
    told = {channel.number: channel for channel in await one.ask_device()}
    addresses = {number: c.camera.address if c.camera else "" for number, c in told.items()}
    assert {number: channel.name for number, channel in told.items()} == {
        number: true["name"] for number, true in one.true.items()
    }
    assert addresses == {number: true["source"]["address"] or "" for number, true in one.true.items()}
    assert one.value("device_kind") == "recorder"


@pytest.mark.parametrize("maker", ["hikvision", "dahua"])
async def test_a_hybrid_tells_its_analogue_inputs_from_its_cameras(recorder: Serve, maker: str) -> None:
    nth = {"hikvision": 2, "dahua": 1}[maker]
    one = await recorder(maker, nth=nth)
    told = {channel.number: channel.kind for channel in await one.ask_device()}
    assert told == {number: true["source"]["kind"] for number, true in one.true.items()}


@pytest.mark.parametrize("fault", ["ghost-profiles", "pairs-wrong"])
@pytest.mark.parametrize("maker", MAKERS)
async def test_ghosts_and_wrong_pairs_make_no_channel(recorder: Serve, maker: str, fault: str) -> None:
    one = await recorder(maker, fault)
    channels = await one.ask_device()
    assert [channel.number for channel in channels] == sorted(one.true)


async def test_wrong_pairs_are_put_right_by_the_addresses(recorder: Serve) -> None:
    one = await recorder("hikvision", "pairs-wrong")
    first, second, *_ = await one.ask_device()
    assert [stream.uri[-3:] for stream in (*first.streams, *second.streams)] == ["101", "102", "201", "202"]


async def test_a_recorder_without_onvif_has_its_channels_and_streams(recorder: Serve) -> None:
    one = await recorder("hikvision", "onvif-off")
    channels = await one.ask_device()
    assert [channel.number for channel in channels] == sorted(one.true)
    assert all(channel.streams[0].uri for channel in channels)


@pytest.mark.parametrize("maker", ["hikvision", "dahua", "uniview"])
async def test_a_recorder_without_onvif_says_who_it_is(recorder: Serve, maker: str) -> None:
    one = await recorder(maker, "onvif-off")
    await one.ask_device()
    assert (one.value("model"), one.value("serial")) == (one.device.model, one.device.serial)
    if maker != "uniview":
        assert one.value("mac") == one.device.mac


@pytest.mark.slow
@pytest.mark.parametrize("maker", MAKERS)
async def test_a_recorded_minute_is_decoded_as_it_was_recorded(recorder: Serve, maker: str) -> None:
    one = await recorder(maker)
    (first, *_) = await one.ask_device()
    told, true = await one.ask(playback.PROBE, first), one.true[first.number]["recording"]
    assert (told["playback_width"], told["playback_height"]) == (true["width"], true["height"])
    assert (told["playback_alive"], told["playback_oldest_alive"]) == (True, True)
    if maker in ("uniview", "no-name"):
        assert abs(told["playback_off_s"]) < 2
    else:
        assert told["playback_off_s"].gap is Gap.UNSUPPORTED


@pytest.fixture(scope="module")
def exposed() -> dict[str, tuple[Any, Any, int]]:
    """By maker what a lying calendar's first channel came to: playing takes seconds and shows two things."""
    return {}


async def expose(recorder: Serve, maker: str) -> tuple[Any, Any, int]:
    """Return what playing told, what was told of the days after it, and the true days."""
    one = await recorder(maker, "calendar-lies")
    (first, *_) = await one.ask_device()
    played = await playback.measure(first, without_a_decoder(one))
    return played, await one.ask(retention.PROBE, first), true_days(one)[first.number]


@pytest.mark.parametrize("maker", ["hikvision", "dahua"])
async def test_a_calendar_that_lies_is_found_out_by_playing_it(
    recorder: Serve, exposed: dict[str, tuple[Any, Any, int]], maker: str
) -> None:
    played, _, _ = exposed[maker] = exposed.get(maker) or await expose(recorder, maker)
    oldest = played["playback_oldest_alive"]
    assert isinstance(oldest, Measured)
    assert (oldest.value, oldest.detail.partition(":")[0]) == (False, "listed, but not played")


@pytest.mark.parametrize("maker", ["hikvision", "dahua", "uniview"])
async def test_days_that_do_not_play_are_not_counted(
    recorder: Serve, exposed: dict[str, tuple[Any, Any, int]], maker: str
) -> None:
    _, told, true = exposed[maker] = exposed.get(maker) or await expose(recorder, maker)
    assert 0 < told["continuous_days"] <= true <= told["continuous_days_at_most"]
    assert told["recording_oldest"].gap is Gap.CONTRADICTED
    assert told["recording_age_days"].gap is Gap.UNCLEAR


@pytest.mark.parametrize(("maker", "seed"), [("hikvision", 25), ("dahua", 11), ("uniview", 6)])
async def test_a_young_recorder_tells_how_young_it_is(recorder: Serve, maker: str, seed: int) -> None:
    one = await recorder(maker, seed=seed)
    channels = (await one.ask_device())[:3]
    told = {c.number: (await one.ask(retention.PROBE, c))["recording_age_days"] for c in channels}
    # Where days are missing, nobody knows whether they were lost.
    ages = {number: age for number, age in told.items() if isinstance(age, int)}
    true = true_days(one)
    assert ages == {number: true[number] for number in ages}
    assert ages


async def test_a_recorder_that_overwrites_tells_no_age(recorder: Serve) -> None:
    one = await recorder("hikvision")
    (first, *_) = await one.ask_device()
    told = (await one.ask(retention.PROBE, first))["recording_age_days"]
    assert "overwritten" in told.detail


async def test_the_disks_say_how_large_and_how_well_they_are(recorder: Serve) -> None:
    one = await recorder("hikvision", "disk-bad")
    await one.ask_device()
    there = [disk for disk in one.device.recorder.disks if disk.state != "missing"]
    assert one.value("storage_capacity_gib") == round(sum(disk.capacity_mib for disk in there) / 1024, 1)
    assert one.value("storage_state") == "bad"


async def test_a_recorders_gb_codes_are_read_from_its_settings(recorder: Serve) -> None:
    one = await recorder("hikvision")
    channels = await one.ask_device()
    codes = one.value("gb_channel_codes")
    assert one.value("gb_registered") is True
    assert len(one.value("gb_code")) == 20
    assert sorted(map(int, codes)) == [channel.number for channel in channels]


async def test_an_estimate_says_what_it_rests_on(recorder: Serve) -> None:
    one = await recorder("hikvision")
    (first, *_) = await one.ask_device()
    told = await forecast.measure(first, one.session)
    assert "estimate" in told["retention_forecast_days"].detail


async def test_a_recorder_that_reboots_is_waited_for(
    recorder: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probe.sim.power._DOWN_S", 1.0)
    monkeypatch.setattr("probe.transport.web._PAUSE_S", 0.3)
    one = await recorder("dahua", "reboots")
    channels = (await one.ask_device())[:2]
    true = true_days(one)
    assert await days_of(one, channels) == {channel.number: true[channel.number] for channel in channels}
