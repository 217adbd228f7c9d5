"""Who may ask the service what: named hosts only, beyond this computer a token, and headers."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import secrets
from collections.abc import Collection
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.errors import UsageError
from config.words import say
from probe.discover.interfaces import local_interfaces
from probe.transport.vault import Vault

_FILE = "service.enc"
_NAME = "token"
_OPEN = ("/healthz",)  # says whether the watch is well, and nothing of the school
_AFTER_WRONG_S = 1.0
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Wraps the whole application. A name that is not ours in Host is a page of others asking in disguise."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: str) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        if _host_of(headers.get("host", "")) not in self._hosts:
            refusal = PlainTextResponse("unknown host\n", 421)
            await refusal(scope, receive, with_headers)
            return
        if self._token and scope["path"] not in _OPEN and not self._is_shown(headers):
            await asyncio.sleep(_AFTER_WRONG_S)
            refusal = PlainTextResponse(
                "token wanted\n", 401, {"WWW-Authenticate": 'Basic realm="camcensus"'}
            )
            await refusal(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _is_shown(self, headers: Headers) -> bool:
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                shown = base64.b64decode(shown, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif kind.lower() != "bearer":
            return False
        return hmac.compare_digest(shown.encode(), self._token.encode())


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hosts_of(host: str) -> frozenset[str]:
    """Return the names that a browser may call the service by."""
    here = {"localhost", "127.0.0.1", "::1", host}
    if not is_loopback(host):
        here |= {one.address for one in local_interfaces()}
    return frozenset(here)


def new_token(folder: Path) -> str:
    """Make a token, keep it, and return it. The one before is worth nothing any more."""
    token = secrets.token_urlsafe(24)
    Vault.open(folder, file=_FILE).set(_NAME, _NAME, token)
    return token


def token_of(folder: Path, host: str) -> str:
    """Return the token to be asked for; none on loopback. Raise UsageError where it is needed and not set."""
    if is_loopback(host):
        return ""
    vault = Vault.open(folder, file=_FILE)
    if _NAME not in {one.name for one in vault.listed()}:
        raise UsageError(say("serve.no_token", host=host))
    token = vault.secret(_NAME)
    if not token:
        raise UsageError(say("serve.token_lost"))
    return token


def _host_of(header: str) -> str:
    """Return the name in a Host header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()
