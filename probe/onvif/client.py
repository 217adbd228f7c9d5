"""Our own tolerant ONVIF client for one device: finds the service, logs in within the budget, asks once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal, TypeGuard

from probe.errors import (
    AuthRefused,
    DeviceError,
    Malformed,
    Silent,
    Unreachable,
    Unsupported,
)
from probe.model import Target
from probe.onvif.entry import Answer, Entry, find_entry, service_place
from probe.transport.challenges import Challenges, forbid_basic
from probe.transport.http import Http, HttpSettings
from probe.transport.login import Login, Turn
from probe.transport.web import Entrance
from probe.wire import digest, onvif_device, onvif_replay, onvif_search, soap
from probe.wire.soap import Fault, Reply
from probe.wire.uri import Uri

# Which element prefix and which namespace belong to a service word of Io.soap.
_SERVICES = {
    "device": ("tds", onvif_device.DEVICE),
    "media": ("trt", onvif_device.MEDIA),
    "media2": ("tr2", onvif_device.MEDIA2),
    "deviceio": ("tmd", onvif_device.DEVICEIO),
    "ptz": ("tptz", onvif_device.PTZ),
    "search": ("tse", onvif_search.SEARCH),
    "recording": ("trc", onvif_search.RECORDING),
    "replay": ("trp", onvif_replay.REPLAY),
}
# What changes nothing on a device: an open search is ended, or ends by itself within seconds.
_READS = ("Get", "FindRecordings", "EndSearch")
# No login is asked for these on most devices, and none is shown without need (go2rtc pkg/onvif).
_OPEN = ("GetSystemDateAndTime", "GetServices", "GetCapabilities")
_PROOF = ("device", "GetDeviceInformation", "")
_CLOCK = "GetSystemDateAndTime"
# What is read anew each time: the clock, and where a movable head stands.
_SEARCHING = ("FindRecordings", "GetRecordingSearchResults", "EndSearch")
_CHANGING = (_CLOCK, "GetStatus", *_SEARCHING)

# At most this many requests at once, whatever the settings say: cheap firmware reboots under parallel SOAP.
_MOST_AT_ONCE = 4
_SENSIBLE = timedelta(days=100 * 365)  # a clock that is farther off says nothing

Record = Callable[[Literal["<", ">"], bytes], None]


class OnvifClient:
    """Each answer is fetched once and kept, refusals too; only what changes by itself is read anew."""

    def __init__(
        self,
        target: Target,
        http: Http,
        login: Login,
        settings: HttpSettings,
        now: Callable[[], datetime],
        record: Record | None = None,
    ) -> None:
        self._target = target
        self._http = http
        self._login = login
        self._settings = settings
        self._now = now
        self._record = record
        self._places = asyncio.Semaphore(min(settings.requests_per_device, _MOST_AT_ONCE))
        self._entry: Entry | DeviceError | None = None
        self._clock_offset = timedelta()
        self._way: Literal["", "wsse", "http"] = ""
        self._challenges = Challenges()
        self._answers: dict[tuple[str, str, str], Reply | DeviceError] = {}
        self._one_each: dict[tuple[str, str, str], asyncio.Lock] = {}
        self._finding = asyncio.Lock()
        self._closed: dict[int, DeviceError] = {}

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        """Ask one read-only operation. Raise a DeviceError for every fault and every silence."""
        if not operation.startswith(_READS):
            raise ValueError(f"{operation} might change the device")
        key = (service, operation, body)
        async with self._one_each.setdefault(key, asyncio.Lock()):
            known = self._answers.get(key)
            if isinstance(known, DeviceError):
                raise known.with_traceback(None)
            if known is not None:
                return known
            try:
                reply = await self._ask_service(*key)
            except (Unreachable, Silent):
                raise
            except DeviceError as error:
                if operation not in _SEARCHING:
                    self._answers[key] = error
                raise
            if operation not in _CHANGING:
                self._answers[key] = reply
        if operation in ("GetStreamUri", "GetSnapshotUri", "GetReplayUri"):
            # What is hidden from reports stays usable. A bad address is the caller's to name.
            with suppress(Malformed):
                self._login.conceal(reply.text("Uri"))
        return reply

    def entrance(self) -> Entrance:
        """Return what the device's web service shares with this client."""
        return Entrance(self._place, self._is_camera, self._places)

    def _place(self) -> Uri | None:
        return self._entry.uri if isinstance(self._entry, Entry) else None

    def _is_camera(self) -> bool:
        """Say whether a camera's protocol was heard: only then may a password go in clear."""
        known = bool(self._target.sightings and self._target.eprs)
        return known or (isinstance(self._entry, Entry) and self._entry.speaks_soap)

    @property
    def _is_pinned(self) -> bool:
        return self._target.pinned is not None

    async def _ask_service(self, service: str, operation: str, body: str) -> Reply:
        prefix, namespace = _SERVICES[service]
        is_whole = body.startswith(f"<{prefix}:{operation}")
        inner = body if is_whole else f"<{prefix}:{operation}>{body}</{prefix}:{operation}>"
        uri = (await self._found()).uri if service == "device" else await self._place_of(service, namespace)
        return await self._ask(uri, operation, inner)

    async def _found(self) -> Entry:
        async with self._finding:
            if self._entry is None:
                asked = self._now()

                async def ask(uri: Uri) -> Answer:
                    nonlocal asked
                    asked = self._now()
                    return await self._send(uri, soap.envelope("<tds:GetSystemDateAndTime/>"))

                try:
                    self._entry = await find_entry(self._target, self._settings, ask, self._closed)
                    self._note_clock(self._entry.answer, asked)
                except DeviceError as error:
                    self._entry = error
        if isinstance(self._entry, DeviceError):
            raise self._entry.with_traceback(None)
        return self._entry

    def _note_clock(self, answer: Answer, asked: datetime) -> None:
        # Axis wants a login even for the time, and some clocks make no sense: then ours has to do.
        if isinstance(answer.said, Reply):
            with suppress(Malformed):
                answered = self._now()
                offset = onvif_device.parse_utc_time(answer.said) - (asked + (answered - asked) / 2)
                if abs(offset) < _SENSIBLE:
                    self._clock_offset = offset

    async def _xaddrs(self) -> dict[str, str]:
        with suppress(Unsupported, Malformed):
            services = onvif_device.parse_services(
                await self.soap("device", "GetServices", onvif_device.GET_SERVICES)
            )
            if services.keys() & {onvif_device.MEDIA, onvif_device.MEDIA2}:
                return services
        capabilities = await self.soap("device", "GetCapabilities", onvif_device.GET_CAPABILITIES)
        return onvif_device.parse_capabilities(capabilities)

    async def _place_of(self, service: str, namespace: str) -> Uri:
        entry = await self._found()
        try:
            xaddrs = await self._xaddrs()
        except (Unsupported, Malformed):
            # It names no service at all; simple firmwares answer everything on one address.
            return entry.uri
        if not xaddrs.get(namespace):
            raise Unsupported(f"it offers no {service} service")
        return service_place(xaddrs[namespace], entry.uri, pinned=self._is_pinned)

    async def _ask(self, uri: Uri, operation: str, inner: str) -> Reply:
        challenges = self._challenges.of(uri.path or "/")
        reused = bool(challenges)
        if not self._way or operation in _OPEN or (self._way == "http" and not challenges):
            answer = await self._send(uri, soap.envelope(inner))
            if not _is_refusal(answer.said):
                return _reply(answer.said)
            self._login.heard(answer.said.said)
            challenges, reused = answer.challenges, False

        if not self._login.proven("soap") and operation != _PROOF[1]:
            # A wrong password must show where the answer is sure: this wants a login nearly everywhere.
            with suppress(Unsupported, Malformed):
                await self.soap(*_PROOF)
        return await self._ask_with_login(uri, operation, inner, challenges, reused=reused)

    async def _ask_with_login(
        self, uri: Uri, operation: str, inner: str, challenges: tuple[str, ...], *, reused: bool
    ) -> Reply:
        while True:
            was_proven = self._login.proven("soap")
            async with self._login.turn("soap") as turn:
                answer = await self._show(turn, uri, inner, challenges, once=not was_proven, reused=reused)
                if not _is_refusal(answer.said):
                    turn.accepted()
                    return _reply(answer.said)
                turn.refused(answer.said.said)
                if was_proven:
                    raise AuthRefused(f"{turn.label} may not {operation}: {answer.said}")
                challenges = answer.challenges or challenges

    async def _show(
        self, turn: Turn, uri: Uri, inner: str, challenges: tuple[str, ...], *, once: bool, reused: bool
    ) -> Answer:
        """Prove the login the way that the device asks for; WS-UsernameToken where it does not say."""
        if not digest.parse_challenges(challenges):
            self._way = "wsse"
            created = self._now() + self._clock_offset
            answer = await self._send(uri, soap.envelope(inner, security=turn.wsse(created)), once=once)
            if not _is_refusal(answer.said) or not digest.parse_challenges(answer.challenges):
                return answer
            turn.refused(answer.said.said, challenged=True)
            challenges = answer.challenges
        forbid_basic(challenges, is_camera=self._is_camera())
        self._way = "http"
        request = soap.envelope(inner)
        return await self._challenges.prove(
            turn,
            ("POST", uri.path or "/", request),
            challenges,
            lambda header: self._send(uri, request, authorization=header, once=once),
            reused=reused,
        )

    async def _send(self, uri: Uri, request: bytes, *, authorization: str = "", once: bool = False) -> Answer:
        headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        if authorization:
            headers["Authorization"] = authorization
        async with self._places:
            if self._record is not None:
                self._record(">", f"POST {uri}\n".encode() + request)
            reply = await self._http.request("POST", str(uri), body=request, headers=headers, once=once)
            if self._record is not None:
                self._record("<", f"HTTP {reply.status}\n".encode() + reply.body)
        said = soap.parse_reply(reply.status, reply.content_type, reply.body)
        return Answer(said, reply.lines("WWW-Authenticate"))


def _is_refusal(said: Reply | Fault) -> TypeGuard[Fault]:
    return isinstance(said, Fault) and said.not_authorized


def _reply(said: Reply | Fault) -> Reply:
    match said:
        case Reply():
            return said
        case Fault():
            raise Unsupported(str(said))
