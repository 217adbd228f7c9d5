"""How a login is proved: Digest and Basic, for HTTP and RTSP alike, and WS-UsernameToken."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from xml.sax.saxutils import escape

_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in that a device offers. Texts stand as between the quotes, escapes included."""

    scheme: str  # "digest" or "basic"
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    algorithm: str = ""  # empty when the device named none
    qop: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Parameters:
    """A scheme and its parameters, names in lower case: the grammar shared by challenge and answer."""

    scheme: str
    values: Mapping[str, str] = field(default_factory=dict)


def parse_challenges(headers: Sequence[str]) -> tuple[Challenge, ...]:
    """Return every Digest and Basic challenge of WWW-Authenticate lines; several may share one line."""
    return tuple(
        _challenge(found)
        for header in headers
        for found in parse_parameters(header)
        if found.scheme in ("digest", "basic")
    )


def best(challenges: Sequence[Challenge]) -> Challenge | None:
    """Return the strongest offer we can answer: Digest SHA-512-256, SHA-256, MD5, then Basic."""
    ranked = [(rank, one) for one in challenges if (rank := _strength(one)) is not None]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def authorization(
    challenge: Challenge,
    *,
    user: str,
    password: str,
    method: str,
    uri: str,
    cnonce: str,
    count: int,
    body: bytes = b"",
) -> str:
    """Return the Authorization value. `count` is how often this nonce has been used, this time included."""
    if challenge.scheme == "basic":
        return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")

    hashed = _ALGORITHMS[_base_algorithm(challenge)]
    qop = _chosen_qop(challenge)
    nc = f"{count:08x}"

    secret = hashed(f"{user}:{challenge.realm}:{password}".encode())
    if challenge.algorithm.lower().endswith("-sess"):
        secret = hashed(f"{secret}:{challenge.nonce}:{cnonce}".encode())
    asked = f"{method}:{uri}" + (f":{hashed(body)}" if qop == "auth-int" else "")
    middle = f"{challenge.nonce}:{nc}:{cnonce}:{qop}" if qop else challenge.nonce
    response = hashed(f"{secret}:{middle}:{hashed(asked.encode())}".encode())

    parts = [
        f'username="{_quotable(user)}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
        f'response="{response}"',
    ]
    # TP-Link's RTSP server refuses an algorithm that it did not name itself (mrtian2016/onvifsim).
    if challenge.algorithm:
        parts.append(f"algorithm={challenge.algorithm}")
    if challenge.opaque is not None:
        parts.append(f'opaque="{challenge.opaque}"')
    if qop:
        parts += [f"qop={qop}", f"nc={nc}"]
    if qop or challenge.algorithm.lower().endswith("-sess"):
        parts.append(f'cnonce="{cnonce}"')
    return "Digest " + ", ".join(parts)


def wsse(user: str, password: str, *, created: datetime, nonce: bytes) -> str:
    """Return the WS-Security header with a PasswordDigest. `created` is the device's own time."""
    # Hikvision refuses "+00:00"; Created must end in Z (onvif-zeep-async client.py).
    stamp = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{created.microsecond // 1000:03d}Z"
    # WS-UsernameToken 1.0 prescribes SHA-1 here; no device knows another.
    proof = hashlib.sha1(nonce + stamp.encode() + password.encode(), usedforsecurity=False).digest()
    return (
        f'<w:Security xmlns:w="{_WSSE}-wssecurity-secext-1.0.xsd" '
        f'xmlns:u="{_WSSE}-wssecurity-utility-1.0.xsd" s:mustUnderstand="1">'
        f"<w:UsernameToken><w:Username>{escape(user)}</w:Username>"
        f'<w:Password Type="{_WSSE}-username-token-profile-1.0#PasswordDigest">{_b64(proof)}</w:Password>'
        f'<w:Nonce EncodingType="{_WSSE}-soap-message-security-1.0#Base64Binary">{_b64(nonce)}</w:Nonce>'
        f"<u:Created>{stamp}</u:Created></w:UsernameToken></w:Security>"
    )


# A parameter, or else a word that opens a new scheme. Quotes may be missing, at one end or both.
_PIECE = re.compile(
    r'(?P<key>[A-Za-z][\w-]*)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<bare>[^\s,"]*))'
    r"|(?P<scheme>[A-Za-z][\w-]*)"
)


def parse_parameters(header: str) -> tuple[Parameters, ...]:
    """Return the schemes of a WWW-Authenticate or Authorization value with their parameters."""
    found: list[tuple[str, dict[str, str]]] = []
    for piece in _PIECE.finditer(header):
        if piece["scheme"]:
            found.append((piece["scheme"].lower(), {}))
        elif found:
            found[-1][1].setdefault(piece["key"].lower(), piece["quoted"] or piece["bare"] or "")
    return tuple(Parameters(scheme, MappingProxyType(values)) for scheme, values in found)


def _challenge(found: Parameters) -> Challenge:
    values = found.values
    return Challenge(
        scheme=found.scheme,
        realm=values.get("realm", ""),
        nonce=values.get("nonce", ""),
        opaque=values.get("opaque"),
        algorithm=values.get("algorithm", ""),
        qop=tuple(word for word in re.split(r"[,\s]+", values.get("qop", "").lower()) if word),
        stale=values.get("stale", "").lower() == "true",
    )


def _strength(challenge: Challenge) -> int | None:
    if challenge.scheme == "basic":
        return len(_ALGORITHMS)
    if challenge.qop and not _chosen_qop(challenge):
        return None
    names = list(_ALGORITHMS)
    base = _base_algorithm(challenge)
    return names.index(base) if base in names else None


def _base_algorithm(challenge: Challenge) -> str:
    return challenge.algorithm.lower().removesuffix("-sess") or "md5"


def _chosen_qop(challenge: Challenge) -> str:
    return next((word for word in ("auth", "auth-int") if word in challenge.qop), "")


def _sha512_256(text: bytes) -> str:
    return hashlib.new("sha512_256", text).hexdigest()


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


# Strongest first.
_ALGORITHMS = {"sha-512-256": _sha512_256, "sha-256": _sha256, "md5": _md5}


def _quotable(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
