"""The runner, with probes made for the test: one evidence per promise, an end for every device."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from config.load import load_catalogue
from probe import run
from probe.errors import (
    AuthRefused,
    DeviceError,
    Locked,
    Malformed,
    NoCredential,
    Silent,
    Unreachable,
    Unsupported,
)
from probe.memory import Kept, Memory
from probe.model import (
    Channel,
    DeviceReport,
    Evidence,
    Gap,
    Io,
    Measured,
    NotMeasured,
    Picture,
    Probe,
    Readings,
    Sighting,
    StreamOffer,
    Target,
    Value,
    channel_value,
    reading_of,
)
from probe.probes import CHANNEL_PROBES, DEVICE_PROBES
from probe.run import has_answered, measured, run_device
from probe.session import DeviceSession

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
TARGET = Target("10.1.2.3", (80, 554))
METRICS = load_catalogue().metrics
Measure = Callable[[Any, Io], Awaitable[Readings]]


class FakeLogin:
    refusals = ("hik@2",)


class FakeSession:
    """What the runner itself asks of a session; no probe here touches a network."""

    login = FakeLogin()

    def now(self) -> datetime:
        return NOON

    memories: Mapping[int, Memory]

    def shown(self, channel: Channel) -> Picture | None:
        if channel.number == 9:
            return None
        return Picture({}, b"jpeg %d" % channel.number, {"black": b"crop"}, Kept("day", record=b"record"))

    def replayed(self, channel: Channel) -> Picture | None:
        return None


def probe(measure: Measure, *metrics: str, seconds: float = 5.0) -> Probe[Any]:
    return Probe(id="test.probe", metrics=metrics or ("model",), seconds=seconds, measure=measure)


def answers(**values: Any) -> Measure:  # noqa: ANN401  a metric's value is JSON
    async def measure(_: object, __: Io) -> Readings:
        return {metric: Measured(value) for metric, value in values.items()}

    return measure


def raises(error: Exception) -> Measure:
    async def measure(_: object, __: Io) -> Readings:
        raise error

    return measure


async def hangs(_: object, __: Io) -> Readings:
    await asyncio.Event().wait()
    return {}


async def ask(asked: Probe[Any], seconds: float = 60.0) -> tuple[Evidence, ...]:
    deadline = asyncio.get_running_loop().time() + seconds
    return await measured(asked, TARGET, cast("Io", FakeSession()), deadline)


async def run_with(
    monkeypatch: pytest.MonkeyPatch,
    device: tuple[Probe[Any], ...],
    channel: tuple[Probe[Any], ...] = (),
    seconds: float = 60.0,
    streams: asyncio.Semaphore | None = None,
    channel_seconds: float = 35.0,
    recall: Callable[[DeviceReport], Mapping[int, Memory]] = lambda _: {},
    session: FakeSession | None = None,
    only: tuple[int, ...] = (),
) -> DeviceReport:
    monkeypatch.setattr(run, "DEVICE_PROBES", device)
    monkeypatch.setattr(run, "CHANNEL_PROBES", channel)
    asked = cast("DeviceSession", session or FakeSession())
    limits = load_catalogue().settings.run.model_copy(
        update={"device_s": seconds, "channel_s": channel_seconds, "recordings_s": 9.0}
    )
    return await run_device(TARGET, asked, limits, streams or asyncio.Semaphore(1), recall, only)


def recorder(count: int) -> Probe[Any]:
    streams = (StreamOffer("main", "rtsp://x"),)
    told = [channel_value(Channel(number, streams=streams)) for number in range(1, count + 1)]
    return probe(answers(channels=told), "channels")


def stream_of(*mute: int, error: Exception | None = None) -> Probe[Any]:
    """A stream probe: the channels of these numbers hang, or raise the error; the others answer."""

    async def measure(channel: Channel, _: Io) -> Readings:
        if channel.number in mute:
            if error is not None:
                raise error
            await asyncio.Event().wait()
        return {"codec": Measured("H264")}

    return probe(measure, "codec")


def gaps_of(report: DeviceReport) -> list[Gap | None]:
    readings = [reading_of(one.evidence, "codec") for one in report.channels]
    return [one.gap if isinstance(one, NotMeasured) else None for one in readings]


async def test_a_reading_is_kept_with_its_probe_and_time() -> None:
    assert await ask(probe(answers(model="IPC"), "model")) == (
        Evidence("model", Measured("IPC"), "test.probe", NOON),
    )


async def test_a_promise_that_is_not_kept_is_a_gap() -> None:
    model, serial = await ask(probe(answers(model="IPC"), "model", "serial"))
    assert model.reading == Measured("IPC")
    assert serial.reading == NotMeasured(Gap.UNSUPPORTED, "the device does not say")


async def test_what_was_not_promised_is_not_taken() -> None:
    assert [one.metric for one in await ask(probe(answers(model="IPC", mood="good"), "model"))] == ["model"]


@pytest.mark.parametrize(
    "kind", [Unreachable, Silent, AuthRefused, Locked, NoCredential, Unsupported, Malformed]
)
async def test_a_misbehaving_device_gives_its_gap_for_every_promise(kind: type[DeviceError]) -> None:
    evidence = await ask(probe(raises(kind("in words")), "model", "serial"))
    assert [one.reading for one in evidence] == [NotMeasured(kind.gap, "in words")] * 2


async def test_our_own_fault_is_named_and_logged_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        (evidence,) = await ask(probe(raises(ZeroDivisionError("ours"))))
    assert evidence.reading == NotMeasured(Gap.OUR_BUG, "ZeroDivisionError in test.probe")
    assert caplog.records[0].exc_info is not None


async def test_our_own_fault_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(
        monkeypatch, (probe(raises(KeyError("x")), "model"), probe(answers(serial="7"), "serial"))
    )
    assert [one.reading for one in report.evidence][1] == Measured("7")


async def test_a_probe_that_hangs_costs_its_own_limit() -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    (evidence,) = await ask(probe(hangs, seconds=0.05))
    assert isinstance(evidence.reading, NotMeasured)
    assert evidence.reading.gap is Gap.TIMEOUT
    assert loop.time() - begun < 1.0


async def test_a_device_that_hangs_costs_its_deadline_and_every_promise_is_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hanging = (probe(hangs, "model"), probe(hangs, "serial"), probe(hangs, "mac"))
    report = await run_with(monkeypatch, hanging, seconds=0.1)
    gaps = [one.reading.gap for one in report.evidence if isinstance(one.reading, NotMeasured)]
    assert gaps == [Gap.TIMEOUT] * 3
    assert report.seconds < 1.0


async def test_every_channel_is_asked_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(2),), (probe(answers(alive=True), "alive"),))
    assert [(one.channel.number, one.jpeg) for one in report.channels] == [(1, b"jpeg 1"), (2, b"jpeg 2")]
    assert [reading_of(one.evidence, "alive") for one in report.channels] == [Measured(True)] * 2


async def test_only_the_channels_that_were_named_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(3),), (probe(answers(alive=True), "alive"),), only=(2,))
    told = [reading_of(one.evidence, "alive") for one in report.channels]
    assert [getattr(one, "gap", None) for one in told] == [Gap.NOT_ASKED, None, Gap.NOT_ASKED]


async def test_what_a_look_leaves_goes_into_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(1),), (probe(answers(alive=True), "alive"),))
    (channel,) = report.channels
    assert (channel.crops, channel.kept) == ({"black": b"crop"}, Kept("day", record=b"record"))


async def test_a_channel_without_a_picture_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(9),), (probe(answers(alive=True), "alive"),))
    assert (report.channels[8].jpeg, report.channels[8].kept) == (b"", None)


async def test_a_device_is_recalled_by_what_it_said_before_its_pictures_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, memory = FakeSession(), {1: Memory(sample=b"yesterday")}

    def recall(report: DeviceReport) -> Mapping[int, Memory]:
        return memory if reading_of(report.evidence, "serial") == Measured("7") else {}

    said = probe(answers(serial="7"), "serial")
    await run_with(monkeypatch, (said, recorder(1)), recall=recall, session=session)
    assert session.memories == memory


async def test_a_channel_that_hangs_costs_the_next_one_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(4),), (stream_of(1, 3),), seconds=0.1, channel_seconds=0.1)
    assert gaps_of(report) == [Gap.TIMEOUT, None, Gap.TIMEOUT, None]


@pytest.mark.parametrize(
    ("error", "gap"), [(None, Gap.TIMEOUT), (Unreachable("it hung up"), Gap.UNREACHABLE)]
)
async def test_after_three_mute_channels_in_a_row_the_rest_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, gap: Gap
) -> None:
    mute = stream_of(2, 3, 4, error=error)
    report = await run_with(monkeypatch, (recorder(6),), (mute,), channel_seconds=0.05)
    assert gaps_of(report) == [None, gap, gap, gap, gap, gap]
    given_up = NotMeasured(gap, "3 channels in a row gave nothing")
    assert reading_of(report.channels[5].evidence, "codec") == given_up


async def test_channels_that_say_no_are_all_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(5),), (stream_of(1, 2, 3, 4, error=Unsupported("404")),))
    assert gaps_of(report) == [Gap.UNSUPPORTED] * 4 + [None]


async def test_more_channels_than_any_recorder_has_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await run_with(monkeypatch, (recorder(258),), (stream_of(),))
    assert gaps_of(report)[255:] == [None, Gap.NOT_ASKED, Gap.NOT_ASKED]


async def test_waiting_for_a_stream_is_no_time_of_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = asyncio.Semaphore(1)
    await streams.acquire()
    asyncio.get_running_loop().call_later(0.3, streams.release)
    report = await run_with(
        monkeypatch, (recorder(2),), (probe(answers(alive=True), "alive"),), seconds=0.2, streams=streams
    )
    assert [reading_of(one.evidence, "alive") for one in report.channels] == [Measured(True)] * 2
    assert report.seconds < 0.2


async def test_the_refused_logins_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await run_with(monkeypatch, ())).refused == ("hik@2",)


@pytest.mark.parametrize(
    ("protocol", "support", "answered"),
    [
        ("onvif", "supported", True),
        ("onvif", "off", True),
        ("rtsp", "supported", True),
        ("onvif", "absent", False),
        ("rtsp", "unknown", False),
    ],
)
def test_an_open_port_alone_is_no_camera(protocol: str, support: str, answered: bool) -> None:
    evidence = (Evidence(protocol, Measured(support), "test", NOON),)
    assert has_answered(DeviceReport(TARGET, evidence)) is answered


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("device_kind", "recorder"),
        ("model", "DS-7616NI-K2"),
        ("serial", "DS-7616NI-K20123456789"),
        ("channels", [{"number": 1}]),
    ],
)
def test_what_a_makers_protocol_told_is_not_thrown_away(metric: str, told: Value) -> None:
    silent = (
        Evidence("onvif", Measured("absent"), "a", NOON),
        Evidence("rtsp", Measured("absent"), "b", NOON),
    )
    assert not has_answered(DeviceReport(TARGET, silent))
    assert has_answered(DeviceReport(TARGET, (*silent, Evidence(metric, Measured(told), "test", NOON))))


def test_who_answered_the_call_for_cameras_has_answered() -> None:
    called = Target("10.1.2.3", sightings=(Sighting("10.1.2.3", "ws-discovery"),))
    assert has_answered(DeviceReport(called))


@pytest.mark.parametrize(
    ("subject", "probes"), [("device", DEVICE_PROBES), ("channel", CHANNEL_PROBES)], ids=["device", "channel"]
)
def test_every_promised_metric_is_declared_for_its_subject(
    subject: str, probes: tuple[Probe[Any], ...]
) -> None:
    promised = [metric for one in probes for metric in one.metrics]
    assert [metric for metric in promised if metric not in METRICS] == []
    assert [metric for metric in promised if METRICS[metric].subject != subject] == []


@pytest.mark.parametrize("probes", [DEVICE_PROBES, CHANNEL_PROBES], ids=["device", "channel"])
def test_every_metric_is_promised_once_and_every_probe_has_a_name_of_its_own(
    probes: tuple[Probe[Any], ...],
) -> None:
    counted = Counter(metric for one in probes for metric in one.metrics)
    assert [metric for metric, times in counted.items() if times > 1] == []
    assert len({one.id for one in probes}) == len(probes)


def recordings(*mute: int) -> Probe[Any]:
    """A probe of recordings: the channels of these numbers get no answer."""

    async def measure(channel: Channel, _: Io) -> Readings:
        if channel.number in mute:
            raise Silent("nothing")
        return {"recording_source": Measured("isapi-days")}

    return replace(probe(measure, "recording_source"), id="test.record", of_recordings=True)


async def test_recordings_are_asked_for_whatever_the_live_stream_gave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = stream_of(1, 2, 3, 4, 5, error=Unreachable("gone"))
    report = await run_with(monkeypatch, (recorder(5),), (live, recordings()))
    told = [reading_of(one.evidence, "recording_source") for one in report.channels]
    assert told == [Measured("isapi-days")] * 5


async def test_recordings_of_three_mute_channels_in_a_row_end_the_asking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = await run_with(monkeypatch, (recorder(5),), (stream_of(), recordings(1, 2, 3)))
    told = [reading_of(one.evidence, "recording_source") for one in report.channels]
    assert [one.gap for one in told if isinstance(one, NotMeasured)] == [Gap.TIMEOUT] * 5
    assert [reading_of(one.evidence, "codec") for one in report.channels] == [Measured("H264")] * 5


async def test_channels_that_the_recorder_calls_offline_do_not_end_the_asking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = [channel_value(Channel(number, online=number > 4)) for number in range(1, 7)]
    listed = probe(answers(channels=told), "channels")
    live = stream_of(1, 2, 3, 4, error=Unreachable("gone"))
    report = await run_with(monkeypatch, (listed,), (live,))
    assert gaps_of(report) == [Gap.UNREACHABLE] * 4 + [None, None]
