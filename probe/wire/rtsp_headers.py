"""What stands inside RTSP headers: Content-Base and control URLs, Transport, Session."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from probe.errors import Malformed
from probe.wire.uri import parse_uri


@dataclass(frozen=True, slots=True)
class Transport:
    """What a SETUP answer grants."""

    tcp: bool
    channels: tuple[int, int] | None = None
    server_ports: tuple[int, int] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    timeout_s: int = 60  # RFC 2326 §12.37: the default where none is given


def stream_base(request_uri: str, content_base: str) -> str:
    """Return the address that relative control URLs start from."""
    if not content_base:
        return request_uri
    # Cheap firmware doubles the scheme or leaves it out, as Anjvision (go2rtc #830, #1852).
    absolute = content_base if "://" in content_base else f"rtsp://{content_base}"
    try:
        base = parse_uri(absolute)
    except Malformed:
        return request_uri
    # A bare host says nothing about the stream; a camera's own idea of its address is often wrong.
    return str(replace(parse_uri(request_uri), path=base.path)) if base.path else request_uri


def control_uri(base: str, control: str) -> str:
    """Return the URL of a track, or of the whole session for `*` or nothing. RFC 2326 §C.1.1"""
    control = control.strip()
    if control in ("", "*"):
        return base
    if re.match(r"(?i)rtspu?://", control):
        return str(parse_uri(control))
    # Cameras expect plain joining: `?ctype=video` goes on the path, `trackID=1` behind a slash (gortsplib).
    if control[0] in "?/" or base.endswith("/"):
        return base.removesuffix("/") + control if control[0] == "/" else base + control
    return f"{base}/{control}"


def parse_transport(value: str) -> Transport | None:
    """Return the first transport of a header, or None when it names none."""
    parts = [part.strip() for part in value.split(",")[0].split(";")]
    if not re.match(r"(?i)RTP/AVPF?\b", parts[0]):
        return None
    named = {name.strip().lower(): given for name, _, given in (part.partition("=") for part in parts[1:])}
    channels = _pair(named.get("interleaved", ""), 255)
    return Transport(
        tcp="/TCP" in parts[0].upper() or channels is not None,
        channels=channels,
        server_ports=_pair(named.get("server_port", ""), 65535),
        source=named.get("source", "").strip(),
    )


def parse_session(value: str) -> Session | None:
    """Return the session of a header, or None when it names none."""
    ident, _, rest = value.partition(";")
    if not ident.strip():
        return None
    found = re.search(r"(?i)timeout\s*=\s*(\d{1,6})", rest)
    return Session(ident.strip(), int(found[1]) if found and int(found[1]) else 60)


def _pair(value: str, highest: int) -> tuple[int, int] | None:
    found = re.match(r"\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?", value)
    if not found:
        return None
    first = int(found[1])
    second = int(found[2]) if found[2] else first + 1
    return (first, second) if first <= highest and second <= highest else None
