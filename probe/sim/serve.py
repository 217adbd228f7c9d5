"""Runs a campus: one asyncio process, every device on its own sockets, until cancelled."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from probe.sim.dahua_cgi import DahuaCgi
from probe.sim.dahua_rpc import DahuaRpc
from probe.sim.discovery import Discovery
from probe.sim.guard import Guard
from probe.sim.http import Request, Response, serve_http
from probe.sim.isapi import Isapi
from probe.sim.lapi import Lapi
from probe.sim.model import Campus, Device, Lens, Marks, Stream
from probe.sim.onvif import Face, OnvifServer
from probe.sim.ports import raise_file_limit
from probe.sim.power import Power
from probe.sim.profile_g import ProfileG
from probe.sim.recorder import Archive
from probe.sim.rtsp import RtspServer
from probe.sim.studio import Studio

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def serve(
    campus: Campus,
    ready: Callable[[], None],
    *,
    stats_path: Path | None = None,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Serve until cancelled; call `ready` once all answer. At the end write the marks to `stats_path`.

    Raise UsageError where an address is already taken.
    """
    raise_file_limit()
    site = _Site(campus, now)
    try:
        await site.start()
        site.studio.open()
        ready()
        await asyncio.Event().wait()
    finally:
        await site.stop()
        if stats_path is not None:
            await asyncio.to_thread(stats_path.write_text, json.dumps(stats(campus), indent=1), "utf-8")


def stats(campus: Campus) -> dict[str, Any]:
    """Return what clients left on each device."""
    return {
        "schema": "camcensus/sim-stats/1",
        "devices": [
            {
                "number": device.number,
                "address": device.address,
                "port": device.http_port,
                "requests": marks.requests,
                "logins": marks.logins,
                "wrong_logins": marks.wrong_logins,
                "stale_logins": marks.stale_logins,
                "changes_asked": marks.changes_asked,
                "rtsp_opened": marks.rtsp_opened,
                "rtsp_left_open": marks.rtsp_left_open,
                "most_at_once": marks.asked.most_at_once,
                "asked_by_channel": marks.asked.by_channel,
                "tapes": marks.asked.tapes,
                "most_tapes_at_once": marks.asked.most_tapes_at_once,
                "searches_opened": marks.asked.searches_opened,
                "searches_left_open": marks.asked.searches_opened - marks.asked.searches_closed,
                "subscriptions_opened": marks.subscriptions_opened,
                "subscriptions_left_open": marks.subscriptions_opened - marks.subscriptions_closed,
            }
            for device in campus.devices
            for marks in (campus.marks[device.number],)
        ],
    }


class _Site:
    """All sockets and connections of a running campus."""

    def __init__(self, campus: Campus, now: Callable[[], datetime]) -> None:
        self._campus = campus
        self._now = now
        self.studio = Studio(campus.seed, campus.video)
        self._discovery = Discovery(campus.devices)
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        for device in self._campus.devices:
            if device.quirks.online:
                await self._start_device(device, self._campus.marks[device.number])
        try:
            await self._discovery.start()
        except OSError as error:
            raise UsageError(say("sim.udp", bind=self._campus.bind, why=system_words(error))) from error

    async def stop(self) -> None:
        self._discovery.close()
        for server in self._servers:
            server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await asyncio.gather(*(server.wait_closed() for server in self._servers))
        await self.studio.close()

    async def _start_device(self, device: Device, marks: Marks) -> None:
        guard = Guard(device, marks, self._now)

        async def snapshot(lens: Lens, stream: Stream) -> bytes:
            here = self._now() + timedelta(seconds=device.clock_offset_s)
            return await self.studio.feed(device, lens, stream).snapshot(here)

        archive = Archive(device, device.recorder, marks.asked, self._now) if device.recorder else None
        face = _face(archive, marks) if archive else None
        own = DahuaRpc(archive, marks, guard, face) if archive and isinstance(face, DahuaCgi) else None
        web = OnvifServer(device, guard, marks, self._now, snapshot, face, _profile_g(archive), own)
        rtsp = RtspServer(device, guard, marks, self.studio, self._now, archive)

        power = Power(device, marks)

        async def answer(request: Request) -> Response:
            marks.asked.begin()
            try:
                await asyncio.sleep(device.quirks.answers_after_s)
                power.fail_if_due()
                return await web.answer(request)
            finally:
                marks.asked.end()

        async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await serve_http(device, answer, reader, writer)

        silent = device.quirks.manner == "silent"
        await self._listen(device, power, device.http_port, _say_nothing if silent else http)
        await self._listen(device, power, device.rtsp_port, _say_nothing if silent else rtsp.serve)
        for port in device.more_ports:
            await self._listen(
                device, power, port, http if port == 80 and not silent else _say_nothing, needed=False
            )

    async def _listen(
        self, device: Device, power: Power, port: int, handler: Handler, *, needed: bool = True
    ) -> None:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if power.is_off:
                writer.transport.abort()
                return
            task = asyncio.create_task(_converse(handler, reader, writer))
            for kept in (self._connections, power.connections):
                kept.add(task)
                task.add_done_callback(kept.discard)

        try:
            self._servers.append(await asyncio.start_server(accept, device.address, port))
        except OSError as error:
            if needed:
                why = system_words(error)
                raise UsageError(say("sim.taken", address=device.address, port=port, why=why)) from error
            _log.info("%s: port %d is taken, left out", device.address, port)


def _face(archive: Archive, marks: Marks) -> Face | None:
    match archive.device.maker:
        case "hikvision":
            return Isapi(archive, marks)
        case "dahua":
            return DahuaCgi(archive, marks)
        case "uniview":
            return Lapi(archive, marks)
        case _:
            return None


def _profile_g(archive: Archive | None) -> ProfileG | None:
    return ProfileG(archive) if archive and archive.recorder.profile_g else None


async def _converse(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await handler(reader, writer)
    except ConnectionError:
        return
    finally:
        writer.close()


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Private vendor ports, and devices that hang: the connection stands, nothing comes back."""
    while await reader.read(4096):
        pass
