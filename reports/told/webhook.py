"""Any other program: one JSON document by POST, `camcensus/notice/1`, signed where a key is set."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from config.notices import Notice
from reports.told.fit import cut_bytes
from reports.told.message import Message, as_text
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.post import host_of, post_json, status_refusal
from reports.told.sender import Sender

SCHEMA = "camcensus/notice/1"
_TEXT_BYTES = 20_000


def send(channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
    """Send a message as a document; a status of 2xx with no web page is the receiver's word."""
    body = json.dumps(document(message), ensure_ascii=False).encode(errors="replace")
    headers = {}
    if secret.password:
        at = str(int(time.time()))
        headers = {"X-Camcensus-Time": at, "X-Camcensus-Signature": signature(secret.password, at, body)}
    reply = post_json(secret.url, body, proxy=channel.proxy, headers=headers)
    if isinstance(reply, NotSent):
        return reply
    return status_refusal(reply, host_of(secret.url)) or Sent()


def document(message: Message) -> dict[str, Any]:
    """Return the message for programs. Its id is the same whenever the same message is sent again."""
    return {
        "schema": SCHEMA,
        "id": identity(message),
        "kind": message.kind,
        "school": message.school,
        "made": message.made.isoformat(),
        "title": message.title,
        "text": cut_bytes(as_text(message), _TEXT_BYTES),
        **{"day": None, "state": None, "cameras": None, "cases": [], "missed": []},
        **message.facts,
    }


def signature(key: str, at: str, body: bytes) -> str:
    """Return `sha256=` and the HMAC-SHA256 of the time, a dot and the body."""
    return "sha256=" + hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def identity(message: Message) -> str:
    """Return a word that is the same for the same message, and tells nothing of it."""
    known = "\n".join((message.kind, message.school, message.made.isoformat(), *message.marks))
    return hashlib.sha256(known.encode(errors="replace")).hexdigest()[:32]


SENDER = Sender(send, needs=("url",), takes=("url", "password"))
