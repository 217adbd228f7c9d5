"""One device's login and its budget: a password is handed out here once, and never again after a refusal.

A connection takes a turn, and only the turn gives proofs:

    async with login.turn("rtsp") as turn:
        header = turn.authorization(reply.challenges, "DESCRIBE", uri)
        reply = await ask(header)
        if reply.status == 401:
            turn.refused(reply.text)   # AuthRefused or Locked is then raised by the next turn
        else:
            turn.accepted()

While a credential is unproven on a door (SOAP, RTSP or the web service), turns wait for each other, so that
two connections never try it at once. After `accepted` they no longer wait.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from probe.errors import AuthRefused, Locked, NoCredential, Silent
from probe.model import Gap
from probe.wire import dahua_rpc, digest
from probe.wire.uri import Uri, conceal_path, parse_uri

Door = Literal["soap", "rtsp", "web"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A stored login; its repr shows no password."""

    name: str
    version: int
    user: str
    password: str = field(repr=False)

    @property
    def label(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a device refused a login in an earlier run (auth-refused or locked), and when."""

    gap: Gap
    at: datetime


class Credentials(Protocol):
    def credential(self, name: str) -> Credential: ...


class Login:
    """The login budget of one device, shared by all its connections of all protocols."""

    def __init__(
        self,
        vault: Credentials,
        names: Sequence[str],
        refused: Collection[str] = (),
        *,
        locked: Mapping[str, datetime] | None = None,
        tell: Callable[[Mapping[str, Gap]], None] = lambda _: None,
        wrong_tries: int = 2,
    ) -> None:
        """`refused`: labels (name@version) of earlier runs; `locked`: those that came with a lock, and when.

        `tell` hears of each new refusal, by label, before anything else is done. `wrong_tries`: for all names
        together.
        """
        self._known = tuple(vault.credential(name) for name in dict.fromkeys(names))
        self._refused = dict.fromkeys(refused)
        self._wrong_left = wrong_tries
        self._accepted: dict[Door, Credential] = {}
        self._closed: dict[Door, set[str]] = {"soap": set(), "rtsp": set(), "web": set()}
        self._unanswered: set[str] = set()
        self._denied_in_a_row: dict[Door, int] = {"soap": 0, "rtsp": 0, "web": 0}
        self._locked = ""
        self._locked_before = dict(locked or {})
        self._tell = tell
        self._told = self._reasons()
        self._uses: dict[str, int] = {}
        self._concealed: dict[str, str] = {}
        self._one_at_a_time = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Login({', '.join(one.label for one in self._known)})"

    @asynccontextmanager
    async def turn(self, door: Door) -> AsyncIterator[Turn]:
        """Let one exchange prove a login. Raise NoCredential, AuthRefused, Locked, Silent if none is left."""
        if self.proven(door):
            yield Turn(self, door, self._choose(door))
            return
        async with self._one_at_a_time:
            turn = Turn(self, door, self._choose(door))
            try:
                yield turn
            finally:
                turn.close()

    def proven(self, door: Door) -> bool:
        return door in self._accepted and not self._locked

    def current(self, door: Door = "soap") -> str:
        """Return the label of the credential that the next turn uses, raising as `turn` does."""
        return self._choose(door).label

    def heard(self, said: str) -> None:
        """Note what a device says to anyone: after a word of locks or tries left, nothing more is tried."""
        if says_locked(said):
            self._locked = self._locked or _one_line(said)
            self._tell_news()

    def conceal(self, uri: str) -> str:
        """Return a URI that may be shown: its login is gone, or stars. `reveal` gives back what they hide."""
        whole = parse_uri(uri)
        shown = conceal_path(whole.path)
        if shown != whole.path:
            self._concealed[shown] = whole.path
        return str(Uri(whole.scheme, whole.host, whole.port, shown))

    def reveal(self, uri: str) -> str:
        """Return the URI as the device understands it, to be sent to that device and to nobody else."""
        shown = parse_uri(uri)
        return str(Uri(shown.scheme, shown.host, shown.port, self._concealed.get(shown.path, shown.path)))

    @property
    def refusals(self) -> tuple[str, ...]:
        """Labels not to be tried here again until a person sets them anew; after a lock, all of them."""
        locked = (one.label for one in self._known) if self._locked else ()
        return tuple(dict.fromkeys((*self._refused, *locked)))

    def _choose(self, door: Door) -> Credential:
        if self._locked:
            raise Locked(f"left alone: the device said: {self._locked}")
        if not self._known:
            raise NoCredential("it wants a login and no stored credential is allowed for it")
        if door == "web" and not self._accepted:
            raise NoCredential("its web service wants a login, and none has proven right at another door")
        if door in self._accepted:
            if self._denied_in_a_row[door] >= _DENIALS_IN_A_ROW:
                raise AuthRefused(f"{self._accepted[door].label} is no longer accepted")
            return self._accepted[door]

        # What another door accepted is no guess: it goes first. The web's door is for nothing else.
        for one in (*self._accepted.values(), *(self._known if door != "web" else ())):
            if self._may_try(one, door):
                return one
        if before := [at for label, at in self._locked_before.items() if self._is_known(label)]:
            on = f"{max(before):%Y-%m-%d %H:%M}"
            raise Locked(f"left alone: it said it was locked on {on} UTC; set the credential anew")
        if self._unanswered:
            raise Silent("the login got no answer, and is not sent twice")
        raise AuthRefused(
            f"refused: {', '.join(self._refused) or 'every allowed credential'}; not tried again"
        )

    def _may_try(self, one: Credential, door: Door) -> bool:
        if self._wrong_left <= 0 and one not in self._accepted.values():
            return False
        # Two names for one account and password are one password.
        same = {two.label for two in self._known if (two.user, two.password) == (one.user, one.password)}
        return not same & (self._refused.keys() | self._unanswered | self._closed[door])

    def _note_accepted(self, door: Door, credential: Credential) -> None:
        self._accepted[door] = credential
        self._denied_in_a_row[door] = 0

    def _note_denied(self, door: Door) -> None:
        self._denied_in_a_row[door] += 1

    def _note_refused(self, door: Door, credential: Credential, *, for_good: bool) -> None:
        self._closed[door].add(credential.label)
        if credential in self._accepted.values():
            return  # Hikvision keeps ONVIF users apart: right at one door, refused at the other (core#99166).
        self._wrong_left -= 1
        if for_good:
            self._refused[credential.label] = None
            self._tell_news()

    def _reasons(self) -> dict[str, Gap]:
        return {label: self._reason(label) for label in self.refusals}

    def _reason(self, label: str) -> Gap:
        is_locked = label in self._locked_before or (self._locked and self._is_known(label))
        return Gap.LOCKED if is_locked else Gap.AUTH_REFUSED

    def _is_known(self, label: str) -> bool:
        return any(label == one.label for one in self._known)

    def _tell_news(self) -> None:
        now = self._reasons()
        news = {label: gap for label, gap in now.items() if self._told.get(label) is not gap}
        self._told = now
        if news:
            self._tell(news)

    def _note_unanswered(self, credential: Credential) -> None:
        self._unanswered.add(credential.label)

    def _count(self, nonce: str) -> int:
        self._uses[nonce] = self._uses.get(nonce, 0) + 1
        return self._uses[nonce]


class Turn:
    """One exchange's right to prove a login: each way at most once until the device accepts it."""

    def __init__(self, login: Login, door: Door, credential: Credential) -> None:
        self._login = login
        self._door = door
        self._credential = credential
        self._shown: list[Literal["wsse", "http", "stale"]] = []
        self._settled = False

    def __repr__(self) -> str:
        return f"Turn({self._door}, {self._credential.label})"

    @property
    def label(self) -> str:
        return self._credential.label

    def authorization(self, challenges: Sequence[str], method: str, uri: str, body: bytes = b"") -> str:
        """Return the Authorization value for WWW-Authenticate lines. Raise AuthRefused for a second try."""
        challenge = digest.best(digest.parse_challenges(challenges))
        if challenge is None:
            raise AuthRefused("it asks for a login in a way that is neither Digest nor Basic")
        # "stale" says: the password was right, only the nonce was old. That is believed once.
        self._show("stale" if challenge.stale and "http" in self._shown else "http")
        return digest.authorization(
            challenge,
            user=self._credential.user,
            password=self._credential.password,
            method=method,
            uri=uri,
            cnonce=secrets.token_hex(8),
            count=self._login._count(challenge.nonce),
            body=body,
        )

    def wsse(self, created: datetime) -> str:
        """Return the WS-Security header; `created` is the device's own time. Raise AuthRefused as above."""
        if self._shown and not self._login.proven(self._door):
            raise AuthRefused(f"{self.label} was already shown to this device")
        self._show("wsse")
        return digest.wsse(
            self._credential.user, self._credential.password, created=created, nonce=secrets.token_bytes(16)
        )

    def rpc_challenge(self) -> bytes:
        """Return the request that asks what RPC2 wants to be proven; it costs no try."""
        return dahua_rpc.challenge_request(self._credential.user)

    def rpc_login(self, challenge: dahua_rpc.RpcChallenge) -> bytes:
        """Return the request that proves it. Raise AuthRefused as above."""
        self._show("http")
        return dahua_rpc.login_request(challenge, self._credential.user, self._credential.password)

    def accepted(self) -> None:
        self._settled = True
        self._login._note_accepted(self._door, self._credential)

    def refused(self, said: str = "", *, challenged: bool = False) -> None:
        """Note a refusal and what was said. `challenged`: it offers Digest, so it never read the WSSE."""
        self._login.heard(said)
        if challenged and self._shown == ["wsse"] and not says_locked(said):
            return
        if self._login.proven(self._door):
            # The same subcode serves for "this user may not" (a plain user and GetNetworkInterfaces).
            self._login._note_denied(self._door)
        elif not self._settled:
            # A refused time stamp says nothing about the password (agsh/onvif#249).
            self._login._note_refused(self._door, self._credential, for_good=not says_clock(said))
        self._settled = True

    def close(self) -> None:
        """End the turn. A proof that got no answer may have been counted, so it is spent."""
        if self._shown and not self._settled:
            self._settled = True
            self._login._note_unanswered(self._credential)

    def _show(self, way: Literal["wsse", "http", "stale"]) -> None:
        if self._login._locked:
            raise Locked(f"left alone: the device said: {self._login._locked}")
        if (way in self._shown or self._settled) and not self._login.proven(self._door):
            raise AuthRefused(f"{self.label} was already shown to this device")
        self._shown.append(way)


# Two refusals in a row of a login that was good before: the password has changed under us.
_DENIALS_IN_A_ROW = 2

_LOCK_WORDS = re.compile(
    r"\b(?:b?locked|lock(?:ed)?[ -]?out)\b|<lockStatus>\s*lock\b|retryLoginTime|remainLock|remainLogin"
    r"|\battempts?(?:\(s\))?\s+(?:left|remain)|\bremaining\s+(?:attempts|tries|times)"
    r"|still have\s+\d+|\d+\s+(?:more\s+)?(?:attempt|tr(?:y|ies))\b|\btoo many\b|\btry again (?:after|in)\b"
    r"|锁定|封锁|剩余\S{0,6}次|还(?:可|能|有)\S{0,6}次|次数过多|稍后再试|分钟后(?:再|重)试",
    re.IGNORECASE,
)
_CLOCK_WORDS = re.compile(
    r"\btime ?(?:stamp|check)|\bexpired\b|\bclock\b|时间戳|时间校验|时间不", re.IGNORECASE
)


def says_locked(said: str) -> bool:
    """Tell whether a device speaks of a lock or counts the tries that are left."""
    return bool(_LOCK_WORDS.search(said))


def says_clock(said: str) -> bool:
    """Tell whether a refusal is about the time stamp, not the password."""
    return bool(_CLOCK_WORDS.search(said))


def _one_line(said: str) -> str:
    return " ".join(re.sub(r"<[^>]*>|[^\w\s.,:;()!?-]", " ", said).split())[:160]
