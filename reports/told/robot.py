"""What the robots of 企业微信 and 钉钉 have in common: HTTP 200 says nothing, `errcode` says it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.words import say
from reports.told.outcome import NotSent, Sent
from reports.told.post import Reply, host_of, post_json, status_refusal


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error code means: the key of its sentence in words.toml, and whether it passes by itself."""

    words: str
    retry: bool = False
    is_throttled: bool = False


def ask_robot(
    url: str, asked: Mapping[str, Any], refusals: Mapping[int, Refusal], *, proxy: str
) -> Sent | NotSent:
    """Post a message to a robot and return what its `errcode` says."""
    reply = post_json(url, json.dumps(asked, ensure_ascii=False).encode(errors="replace"), proxy=proxy)
    return reply if isinstance(reply, NotSent) else judge_reply(reply, refusals, host_of(url))


def judge_reply(reply: Reply, refusals: Mapping[int, Refusal], host: str) -> Sent | NotSent:
    answer = reply.json()
    code = answer.get("errcode") if answer is not None else None
    if answer is None or not isinstance(code, int) or isinstance(code, bool):
        return status_refusal(reply, host) or NotSent(say("unsent.strange", host=host), retry=True)
    if code == 0 and 200 <= reply.status < 300:
        return Sent()
    if code == 0:
        return status_refusal(reply, host) or NotSent(say("unsent.strange", host=host), retry=True)
    said = _said(answer.get("errmsg"))
    known = refusals.get(code)
    if known is None:
        return NotSent(say("unsent.code", host=host, code=code, said=said), retry=False)
    words = say(f"unsent.{known.words}", code=code, said=said)
    return NotSent(words, known.retry or known.is_throttled, known.is_throttled)


def _said(errmsg: object) -> str:
    """Return the robot's own words, short; a hint such as `hint: [160…]` and addresses are for its makers."""
    text = " ".join(str(errmsg or "").split())
    text = text.split("hint:")[0].split(", more info")[0].split("http")[0].strip(" ,;")
    return "".join(sign for sign in text if sign.isprintable())[:80]
