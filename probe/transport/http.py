"""The only HTTP client: one request, one deadline for all of it, a bounded answer, no redirects, no proxy."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import aiohttp

from probe.errors import Malformed, Silent, Unreachable

# Asked by some cheap cameras before they answer at all (go2rtc#235, for RTSP).
_AGENT = "camcensus"


class HttpSettings(Protocol):
    """What this client and the ONVIF client need to know; `config` holds the values."""

    @property
    def connect_s(self) -> float: ...
    @property
    def request_s(self) -> float: ...
    @property
    def max_bytes(self) -> int: ...
    @property
    def requests_per_device(self) -> int: ...
    @property
    def device_ports(self) -> tuple[int, ...]: ...
    @property
    def device_paths(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class HttpReply:
    """An answer of any status. `complete` is False when the device closed before the length it promised."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    complete: bool = True

    def lines(self, name: str) -> tuple[str, ...]:
        """Return every header line of that name: devices send two WWW-Authenticate."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def content_type(self) -> str:
        return next(iter(self.lines("Content-Type")), "")


class Http:
    """Connections of one run. Use as `async with Http(settings) as http`."""

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._tls = _lax_tls()

    async def __aenter__(self) -> Self:
        self._kept = self._session(force_close=False)
        self._fresh = self._session(force_close=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._kept.close()
        await self._fresh.close()

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
        once: bool = False,
    ) -> HttpReply:
        """Send one request and read the whole answer. Raise Unreachable, Silent or Malformed.

        Many devices close a kept connection without saying so; a request that met such an end is sent again
        on a new one. `once` forbids that, for a login that must not be shown twice.
        """
        limit = self._settings.request_s if seconds is None else seconds
        try:
            async with asyncio.timeout(limit):
                if once:
                    return await self._send(self._fresh, method, url, body, headers)
                try:
                    return await self._send(self._kept, method, url, body, headers)
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                    if isinstance(error, aiohttp.ClientConnectorError):
                        raise
                    return await self._send(self._fresh, method, url, body, headers)
        except TimeoutError as error:
            if isinstance(error, aiohttp.ConnectionTimeoutError):
                raise Unreachable(f"no connection in {self._settings.connect_s:g} s") from None
            raise Silent(f"no whole answer in {limit:g} s") from None
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(f"no connection: {error.os_error.strerror or error.os_error}") from None
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            raise Unreachable("it closed the connection without an answer") from None
        except (aiohttp.ClientError, ValueError) as error:
            # What is no HTTP: Tapo C120 echoes the request with NULs (koush/scrypted#1246). The text of the
            # exception may hold the request and is not passed on.
            raise Malformed(f"not HTTP ({type(error).__name__})") from None

    async def _send(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str] | None,
    ) -> HttpReply:
        async with session.request(
            method, url, data=body or None, headers=headers, ssl=self._tls, allow_redirects=False
        ) as response:
            answer, complete = await _read(response, self._settings.max_bytes)
            lines = tuple(
                (key.decode("latin-1"), value.decode("utf-8", "replace"))
                for key, value in response.raw_headers
            )
            return HttpReply(response.status, lines, answer, complete)

    def _session(self, *, force_close: bool) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=force_close, enable_cleanup_closed=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=True,
            headers={"User-Agent": _AGENT},
            # The deadline of the whole request is the caller's; this bounds the connection alone.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._settings.connect_s),
        )


async def _read(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    parts = bytearray()
    try:
        async for part in response.content.iter_any():
            parts += part
            if len(parts) > most:
                response.close()
                raise Malformed(f"an answer of more than {most} bytes")
            # A Content-Length that is too long would cost the whole deadline; the document itself has ended.
            if parts.endswith(_DOCUMENT_ENDS) and not response.content.at_eof() and _is_whole(parts):
                break
    except aiohttp.ClientPayloadError:
        # Cut chunks and a wrong Content-Length: what came may still be a whole document.
        return bytes(parts), False
    return bytes(parts), True


_DOCUMENT_ENDS = (b"Envelope>", b"Envelope>\n", b"Envelope>\r\n")


def _is_whole(parts: bytearray) -> bool:
    return b"</" in parts[-40:]


def _lax_tls() -> ssl.SSLContext:
    """Cameras carry self-signed certificates and TLS 1.0; what is protected here is not worth losing them."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    # OP_LEGACY_SERVER_CONNECT, which Python names only from 3.12 on (Dahua's HTTPS-only models).
    context.options |= 0x4
    return context
