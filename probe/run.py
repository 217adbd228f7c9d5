"""Runs the probes: every device within its deadline, every promised metric exactly one evidence."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import SystemRandom
from typing import Literal

from config.schema import FaultRule
from config.settings import Run, Settings
from probe.discover.find import find
from probe.discover.targets import Asked
from probe.errors import DeviceError
from probe.joint import channels
from probe.memory import Memory
from probe.model import (
    NO_PROTOCOL,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Io,
    NotMeasured,
    Probe,
    Reading,
    Readings,
    ScanReport,
    Sighting,
    SilentTarget,
    Subject,
    Target,
    reading_of,
    value_of,
)
from probe.onvif import identity
from probe.picture.check import Outfit, outfit_of
from probe.picture.worker import Workers
from probe.probes import CHANNEL_PROBES, DEVICE_PROBES
from probe.session import DeviceSession, channels_of
from probe.trace import Trace
from probe.transport.http import Http
from probe.transport.login import Login, Refusal
from probe.transport.pace import Pace
from probe.transport.vault import Vault

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]

# The largest recorders have 256 channels. A device that tells of more is broken, or means harm.
_MOST_CHANNELS = 256
# So many mute channels one after the other, and the device itself no longer hands over streams.
_MUTE_IN_A_ROW = 3
# A device is given so much of the night at most, however long it is: ten cameras need no hour.
_SPREAD_S = 30.0
_DRAWN = SystemRandom()
_MUTE = (Gap.UNREACHABLE, Gap.TIMEOUT)
# What only a maker's protocol tells where neither ONVIF nor RTSP is spoken.
_BY_MAKERS = ("device_kind", "model", "serial", "channels")


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with.

    `refusals` returns, by target name, the logins refused there before. `refused` keeps a new one for good
    and at once: a run that is broken off must not forget it. `is_known` recognises a device that has moved.
    """

    settings: Settings
    vault: Vault
    now: Callable[[], datetime]
    refusals: Callable[[Iterable[Target]], Mapping[str, Mapping[str, Refusal]]]
    refused: Callable[[Target, Mapping[str, Gap]], None]
    progress: Progress
    trace: Trace | None = None
    is_known: Callable[[Sighting], bool] = lambda _: False
    recall: Callable[[DeviceReport], Mapping[int, Memory]] = lambda _: {}  # by channel number
    faults: tuple[FaultRule, ...] = ()
    find_card: bool = False
    only: Collection[str] = ()  # the names of the logins that may be tried; empty: all
    only_channels: Mapping[str, Collection[int]] = field(default_factory=dict)  # by target name; none: all
    spread_s: float = 0.0  # devices are asked in random order over this time

    @property
    def outfit(self) -> Outfit:
        return outfit_of(self.settings, self.faults)

    @property
    def playback_outfit(self) -> Outfit:
        """As `outfit`, with the lines that recordings are asked for, and fewer processes: few are played."""
        picture, tvl = self.settings.picture, self.settings.tvl
        count = max(1, (picture.workers or os.cpu_count() or 1) // 2)
        return replace(
            self.outfit,
            picture=picture.model_copy(update={"workers": count}),
            tvl=tvl.model_copy(update={"live_lines": tvl.playback_lines}),
        )


async def scan(asked: Asked, means: Means, *, kind: Literal["scan", "check"] = "scan") -> ScanReport:
    """Find what answers, ask every device all that the probes want to know, and hand over the report."""
    started = means.now()
    found = await find(asked, means.settings.discover, means.progress, is_known=means.is_known)
    reports = await _run_devices(found.targets, means, means.refusals(found.targets))
    devices = tuple(report for report in reports if has_answered(report))
    mute = tuple(_silent(report) for report in reports if not has_answered(report))
    return ScanReport(
        kind=kind,
        started=started,
        finished=means.now(),
        targets=asked.words,
        asked=found.asked,
        answered=len(devices),
        devices=devices,
        silent=(*found.silent, *mute),
        notes=found.notes,
    )


def has_answered(report: DeviceReport) -> bool:
    """Say whether a camera's protocol was heard, its maker's too. An open port alone may be a printer."""
    heard = any(sighting.seen_by in ("ws-discovery", "ws-unicast") for sighting in report.target.sightings)
    spoken = any(value_of(report.evidence, metric) in ("supported", "off") for metric in ("onvif", "rtsp"))
    return heard or spoken or any(value_of(report.evidence, metric) for metric in _BY_MAKERS)


async def _run_devices(
    targets: Sequence[Target], means: Means, refused: Mapping[str, Mapping[str, Refusal]]
) -> list[DeviceReport]:
    places = asyncio.Semaphore(means.settings.run.devices_at_once)
    pace = Pace(means.settings.run)
    spread_s = min(means.spread_s, _SPREAD_S * len(targets))
    done = 0

    async def one(target: Target, http: Http, workers: Workers, playback: Workers) -> DeviceReport:
        nonlocal done
        await asyncio.sleep(_DRAWN.uniform(0, spread_s))
        async with places:
            session = open_session(target, means, refused, http, workers, playback, pace)
            only = means.only_channels.get(target.name, ())
            streams = pace.stream(target.address)
            try:
                report = await run_device(target, session, means.settings.run, streams, means.recall, only)
            finally:
                await session.close()
        done += 1
        means.progress("devices", done, len(targets))
        return report

    means.progress("devices", 0, len(targets))
    async with (
        Http(means.settings.http) as http,
        Workers(means.outfit) as workers,
        Workers(means.playback_outfit) as playback,
    ):
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(one(target, http, workers, playback)) for target in targets]
        return [task.result() for task in running]


async def run_device(
    target: Target,
    session: DeviceSession,
    limits: Run,
    streams: AbstractAsyncContextManager[None],
    recall: Callable[[DeviceReport], Mapping[int, Memory]] = lambda _: {},
    only: Collection[int] = (),
) -> DeviceReport:
    """Ask one device everything, or of its channels `only` these. Never raises for what the device does.

    The device costs `device_s` at most, each of its channels `channel_s` and, of a recorder, `recordings_s`;
    see also _run_channels. Waiting for its place in `streams` is no time of the device's.
    """
    loop = asyncio.get_running_loop()
    begun = loop.time()
    evidence: list[Evidence] = []
    for probe in DEVICE_PROBES:
        evidence += await measured(probe, target, session, begun + limits.device_s)
    spent = loop.time() - begun

    reports: list[ChannelReport] = []
    if told := channels_of(evidence):
        # Who it is was told by now: what is remembered of it goes with every picture.
        session.memories = recall(DeviceReport(target, tuple(evidence)))
        async with streams:
            begun = loop.time()
            reports = await _run_channels(told, session, limits, only)
            spent += loop.time() - begun
    return DeviceReport(
        target=target,
        evidence=tuple(evidence),
        channels=tuple(reports),
        refused=session.login.refusals,
        seconds=round(spent, 3),
    )


def open_session(
    target: Target,
    means: Means,
    refused: Mapping[str, Mapping[str, Refusal]],
    http: Http,
    workers: Workers,
    playback: Workers | None = None,
    pace: Pace | None = None,
) -> DeviceSession:
    """Return the session of one device, with the logins that its rule allows and it has not refused."""
    names = [name for name in means.vault.names_for(target) if not means.only or name in means.only]
    before = refused.get(target.name, {})
    login = Login(
        means.vault,
        names,
        before,
        locked={label: one.at for label, one in before.items() if one.gap is Gap.LOCKED},
        tell=lambda news: means.refused(target, news),
    )
    return DeviceSession(
        target,
        login,
        means.settings,
        means.now,
        http,
        workers,
        means.trace,
        find_card=means.find_card,
        playback=playback,
        pace=pace,
    )


async def try_login(asked: Asked, means: Means) -> tuple[bool | None, Gap | None]:
    """Show the allowed logins to the first target, once. Return whether one was accepted, or why not.

    None and no gap: the device gave its answers to anybody.
    """
    found = await find(asked, means.settings.discover, means.progress)
    if not found.targets:
        return None, Gap.UNREACHABLE
    async with Http(means.settings.http) as http, Workers(means.outfit) as workers:
        target = found.targets[0]
        session = open_session(target, means, means.refusals([target]), http, workers)
        try:
            return await _try_login(target, session, means.settings.run.device_s)
        finally:
            await session.close()


async def _try_login(
    target: Target, session: DeviceSession, seconds: float
) -> tuple[bool | None, Gap | None]:
    deadline = asyncio.get_running_loop().time() + seconds
    gap: Gap | None = None
    for probe in (identity.PROBE, channels.PROBE):
        gap = _gap(await measured(probe, target, session, deadline))
        if session.login.proven("soap") or session.login.proven("rtsp"):
            return True, None
        if gap in (Gap.AUTH_REFUSED, Gap.LOCKED):
            return False, gap
    return None, gap


async def _run_channels(
    channels: Sequence[Channel], session: DeviceSession, limits: Run, only: Collection[int] = ()
) -> list[ChannelReport]:
    """Ask the channels one after another, each for its limits at most: a mute one costs no other its turn.

    Where several in a row give no stream, the rest would only cost time: they get the gap of the last. So it
    is with their recordings, each for itself: a recorder tells of those of a channel whose camera is gone.
    """
    reports: list[ChannelReport] = []
    live, recordings = _Turns("codec"), _Turns("recording_source")
    unmeant = NotMeasured(Gap.NOT_ASKED, "only the channels that were named are looked at")
    for channel in channels[:_MOST_CHANNELS]:
        if only and channel.number not in only:
            untried = _untried(CHANNEL_PROBES, unmeant, session.now())
            reports.append(ChannelReport(channel, tuple(untried)))
            continue
        evidence = [
            *await _run_probes(_is_live, channel, session, limits.channel_s, live),
            *await _run_probes(_is_of_recordings, channel, session, limits.recordings_s, recordings),
        ]
        reports.append(_reported(channel, evidence, session))
    beyond = NotMeasured(Gap.NOT_ASKED, f"only the first {_MOST_CHANNELS} channels are tried")
    for channel in channels[_MOST_CHANNELS:]:
        untried = _untried(CHANNEL_PROBES, beyond, session.now())
        reports.append(ChannelReport(channel, tuple(untried)))
    return reports


@dataclass(slots=True)
class _Turns:
    """How many channels in a row gave nothing; `metric` is the one that shows it."""

    metric: str
    mute: list[Gap] = field(default_factory=list)

    def note(self, channel: Channel, evidence: Sequence[Evidence]) -> None:
        if channel.online is False:
            return  # the recorder said so: it says nothing of the next one
        told = reading_of(tuple(evidence), self.metric)
        is_mute = isinstance(told, NotMeasured) and told.gap in _MUTE
        self.mute = [*self.mute, told.gap] if is_mute and isinstance(told, NotMeasured) else []


async def _run_probes(
    is_of: Callable[[Probe[Channel]], bool],
    channel: Channel,
    session: DeviceSession,
    seconds: float,
    turns: _Turns,
) -> list[Evidence]:
    probes = [probe for probe in CHANNEL_PROBES if is_of(probe)]
    if len(turns.mute) >= _MUTE_IN_A_ROW:
        given_up = NotMeasured(turns.mute[-1], f"{_MUTE_IN_A_ROW} channels in a row gave nothing")
        return _untried(probes, given_up, session.now())
    deadline = asyncio.get_running_loop().time() + seconds
    evidence: list[Evidence] = []
    for probe in probes:
        evidence += await measured(probe, channel, session, deadline)
    turns.note(channel, evidence)
    return evidence


def _is_live(probe: Probe[Channel]) -> bool:
    return not probe.of_recordings


def _is_of_recordings(probe: Probe[Channel]) -> bool:
    return probe.of_recordings


def _untried(probes: Iterable[Probe[Channel]], why: Reading, at: datetime) -> list[Evidence]:
    return [Evidence(metric, why, probe.id, at) for probe in probes for metric in probe.metrics]


def _reported(channel: Channel, evidence: Sequence[Evidence], session: DeviceSession) -> ChannelReport:
    shown, replayed = session.shown(channel), session.replayed(channel)
    crops = {} if replayed is None or not replayed.jpeg else {"playback_alive": replayed.jpeg}
    if shown is None:
        return ChannelReport(channel, tuple(evidence), crops=crops)
    return ChannelReport(channel, tuple(evidence), shown.jpeg, {**shown.crops, **crops}, shown.kept)


async def measured(probe: Probe[Subject], subject: Subject, io: Io, deadline: float) -> tuple[Evidence, ...]:
    """Run one probe until its limit or the loop time `deadline`; one evidence a metric."""
    seconds = min(probe.seconds, deadline - asyncio.get_running_loop().time())
    readings = await _readings(probe, probe.measure(subject, io), seconds)
    at = io.now()
    silent = NotMeasured(Gap.UNSUPPORTED, "the device does not say")
    return tuple(
        Evidence(metric=metric, reading=readings.get(metric, silent), probe=probe.id, at=at)
        for metric in probe.metrics
    )


async def _readings(probe: Probe[Subject], asking: Awaitable[Readings], seconds: float) -> Readings:
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            return await asking
    except DeviceError as error:
        return dict.fromkeys(probe.metrics, NotMeasured(error.gap, str(error)))
    except TimeoutError:
        return dict.fromkeys(probe.metrics, NotMeasured(Gap.TIMEOUT, f"no whole answer in {seconds:.0f} s"))
    except Exception as error:  # the one place: our own fault must not end the run, and must be named
        log.exception("probe %s failed", probe.id)
        return dict.fromkeys(probe.metrics, NotMeasured(Gap.OUR_BUG, f"{type(error).__name__} in {probe.id}"))


def _silent(report: DeviceReport) -> SilentTarget:
    ports = " ".join(str(port) for port in report.target.ports)
    return SilentTarget(report.target.name, f"{NO_PROTOCOL}: {ports}")


def _gap(said: tuple[Evidence, ...]) -> Gap | None:
    reading = said[0].reading
    return reading.gap if isinstance(reading, NotMeasured) else None
