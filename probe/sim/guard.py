"""The login of a simulated camera: HTTP and RTSP Digest, Basic, WS-UsernameToken, counting and locking."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from urllib.parse import urlsplit

from probe.sim.model import Device, Marks

_PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_MOST_NONCES = 256


class Login(Enum):
    NONE = auto()  # no login was sent
    OK = auto()
    WRONG = auto()
    STALE = auto()  # right password; clock, nonce or address of it off
    LOCKED = auto()


class Guard:
    """Judges every login at one device, SOAP and RTSP together, and keeps its count in `marks`."""

    def __init__(self, device: Device, marks: Marks, now: Callable[[], datetime]) -> None:
        self._device = device
        self._marks = marks
        self._now = now
        self._nonces: dict[str, str] = {}  # nonce to the path it was given for
        self.realm = device.speaks.realm.format(
            serial=device.serial, mac=device.mac.replace(":", "").lower(), last5=device.serial[-5:]
        )

    @property
    def locked(self) -> bool:
        return self._device.quirks.locked or self._marks.wrong_logins >= self._device.speaks.lock_after

    @property
    def tries_left(self) -> int:
        return max(0, self._device.speaks.lock_after - self._marks.wrong_logins)

    def refusal(self) -> str:
        """Return what the device says after a login that failed."""
        if self.locked:
            return "User Locked! Please try again after 30 minutes"
        if self._device.quirks.counts_attempts:
            left = self.tries_left
            return f"Sender not Authorized. Invalid username or password! You still have {left} attempt(s)."
        return "Sender not authorized"

    def challenges(self, path: str, algorithms: tuple[str, ...], *, basic: bool = False) -> tuple[str, ...]:
        """Return WWW-Authenticate values with a fresh nonce for this path."""
        nonce = secrets.token_hex(16)
        while len(self._nonces) >= _MOST_NONCES:
            del self._nonces[next(iter(self._nonces))]
        self._nonces[nonce] = path
        lines = []
        for algorithm in algorithms:
            named = f', algorithm="{algorithm}"' if self._device.speaks.named_algorithm else ""
            lines.append(f'Digest realm="{self.realm}", nonce="{nonce}", qop="auth"{named}')
        if basic:
            lines.append(f'Basic realm="{self.realm}"')
        return tuple(lines)

    def check(self, header: str, method: str, path: str, *, basic: bool, per_path: bool = False) -> Login:
        """Judge an Authorization header of HTTP or RTSP. `per_path`: a nonce holds for its own path only."""
        scheme, _, rest = header.partition(" ")
        match scheme.lower():
            case "":
                return Login.NONE
            case "basic" if basic:
                return self._count(self._basic_matches(rest), fresh=True)
            case "digest":
                return self._check_digest(rest, method, path, per_path=per_path)
            case _:
                return Login.NONE

    def check_wsse(self, user: str, password: str, password_type: str, nonce: str, created: str) -> Login:
        """Judge a WS-UsernameToken: the digest first, then whether its time is near the device's own."""
        if password_type.endswith("PasswordText"):
            matches, fresh = hmac.compare_digest(password.encode(), self._device.password.encode()), True
        else:
            try:
                salt = base64.b64decode(nonce, validate=True)
            except binascii.Error:
                salt = b""
            digest = hashlib.sha1(salt + created.encode() + self._device.password.encode()).digest()  # noqa: S324  ONVIF Core §5.9.4.2 names SHA-1
            matches = hmac.compare_digest(password.encode(), base64.b64encode(digest))
            fresh = self._is_fresh(created)
        return self._count(matches and user == self._device.user, fresh=fresh)

    def check_rpc(self, user: str, proof: str, challenge: str) -> Login:
        """Judge a login of Dahua's web page: MD5 over MD5, in capitals."""
        secret = _md5_capitals(f"{self._device.user}:{self.realm}:{self._device.password}")
        expected = _md5_capitals(f"{self._device.user}:{challenge}:{secret}")
        matches = hmac.compare_digest(proof.encode(), expected.encode())
        return self._count(matches and user == self._device.user, fresh=True)

    def _check_digest(self, rest: str, method: str, path: str, *, per_path: bool) -> Login:
        said = {name.lower(): quoted or bare for name, quoted, bare in _PAIR.findall(rest)}
        speaks = self._device.speaks
        # RTSP of TP-LINK refuses an algorithm= that it did not send (mrtian2016/onvifsim field facts).
        if "algorithm" in said and not speaks.named_algorithm:
            return Login.STALE
        name = said.get("algorithm", "MD5")
        if name not in speaks.algorithms and name != "MD5":
            return Login.STALE
        expected = self._digest(name, said, method)
        matches = hmac.compare_digest(said.get("response", "").encode(), expected.encode())
        given_for = self._nonces.get(said.get("nonce", ""))
        fresh = given_for is not None and urlsplit(said.get("uri", "")).path.rstrip("/") == path.rstrip("/")
        if per_path:
            # Hikvision ONVIF 19: "The url does not match the nonce url" (IOTechSystems/onvif #41).
            fresh = fresh and given_for == path
        return self._count(matches and said.get("username") == self._device.user, fresh=fresh)

    def _digest(self, algorithm: str, said: dict[str, str], method: str) -> str:
        make = hashlib.sha256 if algorithm == "SHA-256" else hashlib.md5

        def hexed(text: str) -> str:
            return make(text.encode()).hexdigest()

        ha1 = hexed(f"{self._device.user}:{self.realm}:{self._device.password}")
        ha2 = hexed(f"{method}:{said.get('uri', '')}")
        nonce = said.get("nonce", "")
        if "qop" not in said:
            return hexed(f"{ha1}:{nonce}:{ha2}")
        return hexed(f"{ha1}:{nonce}:{said.get('nc', '')}:{said.get('cnonce', '')}:{said['qop']}:{ha2}")

    def _basic_matches(self, rest: str) -> bool:
        expected = base64.b64encode(f"{self._device.user}:{self._device.password}".encode())
        return hmac.compare_digest(rest.strip().encode(), expected)

    def _is_fresh(self, created: str) -> bool:
        """Whether the time is in the window. A nonce may come twice: onvif-util sends one for many calls."""
        try:
            at = datetime.fromisoformat(created)
        except ValueError:
            return False
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        here = self._now() + timedelta(seconds=self._device.clock_offset_s)
        return abs((here - at).total_seconds()) <= self._device.speaks.clock_window_s

    def _count(self, matches: bool, *, fresh: bool) -> Login:
        if self.locked:
            # Every try at a locked account prolongs the lock (rroller/dahua #729), so each counts.
            self._marks.wrong_logins += 1
            return Login.LOCKED
        if not matches:
            self._marks.wrong_logins += 1
            return Login.WRONG
        if not fresh:
            self._marks.stale_logins += 1
            return Login.STALE
        self._marks.logins += 1
        return Login.OK


def _md5_capitals(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
