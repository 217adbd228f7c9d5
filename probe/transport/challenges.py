"""What a device last asked for at each path, and how a login is proven there: over HTTP, SOAP or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from probe.errors import AuthRefused
from probe.transport.login import Turn
from probe.wire import digest

Lines = tuple[str, ...]


class Answered(Protocol):
    """An answer to a request that may have wanted a login."""

    @property
    def is_refusal(self) -> bool: ...
    @property
    def challenges(self) -> Lines:
        """Its WWW-Authenticate lines."""
        ...


Answer = TypeVar("Answer", bound=Answered)


class Challenges:
    """The challenges of one device by path: Hikvision ties the nonce to the URL (IOTechSystems/onvif#41)."""

    def __init__(self) -> None:
        self._kept: dict[str, Lines] = {}
        self._nonces_last = True

    def of(self, path: str) -> Lines:
        """Return the challenges that may be answered at a path without being asked again."""
        return self._kept.get(path, ()) if self._nonces_last else ()

    async def prove(
        self,
        turn: Turn,
        request: tuple[str, str, bytes],
        challenges: Lines,
        send: Callable[[str], Awaitable[Answer]],
        *,
        reused: bool,
    ) -> Answer:
        """Send a request (method, path, body) with its Authorization, once more where only the nonce was old.

        `reused`: the challenges come from an earlier request.
        """
        method, path, body = request
        self._kept[path] = challenges
        answer = await send(turn.authorization(challenges, method, path, body))
        again = digest.best(digest.parse_challenges(answer.challenges))
        if answer.is_refusal and again is not None and (again.stale or reused):
            # The nonce had ended. Where no word says so (Dahua: one nonce a connection), none is kept.
            self._nonces_last = again.stale
            self._kept[path] = answer.challenges
            answer = await send(turn.authorization(answer.challenges, method, path, body))
        return answer


def forbid_basic(challenges: Lines, *, is_camera: bool) -> None:
    """Raise AuthRefused where the password is wanted in clear by what has not shown to be a camera."""
    best = digest.best(digest.parse_challenges(challenges))
    if best is not None and best.scheme == "basic" and not is_camera:
        raise AuthRefused("it asks for the password in clear and has not shown to be a camera")
