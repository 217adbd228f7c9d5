"""All that is open towards one device while it is asked: its login, its ONVIF client, its one stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeVar, cast

from config.settings import Record, Rtsp, Settings
from probe.errors import DeviceError, Malformed, Silent, Unreachable, Unsupported
from probe.memory import Job, Memory, Place
from probe.model import (
    Channel,
    Evidence,
    Gap,
    Grab,
    Measured,
    NotMeasured,
    Picture,
    StreamOffer,
    Target,
    channel_from,
    value_of,
)
from probe.onvif.client import OnvifClient
from probe.onvif.ptz import fetch_place
from probe.picture.worker import Workers
from probe.rtsp.client import grab
from probe.rtsp.find import find_stream, server_name
from probe.trace import Trace
from probe.transport.http import Http
from probe.transport.login import Login
from probe.transport.pace import Pace
from probe.transport.rpc import RpcClient
from probe.transport.web import WebClient
from probe.wire.dahua_rpc import RpcReply
from probe.wire.onvif_replay import play_headers
from probe.wire.rtsp import Headers
from probe.wire.soap import Reply

Got = TypeVar("Got")
Key = TypeVar("Key", int, str)


class DeviceSession:
    """The `Io` of one device. What was fetched, or failed, is kept, so that no probe fetches it twice."""

    def __init__(
        self,
        target: Target,
        login: Login,
        settings: Settings,
        now: Callable[[], datetime],
        http: Http,
        workers: Workers,
        trace: Trace | None = None,
        *,
        find_card: bool = False,
        playback: Workers | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`playback` decodes recordings, whose lines have a limit of their own; None: as live pictures."""
        self.now = now
        self.memories: Mapping[int, Memory] = {}
        self._find_card = find_card
        self.login = login
        self._target = target
        self._settings = settings
        self._workers = workers
        self._playback = playback or workers
        self._pace = pace
        self._trace = trace
        self._heard_rtsp = partial(self._note, "rtsp")
        self._onvif = OnvifClient(target, http, login, settings.http, now, partial(self._note, "soap"))
        self._web = WebClient(
            target,
            http,
            login,
            self._onvif.entrance(),
            partial(self._note, "http"),
            patience_s=settings.record.patience_s,
        )
        self._rpc = RpcClient(login, self._web.tell)
        self._told: dict[str, object | DeviceError] = {}
        self._telling: dict[str, asyncio.Lock] = {}
        self._playbacks: dict[int, Picture] = {}
        self._begun: dict[int, float] = {}  # when a channel's first stream was asked for
        self._places: dict[int, Place] = {}  # where a channel's head stood before its stream
        self._grabs: dict[int, Grab | DeviceError] = {}
        self._pictures: dict[int, Picture | DeviceError] = {}
        self._one_stream = asyncio.Lock()

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        return await self._onvif.soap(service, operation, body)

    @property
    def record(self) -> Record:
        return self._settings.record

    @property
    def zone(self) -> tzinfo:
        return self._settings.zone

    async def once(self, name: str, fetch: Callable[[], Awaitable[Got]]) -> Got:
        async with self._telling.setdefault(name, asyncio.Lock()):
            try:
                return cast("Got", await _once(self._told, name, fetch))
            except Unreachable:
                self._told.pop(name, None)  # it may come back
                raise

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        return await self._web.get(path, fresh=fresh)

    async def post(
        self, path: str, body: bytes, content_type: str = "application/xml", *, fresh: bool = False
    ) -> bytes:
        return await self._web.post(path, body, content_type, fresh=fresh)

    async def rpc(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        handle: int | None = None,
        table: str = "",
    ) -> RpcReply:
        return await self._rpc.ask(method, params, handle=handle, table=table)

    async def close(self) -> None:
        """Leave what was entered: a login that is kept open is one place less for people."""
        await self._rpc.leave()

    async def grab(self, channel: Channel) -> Grab:
        async with self._one_stream:
            return await _once(self._grabs, channel.number, lambda: self._fetch(channel))

    async def rtsp_server(self, ports: tuple[int, ...]) -> str | None:
        # What happened at the port that ONVIF names says more than what another port is not.
        first: DeviceError | None = None
        meant = {*ports, *self._settings.rtsp.ports}
        for port in dict.fromkeys((*ports, *self._rtsp_ports)):
            try:
                return await server_name(
                    self._target.address, port, self.login, self._settings.rtsp, heard=self._heard_rtsp
                )
            except DeviceError as error:
                # The port of an `address:port` target may be a web server's: it says nothing of the others.
                first = first or (error if port in meant else None)
        if first is not None:
            raise first
        return None

    def rtsp_ports_are_closed(self) -> bool:
        usual = set(self._settings.rtsp.ports)
        was_swept = self._target.pinned is None and bool(self._target.ports)
        return was_swept and usual <= set(self._settings.discover.sweep_ports) - set(self._target.ports)

    async def usual_stream(self) -> StreamOffer:
        return await find_stream(
            self._target.address,
            self._rtsp_ports,
            self.login,
            self._settings.rtsp,
            heard=self._heard_rtsp,
        )

    async def picture(self, channel: Channel) -> Picture:
        fetched = await self.grab(channel)
        return await _once(self._pictures, channel.number, lambda: self._look(channel, fetched))

    async def play(self, uri: str, at: datetime | None = None) -> Grab:
        record = self._settings.record
        limits = self._settings.rtsp.model_copy(
            update={"grab_s": record.play_s, "span_s": record.play_span_s}
        )
        async with self._one_stream:
            seen = await self._receive(uri, limits, None if at is None else play_headers(at))
        return replace(seen, role="recorded")

    async def first_recorded(self, uri: str, at: datetime) -> datetime | None:
        limits = self._settings.rtsp.model_copy(
            update={"grab_s": self._settings.record.play_s, "span_s": _NEXT_S}
        )
        headers = play_headers(at, at_own_speed=False, only_keyframes=True)
        async with self._one_stream:
            return (await self._receive(uri, limits, headers)).recorded_at

    async def played(self, channel: Channel, recorded: Grab) -> Picture:
        picture = await self._playback.picture(Job(recorded, self.now()))
        self._playbacks.setdefault(channel.number, picture)
        return picture

    def replayed(self, channel: Channel) -> Picture | None:
        """Return what the first recording of a channel that was played looked like, if there was one."""
        return self._playbacks.get(channel.number)

    def shown(self, channel: Channel) -> Picture | None:
        """Return what the look at a channel gave, if there was one."""
        kept = self._pictures.get(channel.number)
        return kept if isinstance(kept, Picture) else None

    @property
    def _rtsp_ports(self) -> tuple[int, ...]:
        """The usual RTSP ports that are open; of an `address:port` target, that port."""
        if self._target.pinned is not None:
            return (self._target.pinned,)
        return tuple(port for port in self._settings.rtsp.ports if port in self._target.ports)

    async def _look(self, channel: Channel, fetched: Grab) -> Picture:
        outcome = await self._decode(channel, fetched)
        why = _unseen(outcome)
        if why is not None and fetched.role == "main":
            async with self._one_stream:
                instead = await self._fetch_sub(channel, why)
            if instead is not None:
                second = await self._decode(channel, instead)
                if _is_seen(second):  # else the main stream's reason stands
                    self._grabs[channel.number], outcome = instead, second
        if isinstance(outcome, DeviceError):
            raise outcome
        return outcome

    async def _decode(self, channel: Channel, fetched: Grab) -> Picture | DeviceError:
        memory = self.memories.get(channel.number, Memory())
        place = await self._place_since(channel)
        try:
            return await self._workers.picture(Job(fetched, self.now(), memory, place, self._find_card))
        except (Malformed, Silent) as error:  # the picture was its decoder's end
            return error

    async def _place(self, channel: Channel) -> Place:
        try:
            return await fetch_place(channel, self)
        except DeviceError:  # without ONVIF nothing tells of a head
            return Place()

    async def _place_since(self, channel: Channel) -> Place:
        """Return where the head stood all the while: on a patrol it is elsewhere after the stream."""
        before = self._places.get(channel.number, Place())
        if not before.moves or await self._place(channel) == before:
            return before
        return Place(moves=True, preset=None)

    async def _fetch(self, channel: Channel) -> Grab:
        self._begun[channel.number] = asyncio.get_running_loop().time()
        self._places[channel.number] = await self._place(channel)
        try:
            return await self._receive(main_stream(channel).uri, self._settings.rtsp)
        except _WORTH_THE_SUB as error:
            instead = await self._fetch_sub(channel, NotMeasured(error.gap, str(error)))
            if instead is None:
                raise
            return instead

    async def _fetch_sub(self, channel: Channel, why: NotMeasured) -> Grab | None:
        """Try the sub-stream, once, in what is left of the channel's time. None where it cannot be had."""
        offered = next((one for one in channel.streams if one.role == "sub" and one.uri), None)
        spent = asyncio.get_running_loop().time() - self._begun[channel.number]
        left = self._settings.run.channel_s - spent - _SPARE_S
        if offered is None or left < self._settings.rtsp.span_s:
            return None
        limits = self._settings.rtsp.model_copy(update={"grab_s": min(left, self._settings.rtsp.grab_s)})
        try:
            seen = await self._receive(offered.uri, limits)
        except DeviceError:
            return None
        gap = NotMeasured(why.gap, f"main stream: {why.detail}; only the sub-stream was seen")
        return replace(seen, role="sub", main_gap=gap)

    async def _receive(self, uri: str, limits: Rtsp, play: Headers | None = None) -> Grab:
        return await grab(
            self.login.reveal(uri),
            self.login,
            limits,
            address=self._target.address,
            heard=self._heard_rtsp,
            play=play,
            pace=self._pace,
        )

    def _note(self, protocol: str, way: str, payload: bytes) -> None:
        if self._trace is not None:
            self._trace.add(self._target.name, protocol, way, payload)


def main_stream(channel: Channel) -> StreamOffer:
    """Return the stream that is judged. Raise Unsupported when the device gives no address for it."""
    offered = next((stream for stream in channel.streams if stream.role == "main"), None)
    if offered is None or not offered.uri:
        raise Unsupported("it gives no address for the main stream")
    return offered


# Never after a refused login: another stream would only show the same password again.
_WORTH_THE_SUB = (Unsupported, Unreachable, Malformed, Silent)
_SPARE_S = 5.0  # for decoding
_NEXT_S = 0.1  # the next keyframe is enough


def _unseen(outcome: Picture | DeviceError) -> NotMeasured | None:
    """Return why a grab with keyframes shows no whole picture, or None where there is one."""
    if isinstance(outcome, DeviceError):
        return NotMeasured(outcome.gap, str(outcome))
    keyframes = outcome.readings.get("keyframes")
    return keyframes if isinstance(keyframes, NotMeasured) and keyframes.gap is not Gap.TOO_SHORT else None


def _is_seen(outcome: Picture | DeviceError) -> bool:
    return isinstance(outcome, Picture) and isinstance(outcome.readings.get("keyframes"), Measured)


def channels_of(evidence: Sequence[Evidence]) -> tuple[Channel, ...]:
    """Return the channels that the device's evidence tells of."""
    return tuple(channel_from(told) for told in value_of(tuple(evidence), "channels") or ())


async def _once(kept: dict[Key, Got | DeviceError], key: Key, fetch: Callable[[], Awaitable[Got]]) -> Got:
    if key not in kept:
        try:
            kept[key] = await fetch()
        except DeviceError as error:
            kept[key] = error
    got = kept[key]
    if isinstance(got, DeviceError):
        raise got.with_traceback(None)
    return got
