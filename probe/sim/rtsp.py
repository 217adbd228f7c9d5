"""The RTSP server inside a simulated device: TCP and UDP, with a login; live pictures and recorded ones."""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from probe.sim.encode import nal_type
from probe.sim.guard import Guard, Login
from probe.sim.http import Request, read_request, send
from probe.sim.model import Device, Lens, Marks, Stream
from probe.sim.playback import Tape, clips_of, tape_at, window_of
from probe.sim.player import Cue, Player
from probe.sim.recorder import Archive
from probe.sim.sender import Sender, interleaved, udp
from probe.sim.studio import Studio

_REASONS = {
    200: "OK",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    457: "Invalid Range",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
}
_TRACK = "/trackID=1"


@dataclass(frozen=True, slots=True)
class Source:
    """What an address shows: a lens as it is now, or what was recorded of it."""

    lens: Lens
    stream: Stream
    tape: Tape | None = None


class RtspServer:
    """Serves the streams of one device; one `serve` per connection."""

    def __init__(
        self,
        device: Device,
        guard: Guard,
        marks: Marks,
        studio: Studio,
        now: Callable[[], datetime],
        archive: Archive | None = None,
    ) -> None:
        self.archive = archive
        self.device = device
        self.guard = guard
        self.marks = marks
        self.studio = studio
        self.now = now

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, writer)
        try:
            while (request := await _next_request(reader)) is not None:
                self.marks.requests += 1
                await send(self.device, writer, await connection.answer(request))
                if self.device.quirks.manner == "garbage":
                    return
                connection.start_if_asked()
        finally:
            await connection.stop()

    def source_at(self, target: str) -> Source | None:
        """Return what stands at an address; nothing where there is no camera, no picture or no recording."""
        parts = urlsplit(target)
        place = parts.path + (f"?{parts.query}" if parts.query else "")
        asked = unquote(place).removesuffix(_TRACK).rstrip("/")
        if self.archive and (tape := tape_at(self.archive, asked)):
            is_empty = not tape.by_range and not clips_of(self.archive, tape, tape.start, tape.end)
            if is_empty and tape.if_empty == "not-found":
                return None
            return Source(tape.lens, tape.stream, tape)
        for lens in self.device.lenses:
            for stream in lens.streams:
                if asked == stream.path and self.device.has_picture(lens):
                    return Source(lens, stream)
        return None

    def login(self, request: Request) -> Login:
        if self.device.speaks.rtsp_login == "none":
            return Login.OK
        header = request.headers.get("authorization", "")
        return self.guard.check(
            header, request.method, request.path, basic=self.device.speaks.rtsp_login == "basic"
        )

    def refused(self, request: Request, login: Login) -> tuple[int, list[str], bytes]:
        if self.device.speaks.rtsp_login == "basic":
            lines = [f'WWW-Authenticate: Basic realm="{self.guard.realm}"']
        else:
            lines = [f"WWW-Authenticate: {one}" for one in self.guard.challenges(request.path, ("MD5",))]
        said = self.guard.refusal().encode() if login in (Login.WRONG, Login.LOCKED) else b""
        return 401, [*lines, "Content-Type: text/plain"] if said else lines, said

    async def describe(self, source: Source) -> bytes:
        sets = await self.studio.feed(self.device, source.lens, source.stream).parameter_sets()
        return sdp(self.device, source.stream, sets, span="npt=0-" if source.tape else "npt=now-").encode()


class _Connection:
    """What one client has set up. At most one session, as most cameras have it."""

    def __init__(self, server: RtspServer, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._writer = writer
        self._session = ""
        self._sender: Sender | Player | None = None
        self._tape: Tape | None = None
        self._asked_to_play = False

    async def answer(self, request: Request) -> bytes:
        status, lines, body = await self._dispatch(request)
        device = self._server.device
        head = [f"RTSP/1.0 {status} {_REASONS[status]}", f"CSeq: {request.headers.get('cseq', '0')}"]
        if device.speaks.rtsp_server:
            head.append(f"Server: {device.speaks.rtsp_server}")
        head += lines
        if body:
            head.append(f"Content-Length: {len(body)}")
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    def start_if_asked(self) -> None:
        """Media begins only after the answer to PLAY is on its way."""
        if self._asked_to_play and self._sender is not None:
            self._asked_to_play = False
            self._sender.start()

    async def stop(self) -> None:
        if self._sender is not None:
            await self._sender.stop()
            self._sender = None

    async def _dispatch(self, request: Request) -> tuple[int, list[str], bytes]:
        server = self._server
        if request.method == "OPTIONS":
            return 200, ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, TEARDOWN"], b""
        login = server.login(request)
        if login is not Login.OK:
            return server.refused(request, login)
        match request.method:
            case "DESCRIBE":
                return await self._describe(request)
            case "SETUP":
                return await self._set_up(request)
            case "PLAY" | "PAUSE" | "GET_PARAMETER" | "TEARDOWN":
                return await self._control(request)
            case _:
                return 501, [], b""

    async def _describe(self, request: Request) -> tuple[int, list[str], bytes]:
        found = self._server.source_at(request.target)
        if found is None:
            return 404, [], b""
        body = await self._server.describe(found)
        return 200, [f"Content-Base: {request.target.rstrip('/')}/", "Content-Type: application/sdp"], body

    async def _set_up(self, request: Request) -> tuple[int, list[str], bytes]:
        server = self._server
        found = server.source_at(request.target)
        if found is None:
            return 404, [], b""
        device, studio = server.device, server.studio
        await self.stop()
        ssrc = random.getrandbits(32)
        for offer in request.headers.get("transport", "").split(","):
            words = [word.strip() for word in offer.split(";")]
            ports = next((word.partition("=")[2] for word in words if word.startswith("client_port=")), "")
            if "TCP" in words[0].upper() and not device.quirks.udp_only:
                channels = next(
                    (word.partition("=")[2] for word in words if word.startswith("interleaved=")), "0-1"
                )
                first = int(channels.split("-")[0])
                emit = interleaved(self._writer, first)
                transport = f"RTP/AVP/TCP;unicast;interleaved={first}-{first + 1};ssrc={ssrc:08x}"
            elif "TCP" not in words[0].upper() and ports and "multicast" not in words:
                here, there = (
                    self._writer.get_extra_info("sockname")[0],
                    self._writer.get_extra_info("peername")[0],
                )
                emit, server_ports = await udp(here, there, int(ports.split("-")[0]))
                transport = f"RTP/AVP;unicast;client_port={ports};server_port={server_ports};ssrc={ssrc:08x}"
            else:
                continue
            self._tape = found.tape
            if found.tape and server.archive:
                self._sender = Player(server.archive, found.tape, studio, emit, ssrc)
            else:
                feed = studio.feed(device, found.lens, found.stream)
                self._sender = Sender(device, feed, emit, ssrc, server.now)
            self._session = f"{random.getrandbits(32):08x}"
            server.marks.rtsp_opened += 1
            return 200, [f"Transport: {transport}", f"Session: {self._session};timeout=60"], b""
        return 461, [], b""

    async def _control(self, request: Request) -> tuple[int, list[str], bytes]:
        if request.headers.get("session", "").split(";")[0] != self._session or not self._session:
            return (200, [], b"") if request.method == "GET_PARAMETER" else (454, [], b"")
        session = f"Session: {self._session}"
        if request.method == "TEARDOWN":
            await self.stop()
            self._session = ""
            self._server.marks.rtsp_torn_down += 1
            return 200, [session], b""
        if self._sender is None:
            return 455, [session], b""
        if request.method == "PLAY":
            span = "npt=0.000-"
            if isinstance(self._sender, Player):
                cued = await self._cue(self._sender, request)
                if cued is None:
                    return 457, [session], b""
                span = cued
            self._asked_to_play = self._server.device.quirks.sends_media
            where = request.target.rstrip("/").removesuffix(_TRACK)
            at = f"seq={self._sender.sequence};rtptime={self._sender.first_timestamp}"
            return 200, [session, f"Range: {span}", f"RTP-Info: url={where}{_TRACK};{at}"], b""
        if request.method == "PAUSE":
            await self._sender.stop()
        return 200, [session], b""

    async def _cue(self, player: Player, request: Request) -> str | None:
        """Lay in what PLAY asks for and return its Range; None where the maker refuses an empty one."""
        archive, tape = self._server.archive, self._tape
        if archive is None or tape is None:
            return "npt=0.000-"
        asked = window_of(archive, request.headers.get("range", "")) if tape.by_range else None
        start, end = asked or (tape.start, tape.end)
        clips = clips_of(archive, tape, start, end)
        if not clips and tape.if_empty == "bad-range":
            return None
        sequence = request.headers.get("cseq", "0")
        await player.cue(
            Cue(
                tuple(clips),
                stamped=tape.by_range,
                at_own_speed=request.headers.get("rate-control", "yes").lower() != "no",
                only_keyframes=request.headers.get("frames", "").lower().startswith("intra"),
                sequence=int(sequence) if sequence.isdigit() else 0,
            )
        )
        if not tape.by_range:
            return "npt=0.000-"
        first = clips[0].start if clips else start or archive.now()
        return f"clock={archive.stamped(first):%Y%m%dT%H%M%S.%f}"[:-3] + "Z-"


def sdp(device: Device, stream: Stream, sets: tuple[bytes, ...], span: str = "npt=now-") -> str:
    """Return the session description, with the maker's own peculiarities."""
    # Uniview leaves the address out of o= and c= (gortsplib #765, #903).
    where = "" if device.maker == "uniview" else f"IP4 {device.address}"
    coded = {nal_type(one, stream.codec): base64.b64encode(one).decode() for one in sets}
    if stream.codec == "H264":
        sps = next(one for one in sets if nal_type(one, "H264") == 7)
        level = sps[1:4].hex().upper()
        fmtp = f"packetization-mode=1;profile-level-id={level};sprop-parameter-sets={coded[7]},{coded[8]}"
    else:
        fmtp = f"sprop-vps={coded[32]};sprop-sps={coded[33]};sprop-pps={coded[34]}"
    lines = [
        "v=0",
        f"o=- 1001 1 IN {where}",
        f"s={device.speaks.session_name}",
        f"c=IN {where.replace(device.address, '0.0.0.0')}" if where else "c=IN",  # noqa: S104  what SDP says for any
        "t=0 0",
        "a=control:*",
        f"a=range:{span}",
        "m=video 0 RTP/AVP 96",
        f"b=AS:{stream.kbps}",
        f"a=rtpmap:96 {stream.codec}/90000",
        f"a=fmtp:96 {fmtp}",
        f"a=framerate:{stream.fps}.0",
        f"a=x-dimensions:{stream.width},{stream.height}",
        "a=control:trackID=1",
    ]
    if device.maker == "tp-link":
        # TL-IPC44GW and Mercury announce a track whose format is no number (gortsplib #174, #275, #510).
        lines += [
            "m=application/TP-LINK 0 RTP/AVP smart/1/90000",
            "a=rtpmap:95 TP-LINK/90000",
            "a=control:trackID=3",
        ]
    return "\r\n".join(lines) + "\r\n"


async def _next_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request; step over RTCP that the client sends between them."""
    try:
        while (first := await reader.readexactly(1)) == b"$":
            head = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(head[1:], "big"))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return await read_request(reader, first)
