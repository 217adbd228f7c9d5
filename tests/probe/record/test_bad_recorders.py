"""Recorders that misbehave: a named gap for the channels concerned, the truth for all others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from probe.errors import Silent
from probe.model import Channel, Gap, NotMeasured
from probe.record import retention

Serve = Callable[..., Awaitable[Any]]  # the recorder of conftest.py; pytest hands it over

# Whom it concerns: nobody, the first channel, or all of them.
CASES = [
    ("hikvision", "endless-more", "none"),  # its calendar does without the search
    ("dahua", "endless-more", "all"),
    ("hikvision", "odd-times", "none"),
    ("dahua", "odd-times", "none"),
    ("uniview", "odd-times", "none"),
    ("no-name", "odd-times", "none"),
    ("hikvision", "negative-sizes", "none"),
    ("dahua", "negative-sizes", "none"),
    ("uniview", "negative-sizes", "none"),
    ("hikvision", "stray-channels", "none"),
    ("dahua", "stray-channels", "none"),
    ("uniview", "stray-channels", "none"),
    ("hikvision", "wide-window-500", "none"),
    ("dahua", "wide-window-500", "none"),
    ("dahua", "short-pages", "none"),
    ("uniview", "names-alike", "none"),  # its calendar does without ONVIF
    ("no-name", "names-alike", "all"),
    ("hikvision", "search-expires", "none"),
    ("dahua", "search-expires", "none"),
    ("no-name", "search-expires", "none"),
    ("hikvision", "xml-bomb", "first"),
    ("no-name", "xml-bomb", "all"),  # one answer tells of all its channels
    ("hikvision", "cut-bodies", "first"),
    ("dahua", "cut-bodies", "first"),
    ("uniview", "cut-bodies", "first"),
]


async def days_of(one: Any, channels: tuple[Channel, ...]) -> dict[int, Any]:  # noqa: ANN401
    return {c.number: (await one.ask(retention.PROBE, c))["continuous_days"] for c in channels}


def true_days(one: Any) -> dict[int, int]:  # noqa: ANN401
    return {number: true["recording"]["continuous_days"] for number, true in one.true.items()}


@pytest.mark.parametrize(("maker", "fault", "whom"), CASES)
async def test_what_is_wrong_costs_no_channel_but_those_it_concerns(
    recorder: Serve, maker: str, fault: str, whom: str
) -> None:
    one = await recorder(maker, fault)
    channels = (await one.ask_device())[:3]
    told, true = await days_of(one, channels), true_days(one)
    concerned = {"none": (), "first": channels[:1], "all": channels}[whom]
    numbers = {channel.number for channel in concerned}
    assert {number: days for number, days in told.items() if number not in numbers} == {
        channel.number: true[channel.number] for channel in channels if channel.number not in numbers
    }
    for number in numbers:
        # Where another way tells, it has to be true as well.
        assert told[number] == true[number] or (isinstance(told[number], NotMeasured) and told[number].detail)


@pytest.mark.parametrize("maker", ["hikvision", "dahua", "uniview"])
async def test_sizes_below_nought_are_not_known(recorder: Serve, maker: str) -> None:
    one = await recorder(maker, "negative-sizes")
    await one.ask_device()
    assert one.value("storage_capacity_gib") is None


@pytest.mark.parametrize("maker", ["hikvision", "dahua", "uniview", "no-name"])
async def test_a_recorder_that_answers_too_late_is_named_so_and_ends_in_time(
    recorder: Serve, maker: str
) -> None:
    one = await recorder(maker, "slow-answers", answers_after_s=2.0)
    begun = asyncio.get_running_loop().time()
    await one.ask_device()
    assert asyncio.get_running_loop().time() - begun < 60
    gaps = {e.metric: e.reading.gap for e in one.evidence if isinstance(e.reading, NotMeasured)}
    assert gaps["device_kind"] is Gap.TIMEOUT
    assert gaps["storage_state"] is Gap.TIMEOUT
    # One usual path of a Hikvision's is known: of it, its first channel is all that is told.
    assert gaps.get("channels") is (None if maker == "hikvision" else Gap.TIMEOUT)


@pytest.mark.parametrize("maker", ["hikvision", "dahua", "uniview"])
async def test_a_recorder_that_becomes_slow_keeps_its_channels(
    recorder: Serve, monkeypatch: pytest.MonkeyPatch, maker: str
) -> None:
    one = await recorder(maker)
    channels = (await one.ask_device())[:2]
    monkeypatch.setattr("probe.transport.http.Http.request", _late)
    told = await days_of(one, channels)
    assert {days.gap for days in told.values()} == {Gap.TIMEOUT}


async def _late(*_: object, **__: object) -> object:
    raise Silent("no whole answer in 8 s")
