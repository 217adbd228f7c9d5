"""The web side of a simulated device: ONVIF behind its login, snapshots, the maker's own pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from probe.sim import onvif_device, onvif_events, onvif_media, onvif_media2, onvif_ptz
from probe.sim.addresses import snapshot_path
from probe.sim.guard import Guard, Login
from probe.sim.http import Request, Response
from probe.sim.model import Device, Lens, Marks, Stream
from probe.sim.overlays import is_overlay_page, overlay_page
from probe.sim.profile_g import ProfileG
from probe.sim.soap import NAMESPACES, SOAP, Call, Instead, SoapFault, envelope, fault, parse_call

Operations = Mapping[str, Callable[[Call], str]]
Snapshot = Callable[[Lens, Stream], Awaitable[bytes]]

_HTML_401 = (
    b"<!DOCTYPE html><html><head><title>Document Error: Unauthorized</title></head>"
    b"<body><h2>Access Error: 401 -- Unauthorized</h2></body></html>"
)
_HTML_404 = b"<html><body><h1>404 Not Found</h1></body></html>"
_READING = ("Get", "Create", "Pull", "Renew", "Unsubscribe", "Find", "EndSearch")


class Face(Protocol):
    """The pages of a maker's own protocol."""

    def owns(self, request: Request) -> bool: ...

    def answer(self, request: Request) -> Response: ...


class OnvifServer:
    """Answers every HTTP request to one device."""

    def __init__(
        self,
        device: Device,
        guard: Guard,
        marks: Marks,
        now: Callable[[], datetime],
        snapshot: Snapshot,
        face: Face | None = None,
        profile_g: ProfileG | None = None,
        self_guarded: Face | None = None,
    ) -> None:
        self._face = face
        self._self_guarded = self_guarded  # pages with a login of their own
        self._device = device
        self._guard = guard
        self._marks = marks
        self._snapshot = snapshot
        self._logins = _soap_logins(device)
        events = onvif_events.operations(device, marks, now)
        self._services: dict[str, Operations] = {
            NAMESPACES["tds"]: onvif_device.operations(device, now),
            NAMESPACES["trt"]: onvif_media.operations(device),
            NAMESPACES["tev"]: events,
            NAMESPACES["wsnt"]: events,
        }
        if device.speaks.media2:
            self._services[NAMESPACES["tr2"]] = onvif_media2.operations(device)
        if device.head:
            self._services[NAMESPACES["tptz"]] = onvif_ptz.operations(device, device.head, now)
        if profile_g:
            for prefix, operations in profile_g.operations().items():
                self._services[NAMESPACES[prefix]] = operations

    async def answer(self, request: Request) -> Response:
        self._marks.requests += 1
        if request.method == "POST" and request.path.startswith("/onvif/") and self._device.quirks.onvif:
            return self._soap(request)
        for lens in self._device.lenses:
            for stream in lens.streams:
                if not _same_place(request.target, snapshot_path(self._device, lens, stream)):
                    continue
                if not self._device.has_picture(lens):
                    return Response(404, _HTML_404)
                return await self._picture(request, lens, stream)
        if self._self_guarded and self._self_guarded.owns(request):
            return self._self_guarded.answer(request)
        if self._face and self._face.owns(request):
            return self._refused(request) or self._face.answer(request)
        if is_overlay_page(self._device, request):
            return self._refused(request) or overlay_page(self._device, request)
        if request.method == "GET" and request.path == "/":
            title = self._device.speaks.brand or "Network Camera"
            return Response(
                body=f"<html><head><title>{title}</title></head><body>login</body></html>".encode()
            )
        return Response(404, _HTML_404)

    def _soap(self, request: Request) -> Response:
        call = parse_call(request.body)
        if call is None:
            return self._refuse(SoapFault("ter:WellFormed", "Not well-formed"))
        operation = self._services.get(call.namespace, {}).get(call.name)
        open_to_all = call.namespace == NAMESPACES["tds"] and call.name in onvif_device.OPEN_TO_ALL
        if not open_to_all and self._logins:
            login = self._login(request, call)
            if login is not Login.OK:
                return self._unauthorized(request, login)
        if operation is None:
            if not call.name.startswith(_READING):
                self._marks.changes_asked += 1
            return self._refuse(
                SoapFault(
                    "ter:ActionNotSupported", "Optional Action Not Implemented", status=500, receiver=True
                )
            )
        try:
            return Response(200, envelope(self._device, operation(call)), SOAP)
        except SoapFault as refused:
            return self._refuse(refused)
        except Instead as other:
            return other.response

    def _login(self, request: Request, call: Call) -> Login:
        header = request.headers.get("authorization", "")
        if header and self._logins & {"digest", "basic"}:
            return self._guard.check(
                header,
                request.method,
                request.path,
                basic="basic" in self._logins,
                per_path=self._device.speaks.nonce_per_path,
            )
        if call.user and "wsse" in self._logins:
            return self._guard.check_wsse(
                call.user, call.password, call.password_type, call.nonce, call.created
            )
        return Login.NONE

    def _unauthorized(self, request: Request, login: Login) -> Response:
        device = self._device
        said = self._guard.refusal() if login in (Login.WRONG, Login.LOCKED) else "Sender not authorized"
        challenges: tuple[str, ...] = ()
        if "digest" in self._logins:
            algorithms = device.speaks.algorithms
            challenges = self._guard.challenges(request.path, algorithms, basic="basic" in self._logins)
            if login is Login.STALE:
                challenges = tuple(
                    f"{one}, stale=true" if one.startswith("Digest") else one for one in challenges
                )
        headers = tuple(("WWW-Authenticate", one) for one in challenges)
        status = 401 if challenges else device.quirks.fault_status
        if device.quirks.refusal == "html":
            return Response(401, _HTML_401, "text/html", headers)
        return Response(status, fault(device, SoapFault("ter:NotAuthorized", said)), SOAP, headers)

    def _refuse(self, refused: SoapFault) -> Response:
        return Response(refused.status, fault(self._device, refused), SOAP)

    async def _picture(self, request: Request, lens: Lens, stream: Stream) -> Response:
        is_open = self._device.speaks.soap_login == self._device.speaks.rtsp_login == "none"
        refused = None if is_open else self._refused(request, basic=True)
        return refused or Response(200, await self._snapshot(lens, stream), "image/jpeg")

    def _refused(self, request: Request, *, basic: bool = False) -> Response | None:
        """Return the refusal of a page whose login is not good."""
        header = request.headers.get("authorization", "")
        if self._guard.check(header, request.method, request.path, basic=basic) is Login.OK:
            return None
        challenges = self._guard.challenges(request.path, self._device.speaks.algorithms, basic=basic)
        return Response(401, _HTML_401, "text/html", tuple(("WWW-Authenticate", one) for one in challenges))


def _soap_logins(device: Device) -> frozenset[str]:
    if device.quirks.digest_only:
        return frozenset({"digest", "basic"} if device.quirks.two_challenges else {"digest"})
    if device.quirks.wsse_only:
        return frozenset({"wsse"})
    match device.speaks.soap_login:
        case "none":
            return frozenset()
        case "both":
            return frozenset({"wsse", "digest"})
        case one:
            return frozenset({one})


def _same_place(asked: str, own: str) -> bool:
    left, right = urlsplit(asked), urlsplit(own)
    return left.path == right.path and parse_qs(left.query, keep_blank_values=True) == parse_qs(
        right.query, keep_blank_values=True
    )
