"""All that is open towards one device while it is asked: its login, its ONVIF client, its one stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from config.settings import Settings
from probe.errors import DeviceError, Unsupported
from probe.model import Channel, Evidence, Grab, Picture, StreamOffer, Target, channel_from, value_of
from probe.onvif.client import OnvifClient
from probe.picture.worker import Workers
from probe.rtsp.client import grab
from probe.rtsp.find import find_stream, server_name
from probe.trace import Trace
from probe.transport.http import Http
from probe.transport.login import Login
from probe.wire.soap import Reply

Got = TypeVar("Got")


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
    ) -> None:
        self.now = now
        self.login = login
        self._target = target
        self._settings = settings
        self._workers = workers
        self._trace = trace
        self._heard_rtsp = partial(self._note, "rtsp")
        self._onvif = OnvifClient(target, http, login, settings.http, now, partial(self._note, "soap"))
        self._grabs: dict[int, Grab | DeviceError] = {}
        self._pictures: dict[int, Picture | DeviceError] = {}
        self._one_stream = asyncio.Lock()

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        return await self._onvif.soap(service, operation, body)

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
        return await _once(self._pictures, channel.number, lambda: self._workers.picture(fetched))

    def jpeg(self, channel: Channel) -> bytes:
        """Return the small picture of a channel, or nothing."""
        match self._pictures.get(channel.number):
            case Picture(jpeg=jpeg):
                return jpeg
            case _:
                return b""

    @property
    def _rtsp_ports(self) -> tuple[int, ...]:
        """The usual RTSP ports that are open; of an `address:port` target, that port."""
        if self._target.pinned is not None:
            return (self._target.pinned,)
        return tuple(port for port in self._settings.rtsp.ports if port in self._target.ports)

    async def _fetch(self, channel: Channel) -> Grab:
        stream = main_stream(channel)
        return await grab(
            self.login.reveal(stream.uri),
            self.login,
            self._settings.rtsp,
            address=self._target.address,
            heard=self._heard_rtsp,
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


def channels_of(evidence: Sequence[Evidence]) -> tuple[Channel, ...]:
    """Return the channels that the device's evidence tells of."""
    return tuple(channel_from(told) for told in value_of(tuple(evidence), "channels") or ())


async def _once(kept: dict[int, Got | DeviceError], number: int, fetch: Callable[[], Awaitable[Got]]) -> Got:
    if number not in kept:
        try:
            kept[number] = await fetch()
        except DeviceError as error:
            kept[number] = error
    got = kept[number]
    if isinstance(got, DeviceError):
        raise got.with_traceback(None)
    return got
