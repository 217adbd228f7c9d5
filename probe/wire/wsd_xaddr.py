"""Service addresses as devices announce them, mended to the address that answered. 服务地址 XAddrs"""

from __future__ import annotations

import re
from collections.abc import Iterable

_XADDR = re.compile(
    r"(?P<scheme>https?)://(?:[^/?#@]*@)?(?P<host>\[[^\]/]*\]|[^:/?#\[\]@]*)(?P<ports>(?::[^:/?#]*)*)"
    r"(?P<path>[/?][^#]*)?(?:#.*)?",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)")
_VISIBLE = re.compile(r"[!-~]+")


def mend_xaddrs(xaddrs: Iterable[str], answered_from: str) -> tuple[str, ...]:
    """Return the service addresses on the address that answered, those that named it themselves first.

    Path and port are kept. Devices name 0.0.0.0, a link-local or IPv6 address, the one before a move, or the
    inner side of a router, in no order of preference (Axis: link-local first or last). Garbage is dropped.
    """
    mended = [(one, own) for xaddr in xaddrs for one, own in _mended(xaddr, answered_from)]
    return tuple(dict.fromkeys(one for one, _ in sorted(mended, key=lambda pair: not pair[1])))


def _mended(xaddr: str, answered_from: str) -> list[tuple[str, bool]]:
    text = "http://" + xaddr if _BARE.match(xaddr) else xaddr
    found = _XADDR.fullmatch(text)
    if found is None or not _VISIBLE.fullmatch(text):
        return []
    host = f"[{answered_from}]" if ":" in answered_from else answered_from
    path = found["path"] or "/"
    path = path if path.startswith("/") else "/" + path
    url = f"{found['scheme'].lower()}://{host}{_port(found['ports'])}{path}"
    return [(url, found["host"].strip("[]").lower() == answered_from.lower())]


def _port(ports: str) -> str:
    # http://ip:8106:8106/ (home-assistant/core#92603): the first that can be a port.
    numbers = [
        int(part) for part in ports.split(":") if part.isascii() and part.isdecimal() and len(part) < 6
    ]
    return next((f":{number}" for number in numbers if 0 < number < 65536), "")
