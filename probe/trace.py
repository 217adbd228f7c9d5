"""What was said between us and one device, for a bug report: bounded, in order, without secrets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

_MOST_ENTRIES = 2000
_MOST_BYTES = 256 * 1024  # of one message; pictures are cut, answers are far smaller

# Where passwords and what is made of them stand in the protocols we speak.
_SECRETS: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"(?im)^((?:proxy-)?authorization:[ \t]*)[^\r\n]*"), rb"\1[removed]"),
    (re.compile(rb"(?is)(<(?:[\w.-]+:)?(?:Password|Nonce)\b[^>]*>)[^<]*"), rb"\1[removed]"),
    (re.compile(rb"(?i)(rtsp://|https?://)[^/\s@<>\"]*@"), rb"\1[removed]@"),
    (re.compile(rb"(?i)(\"(?:password|passwd|pwd|session)\"\s*:\s*)(?:\"[^\"]*\"|\d+)"), rb'\1"[removed]"'),
    (re.compile(rb"(?i)((?:password|passwd|pwd|pass)=)[^&\s<>\"_]*"), rb"\1[removed]"),
)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing sent or received. `device` is the target's name, `way` is `>` for ours and `<` for theirs."""

    at: datetime
    device: str
    protocol: str
    way: str
    payload: bytes


@dataclass(slots=True)
class Trace:
    """A bounded record of messages. Secrets are removed before anything is kept."""

    now: Callable[[], datetime]
    messages: list[Message] = field(default_factory=list)
    dropped: int = 0

    def add(self, device: str, protocol: str, way: str, payload: bytes) -> None:
        if len(self.messages) >= _MOST_ENTRIES:
            self.dropped += 1
            return
        cut = payload[:_MOST_BYTES]
        self.messages.append(Message(self.now(), device, protocol, way, redacted(cut)))

    def text(self) -> bytes:
        """Return the whole record as a person reads it, oldest first."""
        lines = [_one(message) for message in self.messages]
        if self.dropped:
            lines.append(f"--- {self.dropped} more messages are not kept\n".encode())
        return b"\n".join(lines)


def redacted(payload: bytes, known: Iterable[bytes] = ()) -> bytes:
    """Return the bytes without logins: headers, WS-Security, URIs, queries, and every known value."""
    for pattern, instead in _SECRETS:
        payload = pattern.sub(instead, payload)
    for secret in known:
        payload = payload.replace(secret, b"[removed]")
    return payload


def _one(message: Message) -> bytes:
    head = f"--- {message.at.isoformat()} {message.device} {message.protocol} {message.way}\n"
    return head.encode() + message.payload + b"\n"
