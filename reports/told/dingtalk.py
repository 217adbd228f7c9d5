"""A robot of a 钉钉 group: signed, with its keyword in the text, and its `errcode`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from config.notices import Notice
from config.words import say
from reports.told.fit import fitted
from reports.told.message import Message, as_markdown, as_text
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.robot import Refusal, ask_robot
from reports.told.sender import Sender

# The service takes 20,000 bytes of JSON; a phone shows no more than this without scrolling for ever.
TEXT_BYTES = 6000
_CHECK = 310000

REFUSALS: Mapping[int, Refusal] = {
    -1: Refusal("robot_busy", retry=True),
    130101: Refusal("robot_often", is_throttled=True),
    410100: Refusal("robot_often", is_throttled=True),
    _CHECK: Refusal("dingtalk_check"),
    300001: Refusal("dingtalk_token"),
    300005: Refusal("dingtalk_token"),
    400101: Refusal("dingtalk_token"),
    400013: Refusal("dingtalk_gone"),
    400102: Refusal("dingtalk_gone"),
    400106: Refusal("dingtalk_gone"),
    40035: Refusal("robot_content"),
    430101: Refusal("robot_content"),
    430102: Refusal("robot_content"),
    430103: Refusal("robot_content"),
    430104: Refusal("robot_content"),
    450101: Refusal("robot_content"),
    450103: Refusal("robot_content"),
}
# Three quite different faults have one code: what `errmsg` begins with, or holds, tells them apart.
_CHECKS = (("keyword", "dingtalk_keyword"), ("sign", "dingtalk_sign"), ("timestamp", "dingtalk_clock"))


def send(channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
    """Send a message to the group of the robot."""
    render = as_markdown if channel.markdown else as_text
    ending = _keyword(channel.keyword, render(message))
    content = fitted(message, render, TEXT_BYTES - len(ending.encode())) + ending
    if channel.markdown:
        asked = {"msgtype": "markdown", "markdown": {"title": message.title, "text": content}}
    else:
        asked = {"msgtype": "text", "text": {"content": content}}
    url = signed(secret.url, secret.password, time.time_ns() // 1_000_000) if secret.password else secret.url
    outcome = ask_robot(url, asked, REFUSALS, proxy=channel.proxy)
    return _which_check(outcome) if isinstance(outcome, NotSent) else outcome


def signed(url: str, key: str, at_ms: int) -> str:
    """Return the address with the time and its HMAC-SHA256 by the signing key (加签)."""
    digest = hmac.new(key.encode(), f"{at_ms}\n{key}".encode(), hashlib.sha256).digest()
    more = urlencode({"timestamp": at_ms, "sign": base64.b64encode(digest).decode()})
    return f"{url}{'&' if '?' in url else '?'}{more}"


def _keyword(keyword: str, text: str) -> str:
    # At the end, where cutting would lose it, it is added after the cut.
    return f"\n{keyword}" if keyword and keyword not in text[:40] else ""


def _which_check(outcome: NotSent) -> NotSent:
    if str(_CHECK) not in outcome.why:
        return outcome
    said = outcome.why.lower()
    for word, words in _CHECKS:
        if word in said:
            return replace(outcome, why=say(f"unsent.{words}"))
    return outcome


SENDER = Sender(send, needs=("url",), takes=("url", "password"), parameter="access_token", is_encrypted=True)
