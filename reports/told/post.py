"""One POST to a service outside: checked TLS, one deadline, a bounded answer, no redirect."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from config.plain import system_words
from config.words import say
from reports.told.outcome import NotSent

CONNECT_S = 8.0
WHOLE_S = 20.0
_MOST = 65536


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = field(repr=False)

    def json(self) -> Mapping[str, Any] | None:
        """Return the answer as a JSON object, or None where it is none."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return read if isinstance(read, dict) else None

    @property
    def is_page(self) -> bool:
        """Tell whether somebody's web page came back, such as the log-in page of a campus gateway."""
        begin = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return begin.startswith((b"<!doctype html", b"<html"))


def post_json(
    url: str,
    body: bytes,
    *,
    proxy: str = "",
    headers: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Reply | NotSent:
    """Send a JSON body and return the answer, or why there is none. Not for a thread that runs a loop.

    Nothing of the address but its host is ever said: the rest is a key.
    """
    return asyncio.run(_post(url, body, proxy, dict(headers or {}), seconds or WHOLE_S))


async def _post(
    url: str, body: bytes, proxy: str, headers: Mapping[str, str], seconds: float
) -> Reply | NotSent:
    host = host_of(url)
    timeout = aiohttp.ClientTimeout(total=seconds, connect=min(CONNECT_S, seconds))
    own = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "camcensus"}
    went_out = False

    async def note_request(*_: object) -> None:
        nonlocal went_out
        went_out = True

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(note_request)
    try:
        async with (
            aiohttp.ClientSession(
                timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace]
            ) as session,
            session.post(
                url,
                data=body,
                headers={**own, **headers},
                allow_redirects=False,
                proxy=proxy or None,
                ssl=ssl.create_default_context(),  # aiohttp's own is made at import and kept
            ) as response,
        ):
            if 300 <= response.status < 400:
                there = host_of(response.headers.get("Location", "")) or host
                return NotSent(say("unsent.redirect", host=host, there=there), retry=True)
            return Reply(response.status, await response.content.read(_MOST))
    except aiohttp.ClientConnectorCertificateError as error:
        return NotSent(say("unsent.certificate", host=host, why=_certificate(error)), retry=True)
    except aiohttp.ClientConnectorSSLError:
        return NotSent(say("unsent.tls", host=host), retry=True)
    except (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError):
        return NotSent(say("unsent.proxy", host=host, proxy=host_of(proxy)), retry=True)
    except aiohttp.ClientConnectorDNSError:
        return NotSent(say("unsent.name", host=host), retry=True)
    except aiohttp.ClientConnectorError as error:
        return NotSent(say("unsent.connection", host=host, why=system_words(error.os_error)), retry=True)
    except aiohttp.InvalidURL:
        return NotSent(say("unsent.url"), retry=False)
    except TimeoutError:
        return NotSent(
            say("unsent.timeout", host=host, seconds=f"{seconds:g}"), retry=True, is_unclear=went_out
        )
    except (aiohttp.ClientError, OSError):
        # The text of these exceptions may hold the address, and with it the key.
        return NotSent(say("unsent.broken", host=host), retry=True, is_unclear=went_out)


def status_refusal(reply: Reply, host: str) -> NotSent | None:
    """Return what a status that is no success, or a web page, means; None for a success."""
    if reply.is_page:
        return NotSent(say("unsent.page", host=host), retry=True)
    if 200 <= reply.status < 300:
        return None
    if reply.status == 429 or reply.status >= 500:
        words = say("unsent.busy", host=host, status=reply.status)
        return NotSent(words, retry=True, is_throttled=reply.status == 429)
    return NotSent(say("unsent.status", host=host, status=reply.status), retry=False)


def host_of(url: str) -> str:
    """Return the host of an address, the only part of it that may be said."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    return cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else type(cause).__name__
