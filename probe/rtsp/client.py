"""Some seconds of one camera's stream: DESCRIBE, SETUP, PLAY, and TEARDOWN whatever happens. RFC 2326"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from config.settings import Rtsp
from probe.errors import (
    AuthRefused,
    DeviceError,
    Malformed,
    NoPicture,
    NotThere,
    Silent,
    Unreachable,
    Unsupported,
)
from probe.model import Grab
from probe.rtsp.collect import Collector
from probe.rtsp.dialog import Dialog, Heard
from probe.rtsp.udp import Ports, open_ports
from probe.transport.login import Login
from probe.transport.pace import Pace
from probe.wire.rtsp import Headers, Interleaved, Response
from probe.wire.rtsp_headers import (
    Session,
    Transport,
    control_uri,
    parse_session,
    parse_transport,
    stream_base,
)
from probe.wire.sdp import VideoTrack, named_codecs, parse_sdp, video_track
from probe.wire.uri import mend_uri, parse_uri, redact_uri

log = logging.getLogger(__name__)


async def grab(
    uri: str,
    login: Login,
    settings: Rtsp,
    *,
    address: str = "",
    heard: Heard | None = None,
    play: Headers | None = None,
    pace: Pace | None = None,
) -> Grab:
    """Receive one stream until two keyframes lie `span_s` apart, or for `grab_s` in all.

    One call at a time for one device. `address` is the one that really answered, where the URI names another.
    `play` is what PLAY says of a recording: the moment to begin at. `pace` bounds what is read. What came
    before the deadline or a break is returned with a note; DeviceError when no picture came.
    """
    asked = parse_uri(mend_uri(uri, address) if address else uri)
    dialog = Dialog(asked.host, asked.asked_port, login, settings, heard, pace)
    stream = _Stream(dialog, str(asked), settings, play or (("Range", "npt=0.000-"),))
    note = ""
    try:
        async with asyncio.timeout(settings.grab_s):
            await stream.start()
            await stream.receive()
    except TimeoutError:
        note = f"stopped after {settings.grab_s:g} s"
    except (Unreachable, Malformed, Silent) as error:
        if stream.pictures == 0:
            raise
        note = str(error)
    finally:
        await stream.leave()
    if dialog.held_back_s > _WORTH_TELLING_S:
        held = f"held back {dialog.held_back_s:.0f} s by the run's own limit"
        note = f"{note}; {held}" if note else held
    return stream.finish(redact_uri(str(asked)), note)


async def describe(dialog: Dialog, uri: str) -> tuple[VideoTrack, str, str]:
    """Return the video track, its control URL and that of the session. Raise Unsupported for none."""
    answer = await dialog.ask("DESCRIBE", uri, (("Accept", "application/sdp"),))
    require_ok("DESCRIBE", answer)
    sdp = parse_sdp(answer.body)
    track = video_track(sdp)
    if track is None:
        offered = ", ".join(named_codecs(sdp))
        why = f"it offers {offered}, which cannot be read" if offered else "it offers no video"
        raise Unsupported(f"DESCRIBE: {why}")
    base = stream_base(uri, answer.header("Content-Base") or answer.header("Content-Location"))
    whole = control_uri(base, sdp.control)
    return track, control_uri(base, track.control), whole


def require_ok(method: str, answer: Response) -> None:
    """Raise what an answer that is no success means."""
    match answer.status:
        case status if 200 <= status < 300:
            return
        case 401 | 403:
            raise AuthRefused(f"{method}: {answer.said}")
        case 453 | 500 | 503:  # too many clients at once, on most cameras (3-4 of them)
            raise Unreachable(f"{method}: {answer.said}")
        case 404 | 410 | 457:  # 457: the time asked for is in no recording
            raise NotThere(f"{method}: {answer.said}")
        case _:
            raise Unsupported(f"{method}: {answer.said}")


@dataclass(slots=True)
class _Stream:
    """One session from SETUP to TEARDOWN, and what must be undone."""

    dialog: Dialog
    uri: str
    settings: Rtsp
    play: Headers
    collector: Collector | None = None
    session: Session | None = None
    _session_uri: str = ""
    _setup_cseq: int | None = None  # sent, and not yet known to have made a session
    _channel: int = 0
    _done: asyncio.Event = field(default_factory=asyncio.Event)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def pictures(self) -> int:
        return self.collector.pictures if self.collector else 0

    async def start(self) -> None:
        await self.dialog.open()
        track, track_uri, self._session_uri = await describe(self.dialog, self.uri)
        if not await self._setup_tcp(track, track_uri):
            await self._setup_udp(track, track_uri)
        answer = await self.dialog.ask("PLAY", self._session_uri, (*self._ours(), *self.play))
        require_ok("PLAY", answer)

    async def receive(self) -> None:
        """Take packets until there are enough. Raise Silent when a stream that ran stands still."""
        stalled = asyncio.timeout(None)
        try:
            async with stalled:
                await self._receive(stalled)
        except TimeoutError:
            if not stalled.expired():
                raise
            raise NoPicture(f"the stream stood still for {self.settings.answer_s:g} s") from None

    def finish(self, uri: str, note: str) -> Grab:
        if self.collector is None:
            raise Silent(f"no stream within {self.settings.grab_s:g} s")
        grab = self.collector.finish(uri, note)
        if grab.pictures == 0:
            raise NoPicture(f"PLAY was accepted, but no picture came: {note or 'nothing was sent'}")
        return grab

    async def leave(self) -> None:
        """Send TEARDOWN for a session that is or may be open, and close; never longer than `_LEAVE_S`."""
        try:
            async with asyncio.timeout(_LEAVE_S):
                if self.dialog.is_open:
                    await self._tear_down()
        except (DeviceError, TimeoutError) as error:
            log.debug("TEARDOWN of %s: %s", redact_uri(self.uri), error)
        finally:
            await self._open.aclose()
            await self.dialog.close()

    async def _setup_tcp(self, track: VideoTrack, track_uri: str) -> bool:
        """Ask for the stream on this connection; False when the device wants another way."""
        try:
            answer, granted = await self._setup(track_uri, "RTP/AVP/TCP;unicast;interleaved=0-1")
        except Unreachable:  # some close the connection instead of refusing
            await self.dialog.open()
            return False
        if answer.status in _NO_OTHER_WAY:
            require_ok("SETUP", answer)
        if not 200 <= answer.status < 300:
            return False
        # "Nonmatching transport in server reply": a camera that only knows UDP says 200 and grants UDP.
        if granted is not None and not granted.tcp:
            await self._tear_down()
            self.session = None
            return False
        self._channel = granted.channels[0] if granted and granted.channels else 0
        self.collector = Collector(track, span_s=self.settings.span_s, transport="tcp")
        return True

    async def _setup_udp(self, track: VideoTrack, track_uri: str) -> None:
        collector = Collector(track, span_s=self.settings.span_s, transport="udp")

        def take(datagram: bytes) -> None:
            if self.dialog.pace is not None:
                self.dialog.pace.note(len(datagram))
            if not self._done.is_set():
                collector.feed(datagram)
                if collector.enough or collector.bytes_received > self.settings.max_bytes:
                    self._done.set()

        allowed = {self.dialog.peer_host}
        ports: Ports = await self._open.enter_async_context(open_ports(self.dialog.local_host, allowed, take))
        wanted = f"RTP/AVP;unicast;client_port={ports.port}-{ports.port + 1}"
        answer, granted = await self._setup(track_uri, wanted)
        require_ok("SETUP", answer)
        if granted and granted.source:
            allowed.add(granted.source)
        if granted and granted.server_ports:
            ports.knock(self.dialog.peer_host, granted.server_ports)
        self.collector = collector

    async def _setup(self, track_uri: str, wanted: str) -> tuple[Response, Transport | None]:
        self._setup_cseq = 0
        answer = await self.dialog.ask("SETUP", track_uri, (("Transport", wanted),))
        self._setup_cseq = None
        if 200 <= answer.status < 300:
            self.session = parse_session(answer.header("Session"))
        return answer, parse_transport(answer.header("Transport"))

    async def _receive(self, stalled: asyncio.Timeout) -> None:
        if (collector := self.collector) is None:
            return
        for frame in self.dialog.frames:
            self._take_frame(frame)
        loop = asyncio.get_running_loop()
        noticed, seen = 0.0, 0
        alive_until = loop.time() + self._keepalive_s()
        while not (collector.enough or self._done.is_set()):
            await (self._next_frames() if collector.transport == "tcp" else self._next_look())
            now = loop.time()
            if collector.bytes_received > seen and now - noticed > _LOOK_S:
                noticed, seen = now, collector.bytes_received
                stalled.reschedule(now + self.settings.answer_s)
            if now > alive_until:
                alive_until = now + self._keepalive_s()
                proof = await self.dialog.proof("OPTIONS", self._session_uri)
                self.dialog.send("OPTIONS", self._session_uri, (*self._ours(), *proof))
            if max(self.dialog.received, collector.bytes_received) > self.settings.max_bytes:
                raise Malformed(f"stopped after {self.settings.max_bytes} bytes")

    async def _next_frames(self) -> None:
        for event in await self.dialog.read():
            if isinstance(event, Interleaved):
                self._take_frame(event)

    async def _next_look(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._done.wait()
        except TimeoutError:
            return

    def _take_frame(self, frame: Interleaved) -> None:
        if frame.channel == self._channel and self.collector is not None and not self.collector.enough:
            self.collector.feed(frame.payload)

    async def _tear_down(self) -> None:
        if self._setup_cseq is not None and self.session is None:
            # The answer to SETUP was not waited for: without the session's name it cannot be ended.
            answer = await self.dialog.answer(self._setup_cseq, _LEAVE_S)
            self.session = parse_session(answer.header("Session"))
        if self.session is None:
            return
        uri = self._session_uri
        cseq = self.dialog.send("TEARDOWN", uri, (*self._ours(), *await self.dialog.proof("TEARDOWN", uri)))
        self.dialog.frames.clear()
        # The answer is waited for: closing on unread video resets the connection, and the request is lost.
        await self.dialog.answer(cseq, _LEAVE_S)

    def _ours(self) -> Headers:
        return (("Session", self.session.id),) if self.session else ()

    def _keepalive_s(self) -> float:
        return max(1.0, (self.session.timeout_s if self.session else 60) / 2)


_LEAVE_S = 1.0
_LOOK_S = 0.25
_WORTH_TELLING_S = 2.0
_NO_OTHER_WAY = frozenset({401, 403, 404, 453, 454, 503})
