"""RTSP 1.0 messages and interleaved frames, bytes ⇄ values. RFC 2326, and what cameras make of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from probe.errors import Malformed

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    uri: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    reason: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return the first header of that name in any case (Hikvision: `Cseq`), or an empty text."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    @property
    def cseq(self) -> int | None:
        found = re.match(r"\d{1,9}", self.header("CSeq"))
        return int(found.group()) if found else None

    @property
    def said(self) -> str:
        return f"{self.status} {self.reason}".strip()


class Interleaved(NamedTuple):
    """One binary frame of the TCP connection. RFC 2326 §10.12"""

    channel: int
    payload: bytes


Message = Request | Response
Event = Request | Response | Interleaved


def format_message(message: Message) -> bytes:
    """Return the bytes of a message; Content-Length is added when there is a body."""
    match message:
        case Request(method=method, uri=uri):
            first = f"{method} {uri} RTSP/1.0"
        case Response(status=status, reason=reason):
            first = f"RTSP/1.0 {status} {reason}"
    lines = [first, *(f"{name}: {value}" for name, value in message.headers)]
    if message.body and not any(name.lower() == "content-length" for name, _ in message.headers):
        lines.append(f"Content-Length: {len(message.body)}")
    return "\r\n".join([*lines, "", ""]).encode() + message.body


def parse_message(received: bytes) -> Message:
    """Return the one message that these bytes are. Raise Malformed when they are not exactly one."""
    splitter = Splitter()
    events = splitter.feed(received)
    last = splitter.rest()
    if len(events) != 1 or last is not None or splitter.junk or isinstance(events[0], Interleaved):
        raise Malformed("RTSP: not exactly one message")
    return events[0]


class Splitter:
    """Cuts what comes over the connection into messages and frames, skipping a bounded amount of junk."""

    def __init__(self) -> None:
        self.junk = 0
        self._buffer = b""
        self._head: Message | None = None  # complete but for its body
        self._wanted = 0
        self._answered = False

    def feed(self, received: bytes) -> list[Event]:
        """Return the events that are now whole. Raise Malformed when this cannot be RTSP."""
        self._buffer = self._buffer + received if self._buffer else bytes(received)
        events: list[Event] = []
        start = 0
        while (found := self._next(start)) is not None:
            event, start = found
            if event is not None:
                events.append(event)
        self._buffer = self._buffer[start:]
        return events

    def rest(self) -> Message | None:
        """Return the message whose body never came whole, with what came of it; None when there is none."""
        if self._head is None:
            return None
        return _with_body(self._head, self._buffer)

    def _next(self, start: int) -> tuple[Event | None, int] | None:
        """Return the event that begins here, if any, and the place after it; None: more bytes are needed."""
        left = len(self._buffer) - start
        if self._head is not None:
            if left < self._wanted:
                return None
            whole = _with_body(self._head, self._buffer[start : start + self._wanted])
            self._head = None
            return whole, start + self._wanted
        if left == 0:
            return None

        if self._buffer[start] == _DOLLAR:
            if left < 4:
                return None
            size = int.from_bytes(self._buffer[start + 2 : start + 4])
            if left < 4 + size:
                return None
            frame = Interleaved(self._buffer[start + 1], self._buffer[start + 4 : start + 4 + size])
            return frame, start + 4 + size

        if self._buffer[start] in b"\r\n\0":  # blank lines and padding between messages
            return None, start + 1
        return self._message(start)

    def _message(self, start: int) -> tuple[None, int] | None:
        line_end = self._buffer.find(b"\n", start, start + _LONGEST_LINE)
        if line_end < 0:
            if len(self._buffer) - start >= _LONGEST_LINE:
                return None, self._skip(start)
            if not _MAY_BEGIN_MESSAGE.match(self._buffer, start):
                return None, self._skip(start)
            return None
        first = _START_LINE.fullmatch(self._buffer, start, line_end)
        if first is None:
            return None, self._skip(start)

        end = _BLANK_LINE.search(self._buffer, start, start + _LONGEST_HEAD)
        if end is None:
            if len(self._buffer) - start >= _LONGEST_HEAD:
                raise Malformed(f"RTSP: headers longer than {_LONGEST_HEAD} bytes")
            return None
        headers = _headers(self._buffer[line_end + 1 : end.start() + 1])
        self._answered = True
        if first["status"]:
            self._head = Response(int(first["status"]), _text(first["reason"] or b"").strip(), headers)
        else:
            self._head = Request(_text(first["method"]), _text(first["uri"]), headers)
        self._wanted = _content_length(headers)
        return None, end.end()

    def _skip(self, start: int) -> int:
        """Return where the next message or frame may begin. Raise Malformed when there is too much junk."""
        if not self._answered:
            raise Malformed(f"RTSP: it answers {_shown(self._buffer[start : start + 40])}")
        found = _RESUME.search(self._buffer, start + 1)
        after = found.start() if found else max(start + 1, len(self._buffer) - _RESUME_OVERLAP)
        self.junk += after - start
        if self.junk > _MOST_JUNK:
            raise Malformed(f"RTSP: {self.junk} bytes between messages that mean nothing")
        return after


_DOLLAR = 0x24
_LONGEST_LINE = 4096
_LONGEST_HEAD = 65536
_LONGEST_BODY = 1 << 20
_MOST_JUNK = 1 << 20
_RESUME_OVERLAP = 8

_START_LINE = re.compile(
    rb"RTSP/\d\.\d +(?P<status>\d{3})(?: (?P<reason>[^\r\n]*))?\s*"
    rb"|(?P<method>[A-Z_]{3,16}) +(?P<uri>\S+) +RTSP/\d\.\d\s*"
)
_MAY_BEGIN_MESSAGE = re.compile(rb"(?:R(?:T(?:S(?:P(?:/[^\r\n]*)?)?)?)?|[A-Z_]{1,16}(?: [^\r\n]*)?)\r?\Z")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_RESUME = re.compile(rb"RTSP/\d\.\d \d{3}|\$[\x00-\x03]")


def _with_body(head: Message, body: bytes) -> Message:
    match head:
        case Response():
            return Response(head.status, head.reason, head.headers, body)
        case Request():
            return Request(head.method, head.uri, head.headers, body)


def _headers(block: bytes) -> Headers:
    found: list[tuple[str, str]] = []
    for line in _text(block).split("\n"):
        line = line.rstrip("\r")
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}".strip())
        elif colon and name.strip():
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _content_length(headers: Headers) -> int:
    for name, value in headers:
        if name.lower() == "content-length" and (found := re.match(r"\d{1,9}", value)):
            if int(found.group()) > _LONGEST_BODY:
                raise Malformed(f"RTSP: Content-Length {found.group()} is more than {_LONGEST_BODY}")
            return int(found.group())
    return 0


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _shown(raw: bytes) -> str:
    return repr(raw)[1:]
