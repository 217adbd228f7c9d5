"""How sending ended: by the receiver's own word, not by the status of a page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver said that it took the message. `note`: what is to be known all the same."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """`why` is a sentence with its mend, and holds no secret.

    `retry`: it may work later, with nothing changed. `is_throttled`: not before ten minutes.
    `is_unclear`: the message went out and no answer came; it may have arrived.
    """

    why: str
    retry: bool
    is_throttled: bool = False
    is_unclear: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept by name beside a channel: a webhook's address, a password or signing key."""

    url: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
