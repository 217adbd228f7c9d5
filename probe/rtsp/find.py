"""A stream where no ONVIF names one: the usual paths, asked with DESCRIBE alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.settings import Rtsp
from probe.errors import DeviceError, Malformed, Silent, Unreachable, Unsupported
from probe.model import StreamOffer
from probe.rtsp.client import describe
from probe.rtsp.dialog import Dialog, Heard
from probe.transport.login import Login
from probe.wire.uri import Uri


async def find_stream(
    address: str, ports: Sequence[int], login: Login, settings: Rtsp, *, heard: Heard | None = None
) -> StreamOffer:
    """Return the first stream that answers DESCRIBE with a video, within `grab_s`.

    A refused login ends the search at once (AuthRefused, Locked, NoCredential): other paths are no reason to
    show it again. Raise Unsupported when no path has a video, Unreachable when no port answers.
    """
    last: DeviceError = Unreachable("no RTSP port is open")
    try:
        async with asyncio.timeout(settings.grab_s):
            for port in ports:
                try:
                    return await _on_port(address, port, login, settings, heard)
                except (Unreachable, Unsupported) as error:
                    last = error
    except TimeoutError:
        raise Silent(f"no stream found in {settings.grab_s:g} s") from None
    raise last


async def server_name(
    address: str, port: int, login: Login, settings: Rtsp, *, heard: Heard | None = None
) -> str:
    """Return how the server on a port names itself, or `RTSP`. No login is shown.

    Raise Unreachable or Silent when nothing answers, Unsupported when what answers is not RTSP.
    """
    dialog = Dialog(address, port, login, settings, heard)
    await dialog.open()
    try:
        answer = await dialog.ask_openly("OPTIONS", str(Uri("rtsp", address, port, "/")))
    except Malformed as error:
        raise Unsupported(f"port {port}: {error}") from None
    finally:
        await dialog.close()
    return answer.header("Server") or "RTSP"


async def _on_port(address: str, port: int, login: Login, settings: Rtsp, heard: Heard | None) -> StreamOffer:
    dialog = Dialog(address, port, login, settings, heard)
    await dialog.open()
    try:
        for path in settings.paths:
            uri = str(Uri("rtsp", address, port, path))
            if not dialog.is_open:
                await dialog.open()  # some hang up after a 404
            try:
                track, _, _ = await describe(dialog, uri)
            except (Unsupported, Unreachable):
                continue
            return StreamOffer(role="main", uri=uri, codec=track.codec)
    finally:
        await dialog.close()
    raise Unsupported(f"none of {len(settings.paths)} usual paths has a video")
