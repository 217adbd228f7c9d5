"""Addresses that devices hand out: mended to the address that answered, and without logins."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from probe.errors import Malformed

_DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Uri:
    """An absolute URI. `port` is None when it names none that can be one; `path` holds path and query."""

    scheme: str
    host: str
    port: int | None
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{f':{self.port}' if self.port else ''}{self.path}"

    @property
    def asked_port(self) -> int:
        return self.port or _DEFAULT_PORTS.get(self.scheme, 0)


def parse_uri(text: str) -> Uri:
    """Return a URI without its login, doubled schemes and ports mended. Raise Malformed for no URI."""
    found = _URI.fullmatch(re.sub(r"[\x00-\x20\x7f]+", "", text))
    if found is None:
        raise Malformed(f"not an address: {text[:40]!r}")
    # rtsp://rtsp://host/ (go2rtc rtsp/helpers.go).
    rest = re.sub(r"^(?:[A-Za-z]+://)+", "", found["rest"])
    rest = _without_login(rest)
    authority = re.match(r"(\[[^\]/]*\]|[^:/?]*)((?::[^:/?]*)*)", rest)
    if authority is None or not re.search(r"\w", authority[1]):
        raise Malformed("an address without a host")
    path = rest[authority.end() :]
    if path and not path.startswith("/"):
        path = "/" + path
    return Uri(found["scheme"].lower(), authority[1].strip("[]"), _port(authority[2]), path)


def mend_uri(text: str, address: str) -> str:
    """Return the URI on the address that answered, without its login: no device sends us elsewhere."""
    return str(replace(parse_uri(text), host=address))


def redact_uri(text: str) -> str:
    """Return a URI without logins: neither before the host nor, as XM writes them, in path and query."""
    return conceal_path(str(parse_uri(text)))


def conceal_path(text: str) -> str:
    """Replace what a path or query gives as user, password or token by stars."""
    return _SECRET_WORD.sub(lambda found: f"{found[1]}***", text)


def host_is_itself(host: str, address: str) -> bool:
    """Tell whether a host is the address that answered; what is spelled otherwise is another host."""
    return host.strip("[]").partition("%")[0].lower() == address.partition("%")[0].lower()


_URI = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)

# XM: user=admin_password=x_channel=1_stream=0.sdp?real_stream; others: ?usr=a&pwd=b, ?auth=base64.
_SECRET_WORD = re.compile(
    r"((?<![A-Za-z])(?:user(?:name)?|usr|login|passw(?:or)?d|passwd|pass|pwd|psw|auth|token|sessionid)=)"
    r"((?:(?!_(?:user|pass|channel|stream|subtype|ch)\w*=)[^&/?;#\s])*)",
    re.IGNORECASE,
)


# A password may hold "@" or "/": then the host is what looks like an address after the last "@".
_LOGIN_BEFORE_ADDRESS = re.compile(
    r"[^/?#@]*:.*@(?=(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\])(?:[:/?]|$))", re.DOTALL
)


def _without_login(rest: str) -> str:
    if odd := _LOGIN_BEFORE_ADDRESS.match(rest):
        return rest[odd.end() :]
    end = next((place for place, letter in enumerate(rest) if letter in "/?#"), len(rest))
    return rest[:end].rpartition("@")[2] + rest[end:]


def _port(ports: str) -> int | None:
    # rtsp://ip:80:554/ means 554 (milg0/onvif-java-lib#19); http://ip:8106:8106/ either.
    numbers = [int(part) for part in ports.split(":") if re.fullmatch(r"[0-9]{1,5}", part)]
    return next((number for number in reversed(numbers) if 0 < number < 65536), None)
