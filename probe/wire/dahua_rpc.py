"""Dahua's RPC2, for devices whose CGI is off: JSON requests, the login, replies and their refusals. 大华

A session's first request and its login go to LOGIN_PATH, all others to RPC_PATH.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from probe.errors import AuthRefused, DeviceError, Locked, Malformed, Unsupported
from probe.wire.dahua_table import MOST_BYTES, SessionLost, Table, flattened, refusal, whole
from probe.wire.xml_repair import decoded

LOGIN_PATH = "/RPC2_Login"
RPC_PATH = "/RPC2"

SessionId = int | str  # goes back as it came: old firmware gives a number, newer a text


@dataclass(frozen=True, slots=True)
class RpcReply:
    """An answer that is no refusal. `table` is its params in the CGI's way, `handle` the object it made."""

    table: Table
    handle: int | None
    session: SessionId | None


@dataclass(frozen=True, slots=True)
class RpcChallenge:
    """What a login has to be made from, and the session it is for."""

    session: SessionId
    realm: str
    random: str


@dataclass(frozen=True, slots=True)
class RpcSession:
    id: SessionId
    keep_alive_s: int = 60


def rpc_request(
    method: str,
    params: Mapping[str, object] | None = None,
    *,
    number: int,
    session: SessionId | None = None,
    handle: int | None = None,
) -> bytes:
    """Return a request; `number` counts the requests of a session, `handle` is the object it is about."""
    body: dict[str, object] = {"method": method, "params": dict(params) if params else None, "id": number}
    if handle is not None:
        body["object"] = handle
    if session is not None:
        body["session"] = session
    return json.dumps(body, ensure_ascii=False).encode()


def challenge_request(username: str) -> bytes:
    """Return the first of the two requests of a login: it only asks what to prove, and costs no try."""
    asked = {"userName": username, "password": "", "clientType": "Web3.0", "loginType": "Direct"}
    return rpc_request("global.login", asked, number=1)


def login_request(challenge: RpcChallenge, username: str, password: str) -> bytes:
    """Return the second request of a login."""
    # Dahua's own web pages do it so; there is no other way in, whatever one thinks of MD5.
    secret = _md5(f"{username}:{challenge.realm}:{password}")
    proved = {
        "userName": username,
        "password": _md5(f"{username}:{challenge.random}:{secret}"),
        "clientType": "Web3.0",
        "loginType": "Direct",
        "authorityType": "Default",
        "passwordType": "Default",
    }
    return rpc_request("global.login", proved, number=2, session=challenge.session)


def parse_challenge(raw: bytes) -> RpcChallenge:
    """Return the challenge. Raise Locked when it is locked, Unsupported for a login of another kind."""
    body = _document(raw, "global.login")
    params = _params(body)
    realm, random, kind = (params.get(name) for name in ("realm", "random", "encryption"))
    session = _session(body)
    if isinstance(realm, str) and random is not None and session is not None:
        if kind not in (None, "", "Default"):
            raise Unsupported(f"RPC2 global.login: it wants a login of kind {str(kind)[:20]!r}")
        return RpcChallenge(session, realm, str(random))
    raise _login_refusal(body)


def parse_login(raw: bytes) -> RpcSession:
    """Return the session of a login that was taken. Raise AuthRefused or Locked with what it counts."""
    body = _document(raw, "global.login")
    if body.get("result") is not True:
        raise _login_refusal(body)
    session = _session(body)
    if session is None:
        raise Malformed("RPC2 global.login: taken, but without a session")
    lasts = whole(str(_params(body).get("keepAliveInterval", "")))
    return RpcSession(session, lasts or 60)


def parse_rpc_reply(raw: bytes, method: str, table: str = "") -> RpcReply:
    """Return what a method answered; with `table`, params.table under that name, as the CGI tells it.

    Raise SessionLost, Locked, Unsupported or Malformed for a refusal.
    """
    body = _document(raw, method)
    result = body.get("result")
    error = body.get("error")
    params = _params(body)
    if isinstance(error, dict) or not (result or (result is None and params)):
        raise _refusal(method, error if isinstance(error, dict) else {})
    told = flattened(params.get("table"), table) if table and "table" in params else flattened(params)
    # True and 1 are equal in JSON's Python; only a number names an object.
    handle = result if isinstance(result, int) and not isinstance(result, bool) and result > 0 else None
    return RpcReply(told, handle, _session(body))


_NO_METHOD = 268894210
_NO_AUTHORITY = 285278249
_LOST = {287637504, 287637505}  # "Invalid session in request data!"
_CHALLENGE = 268632079


def _login_refusal(body: Mapping[str, object]) -> DeviceError:
    params = _params(body)
    tries, locked_s = (whole(str(params.get(name, ""))) for name in ("remainLoginTimes", "remainLockSecond"))
    error = body.get("error")
    message = str(error.get("message", "")) if isinstance(error, dict) else ""
    counted = [
        f"{tries} tries left" if tries is not None else "",
        f"locked for {locked_s} s" if locked_s else "",
    ]
    words = ", ".join(part for part in (message[:80], *counted) if part)
    if locked_s or tries == 0 or _is_lock(message):
        return Locked(f"RPC2 global.login: {words}")
    if isinstance(error, dict) or body.get("result") is False:
        code = error.get("code") if isinstance(error, dict) else None
        if code == _CHALLENGE:
            return Malformed(f"RPC2 global.login: {words or 'a challenge'} without a realm or a session")
        return AuthRefused(f"RPC2 global.login: {words or 'refused without a word'}")
    return Malformed("RPC2 global.login: neither taken nor refused")


def _refusal(method: str, error: Mapping[str, object]) -> DeviceError:
    code, message = error.get("code"), str(error.get("message", ""))
    sentence = f"RPC2 {method}: {f'{code} {message}'.strip()[:100] or 'refused without a word'}"
    if code in _LOST:
        return SessionLost(sentence)
    if code in (_NO_METHOD, _NO_AUTHORITY):
        return Unsupported(sentence)
    return refusal(f"RPC2 {method}", f"{code} {message}" if error else "")


def _is_lock(message: str) -> bool:
    said = message.lower()
    return "lock" in said and "unlock" not in said and "block" not in said


def _document(raw: bytes, method: str) -> dict[str, object]:
    if len(raw) > MOST_BYTES:
        raise Malformed(f"RPC2 {method}: an answer of {len(raw)} bytes")
    text = decoded(raw)
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refusal(f"RPC2 {method}", text) from error
    if not isinstance(body, dict):
        raise Malformed(f"RPC2 {method}: JSON that is no object")
    return body


def _params(body: Mapping[str, object]) -> dict[str, object]:
    params = body.get("params")
    return params if isinstance(params, dict) else {}


def _session(body: Mapping[str, object]) -> SessionId | None:
    session = body.get("session")
    return session if isinstance(session, int | str) and not isinstance(session, bool) and session else None


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
